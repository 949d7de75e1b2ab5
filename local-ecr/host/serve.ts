import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { Server } from 'node:net'
import { createSecureContext, type SecureContext } from 'node:tls'
import { answer } from '../api/answer.ts'
import { control } from '../api/control.ts'
import { beginOnly } from '../faults/break-off.ts'
import { Dropped, Verbatim } from '../faults/faults.ts'
import { listen, type Relay, startRelay } from '../faults/relay.ts'
import type { Service } from '../service/service.ts'
import type { Certificates } from './tls.ts'

/** A server that listens, perhaps behind a relay. */
export interface Listening {
  readonly port: number
  stop(): Promise<void>
}

/** Serves on loopback; with a delay, a relay stands at the address and the server behind it. */
export async function serve(
  listener: RequestListener,
  options: {
    host: string
    port: number
    certificates?: Certificates
    delayMs?: number
    /** Called with the name that a client wants to speak to; what it throws ends the handshake. */
    onHandshake?: (host: string) => Promise<void>
  },
): Promise<Listening> {
  const { host, port, certificates, delayMs, onHandshake = async () => {} } = options
  // A long push must not end because a server tires of it.
  const patience = { requestTimeout: 0, keepAliveTimeout: 60_000 }
  const server = certificates
    ? createTlsServer({ ...patience, ...handshakes(certificates, onHandshake) }, listener)
    : createServer(patience, listener)
  await listen(server, delayMs === undefined ? port : 0, delayMs === undefined ? host : '127.0.0.1')
  const own = portOf(server)
  let relay: Relay | undefined
  if (delayMs !== undefined)
    relay = await startRelay({ host, port, target: { host: '127.0.0.1', port: own }, delayMs })
  return {
    port: relay?.port ?? own,
    async stop() {
      await relay?.stop()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function handshakes({ cert, key }: Certificates, onHandshake: (host: string) => Promise<void>) {
  const context = createSecureContext({ cert, key })
  return {
    cert,
    key,
    SNICallback: (name: string, done: (error: Error | null, context?: SecureContext) => void) => {
      onHandshake(name).then(() => done(null, context), done)
    },
  }
}

function portOf(server: Server): number {
  const address = server.address()
  if (typeof address !== 'object' || !address) throw new Error('The server does not listen')
  return address.port
}

/** The HTTP host of the API: reads a request, answers it. */
export async function handleApi(
  service: Service,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  const body = Buffer.concat(parts)
  const method = request.method ?? 'GET'
  const path = request.url ?? '/'
  try {
    const headers = request.headers as Record<string, string | undefined>
    const reply = path.startsWith('/_local/')
      ? await control(service, method, path, body, headers['authorization'])
      : await answer(service, { method, path, headers, body })
    response.writeHead(reply.status, {
      ...reply.headers,
      'content-length': String(Buffer.byteLength(reply.body)),
    })
    response.end(reply.body)
  } catch (error) {
    if (error instanceof Dropped && error.when === 'in the answer') beginOnly(response)
    else if (error instanceof Dropped) request.socket.destroy()
    else if (error instanceof Verbatim) response.writeHead(error.status, error.headers).end(error.body)
    else response.writeHead(500).end(error instanceof Error ? error.message : String(error))
  }
}
