import { rmSync } from 'node:fs'
import net, { type Server, type Socket } from 'node:net'

/** A way to an engine that a test can cut: docker then sees what it sees if the engine is killed. */
export interface EngineRelay {
  /** Instead of the engine's own. */
  readonly DOCKER_HOST: string
  /** How many connections have been cut. */
  readonly cutConnections: number
  /** Ends every connection, and refuses new ones. */
  cut(): void
}

/**
 * Relays connections to an engine.
 * @param socket a new path, for the relay's own socket
 * @param engine the DOCKER_HOST of the engine, a socket of this machine
 */
export async function relayEngine(socket: string, engine: string): Promise<EngineRelay> {
  const target = engine.replace(/^unix:\/\//, '')
  const open = new Set<Socket>()
  // The engine, or docker, may have more to say if the other has ended its side.
  const server: Server = net.createServer({ allowHalfOpen: true }, (client) => {
    const toEngine = net.connect({ path: target, allowHalfOpen: true })
    for (const one of [client, toEngine]) {
      open.add(one)
      one
        .on('error', () => undefined)
        .on('close', () => {
          open.delete(one)
          client.destroy()
          toEngine.destroy()
        })
    }
    client.pipe(toEngine).pipe(client)
  })
  await new Promise<void>((resolve) => server.listen(socket, resolve))
  let cutConnections = 0
  return {
    DOCKER_HOST: `unix://${socket}`,
    get cutConnections() {
      return cutConnections
    },
    cut() {
      cutConnections += open.size
      server.close()
      rmSync(socket, { force: true })
      for (const one of open) one.destroy()
    },
  }
}
