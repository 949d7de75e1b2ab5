import { once } from 'node:events'
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import net, { type AddressInfo, type Server } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { generate } from 'selfsigned'
import { root, runMain } from '../../dev/runner.ts'

// Of @actions/github and of undici, the bundler sees what is used (dev/dist-packages.ts). The tests of src/ have the
// whole packages; these are what shows that dist/ asks GitHub too.

const HOST = 'api.github.example'
const folder = mkdtempSync(path.join(os.tmpdir(), 'dist-github-'))
const workspace = path.join(folder, 'workspace')
const event = path.join(folder, 'event.json')
let direct: http.Server
let tls: https.Server
let proxy: http.Server
let certificate: string
let asked: unknown[]

const answer: http.RequestListener = ({ method, url, headers: { host, authorization } }, response) => {
  asked.push([method, host?.replace(/:\d+$/, ''), url, authorization])
  response
    .writeHead(200, { 'content-type': 'application/json' })
    .end(JSON.stringify({ name: 'app', default_branch: 'main' }))
}
const portOf = (server: Server) => (server.address() as AddressInfo).port

beforeAll(async () => {
  mkdirSync(workspace)
  writeFileSync(path.join(workspace, 'Dockerfile'), 'FROM scratch\n')
  writeFileSync(event, JSON.stringify({ schedule: '0 0 * * *' }))
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'GitHub on loopback' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'subjectAltName', altNames: [{ type: 2, value: HOST }] },
    ],
  })
  certificate = path.join(folder, 'ca.pem')
  writeFileSync(certificate, cert)
  direct = http.createServer(answer)
  tls = https.createServer({ key, cert }, answer)
  proxy = http.createServer((_, response) => response.writeHead(405).end())
  proxy.on('connect', (request, client, head) => {
    asked.push(['CONNECT', request.url, request.headers['proxy-authorization']])
    const server = net.connect(portOf(tls), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n')
      server.write(head)
      server.pipe(client).pipe(server)
    })
    server.on('error', () => client.destroy())
    client.on('error', () => server.destroy())
  })
  for (const server of [direct, tls, proxy]) {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
  }
})

afterAll(() => {
  for (const server of [direct, tls, proxy]) {
    server.closeAllConnections()
    server.close()
  }
  rmSync(folder, { recursive: true, force: true })
})

/** A step that asks GitHub for the default branch, and then ends, as there is no docker. */
async function step(env: Record<string, string>): Promise<unknown[]> {
  asked = []
  const { exitCode, log } = await runMain({
    with: {
      repository: 'app',
      'aws-region': 'eu-west-1',
      push: 'false',
      'github-token': 'a-token',
      tags: 'type=raw,value=main-alone,enable={{is_default_branch}}',
    },
    env: {
      PATH: folder,
      HOME: folder,
      GITHUB_EVENT_NAME: 'schedule',
      GITHUB_EVENT_PATH: event,
      GITHUB_REF: 'refs/heads/main',
      GITHUB_REPOSITORY: 'octo/app',
      GITHUB_SHA: '0123456789abcdef0123456789abcdef01234567',
      ...env,
    },
    workspace,
    temp: folder,
  })
  expect(log).toContain('There is no docker command')
  expect(log).not.toContain('GitHub')
  expect(exitCode).toBe(1)
  return asked
}

const QUESTION = ['/repos/octo/app', 'token a-token']

describe('dist/ asks GitHub’s API', () => {
  test('directly', async () => {
    expect(await step({ GITHUB_API_URL: `http://127.0.0.1:${portOf(direct)}` })).toEqual([
      ['GET', '127.0.0.1', ...QUESTION],
    ])
  })

  test('through a proxy, by TLS', async () => {
    const env = {
      GITHUB_API_URL: `https://${HOST}`,
      HTTPS_PROXY: `http://name:word@127.0.0.1:${portOf(proxy)}`,
      NODE_EXTRA_CA_CERTS: certificate,
    }
    expect(await step(env)).toEqual([
      ['CONNECT', `${HOST}:443`, `Basic ${Buffer.from('name:word').toString('base64')}`],
      ['GET', HOST, ...QUESTION],
    ])
  })
})

test('src/ takes `request` of GitHub’s client and nothing else, as dist/ has no more of it', () => {
  const taken = globSync('**/*.ts', { cwd: path.join(root, 'src') }).flatMap((file) =>
    readFileSync(path.join(root, 'src', file), 'utf8')
      .split('\n')
      .filter((line) => /\(await import\('@actions\/github'\)\)|\bgetOctokit\(/.test(line))
      .map((line) => line.trim()),
  )
  expect(new Set(taken)).toEqual(
    new Set(["const { request } = (await import('@actions/github')).getOctokit(token)"]),
  )
})
