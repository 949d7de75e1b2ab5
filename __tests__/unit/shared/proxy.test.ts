import http from 'node:http'
import net, { type AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import { explain } from '../../../src/shared/errors.ts'
import { proxyAgents } from '../../../src/shared/proxy.ts'

const tunnels: string[] = []
let target: http.Server
let proxy: http.Server
const kept = { ...process.env }

const portOf = (server: http.Server) => (server.address() as AddressInfo).port
const listening = (server: http.Server) =>
  new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

beforeAll(async () => {
  target = http.createServer((_, response) => response.end('answer'))
  proxy = http.createServer()
  proxy.on('connect', (request, client) => {
    tunnels.push(request.url ?? '')
    const server = net.connect(portOf(target), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n')
      server.pipe(client).pipe(server)
    })
  })
  await Promise.all([listening(target), listening(proxy)])
  // The runner of these tests may itself be behind a proxy.
  for (const name of Object.keys(process.env)) if (/proxy/i.test(name)) delete process.env[name]
})

afterEach(() => {
  tunnels.length = 0
  for (const name of ['HTTP_PROXY', 'NO_PROXY', 'http_proxy']) delete process.env[name]
})

afterAll(() => {
  process.env = kept
  for (const server of [target, proxy]) {
    server.closeAllConnections()
    server.close()
  }
})

function get(host: string): Promise<string> {
  const { httpAgent } = proxyAgents()
  return new Promise((resolve, reject) => {
    http
      .get({ host, port: portOf(target), agent: httpAgent }, (response) => {
        response.setEncoding('utf8')
        response.on('data', resolve)
      })
      .on('error', reject)
  })
}

test.each(['HTTP_PROXY', 'http_proxy'])('%s carries a request, in a tunnel', async (name) => {
  process.env[name] = `http://127.0.0.1:${portOf(proxy)}`
  expect(await get('ecr.example')).toBe('answer')
  expect(tunnels).toEqual([`ecr.example:${portOf(target)}`])
})

test.each(['127.0.0.1', '*', 'example.org, 127.0.0.1'])('NO_PROXY: %s', async (none) => {
  process.env['HTTP_PROXY'] = `http://127.0.0.1:${portOf(proxy)}`
  process.env['NO_PROXY'] = none
  expect(await get('127.0.0.1')).toBe('answer')
  expect(tunnels).toEqual([])
})

test('a proxy that is none is an error without its password', async () => {
  process.env['HTTP_PROXY'] = 'socks5://user:secret@127.0.0.1:1'
  const error = explain(await get('ecr.example').catch((reason: unknown) => reason))
  expect(error).toContain(
    'does not hold the address of an HTTP proxy.\nWhat to do: write it as http://HOST:PORT',
  )
  expect(error).not.toContain('secret')
})
