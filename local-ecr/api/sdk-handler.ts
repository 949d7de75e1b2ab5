import { Readable } from 'node:stream'
import type { Service } from '../service/service.ts'
import { answer } from './answer.ts'

/** The parts of the SDK's request that are used here. */
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
 * A `requestHandler` for an SDK client of ECR, ECR Public or STS. The client is the real one, with its serialization,
 * signatures, retries and errors, but without a network and without another process:
 * `new ECRClient({ requestHandler: inProcess(service), region, credentials })`.
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
