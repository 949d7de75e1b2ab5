import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'

/** The API of a cluster. */
export interface Cluster {
  /** The text of a kubeconfig. */
  readonly kubeconfig: string
  stop(): Promise<void>
}

/**
 * A stand-in for the API of a Kubernetes cluster: as much as buildx's driver `kubernetes` asks of it. Every Deployment is
 * there, and has one pod, in which `buildctl dial-stdio` is a BuildKit that is somewhere else.
 * https://github.com/docker/buildx/tree/v0.29.1/driver/kubernetes
 * @param buildkit of `serveBuildKit`, by a port
 */
export async function serveCluster(buildkit: string): Promise<Cluster> {
  const { hostname, port } = new URL(buildkit)
  const open = new Set<Socket>()
  const keep = (one: Socket) => {
    open.add(one)
    one.on('error', () => one.destroy())
    one.on('close', () => open.delete(one))
  }
  const server = createServer(answer)
  server.on('upgrade', (request, client: Socket) => {
    if (!/\/pods\/[^/]+\/exec\?.*command=buildctl&command=dial-stdio/.test(request.url ?? ''))
      client.destroy()
    else {
      const inside = connect(Number(port), hostname)
      keep(client)
      keep(inside)
      runInPod(client, inside)
    }
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    kubeconfig: JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'here', cluster: { server: address } }],
      users: [{ name: 'me', user: {} }],
      contexts: [{ name: 'here', context: { cluster: 'here', user: 'me', namespace: 'default' } }],
      'current-context': 'here',
    }),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
        for (const one of open) one.destroy()
      }),
  }
}

const CONTAINERS = [{ name: 'buildkitd', image: 'buildkit' }]

/** A Deployment that runs, its one pod, or that there is nothing of the kind. */
function answer({ url = '' }: IncomingMessage, response: ServerResponse): void {
  const name = /\/deployments\/([^/?]+)$/.exec(url)?.[1]
  const labels = { app: 'buildkit' }
  const found =
    name !== undefined
      ? {
          kind: 'Deployment',
          apiVersion: 'apps/v1',
          metadata: { name, namespace: 'default' },
          spec: {
            replicas: 1,
            selector: { matchLabels: labels },
            template: { metadata: { labels }, spec: { containers: CONTAINERS } },
          },
          status: { replicas: 1, readyReplicas: 1 },
        }
      : /\/pods(?:\?|$)/.test(url)
        ? {
            kind: 'PodList',
            apiVersion: 'v1',
            metadata: {},
            items: [
              {
                metadata: { name: 'pod', namespace: 'default', labels },
                spec: { nodeName: 'node', containers: CONTAINERS },
                status: { phase: 'Running' },
              },
            ],
          }
        : { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'NotFound', code: 404 }
  response.writeHead(found.kind === 'Status' ? 404 : 200, { 'content-type': 'application/json' })
  response.end(JSON.stringify(found))
}

/** Frames of SPDY 3.1: https://www.chromium.org/spdy/spdy-protocol/spdy-protocol-draft3-1/ */
const SYN_STREAM = 1
const SYN_REPLY = 2
const PING = 6

/** No header, as a block of deflate that is not compressed, and an empty one; the first begins the stream of zlib. */
const NO_HEADERS = Buffer.from([0, 4, 0, 0xfb, 0xff, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff])
const ZLIB = Buffer.from([0x78, 0x01])

/** The order in which Kubernetes' client opens the streams of a command. */
const STREAMS = ['error', 'stdin', 'stdout', 'stderr']

/** Speaks SPDY with the client of `exec`: its standard input goes to a socket, and what comes from there is the output. */
function runInPod(client: Socket, inside: Socket): void {
  client.write(
    'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: v4.channel.k8s.io\r\n\r\n',
  )
  const streams = new Map<number, string>()
  const idOf = (name: string) => [...streams].find(([, one]) => one === name)?.[0] ?? 0
  const send = (head: number, flags: number, body: Buffer) => {
    const frame = Buffer.alloc(8)
    frame.writeUInt32BE(head >>> 0)
    frame.writeUInt32BE(((flags << 24) | body.length) >>> 0, 4)
    return client.write(Buffer.concat([frame, body]))
  }
  const control = (type: number, body: Buffer) => send(0x80030000 + type, 0, body)
  const take = (head: number, flags: number, body: Buffer) => {
    if (head < 0x80000000) {
      if (streams.get(head) !== 'stdin') return
      inside.write(body)
      if (flags & 1) inside.end()
      return
    }
    const type = head & 0xffff
    if (type === PING) control(PING, body)
    if (type !== SYN_STREAM) return
    const isFirst = streams.size === 0
    streams.set(body.readUInt32BE(), STREAMS[streams.size] ?? '')
    control(SYN_REPLY, Buffer.concat([body.subarray(0, 4), ...(isFirst ? [ZLIB] : []), NO_HEADERS]))
    if (streams.size < STREAMS.length) return
    inside.on('data', (data) => {
      if (!send(idOf('stdout'), 0, data)) inside.pause()
    })
    client.on('drain', () => inside.resume())
  }
  let rest = Buffer.alloc(0)
  client.on('data', (data: Buffer) => {
    rest = Buffer.concat([rest, data])
    while (rest.length >= 8) {
      const length = rest.readUIntBE(5, 3)
      if (rest.length < 8 + length) return
      take(rest.readUInt32BE(), rest[4] as number, rest.subarray(8, 8 + length))
      rest = rest.subarray(8 + length)
    }
  })
  client.on('close', () => inside.destroy())
  inside.on('close', () => client.destroy())
}
