import { digestOf } from '../../../local-ecr/store/images.ts'
import { callerOf } from '../../../local-ecr/store/names.ts'
import type { Store } from '../../../local-ecr/store/store.ts'
import type { Repository } from '../../../local-ecr/store/types.ts'

export const caller = callerOf()
export const other = callerOf('210987654321')

export const imageType = 'application/vnd.oci.image.manifest.v1+json'
export const indexType = 'application/vnd.oci.image.index.v1+json'

const encode = (value: unknown) => JSON.stringify(value)

/** A manifest whose config and layer lie in the backend already. */
export async function imageManifest(store: Store, repository: Repository, content: string): Promise<string> {
  const place = repository
  const blobs = [`{"architecture":"amd64","os":"linux","content":"${content}"}`, `layer of ${content}`].map(
    (text) => Buffer.from(text),
  )
  for (const blob of blobs) await store.backend.putBlob(place, digestOf(blob), blob)
  const [config, layer] = blobs.map((blob) => ({ digest: digestOf(blob), size: blob.byteLength }))
  return encode({
    schemaVersion: 2,
    mediaType: imageType,
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...config },
    layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar', ...layer }],
  })
}

export function indexManifest(children: readonly string[]): string {
  return encode({
    schemaVersion: 2,
    mediaType: indexType,
    manifests: children.map((child) => ({
      mediaType: imageType,
      digest: digestOf(Buffer.from(child)),
      size: child.length,
    })),
  })
}

export const digest = (manifest: string) => digestOf(Buffer.from(manifest))
