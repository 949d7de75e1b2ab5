import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import type { Stage } from '../../dev/stage.ts'
import type { StandIn } from '../../dev/workflow/index.ts'
import { serveBuildKit } from './buildkit.ts'
import { client, parts } from './parts.ts'
import { sarifProblems } from './sarif.ts'

/** A log that was uploaded to GitHub's code scanning. */
export interface Uploaded {
  readonly sarif: string
}

/**
 * The stand-ins that need an engine or AWS.
 * @param uploaded gets each log that is uploaded to code scanning
 */
export function standInsOn(stage: Stage, docker: string, uploaded: Uploaded[] = []): Record<string, StandIn> {
  return {
    // The builder is a BuildKit that is not reached through the engine, as its container would be: the same exporters.
    'docker/setup-buildx-action': async ({ with: given, env, temp }) => {
      if (given['driver'] !== undefined) throw new Error(`the driver ${given['driver']} is not known here`)
      const options = given['driver-opts'] ?? ''
      if (options !== '' && !/^image=moby\/buildkit:v[\d.]+@sha256:[0-9a-f]{64}$/.test(options))
        throw new Error(`a builder of ${options} is not known here`)
      const socket = stage.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock'
      const buildkit = await serveBuildKit(socket, path.join(temp, 'buildkit.sock'))
      const name = `builder-${randomUUID()}`
      await client(
        docker,
        ['buildx', 'create', '--name', name, '--driver', 'remote', '--use', buildkit.address],
        env,
      )
      const post = async () => {
        await client(docker, ['buildx', 'rm', name], env)
        await buildkit.stop()
      }
      return { outputs: { name, driver: 'docker-container' }, post }
    },
    // The engine that it would install is there: the steps that follow find it as they would find that one.
    'docker/setup-docker-action': async ({ with: given }) => {
      if (!given['version']?.startsWith('v20.10.') || given['set-host'] !== 'true')
        throw new Error(`Docker ${given['version']} with set-host: ${given['set-host']} is not known here`)
      return { exported: parts().engines.old.env }
    },
    'aws-actions/configure-aws-credentials': async ({ with: given, env }) => {
      const { 'role-to-assume': role = '', 'aws-region': region = '' } = given
      const token = env['ACTIONS_ID_TOKEN_REQUEST_URL']
      if (token === undefined)
        throw new Error('Credentials could not be loaded: the job has no permission id-token: write')
      const form = new URLSearchParams({
        Action: 'AssumeRoleWithWebIdentity',
        Version: '2011-06-15',
        RoleArn: role,
        RoleSessionName: 'GitHubActions',
        WebIdentityToken: stage.ecr.store.idTokens.issue('sts.amazonaws.com', new Date()),
      })
      const answer = await post(env['AWS_ENDPOINT_URL'] ?? `https://sts.${region}.amazonaws.com`, form, env)
      const found = (name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(answer)?.[1]
      const [id, secret, session] = ['AccessKeyId', 'SecretAccessKey', 'SessionToken'].map(found)
      if (id === undefined || secret === undefined || session === undefined)
        throw new Error(`Could not assume role with OIDC: ${found('Message')}`)
      return {
        masks: [id, secret, session],
        exported: {
          AWS_REGION: region,
          AWS_DEFAULT_REGION: region,
          AWS_ACCESS_KEY_ID: id,
          AWS_SECRET_ACCESS_KEY: secret,
          AWS_SESSION_TOKEN: session,
        },
      }
    },
    'github/codeql-action/upload-sarif': async ({ with: given, workspace, permissions }) => {
      if (permissions['security-events'] !== 'write')
        throw new Error(
          'Resource not accessible by integration: the job has no permission security-events: write',
        )
      const sarif = readFileSync(path.resolve(workspace, given['sarif_file'] ?? ''), 'utf8')
      const problems = sarifProblems(JSON.parse(sarif))
      if (problems.length > 0) throw new Error(`Invalid SARIF: ${problems.join('; ')}`)
      uploaded.push({ sarif })
      return {}
    },
  }
}

/** Milliseconds for an answer of AWS. */
const LIMIT = 30_000

async function post(
  url: string,
  form: URLSearchParams,
  env: Readonly<Record<string, string>>,
): Promise<string> {
  const trusted = env['NODE_EXTRA_CA_CERTS']
  const options = {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    signal: AbortSignal.timeout(LIMIT),
    ...(trusted === undefined ? {} : { ca: readFileSync(trusted) }),
  }
  const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
    const { request } = url.startsWith('https:') ? https : http
    request(url, options, resolve).on('error', reject).end(form.toString())
  })
  return text(response)
}
