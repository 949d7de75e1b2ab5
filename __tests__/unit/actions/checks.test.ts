import { expect, test } from '@jest/globals'
import { checksOf } from '../../../src/actions/checks.ts'
import type { FinishWorld, Work } from '../../../src/actions/work.ts'
import { explain } from '../../../src/shared/errors.ts'
import { mainInputs } from '../../support/inputs.ts'

// The last word on a check that nobody has prepared.

const inputs = mainInputs()
const uri = 'HOST/app'
const work = (created: 'no' | 'yes') =>
  ({
    destinations: [
      { uri, created },
      { uri, created },
    ],
    after: [null, null],
  }) as unknown as Work
const world = {} as FinishWorld

test.each(['no', 'yes'] as const)('one that was asked for has not passed (created: %s)', async (created) => {
  const after = { ...inputs.after, failOnSeverity: 'HIGH', waitForSigning: true } as const
  const verdict = await checksOf(work(created), 0, { ...inputs, after }, world)
  if (verdict === null || !('failure' in verdict)) throw new Error('it passed')
  expect(verdict.checks).toEqual([
    { outcome: 'unknown', line: 'Scan', detail: null },
    { outcome: 'unknown', line: 'Signing', detail: null },
  ])
  expect(explain(verdict.failure)).toMatch(/^What follows the push to HOST\/app was not prepared before it\./)
  // In a further registry, the scan is not asked for.
  expect(await checksOf(work(created), 1, { ...inputs, after }, world)).toMatchObject({
    checks: [{ line: 'Signing' }],
  })
})

test('none is wanted: none is made', async () => {
  expect(await checksOf(work('no'), 0, inputs, world)).toBeNull()
})
