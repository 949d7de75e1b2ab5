import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { digestOf } from '../../../src/oci/types.ts'
import { copyImage } from '../../../src/registry/copy.ts'
import { OciLayout } from '../../../src/registry/oci-layout.ts'
import { splitImage } from '../../../src/registry/sboms.ts'
import { ActionError } from '../../../src/shared/errors.ts'
import { BuildKitLayout, type BuildKitStatement, sbomStatement } from '../../support/buildkit-layout.ts'
import { lowerLimits } from '../../support/limits.ts'
import { openRegistries, type Registries } from '../../support/registries.ts'

// What BuildKit leaves of an image with attestations, and what is not as it leaves it.

const INDEX = 'application/vnd.oci.image.index.v1+json'
const SPDX = { spdxVersion: 'SPDX-2.3', SPDXID: 'SPDXRef-DOCUMENT' }

let layout: BuildKitLayout
beforeEach(() => {
  layout = new BuildKitLayout()
})
afterEach(() => layout.remove())

const image = (architecture: string) => layout.image(architecture)
const attestation = (of: string, statements: readonly BuildKitStatement[] | null) =>
  layout.attestation(of, statements)
const index = (...manifests: readonly unknown[]) => layout.index(...manifests)
const sbom = sbomStatement
const provenance: BuildKitStatement = ['https://slsa.dev/provenance/v1', { predicate: { buildType: 'x' } }]
const split = (digest: string) =>
  splitImage({ registry: new OciLayout(layout.folder), repository: '' }, digest)

describe('an SBOM in a registry', () => {
  let registries: Registries
  beforeAll(async () => {
    registries = await openRegistries()
  })
  afterAll(() => registries.stop())

  test.each([
    ['503', { kind: 'status', status: 503 }],
    ['a connection that is lost', { kind: 'drop', when: 'in the answer' }],
  ] as const)('%s costs one attempt', async (_, effect) => {
    const amd64 = image('amd64')
    const digest = index(amd64, attestation(amd64.digest, [sbom(SPDX)]))
    const place = await registries.place('with-sboms')
    const from = { registry: new OciLayout(layout.folder), repository: '' }
    await copyImage(from, place, digest)
    registries.ecr.faults.order({ match: { side: 'registry', method: 'GET', path: '/blobs/' }, effect })
    expect((await splitImage(place, digest)).sboms).toEqual([{ image: amd64.digest, content: SPDX }])
  })
})

describe('an image with SBOMs', () => {
  test('of one platform is that platform’s image', async () => {
    const amd64 = image('amd64')
    const digest = index(amd64, attestation(amd64.digest, [provenance, sbom(SPDX)]))
    expect(await split(digest)).toEqual({
      digest: amd64.digest,
      images: [amd64],
      index: null,
      sboms: [{ image: amd64.digest, content: SPDX }],
    })
  })

  test('of two platforms is an index of nothing else, and each has its own', async () => {
    const [amd64, arm64] = [image('amd64'), image('arm64')]
    const [one, two] = [SPDX, { ...SPDX, name: 'arm64' }]
    const digest = index(
      amd64,
      arm64,
      attestation(arm64.digest, [sbom(two)]),
      attestation(amd64.digest, [sbom(one)]),
    )
    const found = await split(digest)
    expect(JSON.parse(Buffer.from(found.index?.bytes ?? []).toString('utf8'))).toEqual({
      schemaVersion: 2,
      mediaType: INDEX,
      manifests: [amd64, arm64],
    })
    expect(found.digest).toBe(digestOf(found.index?.bytes ?? Buffer.alloc(0)))
    expect(found.sboms).toEqual([
      { image: amd64.digest, content: one },
      { image: arm64.digest, content: two },
    ])
  })

  test('that was scanned in several stages has several', async () => {
    const amd64 = image('amd64')
    const base = { ...SPDX, name: 'base' }
    const { sboms } = await split(index(amd64, attestation(amd64.digest, [sbom(SPDX), sbom(base)])))
    expect(sboms.map(({ content }) => content)).toEqual([SPDX, base])
  })
})

describe('is refused', () => {
  test('an image of which one platform has none', async () => {
    const [amd64, arm64] = [image('amd64'), image('arm64')]
    const digest = index(
      amd64,
      arm64,
      attestation(amd64.digest, [sbom(SPDX)]),
      attestation(arm64.digest, [provenance]),
    )
    await expect(split(digest)).rejects.toThrow(
      `${digest} has no SBOM of BuildKit's for ${arm64.digest}, so that none can be signed.`,
    )
  })

  // As BuildKit leaves it of a scanner that writes nothing.
  test('an image with an attestation in which there is nothing', async () => {
    const amd64 = image('amd64')
    const digest = index(amd64, attestation(amd64.digest, null))
    await expect(split(digest)).rejects.toMatchObject({
      message: `${digest} has no SBOM of BuildKit's for ${amd64.digest}, so that none can be signed.`,
      remedy: expect.stringContaining('look at the scanner that sbom: generator=… names'),
    })
  })

  test('a plain image', async () => {
    const { digest } = image('amd64')
    await expect(split(digest)).rejects.toThrow(
      `${digest} has no SBOM of BuildKit's, so that none can be signed.`,
    )
  })

  const deep = (levels: number) =>
    `{"predicate":{"spdxVersion":"SPDX-2.3","packages":${'['.repeat(levels)}${']'.repeat(levels)}}}`
  test.each([
    ['no JSON', 'text', 'is not valid JSON (Unexpected token'],
    ['empty', '', 'is not valid JSON (Unexpected end'],
    ['no object', [], 'is no statement of in-toto with a document in it'],
    ['without a predicate', { _type: 'https://in-toto.io/Statement/v0.1' }, 'is no statement of in-toto'],
    ['about a list', { predicate: [] }, 'is no statement of in-toto'],
    ['one level too deep', deep(500), 'is nested deeper than 500 levels'],
    ['without an end of its levels', `{"predicate":{"packages":${'['.repeat(3_000_000)}`, 'is nested deeper'],
  ])('a statement that is %s, with the scanner as the place to look at', async (_, content, said) => {
    const amd64 = image('amd64')
    const digest = index(amd64, attestation(amd64.digest, [['https://spdx.dev/Document', content]]))
    const failure = await split(digest).then(
      () => null,
      (error: unknown) => error,
    )
    expect(failure).toBeInstanceOf(ActionError)
    const { message, remedy } = failure as ActionError
    expect(message).toContain(`The SBOM that BuildKit made of ${amd64.digest} ${said}`)
    expect(message).toMatch(/, so that it cannot be signed\.$/)
    expect(remedy).toBe('look at the scanner that sbom: generator=… names, or give an SBOM as sbom-file.')
  })

  test('none that is as deep as it may be', async () => {
    const amd64 = image('amd64')
    const digest = index(amd64, attestation(amd64.digest, [['https://spdx.dev/Document', deep(499)]]))
    expect((await split(digest)).sboms).toHaveLength(1)
  })

  test('one of a size that none has, before it is read', async () => {
    lowerLimits({ sbomBytes: 1000 })
    const amd64 = image('amd64')
    const large = { ...SPDX, comment: 'x'.repeat(2000) }
    await expect(split(index(amd64, attestation(amd64.digest, [sbom(large)])))).rejects.toThrow(
      `The SBOM that BuildKit made of ${amd64.digest} has more than 1000 bytes, so that it cannot be signed.`,
    )
  })
})
