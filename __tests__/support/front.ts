import { Agent, createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { MemoryBackend, MemoryBlobs, RegistryFront, type Service } from '../../local-ecr/index.ts'
import type { RegistrySession } from '../../src/oci/registry-session.ts'
import { Registry } from '../../src/registry/client.ts'
import { REQUEST_RETRY_POLICY } from '../../src/registry/request-retries.ts'
import { overHttp } from './session.ts'

/** The registries of a store that has no address of its own: every host name of ECR leads to this process. */
export interface Front {
  open(session: RegistrySession): Promise<Registry>
  close(): void
}

export async function openFront(service: Service): Promise<Front> {
  const { backend } = service.store
  if (!(backend instanceof MemoryBackend)) throw new Error('this needs layers in memory')
  const front = new RegistryFront(service, new MemoryBlobs(backend))
  const server = createServer((request, response) => {
    const host = request.headers.host ?? ''
    const [, account = '', region = ''] = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\./.exec(host) ?? []
    void front.handle(request, response, { account, region, host, scheme: 'http' })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const agent = new Agent({ keepAlive: true })
  agent.createConnection = () => connect(port, '127.0.0.1')
  const agents = { http: agent, https: agent as never }
  const retryPolicy = { ...REQUEST_RETRY_POLICY, sleep: async () => undefined }
  return {
    open: async (session) => new Registry(overHttp(session), { agents, retryPolicy }),
    close() {
      agent.destroy()
      server.closeAllConnections()
      server.close()
    },
  }
}
