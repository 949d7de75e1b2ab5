import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { digestOf } from '../store/images.ts'
import type { MemoryBackend } from '../store/memory.ts'
import type { BlobHost, BlobRequest } from './blob-host.ts'

/**
 * The blob part of the distribution API over layers in memory, so that clients can push to a local ECR on a machine
 * without a registry.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md
 */
export class MemoryBlobs implements BlobHost {
  readonly #backend: MemoryBackend
  /** Parts of uploads that have not ended, by the upload's id. */
  readonly #uploads = new Map<string, Uint8Array[]>()

  constructor(backend: MemoryBackend) {
    this.#backend = backend
  }

  async serve(request: IncomingMessage, response: ServerResponse, blob: BlobRequest): Promise<void> {
    const upload = /^blobs\/uploads\/(.*)$/.exec(blob.tail)
    if (!upload) return this.#download(request, response, blob)
    const body = await collect(request)
    const id = upload[1] || randomUUID()
    if (request.method === 'POST') {
      const from = blob.query.get('from')
      const digest = blob.query.get('mount') ?? ''
      const bytes = from ? this.#backend.blob({ ...blob.repository, repository: from }, digest) : undefined
      if (bytes) return this.#finish(response, blob, digest, bytes)
      this.#uploads.set(id, [])
    }
    const parts = this.#uploads.get(id)
    if (!parts) return refuse(response, 404, 'BLOB_UPLOAD_UNKNOWN', 'blob upload unknown to registry')
    if (request.method === 'DELETE') {
      this.#uploads.delete(id)
      response.writeHead(204).end()
      return
    }
    parts.push(body)
    const digest = blob.query.get('digest')
    if (digest && request.method !== 'PATCH') {
      const bytes = Buffer.concat(parts)
      if (digestOf(bytes) !== digest)
        return refuse(response, 400, 'DIGEST_INVALID', 'provided digest did not match uploaded content')
      this.#uploads.delete(id)
      return this.#finish(response, blob, digest, bytes)
    }
    const size = parts.reduce((sum, part) => sum + part.byteLength, 0)
    response.writeHead(request.method === 'GET' ? 204 : 202, {
      location: `${blob.base}blobs/uploads/${id}`,
      'docker-upload-uuid': id,
      range: `0-${Math.max(0, size - 1)}`,
      'content-length': '0',
    })
    response.end()
  }

  async #finish(
    response: ServerResponse,
    blob: BlobRequest,
    digest: string,
    bytes: Uint8Array,
  ): Promise<void> {
    await this.#backend.putBlob(blob.repository, digest, bytes)
    response.writeHead(201, {
      location: `${blob.base}blobs/${digest}`,
      'docker-content-digest': digest,
      'content-length': '0',
    })
    response.end()
  }

  #download(request: IncomingMessage, response: ServerResponse, blob: BlobRequest): void {
    request.resume()
    const digest = blob.tail.replace(/^blobs\//, '')
    const bytes = this.#backend.blob(blob.repository, digest)
    if (!bytes) {
      refuse(response, 404, 'BLOB_UNKNOWN', 'blob unknown to registry')
      return
    }
    response.writeHead(200, {
      'content-type': 'application/octet-stream',
      'content-length': String(bytes.byteLength),
      'docker-content-digest': digest,
    })
    response.end(request.method === 'HEAD' ? undefined : bytes)
  }
}

async function collect(request: IncomingMessage): Promise<Uint8Array> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts)
}

function refuse(response: ServerResponse, status: number, code: string, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ errors: [{ code, message }] }))
}
