import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { loginConfig, privateConfig, withLogin } from '../../../../src/docker/login/config.ts'
import { addKeptLogin, nameKeptLogin, removeKeptLogin } from '../../../../src/docker/login/kept-login.ts'

const HOST = '123456789012.dkr.ecr.ap-northeast-2.amazonaws.com'
let home: string
let file: string
let env: Record<string, string>

beforeEach(() => {
  home = mkdtempSync(path.join(os.tmpdir(), 'config-'))
  file = path.join(home, '.docker', 'config.json')
  env = { HOME: home }
})

afterEach(() => rmSync(home, { recursive: true }))

function write(content: string, mode = 0o600): void {
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, content)
  chmodSync(file, mode)
}

/** The mode and the bytes: what "as it was" means. */
function snapshot(): { mode: number; bytes: string } | null {
  return existsSync(file) ? { mode: statSync(file).mode & 0o777, bytes: readFileSync(file, 'utf8') } : null
}

describe('a kept login is taken out byte for byte', () => {
  test.each([
    ['an empty object', '{}'],
    ['an empty file', ''],
    ['odd spacing', '{ "auths" : {\n}  }\n\n'],
    ['another registry', '{"auths":{"ghcr.io":{"auth":"YTpi"}},"HttpHeaders":{"A":"b"}}'],
    ['a store', '{"credsStore":"desktop"}'],
    ['helpers', `{"credHelpers":{"${HOST}":"ecr-login","gcr.io":"gcloud"}}`],
    ['an older login to the same registry', `{\n    "auths": {"${HOST}": {"auth": "b2xk", "email": "x"}}\n}`],
    [
      'a context, plugins and proxies',
      '{"currentContext":"remote","cliPluginsExtraDirs":["/p"],"proxies":{"default":{}}}',
    ],
  ])('%s', async (_, content) => {
    write(content, 0o640)
    const before = snapshot()
    const kept = await nameKeptLogin(env, HOST)
    await addKeptLogin(kept, 'bmV3')
    expect(JSON.parse(readFileSync(file, 'utf8')).auths[HOST]).toEqual({ auth: 'bmV3' })
    // While a token is in it, nobody else reads it, whatever mode it had.
    expect(snapshot()?.mode).toBe(0o600)
    await removeKeptLogin(kept)
    expect(readdirSync(path.dirname(file))).toEqual(['config.json'])
    expect(snapshot()).toEqual(before)
  })

  test('no file and no folder before: none after', async () => {
    const kept = await nameKeptLogin(env, HOST)
    await addKeptLogin(kept, 'bmV3')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    await removeKeptLogin(kept)
    expect(existsSync(path.dirname(file))).toBe(false)
  })

  test('a folder that somebody has begun to use stays', async () => {
    const kept = await nameKeptLogin(env, HOST)
    await addKeptLogin(kept, 'bmV3')
    writeFileSync(path.join(home, '.docker', 'other'), '')
    await removeKeptLogin(kept)
    expect(existsSync(file)).toBe(false)
    expect(existsSync(path.join(home, '.docker', 'other'))).toBe(true)
  })

  test('another job’s login that came in between stays, ours goes', async () => {
    write(`{"auths":{"${HOST}":{"auth":"b2xk"}},"credHelpers":{"${HOST}":"ecr-login"}}`)
    const kept = await nameKeptLogin(env, HOST)
    await addKeptLogin(kept, 'bmV3')
    const now = JSON.parse(readFileSync(file, 'utf8'))
    now.auths['ghcr.io'] = { auth: 'YTpi' }
    writeFileSync(file, JSON.stringify(now))
    await removeKeptLogin(kept)
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
      auths: { [HOST]: { auth: 'b2xk' }, 'ghcr.io': { auth: 'YTpi' } },
      credHelpers: { [HOST]: 'ecr-login' },
    })
  })

  test('a file that somebody removed is not made anew', async () => {
    write('{}')
    const kept = await nameKeptLogin(env, HOST)
    await addKeptLogin(kept, 'bmV3')
    rmSync(file)
    await removeKeptLogin(kept)
    expect(existsSync(file)).toBe(false)
  })
})

describe('the step’s own configuration', () => {
  test('carries everything along, with the host past the store', () => {
    const user = { credsStore: 'desktop', currentContext: 'remote', auths: { 'ghcr.io': { auth: 'YTpi' } } }
    expect(withLogin(user, HOST, 'bmV3')).toEqual({
      ...user,
      auths: { 'ghcr.io': { auth: 'YTpi' }, [HOST]: { auth: 'bmV3' } },
      credHelpers: { [HOST]: '' },
    })
  })

  test('without a store or helper there is no helper entry', () => {
    expect(withLogin({}, HOST, 'bmV3')).toEqual({ auths: { [HOST]: { auth: 'bmV3' } } })
  })

  test('knows the user’s plugins, which docker would look for beside the file', () => {
    const plugins = path.join(home, '.docker', 'cli-plugins')
    mkdirSync(plugins, { recursive: true })
    expect(
      privateConfig({ cliPluginsExtraDirs: ['/p'] }, new Map([[HOST, 'a']]), env).cliPluginsExtraDirs,
    ).toEqual(['/p', plugins])
  })

  test('for docker login itself asks no store', () => {
    expect(loginConfig(HOST)).toEqual({ auths: {}, credHelpers: { [HOST]: '' } })
  })

  test('an unreadable configuration is an error that names the file', async () => {
    write('{"auths":')
    await expect(addKeptLogin(await nameKeptLogin(env, HOST), 'a')).rejects.toThrow(
      `Docker's configuration ${file} is not valid`,
    )
  })
})
