import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Effect } from './orders.ts'

/** A request whose answer does not come to its end, and how long that goes on. */
export interface Stall {
  readonly effect: Extract<Effect, { kind: 'hang' | 'drip' }>
  /** Resolves when the order is withdrawn. */
  readonly until: Promise<void>
}

/**
 * Lets the answer that is about to be written stop at the given point, with the connection open: in silence, or with a
 * small piece after the other. Before the answer, the pieces are interim answers (102); in the headers, more headers; in
 * the answer, the bytes of its body.
 */
export function holdUp(
  { socket }: IncomingMessage,
  response: ServerResponse,
  { effect, until }: Stall,
): void {
  void until.then(() => socket.destroy())
  const drip = (piece: (number: number) => void) => {
    if (effect.kind === 'hang') return
    let sent = 0
    const timer = setInterval(() => piece(sent++), effect.everyMs)
    socket.once('close', () => clearInterval(timer))
  }
  const { when = 'before the answer' } = effect
  const write = response.write.bind(response)
  let begun = false
  const begin = (chunk: unknown) => {
    if (begun) return
    begun = true
    if (when === 'before the answer') {
      drip(() => socket.write('HTTP/1.1 102 Processing\r\n\r\n'))
      return
    }
    const body = chunk instanceof Uint8Array ? chunk : Buffer.from(typeof chunk === 'string' ? chunk : '')
    if (when === 'in the headers' || body.length < 2) {
      socket.write('HTTP/1.1 200 OK\r\n')
      drip((number) => socket.write(`X-Piece-${number}: 1\r\n`))
      return
    }
    if (effect.kind === 'hang') write(body.subarray(0, body.length / 2))
    else drip((number) => number < body.length && write(body.subarray(number, number + 1)))
  }
  if (when !== 'in the answer') {
    response.writeHead = () => {
      begin(undefined)
      return response
    }
  }
  response.write = (chunk: unknown) => {
    begin(chunk)
    return true
  }
  response.end = (chunk?: unknown) => {
    begin(chunk)
    return response
  }
  if (when === 'before the answer') begin(undefined)
}
