import { createHash, randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Backend, BlobHost, BlobRequest, Place } from './backend.ts'

const key = (place: Place) => `${place.account}/${place.region}/${place.repository}`

/**
 * A backend without a process: blobs in memory, manifests taken as they come. It also speaks the blob
 * part of the distribution API, so that clients can push to a local ECR where no registry is installed.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md
 */
export class MemoryBackend implements Backend, BlobHost {
  readonly #blobs = new Map<string, Map<string, Uint8Array>>()
  readonly #uploads = new Map<string, Uint8Array[]>()

  async blobSize(place: Place, digest: string): Promise<number | undefined> {
    return this.#blobs.get(key(place))?.get(digest)?.byteLength
  }

  async putBlob(place: Place, digest: string, bytes: Uint8Array): Promise<void> {
    const blobs = this.#blobs.get(key(place)) ?? new Map<string, Uint8Array>()
    this.#blobs.set(key(place), blobs.set(digest, bytes))
  }

  async putManifest(): Promise<undefined> {
    return undefined
  }

  async remove(place: Place): Promise<void> {
    this.#blobs.delete(key(place))
  }

  async serve(request: IncomingMessage, response: ServerResponse, blob: BlobRequest): Promise<void> {
    const upload = /^blobs\/uploads\/(.*)$/.exec(blob.tail)
    if (!upload) return this.#blob(request, response, blob)
    const body = await collect(request)
    const id = upload[1] || randomUUID()
    if (request.method === 'POST') {
      const from = blob.query.get('from')
      const mounted = from && this.#blobs.get(key({ ...blob.place, repository: from }))
      const digest = blob.query.get('mount') ?? ''
      const bytes = mounted ? mounted.get(digest) : undefined
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
      if (sha256(bytes) !== digest)
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
    await this.putBlob(blob.place, digest, bytes)
    response.writeHead(201, {
      location: `${blob.base}blobs/${digest}`,
      'docker-content-digest': digest,
      'content-length': '0',
    })
    response.end()
  }

  #blob(request: IncomingMessage, response: ServerResponse, blob: BlobRequest): void {
    request.resume()
    const digest = blob.tail.replace(/^blobs\//, '')
    const bytes = this.#blobs.get(key(blob.place))?.get(digest)
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

function sha256(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}
