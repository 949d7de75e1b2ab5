import type { Backend } from './backend.ts'
import type { RepositoryKey } from './types.ts'

const keyOf = ({ account, region, repository }: RepositoryKey) => `${account}/${region}/${repository}`

/** Keeps layers in memory, and accepts every manifest: no process, no disk. */
export class MemoryBackend implements Backend {
  readonly #blobs = new Map<string, Map<string, Uint8Array>>()

  /** A blob's content; undefined if the repository does not have it. */
  blob(repository: RepositoryKey, digest: string): Uint8Array | undefined {
    return this.#blobs.get(keyOf(repository))?.get(digest)
  }

  async blobSize(repository: RepositoryKey, digest: string): Promise<number | undefined> {
    return this.blob(repository, digest)?.byteLength
  }

  async putBlob(repository: RepositoryKey, digest: string, bytes: Uint8Array): Promise<void> {
    const blobs = this.#blobs.get(keyOf(repository)) ?? new Map<string, Uint8Array>()
    this.#blobs.set(keyOf(repository), blobs.set(digest, bytes))
  }

  async putManifest(): Promise<undefined> {
    return undefined
  }

  async remove(repository: RepositoryKey): Promise<void> {
    this.#blobs.delete(keyOf(repository))
  }
}
