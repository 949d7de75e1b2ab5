import { type AttestInputs, readAttest } from '../../inputs/attest.ts'
import type { InputSource } from '../../inputs/index.ts'
import { asksForProvenance, type ProvenanceInputs, readProvenance } from '../../inputs/provenance.ts'
import { Reader } from '../../inputs/reader.ts'
import { warnOfUndeclared } from '../../inputs/undeclared.ts'
import { readCommon, type SiblingInputs } from '../siblings/inputs.ts'
import { type DigestItem, readDigests } from './digests.ts'

export interface MergeInputs extends SiblingInputs {
  readonly digests: readonly DigestItem[]
  /** What the image is to be for, all of it; empty: whatever the digests are for. */
  readonly platforms: readonly string[]
  /** Of the index: `key=value`. */
  readonly indexAnnotations: Readonly<Record<string, string>>
  readonly attest: AttestInputs
  /** What each image in `digests` has to have; null if nothing. */
  readonly provenance: ProvenanceInputs | null
}

/** @throws InputError with everything that is wrong */
export function readMergeInputs(source: InputSource): MergeInputs {
  warnOfUndeclared(source, 'merge')
  const reader = new Reader(source)
  const common = readCommon(reader)
  const attest = readAttest(reader, asksForProvenance(reader))
  const inputs = {
    ...common,
    // The event's own are for the images; those of the index are the ones that are given.
    metadata: { ...common.metadata, annotations: [] },
    digests: readDigests(reader, common.repository),
    platforms: reader.list('platforms', 'words'),
    indexAnnotations: readAnnotations(reader),
    attest,
    provenance: readProvenance(reader, false, attest),
  }
  reader.finish()
  return inputs
}

/** https://docs.docker.com/build/metadata/annotations/ */
function readAnnotations(reader: Reader): Record<string, string> {
  const annotations: [string, string][] = []
  for (const item of reader.list('annotations', 'lines')) {
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
