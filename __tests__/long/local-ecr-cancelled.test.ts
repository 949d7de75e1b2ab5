import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import { root } from '../../dev/root.ts'

// A job that is cancelled, or a step that is killed, while the action local-ecr starts its process: nothing of it stays.

jest.setTimeout(60_000)

const ENTRY = path.join(root, 'local-ecr', 'action', 'entry.ts')
const FILES = ['GITHUB_ENV', 'GITHUB_OUTPUT', 'GITHUB_STATE']

let temp: string
const at = (name: string) => path.join(temp, name)
const program = (name: string, script: string) =>
  writeFileSync(at(`bin/${name}`), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
beforeEach(() => {
  temp = mkdtempSync(path.join(tmpdir(), 'local-ecr-test-'))
  mkdirSync(at('bin'))
  for (const file of FILES) writeFileSync(at(file), '')
  // Nothing that could fetch a registry.
  for (const name of ['registry', 'docker-registry', 'apt-get', 'docker']) program(name, 'exit 1')
})
afterEach(() => rmSync(temp, { recursive: true, force: true }))

/** A step of the action, with the runner's files in the folder. */
function step(part: readonly string[], state: Readonly<Record<string, string>> = {}): ChildProcess {
  const files = Object.fromEntries(FILES.map((name) => [name, at(name)]))
  const env = { PATH: `${at('bin')}:/usr/bin:/bin`, RUNNER_TEMP: temp, 'INPUT_HOST-NAMES': 'false' }
  return spawn(process.execPath, [ENTRY, ...part], { env: { ...env, ...files, ...state }, stdio: 'ignore' })
}

/** What the main step has saved, as the post step gets it. */
const saved = (): Record<string, string> =>
  Object.fromEntries(
    readFileSync(at('GITHUB_STATE'), 'utf8')
      .split('\n')
      .map((line) => /^(\w+)=(.*)$/.exec(line)?.slice(1) ?? [])
      .map(([name = '', value = '']) => [`STATE_${name}`, value]),
  )

/** Whether a process runs, and is not one that only waits to be counted. */
function runs(pid: number): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

const folders = () => readdirSync(temp).filter((name) => name.startsWith('local-ecr-'))

async function until(found: () => boolean): Promise<void> {
  while (!found()) await sleep(5)
}

test.each([true, false])(
  'post ends what a main had started that was killed while it waited (with a slow registry: %s)',
  async (slow) => {
    // It starts once it is let, and fails then.
    if (slow)
      program(
        'registry',
        `test "$1" = --version && echo distribution && exit
touch ${at('started')}; for i in $(seq 300); do test -e ${at('let')} && exit 1; sleep 0.1; done`,
      )
    const main = step([])
    await until(() => 'STATE_starting' in saved())
    if (slow) await until(() => readdirSync(temp).includes('started'))
    main.kill('SIGKILL')
    await once(main, 'exit')
    const { process: mark } = JSON.parse(saved()['STATE_starting'] ?? '')
    const ended = once(step(['post'], saved()), 'exit')
    await Promise.race([sleep(1000), ended])
    writeFileSync(at('let'), '')
    expect(await ended).toEqual([0, null])
    expect(runs(mark.pid)).toBe(false)
    expect(folders()).toEqual([])
  },
)

// A main that is killed between two of its lines cannot tell what it has started; post removes the folder all the same.
test.each(['while it starts', 'once it listens'])(
  'without its folder, the process ends by itself and leaves nothing: %s',
  async (moment) => {
    const folder = mkdtempSync(at('local-ecr-'))
    const own = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }
    const registryBinary = moment === 'while it starts' ? at('bin/registry') : null
    const places = { accounts: ['444455556666'], regions: ['eu-west-1'] }
    const order = { mode: 'localhost', ...places, registryBinary, owner: own, job: null }
    writeFileSync(path.join(folder, 'order.json'), JSON.stringify(order))
    // What is written last comes to the same path.
    const written = path.join(folder, 'data')
    program('registry', `rm -rf ${folder}; mkdir -p ${written}; echo log >${written}/registry.log; exit 1`)
    const child = spawn(process.execPath, [ENTRY, 'background'], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    try {
      const ended = once(child, 'exit')
      if (registryBinary === null) {
        await once(child.stdout, 'data')
        rmSync(folder, { recursive: true })
      }
      await ended
    } finally {
      child.kill('SIGKILL')
    }
    expect(folders()).toEqual([])
  },
)
