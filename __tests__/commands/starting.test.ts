import { expect, test } from '@jest/globals'
import { startedWithin } from '../support/starting.ts'

test('what a test starts is waited for, but not for ever', async () => {
  await expect(startedWithin(30, 'The engine', async () => 'up', 'Fetch it.')).resolves.toBe('up')
  await expect(
    startedWithin(30, 'The engine', async () => Promise.reject(new Error('no such program')), 'Fetch it.'),
  ).rejects.toThrow(/^no such program$/)
  const hangs = (log: (line: string) => void) => {
    log('Reading the list of packages')
    return new Promise<never>(() => undefined)
  }
  await expect(startedWithin(0.05, "The engine '28'", hangs, 'Fetch it.')).rejects.toThrow(
    "The engine '28' has not started in 0.05 s; the last of it: Reading the list of packages. Fetch it.",
  )
})
