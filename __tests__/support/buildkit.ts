import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** BuildKit by itself, as a remote builder has it. */
export interface BuildKit {
  /** For `docker buildx create --driver remote`. */
  readonly address: string
  stop(): Promise<void>
}

/**
 * Serves the BuildKit that is in an engine on a socket of its own: a builder that is not reached through the engine.
 * https://docs.docker.com/build/builders/drivers/remote/
 * @param engine the engine's socket, such as `unix:///run/docker.sock`
 * @param socket the path of the new one; null for a port, which containers reach too
 */
export async function serveBuildKit(engine: string, socket: string | null): Promise<BuildKit> {
  const open = new Set<Socket>()
  const keep = (one: Socket) => {
    open.add(one)
    one.on('error', () => one.destroy())
    one.on('close', () => open.delete(one))
  }
  const server = createServer((client) => {
    keep(client)
    client.pause()
    const upstream = connect(engine.replace(/^unix:\/\//, ''))
    keep(upstream)
    upstream.write('POST /grpc HTTP/1.1\r\nHost: engine\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n')
    let head = Buffer.alloc(0)
    const read = (data: Buffer) => {
      head = Buffer.concat([head, data])
      const end = head.indexOf('\r\n\r\n')
      if (end < 0) return
      upstream.off('data', read)
      if (!/^HTTP\/1\.1 101 /.test(head.toString('latin1'))) {
        client.destroy()
        upstream.destroy()
        return
      }
      client.write(head.subarray(end + 4))
      client.pipe(upstream).pipe(client)
    }
    upstream.on('data', read)
    client.on('close', () => upstream.destroy())
    upstream.on('close', () => client.destroy())
  })
  await new Promise<void>((resolve) => {
    if (socket === null) server.listen(0, '0.0.0.0', resolve)
    else server.listen(socket, resolve)
  })
  const address =
    socket === null ? `tcp://127.0.0.1:${(server.address() as AddressInfo).port}` : `unix://${socket}`
  return {
    address,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const one of open) one.destroy()
      }),
  }
}
