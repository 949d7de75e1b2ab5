import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { awaitScans } from '../../../src/after-push/scan.ts'
import type { ScanAnswer, Scans } from '../../../src/ecr/scans.ts'
import type { HeldImage, Repository } from '../../../src/ecr/types.ts'
import { LIMITS } from '../../../src/shared/limits.ts'

// When an answer of an ended scan counts that has less than ECR may still come to show.

const repository = { name: 'app', uri: 'HOST/app' } as Repository
const image: HeldImage = {
  digest: `sha256:${'a'.repeat(64)}`,
  mediaType: null,
  sizeInBytes: null,
  active: true,
}
const expectation = { type: 'ENHANCED', frequency: 'CONTINUOUS_SCAN', because: null } as const

type Part = Partial<Pick<ScanAnswer, 'status' | 'hasFindings' | 'unlisted'>> & { readonly listed?: number }

/**
 * @param timeline from which second on ECR answers what
 * @returns when the scan was taken as ended, how long its answer had been the same by then, in seconds, and what it had
 */
async function awaited(timeline: readonly (readonly [number, Part])[]) {
  let now = 0
  /** Since when the answer has been the same, as far as it was asked for. */
  let same = { answer: '', since: 0 }
  const scans: Scans = {
    expectation: async () => expectation,
    images: async () => [{ digest: image.digest, platform: null }],
    findings: async () => {
      const { listed = 0, ...part } = timeline.findLast(([from]) => now >= from * 1000)?.[1] ?? {}
      const answer = JSON.stringify([listed, part])
      if (same.answer !== answer) same = { answer, since: now }
      const findings = Array.from({ length: listed }, () => ({ severity: 'HIGH' }))
      const nothing = {
        status: 'ACTIVE',
        description: null,
        counts: {},
        unlisted: {},
        hasFindings: listed > 0,
      }
      return { ...nothing, ...part, findings } as unknown as ScanAnswer
    },
    start: async () => null,
  }
  const clock = {
    clock: () => now,
    sleep: async (ms: number) => {
      now += ms
    },
    log: () => undefined,
  }
  const run = await awaitScans({ scans, repository, image, expectation, timeoutMs: 3_600_000 }, clock)
  return { seconds: now / 1000, stable: (now - same.since) / 1000, scan: run.images[0] }
}

const wait = LIMITS.findingsMs / 1000

describe('an ended scan', () => {
  test('with all that it counts is taken at once', async () => {
    expect((await awaited([[0, { listed: 2 }]])).seconds).toBe(0)
  })

  test('that shows nothing is taken once that has stayed so, and says so', async () => {
    const { seconds, scan } = await awaited([[0, {}]])
    expect(seconds).toBeGreaterThanOrEqual(wait)
    expect(scan).toMatchObject({ ended: 'well', hasFindings: false })
  })

  test('whose findings begin to come late has its time for the rest', async () => {
    const { seconds, scan } = await awaited([
      [0, {}],
      [wait - 2, { listed: 1, unlisted: { HIGH: 2 } }],
      [wait + 13, { listed: 3 }],
    ])
    expect(scan).toMatchObject({ unlisted: {}, hasFindings: true })
    expect(seconds).toBeGreaterThanOrEqual(wait + 13)
  })

  test('that runs once more begins its time anew', async () => {
    const { scan } = await awaited([
      [0, {}],
      [wait - 15, { status: 'IN_PROGRESS' }],
      [wait - 8, {}],
      [wait + 19, { listed: 1 }],
    ])
    expect(scan?.findings).toHaveLength(1)
  })

  test('is never taken with less than it shows, unless that has stayed so for the whole time', async () => {
    const part = fc.record<Part>({
      listed: fc.nat(3),
      unlisted: fc.constantFrom({}, { HIGH: 1 }, { LOW: 2 }),
      hasFindings: fc.constant(true),
    })
    const timeline = fc
      .uniqueArray(fc.tuple(fc.integer({ min: 0, max: 120 }), fc.oneof(part, fc.constant<Part>({}))), {
        selector: ([from]) => from,
        minLength: 1,
        maxLength: 5,
      })
      .map((parts) => [[0, {}] as [number, Part], ...parts].sort(([one], [other]) => one - other))
    await fc.assert(
      fc.asyncProperty(timeline, async (parts) => {
        const { stable, scan } = await awaited(parts)
        if (scan?.hasFindings && Object.keys(scan.unlisted).length === 0) return
        expect(stable).toBeGreaterThanOrEqual(wait)
      }),
      { numRuns: 200 },
    )
  })
})
