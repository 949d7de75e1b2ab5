import { attribute, splitCsv } from '../csv.ts'
import { parseBoolean, type Reader } from './reader.ts'

/** Where a value of `--output` puts the result. */
export interface Exporter {
  /** `local`, `tar`, `docker`, `oci`, `image`, `registry`, `cacheonly`. */
  readonly type: string
  /** Null where the result goes to the builder's own place. */
  readonly destination: string | null
  readonly pushes: boolean
}

const TYPES = ['local', 'tar', 'oci', 'docker', 'image', 'registry', 'cacheonly']
const RULE = `must be a folder, or type=TYPE,… with one of the types ${TYPES.join(', ')}`

/** The input `outputs`, each as it was given, quotes and all: docker reads it as CSV. */
export function readOutputs(reader: Reader, push: boolean): string[] {
  const items = reader.list('outputs', { commas: 'raw' })
  for (const item of items) {
    const exporter = parseExporter(item)
    if (exporter === null || !TYPES.includes(exporter.type)) reader.problem('outputs', item, RULE)
    else if (exporter.destination === '-') {
      reader.problem('outputs', item, 'would write the result into the log; give dest=PATH')
    } else if ((exporter.type === 'local' || exporter.type === 'tar') && exporter.destination === null) {
      reader.problem('outputs', item, 'needs dest=PATH')
    } else if (exporter.pushes && !push) {
      reader.problem('outputs', item, 'pushes, but push is false')
    }
  }
  return items
}

/**
 * https://docs.docker.com/reference/cli/docker/buildx/build/#output
 * @returns null where it is not one
 */
export function parseExporter(output: string): Exporter | null {
  let fields: string[]
  try {
    fields = splitCsv(output)
  } catch {
    return null
  }
  const [first = ''] = fields
  if (fields.length === 1 && !first.startsWith('type=')) {
    return { type: first === '-' ? 'tar' : 'local', destination: first, pushes: false }
  }
  const type = attribute(fields, 'type') ?? ''
  const pushes =
    type === 'registry' || (type === 'image' && parseBoolean(attribute(fields, 'push') ?? '') === true)
  return { type, destination: attribute(fields, 'dest') ?? null, pushes }
}
