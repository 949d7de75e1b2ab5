import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { combineErrors } from '../../../src/shared/combine.ts'
import { ActionError, explain } from '../../../src/shared/errors.ts'
import { fanOut, type Outcome, oneError } from '../../../src/shared/fanout.ts'
import { sleep } from '../../../src/shared/time.ts'
import { FUZZ_TIMEOUT, hold } from '../../support/fuzz.ts'

const done = (item: string): Outcome<string, number> => ({ item, ok: true, value: 1 })
const failed = (item: string, error: unknown): Outcome<string, number> => ({ item, ok: false, error })
const told = (outcomes: readonly Outcome<string, number>[]) =>
  explain(oneError('The image', outcomes, (name) => `registry ${name}`))

const LAST =
  'Then run the job again: what is in a registry is not sent again. If the repository is immutable, a build needs if-image-exists: skip for that.'

describe('the fan-out', () => {
  test(
    'does every item once, in order, so many at a time; a failure stops none of the others',
    async () => {
      const item = fc.record({ ok: fc.boolean(), after: fc.integer({ min: 0, max: 3 }) })
      const cases = fc.record({
        items: fc.array(item, { maxLength: 9 }),
        limit: fc.integer({ min: 1, max: 12 }),
      })
      await hold(cases, 60, async ({ items, limit }) => {
        const begun: number[] = []
        let atWork = 0
        let most = 0
        const outcomes = await fanOut(
          items.map((one, index) => ({ ...one, index })),
          limit,
          async ({ ok, after, index }) => {
            begun.push(index)
            most = Math.max(most, ++atWork)
            await sleep(after)
            atWork--
            if (!ok) throw new Error(String(index))
            return index
          },
        )
        const every = items.map((_, index) => index)
        expect(begun).toEqual(every)
        expect(outcomes.map((outcome) => outcome.item.index)).toEqual(every)
        expect(outcomes.map((outcome) => outcome.ok)).toEqual(items.map(({ ok }) => ok))
        for (const [index, outcome] of outcomes.entries()) {
          expect(outcome.ok ? outcome.value : Number((outcome.error as Error).message)).toBe(index)
        }
        // As many as may, as all of them begin before the first ends.
        expect(most).toBe(Math.min(limit, items.length))
      })
    },
    FUZZ_TIMEOUT,
  )

  test('work that throws before it returns a promise has failed, like other work', async () => {
    const outcomes = await fanOut([1, 2], 2, (item): Promise<number> => {
      if (item === 1) throw new Error('at once')
      return Promise.resolve(item)
    })
    expect(outcomes.map(({ ok }) => ok)).toEqual([false, true])
  })
})

describe('the error of a delivery', () => {
  test('is none if nothing failed', () => {
    expect(oneError('The image', [done('a'), done('b')], String)).toBeNull()
    expect(oneError('The image', [], String)).toBeNull()
  })

  test('is its own if there is one registry', () => {
    const error = new ActionError('A.', 'fix it.')
    expect(oneError('The image', [failed('a', error)], String)).toBe(error)
  })

  test('names every registry, with each remedy once', () => {
    const denied = (name: string) => new ActionError(`Denied in ${name}.`, 'allow it.')
    expect(
      told([
        failed('a', denied('a')),
        done('b'),
        failed('c', denied('c')),
        failed('d', new ActionError('Slow.', 'wait.')),
      ]),
    ).toBe(
      [
        'The image is known to be in 1 of 4 registries.',
        'Done: registry b',
        'Failed: registry a: Denied in a.',
        'Failed: registry c: Denied in c.',
        'Failed: registry d: Slow.',
        'What to do: allow it.',
        'wait.',
        LAST,
      ].join('\n'),
    )
  })

  test('names every failure of a registry', () => {
    const two = combineErrors([new ActionError('A.', 'fix it.'), new ActionError('B.', 'wait.')])
    expect(told([failed('a', two), done('b')])).toContain(
      'Failed: registry a: A.\nFailed: registry a: B.\nWhat to do: fix it.\nwait.\nThen',
    )
  })

  test('a defect hides no other failure, and not who has the image', () => {
    const said = told([
      failed('a', new TypeError('x is not a function')),
      done('b'),
      failed('c', new ActionError('Slow.', 'wait.')),
    ])
    expect(said).toContain('Done: registry b\nFailed: registry a: x is not a function\n')
    expect(said).toContain('Failed: registry c: Slow.')
    expect(said).toContain('this is not an error that ecr-build-push knows')
    expect(said).toContain('\nwait.\n')
  })

  test(
    'of any outcomes: the counts are right, and each registry stands once',
    async () => {
      const outcomes = fc.array(fc.boolean(), { minLength: 2, maxLength: 6 })
      await hold(outcomes, 100, (oks) => {
        const all = oks.map((ok, index) =>
          ok ? done(`<${index}>`) : failed(`<${index}>`, new ActionError(`E${index}.`, '')),
        )
        const error = oneError('The image', all, (name) => name) as ActionError | null
        const holders = oks.filter((ok) => ok).length
        if (holders === oks.length) return expect(error).toBeNull()
        expect(error?.message).toContain(`is known to be in ${holders} of ${oks.length} registries.`)
        for (const [index, ok] of oks.entries()) {
          const line = ok ? `Done: <${index}>` : `Failed: <${index}>: E${index}.`
          expect(error?.message.split('\n').filter((one) => one === line)).toHaveLength(1)
        }
      })
    },
    FUZZ_TIMEOUT,
  )
})
