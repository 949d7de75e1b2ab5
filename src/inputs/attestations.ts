import { parseBoolean } from '../shared/boolean.ts'
import { attribute, joinCsv, splitCsv } from '../shared/csv.ts'
import { readGitHubRun } from './github.ts'
import type { Reader } from './reader.ts'

/**
 * The inputs `provenance`, `sbom` and `attests`, as the values of `--attest`. The first two take precedence over
 * an attestation of their type in `attests`. Without any of them there is no attestation, so that one platform
 * makes a plain image.
 */
export function readAttestations(reader: Reader): string[] {
  const builder = readGitHubRun(reader.source.env).attemptUrl
  const provenance = readShorthand(reader, 'provenance', 'mode=max')
  const sbom = readShorthand(reader, 'sbom', 'generator=image')
  const result: string[] = []
  if (provenance !== null) {
    const on = provenance.length === 1 && provenance[0] === 'disabled=false'
    // Where `true` says no more than that, the run that is named says it.
    const fields = withBuilder(on && builder !== null ? [] : provenance, builder)
    result.push(joinCsv(['type=provenance', ...fields]))
  }
  if (sbom !== null) result.push(joinCsv(['type=sbom', ...sbom]))
  for (const item of reader.list('attests', { commas: 'no' })) {
    const fields = readFields(reader, 'attests', item)
    const type = attribute(fields, 'type')
    if (!type) reader.problem('attests', item, 'must be type=…, such as type=sbom,generator=image')
    else if (type === 'provenance' && provenance === null) result.push(joinCsv(withBuilder(fields, builder)))
    else if (type === 'sbom' && sbom !== null) continue
    else if (type !== 'provenance') result.push(joinCsv(fields))
  }
  return result
}

/** A boolean, or attributes: null where the input is empty. */
function readShorthand(reader: Reader, name: string, example: string): string[] | null {
  const value = reader.text(name)
  if (value === '') return null
  const fields = readFields(reader, name, value)
  for (const field of fields) {
    if (!/^[a-z-]+=./i.test(field)) {
      reader.problem(name, value, `must be true, false or attributes, such as ${example}`)
      break
    }
  }
  return fields
}

/** A bare boolean among the fields turns the attestation on or off. */
function readFields(reader: Reader, name: string, value: string): string[] {
  try {
    return splitCsv(value).map((field) => {
      const on = parseBoolean(field)
      return on === null ? field : `disabled=${!on}`
    })
  } catch (error) {
    reader.problem(name, value, `is not comma-separated: ${(error as Error).message}`)
    return []
  }
}

/** Provenance names the run that made it, unless the user names a builder. */
function withBuilder(fields: readonly string[], builder: string | null): readonly string[] {
  const off = parseBoolean(attribute(fields, 'disabled') ?? 'false') === true
  if (builder === null || off || attribute(fields, 'builder-id') !== undefined) return fields
  return [...fields, `builder-id=${builder}`]
}
