import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from '@jest/globals'
import { weigh } from '../../src/after-push/weigh.ts'
import { sourceBlocks } from '../../src/docker/failures/source-blocks.ts'
import { readInputs } from '../../src/inputs/index.ts'
import { Registry } from '../../src/registry/client.ts'
import { statusError } from '../../src/registry/errors.ts'
import { registryAgents } from '../../src/registry/http.ts'
import { REQUEST_RETRY_POLICY } from '../../src/registry/request-retries.ts'
import { fixedSession } from '../support/session.ts'

const env = { GITHUB_REPOSITORY: 'acme/shop', GITHUB_SHA: 'c0ffee'.repeat(7).slice(0, 40) }

function problemsOf(given: Readonly<Record<string, string>>): string {
  const values = new Map(Object.entries({ repository: 'app', tags: 'v1', ...given }))
  try {
    readInputs({ get: (name) => values.get(name) ?? '', env, cwd: import.meta.dirname })
    return ''
  } catch (error) {
    return (error as Error).message
  }
}

/** Text on which a regular expression that was here, or an obvious one, takes seconds to years. */
const WORST: readonly [string, () => unknown][] = [
  ['blanks in an expression', () => problemsOf({ context: `{{${' '.repeat(5000)}x` })],
  ...['{{', '{{{', '{{x ', "{{date '", "{{date 'x' tz=", '\\{{'].map((one): [string, () => unknown] => [
    `braces in a build argument (${one})`,
    () => problemsOf({ 'build-args': `A=${one.repeat(100_000 / one.length)}` }),
  ]),
  ['colons in a repository', () => problemsOf({ repository: `${':'.repeat(100_000)}/` })],
  [
    'hashes in a context',
    () => problemsOf({ context: `https://github.com/${'#'.repeat(100_000)}\nx`, 'github-token': 't' }),
  ],
  [
    'brackets in a page',
    () => statusError({ operation: 'Reading x', detail: 'GET x' }, 502, {}, '<'.repeat(65_536)),
  ],
  [
    'blocks of a Dockerfile',
    () => sourceBlocks(`a:1\n${'-'.repeat(20)}\n${'-'.repeat(20)}\n`.repeat(20_000).split('\n')),
  ],
]

test.each(WORST)('%s end in two seconds of a processor', (_, work) => {
  const before = process.cpuUsage()
  work()
  expect(process.cpuUsage(before).user / 1e6).toBeLessThan(2)
})

test('a Dockerfile on standard input, which nobody would ever end', () => {
  expect(problemsOf({ context: 'https://github.com/acme/shop.git', file: '-' })).toContain(
    "Input 'file': '-': is standard input, which a step does not have",
  )
})

test.each(['null', 'no JSON', '[]', '{"token":{}}', '{"token":""}'])(
  'a token that is none: %s',
  async (answer) => {
    const server = http.createServer((request, response) => {
      const realm = `http://${request.headers.host}/token`
      if (request.url?.startsWith('/token')) response.end(answer)
      else response.writeHead(401, { 'www-authenticate': `Bearer realm="${realm}",service="x"` }).end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
    const access = fixedSession(host, 'x')
    try {
      const registry = new Registry(access, {
        agents: registryAgents(),
        retryPolicy: { ...REQUEST_RETRY_POLICY, attempts: 1 },
      })
      await expect(registry.head('app', 'v1')).rejects.toThrow('the registry gave no token')
    } finally {
      server.closeAllConnections()
      server.close()
    }
  },
)

test('severities that every object inherits are counted like any other', () => {
  const counts = JSON.parse('{"__proto__":1,"constructor":2,"HIGH":3}') as Record<string, number>
  const thresholds = { severity: null, minScore: null, onlyFixable: false }
  const images = [1, 2].map(() => ({ platform: null, findings: [], unlisted: counts }))
  const { counts: sums } = weigh(images, { thresholds, ignore: [], today: '2026-01-01', known: null })
  expect(Object.entries(sums).sort()).toEqual([
    ['HIGH', 6],
    ['__proto__', 2],
    ['constructor', 4],
  ])
})
