import type { Attestation } from '../docker/port.ts'
import { parseDockerBoolean } from '../docker/syntax/booleans.ts'
import { isReference } from '../docker/syntax/references.ts'
import { parseBoolean } from '../shared/boolean.ts'
import { attribute, joinCsv } from '../shared/csv.ts'
import { readGitHubRun } from './github.ts'
import type { Reader } from './reader.ts'
import { readFields, requireKeys } from './records.ts'

/**
 * The inputs `provenance`, `sbom` and `attests`. The first two take precedence over an attestation of their type in
 * `attests`. Without any of them there is no attestation, so that one platform makes a plain image.
 */
export function readAttestations(reader: Reader): Attestation[] {
  const builder = readGitHubRun(reader.source.env).attemptUrl
  const provenance = readShorthand(reader, 'provenance', 'mode=max')
  const sbom = readShorthand(reader, 'sbom', 'generator=image')
  const result: Attestation[] = []
  const add = (input: Attestation['input'], given: string, fields: readonly string[]) =>
    result.push({ input, given, value: joinCsv(fields) })
  if (provenance !== null) {
    const on = provenance.length === 1 && provenance[0] === 'disabled=false'
    // If `true` is all that was given, the name of the run says as much.
    const fields = withBuilder(on && builder !== null ? [] : provenance, builder)
    add('provenance', reader.text('provenance'), ['type=provenance', ...fields])
  }
  if (sbom !== null) add('sbom', reader.text('sbom'), ['type=sbom', ...sbom])
  for (const item of reader.list('attests', 'records')) {
    const fields = readAttributes(reader, 'attests', item)
    if (fields === null) continue
    const type = attribute(fields, 'type')
    if (!type) reader.problem('attests', item, wrongAttestation(item))
    else {
      requireKeys(reader, 'attests', item, fields)
      checkAttributes(reader, 'attests', item, [type, fields])
    }
    if (type === 'provenance' && provenance === null) add('attests', item, withBuilder(fields, builder))
    else if (type === 'sbom' && sbom !== null) continue
    else if (type !== 'provenance') add('attests', item, fields)
  }
  return result
}

/** A bare word is what the input `attest` takes, whose attestations are signed. */
function wrongAttestation(item: string): string {
  const must = 'must be type=…, such as type=sbom,generator=image'
  return /^(?:provenance|sbom|true)$/i.test(item)
    ? `${must}; attestations that are signed are asked for by the input 'attest'`
    : must
}

/** @returns attributes, of which a boolean is one; null if the input is empty */
function readShorthand(reader: Reader, name: 'provenance' | 'sbom', example: string): string[] | null {
  const value = reader.text(name)
  if (value === '') return null
  const fields = readAttributes(reader, name, value) ?? []
  if (fields.some((field) => !/^[a-z-]+=./i.test(field)))
    reader.problem(name, value, `must be true, false or attributes, such as ${example}`)
  else checkAttributes(reader, name, value, [name, fields])
  return fields
}

/**
 * A bare boolean among the fields turns the attestation on or off.
 * @returns null if the value is not CSV
 */
function readAttributes(
  reader: Reader,
  name: 'provenance' | 'sbom' | 'attests',
  value: string,
): string[] | null {
  const fields = readFields(reader, name, value)
  if (fields === null) return null
  return fields.map((field) => {
    const on = parseBoolean(field)
    return on === null ? field : `disabled=${!on}`
  })
}

/**
 * A problem for each attribute whose values are known, and that has another one. Any other attribute is BuildKit's,
 * or the generator's of the SBOM.
 * https://github.com/moby/buildkit/blob/master/docs/attestations/slsa-provenance.md,
 * https://github.com/moby/buildkit/blob/master/frontend/dockerui/config.go
 */
function checkAttributes(
  reader: Reader,
  name: 'provenance' | 'sbom' | 'attests',
  value: string,
  [type, fields]: readonly [type: string, fields: readonly string[]],
): void {
  const check = (key: string, isRight: (given: string) => boolean, rule: string) => {
    const given = attribute(fields, key)
    if (given !== undefined && !isRight(given)) reader.problem(name, value, `${key} must be ${rule}`)
  }
  const isBoolean = (given: string) => parseDockerBoolean(given) !== null
  check('disabled', isBoolean, 'true or false')
  // Of what is turned off, docker reads nothing else.
  if (parseDockerBoolean(attribute(fields, 'disabled') ?? 'false') === true) return
  if (type === 'provenance') {
    // `full` is an older word for max.
    check('mode', (given) => /^(?:min|max|full)$/.test(given), 'min or max')
    check('reproducible', isBoolean, 'true or false')
    // A later BuildKit may have later versions.
    check('version', (given) => /^v\d+(?:\.\d+)*$/.test(given), 'a version of SLSA, such as v0.2 or v1')
  }
  if (type === 'sbom') check('generator', isReference, 'the name of an image')
}

/** Provenance names the run that made it, unless the user names a builder. */
function withBuilder(fields: readonly string[], builder: string | null): readonly string[] {
  const off = parseDockerBoolean(attribute(fields, 'disabled') ?? 'false') === true
  if (builder === null || off || attribute(fields, 'builder-id') !== undefined) return fields
  return [...fields, `builder-id=${builder}`]
}
