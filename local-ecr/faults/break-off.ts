import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Dropped } from './failures.ts'
import type { DropPoint } from './orders.ts'

/**
 * Breaks a connection off at the given point. In the middle of the request is now. The later points come when the
 * answer is written: nothing of it is sent, or its first half.
 * @throws Dropped if the request is not to be carried out
 */
export async function breakOff(
  request: IncomingMessage,
  response: ServerResponse,
  when: DropPoint,
): Promise<void> {
  if (when === 'in the request') {
    request.resume()
    await Promise.race([once(request, 'data'), once(request, 'end')])
    throw new Dropped(when)
  }
  const { socket } = request
  const write = response.write.bind(response)
  const halved = (chunk: unknown) => {
    const body = chunk instanceof Uint8Array ? chunk : Buffer.from(typeof chunk === 'string' ? chunk : '')
    if (when === 'before the answer') socket.destroy()
    else if (body.length > 1) write(body.subarray(0, body.length / 2), () => socket.destroy())
    // An answer without a body breaks off in its header.
    else socket.write('HTTP/1.1 201 Created\r\nContent-', () => socket.destroy())
    return response
  }
  if (when === 'before the answer') response.writeHead = () => halved(undefined)
  response.write = (chunk: unknown) => {
    halved(chunk)
    return true
  }
  response.end = halved
}

/** Sends an answer of the API that has no end, until the client closes the connection. */
export function sendWithoutEnd(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' })
  const piece = Buffer.alloc(1 << 16, ' ')
  const more = () => {
    while (!response.destroyed && response.write(piece));
  }
  response.on('drain', more)
  more()
}

/** Sends the beginning of an answer of the API, and ends the connection. */
export function beginOnly(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1', 'content-length': '4096' })
  response.write('{"', () => response.socket?.destroy())
}
