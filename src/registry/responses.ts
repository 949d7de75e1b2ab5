import type { Readable } from 'node:stream'
import { contentOf } from '../oci/content.ts'
import { MANIFEST_TYPES, OCI_ARTIFACT } from '../oci/media-types.ts'
import type { Manifest } from '../oci/types.ts'
import { RegistryError } from './errors.ts'
import type { Operation } from './request.ts'

/** The media types of the manifests that the client reads and copies. */
export const READABLE_TYPES: readonly string[] = [...MANIFEST_TYPES, OCI_ARTIFACT]

/** The media type in a header `Content-Type`, without its parameters; empty if there is none. */
export function mediaTypeIn(header: string | undefined): string {
  return (header ?? '').split(';')[0]?.trim() ?? ''
}

/**
 * @param contentType the response's; empty if it has none
 * @throws RegistryError if the bytes are not a manifest of a type that can be copied
 */
export function parseManifest(
  during: Operation,
  bytes: Uint8Array,
  digest: string,
  contentType: string,
): Manifest {
  const content = contentOf(bytes)
  if (content === null)
    throw new RegistryError(`${digest} is not a valid manifest`, { during, mismatch: true })
  const mediaType = content.mediaType ?? contentType
  if (contentType !== '' && contentType !== mediaType) {
    throw new RegistryError(
      `the response has the media type ${contentType}, and the manifest in it says ${mediaType}`,
      { during, mismatch: true },
    )
  }
  if (!READABLE_TYPES.includes(mediaType)) {
    throw new RegistryError(`a manifest of the unknown media type '${mediaType}'`, { during, mismatch: true })
  }
  return { digest, mediaType, bytes, content }
}

/** The stream without its first bytes. */
export function skipBytes(stream: Readable, count: number): Readable {
  let left = count
  return stream.flatMap((part: Buffer) => {
    const skipped = Math.min(left, part.length)
    left -= skipped
    return skipped === part.length ? [] : [part.subarray(skipped)]
  })
}
