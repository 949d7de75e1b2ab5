import { Readable } from 'node:stream'
import type { Service } from '../service/service.ts'
import { answer } from './answer.ts'

/** What the SDK hands to its request handler, as far as it is read here. */
interface SdkRequest {
  readonly method: string
  readonly path: string
  readonly headers: Record<string, string>
  readonly body?: unknown
}

interface SdkResponse {
  readonly statusCode: number
  readonly headers: Record<string, string>
  readonly body: Readable
}

/**
 * A `requestHandler` for an SDK client: the real client, its serialization, signature, retries and errors, with no
 * network and no process. `new ECRClient({ requestHandler: inProcess(service), region, credentials })`.
 */
export function inProcess(service: Service) {
  return {
    metadata: { handlerProtocol: 'http/1.1' },
    async handle(request: SdkRequest): Promise<{ response: SdkResponse }> {
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]),
      )
      const given = request.body
      const body = ArrayBuffer.isView(given)
        ? Buffer.from(given.buffer, given.byteOffset, given.byteLength)
        : Buffer.from(String(given ?? ''))
      const {
        status,
        headers: back,
        body: text,
      } = await answer(service, {
        method: request.method,
        path: request.path,
        headers,
        body,
      })
      return { response: { statusCode: status, headers: back, body: Readable.from([Buffer.from(text)]) } }
    },
    destroy(): void {},
    updateHttpClientConfig(): void {},
    httpHandlerConfigs: () => ({}),
  }
}
