/** A body of a known length that is sent as it comes. */
export interface BodyParts {
  /** @returns what has come next; null after the last of it */
  next(): Promise<readonly Uint8Array[] | null>
  /** Nothing more of it is wanted. */
  close(): void
}

/** What is sent: bytes in memory, or what is opened when it is needed. */
export type RequestBody = Uint8Array | { readonly length: number; readonly open: () => Promise<BodyParts> }

export interface HttpRequest {
  /** What it does, for people: `Reading the manifest of HOST/NAME:v1`. */
  readonly operation: string
  readonly method: 'HEAD' | 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
  readonly url: URL
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: RequestBody
  /** Aborts it at any stage, its answer's body included. */
  readonly signal?: AbortSignal | undefined
}

/** What was being done when something failed. */
export interface Operation {
  /** For people: `Reading the manifest of HOST/NAME:v1`. */
  readonly operation: string
  /** Exactly: `GET https://HOST/v2/NAME/manifests/v1`, or `blob sha256:…`. */
  readonly detail: string
}

/** Leaves out the query: the URL of an upload, or of a redirect, can hold a credential there. */
export function operationOf({
  operation,
  method,
  url,
}: Pick<HttpRequest, 'operation' | 'method' | 'url'>): Operation {
  return { operation, detail: `${method} ${url.origin}${url.pathname}` }
}

/** Whether the body is sent as it comes, which can be done only once. */
export function isStreamed({ body }: HttpRequest): boolean {
  return body !== undefined && !(body instanceof Uint8Array)
}
