import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { Effect, Match } from '../../../local-ecr/index.ts'
import { copyImage, type RemoteRepository } from '../../../src/registry/copy.ts'
import { putTags } from '../../../src/registry/tags.ts'
import { openRegistries, type Registries, type Seeded, seedImage } from '../../support/registries.ts'

// A write whose answer is lost was carried out. A registry that is told the same once more may refuse it for that.

const FROM = { account: '123456789012', region: 'ap-northeast-2' }
const TO = { account: '210987654321', region: 'us-east-1' }
const LOST: Effect = { kind: 'drop', when: 'before the answer' }

let registries: Registries
let rounds = 0
let repository: string
let source: RemoteRepository
let target: RemoteRepository
let image: Seeded
let log: string[]

beforeAll(async () => {
  registries = await openRegistries()
})
afterAll(() => registries.stop())
beforeEach(async () => {
  registries.ecr.faults.clear()
  repository = `lost-${rounds++}`
  log = []
  const options = { log: (line: string) => log.push(line) }
  source = await registries.place(repository, FROM, options)
  target = await registries.place(repository, TO, {
    ...options,
    upload: { chunkedFrom: 300, chunkSize: 200 },
  })
  image = await seedImage(registries, { ...FROM, repository }, ['x'.repeat(500), 'small'])
  held().mutability = 'IMMUTABLE'
  registries.ecr.service.recorder.clear()
})

const held = () => registries.ecr.store.get({ ...TO, repository })
const order = (match: Match, effect: Effect = LOST) =>
  registries.ecr.faults.order({ match: { side: 'registry', region: TO.region, ...match }, effect })
const sent = (method: string, path: RegExp) =>
  registries.ecr.requests.filter(
    (request) => request.region === TO.region && request.method === method && path.test(request.path ?? ''),
  ).length

async function everything(): Promise<void> {
  const { manifest } = await copyImage(source, target, image.digest, { tag: 'v1' })
  await putTags(target, manifest, ['v2'])
  expect(Object.fromEntries(held().tags)).toEqual({ v1: image.digest, v2: image.digest })
}

describe('a manifest in an immutable repository', () => {
  test.each(['v1', 'v2'])('that is there under %s although its answer was lost is success', async (tag) => {
    order({ method: 'PUT', path: `/manifests/${tag}` })
    await everything()
    expect(sent('PUT', new RegExp(`/manifests/${tag}$`))).toBe(1)
    expect(log).toEqual([
      expect.stringMatching(
        `^Pushing the manifest of \\S+:${tag} was not confirmed \\(socket hang up\\), and is done$`,
      ),
    ])
  })

  test('that is refused, because an attempt before it was carried out, is success', async () => {
    order({ method: 'PUT', path: '/manifests/v1' })
    // Neither is the question answered: only the refusal leads to a further one.
    order({ method: 'HEAD', path: '/manifests/v1' }, { kind: 'status', status: 503 })
    await everything()
    expect(sent('PUT', /manifests\/v1$/)).toBe(2)
    expect(log).toEqual([
      expect.stringMatching(/:v1 failed \(socket hang up\); retry after .*attempt 2 of 12$/),
      expect.stringMatching(/:v1 was not confirmed \(400 TAG_INVALID: .*immutable\.\), and is done$/),
    ])
  })

  test('by its digest alone, which ECR refuses to put once more, is success', async () => {
    order({ method: 'PUT', path: '/manifests/sha256' })
    order({ method: 'HEAD', path: '/manifests/sha256' }, { kind: 'status', status: 404 })
    order({ method: 'HEAD', path: '/manifests/sha256' }, { kind: 'status', status: 503 })
    const code = 'ImageAlreadyExistsException'
    const message = "Image with digest 'sha256:0' and tag 'null' already exists in the repository"
    order(
      { method: 'PUT', path: '/manifests/sha256' },
      { kind: 'status', status: 400, body: JSON.stringify({ errors: [{ code, message }] }) },
    )
    await copyImage(source, target, image.digest)
    expect(held().images.has(image.digest)).toBe(true)
    expect(log.at(-1)).toMatch(/ was not confirmed \(400 ImageAlreadyExistsException: .*\), and is done$/)
  })

  test('under a tag at another image is refused', async () => {
    const other = await seedImage(registries, { ...TO, repository }, ['other'], { tag: 'v1' })
    order({ method: 'PUT', path: '/manifests/v1' })
    await expect(copyImage(source, target, image.digest, { tag: 'v1' })).rejects.toThrow(
      /400 TAG_INVALID: .* immutable/,
    )
    expect(held().tags.get('v1')).toBe(other.digest)
  })

  test('that may not be put is not asked for', async () => {
    order({ method: 'PUT', path: '/manifests/v1' }, { kind: 'deny' })
    await expect(copyImage(source, target, image.digest, { tag: 'v1' })).rejects.toThrow('ecr:PutImage')
    expect(sent('HEAD', /manifests\/v1$/)).toBe(0)
  })
})

describe('a blob', () => {
  const small = () => sent('PUT', /blobs\/uploads/)

  test('whose answer was lost is not sent once more, in chunks or in one request', async () => {
    registries.ecr.faults.order({
      match: { side: 'registry', region: TO.region, method: 'PUT', path: '/blobs/uploads/' },
      times: 3,
      effect: LOST,
    })
    await everything()
    // The configuration, the small layer and the end of the large one: each once.
    expect(small()).toBe(3)
    expect(sent('PATCH', /./)).toBe(3)
    expect(log).toHaveLength(3)
    for (const line of log)
      expect(line).toMatch(/^(?:Uploading|Completing the upload of) the blob .*, and is done$/)
  })

  test('a chunk whose answer was lost is not sent once more', async () => {
    order({ method: 'PATCH' })
    await everything()
    expect(sent('PATCH', /./)).toBe(3)
    expect(log).toEqual([expect.stringMatching(/^Uploading bytes \d+ to \d+ of .* retry after/)])
  })

  test.each([
    ['416', { kind: 'status', status: 416 }],
    [
      'an upload that is out of step',
      {
        kind: 'status',
        status: 400,
        body: JSON.stringify({ errors: [{ code: 'BLOB_UPLOAD_INVALID', message: 'no' }] }),
      },
    ],
  ] as const)('%s on a later chunk: the state is asked for, and the upload goes on', async (_, effect) => {
    // The first chunk goes through.
    order({ method: 'PATCH' }, { kind: 'delay', ms: 1 })
    const second = registries.ecr.faults
    const first = registries.ecr.requests.length
    const watching = (async () => {
      while (!registries.ecr.requests.slice(first).some(({ method }) => method === 'PATCH'))
        await new Promise((resolve) => setImmediate(resolve))
      second.order({ match: { side: 'registry', region: TO.region, method: 'PATCH' }, effect })
    })()
    await everything()
    await watching
    expect(sent('GET', /blobs\/uploads/)).toBe(1)
    expect(sent('POST', /./)).toBe(3)
    expect(log).toEqual([expect.stringMatching(/^Uploading bytes (?:200|400) to .* retry after/)])
  })

  test('a mount whose answer was lost is mounted', async () => {
    registries.ecr.store.registry(FROM.account, FROM.region).settings.set('BLOB_MOUNTING', 'ENABLED')
    const beside = await registries.place(`${repository}-beside`, FROM, { log: (line) => log.push(line) })
    registries.ecr.faults.order({
      match: { side: 'registry', region: FROM.region, method: 'POST' },
      effect: LOST,
    })
    const { report } = await copyImage(source, beside, image.digest)
    expect(report).toMatchObject({ blobsMounted: 3, blobsSent: 0 })
    expect(log).toEqual([expect.stringMatching(/^Starting the upload of .* retry after/)])
  })
})
