import type { InputSource } from '../../inputs/index.ts'
import { Reader } from '../../inputs/reader.ts'
import { DIGEST } from '../../oci/types.ts'
import { readCommon, type SiblingInputs } from '../siblings/inputs.ts'

export interface MergeInputs extends SiblingInputs {
  readonly digests: readonly string[]
  /** What the image is to be for, all of it; empty: whatever the digests are for. */
  readonly platforms: readonly string[]
  /** Of the index: `key=value`. */
  readonly indexAnnotations: Readonly<Record<string, string>>
}

/** @throws InputError with everything that is wrong */
export function readMergeInputs(source: InputSource): MergeInputs {
  const reader = new Reader(source)
  const given = reader.list('digests', { commas: true })
  // `digest-uri` serves as well as `digest`: what stands before the digest was for docker.
  const digests = given.map((item) => item.slice(item.lastIndexOf('@') + 1))
  digests.forEach((digest, at) => {
    if (!DIGEST.test(digest))
      reader.problem('digests', given[at] as string, 'must be sha256: and 64 hexadecimal digits')
    else if (digests.indexOf(digest) < at) reader.problem('digests', digest, 'is there twice')
  })
  if (given.length === 0) {
    reader.problem('digests', '', "is required: the output 'digest' of each runner, one a line")
  }
  const common = readCommon(reader)
  const inputs = {
    ...common,
    // The event's own are for the images; those of the index are the ones that are given.
    metadata: { ...common.metadata, annotations: [] },
    digests,
    platforms: reader.list('platforms', { commas: true }),
    indexAnnotations: readAnnotations(reader),
  }
  reader.finish()
  return inputs
}

/** https://docs.docker.com/build/metadata/annotations/ */
function readAnnotations(reader: Reader): Record<string, string> {
  const annotations: [string, string][] = []
  for (const item of reader.list('annotations', { commas: false })) {
    const [, level = 'index', key = '', value = ''] =
      /^(?:([a-z][a-z,-]*(?:\[[^\]]*\])?):)?([^=:]+)=(.*)$/s.exec(item) ?? []
    if (key === '') reader.problem('annotations', item, 'must be key=value')
    else if (level !== 'index') {
      reader.problem(
        'annotations',
        item,
        `the level ${level} is that of an image, which has its digest already; here there is only index:key=value`,
      )
    } else annotations.push([key, value])
  }
  return Object.fromEntries(annotations)
}
