import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type Clock, poll, sleep } from '../../../src/shared/time.ts'
import { hold } from '../../support/fuzz.ts'

/** A clock that only sleeping moves. */
function fakeTime() {
  let now = 1000
  const pauses: number[] = []
  const time: Clock = {
    clock: () => now,
    sleep: async (milliseconds) => {
      pauses.push(milliseconds)
      now += milliseconds
    },
  }
  return { time, pauses }
}

const PAUSES = { firstMs: 100, longestMs: 500, factor: 2 }

describe('polling', () => {
  test('ends with the first answer, after pauses that grow up to the longest', async () => {
    const { time, pauses } = fakeTime()
    let asked = 0
    expect(await poll(time, 60_000, PAUSES, async () => (++asked === 6 ? 'yes' : undefined))).toBe('yes')
    expect(pauses).toEqual([100, 200, 400, 500, 500])
  })

  test('an answer that is false, null or empty is one', async () => {
    for (const answer of [false, null, 0, '']) {
      expect(await poll(fakeTime().time, 1000, PAUSES, async () => answer)).toBe(answer)
    }
  })

  test('a failure ends it', async () => {
    const asking = poll(fakeTime().time, 1000, PAUSES, () => Promise.reject(new Error('no')))
    await expect(asking).rejects.toThrow('no')
  })

  test('never waits for longer than it may, and asks once more when the time is over', async () => {
    await hold(fc.integer({ min: 0, max: 5000 }), 100, async (timeoutMs) => {
      const { time, pauses } = fakeTime()
      let asked = 0
      const answer = await poll(time, timeoutMs, PAUSES, async () => {
        asked++
        return undefined
      })
      expect(answer).toBeUndefined()
      expect(pauses.reduce((sum, pause) => sum + pause, 0)).toBe(timeoutMs)
      expect(asked).toBe(pauses.length + 1)
    })
  })
})

test('sleeping takes its time', async () => {
  const before = performance.now()
  await sleep(30)
  expect(performance.now() - before).toBeGreaterThanOrEqual(28)
  await sleep(1, { ref: false })
})
