import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Broken, Dropped } from './faults.ts'

/**
 * Breaks a connection off where the fault says. In the middle of the request that is now, and its end is an error;
 * later it is when the answer is written, which comes to nothing or to its first half.
 * @throws Dropped where the request is not to be carried out
 */
export async function breakOff(
  request: IncomingMessage,
  response: ServerResponse,
  when: Broken,
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
    // There is nothing of it but its head.
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

/** The beginning of an answer of the API. */
export function beginOnly(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1', 'content-length': '4096' })
  response.write('{"', () => response.socket?.destroy())
}
