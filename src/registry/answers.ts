import type { Readable } from 'node:stream'
import { contentOf } from '../oci/content.ts'
import { type Descriptor, MANIFEST_TYPES, type Manifest } from '../oci/types.ts'
import { RegistryError, wrong } from './errors.ts'
import { describeRequest, type HttpRequest } from './http.ts'

/** @throws RegistryError for what is no list of referrers */
export function parseReferrers(request: HttpRequest, bytes: Uint8Array): Descriptor[] {
  const content = contentOf(bytes)
  if (content !== null) return [...(content.manifests ?? [])]
  throw wrong(describeRequest(request), 'the list of referrers is no index')
}

/** `Link: <…>; rel="next"`, on the same host only. https://www.rfc-editor.org/rfc/rfc8288 */
export function nextPage(from: URL, link: string | string[] | undefined): URL | null {
  const target = /<([^>]+)>;\s*rel="?next"?/.exec(String(link ?? ''))?.[1]
  if (target === undefined || !URL.canParse(target, from.href)) return null
  const url = new URL(target, from)
  return url.origin === from.origin ? url : null
}

export function mediaTypeIn(header: string | undefined): string {
  return (header ?? '').split(';')[0]?.trim() ?? ''
}

/** @throws RegistryError for what is no manifest of a kind that can be copied */
export function parseManifest(doing: string, bytes: Uint8Array, digest: string, type: string): Manifest {
  const content = contentOf(bytes)
  if (content === null) throw new RegistryError(`${doing}: ${digest} is no manifest that can be right`)
  const mediaType = content.mediaType ?? type
  if (type !== '' && type !== mediaType) {
    throw new RegistryError(`${doing}: comes as ${type} and says of itself ${mediaType}`)
  }
  if (!MANIFEST_TYPES.includes(mediaType)) {
    throw new RegistryError(`${doing}: a manifest of the type '${mediaType}', which is not known here`)
  }
  return { digest, mediaType, bytes, content }
}

/** The stream without its first bytes. */
export function skipping(stream: Readable, count: number): Readable {
  let left = count
  return stream.flatMap((part: Buffer) => {
    const skipped = Math.min(left, part.length)
    left -= skipped
    return skipped === part.length ? [] : [part.subarray(skipped)]
  })
}
