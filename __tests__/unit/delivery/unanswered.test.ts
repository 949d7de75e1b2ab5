import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from '@jest/globals'
import type { Destination } from '../../../src/delivery/destination.ts'
import { PushRecord } from '../../../src/delivery/push-record.ts'
import { askUnanswered } from '../../../src/delivery/unanswered.ts'
import type { TagsBefore } from '../../../src/ecr/image-before.ts'
import type { HeldImage } from '../../../src/ecr/types.ts'
import { Registry } from '../../../src/registry/client.ts'
import { registryAgents } from '../../../src/registry/http.ts'
import { REQUEST_RETRY_POLICY } from '../../../src/registry/request-retries.ts'
import { sleep } from '../../../src/shared/time.ts'
import { lowerLimits } from '../../support/limits.ts'
import { fixedSession } from '../../support/session.ts'

const uri = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/app'
const [OURS, OLD, THEIRS] = ['a', 'b', 'c'].map((letter) => `sha256:${letter.repeat(64)}`) as [
  string,
  string,
  string,
]
const held = (digest: string) => ({ digest, sizeInBytes: null, active: true }) as unknown as HeldImage
const before = (digest: string | null): TagsBefore => new Map(digest === null ? [] : [['v1', held(digest)]])

/** @returns what is said of the tag `v1`, after a put that nothing has confirmed */
async function saidOf(digest: string | null, was: TagsBefore, now: string | null): Promise<string> {
  const record = new PushRecord()
  record.expect([{ uri, tags: ['v1'], session: {} } as unknown as Destination], [was], digest)
  record.begun(uri, ['v1'])
  const registry = { head: async () => (now === null ? null : { digest: now }) } as unknown as Registry
  await askUnanswered(record, { openRegistry: async () => registry, debug: () => undefined })
  const { put, unknown, existed } = record.left()
  if (existed.length > 0) return 'named it before'
  return put.length > 0 ? 'put' : unknown.length > 0 ? 'not known' : 'as it was'
}

test.each<[string, string | null, TagsBefore, string | null, string]>([
  ['this image', OURS, before(OLD), OURS, 'put'],
  ['this image, and what it named before is not known', OURS, null, OURS, 'not known'],
  ['this image, as before', OURS, before(OURS), OURS, 'named it before'],
  ['what it named before', OURS, before(OLD), OLD, 'as it was'],
  ['nothing, as before', OURS, before(null), null, 'as it was'],
  ['nothing, and what it named before is not known', OURS, null, null, 'as it was'],
  // This run may have put it, and somebody else has moved it since.
  ['a third image', OURS, before(OLD), THEIRS, 'not known'],
  ['another image, and what it named before is not known', OURS, null, THEIRS, 'not known'],
  ['what it named before, and the digest of the build is not known', null, before(OLD), OLD, 'as it was'],
  ['another image, and the digest of the build is not known', null, before(OLD), THEIRS, 'not known'],
  ['nothing, and nothing else is known', null, null, null, 'as it was'],
])('a tag names %s', async (_, digest, was, now, said) => {
  expect(await saidOf(digest, was, now)).toBe(said)
})

test('a question without an answer in time is ended: nothing is sent, logged or noted after that', async () => {
  lowerLimits({ lastQuestionsMs: 300 })
  let asked = 0
  const server = createServer((_, response) => {
    asked++
    response.writeHead(503).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const lines: string[] = []
  const log = (line: string) => void lines.push(line)
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const retryPolicy = { ...REQUEST_RETRY_POLICY, firstMs: 200, longestMs: 200 }
  const session = fixedSession(host, 'x')
  const registry = new Registry(session, { agents: registryAgents(), retryPolicy, log })
  const record = new PushRecord()
  record.expect([{ uri: `${host}/app`, tags: ['v1'], session } as unknown as Destination], [null], OURS)
  record.begun(`${host}/app`, ['v1'])
  await askUnanswered(record, { openRegistry: async () => registry, debug: log })
  const [told, sent] = [lines.length, asked]
  expect(sent).toBeGreaterThan(0)
  await sleep(600)
  expect([lines.length, asked]).toEqual([told, sent])
  expect(record.left().unknown).toEqual([`${host}/app:v1`])
  server.closeAllConnections()
  server.close()
})
