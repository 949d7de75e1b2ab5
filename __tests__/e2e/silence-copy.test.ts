import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { REGION, type Stage } from '../../dev/stage.ts'
import type { Effect } from '../../local-ecr/index.ts'
import { type MoreOfRun, type Ran, runCell } from '../support/fault-run.ts'
import type { Cell, StageName } from '../support/fault-table.ts'
import { expectSuccess, stageOn } from '../support/parts.ts'

// A registry that stops at any point of an answer to the action's own client: with lowered limits in npm test, at full
// length in npm run soak -- faults, which prints the time that each took.

const FULL = process.env['FAULTS'] === 'all'
const ANSWER_S = FULL ? 60 : 1
const LOWERED = { registryAnswerMs: 1000, smallBodyMs: 1000, transferWindowMs: 1000 }
const lowered = FULL ? {} : { env: { ECR_BUILD_PUSH_LIMITS: JSON.stringify(LOWERED) } }

jest.setTimeout(FULL ? 3_600_000 : 180_000)

const STAGES = ['tag', 'copy', 'copied blob', 'copied manifest'] as const satisfies readonly StageName[]
const EFFECTS = {
  'no answer': { kind: 'hang' },
  'carried out, and no answer': { kind: 'hang', when: 'before the answer' },
  'half a header': { kind: 'hang', when: 'in the headers' },
  'interim answers for ever': { kind: 'drip', everyMs: 100, when: 'before the answer' },
  'headers for ever': { kind: 'drip', everyMs: 100, when: 'in the headers' },
} as const satisfies Record<string, Effect>

type Silent = readonly [stage: StageName, effect: keyof typeof EFFECTS]

/** What is put beside the push, and what goes elsewhere; every effect at every stage is left to the soak. */
const QUICK: readonly Silent[] = [
  ['tag', 'carried out, and no answer'],
  ['copied blob', 'headers for ever'],
]
const ALL: readonly Silent[] = STAGES.flatMap((stage) =>
  (Object.keys(EFFECTS) as (keyof typeof EFFECTS)[]).map((effect) => [stage, effect] as const),
)

const cellOf = (stage: StageName, times = 1): Cell => ({ stage, fault: 'dropped', times })
const nameOf = ([stage, effect]: Silent) => `${stage}: ${effect}`

/** Says what a run took, if that is what one wants to know; fails with the step's log. */
function judge(name: string, { main }: Ran, check: () => void): void {
  if (FULL) process.stderr.write(`${name}: ${main.seconds.toFixed(1)} s\n`)
  try {
    check()
  } catch (error) {
    throw new Error(`${(error as Error).message}\nThe step's log:\n${main.log}`)
  }
}

describe('silence', () => {
  const cells = FULL ? ALL : QUICK
  const runs = new Map<string, Promise<Ran>>()
  let stage: Stage

  beforeAll(async () => {
    stage = await stageOn('current')
    // All at the same time: they wait more than they work.
    for (const cell of cells) {
      const more: MoreOfRun = { ...lowered, effect: EFFECTS[cell[1]] }
      runs.set(nameOf(cell), runCell(stage, cellOf(cell[0]), [], more))
    }
  })
  afterAll(async () => {
    await Promise.allSettled(runs.values())
    await stage?.close()
  })

  test.each(cells.map((cell) => [nameOf(cell)]))('%s: is ended, told and made good', async (name) => {
    const ran = (await runs.get(name)) as Ran
    judge(name, ran, () => {
      const { main, post, held, left } = ran
      expectSuccess(main)
      expect({ met: ran.met, pending: ran.pending }).toEqual({ met: 1, pending: 0 })
      // A connection that stood unused meanwhile may be gone, and what was put on it is sent a second time.
      const told = main.log
        .split('\n')
        .filter((line) => /; retry after |, and is done$/.test(line) && !line.includes('(read ECONNRESET)'))
      // With the lower limits, a busy machine may be silent for as long somewhere else as well.
      const phrase = `(no answer within ${ANSWER_S} s)`
      expect(told.filter((line) => !line.includes(phrase))).toEqual([])
      if (FULL) expect(told).toHaveLength(1)
      else expect(told).not.toEqual([])
      const digest = main.outputs['digest']
      expect(held[REGION]).toEqual({ tags: { v1: digest, v2: digest }, images: [digest] })
      if (!name.startsWith('tag')) expect(held['us-east-1']).toEqual(held[REGION])
      expect(main.seconds).toBeLessThan(ANSWER_S + 60)
      expect([post.exitCode, left]).toEqual([0, { main: [], post: [] }])
    })
  })
})

test('connections that are opened early and never answered cost no time, and hold nothing', async () => {
  const stage = await stageOn('current')
  try {
    // At full length: only what nobody waits for is silent.
    const warm = { side: 'registry', operation: 'Ping', userAgent: 'ecr-build-push' } as const
    const early = stage.ecr.faults.order({
      match: warm,
      times: Number.POSITIVE_INFINITY,
      effect: { kind: 'hang' },
    })
    const ran = await runCell(stage, cellOf('tag'), [], { effect: { kind: 'delay', ms: 1 } })
    judge('early connections', ran, () => {
      expectSuccess(ran.main)
      expect(early.met).toBeGreaterThan(0)
      // The limit of an answer is a minute.
      expect(ran.main.seconds).toBeLessThan(45)
      expect(ran.main.log).not.toMatch(/retry after/)
    })
  } finally {
    await stage.close()
  }
})

if (FULL) {
  test('slow is not silent: 1 GiB is pushed and copied at 2 MB/s', async () => {
    const stage = await stageOn('current', { delayMs: 1, bytesPerSecond: 2e6 })
    try {
      const more: MoreOfRun = { content: randomBytes(2 ** 30), effect: { kind: 'delay', ms: 1 } }
      const ran = await runCell(stage, cellOf('copied manifest'), [], more)
      judge('a copy of 1 GiB at 2 MB/s', ran, () => {
        expectSuccess(ran.main)
        expect(ran.main.seconds).toBeGreaterThan(1000)
        expect(ran.main.log).not.toMatch(/retry after/)
        expect(ran.held['us-east-1']).toEqual(ran.held[REGION])
      })
    } finally {
      await stage.close()
    }
  })
}
