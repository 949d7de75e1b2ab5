import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { type Sigstore, startSigstore } from '../../dev/sigstore/services.ts'
import { callerOf, digestOf, invoke } from '../../local-ecr/index.ts'
import { readMergeInputs } from '../../src/actions/merge/inputs.ts'
import { merge } from '../../src/actions/merge/run.ts'
import type { AttestInputs } from '../../src/inputs/attest.ts'
import { BuildKitLayout, sbomStatement } from '../support/buildkit-layout.ts'
import { Flow } from '../support/flow.ts'
import { putManifest } from '../support/flow-images.ts'
import { signingJob } from '../support/sigstore/signing-job.ts'

// BuildKit's SBOMs, of a build and of what merge is given: signed beside each platform's image, or refused before
// anything has a name.

jest.setTimeout(60_000)

let sigstore: Sigstore
let flow: Flow
let layout: BuildKitLayout
beforeAll(async () => {
  sigstore = await startSigstore()
})
afterAll(() => sigstore.stop())
beforeEach(() => {
  flow = new Flow()
  layout = new BuildKitLayout()
  work()
})
afterEach(() => {
  layout.remove()
  sigstore.requests.length = 0
})

const ATTEST = (): AttestInputs => ({
  what: ['provenance', 'sbom'],
  sbom: { from: 'build' },
  sigstore: 'custom',
  signingConfig: { path: 'signing_config.json', text: sigstore.signingConfig({ log: 1, timestamps: false }) },
  trustedRoot: { path: 'trusted_root.json', text: sigstore.trustedRoot },
})
const SPDX = { spdxVersion: 'SPDX-2.3', SPDXID: 'SPDXRef-DOCUMENT' }
const DEEP = JSON.parse(`${'['.repeat(600)}${']'.repeat(600)}`)

/** A job of an attempt, whose docker leaves an index in a folder. */
function work(attempt = '1', digest = ''): void {
  flow.alter = (world) => ({
    ...world,
    job: signingJob({ claims: { run_attempt: attempt } }),
    docker: {
      ...world.docker,
      build: async () => ({ digest, imageId: digest, layout: layout.folder, metadata: {} }),
    },
  })
}

/** An index of platforms with an SBOM each, as BuildKit leaves it. */
function built(sboms: Readonly<Record<string, unknown>>): string {
  const images = Object.keys(sboms).map((architecture) => layout.image(architecture))
  const attestations = images.map(({ digest, platform }) =>
    layout.attestation(digest, [sbomStatement(sboms[platform.architecture])]),
  )
  return layout.index(...images, ...attestations)
}

const pushed = (digest: string, attempt?: string) => {
  work(attempt, digest)
  return flow.run({ attest: ATTEST() })
}

/** The same index as a part for merge, pushed by its digest. */
async function asPart(digest: string): Promise<string> {
  if (flow.store.get(flow.place).images.has(digest)) return digest
  const { OciLayout } = await import('../../src/registry/oci-layout.ts')
  const from = new OciLayout(layout.folder)
  const read = async (of: string) => JSON.parse(Buffer.from((await from.manifest('', of)).bytes).toString())
  const index = await read(digest)
  for (const { digest: one } of index.manifests) {
    const manifest = await read(one)
    for (const blob of [manifest.config, ...manifest.layers]) {
      const parts: Buffer[] = []
      for await (const part of await from.openBlob('', blob)) parts.push(part as Buffer)
      await flow.store.backend.putBlob(flow.place, digestOf(Buffer.concat(parts)), Buffer.concat(parts))
    }
    await putManifest(flow, 'app', manifest)
  }
  return (await putManifest(flow, 'app', index)).digest
}

async function merged(digests: readonly string[], attempt?: string): Promise<void> {
  work(attempt)
  const given: Record<string, string> = {
    'aws-region': flow.caller.region,
    repository: 'app',
    digests: digests.join('\n'),
    tags: 'v1',
  }
  const read = readMergeInputs({ get: (name) => given[name] ?? '', env: {}, cwd: '/' })
  await flow.within((world) => merge({ ...read, attest: ATTEST() }, world))
}

async function listed(digest: string) {
  const { referrers } = (await invoke(flow.store, callerOf(), 'ListImageReferrers', {
    repositoryName: 'app',
    subjectId: { imageDigest: digest },
  })) as { referrers: { digest: string }[] }
  return referrers.map((one) => one.digest)
}

const attestations = (): { subject: string; referrer: string }[] =>
  JSON.parse(flow.outputs['attestations'] as string)
const signed = () => sigstore.requests.filter((line) => line.startsWith('fulcio')).length

describe('two platforms: provenance of the index, and an SBOM beside each image', () => {
  const create = () => invoke(flow.store, flow.caller, 'CreateRepository', { repositoryName: 'app' })
  const two = () => built({ amd64: SPDX, arm64: { ...SPDX, name: 'arm64' } })
  const ways: [string, (attempt: string) => Promise<void>][] = [
    ['of a build', (attempt) => pushed(two(), attempt)],
    ['of merge', async (attempt) => merged([await asPart(two())], attempt)],
  ]

  test.each(ways)('%s: a rerun adds nothing to any of the three', async (_, run) => {
    await create()
    await run('1')
    const before = attestations()
    const subjects = before.map(({ subject }) => subject)
    expect(new Set(subjects).size).toBe(3)
    expect(signed()).toBe(3)
    await run('2')
    expect(attestations()).toEqual(before)
    expect(signed()).toBe(3)
    for (const { subject, referrer } of before) expect(await listed(subject)).toEqual([referrer])
    expect(flow.outputs['attested']).toBe('true')
  })

  test.each(ways)('%s: a rerun puts what is missing beside the one image that lacks it', async (_, run) => {
    await create()
    await run('1')
    const before = attestations()
    const gone = before.at(-1)
    flow.store.get(flow.place).images.delete(gone?.referrer as string)
    await run('2')
    expect(signed()).toBe(4)
    expect(attestations().slice(0, -1)).toEqual(before.slice(0, -1))
    expect(attestations().at(-1)?.subject).toBe(gone?.subject)
    expect(await listed(gone?.subject as string)).toEqual([attestations().at(-1)?.referrer])
  })
})

describe('an SBOM that cannot be signed is refused before anything has a name', () => {
  const cases: [string, unknown, string][] = [
    ['too deeply nested', { ...SPDX, packages: DEEP }, 'is nested deeper than 500 levels'],
    ['of SPDX 3', { '@context': 'x', '@graph': [] }, 'is neither SPDX 2 nor CycloneDX'],
    ['no document', null, 'is no statement of in-toto with a document in it'],
  ]
  const said = /^The SBOM that BuildKit made of sha256:\w+ /

  test.each(cases)('of a build: %s', async (_, content, why) => {
    const digest = built({ amd64: SPDX, arm64: content })
    await expect(pushed(digest)).rejects.toThrow(said)
    await expect(pushed(digest)).rejects.toThrow(why)
    expect([...flow.store.get(flow.place).images.keys()]).toEqual([])
    expect(flow.outputs).toMatchObject({ pushed: 'false', attested: 'false' })
    expect(sigstore.requests).toEqual([])
  })

  test.each(cases)('of merge: %s', async (_, content, why) => {
    await invoke(flow.store, flow.caller, 'CreateRepository', { repositoryName: 'app' })
    const parts = [await asPart(built({ amd64: SPDX })), await asPart(built({ arm64: content }))]
    const before = [...flow.store.get(flow.place).images.keys()]
    await expect(merged(parts)).rejects.toThrow(said)
    await expect(merged(parts)).rejects.toThrow(why)
    expect([...flow.store.get(flow.place).images.keys()]).toEqual(before)
    expect([...flow.store.get(flow.place).tags.keys()]).toEqual([])
    expect(flow.outputs).toMatchObject({ pushed: 'false', attested: 'false' })
    expect(sigstore.requests).toEqual([])
  })
})
