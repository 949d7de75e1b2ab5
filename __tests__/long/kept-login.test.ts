import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
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
  utimesSync,
  writeFileSync,
} from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setImmediate as immediate } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import fc from 'fast-check'
import { root } from '../../dev/runner.ts'
import type { DockerConfig } from '../../src/docker/login/config.ts'
import {
  addKeptLogin,
  type KeptLogin,
  nameKeptLogin,
  removeKeptLogin,
} from '../../src/docker/login/kept-login.ts'
import { fingerprint, openLedger } from '../../src/docker/login/ledger.ts'
import { withLock } from '../../src/docker/login/lock.ts'
import { temporaryName } from '../../src/docker/login/temporary.ts'
import { lowerLimits } from '../support/limits.ts'

const [SEOUL, TOKYO] = [
  '123456789012.dkr.ecr.ap-northeast-2.amazonaws.com',
  '210987654321.dkr.ecr.ap-northeast-1.amazonaws.com',
]
const HOSTS = [SEOUL, TOKYO]
const HOUR = 3600_000
let home: string
let file: string
let tokens = 0
const onSlowDisks: ChildProcess[] = []

beforeEach(() => {
  home = mkdtempSync(path.join(os.tmpdir(), 'kept-login-'))
  file = path.join(home, '.docker', 'config.json')
})

afterEach(() => {
  for (const child of onSlowDisks.splice(0)) child.kill('SIGKILL')
  jest.restoreAllMocks()
  rmSync(home, { recursive: true })
})

function write(content: string, mode = 0o600): void {
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(`${file}.new`, content, { mode })
  chmodSync(`${file}.new`, mode)
  renameSync(`${file}.new`, file)
}

const ledgerFile = () => `${file}.ecr-build-push`
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

  test('one that begins while the last one leaves removes the folder in its place', async () => {
    const { kept } = await job(SEOUL)
    const leaving = removeKeptLogin(kept)
    while (existsSync(ledgerFile())) await immediate()
    const next = { file, host: TOKYO, id: 'next' }
    const auth = 'bmV4dA=='
    writeFileSync(file, JSON.stringify({ auths: { [TOKYO]: { auth } } }))
    const ours = [{ host: TOKYO, digest: fingerprint(auth) }]
    const logins = [{ id: next.id, host: TOKYO, auth, since: Date.now() }]
    writeFileSync(ledgerFile(), JSON.stringify({ base: null, mode: 0o600, made: null, ours, logins }))
    await leaving
    expect(authOf(TOKYO)).toBe(auth)
    await removeKeptLogin(next)
    expect(readdirSync(home)).toEqual([])
  })

  test('of jobs that begin at the same moment, the one that made the folder need not be the first', () => {
    const made = path.dirname(file)
    const first = openLedger({ file, now: null, mode: 0o600, written: null, made: null })
    const written = Buffer.from(JSON.stringify(first))
    expect(openLedger({ file, now: null, mode: 0o600, written, made }).made).toBe(made)
    const second = Buffer.from(JSON.stringify({ ...first, made }))
    expect(openLedger({ file, now: null, mode: 0o600, written: second, made: null }).made).toBe(made)
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
    let written = 0
    // A job begins once more 20 times; somebody who writes more often than that meanwhile is no person.
    const MOST = 10
    let left = MOST
    const writer = setInterval(() => {
      if (left-- <= 0) return
      if (authOf('docker.io') !== last) lost++
      last = `by-hand-${++tokens}`
      byHand('docker.io', last)
      written++
    }, 5)
    const goOn = () => {
      left = MOST
    }
    for (let round = 0; round < 30; round++) {
      const jobs = await Promise.all(HOSTS.map((host) => job(host).finally(goOn)))
      for (const { kept } of jobs) await removeKeptLogin(kept).finally(goOn)
    }
    clearInterval(writer)
    expect(lost).toBe(0)
    expect(written).toBeGreaterThan(10)
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

  test.each([
    ['is half written', '{"auths":'],
    ['is empty', ''],
  ])('whose file %s is waited for within the limit', async (_, content) => {
    write(content)
    lowerLimits({ halfWrittenMs: 300 })
    const started = performance.now()
    await job().catch(() => undefined)
    // Without the limit a file that is half written costs a second; an empty one may be so for good.
    expect(performance.now() - started).toBeLessThan(900)
    expect(performance.now() - started).toBeGreaterThan(90)
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

/** A process of its own on a disk that never finishes the renaming of a file. */
interface OnSlowDisk {
  readonly child: ChildProcess
  /** What it was to rename: the name of the temporary file. */
  readonly renaming: string
  kill(): Promise<void>
}

const SLOW_DISK = `
  import fs from 'node:fs'
  import { syncBuiltinESMExports } from 'node:module'
  const [login, target, work] = process.argv.slice(1)
  const slow = (rename, hang) => (from, to) => {
    if (to !== target) return rename(from, to)
    fs.writeSync(1, from + '\\n')
    return hang()
  }
  const asleep = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
  fs.promises.rename = slow(fs.promises.rename, () => new Promise(() => setInterval(() => {}, 1000)))
  fs.renameSync = slow(fs.renameSync, asleep)
  syncBuiltinESMExports()
  if (work === 'write') {
    const { replaceFile } = await import(login + '/files.ts')
    await replaceFile(target, 'of the living', 0o600)
  } else {
    const { addKeptLogin } = await import(login + '/kept-login.ts')
    await addKeptLogin(JSON.parse(work), 'SECRET-TOKEN')
  }
`

/** @param work a login to be added under the lock, or a write of the file alone */
async function onSlowDisk(target: string, work: KeptLogin | 'write'): Promise<OnSlowDisk> {
  const login = path.join(root, 'src', 'docker', 'login')
  const given = work === 'write' ? work : JSON.stringify(work)
  const args = ['--input-type=module', '-e', SLOW_DISK, login, target, given]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  onSlowDisks.push(child)
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  const kill = async () => {
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }
  return { child, renaming: path.basename(line.toString().trim()), kill }
}

describe('a job that is killed while it renames a file on a slow disk', () => {
  const ledger = () => `${file}.ecr-build-push`
  const targets: [string, () => string][] = [
    ['the ledger', ledger],
    ['the configuration', () => file],
  ]

  test.each(targets)('%s: its post step removes what it has left, and the lock', async (_, target) => {
    write(USERS)
    const kept = await nameKeptLogin({ HOME: home }, SEOUL)
    const killed = await onSlowDisk(target(), kept)
    await killed.kill()
    expect(beside()).toEqual(expect.arrayContaining([killed.renaming, 'config.json.ecr-build-push.lock']))
    expect(readFileSync(path.join(path.dirname(file), killed.renaming), 'utf8')).toContain('SECRET-TOKEN')
    await removeKeptLogin(kept)
    expect(beside()).toEqual(['config.json'])
    expect(readFileSync(file, 'utf8')).toBe(USERS)
  })

  test.each(targets)('%s: if there is no post step, the next job removes it', async (_, target) => {
    write(USERS)
    const killed = await onSlowDisk(target(), await nameKeptLogin({ HOME: home }, SEOUL))
    await killed.kill()
    const next = await job(TOKYO)
    expect(beside()).toEqual(['config.json', 'config.json.ecr-build-push'])
    await removeKeptLogin(next.kept)
    expect(authOf(TOKYO)).toBeUndefined()
  })

  test.each(targets)('%s: that of a living process stays as long as that lives', async (_, target) => {
    write(USERS)
    const living = await onSlowDisk(target(), 'write')
    const killed = await onSlowDisk(target(), await nameKeptLogin({ HOME: home }, SEOUL))
    await killed.kill()
    const next = await job(TOKYO)
    await removeKeptLogin(next.kept)
    expect(beside().filter((name) => name.includes('.tmp-'))).toEqual([living.renaming])
    await living.kill()
    await removeKeptLogin(next.kept)
    expect(beside().filter((name) => name.includes('.tmp-'))).toEqual([])
  })

  test('what is no temporary file of a job that has ended stays', async () => {
    write(USERS)
    const ours = path.basename(temporaryName(file))
    const elsewhere = ours.replace(/-[0-9a-f]{8}-([0-9a-f]{12})$/, '-00000000-$1')
    const others = [ours, elsewhere, 'config.json.bak', 'config.json123456', `x${ours}`, `${ours}.bak`]
    // The id of a process that lives, which was another's: it was started at another time.
    const former = ours.replace(/tmp-(\d+)-\d+-/, 'tmp-$1-1-')
    for (const name of [...others, former]) writeFileSync(path.join(path.dirname(file), name), 'x')
    await removeKeptLogin((await job()).kept)
    expect(beside()).toEqual(['config.json', ...others].sort())
    // Elsewhere nobody sees whether a process lives: its file goes when it is old.
    const old = new Date(Date.now() - 2 * HOUR)
    for (const name of others) utimesSync(path.join(path.dirname(file), name), old, old)
    await removeKeptLogin((await job()).kept)
    expect(beside()).toEqual(['config.json', ...others].filter((name) => name !== elsewhere).sort())
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
    { numRuns: 80 },
  )
})
