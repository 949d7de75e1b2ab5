import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { runPrinted } from '../../../dev/sigstore/cosign.ts'
import { idTokenEnv } from '../../../dev/sigstore/job.ts'
import type { Stage } from '../../../dev/stage.ts'
import { PUBLIC } from '../../../local-ecr/index.ts'
import { client, parts } from '../parts.ts'
import { JOB } from './job.ts'

/** What the runner gives to a job of octo-org/demo with `id-token: write`. */
export function signingEnv(stage: Stage, claims: Readonly<Record<string, string>> = {}) {
  return {
    ...idTokenEnv(stage, { ...JOB, ...claims }),
    GITHUB_REPOSITORY: JOB.repository,
    GITHUB_SERVER_URL: 'https://github.com',
  }
}

/** GitHub's API, as far as it keeps attestations. */
export interface GitHubApi {
  readonly env: Readonly<Record<string, string>>
  /** The bundles that it was given. */
  readonly kept: { readonly path: string; readonly token: string; readonly bundle: unknown }[]
  /** How it answers what it is to keep: with a status, by default 201, with half of it, or not at all. */
  answer: { readonly status: number } | 'silence' | 'half'
  close(): void
}

export async function startGitHubApi(): Promise<GitHubApi> {
  const kept: GitHubApi['kept'] = []
  const server = http.createServer(async (request, response) => {
    let body = ''
    for await (const part of request) body += part
    const isStore = request.method === 'POST' && /\/attestations$/.test(request.url ?? '')
    if (isStore) {
      const { authorization: token = '' } = request.headers
      kept.push({ path: request.url ?? '', token, bundle: JSON.parse(body).bundle })
    }
    const { answer } = api
    if (isStore && answer === 'silence') return
    if (isStore && answer === 'half') {
      response.writeHead(201, { 'content-type': 'application/json', 'content-length': '99' })
      response.write('{"id":', () => response.destroy())
      return
    }
    const status = isStore && typeof answer === 'object' ? answer.status : 404
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(JSON.stringify(status === 201 ? { id: 4711 } : { message: 'no' }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const api: GitHubApi = {
    env: { GITHUB_API_URL: url, GITHUB_TOKEN: 'ghs_store' },
    kept,
    answer: { status: 201 },
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
  return api
}

/** cosign, logged in to registries, in the workspace. */
export class Cosign {
  readonly #stage: Stage
  readonly #hosts = new Map<string, string>()

  constructor(stage: Stage) {
    this.#stage = stage
  }

  /** Logs in, as the AWS CLI has it. */
  async login(account: string, region: string): Promise<void> {
    const at = region === PUBLIC ? 'us-east-1' : region
    const env = { ...this.#stage.env, ...this.#stage.ecr.env({ account, region: at }) }
    const endpoint = this.#stage.env['AWS_ENDPOINT_URL']
    const api = region === PUBLIC ? ['ecr-public'] : ['ecr']
    const args = [...(endpoint ? ['--endpoint-url', endpoint] : []), ...api, 'get-login-password']
    const password = await client(parts().aws, args, env)
    const auth = Buffer.from(`AWS:${password}`).toString('base64')
    const [host = ''] = this.#stage.ecr.registryHost(account, region).split('/')
    this.#hosts.set(host, auth)
    const folder = path.join(this.#stage.folder, 'cosign-config')
    mkdirSync(folder, { recursive: true })
    const auths = Object.fromEntries([...this.#hosts].map(([host, given]) => [host, { auth: given }]))
    writeFileSync(path.join(folder, 'config.json'), JSON.stringify({ auths }))
  }

  /**
   * Runs a command line as the action printed it.
   * @returns what it wrote, both streams
   * @throws Error with what it wrote if it refuses
   */
  async run(line: string): Promise<string> {
    const { env, folder } = this.#stage
    const config = { DOCKER_CONFIG: path.join(folder, 'cosign-config') }
    const where = { cosign: parts().cosign, env: { ...env, ...config }, folder }
    const { accepted, said } = await runPrinted(line, where)
    if (!accepted) throw new Error(`${line}\n${said}`)
    return said
  }

  /** What it says on refusing. @throws Error if it accepts */
  async refusal(line: string): Promise<string> {
    try {
      await this.run(line)
    } catch (error) {
      return (error as Error).message
    }
    throw new Error(`cosign accepts: ${line}`)
  }
}
