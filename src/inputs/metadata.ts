import { findProblems, type MetadataInputs } from '../metadata/index.ts'
import type { Reader } from './reader.ts'
import { readChoice } from './repository-settings.ts'

export function readMetadata(reader: Reader): MetadataInputs {
  const metadata: MetadataInputs = {
    context: readChoice(reader, 'metadata-context', ['workflow', 'git']) ?? 'workflow',
    tags: reader.lines('tags'),
    flavor: reader.lines('flavor'),
    labels: reader.list('labels', { commas: false }),
    annotations: reader.list('annotations', { commas: false }),
  }
  for (const { input, value, message } of findProblems(metadata)) reader.problem(input, value, message)
  return metadata
}
