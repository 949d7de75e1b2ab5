import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { Agent, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { listen } from '../faults/relay.ts'
import type { Backend, Refusal } from '../store/backend.ts'
import type { RepositoryKey } from '../store/types.ts'
import type { BlobHost, BlobRequest } from './blob-host.ts'

/** Headers of one connection, which are not forwarded. */
const hopByHop = [
  'connection',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
  'host',
  'authorization',
  'expect',
]

/**
 * Starts the registry together with a watcher, which ends it when this process is gone: the watcher's pipe then
 * closes.
 */
const guarded = '(cat >/dev/null; kill $$) <&3 2>/dev/null & exec "$0" serve "$1" 3<&-'

/** A repository's name in the distribution registry, which has one name space for all accounts and regions. */
const nameOf = ({ account, region, repository }: RepositoryKey) => `${account}/${region}/${repository}`

/**
 * The registry of the distribution project, as a process on loopback: it keeps layers and checks manifests.
 * https://distribution.github.io/distribution/about/configuration/
 */
export class Distribution implements Backend, BlobHost {
  readonly #process: ChildProcess
  readonly #port: number
  readonly #root: string
  readonly #agent = new Agent({ keepAlive: true })

  private constructor(process: ChildProcess, port: number, root: string) {
    this.#process = process
    this.#port = port
    this.#root = root
  }

  /** @throws Error with the end of the registry's log if it does not start */
  static async start(binary: string, dataDir: string): Promise<Distribution> {
    const root = join(dataDir, 'registry')
    // The store begins empty, so layers of an earlier run must not be found.
    rmSync(root, { recursive: true, force: true })
    mkdirSync(root, { recursive: true })
    const port = await freePort()
    const config = join(dataDir, 'registry.yml')
    writeFileSync(config, configuration(root, port))
    const log = join(dataDir, 'registry.log')
    const descriptor = openSync(log, 'w')
    const child = spawn('/bin/sh', ['-c', guarded, binary, config], {
      stdio: ['ignore', descriptor, descriptor, 'pipe'],
    })
    const guard = child.stdio[3] as Socket
    guard.unref()
    child.once('exit', () => guard.destroy())
    closeSync(descriptor)
    const failed = new Promise<string>((resolve) => {
      child.once('error', (error) => resolve(error.message))
      child.once('exit', (code, signal) => resolve(`ended with ${signal ?? code}`))
    })
    const distribution = new Distribution(child, port, root)
    const ready = await Promise.race([distribution.#ready(), failed])
    if (ready !== undefined)
      throw new Error(
        `The registry ${binary} did not start: ${ready}\n${readFileSync(log, 'utf8').slice(-2000)}`,
      )
    return distribution
  }

  async #ready(): Promise<undefined> {
    for (;;) {
      const answer = await this.#ask('GET', '').catch(() => undefined)
      if (answer?.status === 200) return undefined
      // One that a signal has ended has no exit code.
      if (this.#process.exitCode !== null || this.#process.signalCode !== null) return undefined
      await sleep(20)
    }
  }

  async stop(): Promise<void> {
    this.#agent.destroy()
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return
    const ended = new Promise((resolve) => this.#process.once('exit', resolve))
    this.#process.kill('SIGTERM')
    const patience = setTimeout(() => this.#process.kill('SIGKILL'), 3000)
    await ended
    clearTimeout(patience)
  }

  async blobSize(repository: RepositoryKey, digest: string): Promise<number | undefined> {
    const { status, headers } = await this.#ask('HEAD', `${nameOf(repository)}/blobs/${digest}`)
    return status === 200 ? Number(headers['content-length']) : undefined
  }

  async putBlob(repository: RepositoryKey, digest: string, bytes: Uint8Array): Promise<void> {
    const start = await this.#ask('POST', `${nameOf(repository)}/blobs/uploads/`)
    const location = new URL(start.headers.location ?? '', 'http://localhost')
    location.searchParams.set('digest', digest)
    const type = { 'content-type': 'application/octet-stream' }
    const end = await this.#ask('PUT', `${location.pathname.slice(4)}${location.search}`, bytes, type)
    if (end.status !== 201) throw new Error(`The registry refused a layer: ${end.status} ${end.body}`)
  }

  async putManifest(
    repository: RepositoryKey,
    digest: string,
    mediaType: string,
    bytes: Uint8Array,
    attempts = 5,
  ): Promise<Refusal | undefined> {
    const { status, body } = await this.#ask('PUT', `${nameOf(repository)}/manifests/${digest}`, bytes, {
      'content-type': mediaType,
    })
    if (status === 201) return undefined
    const first = parsed(body)?.errors?.[0]
    // While another push writes the same new layer, the registry can read the layer's link file half written, and then
    // refuses the digest. The manifest's own digest cannot be wrong: it was computed from its bytes.
    if (first?.code === 'DIGEST_INVALID' && attempts > 1) {
      await sleep(20)
      return this.putManifest(repository, digest, mediaType, bytes, attempts - 1)
    }
    return { status, code: first?.code ?? 'MANIFEST_INVALID', message: first?.message ?? body }
  }

  async remove(repository: RepositoryKey): Promise<void> {
    const path = join(this.#root, 'docker/registry/v2/repositories', nameOf(repository))
    // Only these folders: the repository `a/b` is a folder within that of `a`.
    for (const part of ['_layers', '_manifests', '_uploads'])
      rmSync(join(path, part), { recursive: true, force: true })
  }

  /** Forwards a blob request, and translates the address in the answer. */
  async serve(request: IncomingMessage, response: ServerResponse, blob: BlobRequest): Promise<void> {
    const query = new URLSearchParams(blob.query)
    const from = query.get('from')
    if (from) query.set('from', nameOf({ ...blob.repository, repository: from }))
    const search = query.size > 0 ? `?${query}` : ''
    const headers = Object.entries(request.headers).filter(([name]) => !hopByHop.includes(name))
    const onward = httpRequest({
      agent: this.#agent,
      host: '127.0.0.1',
      port: this.#port,
      method: request.method,
      path: `/v2/${nameOf(blob.repository)}/${blob.tail}${search}`,
      headers: Object.fromEntries(headers),
    })
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      onward.once('response', resolve)
      onward.once('error', reject)
    })
    // The registry may answer without reading the body to its end. That is not a failure.
    const sent = pipeline(request, onward).catch(() => onward.destroy())
    const answer = await answered
    const back = Object.entries(answer.headers).filter(([name]) => !hopByHop.includes(name))
    const prefix = `/v2/${nameOf(blob.repository)}/`
    response.writeHead(answer.statusCode ?? 502, {
      ...Object.fromEntries(back),
      ...(answer.headers.location
        ? { location: answer.headers.location.replace(/^https?:\/\/[^/]+/, '').replace(prefix, blob.base) }
        : {}),
    })
    await pipeline(answer, response)
    await sent
  }

  #ask(
    method: string,
    path: string,
    body?: Uint8Array,
    headers: Record<string, string> = {},
  ): Promise<{ status: number; headers: IncomingMessage['headers']; body: string }> {
    return new Promise((resolve, reject) => {
      const onward = httpRequest(
        {
          agent: this.#agent,
          host: '127.0.0.1',
          port: this.#port,
          method,
          path: `/v2/${path}`,
          headers: { ...headers, ...(body ? { 'content-length': body.byteLength } : {}) },
        },
        (answer) => {
          const parts: Buffer[] = []
          answer.on('data', (part: Buffer) => parts.push(part))
          answer.on('error', reject)
          answer.on('end', () =>
            resolve({
              status: answer.statusCode ?? 0,
              headers: answer.headers,
              body: Buffer.concat(parts).toString('utf8'),
            }),
          )
        },
      )
      onward.on('error', reject)
      onward.end(body)
    })
  }
}

function configuration(root: string, port: number): string {
  return JSON.stringify({
    version: 0.1,
    log: { level: 'warn', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: root }, delete: { enabled: true } },
    http: { addr: `127.0.0.1:${port}`, relativeurls: true, secret: randomBytes(16).toString('hex') },
  })
}

async function freePort(): Promise<number> {
  const server = createServer()
  await listen(server, 0, '127.0.0.1')
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (typeof address !== 'object' || !address) throw new Error('No free port on loopback')
  return address.port
}

function parsed(body: string): { errors?: { code?: string; message?: string }[] } | undefined {
  try {
    return JSON.parse(body) as { errors?: { code?: string; message?: string }[] }
  } catch {
    return undefined
  }
}
