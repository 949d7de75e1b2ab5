import type { RepositoryKey } from './types.ts'

/** Why a backend refuses a manifest. */
export interface Refusal {
  readonly status: number
  readonly code: string
  readonly message: string
}

/**
 * Keeps layers, and checks manifests. Manifests and tags are kept by the store, which the API and the registry both
 * read, so that they never give different answers.
 */
export interface Backend {
  /** Bytes of a blob; undefined if the repository does not have it. */
  blobSize(repository: RepositoryKey, digest: string): Promise<number | undefined>
  putBlob(repository: RepositoryKey, digest: string, bytes: Uint8Array): Promise<void>
  /** @returns undefined if the manifest is accepted */
  putManifest(
    repository: RepositoryKey,
    digest: string,
    mediaType: string,
    bytes: Uint8Array,
  ): Promise<Refusal | undefined>
  /** Deletes all layers of a repository. */
  remove(repository: RepositoryKey): Promise<void>
}
