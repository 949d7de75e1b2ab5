import type { IncomingMessage, ServerResponse } from 'node:http'
import type { RepositoryKey } from '../store/types.ts'

/** One blob request of the distribution API. */
export interface BlobRequest {
  readonly repository: RepositoryKey
  /** The path after the repository's name: `blobs/sha256:…`, `blobs/uploads/…`. */
  readonly tail: string
  readonly query: URLSearchParams
  /** What comes before the tail in an address that the client gets: `https://HOST/v2/NAME/`. */
  readonly base: string
}

/** Answers blob requests: uploads, downloads, and whether a blob exists. */
export interface BlobHost {
  serve(request: IncomingMessage, response: ServerResponse, blob: BlobRequest): Promise<void>
}
