import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { type Sigstore, startSigstore } from '../../dev/sigstore/services.ts'
import { invoke } from '../../local-ecr/index.ts'
import type { AttestInputs } from '../../src/inputs/attest.ts'
import type { Inputs } from '../../src/inputs/index.ts'
import { readEventContext } from '../../src/metadata/index.ts'
import { OCI_IMAGE } from '../../src/oci/media-types.ts'
import { digestOf } from '../../src/oci/types.ts'
import { PROVENANCE_TYPE } from '../../src/sigstore/provenance.ts'
import { BUNDLE_TYPE } from '../../src/sigstore/referrer.ts'
import { Flow } from '../support/flow.ts'
import { lowerLimits } from '../support/limits.ts'
import { type RecordedJob, signingJob } from '../support/sigstore/signing-job.ts'

jest.setTimeout(60_000)

let sigstore: Sigstore
let flow: Flow
let job: RecordedJob
beforeAll(async () => {
  sigstore = await startSigstore()
})
afterAll(() => sigstore.stop())
beforeEach(() => {
  flow = new Flow()
  job = signingJob()
  flow.alter = (world) => ({
    ...world,
    job,
    github: { ...world.github, event: async () => readEventContext({}, {}, new Date()) },
  })
  sigstore.requests.length = 0
})

const provenance = (): AttestInputs => ({
  what: ['provenance'],
  sbom: null,
  sigstore: 'custom',
  signingConfig: {
    path: 'signing_config.json',
    text: sigstore.signingConfig({ log: 1, timestamps: false }),
  },
  trustedRoot: { path: 'trusted_root.json', text: sigstore.trustedRoot },
})
const attested = (change: Partial<Inputs> = {}) => flow.run({ attest: provenance(), ...change })
const signedTimes = () => sigstore.requests.filter((line) => line.startsWith('fulcio')).length

interface Foreign {
  /** That the referrer says its bundle has. */
  readonly size?: number
  readonly predicateType?: string | null
  readonly blob?: false
  /** Members of its manifest. */
  readonly members?: Readonly<Record<string, unknown>>
}

/** A list in a list, and so on. */
const nested = (levels: number): unknown => JSON.parse(`${'['.repeat(levels)}${']'.repeat(levels)}`)

/** Puts a referrer beside the image that was pushed, as anybody may who may push. */
async function putReferrer(
  layer: Buffer,
  { size, predicateType, blob, members }: Foreign = {},
): Promise<string> {
  const { digest = '' } = flow.outputs
  const image = flow.store.get(flow.place).images.get(digest)
  const empty = Buffer.from('{}')
  await flow.store.backend.putBlob(flow.place, digestOf(empty), empty)
  if (blob !== false) await flow.store.backend.putBlob(flow.place, digestOf(layer), layer)
  const type = predicateType === undefined ? PROVENANCE_TYPE : predicateType
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: OCI_IMAGE,
    artifactType: BUNDLE_TYPE,
    config: { mediaType: 'application/vnd.oci.empty.v1+json', digest: digestOf(empty), size: 2 },
    layers: [{ mediaType: BUNDLE_TYPE, digest: digestOf(layer), size: size ?? layer.length }],
    subject: { mediaType: image?.mediaType, digest, size: image?.bytes.length },
    ...(type === null ? {} : { annotations: { 'dev.sigstore.bundle.predicateType': type } }),
    ...members,
  })
  const given = { repositoryName: 'app', imageManifest: manifest }
  await invoke(flow.store, flow.caller, 'PutImage', given)
  return digestOf(Buffer.from(manifest))
}

describe('a referrer of somebody else', () => {
  test.each<[string, string, Foreign]>([
    ['says too small a size', '{"a":1}          ', { size: 3 }],
    ['says too large a size', '{"b":1}', { size: 300 }],
    ['is no JSON', 'hello', {}],
    ['holds null', 'null', {}],
    ['is a bundle of nulls', JSON.stringify({ mediaType: BUNDLE_TYPE, verificationMaterial: null }), {}],
    ['is larger than any provenance', JSON.stringify(' '.repeat(1 << 20)), {}],
    ['is nested without an end', '['.repeat(1 << 20), {}],
    ['has a manifest larger than any of a bundle', '{"d":1}', { members: { x: ' '.repeat(70_000) } }],
    ['has a manifest that is nested without an end', '{"e":1}', { members: { x: nested(2000) } }],
    ['says no predicate type', '{"c":1}', { predicateType: null }],
  ])('%s: it is passed over with a line, at once', async (_, text, foreign) => {
    await flow.run()
    const digest = await putReferrer(Buffer.from(text), foreign)
    const isTold = (line: string) => line.startsWith(`The referrer ${digest} of `)
    await attested()
    const own = flow.outputs['attestations']
    expect(flow.outputs['attested']).toBe('true')
    expect(flow.debug.filter(isTold)).toHaveLength(1)
    await attested({ ifImageExists: 'skip' })
    expect(flow.outputs).toMatchObject({ attested: 'true', attestations: own })
    expect(flow.log.filter((line) => /attempt/.test(line))).toEqual([])
    expect(signedTimes()).toBe(1)
  })

  test('whose blob is gone does not keep the image from being signed', async () => {
    await flow.run()
    const bundle = Buffer.from('{"gone":1}')
    await putReferrer(bundle)
    flow.service.faults.order({
      match: { side: 'registry', method: 'GET', path: `/blobs/${digestOf(bundle)}` },
      times: Number.POSITIVE_INFINITY,
      effect: { kind: 'status', status: 404 },
    })
    await attested()
    expect(flow.outputs['attested']).toBe('true')
    expect(signedTimes()).toBe(1)
  })

  test.each([401, 403, 500])(
    'cannot be read because the registry fails (%d): that is an error',
    async (status) => {
      await flow.run()
      const bundle = Buffer.from('{"kept":1}')
      await putReferrer(bundle)
      flow.service.faults.order({
        match: { side: 'registry', method: 'GET', path: `/blobs/${digestOf(bundle)}` },
        times: Number.POSITIVE_INFINITY,
        effect: { kind: 'status', status },
      })
      expect(await flow.failure({ attest: provenance() })).toContain(`${status}`)
      expect(flow.outputs['attested']).toBe('false')
      expect(signedTimes()).toBe(0)
    },
  )
})

describe('what all referrers cost', () => {
  const reads = (of = '/') =>
    flow.service.recorder.requests.filter(
      ({ side, method, path }) => side === 'registry' && method === 'GET' && path?.includes(of),
    ).length

  test('those of another type by the list are not read', async () => {
    await flow.run()
    const other = await putReferrer(Buffer.from('{"other":1}'), { predicateType: 'https://example.com/x' })
    await attested()
    expect(reads(other)).toBe(0)
  })

  test.each<[string, Record<string, unknown>, number]>([
    ['larger than any of a bundle', { x: ' '.repeat(70_000) }, 0],
    ['nested without an end', { x: nested(2000) }, 1],
  ])('of one whose manifest is %s, nothing more is read', async (_, members, times) => {
    await flow.run()
    const bundle = Buffer.from('{"never":1}')
    const referrer = await putReferrer(bundle, { members })
    await attested()
    expect(flow.outputs['attested']).toBe('true')
    expect([reads(referrer), reads(digestOf(bundle))]).toEqual([times, 0])
  })

  test('what is beyond the budget is passed over, one line says so, and the image is signed for', async () => {
    lowerLimits({ bundlesBytes: 4096 })
    await flow.run()
    const blobs = await Promise.all(
      [...Array(5).keys()].map(async (at) => {
        const layer = Buffer.from(JSON.stringify(`${at}`.repeat(1500)))
        await putReferrer(layer)
        return digestOf(layer)
      }),
    )
    await attested()
    expect(flow.outputs['attested']).toBe('true')
    expect(blobs.filter((digest) => reads(digest) > 0).length).toBeLessThan(3)
    expect(flow.log.filter((line) => line.startsWith('The attestations beside the image have more'))).toEqual(
      [
        'The attestations beside the image have more than the 0.00390625 MiB that are read of them: not all were looked at',
      ],
    )
  })
})
