import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import fc from 'fast-check'
import type { DockerConfig } from '../../../../src/docker/login/config.ts'
import {
  addKeptLogin,
  type KeptLogin,
  nameKeptLogin,
  removeKeptLogin,
} from '../../../../src/docker/login/kept-login.ts'
import { withLock } from '../../../../src/docker/login/lock.ts'

const [SEOUL, TOKYO] = [
  '123456789012.dkr.ecr.ap-northeast-2.amazonaws.com',
  '210987654321.dkr.ecr.ap-northeast-1.amazonaws.com',
]
const HOSTS = [SEOUL, TOKYO]
const HOUR = 3600_000
let home: string
let file: string
let tokens = 0

beforeEach(() => {
  home = mkdtempSync(path.join(os.tmpdir(), 'kept-login-'))
  file = path.join(home, '.docker', 'config.json')
})

afterEach(() => {
  jest.restoreAllMocks()
  rmSync(home, { recursive: true })
})

function write(content: string, mode = 0o600): void {
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(`${file}.new`, content, { mode })
  chmodSync(`${file}.new`, mode)
  renameSync(`${file}.new`, file)
}

const read = (): DockerConfig => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {})
const authOf = (host: string) => read().auths?.[host]?.auth
const beside = () => (existsSync(path.dirname(file)) ? readdirSync(path.dirname(file)) : []).sort()

/** A job that has logged in. */
async function job(host = SEOUL): Promise<{ kept: KeptLogin; auth: string }> {
  const kept = await nameKeptLogin({ HOME: home }, host)
  const auth = `token-${++tokens}`
  await addKeptLogin(kept, auth)
  return { kept, auth }
}

/** `docker login` and `docker logout`, which take no lock and write the whole file. */
function byHand(host: string, auth: string | null): void {
  const config = read()
  const { [host]: _, ...auths } = config.auths ?? {}
  write(
    JSON.stringify({ ...config, auths: auth === null ? auths : { ...auths, [host]: { auth } } }, null, '\t'),
  )
}

const USERS = `{\n  "auths": { "${SEOUL}": { "auth": "users" }, "ghcr.io": {"auth":"x"} } }\n`

describe('several jobs of one user', () => {
  test.each([
    ['the first to come goes first', [0, 1, 2]],
    ['the first to come goes last', [2, 1, 0]],
    ['in some other order', [1, 2, 0]],
  ])('with the same registry: %s', async (_, order) => {
    write(USERS, 0o644)
    const jobs = [await job(), await job(), await job()]
    const left = [...jobs]
    for (const index of order) {
      expect(authOf(SEOUL)).toBe(left.at(-1)?.auth)
      const one = jobs[index] as (typeof jobs)[number]
      await removeKeptLogin(one.kept)
      left.splice(left.indexOf(one), 1)
    }
    expect(readFileSync(file, 'utf8')).toBe(USERS)
    expect(statSync(file).mode & 0o777).toBe(0o644)
    expect(beside()).toEqual(['config.json'])
  })

  test('at the same moment: no login is lost', async () => {
    write(USERS)
    const hosts = Array.from({ length: 25 }, (_, index) => `${index}.example`)
    const jobs = await Promise.all(hosts.map((host) => job(host)))
    for (const [index, host] of hosts.entries()) expect(authOf(host)).toBe(jobs[index]?.auth)
    await Promise.all(jobs.map(({ kept }) => removeKeptLogin(kept)))
    expect(readFileSync(file, 'utf8')).toBe(USERS)
  })

  test('at the same moment, where there was no folder', async () => {
    const jobs = await Promise.all(HOSTS.map((host) => job(host)))
    await Promise.all(
      jobs.map(async ({ kept }) => {
        await removeKeptLogin(kept)
        await removeKeptLogin((await job(kept.host)).kept)
      }),
    )
    expect(readdirSync(home)).toEqual([])
  })

  test('a job that was killed makes no other fail, and its login goes when its token is dead', async () => {
    write(USERS)
    const killed = await job()
    const other = await job(TOKYO)
    await removeKeptLogin(other.kept)
    expect([authOf(SEOUL), authOf(TOKYO)]).toEqual([killed.auth, undefined])
    jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 13 * HOUR)
    const later = await job(TOKYO)
    expect([authOf(SEOUL), authOf(TOKYO)]).toEqual(['users', later.auth])
    await removeKeptLogin(later.kept)
    expect(readFileSync(file, 'utf8')).toBe(USERS)
  })
})

describe('somebody else', () => {
  test('who logs in by hand keeps that login, and who logs out stays logged out', async () => {
    write(USERS)
    const [first, second] = [await job(), await job()]
    byHand(SEOUL, 'mine')
    await removeKeptLogin(second.kept)
    expect(authOf(SEOUL)).toBe('mine')
    const third = await job()
    await removeKeptLogin(third.kept)
    expect(authOf(SEOUL)).toBe('mine')
    byHand(SEOUL, null)
    await removeKeptLogin(first.kept)
    expect(authOf(SEOUL)).toBeUndefined()
    expect(beside()).toEqual(['config.json'])
  })

  test('who has a store for the registry is logged in by hand for as long as they want', async () => {
    write(JSON.stringify({ credsStore: 'desktop' }))
    const { kept } = await job()
    byHand(SEOUL, 'mine')
    await removeKeptLogin(kept)
    expect(read()).toEqual({
      credsStore: 'desktop',
      credHelpers: { [SEOUL]: '' },
      auths: { [SEOUL]: { auth: 'mine' } },
    })
    byHand(SEOUL, null)
    const again = await job()
    byHand(SEOUL, null)
    await removeKeptLogin(again.kept)
    expect(authOf(SEOUL)).toBeUndefined()
  })

  test('who writes between the reading and the writing of a job is not overwritten', async () => {
    write(USERS)
    let last: string | undefined
    let lost = 0
    const writer = setInterval(() => {
      if (authOf('docker.io') !== last) lost++
      last = `by-hand-${++tokens}`
      byHand('docker.io', last)
    }, 8)
    for (let round = 0; round < 20; round++) {
      const jobs = await Promise.all(HOSTS.map((host) => job(host)))
      for (const { kept } of jobs) await removeKeptLogin(kept)
    }
    clearInterval(writer)
    expect(lost).toBe(0)
    byHand('docker.io', null)
    expect(read()).toEqual(JSON.parse(USERS))
  })

  test('who gives the file another mode finds that again', async () => {
    write(USERS, 0o644)
    const [first, second] = [await job(), await job(TOKYO)]
    chmodSync(file, 0o640)
    await removeKeptLogin(first.kept)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    await removeKeptLogin(second.kept)
    expect(statSync(file).mode & 0o777).toBe(0o640)
  })

  test('who writes the file in place is waited for', async () => {
    write(USERS)
    const whole = JSON.stringify({ auths: { 'docker.io': { auth: 'y' } } })
    writeFileSync(file, whole.slice(0, 20))
    setTimeout(() => writeFileSync(file, whole), 150)
    const { kept } = await job()
    await removeKeptLogin(kept)
    expect(readFileSync(file, 'utf8')).toBe(whole)
  })

  test('whose file is broken for good sees no part of it in the error', async () => {
    write('{"auths":{"a":{"auth":"c2VjcmV0"')
    await expect(job()).rejects.toThrow(/^Docker's configuration .* is not valid: it is not a JSON object$/)
    expect(beside()).toEqual(['config.json'])
  })

  test('who has linked folder and file elsewhere finds both links again', async () => {
    const dotfiles = path.join(home, 'dotfiles')
    mkdirSync(dotfiles)
    symlinkSync('dotfiles', path.join(home, '.docker'))
    symlinkSync('docker.json', path.join(dotfiles, 'config.json'))
    const { kept, auth } = await job()
    expect(authOf(SEOUL)).toBe(auth)
    expect(readdirSync(dotfiles)).toEqual(['config.json', 'docker.json', 'docker.json.ecr-build-push'])
    await removeKeptLogin(kept)
    expect(readdirSync(dotfiles)).toEqual(['config.json'])
  })
})

describe('a job that is killed', () => {
  test('between the ledger and the file leaves nothing', async () => {
    write(USERS)
    const { kept } = await job()
    write(USERS)
    await removeKeptLogin(kept)
    expect(readFileSync(file, 'utf8')).toBe(USERS)
    expect(beside()).toEqual(['config.json'])
  })

  test('with the lock does not keep it', async () => {
    write(USERS)
    // Of a process that has ended, as far as this one can know; and of one elsewhere, whose time is up.
    const lock = `${file}.ecr-build-push.lock`
    await withLock(lock, async () => {
      const mark = JSON.parse(readFileSync(lock, 'utf8'))
      writeFileSync(lock, JSON.stringify({ ...mark, pid: 4_194_305 }))
      await job()
    })
    writeFileSync(lock, JSON.stringify({ pid: 1, where: 'elsewhere' }))
    await withLock(lock, async () => undefined, { wait: 2000, stale: 50 })
    expect(existsSync(lock)).toBe(false)
  })

  test('not, and holds the lock: the error says which file that is', async () => {
    const lock = path.join(home, 'lock')
    const waiting = withLock(lock, () => withLock(lock, async () => undefined, { wait: 100 }))
    await expect(waiting).rejects.toThrow(`Another job holds the lock ${lock} for longer than 0 s.`)
    expect(existsSync(lock)).toBe(false)
  })
})

/** What may happen to the file, in any order. */
type Event =
  | { readonly type: 'add' | 'die in add' | 'log out'; readonly host: string }
  | { readonly type: 'log in'; readonly host: string }
  | { readonly type: 'remove'; readonly which: number }
  | { readonly type: 'die in remove'; readonly which: number }
  | { readonly type: 'post again' }
  | { readonly type: 'write' }

const anyHost = fc.constantFrom(...HOSTS)
const anyEvent: fc.Arbitrary<Event> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constant('add' as const), host: anyHost }) },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('remove' as const), which: fc.nat(9) }) },
  fc.record({
    type: fc.constantFrom('die in add' as const, 'log in' as const, 'log out' as const),
    host: anyHost,
  }),
  fc.record({ type: fc.constant('die in remove' as const), which: fc.nat(9) }),
  fc.record({ type: fc.constantFrom('post again' as const, 'write' as const) }),
)
const anyFile = fc.constantFrom(
  null,
  '{}',
  USERS,
  `{"credsStore":"desktop"}`,
  `{"credHelpers":{"${TOKYO}":"ecr-login"},"auths":{}}`,
)

test('whatever happens in whatever order, the file says what a simple model says', async () => {
  await fc.assert(
    fc.asyncProperty(anyFile, fc.array(anyEvent, { maxLength: 14 }), async (original, events) => {
      rmSync(path.dirname(file), { recursive: true, force: true })
      if (original !== null) write(original)
      // The model: what the user has, and over it the living jobs of a registry in their order.
      const users = new Map(HOSTS.map((host) => [host, authOf(host)]))
      let jobs: { kept: KeptLogin; auth: string }[] = []
      const ended: KeptLogin[] = []
      let touched = false
      for (const event of events) {
        if (event.type === 'add') jobs.push(await job(event.host))
        else if (event.type === 'remove') {
          const one = jobs[event.which % Math.max(jobs.length, 1)]
          if (one === undefined) continue
          jobs = jobs.filter((other) => other !== one)
          await removeKeptLogin(one.kept)
          ended.push(one.kept)
        } else if (event.type === 'post again') {
          // A post step that runs twice, or after somebody has logged in over it.
          for (const kept of ended) await removeKeptLogin(kept)
        } else if (event.type === 'die in remove') {
          const one = jobs[event.which % Math.max(jobs.length, 1)]
          // The last job takes the ledger with it, and then no login of any is in the file.
          if (one === undefined || jobs.length === 1) continue
          const before = readFileSync(file, 'utf8')
          await removeKeptLogin(one.kept)
          write(before)
          jobs = jobs.filter((other) => other !== one)
          touched = true
          byHand('docker.io', `by-hand-${++tokens}`)
          await removeKeptLogin((await job('other.example')).kept)
        } else if (event.type === 'die in add') {
          const before = existsSync(file) ? readFileSync(file, 'utf8') : null
          const { kept } = await job(event.host)
          if (before === null) rmSync(file)
          else write(before)
          await removeKeptLogin(kept)
        } else {
          touched = true
          if (event.type === 'write') byHand('docker.io', `by-hand-${++tokens}`)
          else {
            const auth = event.type === 'log in' ? `by-hand-${++tokens}` : null
            byHand(event.host, auth)
            users.set(event.host, auth ?? undefined)
            ended.push(...jobs.filter(({ kept }) => kept.host === event.host).map(({ kept }) => kept))
            jobs = jobs.filter(({ kept }) => kept.host !== event.host)
          }
        }
        for (const host of HOSTS) {
          const top = jobs.findLast(({ kept }) => kept.host === host)
          expect(authOf(host)).toBe(top?.auth ?? users.get(host))
        }
      }
      for (const { kept } of jobs) await removeKeptLogin(kept)
      for (const kept of ended) await removeKeptLogin(kept)
      for (const host of HOSTS) expect(authOf(host)).toBe(users.get(host))
      expect(beside().filter((name) => name !== 'config.json')).toEqual([])
      if (!touched) expect(existsSync(file) ? readFileSync(file, 'utf8') : null).toBe(original)
    }),
    { numRuns: 150 },
  )
})
