import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { createInterface } from 'node:readline'

export type ServiceName = 'fulcio' | 'rekor' | 'tsa'

/** What a service does with its next request instead of answering. */
export type Fault =
  /** Another answer. */
  | { readonly status: number; readonly body?: string; readonly headers?: Record<string, string> }
  /** No answer, and the connection stays open. */
  | 'silence'
  /** The connection ends without an answer. */
  | 'end'
  /** Half of the answer, then the end. */
  | 'half'
  /** Half of the answer, then nothing. */
  | 'half-silence'
  /** The request is carried out, and its answer lost. */
  | 'lost'

/** A Fulcio, a Rekor and a timestamp authority, each with an address of its own. */
export interface Sigstore {
  readonly urls: Readonly<Record<ServiceName, string>>
  /** trusted_root.json. */
  readonly trustedRoot: string
  /** signing_config.json. */
  signingConfig(parts: { log: 1 | 2 | null; timestamps: boolean }): string
  /** All requests so far: `fulcio POST /api/v2/signingCert`. */
  readonly requests: string[]
  /** How many requests wait for their answer, or for the rest of it. */
  readonly open: () => number
  /** Sets the clock of all services. @param aheadMs of that of this machine; 0 is the beginning */
  clock(aheadMs: number): Promise<void>
  /** The faults to come, first come first; a service without one answers. */
  readonly faults: Record<ServiceName, Fault[]>
  stop(): Promise<void>
}

/** @param ctlog whether Fulcio logs its certificates; GitHub's own instance does not */
export async function startSigstore({ ctlog = true } = {}): Promise<Sigstore> {
  const script = path.join(import.meta.dirname, 'host.ts')
  const args = ['--disable-warning=ExperimentalWarning', script, ...(ctlog ? [] : ['--without-ctlog'])]
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  const lines = createInterface(child.stdout)
  const first = await Promise.race([
    once(lines, 'line').then(([line]) => String(line)),
    exited.then(([code]) => Promise.reject(new Error(`Sigstore's host ended with ${code}`))),
  ])
  const { url, trustedRoot } = JSON.parse(first) as { url: string; trustedRoot: object }
  const requests: string[] = []
  const faults: Sigstore['faults'] = { fulcio: [], rekor: [], tsa: [] }
  const relays = await Promise.all(
    (['fulcio', 'rekor', 'tsa'] as const).map((name) => relay(name, url, requests, faults[name])),
  )
  const [fulcio = '', rekor = '', tsa = ''] = relays.map((one) => one.url)
  return {
    urls: { fulcio, rekor, tsa },
    trustedRoot: JSON.stringify(trustedRoot),
    signingConfig: ({ log, timestamps }) => {
      const service = (address: string, majorApiVersion = 1) => ({
        url: address,
        majorApiVersion,
        validFor: { start: '2024-01-01T00:00:00Z' },
        operator: 'example',
      })
      return JSON.stringify({
        mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.2+json',
        caUrls: [service(fulcio)],
        ...(log === null
          ? {}
          : { rekorTlogUrls: [service(rekor, log)], rekorTlogConfig: { selector: 'ANY' } }),
        ...(timestamps
          ? { tsaUrls: [service(`${tsa}/api/v1/timestamp`)], tsaConfig: { selector: 'ANY' } }
          : {}),
      })
    },
    requests,
    open: () => relays.reduce((sum, one) => sum + one.open(), 0),
    faults,
    async clock(aheadMs) {
      await fetch(`${url}/clock`, { method: 'POST', body: String(aheadMs) })
    },
    async stop() {
      for (const one of relays) one.close()
      child.stdin.end()
      await exited
    },
  }
}

async function relay(name: ServiceName, to: string, requests: string[], faults: Fault[]) {
  let open = 0
  const server = createServer((request, response) => {
    open++
    response.once('close', () => open--)
    requests.push(`${name} ${request.method} ${request.url}`)
    void answer(request, response, to, faults).catch(() => response.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    open: () => open,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  to: string,
  faults: Fault[],
): Promise<void> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part)
  // A request that was given up takes no fault from the next one: the end of its connection comes behind it.
  await new Promise((resolve) => setTimeout(resolve, 5))
  if (response.destroyed) return
  const fault = faults.shift()
  if (fault === 'silence') return
  if (fault === 'end') {
    response.destroy()
    return
  }
  if (typeof fault === 'object') {
    response.writeHead(fault.status, { 'content-type': 'application/json', ...fault.headers })
    response.end(fault.body)
    return
  }
  const { method = 'GET', url = '/' } = request
  const answered = await fetch(`${to}${url}`, {
    method,
    ...(method === 'POST' ? { body: Buffer.concat(parts) } : {}),
  })
  const body = Buffer.from(await answered.arrayBuffer())
  if (fault === 'lost') {
    response.destroy()
    return
  }
  const location = answered.headers.get('location')
  response.writeHead(answered.status, {
    'content-type': answered.headers.get('content-type') ?? '',
    'content-length': String(body.length),
    ...(location === null ? {} : { location }),
  })
  if (fault === undefined) response.end(body)
  else response.write(body.subarray(0, body.length / 2), () => fault === 'half' && response.destroy())
}
