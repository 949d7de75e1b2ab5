import { STATUS_CODES } from 'node:http'
import { isNoConnection, isTransientConnection } from '../shared/connections.ts'
import { LIMITS } from '../shared/limits.ts'
import type { Operation } from './request.ts'

/** A request to a registry that failed, or a response that cannot be right. It holds no credential and no query. */
export class RegistryError extends Error {
  override readonly name = 'RegistryError'
  /** What was being done, for people: `Reading the manifest of HOST/NAME:v1`. Null outside of a request. */
  readonly operation: string | null
  /** What went wrong, without what was being done: `503 Service Unavailable`. */
  readonly reason: string
  /** Null if there was no response, or one that cannot be right. */
  readonly status: number | null
  /** OCI's error code, such as `MANIFEST_UNKNOWN`; null if the registry gave none. */
  readonly code: string | null
  /** Whether the same request can succeed later. */
  readonly transient: boolean
  /** How long the registry asks us to wait before the next request, in milliseconds; null if it does not say. */
  readonly retryAfterMs: number | null
  /** The header `WWW-Authenticate` of a 401: how the registry wants us to log in. */
  readonly challenge: string | null
  /** Whether a limit of the answer or of the throughput was reached, which costs its time with each attempt. */
  readonly silent: boolean
  /** Whether the content is there and is not what its digest, its descriptor or its type says: no outage. */
  readonly mismatch: boolean
  /** How often the operation was attempted before this counted as its failure; null before that. */
  attempts: number | null = null

  constructor(
    reason: string,
    about: {
      readonly during?: Operation
      readonly status?: number | null
      readonly code?: string | null
      readonly transient?: boolean
      readonly retryAfterMs?: number | null
      readonly challenge?: string | null
      readonly silent?: boolean
      readonly mismatch?: boolean
    } = {},
    options?: ErrorOptions,
  ) {
    super(about.during === undefined ? reason : `${about.during.detail}: ${reason}`, options)
    this.operation = about.during?.operation ?? null
    this.reason = reason
    this.status = about.status ?? null
    this.code = about.code ?? null
    this.transient = about.transient ?? false
    this.retryAfterMs = about.retryAfterMs ?? null
    this.challenge = about.challenge ?? null
    this.silent = about.silent ?? false
    this.mismatch = about.mismatch ?? false
  }

  /** The same failure, of which the caller knows that the operation can succeed later. */
  asTransient(): RegistryError {
    return this.#with(true)
  }

  /** The same failure, which another attempt would only repeat. */
  asFinal(): RegistryError {
    return this.#with(false)
  }

  #with(transient: boolean): RegistryError {
    const { operation, reason, status, code, silent, mismatch } = this
    const detail = this.message.slice(0, -`: ${reason}`.length)
    const during = operation === null ? {} : { during: { operation, detail } }
    return new RegistryError(
      reason,
      { ...during, status, code, silent, mismatch, transient },
      { cause: this },
    )
  }
}

/**
 * Statuses after which the same request can succeed later.
 * https://www.rfc-editor.org/rfc/rfc9110#name-status-codes
 */
export const TRANSIENT_STATUSES: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504])

/**
 * The error for a response with a status that was not expected.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes
 * @param body the beginning of the response's body
 */
export function statusError(
  during: Operation,
  status: number,
  headers: Readonly<Record<string, string | string[] | undefined>>,
  body: string,
): RegistryError {
  const { code, message } = errorIn(body)
  const said = [code, message].filter((part) => part !== null && part !== '').join(': ')
  const transient = TRANSIENT_STATUSES.has(status) || code === 'TOOMANYREQUESTS'
  const retryAfterMs = parseRetryAfter(headers['retry-after'])
  const tooLong = transient && (retryAfterMs ?? 0) > LIMITS.retryAfterMs
  const wait = tooLong
    ? ` (it asks to come back in ${Math.round((retryAfterMs ?? 0) / 1000)} s, which is too long to wait for)`
    : ''
  return new RegistryError(`${status} ${said || describePage(status, body)}`.trim() + wait, {
    during,
    status,
    code,
    transient: transient && !tooLong,
    retryAfterMs,
    challenge: status === 401 ? String(headers['www-authenticate'] ?? '') : null,
  })
}

/** The error for a connection that broke. A RegistryError is returned as it is. */
export function connectionError(during: Operation, error: unknown): RegistryError {
  if (error instanceof RegistryError) return error
  const { message, code } = error as NodeJS.ErrnoException
  if (code === 'ABORT_ERR') {
    const reason = `not done within ${LIMITS.questionMs / 1000} s, all attempts together`
    return new RegistryError(reason, { during, transient: true, silent: true }, { cause: error })
  }
  const transient = isTransientConnection(error) || message === 'aborted'
  const silent = code === 'ETIMEDOUT' && !isNoConnection(error)
  return new RegistryError(message || String(code), { during, transient, silent }, { cause: error })
}

/** The error for a response that cannot be right. It is worth a retry: a proxy on the way may have damaged it. */
export function invalidResponse(during: Operation, reason: string): RegistryError {
  return new RegistryError(reason, { during, transient: true })
}

/** The error for content that is not what its digest or descriptor says. It is worth a retry, as above. */
export function mismatch(during: Operation, reason: string): RegistryError {
  return new RegistryError(reason, { during, transient: true, mismatch: true })
}

/** The first error in the registry's JSON, as far as it is text. */
function errorIn(body: string): { code: string | null; message: string | null } {
  const text = (value: unknown) => (typeof value === 'string' ? value.slice(0, 1000) : null)
  try {
    const { errors } = JSON.parse(body) as { errors?: unknown }
    const [first] = (Array.isArray(errors) ? errors : []) as { code?: unknown; message?: unknown }[]
    return { code: text(first?.code), message: text(first?.message) }
  } catch {
    return { code: null, message: null }
  }
}

/**
 * A status, and the first words of a text that is not the registry's JSON. A page of a proxy or a gateway repeats the
 * status in its title and its heading, and here it is said once.
 */
function describePage(status: number, body: string): string {
  const name = STATUS_CODES[status] ?? ''
  const isPage = /<html\b|<!doctype html/i.test(body)
  const words = body
    .slice(0, 4096)
    .replace(/<(style|script)\b[\s\S]*?<\/\1>/gi, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .replaceAll(`${status} ${name}`, ' ')
    .replace(new RegExp(`(?:^| )(?:${status}|${name})(?= |$)`, 'g'), ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 200)
  if (!isPage) return words || name
  return `${name} (a web page, and no answer of a registry${words === '' ? '' : `: ${words}`})`.trim()
}

/**
 * Reads a `retry-after`: seconds or a date. https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 * @returns milliseconds from now on; null if it says nothing that can be read
 */
export function parseRetryAfter(value: string | string[] | undefined): number | null {
  const text = Array.isArray(value) ? value[0] : value
  if (text === undefined) return null
  const ms = /^\d+$/.test(text.trim()) ? Number(text) * 1000 : Date.parse(text) - Date.now()
  return Number.isFinite(ms) ? Math.max(0, ms) : null
}
