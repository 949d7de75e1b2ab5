import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { Throughput } from '../../src/registry/throughput.ts'
import { sleep } from '../../src/shared/time.ts'
import { lowerLimits } from '../support/limits.ts'

let unhandled: unknown[]
const note = (error: unknown) => unhandled.push(error)

beforeEach(() => {
  lowerLimits({ transferWindowMs: 100, transferBytesPerSecond: 1000 })
  unhandled = []
  process.on('unhandledRejection', note)
})
afterEach(() => {
  process.off('unhandledRejection', note)
})

/** Bytes that come each so many milliseconds, until it is given up. */
async function transfer(bytes: number, everyMs: number, pieces: number): Promise<string> {
  const throughput = new Throughput('came')
  try {
    for (let piece = 0; piece < pieces; piece++) {
      await throughput.wait(sleep(everyMs))
      throughput.moved(bytes)
    }
    return 'whole'
  } catch (error) {
    return (error as Error).message
  }
}

test('what keeps the least throughput takes as long as it takes', async () => {
  expect(await transfer(100, 20, 30)).toBe('whole')
})

test('what is slower is given up', async () => {
  expect(await transfer(1, 20, 30)).toMatch(/^only [1-5] bytes came within 0\.1 s$/)
  expect(await transfer(1, 500, 2)).toBe('no bytes came within 0.1 s')
})

test('time in which nobody waits does not count', async () => {
  const throughput = new Throughput('came')
  for (let piece = 0; piece < 4; piece++) {
    await sleep(60)
    await throughput.wait(Promise.resolve())
  }
})

test('work that fails after it was given up is no error of its own', async () => {
  const throughput = new Throughput('came')
  const failing = () => sleep(130).then(() => Promise.reject(new Error('Premature close')))
  await expect(throughput.wait(failing())).rejects.toThrow('no bytes came within 0.1 s')
  // A process that is busy for the whole window sees the work done before the window's end.
  const waiting = throughput.wait(sleep(50))
  for (const until = performance.now() + 150; performance.now() < until; );
  await waiting
  // Judged before it is waited for.
  await expect(throughput.wait(failing())).rejects.toThrow('no bytes came within 0.1 s')
  await sleep(200)
  expect(unhandled).toEqual([])
})
