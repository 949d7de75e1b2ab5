import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from '@jest/globals'
import { markOf, runs } from '../../../../local-ecr/action/told.ts'

test('a process is known until it ends, and a later one with its number is not taken for it', async () => {
  const child = spawn('sleep', ['60'])
  await once(child, 'spawn')
  const mark = markOf(child.pid ?? 0)
  if (mark === null) throw new Error('the process is not seen')
  expect(runs(mark)).toBe(true)
  // The same number, begun at another time.
  if (process.platform === 'linux') {
    expect(mark.began).toMatch(/^\d+$/)
    expect(runs({ ...mark, began: '1' })).toBe(false)
  }
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(runs(mark)).toBe(false)
  expect(markOf(mark.pid)).toBeNull()
})

// The parent of a step in a job's container is none of its processes, and that of an orphan is the first of all.
test.each([0, 1])('%i is nobody whose end could be watched', (pid) => {
  expect(markOf(pid)).toBeNull()
})
