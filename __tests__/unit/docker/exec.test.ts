import type { ChildProcess } from 'node:child_process'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, expect, jest, test } from '@jest/globals'
import { endChildren, execute, TimedOut, type Watch } from '../../../src/docker/exec.ts'
import { Cancelled, ending } from '../../../src/shared/ending.ts'
import { MARK_OF_STEP } from '../../../src/shared/processes.ts'
import { eventually } from '../../support/processes.ts'

const env = { PATH: process.env['PATH'] ?? '' }
const limit = 60_000
const folder = mkdtempSync(path.join(os.tmpdir(), 'ecr-exec-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('a program that does not read its input ends with its own code, and no broken pipe', async () => {
  const input = 'x'.repeat(1 << 20)
  await expect(execute('sh', ['-c', 'exit 3'], { env, input, limit })).rejects.toMatchObject({ exitCode: 3 })
})

test('an argument with a NUL byte is a failure that can be caught', async () => {
  await expect(execute('node', ['-e', 'x\0'], { env, limit: 5000 })).rejects.toThrow(
    'An argument of node has a NUL byte',
  )
})

test('its environment has the mark of the step, and else what it is given', async () => {
  const { stdout } = await execute('sh', ['-c', 'echo $ECR_BUILD_PUSH_STEP:$HOME'], { env, limit })
  expect(stdout).toBe(`${MARK_OF_STEP}:\n`)
})

test('what takes longer than it may is ended with all that it has started, and the error names it', async () => {
  const pids = path.join(folder, 'pids')
  const script = `sh -c 'trap "" INT; echo $$ >${pids}; while :; do sleep 0.05; done' & echo said; wait`
  const error = await execute('sh', ['-c', script], { env, limit: 500 }).catch((failure: unknown) => failure)
  expect(error).toBeInstanceOf(TimedOut)
  expect(error).toMatchObject({ message: "'sh' did not end within 0.5 s", missing: false, stdout: 'said\n' })
  const pid = readFileSync(pids, 'utf8').trim()
  // One that nobody has asked about yet has ended, too; and a busy machine comes to the signal later.
  const hasEnded = () =>
    !existsSync(`/proc/${pid}`) || /\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  await eventually(hasEnded, 10)
})

test('a watch gets the output as it comes, and ends the process', async () => {
  let read = ''
  const watch: Watch = {
    everyMs: 20,
    read: (output, stream) => {
      read += `${stream} ${output}`
    },
    check: () => (read === '' ? null : new TimedOut('it stands still')),
  }
  const running = execute('sh', ['-c', 'echo hello; exec sleep 60'], { env, limit: watch })
  await expect(running).rejects.toThrow('it stands still')
  expect(read).toBe('stdout hello\n')
})

// The last one here: nothing runs any more in this process.
test('the log shows a command by what a person would type, and its output once', async () => {
  const written: string[] = []
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    written.push(String(text))
    return true
  })
  try {
    const said = { env, group: 'Build', shownAs: 'docker', limit }
    await execute('sh', ['-c', 'echo "on $1"; echo more >&2', 'sh', 'stdout'], said)
    await expect(execute('sh', ['-c', 'exit 4'], { ...said, group: 'Fails' })).rejects.toThrow(
      /^docker -c ended with exit code 4$/,
    )
  } finally {
    write.mockRestore()
  }
  const log = written.join('')
  expect(log).toMatch(/^::group::Build\n::stop-commands::[\w-]+\n\[command\]docker -c echo/)
  expect(log.match(/^on stdout$/gm)).toHaveLength(1)
  expect(log.match(/^more$/gm)).toHaveLength(1)
})

test('what starts when its call has been given up is ended', async () => {
  const script = `: ${folder}; n=0; while [ $n -lt 200 ]; do sleep 0.1; n=$((n+1)); done`
  // The program is looked for that long.
  const before = process.env['PATH']
  process.env['PATH'] = [...Array.from({ length: 3000 }, (_, at) => `/nosuch/${at}`), before].join(':')
  const started: ChildProcess[] = []
  const onStart = (message: unknown) => {
    const { process: child } = message as { process: ChildProcess }
    started.push(child)
  }
  subscribe('child_process', onStart)
  try {
    await expect(execute('sh', ['-c', script], { env, limit: 1 })).rejects.toThrow(TimedOut)
    await eventually(() => started.length > 0 && started[0]?.signalCode === 'SIGKILL', 10)
  } finally {
    unsubscribe('child_process', onStart)
    process.env['PATH'] = before
    for (const child of started) child.kill('SIGKILL')
  }
})

test('once the step ends, what runs is told, and nothing is started', async () => {
  const unlisten = ending.listen()
  const written: string[] = []
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    written.push(String(text))
    return true
  })
  try {
    // It ends by itself some time, so that no run waits for what a signal did not reach.
    const script =
      'trap "echo last words; exit 0" TERM; n=0; while [ $n -lt 200 ]; do sleep 0.1; n=$((n+1)); done'
    const running = execute('sh', ['-c', script], { env, limit, group: 'Build' })
    const outcome = running.catch((error: unknown) => error)
    // Told between its call and its start.
    process.emit('SIGTERM', 'SIGTERM')
    // The group has ended before anybody can say that the step is cancelled.
    written.push('Cancelled\n')
    await endChildren('SIGTERM')
    unlisten()
    expect(await outcome).toBeInstanceOf(Cancelled)
  } finally {
    write.mockRestore()
  }
  expect(written.join('')).toMatch(/\n::[\w-]+::\n::endgroup::\nCancelled\n$/)
  const file = path.join(folder, 'started')
  await expect(execute('touch', [file], { env, limit })).rejects.toThrow(Cancelled)
  expect(existsSync(file)).toBe(false)
})
