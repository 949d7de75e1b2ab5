/** An answer of a registry that is not what was asked for, or none. The message holds no credential and no query. */
export class RegistryError extends Error {
  override readonly name = 'RegistryError'
  /** Null where there was no answer, or one that cannot be right. */
  readonly status: number | null
  /** OCI's error code, such as `MANIFEST_UNKNOWN`; null where the registry gave none. */
  readonly code: string | null
  /** Whether the same request can succeed later. */
  readonly transient: boolean
  /** How long the registry wants to be left alone. */
  readonly retryAfterMs: number | null
  /** How the registry wants to be asked, where it refused for that. */
  readonly challenge: string | null

  constructor(
    message: string,
    about: {
      readonly status?: number | null
      readonly code?: string | null
      readonly transient?: boolean
      readonly retryAfterMs?: number | null
      readonly challenge?: string | null
    } = {},
    options?: ErrorOptions,
  ) {
    super(message, options)
    this.status = about.status ?? null
    this.code = about.code ?? null
    this.transient = about.transient ?? false
    this.retryAfterMs = about.retryAfterMs ?? null
    this.challenge = about.challenge ?? null
  }
}

/** Statuses of a passing trouble. https://www.rfc-editor.org/rfc/rfc9110#name-status-codes */
const PASSING = new Set([408, 425, 429, 500, 502, 503, 504])

/** A registry that wants to be left alone for longer is not waited for. */
const LONGEST_AFTER_MS = 120_000

/**
 * Codes of node's own, for connections that broke or could not be made at the moment. A name that does not exist
 * (ENOTFOUND) and a certificate that is not trusted stay so; a resolver without an answer (EAI_AGAIN) does not.
 * https://nodejs.org/api/errors.html#common-system-errors
 */
const PASSING_CODES =
  /^(?:ECONNRESET|ECONNABORTED|ECONNREFUSED|EPIPE|ETIMEDOUT|EAI_AGAIN|EAI_NODATA|EHOSTUNREACH|ENETUNREACH|ENETDOWN|ENETRESET|ERR_STREAM_PREMATURE_CLOSE|ERR_TLS_HANDSHAKE_TIMEOUT|HPE_\w+)$/

/**
 * The error for an answer.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes
 * @param doing `PUT https://HOST/v2/NAME/manifests/v1`
 * @param body the beginning of the answer's body
 */
export function refused(
  doing: string,
  status: number,
  headers: Readonly<Record<string, string | string[] | undefined>>,
  body: string,
): RegistryError {
  const { code, message } = errorIn(body)
  const said = [code, message ?? plain(body)].filter((part) => part !== null && part !== '').join(': ')
  const passes = PASSING.has(status) || code === 'TOOMANYREQUESTS'
  const retryAfterMs = retryAfter(headers['retry-after'])
  const tooLong = passes && (retryAfterMs ?? 0) > LONGEST_AFTER_MS
  const wait = tooLong
    ? ` (it asks to come back in ${Math.round((retryAfterMs ?? 0) / 1000)} s, which is too long to wait for)`
    : ''
  return new RegistryError(`${doing}: ${status}${said === '' ? '' : ` ${said}`}${wait}`, {
    status,
    code,
    transient: passes && !tooLong,
    retryAfterMs,
    challenge: status === 401 ? String(headers['www-authenticate'] ?? '') : null,
  })
}

/** The error for a connection that broke. */
export function broken(doing: string, error: unknown): RegistryError {
  if (error instanceof RegistryError) return error
  const { message, code } = error as NodeJS.ErrnoException
  const transient = PASSING_CODES.test(code ?? '') || message === 'aborted'
  return new RegistryError(`${doing}: ${message || code}`, { transient }, { cause: error })
}

/** The error for an answer that cannot be right; asking again is worth while. */
export function wrong(doing: string, what: string): RegistryError {
  return new RegistryError(`${doing}: ${what}`, { transient: true })
}

/** The first error that the registry names, as far as it is text. */
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

/** What a proxy or a gateway says in a page of its own is no help beyond a line. */
function plain(body: string): string {
  return body
    .slice(0, 4096)
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 200)
}

/** Seconds or a date. https://www.rfc-editor.org/rfc/rfc9110#field.retry-after */
function retryAfter(value: string | string[] | undefined): number | null {
  const text = Array.isArray(value) ? value[0] : value
  if (text === undefined) return null
  const ms = /^\d+$/.test(text.trim()) ? Number(text) * 1000 : Date.parse(text) - Date.now()
  return Number.isFinite(ms) ? Math.max(0, ms) : null
}
