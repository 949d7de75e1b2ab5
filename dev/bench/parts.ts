import { measureBake } from './bake.ts'
import { measureCopies } from './copies.ts'
import type { Measured } from './figures.ts'
import { measureLayers, measureRegistries, measureSizes, measureTags } from './growth.ts'
import { measureSkip, measureStep } from './step.ts'
import type { Surroundings } from './surroundings.ts'

/** A part of the bench, which can be measured alone. */
export interface Part {
  /** What it measures, in a line. */
  readonly what: string
  /** On a quiet machine of two processors, without PEERS. */
  readonly minutes: number
  measure(around: Surroundings): Promise<Measured>
}

const MB = 1e6
const TWELVE = Array.from({ length: 12 }, () => 20 * MB)
const GIB = [1024 ** 3]
const FAR = { delayMs: 100, bytesPerSecond: 30 * MB }
const SMALL = { layers: 1, bytes: 20_000 }

/** In the order of docs/performance.md. */
export const PARTS_OF_BENCH: Readonly<Record<string, Part>> = {
  step: {
    what: 'the step against docker by hand, 25 ms from ECR',
    minutes: 1,
    measure: (around) => measureStep(around, { ...SMALL, rounds: 9, delayMs: 25, toBare: 1, fromChain: 5.2 }),
  },
  'step-far': {
    what: 'the same, 100 ms from ECR',
    minutes: 1,
    measure: (around) => measureStep(around, { ...SMALL, rounds: 5, delayMs: 100, toBare: 0.9 }),
  },
  skip: {
    what: 'an image that is there',
    minutes: 0.5,
    measure: (around) => measureSkip(around, 5),
  },
  bake: {
    what: 'twelve services of one repository, one of which has changed',
    minutes: 3,
    measure: (around) => measureBake(around, { rounds: 5, toOne: 1.3 }),
  },
  push: {
    what: 'a push of twelve new layers of 20 MB, 100 ms from ECR, 30 MB/s a connection',
    minutes: 2,
    measure: (around) =>
      measureStep(around, { ...FAR, rounds: 3, layers: 12, bytes: 20 * MB, few: true, toBare: 1 }),
  },
  copy: {
    what: 'promote against skopeo and imagetools, twelve layers of 20 MB',
    minutes: 1.5,
    measure: (around) => measureCopies(around, { rounds: 5, sizes: TWELVE, atMost: 1, atMostMiB: 120 }),
  },
  'copy-large': {
    what: 'the same, one layer of 1 GiB',
    minutes: 3,
    measure: (around) => measureCopies(around, { rounds: 3, sizes: GIB, atMost: 1, atMostMiB: 120 }),
  },
  'copy-far': {
    what: 'the same, twelve layers, 100 ms from ECR, 30 MB/s a connection',
    minutes: 2,
    measure: (around) => measureCopies(around, { ...FAR, rounds: 3, sizes: TWELVE, atMost: 0.7 }),
  },
  'copy-large-far': {
    what: 'the same, one layer of 1 GiB',
    minutes: 6,
    measure: (around) =>
      measureCopies(around, { ...FAR, rounds: 2, sizes: GIB, atMost: 0.7, atMostMiB: 120 }),
  },
  tags: { what: 'a push under 1 to 50 tags', minutes: 1, measure: measureTags },
  registries: { what: 'a push to 1 to 8 registries', minutes: 1, measure: measureRegistries },
  layers: { what: 'a push and a copy of 1 to 100 layers', minutes: 2, measure: measureLayers },
  size: { what: 'a copy of 1 MB to 2 GB', minutes: 3, measure: measureSizes },
}
