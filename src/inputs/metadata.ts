import { findProblems, type MetadataInputs } from '../metadata/index.ts'
import type { Reader } from './reader.ts'

/** The inputs `metadata-context`, `tags`, `flavor`, `labels` and `annotations`. */
export function readMetadata(reader: Reader): MetadataInputs {
  const metadata: MetadataInputs = {
    context: reader.choice('metadata-context', ['workflow', 'git']) ?? 'workflow',
    tags: reader.list('tags', 'records'),
    flavor: reader.list('flavor', 'records'),
    labels: reader.list('labels', 'lines'),
    annotations: reader.list('annotations', 'lines'),
  }
  for (const { input, value, message } of findProblems(metadata)) reader.problem(input, value, message)
  return metadata
}
