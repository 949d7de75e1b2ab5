import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { Server } from 'node:net'
import { createSecureContext, type SecureContext } from 'node:tls'
import { answer } from '../api/answer.ts'
import { CONTROL, control } from '../api/control.ts'
import { beginOnly, sendWithoutEnd } from '../faults/break-off.ts'
import { Dropped, Endless, Stalled, Verbatim } from '../faults/failures.ts'
import { listen, type Relay, startRelay } from '../faults/relay.ts'
import { holdUp } from '../faults/stall.ts'
import type { Service } from '../service/service.ts'
import { SetupError } from './setup-error.ts'
import type { Certificates } from './tls.ts'

/** A server that listens, with a relay in front of it if there is a delay. */
export interface Listening {
  readonly port: number
  stop(): Promise<void>
}

/**
 * Listens on a loopback address. With a delay, a relay listens there, and the server behind it.
 * @throws SetupError if the address cannot be had
 */
export async function serve(
  listener: RequestListener,
  options: {
    host: string
    port: number
    certificates?: Certificates
    delayMs?: number
    bytesPerSecond?: number
    /** Called with the host name that a client asks for in its TLS handshake. If it throws, the handshake fails. */
    onHandshake?: (host: string) => Promise<void>
  },
): Promise<Listening> {
  const { host, port, certificates, delayMs, bytesPerSecond, onHandshake = async () => {} } = options
  // A long push must not end because of a timeout of the server.
  const timeouts = { requestTimeout: 0, keepAliveTimeout: 60_000 }
  const server = certificates
    ? createTlsServer({ ...timeouts, ...handshakes(certificates, onHandshake) }, listener)
    : createServer(timeouts, listener)
  const behindRelay = delayMs !== undefined
  await listen(server, behindRelay ? 0 : port, behindRelay ? '127.0.0.1' : host).catch(explain(host, port))
  const own = portOf(server)
  let relay: Relay | undefined
  if (behindRelay) {
    const target = { host: '127.0.0.1', port: own }
    relay = await startRelay({
      host,
      port,
      target,
      delayMs,
      ...(bytesPerSecond === undefined ? {} : { bytesPerSecond }),
    }).catch(async (error) => {
      server.close()
      return explain(host, port)(error)
    })
  }
  return {
    port: relay?.port ?? own,
    async stop() {
      await relay?.stop()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Why an address cannot be had, and what to do. */
function explain(host: string, port: number): (error: NodeJS.ErrnoException) => never {
  const reasons: Record<string, string> = {
    EADDRINUSE: 'another program listens there: stop it',
    EACCES: 'ports below 1024 need root: run as root',
    EADDRNOTAVAIL: 'this machine does not have that loopback address (Linux has it)',
  }
  return (error) => {
    const reason = reasons[error.code ?? ''] ?? error.message
    throw new SetupError(
      `The local ECR cannot listen on ${host}:${port}: ${reason}, or use the localhost mode.`,
      {
        cause: error,
      },
    )
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

/** Reads a request to the API or to the control paths, and answers it. */
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
    const reply = path.startsWith(CONTROL)
      ? await control(service, method, path, body, headers['authorization'])
      : await answer(service, { method, path, headers, body })
    response.writeHead(reply.status, {
      ...reply.headers,
      'content-length': String(Buffer.byteLength(reply.body)),
    })
    response.end(reply.body)
  } catch (error) {
    if (error instanceof Stalled) {
      holdUp(request, response, error.stall)
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' })
      response.end(JSON.stringify({ padding: ' '.repeat(4096) }))
    } else if (error instanceof Endless) sendWithoutEnd(response)
    else if (error instanceof Dropped && error.when === 'in the answer') beginOnly(response)
    else if (error instanceof Dropped) request.socket.destroy()
    else if (error instanceof Verbatim) response.writeHead(error.status, error.headers).end(error.body)
    else response.writeHead(500).end(error instanceof Error ? error.message : String(error))
  }
}
