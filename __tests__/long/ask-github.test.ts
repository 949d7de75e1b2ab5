import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { connectGitHub } from '../../src/runner/github.ts'
import { idToken } from '../../src/runner/id-token.ts'
import { lowerLimits } from '../support/limits.ts'
import { eventually } from '../support/processes.ts'

// GitHub's endpoints as real servers that are silent, break off, or answer late.

const kept = { ...process.env }
let server: Server
let log: string[]
let requests = 0

beforeEach(() => {
  log = []
  requests = 0
})
afterEach(() => {
  server.closeAllConnections()
  server.close()
  process.env = { ...kept }
})

async function listen(
  answer: (number: number, ...args: Parameters<RequestListener>) => void,
): Promise<string> {
  server = createServer((request, response) => answer(requests++, request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const say = (line: string) => log.push(line)
async function timed<T>(work: Promise<T>): Promise<{ said: T | string; tookMs: number }> {
  const started = performance.now()
  const said = await work.catch((error: Error) => error.message)
  return { said, tookMs: performance.now() - started }
}

describe('an OIDC token', () => {
  const ask = async (answer: Parameters<typeof listen>[0]) => {
    process.env['ACTIONS_ID_TOKEN_REQUEST_URL'] = `${await listen(answer)}/token?x=1`
    process.env['ACTIONS_ID_TOKEN_REQUEST_TOKEN'] = 'request-token'
    return timed(idToken('sts.amazonaws.com', say))
  }

  test('is asked for once more if GitHub is silent, or sends no whole answer', async () => {
    lowerLimits({ githubAnswerMs: 300 })
    const { said } = await ask((number, _, response) => {
      if (number === 0) return
      response.writeHead(200, { 'content-type': 'application/json' })
      if (number === 1) response.write('{"va')
      else response.end('{"value":"the-token"}')
    })
    expect(said).toBe('the-token')
    // On a busy machine, a good answer may come too late as well.
    expect(log.length).toBeGreaterThanOrEqual(2)
    for (const line of log) {
      expect(line).toMatch(
        /^The question to GitHub for an OIDC token of the audience 'sts\.amazonaws\.com' failed \(GitHub did not answer within 0\.\d s\); retry after [\d.]+ m?s, attempt \d of 12$/,
      )
    }
  })

  test('is not waited for without an end', async () => {
    lowerLimits({ githubAnswerMs: 300, githubQuestionMs: 1500 })
    const { said, tookMs } = await ask(() => undefined)
    expect(said).toMatch(/^GitHub did not answer within 0\.\d s(?:, in \d attempts)?$/)
    expect(tookMs).toBeLessThan(30_000)
  })

  test('is not read without an end, nor asked for once more', async () => {
    lowerLimits({ githubBodyBytes: 100_000 })
    let sent = 0
    let closed = false
    const { said, tookMs } = await ask((_, __, response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      const more = setInterval(() => (sent += response.write('x'.repeat(10_000)) ? 10_000 : 0), 1)
      response.on('close', () => {
        closed = true
        clearInterval(more)
      })
    })
    expect(said).toBe('a response of more than 100000 bytes')
    expect([requests, tookMs < 30_000]).toEqual([1, true])
    await eventually(() => closed, 30)
  })

  test('is asked for in the background no more, once nobody waits', async () => {
    lowerLimits({ githubAnswerMs: 300, githubQuestionMs: 500 })
    let closed = 0
    await ask((_, request) => request.socket.on('close', () => closed++))
    // Nothing is asked once nobody waits.
    const asked = requests
    await eventually(() => closed === requests, 30)
    expect(requests).toBe(asked)
  })

  test('is asked for with the audience and the runner’s token; a fault of a moment is told and over', async () => {
    const asked: unknown[] = []
    const { said } = await ask((number, { url, headers }, response) => {
      asked.push([url, headers.authorization])
      if (number === 0) response.socket?.destroy()
      else if (number === 1) response.writeHead(503).end()
      else response.end('{"value":"the-token"}')
    })
    expect(said).toBe('the-token')
    const once = ['/token?x=1&audience=sts.amazonaws.com', 'Bearer request-token']
    expect(asked).toEqual([once, once, once])
    expect(log).toHaveLength(2)
  })

  test.each(['', 'no JSON', '{"value":""}', '[]', '{"value":1}'])(
    'is none in the answer %j',
    async (body) => {
      const { said } = await ask((_, __, response) => response.end(body))
      expect(said).toMatch(/^the answer of 127\.0\.0\.1:\d+ has no OIDC token in it$/)
      expect(requests).toBe(1)
    },
  )

  test('is not asked for on a runner that names no address', async () => {
    delete process.env['ACTIONS_ID_TOKEN_REQUEST_URL']
    const { said } = await timed(idToken('x', say))
    expect(said).toContain('ACTIONS_ID_TOKEN_REQUEST_URL')
  })

  test('is asked for once if GitHub refuses it, in one line', async () => {
    const { said } = await ask((_, __, response) => response.writeHead(403).end('{"message":"no"}'))
    expect(said).toMatch(/^GET http:\/\/127\.0\.0\.1:\d+\/token: 403 \{"message":"no"\}$/)
    expect(requests).toBe(1)
    expect(log).toEqual([])
  })
})

describe('what GitHub’s API knows of the repository', () => {
  // The client reads the address of the API when it is loaded.
  test('is asked for again, and then left out in time', async () => {
    lowerLimits({ githubAnswerMs: 300, githubFactMs: 10_000 })
    let whole = true
    const url = await listen((number, _, response) => {
      if (number < 1) return
      response.writeHead(200, { 'content-type': 'application/json' })
      if (whole) response.end(JSON.stringify({ name: 'demo', description: 'A demo' }))
      else response.write('{"na')
    })
    process.env['GITHUB_API_URL'] = url
    const { lookups } = connectGitHub(process.env, 'a-token', say)
    const found = await timed(lookups.repository?.('octo/demo') as Promise<unknown>)
    expect(found.said).toMatchObject({ name: 'demo', description: 'A demo' })
    expect(log.length).toBeGreaterThanOrEqual(1)
    const asked = requests
    lowerLimits({ githubAnswerMs: 20_000, githubBodyBytes: 10 })
    const large = await timed(lookups.repository?.('octo/demo') as Promise<unknown>)
    expect(large.said).toMatch(/is larger than 10 bytes$/)
    expect(requests).toBe(asked + 1)
    lowerLimits({ githubAnswerMs: 300, githubFactMs: 2500 })
    whole = false
    const lost = await timed(lookups.commitDate?.('octo/demo', 'abc') as Promise<unknown>)
    expect(lost.said).toMatch(/^GitHub did not answer within 0\.\d s(?:, in \d attempts)?$/)
    expect(lost.tookMs).toBeLessThan(30_000)
  })

  test('the date of a commit is asked for without its patches', async () => {
    const sha = '0123456789abcdef0123456789abcdef01234567'
    const asked: unknown[] = []
    process.env['GITHUB_API_URL'] = await listen((_, { method, url }, response) => {
      asked.push([method, url])
      const [author, committer] = [{ date: '2024-01-01T00:00:00Z' }, { date: '2024-02-29T12:34:56Z' }]
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ sha, author, committer, message: 'x', parents: [] }))
    })
    jest.resetModules()
    const { lookups } = connectGitHub(process.env, 'a-token', say)
    expect(await lookups.commitDate?.('octo/demo', sha)).toEqual(new Date('2024-02-29T12:34:56Z'))
    expect(asked).toEqual([['GET', `/repos/octo/demo/git/commits/${sha}`]])
  })

  test.each([
    ['half an answer is asked for again', 'half', 'demo', 2],
    ['a page that is no answer of GitHub’s API is none', 'page', /is no JSON object \(200, 13 bytes\)$/, 1],
  ])('%s', async (_, kind, expected, asked) => {
    const url = await listen((number, __, response) => {
      if (kind === 'page') response.writeHead(200, { 'content-type': 'text/html' }).end('<html></html>')
      else if (number > 0)
        response.writeHead(200, { 'content-type': 'application/json' }).end('{"name":"demo"}')
      else {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': 100 })
        response.write('{"name":', () => response.destroy())
      }
    })
    process.env['GITHUB_API_URL'] = url
    // Read when the client is loaded.
    jest.resetModules()
    const { lookups } = connectGitHub(process.env, 'a-token', say)
    const { said } = await timed(lookups.repository?.('octo/demo') as Promise<unknown>)
    expect(typeof said === 'string' ? said : (said as { name: string }).name).toMatch(expected)
    expect(requests).toBe(asked)
  })
})
