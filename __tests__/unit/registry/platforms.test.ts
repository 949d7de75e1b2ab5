import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import type { Descriptor } from '../../../src/oci/types.ts'
import type { RemoteRepository } from '../../../src/registry/copy.ts'
import { platformDigests, platformImages } from '../../../src/registry/platforms.ts'
import { openRegistries, type Registries, seedImage, seedIndex } from '../../support/registries.ts'

const WHERE = { account: '123456789012', region: 'ap-northeast-2', repository: 'app' }
const AMD64 = { os: 'linux', architecture: 'amd64' }
const ARM64 = { os: 'linux', architecture: 'arm64' }
const UNKNOWN = { os: 'unknown', architecture: 'unknown' }

let registries: Registries
let round = 0
let where: typeof WHERE
let place: RemoteRepository

beforeAll(async () => {
  registries = await openRegistries()
})
afterAll(() => registries.stop())
beforeEach(async () => {
  where = { ...WHERE, repository: `app-${++round}` }
  place = await registries.place(where.repository, where)
})

const image = async (name: string, platform?: object): Promise<Descriptor> => ({
  ...(await seedImage(registries, where, [name])).descriptor,
  ...(platform && { platform: platform as never }),
})
async function digestsOf(digest: string): Promise<Record<string, string>> {
  const { registry, repository } = place
  const manifest = await registry.manifest(repository, digest)
  return platformDigests(await platformImages(registry, repository, manifest))
}

test('an image alone says its platform itself', async () => {
  const { digest } = await image('alone')
  expect(await digestsOf(digest)).toEqual({ 'linux/amd64': digest })
})

test('an image for an unknown platform, as an attestation is one, is for none', async () => {
  const { digest } = await seedImage(registries, where, ['x'], UNKNOWN)
  expect(await digestsOf(digest)).toEqual({})
})

test('an index has its images in their order, those of an index in it too, and no attestations', async () => {
  const [arm64, amd64, attestation] = await Promise.all([
    image('arm64', ARM64),
    image('amd64', AMD64),
    image('attestation', UNKNOWN),
  ])
  const inner = await seedIndex(registries, where, [amd64, attestation])
  const outer = await seedIndex(registries, where, [arm64, inner.descriptor])
  expect(Object.entries(await digestsOf(outer.digest))).toEqual([
    ['linux/arm64', arm64.digest],
    ['linux/amd64', amd64.digest],
  ])
})

test('of two images for the very same platform the first counts', async () => {
  const [first, second] = await Promise.all([image('first', AMD64), image('second', AMD64)])
  const { digest } = await seedIndex(registries, where, [first, second])
  expect(await digestsOf(digest)).toEqual({ 'linux/amd64': first.digest })
})
