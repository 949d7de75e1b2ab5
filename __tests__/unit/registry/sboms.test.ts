import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { digestOf } from '../../../src/oci/types.ts'
import { OciLayout } from '../../../src/registry/oci-layout.ts'
import { splitImage } from '../../../src/registry/sboms.ts'
import { lowerLimits } from '../../support/limits.ts'

// What BuildKit leaves of an image with attestations, and what is not as it leaves it.

const INDEX = 'application/vnd.oci.image.index.v1+json'
const IMAGE = 'application/vnd.oci.image.manifest.v1+json'
const SPDX = { spdxVersion: 'SPDX-2.3', SPDXID: 'SPDXRef-DOCUMENT' }

let folder: string
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'sboms-'))
  mkdirSync(path.join(folder, 'blobs', 'sha256'), { recursive: true })
})
afterEach(() => rmSync(folder, { recursive: true }))

function put(content: unknown, mediaType: string) {
  const bytes = Buffer.from(typeof content === 'string' ? content : JSON.stringify(content))
  const digest = digestOf(bytes)
  writeFileSync(path.join(folder, 'blobs', 'sha256', digest.slice(7)), bytes)
  return { mediaType, digest, size: bytes.length }
}

function image(architecture: string) {
  const config = put({ os: 'linux', architecture }, 'application/vnd.oci.image.config.v1+json')
  const manifest = { schemaVersion: 2, mediaType: IMAGE, config, layers: [] }
  return { ...put(manifest, IMAGE), platform: { os: 'linux', architecture } }
}

/** An attestation of an image: a layer for each statement. */
function attestation(of: string, statements: readonly (readonly [type: string, content: unknown])[]) {
  const layers = statements.map(([type, content]) => ({
    ...put(content, 'application/vnd.in-toto+json'),
    annotations: { 'in-toto.io/predicate-type': type },
  }))
  return {
    ...put({ schemaVersion: 2, mediaType: IMAGE, config: put({}, 'x/y'), layers }, IMAGE),
    platform: { os: 'unknown', architecture: 'unknown' },
    annotations: { 'vnd.docker.reference.type': 'attestation-manifest', 'vnd.docker.reference.digest': of },
  }
}

const sbom = (content: unknown) =>
  ['https://spdx.dev/Document', { _type: 'https://in-toto.io/Statement/v0.1', predicate: content }] as const
const provenance = ['https://slsa.dev/provenance/v1', { predicate: { buildType: 'x' } }] as const
const index = (...manifests: unknown[]) =>
  put({ schemaVersion: 2, mediaType: INDEX, manifests }, INDEX).digest
const split = (digest: string) => splitImage({ registry: new OciLayout(folder), repository: '' }, digest)

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

  test('a plain image', async () => {
    const { digest } = image('amd64')
    await expect(split(digest)).rejects.toThrow(
      `${digest} has no SBOM of BuildKit's, so that none can be signed.`,
    )
  })

  test.each([
    ['no JSON', 'text'],
    ['no object', []],
    ['without a predicate', { _type: 'https://in-toto.io/Statement/v0.1' }],
  ])('a statement that is %s', async (_, content) => {
    const amd64 = image('amd64')
    const digest = index(amd64, attestation(amd64.digest, [['https://spdx.dev/Document', content]]))
    await expect(split(digest)).rejects.toThrow(/^the SBOM sha256:\w+ in sha256:\w+ is no statement$/)
  })

  test('one of a size that none has', async () => {
    lowerLimits({ sbomBytes: 1000 })
    const amd64 = image('amd64')
    const large = { ...SPDX, comment: 'x'.repeat(2000) }
    await expect(split(index(amd64, attestation(amd64.digest, [sbom(large)])))).rejects.toThrow(
      'a response of more than 1000 bytes',
    )
  })
})
