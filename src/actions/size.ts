import type { Verdict } from '../after-push/index.ts'
import { largest, type Measured } from '../delivery/measure.ts'
import type { HeldImage } from '../ecr/types.ts'
import type { MaxSize } from '../inputs/max-size.ts'
import { code } from '../report/escaping.ts'
import type { PlatformSize } from '../report/facts.ts'
import { byteSize } from '../shared/byte-size.ts'
import { ActionError } from '../shared/errors.ts'

/**
 * Judges the size of an image.
 * @param image as ECR's API tells of it, whose size counts if the registry does not tell that of each platform; null if
 * it was not asked yet
 * @returns null if any size is right
 */
export type JudgeSize = (image: HeldImage | null) => Promise<Verdict | null>

/** What is judged of an image: one platform of it, or all of which no more is known than how large the largest is. */
type Sized = Pick<PlatformSize, 'platform' | 'bytes'>

/**
 * Judges by `max-size`: each platform's image counts for itself, compressed, as a pull fetches it. What is not known is
 * not small enough.
 * @param name of the image, with its digest
 */
export function sizeJudge(
  maxSize: MaxSize,
  measuring: Promise<Pick<Measured, 'sizes'>>,
  name: string,
): JudgeSize {
  return async (image) => {
    const { sizes } = await measuring
    const told = image?.sizeInBytes ?? null
    const all: readonly Sized[] = sizes.length > 0 || !told ? sizes : [{ platform: null, bytes: told }]
    return verdictOf(maxSize, all, name)
  }
}

function verdictOf({ bytes: most, given }: MaxSize, all: readonly Sized[], name: string): Verdict {
  const limit = `${code('max-size')} is ${code(given)}`
  const size = largest(all)
  if (size === null) {
    const failure = new ActionError(
      `The size of ${name} is not known, so that it may be larger than max-size (${given}) allows.`,
      'run the job again; the role needs ecr:BatchGetImage or ecr:DescribeImages on the repository, and the log says why the size could not be read.',
    )
    return { checks: [{ outcome: 'unknown', line: `Size; ${limit}.`, detail: null }], failure }
  }
  const over = all.filter(({ bytes }) => bytes > most)
  if (over.length === 0) {
    const line = `Size: ${byteSize(size)} compressed${all.length > 1 ? ' for the largest platform' : ''}; ${limit}.`
    return { checks: [{ outcome: 'passed', line, detail: null }], failure: null }
  }
  const told = over.map(
    ({ platform, bytes }) =>
      `${byteSize(bytes)} compressed (${bytes} bytes)${platform === null ? '' : ` for ${platform}`}`,
  )
  const shown = over.map(
    ({ platform, bytes }) =>
      `${byteSize(bytes)} compressed${platform === null ? '' : ` for ${code(platform)}`}`,
  )
  return {
    checks: [{ outcome: 'failed', line: `Size: ${shown.join(', ')}; ${limit}.`, detail: null }],
    failure: new ActionError(
      `${name} is too large: ${told.join(', ')}; max-size is ${given} (${most} bytes).`,
      'make the image smaller (the summary lists its layers, the largest first), or raise max-size.',
      { page: 'build.md#the-size-of-the-image' },
    ),
  }
}
