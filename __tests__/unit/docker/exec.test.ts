import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { endChildren, execute, MARK_OF_STEP } from '../../../src/docker/exec.ts'
import { Cancelled, ending } from '../../../src/shared/ending.ts'

const env = { PATH: process.env['PATH'] ?? '' }
const folder = mkdtempSync(path.join(os.tmpdir(), 'ecr-exec-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('a program that does not read its input ends with its own code, and no broken pipe', async () => {
  const input = 'x'.repeat(1 << 20)
  await expect(execute('sh', ['-c', 'exit 3'], { env, input })).rejects.toMatchObject({ exitCode: 3 })
})

test('its environment has the mark of the step, and else what it is given', async () => {
  const { stdout } = await execute('sh', ['-c', 'echo $ECR_BUILD_PUSH_STEP:$HOME'], { env })
  expect(stdout).toBe(`${MARK_OF_STEP}:\n`)
})

// The last one here: nothing runs any more in this process.
test('once the step ends, what runs is told, and nothing is started', async () => {
  const unlisten = ending.listen()
  const running = execute('sh', ['-c', 'trap "exit 0" TERM; while :; do sleep 0.1; done'], { env })
  const outcome = running.catch((error: unknown) => error)
  // Told between its call and its start.
  process.emit('SIGTERM', 'SIGTERM')
  await endChildren('SIGTERM')
  unlisten()
  expect(await outcome).toBeInstanceOf(Cancelled)
  const file = path.join(folder, 'started')
  await expect(execute('touch', [file], { env })).rejects.toThrow(Cancelled)
  expect(existsSync(file)).toBe(false)
})
