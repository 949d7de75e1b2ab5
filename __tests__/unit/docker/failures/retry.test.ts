import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { ProcessError } from '../../../../src/docker/exec.ts'
import { type RegistryFailure, withDockerRetries } from '../../../../src/docker/failures/retry.ts'

// No wait between the attempts.
beforeEach(() => {
  jest.spyOn(globalThis, 'setTimeout').mockImplementation(((run: () => void) => setImmediate(run)) as never)
})
afterEach(() => {
  jest.restoreAllMocks()
})

const EXPIRED = 'denied: Your authorization token has expired. Reauthenticate and try again.'
const BUSY = 'received unexpected HTTP status: 503 Service Unavailable'

/** Runs a command that fails with each of these lines and then succeeds; the renewal always has a newer token. */
async function attempt(
  phase: RegistryFailure['phase'] | null,
  lines: readonly string[],
  newer = true,
  unconfirmed?: () => Promise<string | null>,
) {
  const left = [...lines]
  const log: string[] = []
  const runs: boolean[] = []
  let renewals = 0
  const run = async (built: boolean) => {
    runs.push(built)
    const line = left.shift()
    if (line !== undefined) throw new ProcessError('docker ended', 1, '', line)
    return 'done'
  }
  const renewal = {
    renewIfExpiring: async () => undefined,
    renewExpired: async () => {
      renewals += 1
      return newer
    },
  }
  const result = await withDockerRetries(
    run,
    ({ stderr }) => (phase === null ? null : { what: 'It', phase, said: stderr }),
    ({ stderr }, attempts) => new Error(`${stderr}, attempts: ${attempts}`),
    { log: (line) => log.push(line), renewal },
    unconfirmed,
  ).catch((error: Error) => error.message)
  return { result, runs, log, renewals }
}

describe('after a transient failure', () => {
  test('a push is retried without rebuilding', async () => {
    expect(await attempt('push', [BUSY])).toEqual({
      result: 'done',
      runs: [false, true],
      log: [
        expect.stringMatching(/^It failed \(503 Service Unavailable\).* attempt 2 of 4, without rebuilding$/),
      ],
      renewals: 0,
    })
  })

  test.each(['pull', 'login'] as const)('a %s is retried, and nothing counts as built', async (phase) => {
    expect(await attempt(phase, [BUSY, BUSY])).toEqual({
      result: 'done',
      runs: [false, false, false],
      log: [2, 3].map((number) => expect.stringMatching(new RegExp(`^It failed .* attempt ${number} of 4$`))),
      renewals: 0,
    })
  })

  test('the last failure is explained, with the number of attempts', async () => {
    const { result, runs } = await attempt('push', Array<string>(9).fill(BUSY))
    expect([result, runs.length]).toEqual([`${BUSY}, attempts: 4`, 4])
  })

  test('what is about no registry is not retried', async () => {
    expect(await attempt(null, [BUSY])).toMatchObject({
      result: `${BUSY}, attempts: 1`,
      runs: [false],
      log: [],
    })
  })
})

describe('if the registry calls the token expired', () => {
  test('a push is retried with a new one, once', async () => {
    expect(await attempt('push', [EXPIRED])).toEqual({
      result: 'done',
      runs: [false, true],
      log: ['It failed (the registry token has expired); retry with a new one, without rebuilding'],
      renewals: 1,
    })
    expect(await attempt('push', [EXPIRED, EXPIRED])).toMatchObject({
      result: `${EXPIRED}, attempts: 1`,
      runs: [false, true],
      renewals: 1,
    })
    // Not for a later attempt either.
    expect(await attempt('push', [EXPIRED, BUSY, EXPIRED])).toMatchObject({
      result: `${EXPIRED}, attempts: 2`,
      runs: [false, true, true],
      renewals: 1,
    })
  })

  test('a push is not retried if there is no newer token', async () => {
    expect(await attempt('push', [EXPIRED], false)).toMatchObject({ runs: [false], log: [], renewals: 1 })
  })

  // docker has just logged in with it, or is about to: a pull is from another registry, and a login has no older one.
  test.each(['pull', 'login'] as const)('a %s renews nothing', async (phase) => {
    expect(await attempt(phase, [EXPIRED])).toEqual({
      result: `${EXPIRED}, attempts: 1`,
      runs: [false],
      log: [],
      renewals: 0,
    })
  })
})

describe('what a registry refuses on a retry', () => {
  const IMMUTABLE = "tag invalid: The image tag 'v1' already exists and cannot be overwritten: immutable"

  test('is done, if it is what an earlier attempt was about', async () => {
    const { result, log } = await attempt('push', [BUSY, IMMUTABLE], true, async () => 'there already')
    expect(result).toBe('there already')
    expect(log.at(-1)).toBe('It was not confirmed (503 Service Unavailable), and is done')
  })

  test('is refused, if it is not', async () => {
    const { result } = await attempt('push', [BUSY, IMMUTABLE], true, async () => null)
    expect(result).toBe(`${IMMUTABLE}, attempts: 2`)
  })

  test('is not asked about if nothing was attempted before', async () => {
    const { result } = await attempt('push', [IMMUTABLE], true, async () => 'somebody else’s')
    expect(result).toBe(`${IMMUTABLE}, attempts: 1`)
  })
})
