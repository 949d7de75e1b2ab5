import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { describeRetry, type Retry, type RetryPolicy, withRetries } from '../../../src/shared/retry.ts'
import { hold } from '../../support/fuzz.ts'

function policy(attempts: number): RetryPolicy & { readonly waits: number[] } {
  const waits: number[] = []
  return {
    attempts,
    firstMs: 100,
    longestMs: 400,
    waits,
    sleep: async (milliseconds) => {
      waits.push(milliseconds)
    },
  }
}

const transient = (error: unknown) => ({ reason: (error as Error).message, afterMs: null })

describe('withRetries', () => {
  test('attempts as often as it may, each wait a part of a backoff that doubles', async () => {
    await hold(
      fc.record({ failures: fc.nat(9), attempts: fc.integer({ min: 1, max: 7 }) }),
      200,
      async (one) => {
        const { failures, attempts } = one
        const told: Retry[] = []
        const numbers: number[] = []
        const given = policy(attempts)
        const ended = await withRetries(
          given,
          async (number) => {
            numbers.push(number)
            if (number < failures) throw new Error(`failure ${number}`)
            return 'done'
          },
          transient,
          (retry) => told.push(retry),
        ).catch((error: Error) => error.message)
        const made = Math.min(failures + 1, attempts)
        expect(ended).toBe(failures < attempts ? 'done' : `failure ${attempts - 1}`)
        expect(numbers).toEqual(Array.from({ length: made }, (_, index) => index))
        expect(told.map(({ attempt }) => attempt)).toEqual(numbers.slice(1).map((number) => number + 1))
        expect(told.map(({ waitMs }) => waitMs)).toEqual(given.waits)
        for (const [index, wait] of given.waits.entries()) {
          expect(wait).toBeGreaterThanOrEqual(0)
          expect(wait).toBeLessThanOrEqual(Math.min(400, 100 * 2 ** index))
        }
      },
    )
  })

  test('what is not transient ends it at once', async () => {
    const given = policy(4)
    const failing = withRetries(
      given,
      () => Promise.reject(new Error('denied')),
      () => null,
      () => undefined,
    )
    await expect(failing).rejects.toThrow('denied')
    expect(given.waits).toEqual([])
  })

  test('the other side is left alone for as long as it asks', async () => {
    const given = policy(2)
    await withRetries(
      given,
      async (number) => {
        if (number === 0) throw new Error('429')
      },
      (error) => ({ ...transient(error), afterMs: 5000 }),
      () => undefined,
    )
    expect(given.waits).toEqual([5000])
  })
})

test('a retry is told in one wording', () => {
  expect(
    describeRetry('PUT https://HOST', { reason: '503 Slow Down', attempt: 2, attempts: 4, waitMs: 2345 }),
  ).toBe('PUT https://HOST failed (503 Slow Down); retry after 2.3 s, attempt 2 of 4')
})
