import { parseRetryAfter, TRANSIENT_STATUSES } from '../registry/errors.ts'
import { readUpTo } from '../registry/http.ts'
import { sharedAgents } from '../registry/open.ts'
import { sendOnce } from '../registry/send-once.ts'
import { clip } from '../shared/clip.ts'
import { type Agents, isTransientConnection } from '../shared/connections.ts'
import { isObject } from '../shared/is-object.ts'
import { LIMITS } from '../shared/limits.ts'
import { logLine } from '../shared/log-line.ts'
import { describeRetry, TRANSIENT_BACKOFF, withRetries } from '../shared/retry.ts'
import { sleep } from '../shared/time.ts'
import { SigstoreError, type SigstoreService } from './errors.ts'

/** How the services of Sigstore are reached. */
export interface Transport {
  readonly agents: Agents
  /** Gets a line for each retry. */
  readonly log: (line: string) => void
  /** Waits between attempts; a test brings one that does not. */
  readonly sleep: (milliseconds: number) => Promise<void>
}

/** One call of a service. */
export interface ServiceCall {
  readonly service: SigstoreService
  /** What is done, to begin a line of the log with. */
  readonly what: string
  readonly method: 'GET' | 'POST'
  readonly url: URL
  /** Sent as JSON. */
  readonly body?: unknown
  /** Statuses besides 2xx that are an answer and no failure. */
  readonly alsoAnswers?: readonly number[]
}

export interface ServiceAnswer {
  readonly status: number
  readonly location: string | null
  readonly body: Uint8Array
}

/**
 * The transport of this process, through the proxies that the environment names.
 * @param log gets a line for each retry
 */
export async function openTransport(
  env: Readonly<Record<string, string | undefined>>,
  log: (line: string) => void,
): Promise<Transport> {
  return { agents: await sharedAgents(env), log, sleep }
}

const MAX_SAID = 300

/**
 * Calls a service, and retries what fails for a transient reason. Each attempt and all of them together have a limit.
 * @param ended aborts it at any stage: what it was for has failed elsewhere
 * @throws SigstoreError
 */
export async function callService(
  { agents, log, sleep }: Transport,
  call: ServiceCall,
  ended: AbortSignal,
): Promise<ServiceAnswer> {
  let attempts = 0
  let askedMs = 0
  try {
    return await withRetries(
      { ...TRANSIENT_BACKOFF, withinMs: LIMITS.sigstoreCallMs, sleep },
      (_, whole) => {
        attempts++
        return callOnce(agents, call, whole === undefined ? [ended] : [ended, whole])
      },
      (error) => {
        if (!(error instanceof SigstoreError) || !error.transient || ended.aborted) return null
        askedMs += error.retryAfterMs ?? 0
        if (askedMs > LIMITS.retryAfterMs) return null
        return { reason: error.message, afterMs: error.retryAfterMs }
      },
      (retry) => log(logLine(describeRetry(call.what, retry))),
    )
  } catch (error) {
    if (error instanceof SigstoreError) error.attempts = attempts
    throw error
  }
}

/** The JSON object of an answer. @throws SigstoreError if it is none */
export function jsonOf(call: ServiceCall, { body }: ServiceAnswer): Record<string, unknown> {
  const value = parsedBody(body)
  if (isObject(value)) return value
  throw new SigstoreError(call, 'the answer is not a JSON object')
}

async function callOnce(
  agents: Agents,
  call: ServiceCall,
  ends: readonly AbortSignal[],
): Promise<ServiceAnswer> {
  const late = AbortSignal.timeout(LIMITS.sigstoreAnswerMs)
  const signal = AbortSignal.any([late, ...ends])
  const headers = {
    'user-agent': 'ecr-build-push',
    accept: 'application/json, application/timestamp-reply',
    ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
  }
  const body = call.body === undefined ? {} : { body: Buffer.from(JSON.stringify(call.body)) }
  const begun = performance.now()
  try {
    const { method, url } = call
    const response = await sendOnce({ operation: call.what, method, url, headers, signal, ...body }, agents)
    const bytes = await readUpTo(response, LIMITS.sigstoreBodyBytes)
    const status = response.statusCode ?? 0
    const { location = null } = response.headers
    const isAnswer = (status >= 200 && status < 300) || call.alsoAnswers?.includes(status) === true
    if (isAnswer) return { status, location, body: bytes }
    throw refusedBy(call, `${status} ${response.statusMessage ?? ''}`, response.headers['retry-after'], bytes)
  } catch (error) {
    if (error instanceof SigstoreError) throw error
    if (signal.aborted) {
      const seconds = Number(((performance.now() - begun) / 1000).toFixed(1))
      throw new SigstoreError(
        call,
        `no whole answer within ${seconds} s`,
        { transient: true },
        { cause: error },
      )
    }
    const { message } = error as Error
    const transient = isTransientConnection(error) || message === 'aborted'
    const reason = message === 'aborted' ? 'the answer broke off' : message
    throw new SigstoreError(call, reason, { transient }, { cause: error })
  }
}

function refusedBy(
  call: ServiceCall,
  statusLine: string,
  retryAfter: string | undefined,
  body: Uint8Array,
): SigstoreError {
  const status = Number.parseInt(statusLine, 10)
  const said = saidIn(body)
  const name = clip(statusLine.trim(), MAX_SAID)
  const transient = TRANSIENT_STATUSES.has(status)
  const about = { status, transient, retryAfterMs: transient ? parseRetryAfter(retryAfter) : null }
  return new SigstoreError(call, said === '' ? name : `${name}: ${said}`, about)
}

/** What a refusal says: the services write `{"code": 3, "message": "…"}`; a proxy's web page is left out. */
function saidIn(body: Uint8Array): string {
  const value = parsedBody(body)
  const message = isObject(value) ? (value['message'] ?? value['error']) : null
  const text = typeof message === 'string' ? message : Buffer.from(body).toString('utf8')
  if (/<html\b|<!doctype html/i.test(text)) return ''
  return clip(text.replace(/\s+/g, ' ').trim(), MAX_SAID)
}

function parsedBody(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'))
  } catch {
    return null
  }
}
