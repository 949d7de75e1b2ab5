import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { root } from '../../dev/runner.ts'
import type { BuildRequest } from '../../src/docker/port.ts'
import { readInputs } from '../../src/inputs/index.ts'
import { renderSummary } from '../../src/report/summary.ts'
import type { World } from '../../src/world.ts'
import { Flow } from '../support/flow.ts'

// One workflow for pull requests and pushes: with push: false, whatever waits for a push is told once, and left out.

const given: Readonly<Record<string, string>> = {
  repository: 'app',
  context: 'examples/demo-service',
  tags: 'v1',
  push: 'false',
  registries: 'us-east-1',
  'scan-on-push': 'true',
  'if-image-exists': 'skip',
  cache: 'ecr',
  'keep-login': 'true',
  'fail-on-severity': 'high',
  'wait-for-replication': 'true',
  'wait-for-signing': 'true',
  attest: 'provenance',
}

test('push: false without credentials builds, asks AWS nothing, and tells in one notice what waits for a push', async () => {
  const requests: BuildRequest[] = []
  const flow = new Flow()
  flow.alter = (world) => ({
    ...world,
    connectEcr: async () => {
      throw new Error('no credentials')
    },
    docker: {
      ...world.docker,
      build: async (_, request) => {
        requests.push(request)
        return { digest: null, imageId: 'sha256:1', metadata: {} }
      },
    },
  })
  await flow.run(readInputs({ get: (name) => given[name] ?? '', env: {}, cwd: root }))
  expect(flow.log.filter((line) => /^(?:notice|warning): /.test(line))).toEqual([
    'notice: Nothing is pushed (push: false), so that these inputs have no effect until a run pushes: registries, scan-on-push, if-image-exists, cache: ecr, keep-login, fail-on-severity, wait-for-replication, attest, wait-for-signing',
  ])
  expect([flow.operations(), flow.dockerCalls]).toEqual([[], ['inspect']])
  expect(requests).toMatchObject([{ naming: 'local', references: ['app:v1'], cacheFrom: [], cacheTo: [] }])
  expect(flow.outputs).toMatchObject({ pushed: 'false', attested: 'false', imageid: 'sha256:1' })
})

test.each<[string, Readonly<Record<string, string>>, boolean, string]>([
  ['nothing is said of it', {}, false, 'app:v1'],
  ['it is loaded', { load: 'true', outputs: 'out' }, false, 'app:v1'],
  ['it is an archive', { outputs: 'type=oci,dest=image.tar' }, false, 'app:v1'],
  ['only files are written', { outputs: 'out' }, false, ''],
  ['it is in the cache alone', { outputs: 'type=cacheonly' }, false, ''],
  ['it is in a cache of the builder alone', {}, true, ''],
])('the summary names an image only if the build left one: %s', async (_, more, onlyInCache, named) => {
  let summary = ''
  const flow = new Flow()
  flow.alter = (world) => ({
    ...world,
    summarize: async (facts) => {
      summary = renderSummary(facts)
    },
    docker: {
      ...world.docker,
      build: async () => ({ digest: null, imageId: '', metadata: {}, onlyInCache }),
    },
  })
  const all = { repository: 'app', tags: 'v1', push: 'false', context: 'examples/demo-service', ...more }
  await flow.run(readInputs({ get: (name) => all[name as 'tags'] ?? '', env: {}, cwd: root }))
  expect(summary.includes('```text\napp:v1\n```')).toBe(named !== '')
  expect(summary.includes('The build left no image; ')).toBe(named === '')
  const what = named || (onlyInCache ? "into the builder's cache alone" : 'without an image')
  expect(flow.log.join('\n')).toMatch(
    new RegExp(
      `^Built ${what} in .*s, not pushed \\(push: false\\)${onlyInCache ? ': load: true would ' : '$'}`,
      'm',
    ),
  )
})

const HOST = '123456789012.dkr.ecr.ap-northeast-2.amazonaws.com'

describe('push: false of a build that refers to ECR', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'without-push-'))
    writeFileSync(path.join(folder, 'Dockerfile'), 'FROM scratch\n')
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  async function run(
    more: Readonly<Record<string, string>>,
    alter: Flow['alter'] = (world) => world,
    env: Readonly<Record<string, string>> = {},
  ) {
    const flow = new Flow()
    const requests: BuildRequest[] = []
    flow.alter = (world) => {
      const build: World['docker']['build'] = async (_, request) => {
        requests.push(request)
        return { digest: null, imageId: 'sha256:1', metadata: {} }
      }
      return alter({ ...world, docker: { ...world.docker, build } })
    }
    const inputs = { repository: 'app', 'aws-region': 'ap-northeast-2', tags: 'v1', push: 'false', ...more }
    await flow.run(readInputs({ get: (name) => inputs[name as 'tags'] ?? '', env, cwd: folder }))
    return { flow, pullLogins: requests.flatMap(({ pullLogins }) => pullLogins) }
  }

  test.each<[string, string, Readonly<Record<string, string>>, Readonly<Record<string, string>>?]>([
    [
      'a build argument from the environment',
      'ARG BASE\nFROM $BASE\n',
      { 'build-args': 'BASE' },
      { BASE: `${HOST}/base:1` },
    ],
    ['the default of an argument', `ARG BASE=${HOST}/base:1\nFROM $BASE\n`, {}],
    [
      'a host that is put together',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a Dockerfile's own.
      'ARG ACCOUNT\nARG REGION\nFROM ${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com/base:1\n',
      { 'build-args': 'ACCOUNT=123456789012\nREGION=ap-northeast-2' },
    ],
    [
      'a part of the host in an argument',
      'ARG S\nFROM 123456789012.$S/base\n',
      { 'build-args': 'S=dkr.ecr.ap-northeast-2.amazonaws.com' },
    ],
    ['COPY --from', `FROM scratch\nCOPY --from=${HOST}/base:1 / /\n`, {}],
    ['the frontend', `# syntax=${HOST}/frontend:1\nFROM scratch\n`, {}],
    ["the SBOM's generator", 'FROM scratch\n', { sbom: `generator=${HOST}/scanner:1` }],
    ['the same in attests', 'FROM scratch\n', { attests: `type=sbom,generator=${HOST}/scanner:1` }],
    ['a Dockerfile that docker fetches', 'FROM scratch\n', { file: 'https://example.org/Dockerfile' }],
    ['a context that docker fetches', 'FROM scratch\n', { context: 'https://example.org/app.git#main' }],
    ['FROM', `FROM ${HOST}/base:1\n`, {}],
    ['a build argument', 'ARG BASE\nFROM $BASE\n', { 'build-args': `BASE=${HOST}/base:1` }],
    ['a build context', 'FROM base\n', { 'build-contexts': `base=docker-image://${HOST}/base:1` }],
    ['a cache', 'FROM scratch\n', { 'cache-from': `type=registry,ref=${HOST}/app:cache` }],
    ['a cache that is written', 'FROM scratch\n', { 'cache-to': `type=registry,ref=${HOST}/app:cache` }],
  ])(
    '%s: the build has a login to the registry, and nothing else is asked',
    async (_, dockerfile, more, ...env) => {
      writeFileSync(path.join(folder, 'Dockerfile'), dockerfile)
      const { flow, pullLogins } = await run(more, undefined, env[0])
      expect(flow.operations()).toEqual(['GetAuthorizationToken'])
      expect(flow.dockerCalls).toEqual(['inspect'])
      // One that gives way to the user's own login there.
      const password = expect.stringMatching(/^.{16,}$/s)
      expect(pullLogins).toEqual([{ registry: HOST, username: 'AWS', password, ofEcr: 'found' }])
      expect(flow.outputs).toMatchObject({ pushed: 'false', imageid: 'sha256:1' })
    },
  )

  test('without credentials it is built all the same, with no word but for debugging', async () => {
    writeFileSync(path.join(folder, 'Dockerfile'), `FROM ${HOST}/base:1\n`)
    const { flow, pullLogins } = await run({}, (world) => ({
      ...world,
      connectEcr: async () => {
        throw new Error('no credentials')
      },
    }))
    expect(flow.debug).toContain(`No login to ${HOST} for what the build reads: no credentials`)
    expect(flow.log.filter((line) => /login|logged in|credentials/i.test(line))).toEqual([])
    expect(pullLogins).toEqual([])
    expect(flow.dockerCalls).toEqual(['inspect'])
    expect(flow.outputs).toMatchObject({ imageid: 'sha256:1' })
  })

  test('nothing refers to it: AWS is not asked', async () => {
    expect((await run({})).flow.operations()).toEqual([])
  })
})

test.each([
  ['check', 'Check complete, no warnings found.'],
  ['outline,format=json', '{ "a": "```" }'],
  ['targets', ''],
])(
  'call: %s: the answer of the Dockerfile is the summary, and nothing is said of an image',
  async (call, answer) => {
    const flow = new Flow()
    flow.alter = (world) => ({
      ...world,
      docker: { ...world.docker, build: async () => ({ digest: null, imageId: '', metadata: {}, answer }) },
    })
    const all = { repository: 'app', tags: 'v1', context: 'examples/demo-service', call }
    await flow.run(readInputs({ get: (name) => all[name as 'tags'] ?? '', env: {}, cwd: root }))
    expect(flow.log.at(-1)).toMatch(/^Took [\d.]+ m?s in all$/)
    expect(flow.summary).toMatch(/^### ✅ Asked, not built: <code>app<\/code>\n/)
    expect(flow.summary).toContain(`<code>call: ${call}</code>`)
    expect(flow.summary).toContain(answer === '' ? '\n\nNothing.\n\n' : `text\n${answer}\n\``)
    expect(flow.summary).not.toMatch(/[Pp]ushed|What now|docker pull/)
  },
)
