import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  describeRetry,
  inAttempts,
  type Retry,
  type RetryPolicy,
  TRANSIENT_BACKOFF,
  withRetries,
} from '../../../src/shared/retry.ts'
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

test('the one backoff makes at least 12 attempts over 30 to 45 s, with no pause above 5 s', async () => {
  await hold(fc.constant(null), 100, async () => {
    const waits: number[] = []
    const sleep = async (milliseconds: number) => {
      waits.push(milliseconds)
    }
    const failing = withRetries(
      { ...TRANSIENT_BACKOFF, sleep },
      () => Promise.reject(new Error('503')),
      transient,
      () => undefined,
    )
    await expect(failing).rejects.toThrow('503')
    expect(waits.length).toBeGreaterThanOrEqual(11)
    const sum = waits.reduce((total, wait) => total + wait, 0)
    expect(sum).toBeGreaterThanOrEqual(30_000)
    expect(sum).toBeLessThanOrEqual(45_000)
    expect(Math.max(...waits)).toBeLessThanOrEqual(5000)
  })
})

describe('a limit for all attempts', () => {
  /** An attempt that ends only when it is aborted. */
  const silent = (_: number, signal?: AbortSignal) =>
    new Promise<never>((_resolve, reject) => {
      signal?.addEventListener('abort', () => reject(new Error('aborted')))
    })

  test('aborts the attempt at hand, and begins no other', async () => {
    let attempts = 0
    const started = performance.now()
    const failing = withRetries(
      { ...policy(9), withinMs: 100 },
      (number, signal) => {
        attempts++
        return silent(number, signal)
      },
      transient,
      () => undefined,
    )
    // What the signal of a time-out waits for does not keep a process by itself.
    const kept = setTimeout(() => undefined, 5000)
    await expect(failing).rejects.toThrow('aborted')
    clearTimeout(kept)
    expect(attempts).toBe(1)
    expect(performance.now() - started).toBeGreaterThanOrEqual(95)
  })

  test('begins no attempt that would come after it', async () => {
    let attempts = 0
    const failing = withRetries(
      {
        attempts: 9,
        firstMs: 1000,
        longestMs: 1000,
        randomPart: 0,
        withinMs: 500,
        sleep: async () => undefined,
      },
      async () => {
        attempts++
        throw new Error('503')
      },
      transient,
      () => undefined,
    )
    await expect(failing).rejects.toThrow('503')
    expect(attempts).toBe(1)
  })

  test('does not count the pauses that the other side asks for', async () => {
    const told: number[] = []
    const value = await withRetries(
      { ...policy(3), withinMs: 1000 },
      async (number) => {
        if (number < 2) throw new Error('429')
        return 'done'
      },
      (error) => ({ ...transient(error), afterMs: 60_000 }),
      ({ waitMs }) => told.push(waitMs),
    )
    expect([value, told]).toEqual(['done', [60_000, 60_000]])
  })
})

test('attempts are told if there was more than one', () => {
  expect([1, 2, 12].map(inAttempts)).toEqual(['', ', in 2 attempts', ', in 12 attempts'])
})

test('a retry is told in one wording', () => {
  expect(
    describeRetry('PUT https://HOST', { reason: '503 Slow Down', attempt: 2, attempts: 4, waitMs: 2345 }),
  ).toBe('PUT https://HOST failed (503 Slow Down); retry after 2.3 s, attempt 2 of 4')
})
