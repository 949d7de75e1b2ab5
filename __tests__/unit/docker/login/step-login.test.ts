import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { openStepFolder } from '../../../../src/docker/login/step-folder.ts'
import { StepLogin } from '../../../../src/docker/login/step-login.ts'
import type { PullLogin } from '../../../../src/docker/port.ts'
import { fixedSession } from '../../../support/session.ts'

const HOST = '123456789012.dkr.ecr.eu-west-1.amazonaws.com'

let home: string
beforeEach(() => {
  home = mkdtempSync(path.join(os.tmpdir(), 'step-login-'))
  mkdirSync(path.join(home, '.docker'))
})
afterEach(() => rmSync(home, { recursive: true }))

let told: string[]
/** Logs in where there is no docker command. @param accepted what the registry says of the token */
async function logIn(
  config: object,
  accepted: () => Promise<boolean>,
  sharesNetwork = true,
  pullLogins: readonly PullLogin[] = [],
  more: { hasEngine?: boolean; confirm?: () => Promise<void>; variables?: Record<string, string> } = {},
) {
  writeFileSync(path.join(home, '.docker', 'config.json'), JSON.stringify(config))
  const env = { HOME: home, RUNNER_TEMP: home, PATH: '/nowhere', ...more.variables }
  const folder = await openStepFolder(env)
  told = []
  const before = process.env['PATH']
  // The toolkit looks for programs on this process's own PATH.
  process.env['PATH'] = '/nowhere'
  try {
    await new StepLogin(env).logIn(fixedSession(HOST, 'secret'), folder, env, null, {
      accepted,
      confirm: more.confirm ?? (() => Promise.reject(new Error('not to be asked'))),
      hasEngine: async () => more.hasEngine ?? true,
      log: () => undefined,
      debug: (line) => told.push(line),
      pullLogins: async () => pullLogins,
      sharesNetwork,
    })
  } finally {
    process.env['PATH'] = before
  }
  const file = path.join(folder.path, 'config.json')
  return { mode: statSync(file).mode & 0o777, written: JSON.parse(readFileSync(file, 'utf8')) as unknown }
}

const auth = Buffer.from('AWS:secret').toString('base64')

test('a token that the registry accepts is written as docker stores it, for its owner only, without a docker', async () => {
  const { mode, written } = await logIn({ auths: { 'other.example': { auth: 'eDp5' } } }, async () => true)
  expect(written).toEqual({ auths: { 'other.example': { auth: 'eDp5' }, [HOST]: { auth } } })
  expect(mode).toBe(0o600)
  expect(told).toEqual([`The login to ${HOST} is written: the registry accepts the token`])
})

test("the user's store is not asked for the registry", async () => {
  const { written } = await logIn({ credsStore: 'desktop' }, async () => true)
  expect(written).toEqual({ credsStore: 'desktop', credHelpers: { [HOST]: '' }, auths: { [HOST]: { auth } } })
})

test('a token that the registry has not accepted is given to docker, which says why', async () => {
  await expect(logIn({}, async () => false)).rejects.toThrow(/^docker cannot log in to .*: .*docker/)
})

test("an engine in another network has a way of its own to the registry: docker asks by it, and the runner's counts for nothing", async () => {
  let asked = false
  const accepted = async () => {
    asked = true
    return true
  }
  await expect(logIn({}, accepted, false)).rejects.toThrow(/^docker cannot log in to .*: .*docker/)
  expect(asked).toBe(false)
  expect(told).toEqual([`The login to ${HOST} is left to docker login: the engine's network is another`])
})

describe('logins of the build, for what it pulls', () => {
  const HUB = 'https://index.docker.io/v1/'
  const pullLogins = [
    { registry: HUB, username: 'me', password: 'hub-token' },
    { registry: 'ghcr.io', username: 'octo', password: 'a:b' },
  ]
  const own = {
    [HUB]: { auth: Buffer.from('me:hub-token').toString('base64') },
    'ghcr.io': { auth: Buffer.from('octo:a:b').toString('base64') },
  }
  const users = {
    auths: { 'ghcr.io': { auth: 'dXNlcnM6', email: 'x' }, 'other.example': { auth: 'eDp5' } },
    credsStore: 'desktop',
    credHelpers: { [HUB]: 'pass', 'gcr.io': 'gcloud' },
  }

  test("stand beside the step's own, and take the place of the user's", async () => {
    const { mode, written } = await logIn(users, async () => true, true, pullLogins)
    expect(written).toEqual({
      auths: { ...users.auths, ...own, [HOST]: { auth } },
      credsStore: 'desktop',
      credHelpers: { [HUB]: '', 'ghcr.io': '', 'gcr.io': 'gcloud', [HOST]: '' },
    })
    expect(mode).toBe(0o600)
    // The user's file is as it was.
    expect(JSON.parse(readFileSync(path.join(home, '.docker', 'config.json'), 'utf8'))).toEqual(users)
  })

  test('are all that a build has that is logged in nowhere else', async () => {
    writeFileSync(path.join(home, '.docker', 'config.json'), JSON.stringify(users))
    const env = { HOME: home, RUNNER_TEMP: home }
    const folder = await openStepFolder(env)
    await new StepLogin(env).writeForPulls(pullLogins, folder)
    const file = path.join(folder.path, 'config.json')
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ auths: { ...users.auths, ...own } })
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  describe("to a registry of ECR's that was found by itself", () => {
    const other = '210987654321.dkr.ecr.eu-west-1.amazonaws.com'
    const token = { registry: other, username: 'AWS', password: 'token' }
    const ours = { auth: Buffer.from('AWS:token').toString('base64') }
    const loginThere = async (config: object, ofEcr: 'given' | 'found', variables = {}) => {
      const { written } = await logIn(config, async () => true, true, [{ ...token, ofEcr }], { variables })
      return (written as typeof users).auths[other as 'ghcr.io'] as { auth: string } | undefined
    }
    const theirs = { auth: 'dGhlaXJz' }
    const cases: [string, object, object?][] = [
      ['a login', { auths: { [other]: theirs } }],
      ['a login by address', { auths: { [`https://${other}/v2/`]: theirs } }],
      ['a login in a store', { auths: { [other]: {} }, credsStore: 'desktop' }],
      ['a helper', { credHelpers: { [other]: 'ecr-login' } }],
      ["Amazon's helper for all", { credsStore: 'ecr-login' }],
      ['a login in a variable', {}, { DOCKER_AUTH_CONFIG: JSON.stringify({ auths: { [other]: theirs } }) }],
    ]
    test.each(cases)("gives way to the user's: %s", async (_, config, variables = {}) => {
      expect(await loginThere(config, 'found', variables)).not.toEqual(ours)
      expect(await loginThere(config, 'given', variables)).toEqual(ours)
    })

    test.each<[string, object, object?]>([
      ['nothing', {}],
      ['another login', { auths: { [HOST]: theirs }, credsStore: 'desktop' }],
      ['no helper', { credHelpers: { [other]: '', [HOST]: 'ecr-login' } }],
      ['a variable that is no JSON', {}, { DOCKER_AUTH_CONFIG: '{' }],
    ])('is written if the user has %s', async (_, config, variables = {}) => {
      expect(await loginThere(config, 'found', variables)).toEqual(ours)
    })

    test('is never instead of that to the registry that is pushed to', async () => {
      const own = [{ ...token, registry: HOST, ofEcr: 'given' as const }]
      const { written } = await logIn({}, async () => true, true, own)
      expect(written).toEqual({ auths: { [HOST]: { auth } } })
    })
  })

  test('are none to the registry that is pushed to', async () => {
    const other = [{ registry: HOST, username: 'AWS', password: 'x' }]
    await expect(logIn({}, async () => true, true, other)).rejects.toThrow(
      `Input 'registry-auth': '${HOST}': is the registry that the image is pushed to`,
    )
  })
})

test.each<[string, string]>([
  [
    JSON.stringify({ auths: { [HOST]: { auth: 'b2xk' }, 'other.example': { auth: 'eDp5' } } }),
    '{"auths":{"other.example":{"auth":"eDp5"}}}',
  ],
  [JSON.stringify({ auths: { [HOST]: { auth: 'b2xk' } } }), ''],
  ['{"auths":{"other.example":{"auth":"eDp5"}}}', '{"auths":{"other.example":{"auth":"eDp5"}}}'],
  ['no JSON', 'no JSON'],
  ['null', 'null'],
  ['[]', '[]'],
])('logins of the variable DOCKER_AUTH_CONFIG, which docker prefers to a file: %s', async (given, left) => {
  const env = { HOME: home, RUNNER_TEMP: home, DOCKER_AUTH_CONFIG: given }
  const folder = await openStepFolder(env)
  const login = new StepLogin(env)
  await login.writeForPulls([{ registry: HOST, username: 'a', password: 'b' }], folder)
  expect(login.variables(folder)).toEqual({ ...folder.own, DOCKER_AUTH_CONFIG: left })
})

describe('without an engine', () => {
  const refused = new Error('The login failed: 403 Forbidden')

  test.each([true, false])(
    'the registry is asked by this process alone (a socket that is there: %s)',
    async (shares) => {
      let asked = 0
      const confirm = async () => {
        asked += 1
      }
      const { mode, written } = await logIn({}, async () => false, shares, [], { hasEngine: false, confirm })
      expect([asked, mode, written]).toEqual([1, 0o600, { auths: { [HOST]: { auth } } }])
    },
  )

  test('what it says is the reason why there is no login', async () => {
    const confirm = () => Promise.reject(refused)
    await expect(logIn({}, async () => false, false, [], { hasEngine: false, confirm })).rejects.toBe(refused)
  })
})
