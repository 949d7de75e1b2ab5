import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from '@jest/globals'
import { Door } from '../../../src/registry/door.ts'
import { directAgents, drain } from '../../../src/registry/http.ts'
import { fixedSession } from '../../support/session.ts'

const EXPIRED = 'Your authorization token has expired. Reauthenticate and try again.'

const ends: (() => void)[] = []
afterEach(() => {
  for (const end of ends.splice(0)) end()
})

/** A registry that takes one password, and says of the others, in words at its base alone, what is wrong with them. */
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
  const agents = directAgents()
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
  const door = new Door(tokens, agents)
  const head = () =>
    door.send({ method: 'HEAD', url: new URL('/v2/app/manifests/v1', door.origin) }, [200]).then((answer) => {
      drain(answer)
      return answer.statusCode
    })
  return { asked, tokens, head }
}

describe('a HEAD request that is refused, whose answer has no words', () => {
  test('is sent again with a new token where the registry calls the old one expired', async () => {
    const { asked, tokens, head } = await registry('new', EXPIRED)
    expect(await head()).toBe(200)
    expect(asked).toEqual(['HEAD /v2/app/manifests/v1 old', 'GET /v2/ old', 'HEAD /v2/app/manifests/v1 new'])
    expect(tokens.renewals).toBe(1)
  })

  test.each([
    ['takes the token', ''],
    ['denies for another reason', 'not authorized to perform: ecr:BatchGetImage'],
  ])('is an error where the registry %s', async (_, wrong) => {
    const { asked, tokens, head } = await registry('nobody has it', wrong)
    await expect(head()).rejects.toThrow(/^HEAD \S+: 403/)
    expect(asked).toHaveLength(2)
    expect(tokens.renewals).toBe(0)
  })
})
