import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from '@jest/globals'
import { AuthClient } from '../../../src/registry/auth-client.ts'
import { drain, registryAgents } from '../../../src/registry/http.ts'
import { fixedSession } from '../../support/session.ts'

const EXPIRED = 'Your authorization token has expired. Reauthenticate and try again.'

const ends: (() => void)[] = []
afterEach(() => {
  for (const end of ends.splice(0)) end()
})

/** A registry that accepts one password. What is wrong with others it says only to a GET, at /v2/. */
async function registry(good: string, wrong: string) {
  const asked: string[] = []
  const server: Server = createServer((request, response) => {
    const { method = '', url = '', headers } = request
    const [, password = ''] = Buffer.from(headers.authorization?.slice(6) ?? '', 'base64')
      .toString()
      .split(':')
    asked.push(`${method} ${url} ${password}`)
    const base = url === '/v2/'
    const refused = password !== good && !(base && wrong === '')
    response.writeHead(refused ? 403 : 200)
    response.end(
      refused && method !== 'HEAD' ? JSON.stringify({ errors: [{ code: 'DENIED', message: wrong }] }) : '',
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const agents = registryAgents()
  ends.push(() => {
    agents.http.destroy()
    server.closeAllConnections()
    server.close()
  })
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const tokens = {
    ...fixedSession(host, 'old'),
    held: 'old',
    renewals: 0,
    current: async () => ({ username: 'AWS', password: tokens.held }),
    replace: async () => {
      tokens.renewals += 1
      tokens.held = 'new'
      return { username: 'AWS', password: 'new' }
    },
  }
  const client = new AuthClient(tokens, agents)
  const url = new URL('/v2/app/manifests/v1', client.origin)
  const head = () =>
    client.send({ operation: 'Looking up it', method: 'HEAD', url }, [200]).then((response) => {
      drain(response)
      return response.statusCode
    })
  return { asked, tokens, head }
}

describe('a HEAD request that is refused without a body that says why', () => {
  test('is retried with a new token if the registry says that the old one has expired', async () => {
    const { asked, tokens, head } = await registry('new', EXPIRED)
    expect(await head()).toBe(200)
    expect(asked).toEqual(['HEAD /v2/app/manifests/v1 old', 'GET /v2/ old', 'HEAD /v2/app/manifests/v1 new'])
    expect(tokens.renewals).toBe(1)
  })

  test.each([
    ['accepts the token', ''],
    ['denies for another reason', 'not authorized to perform: ecr:BatchGetImage'],
  ])('is an error if the registry %s', async (_, wrong) => {
    const { asked, tokens, head } = await registry('nobody has it', wrong)
    await expect(head()).rejects.toThrow(/^HEAD \S+: 403/)
    expect(asked).toHaveLength(2)
    expect(tokens.renewals).toBe(0)
  })
})
