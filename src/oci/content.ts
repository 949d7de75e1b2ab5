import { isObject } from '../shared/is-object.ts'
import { isTooDeep } from '../shared/nesting.ts'
import { type Descriptor, DIGEST, type ManifestContent } from './types.ts'

/**
 * Parses a manifest, and checks every descriptor in it, because a digest becomes part of a URL and a size becomes a
 * length. A member that is null counts as absent: so Go writes an empty list, and BuildKit the layers of an attestation
 * in which there is nothing.
 * https://github.com/opencontainers/image-spec/blob/main/descriptor.md#properties
 * @param given the manifest's bytes or text; may be anything
 * @returns null if it is not a valid manifest, or nested deeper than any is
 */
export function contentOf(given: unknown): ManifestContent | null {
  const bytes = typeof given === 'string' ? Buffer.from(given) : given
  // What is nested without an end would take seconds to parse.
  if (!(bytes instanceof Uint8Array) || isTooDeep(bytes)) return null
  let content: unknown
  try {
    content = JSON.parse(Buffer.from(bytes).toString('utf8'))
  } catch {
    return null
  }
  if (!isObject(content)) return null
  const present = Object.fromEntries(Object.entries(content).filter(([, value]) => value !== null))
  const { config, subject, layers = [], blobs = [], manifests = [], mediaType = '', annotations } = present
  const single = [config, subject].filter((descriptor) => descriptor !== undefined)
  const lists = [layers, blobs, manifests]
  const valid =
    typeof mediaType === 'string' &&
    (annotations === undefined || isObject(annotations)) &&
    lists.every((list) => Array.isArray(list) && list.every(isDescriptor)) &&
    single.every(isDescriptor)
  return valid ? (present as ManifestContent) : null
}

function isDescriptor(value: unknown): value is Descriptor {
  if (!isObject(value)) return false
  const { mediaType, digest, size, platform, annotations } = value
  return (
    typeof mediaType === 'string' &&
    typeof digest === 'string' &&
    DIGEST.test(digest) &&
    Number.isSafeInteger(size) &&
    (size as number) >= 0 &&
    (platform === undefined || isPlatform(platform)) &&
    (annotations === undefined || annotations === null || isObject(annotations))
  )
}

function isPlatform(value: unknown): boolean {
  if (!isObject(value)) return false
  const { os, architecture, variant, 'os.version': version, 'os.features': features = [] } = value
  return (
    typeof os === 'string' &&
    typeof architecture === 'string' &&
    [variant, version].every((text) => text === undefined || typeof text === 'string') &&
    (features === null || (Array.isArray(features) && features.every((one) => typeof one === 'string')))
  )
}
