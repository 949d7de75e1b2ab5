import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { environmentsOf } from '../../../src/docker/environment.ts'
import type { BuildRequest } from '../../../src/docker/port.ts'
import { buildInputs } from '../../support/inputs.ts'

let home: string
let job: Record<string, string>

beforeEach(() => {
  home = mkdtempSync(path.join(os.tmpdir(), 'environment-'))
  job = {
    HOME: home,
    PATH: '/bin',
    HTTPS_PROXY: 'http://proxy:3128',
    AWS_REGION: 'ap-northeast-2',
    AWS_PROFILE: 'ci',
    AWS_ACCESS_KEY_ID: 'a',
    AWS_SECRET_ACCESS_KEY: 'b',
    AWS_SESSION_TOKEN: 'c',
    AWS_CONTAINER_AUTHORIZATION_TOKEN: 'd',
    GITHUB_TOKEN: 'e',
    ACTIONS_RUNTIME_TOKEN: 'f',
    ACTIONS_RESULTS_URL: 'g',
    NPM_TOKEN: 'h',
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'i',
    INPUT_SECRETS: 'j',
    GITHUB_OUTPUT: 'k',
  }
})

afterEach(() => rmSync(home, { recursive: true }))

const CREDENTIALS = [
  'AWS_ACCESS_KEY_ID',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'GITHUB_TOKEN',
]
const CACHE = ['ACTIONS_RESULTS_URL', 'ACTIONS_RUNTIME_TOKEN']
const COMMON = ['AWS_PROFILE', 'AWS_REGION', 'HOME', 'HTTPS_PROXY', 'PATH']

function put(file: string, content: object | string): void {
  const whole = path.join(home, '.docker', file)
  mkdirSync(path.dirname(whole), { recursive: true })
  writeFileSync(whole, typeof content === 'string' ? content : JSON.stringify(content))
}

function putContext(name: string, Host: string): void {
  const id = createHash('sha256').update(name).digest('hex')
  put(`contexts/meta/${id}/meta.json`, { Name: name, Endpoints: { docker: { Host } } })
}

const putBuilder = (name: string, Driver: string, Endpoint = 'unix:///var/run/docker.sock') =>
  put(`buildx/instances/${name}`, { Name: name, Driver, Nodes: [{ Endpoint }] })

/** Of the job's secrets, what each process of a build gets. */
async function given(build: Partial<BuildRequest> = {}, buildx = true) {
  const secrets = [{ id: 'npm', from: 'env', name: 'NPM_TOKEN' }] as const
  const request = { ...buildInputs({ secrets }), ...build } as BuildRequest
  const environments = await environmentsOf(job, request.secrets)
  const of = (environment: Readonly<Record<string, string>>) => {
    expect(Object.keys(environment)).toEqual(expect.arrayContaining(COMMON))
    return Object.keys(environment)
      .filter((name) => !COMMON.includes(name) && name in job && !name.startsWith('DOCKER_'))
      .sort()
  }
  return {
    engine: of(environments.engine),
    builder: of(await environments.builder(request.builder)),
    push: of(environments.push),
    build: of(await environments.build(request, buildx)),
  }
}

const nothing = { engine: [], builder: [], push: [], build: ['NPM_TOKEN'] }
const withCredentials = [...CREDENTIALS, 'NPM_TOKEN'].sort()

describe('the secrets of a job', () => {
  test('are for nobody but the build, and of them only those that it is given', async () => {
    expect(await given()).toEqual(nothing)
    // Without buildx the step itself reads the variable, and puts it into a file.
    expect(await given({}, false)).toEqual({ ...nothing, build: [] })
  })

  test.each<[string, object]>([
    ['a store', { credsStore: 'ecr-login' }],
    ['a helper', { credHelpers: { 'public.ecr.aws': 'ecr-login' } }],
  ])('the credentials are for whoever may ask %s', async (_, config) => {
    put('config.json', config)
    expect(await given()).toEqual({ ...nothing, push: CREDENTIALS, build: withCredentials })
  })

  test('a helper that is none, and a configuration that cannot be read, ask for nothing', async () => {
    put('config.json', { credHelpers: { 'public.ecr.aws': '' } })
    expect(await given()).toEqual(nothing)
    put('config.json', '{')
    expect(await given()).toEqual(nothing)
  })

  test('caches get what they are reached with', async () => {
    expect((await given({ cacheTo: ['mode=max,type=s3,bucket=b'] })).build).toEqual(withCredentials)
    expect((await given({ cacheFrom: ['type=gha'] })).build).toEqual([...CACHE, 'NPM_TOKEN'])
    expect((await given({ cacheFrom: ['type=registry,ref=s3'] })).build).toEqual(['NPM_TOKEN'])
  })

  test('what a build argument or a secret names is for the build', async () => {
    expect((await given({ buildArgs: ['GITHUB_TOKEN', 'A=AWS_SESSION_TOKEN'] })).build).toEqual([
      'GITHUB_TOKEN',
      'NPM_TOKEN',
    ])
    const secrets = [{ id: 'aws', from: 'env', name: 'AWS_SESSION_TOKEN' }] as const
    expect((await given({ secrets })).build).toEqual(['AWS_SESSION_TOKEN', 'NPM_TOKEN'])
    expect((await given({ secrets, buildArgs: ['NPM_TOKEN'] }, false)).build).toEqual(['NPM_TOKEN'])
  })

  const everywhere = { engine: CREDENTIALS, builder: CREDENTIALS, push: CREDENTIALS, build: withCredentials }

  test('an engine over ssh may be reached through a command of AWS', async () => {
    job['DOCKER_HOST'] = 'ssh://build@host'
    expect(await given()).toEqual(everywhere)
    delete job['DOCKER_HOST']
    putContext('far', 'ssh://build@host')
    putContext('near', 'unix:///var/run/docker.sock')
    put('config.json', { currentContext: 'far' })
    expect(await given()).toEqual(everywhere)
    job['DOCKER_CONTEXT'] = 'near'
    expect(await given()).toEqual(nothing)
    job['DOCKER_HOST'] = 'tcp://127.0.0.1:2375'
    job['DOCKER_CONTEXT'] = 'far'
    expect(await given()).toEqual(nothing)
  })

  test.each<[string, () => void, string | null, boolean]>([
    ['in a cluster, by its name', () => putBuilder('mine', 'kubernetes'), 'mine', true],
    ['in a cluster, by its name in capitals', () => putBuilder('mine', 'kubernetes'), 'MiNe', true],
    ['elsewhere, as the chosen one', () => put('buildx/current', { Name: 'mine' }), null, true],
    ['elsewhere, as a context’s chosen one', () => put('buildx/defaults/0123', 'mine'), null, true],
    ['elsewhere, which nobody has chosen', () => undefined, null, false],
    ['on this machine, by its name', () => putBuilder('mine', 'docker-container'), 'mine', false],
    ['over ssh', () => putBuilder('mine', 'docker-container', 'ssh://host'), 'mine', true],
    ['in a context over ssh', () => putBuilder('mine', 'docker-container', 'far'), 'mine', true],
    ['that is a context over ssh', () => undefined, 'far', true],
  ])('a builder %s', async (_, prepare, builder, gets) => {
    putContext('far', 'ssh://build@host')
    putBuilder('mine', 'remote', 'tcp://host:1234')
    prepare()
    expect(await given({ builder })).toEqual(
      gets ? { ...nothing, builder: CREDENTIALS, build: withCredentials } : nothing,
    )
  })
})

test.each<[string, () => void, string | null, boolean]>([
  ['nobody', () => undefined, null, false],
  ['the input', () => undefined, 'mine', true],
  [
    'BUILDX_BUILDER',
    () => {
      job['BUILDX_BUILDER'] = 'mine'
    },
    null,
    true,
  ],
  ['docker buildx use', () => put('buildx/current', { Key: 'unix:///x', Name: 'mine' }), null, true],
  [
    'docker buildx use, of the default',
    () => put('buildx/current', { Key: 'unix:///x', Name: '' }),
    null,
    false,
  ],
  ['docker buildx use --default', () => put('buildx/defaults/0123', 'mine'), null, true],
])('%s chooses a builder', async (_, choose, builder, chosen) => {
  choose()
  expect(await (await environmentsOf(job, [])).choosesBuilder(builder)).toBe(chosen)
})

test.each<[string | null, boolean]>([
  [null, false],
  ['', false],
  ['default', true],
  ['here', false],
  ['MINE', false],
  ['elsewhere', true],
  ['nope', true],
])('BUILDX_BUILDER %j: whether it may not exist: %j', async (name, unknown) => {
  putBuilder('mine', 'remote', 'tcp://host:1234')
  job['DOCKER_CONTEXT'] = 'here'
  if (name !== null) job['BUILDX_BUILDER'] = name
  expect(await (await environmentsOf(job, [])).choosesUnknown()).toBe(unknown)
})

test.each([
  [{}, undefined, 'default'],
  [{}, 'chosen', 'chosen'],
  [{ DOCKER_CONTEXT: 'here' }, 'chosen', 'here'],
  [{ DOCKER_CONTEXT: 'here', DOCKER_HOST: 'unix:///x' }, 'chosen', 'default'],
])(
  'the docker context in use, with %j and currentContext %j: %s',
  async (variables, currentContext, name) => {
    put('config.json', JSON.stringify({ currentContext }))
    expect((await environmentsOf({ ...job, ...variables }, [])).context).toBe(name)
  },
)

test.each(['quiet', 'rawjson', 'tty', 'auto', ''])(
  "a build writes plain progress, which failures are read from, if the job's BUILDKIT_PROGRESS is %j",
  async (progress) => {
    job['BUILDKIT_PROGRESS'] = progress
    const environments = await environmentsOf(job, [])
    for (const buildx of [true, false]) {
      const request = { ...buildInputs() } as BuildRequest
      expect((await environments.build(request, buildx))['BUILDKIT_PROGRESS']).toBe('plain')
    }
  },
)

describe('the socket of the engine', () => {
  const socket = async (more: Record<string, string> = {}) =>
    (await environmentsOf({ ...job, ...more }, [])).engineSocket

  test("is docker's own, that of DOCKER_HOST, or that of the context", async () => {
    expect(await socket()).toBe('/var/run/docker.sock')
    expect(await socket({ DOCKER_HOST: 'unix:///run/user/1000/docker.sock' })).toBe(
      '/run/user/1000/docker.sock',
    )
    putContext('rootless', 'unix:///run/user/1001/docker.sock')
    expect(await socket({ DOCKER_CONTEXT: 'rootless' })).toBe('/run/user/1001/docker.sock')
    expect(await socket({ DOCKER_CONTEXT: 'default' })).toBe('/var/run/docker.sock')
    put('config.json', { currentContext: 'rootless' })
    expect(await socket()).toBe('/run/user/1001/docker.sock')
    // docker takes no context beside it.
    expect(await socket({ DOCKER_HOST: 'unix:///x.sock', DOCKER_CONTEXT: 'absent' })).toBe('/x.sock')
  })

  test.each<[string, Record<string, string>]>([
    ['over the network', { DOCKER_HOST: 'tcp://127.0.0.1:2375' }],
    ['over SSH', { DOCKER_HOST: 'ssh://user@host' }],
    ['on an abstract socket', { DOCKER_HOST: 'unix://@docker' }],
    ['on a socket that depends on the folder', { DOCKER_HOST: 'unix://docker.sock' }],
    ['with TLS', { DOCKER_TLS_VERIFY: '1' }],
    ['with TLS that is not verified', { DOCKER_TLS: '1' }],
    ['in another version of its API', { DOCKER_API_VERSION: '1.41' }],
    ['with headers', { DOCKER_CUSTOM_HEADERS: 'X-A=b' }],
    ['in a context that does not exist', { DOCKER_CONTEXT: 'absent' }],
  ])('is not known if docker speaks to it %s', async (_, more) => {
    expect(await socket(more)).toBeNull()
  })

  test("nor with headers of the user's configuration", async () => {
    put('config.json', { HttpHeaders: { 'X-A': 'b' } })
    expect(await socket()).toBeNull()
  })
})
