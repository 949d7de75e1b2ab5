import type { BuildInputs } from '../docker/port.ts'
import { isEnabled } from '../docker/syntax/attestations.ts'
import { isOn, parseDockerBoolean } from '../docker/syntax/booleans.ts'
import { parseExporter } from '../docker/syntax/exporters.ts'
import { splitRecord, wholeAttribute } from '../shared/csv.ts'
import { outOfBoundsOrLinked, outOfBoundsOrMissing } from './confinement.ts'
import type { Reader } from './reader.ts'
import { readFields, requireKeys } from './records.ts'

const TYPES = ['local', 'tar', 'oci', 'docker', 'image', 'registry', 'cacheonly']
/** Fields that BuildKit refuses if they are no boolean, and that decide what becomes of an image. */
const BOOLEANS = ['push', 'push-by-digest', 'store', 'unpack', 'rewrite-timestamp', 'name-canonical']
const OUTPUT_RULE = `must be a folder, or type=TYPE,… with one of the types ${TYPES.join(', ')}`

/** What decides where the result of a build can go. */
type Build = Pick<BuildInputs, 'platforms' | 'attests'> & { readonly push: boolean }

/** The input `outputs`, each as it was given, quotes and all: docker reads it as CSV. */
export function readOutputs(reader: Reader, build: Build): string[] {
  const items = reader.list('outputs', 'records')
  for (const item of items) checkOutput(reader, item, build)
  return items
}

/** https://docs.docker.com/reference/cli/docker/buildx/build/#output */
function checkOutput(reader: Reader, item: string, build: Build): void {
  const fields = readFields(reader, 'outputs', item)
  if (fields === null) return
  const exporter = parseExporter(item)
  if (exporter === null || !TYPES.includes(exporter.type)) reader.problem('outputs', item, OUTPUT_RULE)
  else if (fields.length > 1) requireKeys(reader, 'outputs', item, fields)
  if (exporter === null) return
  const whole = splitRecord(item)
  for (const key of exporter.type === 'image' || exporter.type === 'registry' ? BOOLEANS : []) {
    const value = wholeAttribute(whole, key) ?? ''
    if (value !== '' && parseDockerBoolean(value) === null) {
      reader.problem('outputs', item, `${key} must be true or false`)
    }
  }
  if (exporter.destination === '-') {
    reader.problem('outputs', item, 'would write the result into the log; give dest=PATH')
  } else if ((exporter.type === 'local' || exporter.type === 'tar') && exporter.destination === null) {
    reader.problem('outputs', item, 'needs dest=PATH')
  } else if (isOn(wholeAttribute(whole, 'push-by-digest'))) {
    reader.problem(
      'outputs',
      item,
      'pushes by digest, which is an input here: leave this output out, and give push-by-digest: true',
    )
  } else if (exporter.pushes && !build.push) {
    reader.problem('outputs', item, 'pushes, but push is false')
  }
  if (exporter.destination !== null && exporter.destination !== '' && exporter.destination !== '-') {
    // These two can be a folder with the parts of an image (tar=false), where the others write over a link.
    const check =
      exporter.type === 'oci' || exporter.type === 'docker' ? outOfBoundsOrLinked : outOfBoundsOrMissing
    const misplaced = check(reader.source, exporter.destination)
    if (misplaced !== null) reader.problem('outputs', item, `${exporter.destination} ${misplaced}`)
  }
  const why = whyIndex(build)
  if (exporter.type === 'docker' && exporter.destination !== null && why !== null) {
    reader.problem(
      'outputs',
      item,
      `docker's archive holds one image, and this is an index because of ${why}; type=oci takes an index`,
    )
  }
}

/**
 * An exporter of images may push, and gives the image a name of its own.
 * @param beside the input that excludes that
 */
export function refuseOtherPush(reader: Reader, outputs: readonly string[], beside: string): void {
  for (const output of outputs) {
    if (/^(?:image|registry)$/.test(parseExporter(output)?.type ?? '')) {
      reader.problem('outputs', output, `is another way to push; leave it out with ${beside}`)
    }
  }
}

/** @returns null if the build makes a plain image */
function whyIndex({ platforms, attests }: Build): string | null {
  if (platforms.length > 1) return 'several platforms'
  return attests.some(isEnabled) ? 'an attestation (provenance, sbom or attests)' : null
}
