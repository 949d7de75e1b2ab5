import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, expect, test } from '@jest/globals'
import { descendantsOf, endProcesses, endTree, MARK, markedProcesses } from '../../../src/shared/processes.ts'

const proc = mkdtempSync(path.join(os.tmpdir(), 'ecr-proc-'))
const started: ChildProcess[] = []
const patience = { askedMs: 300, killedMs: 1000, everyMs: 10 }

afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL')
})
afterAll(() => rmSync(proc, { recursive: true, force: true }))

/** A shell that says when its traps are set, or has ended before that. */
async function start(script: string): Promise<ChildProcess> {
  const child = spawn('sh', ['-c', `${script}; echo; while :; do sleep 0.05; done`], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  started.push(child)
  await new Promise((resolve) => {
    child.stdout?.once('data', resolve)
    child.once('exit', resolve)
  })
  return child
}

/** Whether a process has not ended. One that nobody has asked about yet has. */
function works(pid: number): boolean {
  try {
    return !/\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

const alive = () =>
  started.flatMap(({ pid, exitCode, signalCode }) => ((exitCode ?? signalCode) ? [] : (pid ?? [])))

test('a process of the step is known by the whole of its mark, and by nothing else', () => {
  const write = (pid: string, ...environ: string[]) => {
    mkdirSync(path.join(proc, pid))
    writeFileSync(path.join(proc, pid, 'environ'), environ.map((entry) => `${entry}\0`).join(''))
  }
  write('11', 'HOME=/root', `${MARK}=abc`)
  write('12', `${MARK}=abcd`)
  write('13', `NOT_${MARK}=abc`)
  write('14', 'HOME=/root', `A=x ${MARK}=abc`)
  write('self', `${MARK}=abc`)
  mkdirSync(path.join(proc, '15'))
  expect(markedProcesses('abc', proc)).toEqual([11])
})

test('where no system tells of processes, there are none', () => {
  expect(markedProcesses('abc', path.join(proc, 'nowhere'))).toEqual([])
})

test('who ends when told is not killed, and is told once', async () => {
  const child = await start('trap "exit 7" TERM')
  expect(await endProcesses(alive, 'SIGTERM', undefined, patience)).toBe(true)
  expect(child.exitCode).toBe(7)
})

test('who does not end is killed', async () => {
  const child = await start('trap "" TERM')
  const begun = performance.now()
  expect(await endProcesses(alive, 'SIGTERM', undefined, patience)).toBe(true)
  expect(performance.now() - begun).toBeGreaterThanOrEqual(300)
  expect(child.signalCode).toBe('SIGKILL')
})

test('who cannot be ended is not waited for', async () => {
  // No process has this number. If it were waited for, this would never end.
  expect(await endProcesses(() => [2 ** 30], 'SIGTERM', undefined, patience)).toBe(false)
})

test('one that comes later is told too', async () => {
  let pending = true
  const ended = endProcesses(alive, 'SIGTERM', () => pending, { ...patience, askedMs: 5000 })
  const child = await start('trap "exit 8" TERM')
  pending = false
  expect(await ended).toBe(true)
  // A shell that is told before its trap is set ends by the signal itself.
  expect(child.exitCode ?? child.signalCode).not.toBeNull()
})

test('a process is killed also if the limits are over before it is looked for once more', async () => {
  const child = await start('trap "" TERM')
  const pid = child.pid as number
  const slowly = () => {
    const end = performance.now() + 100
    while (performance.now() < end);
    return works(pid) ? [pid] : []
  }
  expect(await endProcesses(slowly, 'SIGTERM', undefined, { askedMs: 50, killedMs: 20, everyMs: 10 })).toBe(
    true,
  )
})

test('the descendants of a process are found by their parents, and one that has ended is none', () => {
  const write = (pid: number, stat: string) => {
    mkdirSync(path.join(proc, `${pid}`), { recursive: true })
    writeFileSync(path.join(proc, `${pid}`, 'stat'), stat)
  }
  write(21, '21 (node) S 1 21 21 0 -1')
  write(22, '22 (docker) S 21 21 21 0 -1')
  // A name may hold what looks like the rest of the line.
  write(23, '23 (sh) R 1 (x) S 22 21 21 0 -1')
  write(24, '24 (gone) Z 22 21 21 0 -1')
  write(25, '25 (other) S 1 25 25 0 -1')
  expect(descendantsOf(21, proc).sort()).toEqual([22, 23])
  expect(descendantsOf(25, proc)).toEqual([])
})

test('a process is ended with all that descends from it, also with what outlives its parent', async () => {
  // The child ignores the signal that its parent ends by.
  const child = await start('sh -c \'trap "" TERM; while :; do sleep 0.05; done\' & echo $! >&2')
  const before = descendantsOf(child.pid as number)
  expect(before.length).toBeGreaterThan(0)
  expect(await endTree(child.pid as number, 'SIGTERM')).toBe(true)
  expect(before.filter(works)).toEqual([])
})
