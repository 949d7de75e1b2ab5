import { createHash } from 'node:crypto'

/**
 * What points to a blob or a manifest.
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
}

/** A manifest as a registry holds it: the bytes decide, the rest is read from them. */
export interface Manifest {
  readonly digest: string
  readonly mediaType: string
  readonly bytes: Uint8Array
  readonly content: ManifestContent
}

/** The parts of images, indexes and artifacts that name others. */
export interface ManifestContent {
  readonly mediaType?: string
  readonly artifactType?: string
  readonly config?: Descriptor
  readonly layers?: readonly Descriptor[]
  /** Of the artifact manifest, which the specification had for a while. */
  readonly blobs?: readonly Descriptor[]
  readonly manifests?: readonly Descriptor[]
  readonly subject?: Descriptor
  readonly annotations?: Readonly<Record<string, string>>
}

export const OCI_INDEX = 'application/vnd.oci.image.index.v1+json'
export const OCI_IMAGE = 'application/vnd.oci.image.manifest.v1+json'
export const DOCKER_LIST = 'application/vnd.docker.distribution.manifest.list.v2+json'
export const DOCKER_IMAGE = 'application/vnd.docker.distribution.manifest.v2+json'

/** What is asked for where a manifest is read. */
export const MANIFEST_TYPES: readonly string[] = [
  OCI_INDEX,
  OCI_IMAGE,
  DOCKER_LIST,
  DOCKER_IMAGE,
  'application/vnd.oci.artifact.manifest.v1+json',
]

/** sha256 is what ECR has; another algorithm would be refused there too. */
export const DIGEST = /^sha256:[0-9a-f]{64}$/

export const isIndex = (mediaType: string): boolean => mediaType === OCI_INDEX || mediaType === DOCKER_LIST

/** The digest of bytes, as OCI writes it. */
export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}

/** `linux/arm64/v8`, as Docker writes a platform. */
export function platformName({ os, architecture, variant }: Platform): string {
  return [os, architecture, ...(variant === undefined ? [] : [variant])].join('/')
}

/** The platform that a configuration or a descriptor names; null where it names none. */
export function platformIn(said: unknown): Platform | null {
  const { os, architecture, variant, 'os.version': version } = (said ?? {}) as Record<string, unknown>
  const given = (value: unknown): value is string => typeof value === 'string' && value !== ''
  if (!given(os) || !given(architecture)) return null
  return {
    os,
    architecture,
    ...(given(variant) ? { variant } : {}),
    ...(given(version) ? { 'os.version': version } : {}),
  }
}

/** The blobs that a manifest names. Those that lie elsewhere (`urls`) are not the registry's. */
export function blobsOf({ config, layers = [], blobs = [] }: ManifestContent): Descriptor[] {
  const all = [...(config === undefined ? [] : [config]), ...layers, ...blobs]
  return [...new Map(all.filter(({ urls }) => !urls?.length).map((blob) => [blob.digest, blob])).values()]
}

/** What BuildKit marks as provenance and SBOM of another manifest of the same index. */
export function isAttestation({ annotations }: Pick<Descriptor, 'annotations'>): boolean {
  return annotations?.['vnd.docker.reference.type'] === 'attestation-manifest'
}
