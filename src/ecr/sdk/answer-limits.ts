import { isTransientConnection } from '../../shared/connections.ts'
import { ActionError } from '../../shared/errors.ts'
import { LIMITS } from '../../shared/limits.ts'
import {
  type Answer,
  AnswerTimeout,
  AnswerTooLarge,
  ForeignAnswer,
  isOfAws,
} from '../errors/answer-errors.ts'

/** The parts of the SDK's request handler that are used here. */
export interface RequestHandler {
  handle(request: SentRequest, options?: HandlerOptions): Promise<{ response: Answer & { body?: unknown } }>
}

interface SentRequest {
  readonly hostname?: string
  readonly headers?: Readonly<Record<string, string>>
}

interface HandlerOptions {
  readonly abortSignal?: AbortSignal
}

/**
 * Limits each answer that a client of the SDK gets: headers and body come within one time, the body has a size, and it
 * is AWS's. The SDK's own time-outs end with the headers.
 * https://github.com/smithy-lang/smithy-typescript/tree/main/packages/node-http-handler
 * @param handler changed in place; a client that has been given the same one is limited, too
 */
export function limitAnswers(handler: RequestHandler): void {
  const handle = handler.handle.bind(handler)
  handler.handle = async (request, options = {}) => {
    const host = request.hostname || 'AWS'
    const ended = new AbortController()
    const end = () => ended.abort()
    const timer = setTimeout(end, LIMITS.awsAnswerMs)
    const { abortSignal } = options
    if (abortSignal?.aborted) end()
    abortSignal?.addEventListener('abort', end)
    const started = performance.now()
    // The handler forgets a request whose connection has ended without an answer and without an error.
    const over = Promise.withResolvers<never>()
    over.promise.catch(() => undefined)
    ended.signal.addEventListener('abort', () => over.reject(ended.signal.reason))
    if (ended.signal.aborted) over.reject(ended.signal.reason)
    try {
      const handled = handle(request, { ...options, abortSignal: ended.signal })
      const given = await Promise.race([handled, over.promise])
      const body = await Promise.race([wholeBody(given.response.body, host, ended.signal), over.promise])
      const asksForJson = request.headers?.['x-amz-target'] !== undefined
      if (!isOfAws(given.response, body, asksForJson)) throw new ForeignAnswer(host, given.response)
      given.response.body = body
      return given
    } catch (error) {
      if (!ended.signal.aborted) throw asTransient(error)
      // What a caller ends for a reason of its own is not retried.
      if (abortSignal?.aborted && abortSignal.reason instanceof ActionError) throw abortSignal.reason
      const seconds = Number(((performance.now() - started) / 1000).toFixed(1))
      throw new AnswerTimeout(`no whole answer of ${host} within ${seconds} s`, { cause: error })
    } finally {
      clearTimeout(timer)
      abortSignal?.removeEventListener('abort', end)
    }
  }
}

/** The SDK knows some of the codes of a connection that broke as transient. By this member it knows all. */
function asTransient(error: unknown): unknown {
  if (!isTransientConnection(error)) return error
  const { name, message, code } = error as NodeJS.ErrnoException
  return Object.assign(new Error(message, { cause: error }), { name, code, $retryable: {} })
}

/** @throws AnswerTooLarge for more than the limit: what is left of it is not read */
async function wholeBody(body: unknown, host: string, signal: AbortSignal): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  const stream = (body ?? []) as AsyncIterable<Uint8Array> & { destroy?: (error: Error) => void }
  const end = () => stream.destroy?.(new Error('aborted'))
  if (signal.aborted) end()
  signal.addEventListener('abort', end)
  try {
    // A loop that is left destroys the stream, and with it the connection.
    for await (const chunk of stream) {
      size += chunk.byteLength
      if (size > LIMITS.awsBodyBytes) {
        throw new AnswerTooLarge(`the answer of ${host} is larger than ${LIMITS.awsBodyBytes} bytes`)
      }
      chunks.push(chunk)
    }
  } finally {
    signal.removeEventListener('abort', end)
  }
  return new Uint8Array(Buffer.concat(chunks))
}
