import type { Side } from './faults.ts'

export interface RecordedRequest {
  readonly time: Date
  readonly ms: number
  readonly side: Side
  readonly operation: string
  readonly account: string
  readonly region: string
  /** The caller's ARN, or nothing for a request without valid credentials. */
  readonly caller?: string
  readonly repository?: string
  /** The API's input; a registry request has a method and a path instead. */
  readonly input?: unknown
  readonly method?: string
  readonly path?: string
  /** Zero where the connection was dropped. */
  readonly status: number
  /** The error's name, where there was one. */
  readonly error?: string
  readonly userAgent?: string
  /** Bytes of the request's body. */
  readonly bytes: number
}

const hidden = /^(layerPartBlob|WebIdentityToken|authorizationToken|.*secret.*|.*password.*)$/i

/** A copy without anything that opens a door, and without layers. */
function safe(value: unknown): unknown {
  if (value instanceof Uint8Array) return `${value.byteLength} bytes`
  if (Array.isArray(value)) return value.map(safe)
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  return Object.fromEntries(
    Object.entries(value).map(([member, held]) => [member, hidden.test(member) ? '***' : safe(held)]),
  )
}

/** Every request, in the order in which they were answered. */
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

  /** Names of the API's operations so far. */
  operations(side: Side = 'api'): string[] {
    return this.requests.filter((request) => request.side === side).map(({ operation }) => operation)
  }

  clear(): void {
    this.requests.length = 0
  }
}
