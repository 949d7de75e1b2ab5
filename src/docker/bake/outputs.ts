import { wholeAttribute } from '../../shared/csv.ts'
import type { Compression } from '../port.ts'
import { isOn } from '../syntax/booleans.ts'
import { COMPRESSION_FIELDS, fieldsOf, isImageOutput } from '../syntax/compression.ts'

// The outputs that a definition gives a target whose image goes to ECR.

/**
 * Fields that say how the image is written, and not where it goes.
 * https://github.com/moby/buildkit/blob/v0.26.2/README.md#output
 */
const OF_THE_IMAGE =
  /^(?:compression|compression-level|force-compression|oci-mediatypes|oci-artifact|rewrite-timestamp|prefer-nondist-layers|annotation(?:-[a-z-]+)?(?:\[[^\]]*\])?\..+)$/

/**
 * What the first output of an image says of how it is written, `key=value`.
 * @param compression of the input, which counts before that of the definition
 */
export function imageFields(output: readonly string[], compression: Compression | null): string[] {
  const [image = ''] = output.filter(isImageOutput)
  const given: readonly string[] = compression === null ? [] : [...COMPRESSION_FIELDS, 'oci-mediatypes']
  return fieldsOf(image).filter((field) => {
    const key = field.split('=', 1)[0] ?? ''
    return OF_THE_IMAGE.test(key) && !given.includes(key)
  })
}

/** The names that an output gives its image; docker takes those of `tags` in their place. */
export function namesOfOutputs(output: readonly string[]): string[] {
  return output
    .filter(isImageOutput)
    .flatMap((one) => (wholeAttribute(fieldsOf(one), 'name') ?? '').split(','))
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== '*')
}

/** The outputs of an image that are told not to be pushed. */
export function unpushed(output: readonly string[]): string[] {
  return output.filter((one) => {
    const push = isImageOutput(one) ? wholeAttribute(fieldsOf(one), 'push') : undefined
    return push !== undefined && !isOn(push)
  })
}
