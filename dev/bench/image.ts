import { randomFillSync } from 'node:crypto'
import { callerOf, digestOf, invoke, type RepositoryKey } from '../../local-ecr/index.ts'
import type { Stage } from '../stage.ts'

const TYPES = 'application/vnd.oci.image'

/**
 * Puts an image of random layers into a repository of the local ECR, which is made if it is not there.
 * @param sizes of its layers, in bytes
 * @returns its digest
 */
export async function putImage(
  { ecr: { store } }: Stage,
  place: RepositoryKey,
  sizes: readonly number[],
): Promise<string> {
  await makeRepository(store, place)
  const put = async (mediaType: string, bytes: Buffer) => {
    const digest = digestOf(bytes)
    await store.backend.putBlob(place, digest, bytes)
    return { mediaType, digest, size: bytes.length }
  }
  const layers = []
  for (const size of sizes)
    layers.push(await put(`${TYPES}.layer.v1.tar`, randomFillSync(Buffer.alloc(size))))
  const config = JSON.stringify({
    architecture: 'amd64',
    os: 'linux',
    rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => digest) },
  })
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: `${TYPES}.manifest.v1+json`,
    config: await put(`${TYPES}.config.v1+json`, Buffer.from(config)),
    layers,
  })
  const input = { repositoryName: place.repository, imageManifest: manifest, imageTag: 'v1' }
  await invoke(store, callerOf(place.account, place.region), 'PutImage', input)
  return digestOf(Buffer.from(manifest))
}

/** Makes a repository if it is not there. */
export async function makeRepository(store: Stage['ecr']['store'], place: RepositoryKey): Promise<void> {
  if (store.find(place) !== undefined) return
  const caller = callerOf(place.account, place.region)
  await invoke(store, caller, 'CreateRepository', { repositoryName: place.repository })
}
