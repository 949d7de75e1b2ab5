import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { Match } from '../../../local-ecr/index.ts'
import { copyImage, type RemoteRepository } from '../../../src/registry/copy.ts'
import { putTags } from '../../../src/registry/tags.ts'
import { openRegistries, type Registries, type Seeded, seedImage } from '../../support/registries.ts'

// What a person reads of a retry: one line that says what was done to what, and no request.

const FROM = { account: '123456789012', region: 'ap-northeast-2', repository: 'from' }
const TO = { account: '210987654321', region: 'us-east-1', repository: 'to' }

let registries: Registries
let round = 0
let source: RemoteRepository
let target: RemoteRepository
let image: Seeded
let log: string[]
let debug: string[]

beforeAll(async () => {
  registries = await openRegistries()
})
afterAll(() => registries.stop())
beforeEach(async () => {
  registries.ecr.faults.clear()
  round++
  log = []
  debug = []
  const options = { log: (line: string) => log.push(line), debug: (line: string) => debug.push(line) }
  const upload = { chunkedFrom: 300, chunkSize: 200 }
  const from = { ...FROM, repository: `from-${round}` }
  source = await registries.place(from.repository, from, options)
  target = await registries.place(`to-${round}`, TO, { ...options, upload })
  image = await seedImage(registries, from, ['x'.repeat(500)])
})

const fail = (match: Match, body = '') =>
  registries.ecr.faults.order({
    match: { side: 'registry', ...match },
    effect: { kind: 'status', status: 503, body },
  })
/** All that the client does: lookups, manifests, blobs in one request and in chunks, referrers, tags. */
async function everything(): Promise<void> {
  const { manifest } = await copyImage(source, target, image.digest, { referrers: true, tag: 'v1' })
  await putTags(target, manifest, ['v2'])
}

const named = (place: string) => place.replaceAll('.', '\\.')

describe('a retry is one line that names what was done to what', () => {
  const D = 'sha256:[0-9a-f]{12}…'
  test.each<[Match & { region: string }, string]>([
    [{ region: FROM.region, method: 'GET', path: '/manifests/' }, `Reading the manifest of SOURCE@${D}`],
    [{ region: FROM.region, method: 'GET', path: '/blobs/' }, `Reading the blob ${D} of SOURCE`],
    [{ region: FROM.region, method: 'GET', path: '/referrers/' }, `Listing the referrers of SOURCE@${D}`],
    [{ region: FROM.region, method: 'HEAD', path: '.sig' }, 'Looking up SOURCE:sha256-[0-9a-f]{64}\\.sig'],
    [{ region: TO.region, method: 'HEAD', path: '/manifests/' }, `Looking up TARGET@${D}`],
    [{ region: TO.region, method: 'HEAD', path: '/blobs/' }, `Looking up the blob ${D} in TARGET`],
    [{ region: TO.region, method: 'POST' }, `Starting the upload of the blob ${D} to TARGET`],
    [
      { region: TO.region, method: 'PATCH' },
      `Uploading bytes (?:0 to 199|200 to 399|400 to 499) of the blob ${D} to TARGET`,
    ],
    [
      { region: TO.region, method: 'PUT', path: '/blobs/' },
      `(?:Uploading|Completing the upload of) the blob ${D} to TARGET`,
    ],
    [{ region: TO.region, method: 'PUT', path: '/manifests/v1' }, 'Pushing the manifest of TARGET:v1'],
    [{ region: TO.region, method: 'PUT', path: '/manifests/v2' }, 'Pushing the manifest of TARGET:v2'],
  ])('%j', async (match, expected) => {
    fail(match)
    await everything()
    const [from, to] = [source, target].map(({ registry, repository }) => registry.displayUri(repository))
    expect(from).toMatch(/^[^/]+\/from-\d+$/)
    const line = expected.replace('SOURCE', named(from as string)).replace('TARGET', named(to as string))
    expect(log).toEqual([expect.stringMatching(`^${line} failed \\(503 Service Unavailable\\); `)])
    expect(log[0]).not.toMatch(/https?:|\/v2\//)
    // The request itself is in the debug log.
    expect(debug).toEqual([
      expect.stringMatching(`^${match.method} https?://\\S+/v2/\\S+: 503 Service Unavailable$`),
    ])
  })

  test('also of what asks for the state of an upload that broke off', async () => {
    fail({ region: TO.region, method: 'PATCH' })
    fail({ region: TO.region, method: 'GET', path: '/blobs/uploads/' })
    await everything()
    expect(log).toHaveLength(2)
    expect(log[1]).toMatch(
      /^Asking for the state of the upload of the blob sha256:\w{12}… to \S+\/to-\d+ failed/,
    )
  })
})

test('a source that breaks off is named as the one that failed, not the registry that is written to', async () => {
  registries.ecr.faults.order({
    match: { side: 'registry', region: FROM.region, method: 'GET', path: '/blobs/' },
    effect: { kind: 'drop', when: 'in the answer' },
  })
  await everything()
  expect(log).toEqual([expect.stringMatching(/^Reading the blob sha256:\w{12}… of \S+\/from-\d+ failed \(/)])
})

test('what a registry writes into its answer stays in one line, and is no command for the runner', async () => {
  const message = 'a\n::error::b\r\n##[add-path]c\u2028d\u0007'
  fail(
    { region: TO.region, method: 'HEAD', path: '/manifests/' },
    JSON.stringify({ errors: [{ code: 'X', message }] }),
  )
  fail(
    { region: FROM.region, method: 'GET', path: '/manifests/' },
    JSON.stringify({ errors: [{ code: '::set-output', message }] }),
  )
  await everything()
  expect(log).toHaveLength(2)
  for (const line of log) {
    expect(line).toMatch(/^[^\p{Cc}\p{Zl}\p{Zp}]*$/u)
    expect(line).not.toContain('##[')
    expect(line).toMatch(/^(?:Looking|Reading)/)
  }
})
