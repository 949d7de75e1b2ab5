import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { REGION, type Stage } from '../../dev/stage.ts'
import { type MoreOfRun, type Ran, runCell } from '../support/fault-run.ts'
import type { Cell, StageName } from '../support/fault-table.ts'
import { type EngineName, expectSuccess, stageOn } from '../support/parts.ts'
import { SILENT_STAGES, type SilentStage } from '../support/silence-table.ts'
import { EVERY_VARIANT, rows } from '../support/variants.ts'

// A registry that takes one request of docker's and never answers, and one that is slow: with lowered limits in npm
// test, at full length in npm run soak -- faults.

const FULL = process.env['FAULTS'] === 'all'
/** The default of `stall-timeout`; or a silence that no run on a busy machine has by itself. */
const STALL_S = FULL ? 300 : 8
const lower = (limits: Readonly<Record<string, number>>) =>
  FULL ? {} : { env: { ECR_BUILD_PUSH_LIMITS: JSON.stringify(limits) } }
const loweredBoth = lower({ stallMs: STALL_S * 1000, silenceToldMs: 1000, registryAnswerMs: 5000 })
const lowered = lower({ stallMs: STALL_S * 1000, silenceToldMs: 1000 })
/** Only where a login is silent: on a busy machine, a healthy one can take as long. */
const loweredLogin = lower({ dockerLoginMs: 8000 })
/** Larger than what sockets hold, and longer under way than a silence may last. */
const SLOW = FULL
  ? { bytes: 300e6, bytesPerSecond: 2e6, stall: '60' }
  : { bytes: 8e6, bytesPerSecond: 1e6, stall: '' }

jest.setTimeout(FULL ? 2_400_000 : 180_000)

const cellOf = (stage: StageName, times = 1): Cell => ({ stage, fault: 'dropped', times })
const told = /^docker has printed nothing new for [\dmins. ]+: it waits for .+ \(stall-timeout\)$/
const stalled = /no progress for [\dmins. ]+, waiting for /
/** The step ends a login that never answers; some engines have a limit of their own that comes before the step's. */
const LOGIN_ENDED = /'docker login' did not end within \d+ s|context deadline exceeded|\bEOF\b/
const isRetry = (line: string) => /; retry after /.test(line)

/** Fails with the step's whole log, which is what one wants to read then. */
function withLog({ main }: Pick<Ran, 'main'>, check: () => void): void {
  try {
    check()
  } catch (error) {
    throw new Error(`${(error as Error).message}\nThe step's log:\n${main.log}`)
  }
}

describe.each<EngineName>(['old', 'current'])('on the %s engine', (engine) => {
  const silent = SILENT_STAGES.filter((one) => one.engine === engine && (EVERY_VARIANT || one.proves))
  let stage: Stage
  const runs = new Map<SilentStage, Promise<Ran>>()

  beforeAll(async () => {
    stage = await stageOn(engine)
    const hang: MoreOfRun = { effect: { kind: 'hang' } }
    // All at the same time: they wait, and hold the engine's slots for the registry together.
    for (const one of silent) {
      const more = { ...hang, ...(one.stage === 'login' ? loweredLogin : lowered) }
      runs.set(one, runCell(stage, cellOf(one.stage), [], more))
    }
  })
  afterAll(async () => {
    await Promise.allSettled(runs.values())
    await stage?.close()
  })

  test.each(silent.map((one) => [one.stage, one] as const))(
    'silence at %s is told, ended and retried',
    async (_, one) => {
      const ran = await (runs.get(one) as Promise<Ran>)
      withLog(ran, () => {
        const { main, post, held, left } = ran
        expect({ met: ran.met, pending: ran.pending }).toEqual({ met: 1, pending: 0 })
        const lines = main.log.split('\n')
        const retries = lines.filter(isRetry)
        const login = one.stage === 'login'
        for (const line of retries) expect(line).toMatch(login ? LOGIN_ENDED : stalled)
        if (!login) expect(lines.some((line) => told.test(line))).toBe(true)
        if (one.kept) {
          // On a busy machine, a build may be silent for as long before it.
          const pushes = retries.filter((line) => line.startsWith('The push of '))
          expect([main.exitCode, pushes.length]).toEqual([1, 3])
          expect(main.log).toMatch(
            /The push of \S+ failed, in 4 attempts: no progress for [\dmins. ]+, waiting for /,
          )
          expect(main.log).toMatch(/What to do: .*restart the engine/)
          expect(held[REGION]).toEqual({ tags: {}, images: [] })
        } else {
          expectSuccess(main)
          expect(retries.length).toBeGreaterThanOrEqual(1)
          const digest = main.outputs['digest']
          expect(held[REGION]).toEqual({ tags: { v1: digest, v2: digest }, images: [digest] })
        }
        expect(main.seconds).toBeLessThan(STALL_S * 4 + 60)
        expect(post.exitCode).toBe(0)
        expect(left).toEqual({ main: [], post: [] })
      })
    },
  )
})

// What leaves the builder in another way than under its tags.
type Leaving = [what: string, engine: EngineName, where: string, inputs: Readonly<Record<string, string>>]
const leaving = rows<Leaving>(
  [
    [
      'an image that is pushed by its digest',
      'current',
      '/manifests/',
      { 'push-by-digest': 'true', tags: '' },
    ],
  ],
  // Variants: the push itself is that of the table above.
  [
    ['an image that is loaded, too', 'current', '/manifests/v1', { load: 'true' }],
    ['an image that is loaded, too, without buildx', 'old', '/manifests/v1', { load: 'true' }],
  ],
)
test.each(leaving)('silence at %s is told, ended and retried', async (_, engine, where, inputs) => {
  const stage = await stageOn(engine)
  try {
    const ran = await runCell(stage, cellOf('manifest'), [], {
      ...loweredBoth,
      match: { path: where },
      inputs,
      effect: { kind: 'hang' },
    })
    withLog(ran, () => {
      expectSuccess(ran.main)
      expect({ met: ran.met, pending: ran.pending }).toEqual({ met: 1, pending: 0 })
      const lines = ran.main.log.split('\n')
      const retries = lines.filter(isRetry)
      // By its digest, the docker driver pushes nothing: our own client does.
      const byDocker = where !== '/manifests/'
      const silence = byDocker ? stalled : /^Pushing the manifest of .*\(no answer within/
      expect(retries.filter((line) => silence.test(line))).not.toEqual([])
      // A busy machine may be silent for as long as the lower limits somewhere else as well.
      const other = (line: string) => !stalled.test(line) && !/\(no answer within/.test(line)
      expect(retries.filter(other)).toEqual([])
      expect(lines.some((line) => told.test(line))).toBe(byDocker)
      const { digest } = ran.main.outputs
      expect(ran.held[REGION]?.images).toEqual([digest])
      expect(Object.keys(ran.held[REGION]?.tags ?? {})).toEqual(inputs['tags'] === '' ? [] : ['v1', 'v2'])
      expect(ran.main.seconds).toBeLessThan(STALL_S + 90)
      expect(ran.left).toEqual({ main: [], post: [] })
    })
  } finally {
    await stage.close()
  }
})

// Variant: what this machine has sent is counted in the same way for each engine.
describe.each(rows<EngineName>(['current'], ['old']))(
  'a registry that is slow, on the %s engine',
  (engine) => {
    test('slow is not silent: a layer that takes longer than a silence may last is pushed', async () => {
      const stage = await stageOn(engine, { delayMs: 1, bytesPerSecond: SLOW.bytesPerSecond })
      try {
        const inputs = { 'stall-timeout': SLOW.stall }
        const content = randomBytes(SLOW.bytes)
        const more: MoreOfRun = { ...lowered, inputs, content, effect: { kind: 'delay', ms: 1 } }
        const ran = await runCell(stage, cellOf('manifest'), [], more)
        withLog(ran, () => {
          const { main, held } = ran
          expectSuccess(main)
          expect(main.seconds).toBeGreaterThan((SLOW.bytes / SLOW.bytesPerSecond) * 0.9)
          expect(main.log.split('\n').filter(isRetry)).toEqual([])
          expect(main.log).toMatch(/this machine has sent [1-9]\d*\.\d+ MB since the last sign/)
          expect(held[REGION]?.tags).toHaveProperty('v1', main.outputs['digest'])
        })
      } finally {
        await stage.close()
      }
    })
  },
)
