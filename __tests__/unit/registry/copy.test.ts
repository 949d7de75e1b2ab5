import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { copyImage, type RemoteRepository } from '../../../src/registry/copy.ts'
import { putTags } from '../../../src/registry/tags.ts'
import { openRegistries, type Registries, seedBlob, seedImage, seedIndex } from '../../support/registries.ts'

const FROM = { account: '123456789012', region: 'ap-northeast-2', repository: 'team/app' }
const TO = { account: '210987654321', region: 'us-east-1', repository: 'prod/app' }

let registries: Registries
let round = 0
let from: typeof FROM
let to: typeof TO
let source: RemoteRepository
let target: RemoteRepository

beforeAll(async () => {
  registries = await openRegistries()
})
afterAll(() => registries.stop())
beforeEach(async () => {
  registries.ecr.faults.clear()
  round++
  from = { ...FROM, repository: `${FROM.repository}-${round}` }
  to = { ...TO, repository: `${TO.repository}-${round}` }
  source = await registries.place(from.repository, from)
  target = await registries.place(to.repository, to)
  registries.ecr.service.recorder.clear()
})

const held = (place: typeof FROM) => registries.ecr.store.get(place)
const sent = (region: string) =>
  registries.ecr.requests
    .filter((request) => request.region === region)
    .map(({ method, path }) => `${method} ${path?.replace(/.*\/(blobs|manifests|referrers)/, '$1')}`)

test('an image comes over byte for byte; what was sent once is not sent again', async () => {
  const image = await seedImage(registries, from, ['one', 'two'], { tag: 'v1' })
  const { manifest, report } = await copyImage(source, target, image.digest)
  expect(manifest.digest).toBe(image.digest)
  expect(Buffer.from(held(to).images.get(image.digest)?.bytes ?? []).toString()).toBe(image.text)
  expect(report).toMatchObject({ manifests: 1, blobsSent: 3, blobsExisting: 0, blobsMounted: 0 })
  // By its digest alone: tags are not the copy's business.
  expect([...held(to).tags.keys()]).toEqual([])

  registries.ecr.service.recorder.clear()
  const again = await copyImage(source, target, image.digest)
  expect(again.report).toMatchObject({ manifests: 0, blobsSent: 0, blobsExisting: 0 })
  expect(sent(to.region)).toEqual([`HEAD manifests/${image.digest}`])
})

test('a manifest that is read by others as well is not read once more', async () => {
  const image = await seedImage(registries, from, ['read'])
  const manifest = await source.registry.manifest(source.repository, image.digest)
  registries.ecr.service.recorder.clear()
  await copyImage(source, target, image.digest, { manifest: async () => manifest })
  expect(sent(from.region).filter((line) => line.includes('manifests/'))).toEqual([])
  expect([...held(to).images.keys()]).toEqual([image.digest])
})

test('a layer that is there already is not sent', async () => {
  const image = await seedImage(registries, from, ['base', 'new'])
  const base = await seedBlob(registries, to, 'base')
  const { report } = await copyImage(source, target, image.digest)
  expect(report).toMatchObject({ blobsSent: 2, blobsExisting: 1 })
  expect(sent(from.region)).not.toContain(`GET blobs/${base.digest}`)
})

test('an index comes with its platforms and attestations, a shared layer once', async () => {
  const amd64 = await seedImage(registries, from, ['shared', 'amd64'])
  const arm64 = await seedImage(registries, from, ['shared', 'arm64'], { architecture: 'arm64' })
  const attestation = await seedImage(registries, from, ['{"provenance":1}'], { architecture: 'unknown' })
  const index = await seedIndex(registries, from, [
    amd64.descriptor,
    arm64.descriptor,
    attestation.descriptor,
  ])
  const { report } = await copyImage(source, target, index.digest, { targetIsEmpty: true })
  expect([...held(to).images.keys()].sort()).toEqual(
    [index, amd64, arm64, attestation].map(({ digest }) => digest).sort(),
  )
  expect(report).toMatchObject({ manifests: 4, blobsSent: 7 })
  // Nothing is asked that cannot be there.
  expect(sent(to.region).filter((line) => line.startsWith('HEAD'))).toEqual([])
})

test('an index whose platform was deleted at the target is made whole', async () => {
  const child = await seedImage(registries, from, ['child'])
  const index = await seedIndex(registries, from, [child.descriptor])
  await copyImage(source, target, index.digest)
  held(to).images.delete(child.digest)
  await copyImage(source, target, index.digest)
  expect(held(to).images.has(child.digest)).toBe(true)
})

describe('within one registry', () => {
  const copyWithin = async (mounting: 'ENABLED' | 'DISABLED') => {
    registries.ecr.store.registry(from.account, from.region).settings.set('BLOB_MOUNTING', mounting)
    const image = await seedImage(registries, from, [`mounted ${round}`])
    const other = await registries.place(`other-${round}`, from)
    return (await copyImage(source, other, image.digest)).report
  }
  test('layers are mounted where the registry mounts', async () => {
    expect(await copyWithin('ENABLED')).toMatchObject({ blobsMounted: 2, blobsSent: 0 })
  })
  test('and sent where it does not', async () => {
    expect(await copyWithin('DISABLED')).toMatchObject({ blobsMounted: 0, blobsSent: 2 })
  })
})

describe('with referrers', () => {
  test('signatures, attestations, and signatures of those come along, new and old style', async () => {
    const child = await seedImage(registries, from, ['app'])
    const index = await seedIndex(registries, from, [child.descriptor])
    const sbom = await seedImage(registries, from, ['sbom'], { subject: child.descriptor })
    const signature = await seedImage(registries, from, ['signature'], { subject: sbom.descriptor })
    const tag = `${index.digest.replace(':', '-')}.sig`
    const cosign = await seedImage(registries, from, ['cosign'], { tag })
    await copyImage(source, target, index.digest, { referrers: true })
    const all = [child, index, sbom, signature, cosign].map(({ digest }) => digest).sort()
    expect([...held(to).images.keys()].sort()).toEqual(all)
    expect([...held(to).tags]).toEqual([[tag, cosign.digest]])
  })

  test('one that was made since the last copy is copied, and nothing else', async () => {
    const image = await seedImage(registries, from, ['app'])
    await copyImage(source, target, image.digest, { referrers: true })
    const late = await seedImage(registries, from, ['late'], { subject: image.descriptor })
    const { report } = await copyImage(source, target, image.digest, { referrers: true })
    expect(report).toMatchObject({ manifests: 1 })
    expect(held(to).images.has(late.digest)).toBe(true)
  })

  test('a signature by its tag that is there already is not put again, as an immutable repository would refuse', async () => {
    const image = await seedImage(registries, from, ['app'])
    await seedImage(registries, from, ['cosign'], { tag: `${image.digest.replace(':', '-')}.sig` })
    await copyImage(source, target, image.digest, { referrers: true })
    held(to).mutability = 'IMMUTABLE'
    registries.ecr.service.recorder.clear()
    await copyImage(source, target, image.digest, { referrers: true })
    expect(sent(to.region).filter((line) => line.startsWith('PUT'))).toEqual([])
  })

  test('an image that nothing refers to is put once, under its tag, when that is known', async () => {
    const child = await seedImage(registries, from, ['alone'])
    const index = await seedIndex(registries, from, [child.descriptor])
    const { tagged } = await copyImage(source, target, index.digest, { referrers: true, tag: 'v1' })
    expect(tagged).toBe(true)
    expect([...held(to).tags]).toEqual([['v1', index.digest]])
    const manifests = sent(to.region).filter((line) => line.startsWith('PUT manifests/'))
    expect(manifests).toEqual([`PUT manifests/${child.digest}`, 'PUT manifests/v1'])
    const all = registries.ecr.requests.map(({ method, path }) => `${method} ${path}`)
    const asked = all.findLastIndex(
      (line) => line.includes('/referrers/') || line.includes('/manifests/sha256-'),
    )
    expect(asked).toBeGreaterThan(0)
    expect(asked).toBeLessThan(all.findIndex((line) => line.endsWith('/manifests/v1')))
  })

  test.each([
    ['the image', (child: string, index: string) => [child, index]],
    ['a platform of it', (child: string) => [child, child]],
  ])('if something refers to %s, the tag is the last that is put', async (_, choose) => {
    const child = await seedImage(registries, from, ['signed'])
    const index = await seedIndex(registries, from, [child.descriptor])
    const [, digest = ''] = choose(child.digest, index.digest)
    const tag = `${digest.replace(':', '-')}.sig`
    const signature = await seedImage(registries, from, ['cosign'], { tag })
    await copyImage(source, target, index.digest, { referrers: true, tag: 'v1' })
    const manifests = sent(to.region).filter((line) => line.startsWith('PUT manifests/'))
    expect(manifests).toEqual(
      [child.digest, index.digest, signature.digest, tag, 'v1'].map((name) => `PUT manifests/${name}`),
    )
  })

  test('a copy that fails ends when nothing is asked any more', async () => {
    const image = await seedImage(registries, from, ['app'])
    registries.ecr.faults.order({
      match: { side: 'registry', operation: 'InitiateLayerUpload' },
      times: 99,
      effect: { kind: 'deny' },
    })
    await expect(copyImage(source, target, image.digest, { referrers: true })).rejects.toThrow(
      'ecr:InitiateLayerUpload',
    )
    const before = registries.ecr.requests.length
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(registries.ecr.requests.length).toBe(before)
    expect(sent(from.region).filter((line) => line.includes('referrers'))).toHaveLength(1)
  })

  test('without being asked for they stay', async () => {
    const image = await seedImage(registries, from, ['app'])
    await seedImage(registries, from, ['signature'], { subject: image.descriptor })
    await copyImage(source, target, image.digest)
    expect([...held(to).images.keys()]).toEqual([image.digest])
  })

  test('a tag that makes an image its own signature ends', async () => {
    const image = await seedImage(registries, from, ['app'])
    held(from).tags.set(image.digest.replace(':', '-'), image.digest)
    await copyImage(source, target, image.digest, { referrers: true })
    expect([...held(to).images.keys()]).toEqual([image.digest])
  })

  test.each([
    [8, null],
    [9, 'has more than 8 referrers, one beside the other'],
  ])('%i referrers of referrers are copied, or told', async (height, refused) => {
    let subject = (await seedImage(registries, from, ['app'])).descriptor
    const { digest } = subject
    for (let at = 0; at < height; at++) {
      subject = (await seedImage(registries, from, [`${at}`], { subject })).descriptor
    }
    const copy = copyImage(source, target, digest, { referrers: true })
    if (refused === null) {
      await copy
      expect(held(to).images.size).toBe(height + 1)
    } else await expect(copy).rejects.toThrow(refused)
  })

  test('a list that may not be read is an error: signatures are not lost silently', async () => {
    const image = await seedImage(registries, from, ['app'])
    registries.ecr.faults.order({ match: { operation: 'ListImageReferrers' }, effect: { kind: 'deny' } })
    await expect(copyImage(source, target, image.digest, { referrers: true })).rejects.toThrow(
      'is not authorized to perform: ecr:ListImageReferrers',
    )
  })
})

test('a failure ends the copy when what runs has ended, and puts no manifest', async () => {
  const image = await seedImage(registries, from, [...'abcdefghijklmnopqrstuvwx'])
  registries.ecr.faults.order({
    match: { side: 'registry', operation: 'CompleteLayerUpload' },
    times: 99,
    effect: { kind: 'deny' },
  })
  await expect(copyImage(source, target, image.digest)).rejects.toThrow('ecr:CompleteLayerUpload')
  const before = registries.ecr.requests.length
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(registries.ecr.requests.length).toBe(before)
  expect(held(to).images.size).toBe(0)
  // What waited behind the first failures was not begun.
  expect(sent(to.region).filter((line) => line.startsWith('POST')).length).toBeLessThan(25)
})

describe('tags', () => {
  test('an immutable repository that has the tag at this very image is no error; at another it is', async () => {
    const image = await seedImage(registries, to, ['app'], { tag: 'v1' })
    const other = await seedImage(registries, to, ['other'], { tag: 'v2' })
    held(to).mutability = 'IMMUTABLE'
    const manifest = await target.registry.manifest(target.repository, image.digest)
    await putTags(target, manifest, ['v1', 'v3'])
    await expect(putTags(target, manifest, ['v2'])).rejects.toThrow('TAG_INVALID')
    expect(Object.fromEntries(held(to).tags)).toEqual({
      v1: image.digest,
      v2: other.digest,
      v3: image.digest,
    })
  })
})
