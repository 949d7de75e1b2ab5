import type { IncomingMessage, ServerResponse } from 'node:http'

/** A repository in one account's registry in one region. */
export interface Place {
  readonly account: string
  readonly region: string
  readonly repository: string
}

/** What a backend answers when it does not take a manifest. */
export interface Refusal {
  readonly status: number
  readonly code: string
  readonly message: string
}

/**
 * Where layers rest, and who judges a manifest. The store keeps manifests and tags itself: it alone
 * knows which tag is which, so the API and the registry can never tell two stories.
 */
export interface Backend {
  blobSize(place: Place, digest: string): Promise<number | undefined>
  putBlob(place: Place, digest: string, bytes: Uint8Array): Promise<void>
  putManifest(
    place: Place,
    digest: string,
    mediaType: string,
    bytes: Uint8Array,
  ): Promise<Refusal | undefined>
  /** Forgets what a deleted repository held. */
  remove(place: Place): Promise<void>
}

/** One blob request of the distribution API, for a backend that serves them over HTTP. */
export interface BlobRequest {
  readonly place: Place
  /** What follows the repository's name: `blobs/sha256:…`, `blobs/uploads/…`. */
  readonly tail: string
  readonly query: URLSearchParams
  /** What stands before the tail in addresses the client sees: `https://HOST/v2/NAME/`. */
  readonly base: string
}

export interface BlobHost {
  serve(request: IncomingMessage, response: ServerResponse, blob: BlobRequest): Promise<void>
}
