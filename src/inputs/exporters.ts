import { parseExporter } from '../docker/exporters.ts'
import type { Reader } from './reader.ts'

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
