import { randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { ACCOUNT, REGION, type Stage } from '../../dev/stage.ts'
import { MINIMAL_SESSIONS } from '../support/minimal-sessions.ts'
import { client, EACH_ENGINE, expectSuccess, parts, stageOn } from '../support/parts.ts'
import { Processes } from '../support/processes.ts'
import { provingRows } from '../support/variants.ts'

jest.setTimeout(120_000)

const ROLE = `arn:aws:iam::${ACCOUNT}:role/ci`
const random = () => randomBytes(24).toString('hex')

/** Every file under a folder that holds one of the secrets. */
function holding(folder: string, secrets: readonly string[]): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => {
      const bytes = readFileSync(file)
      return secrets.some((secret) => bytes.includes(secret))
    })
}

/** All that the local ECR and the local STS issue while something runs. */
function issuedBy(stage: Stage): { registry: string[]; aws: string[]; restore: () => void } {
  const { store } = stage.ecr
  const [registry, aws]: [string[], string[]] = [[], []]
  const { issueToken, issueCredentials } = store
  const { issue } = store.idTokens
  store.issueToken = (...given) => {
    const issued = issueToken.apply(store, given)
    registry.push(issued.password, Buffer.from(`AWS:${issued.password}`).toString('base64'))
    return issued
  }
  store.issueCredentials = (...given) => {
    const issued = issueCredentials.apply(store, given)
    aws.push(issued.secretAccessKey, issued.sessionToken ?? '')
    return issued
  }
  store.idTokens.issue = (...given) => {
    const token = issue.apply(store.idTokens, given)
    aws.push(token)
    return token
  }
  return {
    registry,
    aws,
    restore: () =>
      Object.assign(store, { issueToken, issueCredentials }) && Object.assign(store.idTokens, { issue }),
  }
}

describe.each(EACH_ENGINE)('secrets, on the %s engine', (name) => {
  let stage: Stage

  beforeAll(async () => {
    stage = await stageOn(name)
    stage.ecr.store.addRole(ROLE, { subjects: ['repo:octo-org/demo:ref:refs/heads/main'] })
    for (const folder of ['app', 'tmp']) mkdirSync(path.join(stage.folder, folder))
  })

  afterEach(() => stage.ecr.faults.clear())
  afterAll(() => stage?.close())

  type End = {
    readonly end: 'goes well' | 'fails in the build' | 'fails in the push' | 'is killed'
    readonly identity: 'role' | 'environment'
    readonly keep: 'true' | 'false'
  }
  const all: readonly End[] = [
    { end: 'goes well', identity: 'role', keep: 'false' },
    { end: 'goes well', identity: 'environment', keep: 'true' },
    { end: 'fails in the build', identity: 'environment', keep: 'true' },
    { end: 'fails in the push', identity: 'role', keep: 'true' },
    { end: 'is killed', identity: 'environment', keep: 'true' },
  ]
  // Variants: an engine has a part in where secrets are while it builds, and less in how a step ends; it has none in
  // who the credentials are of.
  const PROVING = { current: ['goes well', 'fails in the build', 'is killed'], old: ['goes well'] }
  const tried = provingRows(
    all.filter(
      ({ end, identity }) => name === 'current' || !(end === 'goes well' && identity === 'environment'),
    ),
    ({ end, keep }) => PROVING[name].includes(end) && !(end === 'goes well' && keep === 'true'),
  )

  test.each(tried)(
    'are where they are needed, and nowhere afterwards: a step that $end, with the credentials of $identity, keep-login: $keep',
    async ({ end, identity, keep }) => {
      // What the job has, and what the build is given.
      const lines = [random(), `${random()} "quoted"`]
      const job = { variable: random(), runtime: random(), github: random(), file: random() }
      const secretFile = path.join(stage.folder, 'secret.txt')
      writeFileSync(secretFile, job.file)
      const { idTokens } = stage.ecr.store
      const env: Record<string, string> = {
        RUNNER_DEBUG: '1',
        TMPDIR: path.join(stage.folder, 'tmp'),
        HERE: job.variable,
        ACTIONS_RUNTIME_TOKEN: job.runtime,
        GITHUB_TOKEN: job.github,
        // Something of this machine that is no GitHub, and says so at once.
        GITHUB_API_URL: `${stage.ecr.apiUrl}/no-github`,
        ACTIONS_ID_TOKEN_REQUEST_URL: `${stage.ecr.apiUrl}/_local/id-token?api-version=2.0`,
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: idTokens.requestToken,
        ...(identity === 'role'
          ? { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_SESSION_TOKEN: '' }
          : {}),
      }
      const ids = ['value', 'env', 'file']
      const used = ids.map((id) => `/run/secrets/${id}`).join(' ')
      const then = {
        'fails in the build': 'cat /run/secrets/value; exit 1',
        'is killed': 'echo it-is-on; sleep 3',
      }
      const command = (then as Record<string, string>)[end] ?? 'sleep 1'
      writeFileSync(
        path.join(stage.folder, 'app', 'Dockerfile'),
        `FROM ${stage.baseImage}\nARG INPUT_TAGS\nRUN env\nRUN ${ids.map((id) => `--mount=type=secret,id=${id}`).join(' ')} cat ${used} | sha256sum >/sum; ${command}\n`,
      )
      if (end === 'fails in the push') {
        stage.ecr.faults.order({
          match: { side: 'registry', method: 'PUT', path: /\/manifests\// },
          times: Number.POSITIVE_INFINITY,
          effect: { kind: 'deny' },
        })
      }
      // Then docker logs in, with the password on its standard input.
      const byDocker = end === 'goes well'
      if (byDocker) {
        stage.ecr.faults.order({
          match: { side: 'registry', operation: 'Ping', userAgent: 'ecr-build-push' },
          times: Number.POSITIVE_INFINITY,
          effect: { kind: 'status', status: 503, body: '' },
        })
      }
      // A second registry is connected to, and copied to, with credentials of its own.
      const places = end === 'goes well' && identity === 'role' ? 2 : 1
      const issued = issuedBy(stage)
      const processes = new Processes()
      processes.start()
      let pid = 0
      const result = await stage.main(
        {
          repository: 'app',
          'aws-region': REGION,
          context: 'app',
          tags: 'v1',
          registries: places === 2 ? 'us-east-1' : '',
          'build-args': 'INPUT_TAGS',
          'no-cache': 'true',
          'keep-login': keep,
          secrets: `"value=${lines.join('\n').replaceAll('"', '""')}"`,
          'secret-envs': 'env=HERE',
          'secret-files': 'file=secret.txt',
          ...(identity === 'role' ? { 'role-to-assume': ROLE } : {}),
        },
        {
          env,
          onStart: (started) => {
            pid = started
          },
          onLine: (line) => {
            if (end === 'is killed' && /it-is-on$/.test(line)) process.kill(pid, 'SIGKILL')
          },
        },
      )
      const seen = processes.stop()
      issued.restore()
      if (end === 'goes well') expectSuccess(result)
      else
        expect([result.exitCode, result.signal]).toEqual(end === 'is killed' ? [null, 'SIGKILL'] : [1, null])

      // One token for each registry; with a role, its credentials and the OIDC token that they came for.
      const ofAws = identity === 'role' ? 3 : MINIMAL_SESSIONS ? 2 : 0
      expect([issued.registry.length, issued.aws.length]).toEqual([2 * places, ofAws * places])
      // The build does not see the inputs and the runner's files: docker has no such variable to give it.
      expect(result.log).not.toMatch(/INPUT_TAGS=v1/)
      // Debug logging was on, and told what was decided.
      if (end !== 'is killed')
        expect(result.raw).toMatch(/^::debug::The login to \S+ is (?:written|left to docker login): /m)
      const ambient = identity === 'role' ? [] : [stage.env['AWS_SECRET_ACCESS_KEY'] as string]
      const secrets = [
        ...issued.registry,
        ...issued.aws,
        ...lines,
        ...Object.values(job),
        ...ambient,
        idTokens.requestToken,
      ]
      expect(secrets.filter((secret) => secret.length < 16)).toEqual([])

      // The sampling saw the very process that gets the password, if one does, and the build.
      const login = /docker login --username AWS --password-stdin/
      expect(seen.some(({ command }) => login.test(command))).toBe(byDocker)
      expect(seen.some(({ command }) => /docker(?:-buildx)? (?:buildx )?build /.test(command))).toBe(true)
      const is = {
        step: (command: string) => command.includes(path.join('dist', 'index.js')),
        // With the git that buildx asks about the context.
        build: (command: string) => /docker-buildx buildx build |^\S*\bgit /.test(command),
      }
      for (const secret of secrets) {
        expect(seen.filter(({ command }) => command.includes(secret))).toEqual([])
        const having = seen
          .filter(({ environment }) => environment.includes(secret))
          .map(({ command }) => command)
        const others = having.filter((command) => !is.step(command))
        // buildx reads the variable itself; without it, the step puts the value into a file.
        const allowed = secret === job.variable && name === 'current'
        expect(others.filter((command) => !(allowed && is.build(command)))).toEqual([])
        if (allowed) expect(others.length).toBeGreaterThan(0)

        // Before the runner has masked anything, the only lines that hold it are those that ask for the mask; but
        // a build may print what it was given.
        const printed = end === 'fails in the build' && lines.includes(secret)
        const shown = result.raw.split('\n').filter((line) => line.includes(secret))
        if (!printed) expect(shown.filter((line) => !line.startsWith('::add-mask::'))).toEqual([])
        if (!printed) expect(JSON.stringify(result.annotations)).not.toContain(secret)
        expect(result.log).not.toContain(secret)
        expect(
          JSON.stringify([result.annotations, result.outputs, result.state, result.summary]),
        ).not.toContain(secret)
      }

      rmSync(secretFile)
      // The registry token is where keep-login says, for its owner only, until post.
      const kept = ['config.json', 'config.json.ecr-build-push'].map((file) =>
        path.join(stage.home, '.docker', file),
      )
      if (end !== 'is killed') expect(holding(stage.folder, secrets)).toEqual(keep === 'true' ? kept : [])
      const post = await stage.post(result, { env })
      expect([post.exitCode, post.raw]).toEqual([0, ''])
      expect(holding(stage.folder, secrets)).toEqual([])
      expect(readdirSync(stage.temp).filter((entry) => entry.startsWith('ecr-build-push-'))).toEqual([])
      if (end === 'goes well') {
        const docker = (...args: string[]) => client(parts().engines[name].docker, args, stage.env)
        const image = result.outputs['image-uri'] as string
        const of = await Promise.all([
          docker('history', '--no-trunc', image),
          docker('image', 'inspect', image),
        ])
        for (const secret of secrets) expect(of.join('\n')).not.toContain(secret)
      }
    },
  )
})
