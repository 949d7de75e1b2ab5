import { digestOf, invoke } from '../../local-ecr/index.ts'
import type { Flow } from './flow.ts'

export interface Descriptor {
  readonly mediaType: string
  readonly digest: string
  readonly size: number
}

/** The members of an image's configuration that say its platform. */
export interface ConfiguredPlatform {
  readonly os?: string
  readonly architecture?: string
  readonly variant?: string
  readonly 'os.version'?: string
  readonly 'os.features'?: readonly string[]
}

/** Puts an image of a platform into a repository of the flow's own registry, by its digest alone or under a tag. */
export async function putImage(
  flow: Flow,
  repository: string,
  platform: ConfiguredPlatform,
  more: { tag?: string; subject?: Descriptor } = {},
): Promise<Descriptor> {
  const config = Buffer.from(JSON.stringify({ ...platform, rootfs: {}, of: more }))
  const layer = Buffer.from(`layer for ${JSON.stringify(platform)}`)
  const place = { ...flow.place, repository }
  for (const blob of [config, layer]) await flow.store.backend.putBlob(place, digestOf(blob), blob)
  const manifest = {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: {
      mediaType: 'application/vnd.oci.image.config.v1+json',
      digest: digestOf(config),
      size: config.length,
    },
    layers: [
      { mediaType: 'application/vnd.oci.image.layer.v1.tar', digest: digestOf(layer), size: layer.length },
    ],
    ...(more.subject ? { subject: more.subject } : {}),
  }
  return putManifest(flow, repository, manifest, more.tag)
}

export async function putManifest(
  flow: Flow,
  repositoryName: string,
  manifest: { mediaType: string; [key: string]: unknown },
  imageTag?: string,
): Promise<Descriptor> {
  const imageManifest = JSON.stringify(manifest)
  const input = { repositoryName, imageManifest, ...(imageTag ? { imageTag } : {}) }
  await invoke(flow.store, flow.caller, 'PutImage', input)
  const bytes = Buffer.from(imageManifest)
  return { mediaType: manifest.mediaType, digest: digestOf(bytes), size: bytes.length }
}
