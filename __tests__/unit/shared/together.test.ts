import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { ActionError, explain } from '../../../src/shared/errors.ts'
import { sleep } from '../../../src/shared/time.ts'
import { together } from '../../../src/shared/together.ts'
import { FUZZ_TIMEOUT, hold } from '../../support/fuzz.ts'

const fail = async (message: string, remedy: string, milliseconds = 0): Promise<never> => {
  if (milliseconds > 0) await sleep(milliseconds)
  throw new ActionError(message, remedy)
}
const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => null,
    (error: unknown) => error,
  )

test('gives the results in the order of the parts, of promises and of values', async () => {
  const [late, value, soon] = await together([sleep(20).then(() => 'late'), null, Promise.resolve(3)])
  expect([late, value, soon]).toEqual(['late', null, 3])
  expect(await together([])).toEqual([])
})

test('three registries fail of the same: all three are named, the remedy once', async () => {
  const regions = ['eu-west-1', 'us-east-1', 'ap-northeast-2']
  const failure = await failureOf(
    together(regions.map((region) => fail(`No access in ${region}.`, 'allow it.'))),
  )
  expect(explain(failure)).toBe(
    'No access in eu-west-1.\nNo access in us-east-1.\nNo access in ap-northeast-2.\nWhat to do: allow it.',
  )
})

test('what several parts wait for fails once', async () => {
  const shared = fail('There is no such role.', 'correct it.')
  const failure = await failureOf(together([shared, shared.then(() => 1), fail('B.', 'wait.')]))
  expect(explain(failure)).toBe('There is no such role.\nWhat to do: correct it.\nB.\nWhat to do: wait.')
})

test('a part that is still at work ends before the failure of another is thrown', async () => {
  let ended = false
  const slow = sleep(30).then(() => {
    ended = true
  })
  await failureOf(together([fail('A.', ''), slow]))
  expect(ended).toBe(true)
})

test(
  'of any parts, in any order of their ends: all results in order, or every failure in the order of the parts',
  async () => {
    const part = fc.record({ ok: fc.boolean(), after: fc.integer({ min: 0, max: 5 }) })
    await hold(fc.array(part, { maxLength: 6 }), 60, async (parts) => {
      const started = parts.map(async ({ ok, after }, index) => {
        await sleep(after)
        return ok ? index : fail(`<${index}>`, `remedy ${index % 2}`)
      })
      const failed = parts.flatMap(({ ok }, index) => (ok ? [] : [`<${index}>`]))
      const failure = await failureOf(together(started))
      if (failed.length === 0) expect(await together(started)).toEqual(parts.map((_, index) => index))
      const named = failure === null ? [] : (explain(failure).match(/<\d>/g) ?? [])
      expect(named.toSorted()).toEqual(failed)
    })
  },
  FUZZ_TIMEOUT,
)
