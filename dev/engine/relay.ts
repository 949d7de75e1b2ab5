import net, { type AddressInfo } from 'node:net'
import tls from 'node:tls'

/** A server that listens on loopback. */
export interface Relay {
  readonly port: number
  /** Ends it, and every connection through it. */
  readonly stop: () => Promise<void>
}

/**
 * Passes what comes to a server on loopback on to somewhere else, both ways.
 * @param server not listening yet; of TLS, what it has decrypted is passed on
 * @param to where each connection goes on
 * @param port to listen on; any that is free, by default
 */
export async function relay(server: net.Server, to: net.NetConnectOpts, port = 0): Promise<Relay> {
  const open = new Set<net.Socket>()
  const serve = (from: net.Socket) => {
    const beyond = net.connect({ ...to, allowHalfOpen: true })
    for (const one of [from, beyond]) {
      open.add(one)
      one.on('error', () => undefined)
      one.on('close', () => {
        open.delete(one)
        from.destroy()
        beyond.destroy()
      })
    }
    from.pipe(beyond).pipe(from)
  }
  server.on(server instanceof tls.Server ? 'secureConnection' : 'connection', serve)
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const one of open) one.destroy()
      }),
  }
}
