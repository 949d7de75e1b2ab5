import { OCI_INDEX } from '../oci/media-types.ts'
import { digestOf, type Manifest } from '../oci/types.ts'
import type { IndexPart } from './index-part.ts'

/**
 * The index of the parts, in their order. The same parts and annotations give the same bytes, so a second run creates
 * nothing new.
 * https://github.com/opencontainers/image-spec/blob/main/image-index.md
 */
export function createIndex(
  parts: readonly IndexPart[],
  annotations: Readonly<Record<string, string>>,
): Pick<Manifest, 'bytes' | 'digest' | 'mediaType'> {
  const content = {
    schemaVersion: 2,
    mediaType: OCI_INDEX,
    manifests: parts.flatMap(({ descriptors }) => descriptors),
    ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
  }
  const bytes = Buffer.from(JSON.stringify(content, null, 2))
  return { bytes, digest: digestOf(bytes), mediaType: OCI_INDEX }
}
