import type { Side } from './orders.ts'

/** A request, and how it ended. */
export interface RecordedRequest {
  readonly time: Date
  readonly ms: number
  readonly side: Side
  readonly operation: string
  readonly account: string
  readonly region: string
  /** The caller's ARN; none for a request without valid credentials. */
  readonly caller?: string
  readonly repository?: string
  /** The input of an API request. A registry request has a method and a path instead. */
  readonly input?: unknown
  readonly method?: string
  readonly path?: string
  /** The HTTP status; 0 if the connection was dropped. */
  readonly status: number
  /** The name of the error, if the request failed. */
  readonly error?: string
  readonly userAgent?: string
  /** Bytes of the request's body. */
  readonly bytes: number
}

const hidden = /^(layerPartBlob|WebIdentityToken|authorizationToken|.*secret.*|.*password.*)$/i

/** A copy of an input without secrets and without the content of layers. */
function safe(value: unknown): unknown {
  if (value instanceof Uint8Array) return `${value.byteLength} bytes`
  if (Array.isArray(value)) return value.map(safe)
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  return Object.fromEntries(
    Object.entries(value).map(([member, held]) => [member, hidden.test(member) ? '***' : safe(held)]),
  )
}

/** Records every request, in the order of the answers. */
export class Recorder {
  readonly requests: RecordedRequest[] = []

  add(request: RecordedRequest): void {
    const { caller, input, ...rest } = request
    this.requests.push({
      ...rest,
      ...(caller ? { caller } : {}),
      ...(input === undefined ? {} : { input: safe(input) }),
    })
  }

  /** The operations of all requests so far, of the API or of another side. */
  operations(side: Side = 'api'): string[] {
    return this.requests.filter((request) => request.side === side).map(({ operation }) => operation)
  }

  clear(): void {
    this.requests.length = 0
  }
}
