import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { attachArtifactToImage } from '@sigstore/oci'
import { callerOf, invoke } from '../../../local-ecr/index.ts'
import { OCI_IMAGE } from '../../../src/oci/media-types.ts'
import { type Descriptor, digestOf } from '../../../src/oci/types.ts'
import type { Registry } from '../../../src/registry/client.ts'
import type { RemoteRepository } from '../../../src/registry/copy.ts'
import { RegistryError } from '../../../src/registry/errors.ts'
import { ReadingBudget } from '../../../src/sigstore/reading-budget.ts'
import {
  BUNDLE_TYPE,
  bundlesBeside,
  type FoundReferrer,
  pushReferrer,
  referrerManifest,
} from '../../../src/sigstore/referrer.ts'
import { lowerLimits } from '../../support/limits.ts'
import { openRegistries, type Registries, seedImage } from '../../support/registries.ts'

const where = { account: '123456789012', region: 'ap-northeast-2' }
const TYPE = 'https://slsa.dev/provenance/v1'
const bundle = Buffer.from(JSON.stringify({ mediaType: BUNDLE_TYPE, dsseEnvelope: {} }))
const CREATED = new Date('2026-01-02T03:04:05.678Z')

let registries: Registries
beforeAll(async () => {
  registries = await openRegistries()
})
afterAll(() => registries.stop())

async function seeded(repository: string) {
  const place = await registries.place(repository)
  const { descriptor } = await seedImage(registries, { ...where, repository }, [`layer of ${repository}`])
  return { place, subject: descriptor }
}

const textOf = async ({ registry, repository }: RemoteRepository, digest: string) =>
  Buffer.from((await registry.manifest(repository, digest)).bytes).toString('utf8')

/** The bundles of provenance beside an image. */
async function found(place: RemoteRepository, digest: string) {
  const budget = new ReadingBudget({ debug: () => undefined, log: () => undefined })
  const all: FoundReferrer[] = []
  for await (const one of bundlesBeside(place, digest, TYPE, budget)) all.push(one)
  return all
}

/** The same registry, with another list of referrers. */
const listing = (registry: Registry, listed: Descriptor[] | null): Registry =>
  new Proxy(registry, {
    get(target, name) {
      if (name === 'referrers') return async () => listed
      const member: unknown = Reflect.get(target, name, target)
      return typeof member === 'function' ? member.bind(target) : member
    },
  })

test('the manifest is that of @sigstore/oci, byte for byte but for the time', async () => {
  const { place, subject } = await seeded('theirs')
  const host = registries.ecr.registryHost(where.account, where.region)
  const { password } = registries.ecr.store.issueToken(callerOf(where.account, where.region))
  const theirs = await attachArtifactToImage({
    credentials: { username: 'AWS', password },
    imageName: `${host}/theirs`,
    imageDigest: subject.digest,
    artifact: bundle,
    mediaType: BUNDLE_TYPE,
    annotations: {
      'dev.sigstore.bundle.content': 'dsse-envelope',
      'dev.sigstore.bundle.predicateType': TYPE,
    },
  })
  const pushed = await textOf(place, theirs.digest)
  const created = JSON.parse(pushed).annotations['org.opencontainers.image.created']
  const ours = referrerManifest({ bundle, predicateType: TYPE }, subject, new Date(created))
  expect(ours.bytes.toString()).toBe(pushed)
  expect(ours.digest).toBe(theirs.digest)
})

describe('a bundle beside an image', () => {
  test('is pushed, listed, and read back', async () => {
    const { place, subject } = await seeded('pushed')
    expect(await found(place, subject.digest)).toEqual([])
    const digest = await pushReferrer(place, subject, { bundle, predicateType: TYPE }, CREATED)
    const other = await pushReferrer(
      place,
      subject,
      { bundle: Buffer.from('{"other":1}'), predicateType: 'https://spdx.dev/Document/v2.3' },
      CREATED,
    )
    expect(other).not.toBe(digest)
    expect(await found(place, subject.digest)).toEqual([{ digest, bundle }])
    // Pushed once more, it is the same.
    expect(await pushReferrer(place, subject, { bundle, predicateType: TYPE }, CREATED)).toBe(digest)
    expect(await found(place, subject.digest)).toHaveLength(1)
  })

  test('has no tag, so that an immutable repository takes two of them', async () => {
    const { place, subject } = await seeded('immutable')
    await invoke(registries.ecr.store, callerOf(where.account, where.region), 'PutImageTagMutability', {
      repositoryName: 'immutable',
      imageTagMutability: 'IMMUTABLE',
    })
    for (const text of ['{"a":1}', '{"b":2}']) {
      await pushReferrer(place, subject, { bundle: Buffer.from(text), predicateType: TYPE }, CREATED)
    }
    expect(await found(place, subject.digest)).toHaveLength(2)
    expect(await place.registry.head('immutable', subject.digest.replace(':', '-'))).toBeNull()
  })

  test('is an error if the registry does not list it in time', async () => {
    lowerLimits({ referrerListedMs: 50 })
    const { place, subject } = await seeded('unlisted')
    const registry = listing(place.registry, [])
    const error = await pushReferrer(
      { ...place, registry },
      subject,
      { bundle, predicateType: TYPE },
      CREATED,
    ).catch((thrown) => thrown)
    expect(error).toBeInstanceOf(RegistryError)
    expect(error.message).toMatch(
      /\/unlisted@sha256:.* has the attestation sha256:.*, and the registry does not list it within 0\.05 s$/,
    )
  })
})

test('what is beside an image and no bundle of this predicate is left out', async () => {
  const { place, subject } = await seeded('others')
  const { registry } = place
  const push = async (content: object) => {
    const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: OCI_IMAGE, subject, ...content }))
    await registry.putManifest('others', digestOf(bytes), {
      bytes,
      digest: digestOf(bytes),
      mediaType: OCI_IMAGE,
    })
    return digestOf(bytes)
  }
  const digest = await pushReferrer(place, subject, { bundle, predicateType: TYPE }, CREATED)
  const { content } = await registry.manifest('others', digest)
  const { config, layers, artifactType } = content
  // A tool that writes no annotations.
  const bare = await push({ artifactType, config, layers })
  await push({ artifactType: 'application/vnd.example', config, layers })
  await push({ artifactType, config, layers: [] })
  await push({ artifactType, config, layers: [config] })
  await push({ artifactType, config, layers, annotations: { 'dev.sigstore.bundle.predicateType': 'x' } })
  const all = await found(place, subject.digest)
  expect(all.map((one) => one.digest).sort()).toEqual([digest, bare].sort())
  // A list that names the referrer of another image.
  const other = await seeded('others-too')
  const strangers = listing(registry, (await registry.referrers('others', subject.digest)) ?? [])
  const image = other.subject.digest
  expect(await found({ ...place, registry: strangers }, image)).toEqual([])
  const listless = listing(registry, null)
  expect(await found({ ...place, registry: listless }, subject.digest)).toEqual([])
})
