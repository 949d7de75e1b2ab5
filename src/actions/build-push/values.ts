import type { Inputs } from '../../inputs/index.ts'
import type { ImageMetadata } from '../../metadata/index.ts'
import { InputError, type Problem } from '../../shared/errors.ts'

// The values of expressions in the build's inputs, by the image that is built.

/**
 * The inputs with the values for an image.
 * @throws InputError if they are wrong with them
 */
export function fillExpressions(inputs: Inputs, { render }: Pick<ImageMetadata, 'render'>): Inputs {
  return inputs.expressions?.fill(render) ?? inputs
}

/**
 * The date of a reproducible image, in seconds.
 * @returns null if the image need not be that
 */
export function sourceDateOf(
  { sourceDate }: Pick<ImageMetadata, 'sourceDate'>,
  { reproducible }: Pick<Inputs['build'], 'reproducible'>,
): number | null {
  return reproducible && sourceDate !== null ? sourceDate.getTime() / 1000 : null
}

/** @throws InputError if a reproducible image has no date that each run has */
export function refuseUndated(
  image: Pick<ImageMetadata, 'sourceDate'>,
  { reproducible }: Pick<Inputs['build'], 'reproducible'>,
): void {
  if (!reproducible || image.sourceDate !== null) return
  const message =
    "needs the date of the commit, which neither the event nor a checkout with git has; check the event's commit out, or set SOURCE_DATE_EPOCH in the step's env"
  throw new InputError([{ input: 'reproducible', value: 'true', message }])
}

/**
 * A repository that takes no moving tags may give the image another version. Which Dockerfile and stage are built has been
 * checked by then.
 * @param inputs with the values for the image as it was wanted
 * @throws InputError if another Dockerfile or stage would be built
 */
export function refuseOtherDockerfile(
  { build, expressions }: Pick<Inputs, 'build' | 'expressions'>,
  wanted: Pick<ImageMetadata, 'version'>,
  image: Pick<ImageMetadata, 'version' | 'render'>,
): void {
  if (expressions === null || image.version === wanted.version) return
  const now = expressions.fill(image.render).build
  const problems = (['file', 'target'] as const).flatMap((input): Problem[] => {
    if (now[input] === build[input]) return []
    const message = `is by a version that is left out, since the repository is immutable and '${wanted.version}' moves; name the image's tags in the input 'tags'`
    return [{ input, value: build[input] ?? '', message }]
  })
  if (problems.length > 0) throw new InputError(problems)
}
