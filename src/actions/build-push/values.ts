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
