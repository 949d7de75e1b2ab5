import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { TokenSession } from '../../../src/ecr/tokens.ts'
import { openRegistry } from '../../../src/registry/open.ts'

const connected: string[] = []
const proxy = createServer()
const before = { ...process.env }

beforeAll(async () => {
  proxy.on('connect', (request, socket) => {
    connected.push(request.url ?? '')
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  process.env['HTTPS_PROXY'] = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
  process.env['NO_PROXY'] = 'localhost'
})
afterAll(() => {
  process.env = before
  proxy.close()
})

test('a registry is asked through the proxy of the environment, which sees its name only', async () => {
  const host = '123456789012.dkr.ecr.ap-northeast-2.amazonaws.com'
  const token = { host, scheme: 'https', username: 'AWS', password: 'token', expiresAt: null } as const
  const issue = async () => token
  const session = new TokenSession(
    token,
    issue,
    () => 0,
    () => undefined,
  )
  const registry = await openRegistry(session, process.env)
  const asked = registry.send(
    { operation: 'It', method: 'GET', url: registry.url('app', 'manifests/v1') },
    [200],
  )
  await expect(asked).rejects.toThrow(`GET https://${host}/v2/app/manifests/v1`)
  expect(connected).toEqual([`${host}:443`])
})
