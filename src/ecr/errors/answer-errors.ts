import { STATUS_CODES } from 'node:http'
import { clip } from '../../shared/clip.ts'
import { isNoConnection } from '../../shared/connections.ts'
import { LIMITS } from '../../shared/limits.ts'
import { inAttempts } from '../../shared/retry.ts'

/** An answer of an AWS API, or of what stands in its place. */
export interface Answer {
  readonly statusCode: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
}

/** An answer that AWS did not give: a gateway's page, a redirection, a body that was changed on the way. */
export class ForeignAnswer extends Error {
  override readonly name = 'ForeignAnswer'
  readonly host: string
  /** In a few words, for the log. */
  readonly reason: string
  /** Where the SDK looks for the status, by which it knows what is transient. */
  readonly $metadata: { readonly httpStatusCode: number }

  constructor(host: string, { statusCode, headers }: Answer) {
    const reason = `${statusCode} ${STATUS_CODES[statusCode] ?? ''}`.trim()
    super(`${host} answered ${reason}${describe(headers)}, which is no answer of AWS`)
    this.host = host
    this.reason = `${reason}, no answer of AWS`
    this.$metadata = { httpStatusCode: statusCode }
  }
}

/** What a person can use of it, in words: where a redirection leads, or what kind of body came. */
function describe(headers: Answer['headers']): string {
  const { location, 'content-type': type, 'content-encoding': encoding } = headers
  // Behind the host of a redirection there may be a secret.
  if (location !== undefined && URL.canParse(location)) return ` and points to ${new URL(location).host}`
  if (encoding !== undefined) return ` with a compressed body (${clip(encoding, 40)}) that nobody asked for`
  return type === undefined ? '' : ` with a body of type ${clip(type.split(';', 1)[0] as string, 80)}`
}

/** AWS marks its answers with one of these, whatever the protocol. */
const REQUEST_IDS = ['x-amzn-requestid', 'x-amz-request-id', 'x-amzn-request-id']
const ERROR_TYPE = 'x-amzn-errortype'

/**
 * Whether an answer can be one of an AWS API: JSON, or the XML of STS, without a redirection or a compression. An error
 * has to say its code, or has to have the id of the request: any gateway can answer a status.
 * @param asksForJson whether the request was JSON: then XML is no answer to it
 */
export function isOfAws({ statusCode, headers }: Answer, body: Uint8Array, asksForJson: boolean): boolean {
  if (statusCode >= 300 && statusCode < 400) return false
  if ((headers['content-encoding'] ?? 'identity') !== 'identity') return false
  const identified = REQUEST_IDS.some((name) => headers[name] !== undefined)
  if (body.byteLength === 0) return identified
  const text = new TextDecoder().decode(body)
  const json = jsonObject(text)
  if (statusCode < 300) return json !== null || (!asksForJson && isXml(text))
  if (json === null) return !asksForJson && isXml(text) && /<Code>/.test(text)
  return identified || headers[ERROR_TYPE] !== undefined || '__type' in json || 'code' in json
}

function jsonObject(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null
  } catch {
    return null
  }
}

function isXml(text: string): boolean {
  return /^\s*<(?!!doctype\b|html\b)/i.test(text)
}

/** No whole answer in time. The SDK knows by the name that it is transient. */
export class AnswerTimeout extends Error {
  override readonly name = 'TimeoutError'
}

/** An answer without an end. It is transient: something on the way is broken. */
export class AnswerTooLarge extends Error {
  override readonly name = 'AnswerTooLarge'
  readonly $retryable = {}
}

/** What the SDK adds to an error, as far as it is used. */
interface SdkError {
  readonly name?: unknown
  readonly code?: unknown
  readonly $metadata?: { readonly httpStatusCode?: number; readonly attempts?: number }
}

/** Whether a call that failed so may have been carried out all the same: there is no answer of AWS that denies it. */
export function isLostAnswer(error: unknown): boolean {
  const { name, code, $metadata } = (error ?? {}) as SdkError
  const status = $metadata?.httpStatusCode
  // An exception of AWS that is the caller's fault, or throttling, has this kind of status.
  if (status !== undefined) return status < 400 || status >= 500
  if (typeof code === 'string') return !isNoConnection(error)
  return name === 'TimeoutError' || name === 'AnswerTooLarge' || name === 'AbortError'
}

/** How many attempts the SDK has made of a call that failed, as it counted them itself. */
export function attemptsOf(error: unknown): number {
  return ((error ?? {}) as SdkError).$metadata?.attempts ?? 1
}

/** The status of the answer; null if there was none. */
export function statusOf(error: unknown): number | null {
  return ((error ?? {}) as SdkError).$metadata?.httpStatusCode ?? null
}

/** What a person is told of a call that has got no answer of AWS. */
export interface NoAnswer {
  readonly what: string
  readonly remedy: string
}

/**
 * Explains a call to which something else than AWS answered, or nothing in time.
 * @returns null for every other failure
 */
export function explainNoAnswer(error: unknown): NoAnswer | null {
  const attempts = inAttempts(attemptsOf(error))
  if (error instanceof ForeignAnswer) {
    const { host } = error
    return {
      what: `${error.message}${attempts}`,
      remedy: `something between the runner and ${host} answers in its place: check the proxy (HTTPS_PROXY; NO_PROXY for hosts that need none), a firewall or a sign-in page on the way, and AWS_ENDPOINT_URL. If it was a gateway of AWS, run the job again.`,
    }
  }
  if (error instanceof AnswerTimeout || error instanceof AnswerTooLarge || isAborted(error)) {
    const said = isAborted(error) ? `no result within ${LIMITS.awsCallMs / 1000} s` : (error as Error).message
    return {
      what: `${said}${attempts}`,
      remedy:
        'something on the way takes the connection, and does not answer as AWS would: check the proxy (HTTPS_PROXY, NO_PROXY), the VPC endpoint and the status of AWS, and run the job again.',
    }
  }
  return null
}

/** Whether a call was ended from this side. */
export function isAborted(error: unknown): boolean {
  return ((error ?? {}) as SdkError).name === 'AbortError'
}
