import { createHash } from 'node:crypto'

/**
 * A reference to a blob or a manifest: its type, digest and size.
 * https://github.com/opencontainers/image-spec/blob/main/descriptor.md
 */
export interface Descriptor {
  readonly mediaType: string
  readonly digest: string
  readonly size: number
  readonly platform?: Platform
  readonly annotations?: Readonly<Record<string, string>>
  readonly artifactType?: string
  readonly urls?: readonly string[]
}

/** https://github.com/opencontainers/image-spec/blob/main/image-index.md#image-index-property-descriptions */
export interface Platform {
  readonly os: string
  readonly architecture: string
  readonly variant?: string
  readonly 'os.version'?: string
  readonly 'os.features'?: readonly string[]
}

/** A manifest as a registry holds it. The digest is that of the bytes; all else is read from them. */
export interface Manifest {
  readonly digest: string
  readonly mediaType: string
  readonly bytes: Uint8Array
  readonly content: ManifestContent
}

/** The members of image manifests, indexes and artifact manifests that are read here. */
export interface ManifestContent {
  readonly mediaType?: string
  readonly artifactType?: string
  readonly config?: Descriptor
  readonly layers?: readonly Descriptor[]
  /** Of the artifact manifest (see OCI_ARTIFACT). */
  readonly blobs?: readonly Descriptor[]
  readonly manifests?: readonly Descriptor[]
  readonly subject?: Descriptor
  readonly annotations?: Readonly<Record<string, string>>
}

/** ECR has sha256 only, and refuses every other algorithm. */
export const DIGEST = /^sha256:[0-9a-f]{64}$/

/** A value if it is a digest; null if it is anything else. */
export const asDigest = (value: unknown): string | null =>
  typeof value === 'string' && DIGEST.test(value) ? value : null

/** The digest of bytes, as OCI writes it. */
export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}

/** `sha256:0123456789ab…`: enough to recognise a digest in a log. */
export function shortDigest(digest: string): string {
  return `${digest.slice(0, 'sha256:'.length + 12)}…`
}

/** `linux/arm64/v8`, as Docker writes a platform. */
export function platformName({ os, architecture, variant }: Platform): string {
  return [os, architecture, ...(variant ? [variant] : [])].join('/')
}

/** The platform that an image's configuration or a descriptor names; null if it names none. */
export function platformIn(said: unknown): Platform | null {
  const members = (said ?? {}) as Record<string, unknown>
  const { os, architecture, variant, 'os.version': version, 'os.features': listed } = members
  const given = (value: unknown): value is string => typeof value === 'string' && value !== ''
  if (!given(os) || !given(architecture)) return null
  const features = Array.isArray(listed) ? listed.filter(given) : []
  return {
    os,
    architecture,
    ...(given(variant) ? { variant } : {}),
    ...(given(version) ? { 'os.version': version } : {}),
    ...(features.length > 0 ? { 'os.features': features } : {}),
  }
}

/** The blobs that a manifest names, each once. Those that are stored elsewhere (`urls`) are not the registry's. */
export function blobsOf({ config, layers = [], blobs = [] }: ManifestContent): Descriptor[] {
  const all = [...(config === undefined ? [] : [config]), ...layers, ...blobs]
  return [...new Map(all.filter(({ urls }) => !urls?.length).map((blob) => [blob.digest, blob])).values()]
}

/**
 * Whether an entry of an index is BuildKit's provenance or SBOM of another entry, and no image. BuildKit marks it by
 * an annotation and by the platform unknown/unknown; other tools keep only one of the two marks when they write an
 * index anew, so either is enough.
 * https://docs.docker.com/build/metadata/attestations/attestation-storage/
 */
export function isAttestation({
  annotations,
  platform,
}: Pick<Descriptor, 'annotations' | 'platform'>): boolean {
  if (annotations?.['vnd.docker.reference.type'] === 'attestation-manifest') return true
  return platform?.os === 'unknown' && platform.architecture === 'unknown'
}
