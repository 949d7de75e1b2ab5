import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import net, { type AddressInfo } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { generate } from 'selfsigned'
import type { ServiceName, Sigstore } from '../../../dev/sigstore/services.ts'

/** The hosts of Sigstore's instances, and the service on loopback that answers for each. */
const HOSTS: Readonly<Record<string, ServiceName>> = {
  'fulcio.sigstore.dev': 'fulcio',
  'rekor.sigstore.dev': 'rekor',
  'fulcio.githubapp.com': 'fulcio',
  'timestamp.githubapp.com': 'tsa',
}

/** A proxy that leads the hosts of Sigstore's instances to services on this machine, over TLS. */
export interface Tunnels {
  /** The services that requests come to. */
  to: Sigstore
  /** For a step: the proxy, and whom to trust. @param trusted a file of certificates that are trusted besides */
  env(trusted: string | undefined): Record<string, string>
  /** What was asked of which host: `fulcio.sigstore.dev POST /api/v2/signingCert`. */
  readonly requests: string[]
  /** The hosts that somebody wanted a tunnel to. */
  readonly wanted: string[]
  close(): void
}

export async function openTunnels(sigstore: Sigstore): Promise<Tunnels> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'tunnels-'))
  const requests: string[] = []
  const wanted: string[] = []
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'sigstore on loopback' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      {
        name: 'subjectAltName',
        altNames: Object.keys(HOSTS).map((value) => ({ type: 2 as const, value })),
      },
    ],
  })
  const front = https.createServer({ key, cert }, (request, response) => {
    const host = request.headers.host ?? ''
    requests.push(`${host} ${request.method} ${request.url}`)
    const to = new URL(request.url ?? '/', tunnels.to.urls[HOSTS[host] ?? 'fulcio'])
    const { method, headers } = request
    const onward = http.request(to, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    onward.on('error', () => response.destroy())
    request.pipe(onward)
  })
  front.listen(0, '127.0.0.1')
  await once(front, 'listening')
  const proxy = http.createServer((_, response) => response.writeHead(405).end())
  proxy.on('connect', (request, client, head) => {
    const [host = ''] = (request.url ?? '').split(':')
    wanted.push(host)
    if (HOSTS[host] === undefined) {
      client.end('HTTP/1.1 403 Forbidden\r\n\r\n')
      return
    }
    const server = net.connect((front.address() as AddressInfo).port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n')
      server.write(head)
      server.pipe(client).pipe(server)
    })
    server.on('error', () => client.destroy())
    client.on('error', () => server.destroy())
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  const tunnels: Tunnels = {
    to: sigstore,
    requests,
    wanted,
    env(trusted) {
      const file = path.join(folder, 'ca.pem')
      writeFileSync(file, [cert, trusted === undefined ? '' : readFileSync(trusted, 'utf8')].join('\n'))
      const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
      return {
        HTTPS_PROXY: url,
        NO_PROXY: '.amazonaws.com,localhost,127.0.0.1',
        NODE_EXTRA_CA_CERTS: file,
      }
    },
    close() {
      for (const server of [front, proxy]) {
        server.closeAllConnections()
        server.close()
      }
      rmSync(folder, { recursive: true, force: true })
    },
  }
  return tunnels
}
