import { describe, test } from '@jest/globals'
import { runsEveryVariant } from '../../dev/testing/variants.ts'

// `npm test` proves each kind, once. What proves a kind another time, with other values or on another engine, is a
// variant: `npm run soak -- variants` runs them all, `VARIANTS=all npm test -- PATH` those of one file. The line above
// each says which test of `npm test` proves its kind.

/** Whether variants run, or what proves each kind alone. Each part of the soak runs those of its files. */
export const EVERY_VARIANT = runsEveryVariant()

/** Takes what `test` and `describe` take, and registers nothing: jest would report a test that it skips. */
const none = Object.assign(() => undefined, { each: () => () => undefined })

/** A test of which another one proves the kind. */
export const variant: typeof test = EVERY_VARIANT ? test : (none as unknown as typeof test)

/** Tests of which others prove the kind. */
export const variants: typeof describe = EVERY_VARIANT ? describe : (none as unknown as typeof describe)

/**
 * The rows of a table of tests.
 * @param proving those that prove its kinds, which always run
 * @param others those that run with all variants
 */
export function rows<Row>(proving: readonly Row[], others: readonly Row[]): Row[] {
  return EVERY_VARIANT ? [...proving, ...others] : [...proving]
}

/** @returns the rows that `proves` picks; with all variants, every one */
export function provingRows<Row>(all: readonly Row[], proves: (row: Row) => boolean): Row[] {
  return EVERY_VARIANT ? [...all] : all.filter(proves)
}
