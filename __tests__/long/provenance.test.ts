import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { parse } from 'yaml'
import { type Sigstore, startSigstore } from '../../dev/sigstore/services.ts'
import { digestOf, invoke } from '../../local-ecr/index.ts'
import { readMergeInputs } from '../../src/actions/merge/inputs.ts'
import { merge } from '../../src/actions/merge/run.ts'
import { readPromoteInputs } from '../../src/actions/promote/inputs.ts'
import { promote } from '../../src/actions/promote/run.ts'
import { readVerifyInputs } from '../../src/actions/verify/inputs.ts'
import { verify } from '../../src/actions/verify/run.ts'
import type { AnyFacts, FailedFacts, SummaryFacts } from '../../src/report/facts.ts'
import { renderSummary } from '../../src/report/summary.ts'
import { ActionError, explain } from '../../src/shared/errors.ts'
import { requirementOf } from '../support/builder.ts'
import { Flow } from '../support/flow.ts'
import { putImage, putManifest } from '../support/flow-images.ts'
import { lowerLimits } from '../support/limits.ts'
import { shareRepository } from '../support/shared-repository.ts'
import { JOB_WITHOUT_TOKEN } from '../support/signing-job.ts'
import { putBeside } from '../support/sigstore/beside.ts'
import { BUNDLES, changed, provenanceBundle, REQUIRED } from '../support/sigstore/bundles.ts'
import { JOB } from '../support/sigstore/job.ts'
import { signingJob } from '../support/sigstore/signing-job.ts'
import { type Job, readWorkflow } from '../support/workflows.ts'

// require-provenance on promote and merge, and the action verify, over the local ECR. The repository of the run is
// octo-org/demo; its provenance is signed by octo-org/shared/.github/workflows/push.yml at the tag v1.

jest.setTimeout(60_000)

const HOST = '123456789012.dkr.ecr.ap-northeast-2.amazonaws.com'
const AMD64 = { os: 'linux', architecture: 'amd64' }
const ARM64 = { os: 'linux', architecture: 'arm64' }

let sigstore: Sigstore
let workspace = ''
beforeAll(async () => {
  sigstore = await startSigstore()
  workspace = mkdtempSync(path.join(tmpdir(), 'provenance-'))
  writeFileSync(path.join(workspace, 'trusted_root.json'), sigstore.trustedRoot)
  writeFileSync(
    path.join(workspace, 'signing_config.json'),
    sigstore.signingConfig({ log: 1, timestamps: false }),
  )
})
afterAll(async () => {
  await sigstore.stop()
  rmSync(workspace, { recursive: true })
})

let flow: Flow
let told: AnyFacts | null
beforeEach(async () => {
  flow = new Flow()
  told = null
  flow.alter = (world) => ({
    ...world,
    summarize: async (facts) => {
      told = facts
    },
  })
  await invoke(flow.store, flow.caller, 'CreateRepository', { repositoryName: 'app' })
})

const OWN = {
  GITHUB_REPOSITORY: 'octo-org/demo',
  GITHUB_REPOSITORY_ID: '1001',
  GITHUB_REPOSITORY_OWNER_ID: '2002',
  GITHUB_SERVER_URL: 'https://github.com',
}
type Given = Readonly<Record<string, string>>
const source = (given: Given, env: Given = OWN) => ({
  get: (name: string) =>
    ({
      'aws-region': 'ap-northeast-2',
      'require-provenance': REQUIRED,
      'sigstore-trusted-root': 'trusted_root.json',
      ...given,
    })[name] ?? '',
  env,
  cwd: workspace,
})

const ACTIONS = {
  promote: (given: Given, env?: Given) =>
    flow.within((world) => promote(readPromoteInputs(source({ tags: 'prod', ...given }, env)), world)),
  merge: (given: Given, env?: Given) =>
    flow.within((world) =>
      merge(readMergeInputs(source({ repository: 'app', tags: 'prod', ...given }, env)), world),
    ),
  verify: (given: Given, env?: Given) =>
    flow.within((world) => verify(readVerifyInputs(source({ repository: 'app', ...given }, env)), world)),
}

async function refusal(work: Promise<void>): Promise<string> {
  try {
    await work
  } catch (error) {
    if (error instanceof ActionError) return explain(error)
    throw error
  }
  throw new Error('it was accepted')
}

const app = () => flow.place
const beside = (digest: string, bundle: Buffer, more: Parameters<typeof putBeside>[4] = {}) =>
  putBeside(flow.store, app(), digest, bundle, more)
const parsed = (name: string) => JSON.parse(flow.outputs[name] as string)
const tags = () => [...flow.store.get(app()).tags.keys()].sort()

/** What was asked of ECR that changes something, in the API or the registry. */
const writes = () =>
  flow.service.recorder.requests
    .filter(({ side, operation, method }) =>
      side === 'api'
        ? !/^(?:Get|Describe|List|BatchGet|BatchCheck)/.test(operation)
        : method !== 'GET' && method !== 'HEAD',
    )
    .map(({ operation }) => operation)

/** An image under the tag `v1`, with nothing beside it. */
const image = async () => (await putImage(flow, 'app', AMD64, { tag: 'v1' })).digest

describe('every kind of bundle', () => {
  test.each(Object.entries(BUNDLES))('%s', async (_, { make, required = REQUIRED, refused, given: more }) => {
    const digest = await image()
    const referrer = await beside(digest, await make(sigstore, digest))
    flow.service.recorder.clear()
    const given = { source: 'v1', repository: 'app', 'require-provenance': required, ...more }
    if (refused === null) {
      await ACTIONS.promote(given)
      expect(flow.store.get(app()).tags.get('prod')).toBe(digest)
      expect(parsed('provenance')).toEqual([
        expect.objectContaining({ subject: digest, referrer, repository: 'octo-org/demo' }),
      ])
      return
    }
    const message = await refusal(ACTIONS.promote(given))
    expect(message).toMatch(refused)
    expect(message).toContain(`${HOST}/app@${digest} has no provenance that is accepted.`)
    expect(message).toContain(`\n- ${referrer}: `)
    // Before anything was named.
    expect(writes()).toEqual([])
    expect(tags()).toEqual(['v1'])
    expect(flow.outputs['provenance']).toBeUndefined()
    expect(flow.outputs['pushed']).toBe('false')
  })

  test('in one place: the good one is found among all others', async () => {
    const digest = await image()
    for (const { make, required, given, refused } of Object.values(BUNDLES)) {
      // What is refused with other inputs is a bundle of another row, or a good one.
      if (refused === null || required !== undefined || given !== undefined) continue
      await beside(digest, await make(sigstore, digest))
    }
    const good = await beside(digest, await provenanceBundle(sigstore, digest))
    await ACTIONS.verify({ image: 'v1' })
    expect(parsed('provenance')).toEqual([expect.objectContaining({ referrer: good })])
  })
})

describe('what is not accepted is told apart', () => {
  test('nothing is beside the image', async () => {
    const digest = await image()
    const message = await refusal(ACTIONS.verify({ image: 'v1' }))
    expect(message).toBe(
      `require-provenance: ${HOST}/app@${digest} has no provenance that is accepted. Required: provenance of octo-org/demo, signed by https://github.com/octo-org/shared/.github/workflows/push.yml@refs/tags/v1.\n- nothing is beside it: nobody has attested it in this repository\nWhat to do: let the run that builds the image attest it (attest: provenance), and take it from where it was attested, or with its attestations (promote copies them). If it is an index whose images are attested one by one, add the line platforms=each to require-provenance.`,
    )
  })

  test('something else is beside it', async () => {
    const digest = await image()
    await putManifest(flow, 'app', {
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      artifactType: 'application/vnd.example',
      config: { mediaType: 'application/vnd.oci.empty.v1+json', ...(await emptyBlob()) },
      layers: [],
      subject: { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest, size: 1 },
    })
    const sbom = await beside(digest, Buffer.from('{}'), { predicateType: 'https://spdx.dev/Document/v2.3' })
    const message = await refusal(ACTIONS.verify({ image: 'v1' }))
    expect(message).toContain(
      `\n- ${sbom}: it says that it is of the predicate type https://spdx.dev/Document/v2.3`,
    )
    expect(message).not.toContain('nothing is beside it')
  })

  test('it is archived', async () => {
    const digest = await image()
    const referrer = await beside(digest, await provenanceBundle(sigstore, digest))
    const held = flow.store.get(app()).images.get(referrer)
    if (held !== undefined) held.status = 'ARCHIVED'
    const message = await refusal(ACTIONS.verify({ image: 'v1' }))
    expect(message).toContain(`\n- ${referrer}: it is archived, and cannot be read\n`)
    expect(message).toMatch(/What to do: restore the attestation in ECR first\.$/)
  })

  test('the image is archived, whether by its tag or its digest', async () => {
    const digest = await image()
    await beside(digest, await provenanceBundle(sigstore, digest))
    const held = flow.store.get(app()).images.get(digest)
    if (held !== undefined) held.status = 'ARCHIVED'
    for (const [named, shown] of [
      ['v1', `:v1 (${digest})`],
      [digest, `@${digest}`],
    ] as const) {
      const message = await refusal(ACTIONS.verify({ image: named }))
      expect(message).toContain(`${HOST}/app${shown} is archived, and cannot be read.`)
      expect(flow.outputs).toEqual(expect.not.objectContaining({ digest: expect.anything() }))
    }
  })

  test('it may be the one that is archived', async () => {
    const digest = await image()
    const referrer = await beside(digest, await provenanceBundle(sigstore, digest))
    await beside(digest, Buffer.from('x'))
    const held = flow.store.get(app()).images.get(referrer)
    if (held !== undefined) held.status = 'ARCHIVED'
    const message = await refusal(ACTIONS.verify({ image: 'v1' }))
    expect(message).toContain(`\n- ${referrer}: it is archived, and cannot be read\n`)
    expect(message).toMatch(/What to do: restore in ECR what is archived, as it may be /)
  })

  test('with platforms=each, its own remedy is not the line that is there', async () => {
    await image()
    const message = await refusal(
      ACTIONS.verify({ image: 'v1', 'require-provenance': `${REQUIRED}\nplatforms=each` }),
    )
    expect(message).toMatch(/What to do: let the run that builds the image attest it .*copies them\)\.$/)
  })

  test('the role may not list it', async () => {
    await image()
    flow.service.faults.order({
      match: { operation: 'ListImageReferrers' },
      times: Number.POSITIVE_INFINITY,
      effect: { kind: 'deny' },
    })
    const message = await refusal(ACTIONS.verify({ image: 'v1' }))
    expect(message).toContain('ecr:ListImageReferrers')
    expect(message).not.toContain('has no provenance')
  })

  test('the role may not read it', async () => {
    const digest = await image()
    const referrer = await beside(digest, await provenanceBundle(sigstore, digest))
    flow.service.faults.order({
      match: { operation: 'GetDownloadUrlForLayer' },
      times: Number.POSITIVE_INFINITY,
      effect: { kind: 'deny' },
    })
    const message = await refusal(ACTIONS.verify({ image: 'v1' }))
    expect(message).toContain('ecr:GetDownloadUrlForLayer')
    expect(message).not.toContain(referrer)
  })

  test.each([
    ['v9', /has no image under the tag v9/],
    [`sha256:${'9'.repeat(64)}`, /has no image sha256:9{64}/],
  ])('there is no image %s', async (given, message) => {
    expect(await refusal(ACTIONS.verify({ image: given }))).toMatch(message)
  })

  test('a referrer of another image is listed beside this one', async () => {
    const digest = await image()
    const other = await putImage(flow, 'app', ARM64)
    const bundle = await provenanceBundle(sigstore, digest)
    const moved = await putBeside(flow.store, app(), digest, bundle, {
      change: (manifest) => ({ ...manifest, subject: other }),
    })
    const held = flow.store.get(app()).images.get(moved) as { subject: string } | undefined
    if (held !== undefined) held.subject = digest
    expect(await refusal(ACTIONS.verify({ image: 'v1' }))).toContain(`${moved}: it has another subject`)
  })

  async function emptyBlob() {
    const { digestOf } = await import('../../local-ecr/index.ts')
    const bytes = Buffer.from('{}')
    await flow.store.backend.putBlob(app(), digestOf(bytes), bytes)
    return { digest: digestOf(bytes), size: bytes.length }
  }
})

describe('what others wrote', () => {
  const HOSTILE = [
    'x',
    '- sha256:good: accepted',
    'What to do: nothing',
    '::add-mask::a',
    '\u001b[31m',
    '\u202e',
  ]
  const BREAKS = ['\n', '\r', '\r\n', '\u0085', '\u2028', '\u2029', '\v', '\f', '\0']

  /** Every place that a text of others comes from, and what is put there. */
  const PLACES: Readonly<Record<string, (digest: string, text: string) => Promise<unknown>>> = {
    'the annotation of a referrer': (digest, text) =>
      beside(digest, Buffer.from('{}'), { predicateType: text }),
    'a signed predicate type': async (digest, text) =>
      beside(digest, await provenanceBundle(sigstore, digest, { predicate: { type: text, content: {} } })),
    'a bundle that is no JSON': (digest, text) => beside(digest, Buffer.from(text)),
    'the version of a bundle': async (digest, text) =>
      beside(
        digest,
        changed(await provenanceBundle(sigstore, digest), (json) => {
          json.mediaType = text
        }),
      ),
    'the index of a log entry': async (digest, text) =>
      beside(
        digest,
        changed(await provenanceBundle(sigstore, digest), (json) => {
          const [entry] = json.verificationMaterial.tlogEntries as { inclusionProof: { logIndex: string } }[]
          if (entry !== undefined) entry.inclusionProof.logIndex = text
        }),
      ),
    'the certificate': async (digest, text) =>
      beside(
        digest,
        await provenanceBundle(sigstore, digest, { claims: { repository: `x/${text.slice(0, 1000)}` } }),
      ),
  }

  test.each(Object.entries(PLACES))('is one line of limited length: %s', async (_, put) => {
    const digest = await image()
    await put(digest, HOSTILE.join(BREAKS.join('')))
    await put(digest, HOSTILE.join('\n') + ' y'.repeat(2_000))
    const message = await refusal(ACTIONS.verify({ image: 'v1' }))
    const lines = message.split(/[\n\v\f\r\0\u0085\u2028\u2029]/)
    expect(lines).toHaveLength(4)
    expect(lines[0]).toMatch(/^require-provenance: /)
    expect(lines[3]).toMatch(/^What to do: take an image that the required workflow has built/)
    for (const line of lines.slice(1, 3)) {
      expect(line).toMatch(/^- sha256:[0-9a-f]{64}: /)
      expect(line.length).toBeLessThan(1100)
      expect(line).not.toMatch(/[\p{Cc}\p{Cf}]/u)
    }
    const text = renderSummary(told as FailedFacts)
    expect(text.length).toBeLessThan(20_000)
    expect(text).not.toMatch(/^(?:- sha256:good|What to do: nothing|::add-mask)/m)
  })

  test('of many images, one reason of each', async () => {
    const { digest } = await putManifest(
      flow,
      'app',
      {
        schemaVersion: 2,
        mediaType: 'application/vnd.oci.image.index.v1+json',
        manifests: await Promise.all(
          Array.from({ length: 30 }, async (_, at) => {
            const platform = { os: 'linux', architecture: `a${at}` }
            const one = await putImage(flow, 'app', platform)
            for (const other of ['x', 'y']) await beside(one.digest, Buffer.from(other))
            return { ...one, platform }
          }),
        ),
      },
      'v1',
    )
    expect(digest).toBeDefined()
    const message = await refusal(
      ACTIONS.verify({ image: 'v1', 'require-provenance': `${REQUIRED}\nplatforms=each` }),
    )
    expect(message.match(/^- sha256:/gm)).toHaveLength(30)
    expect(message.match(/^- … and 1 more; with debug logging/gm)).toHaveLength(30)
  })
})

describe('never slow, and never a crash', () => {
  test('a thousand referrers: as many are looked at as ECR takes', async () => {
    const digest = await image()
    const store = flow.store.get(app())
    const first = await beside(digest, Buffer.from('{"no":"bundle"}'))
    const held = store.images.get(first)
    const { digestOf } = await import('../../local-ecr/index.ts')
    for (let at = 1; held !== undefined && at < 1000; at++) {
      const manifest = { ...JSON.parse(Buffer.from(held.bytes).toString()), annotations: { at: String(at) } }
      const bytes = Buffer.from(JSON.stringify(manifest))
      store.images.set(digestOf(bytes), {
        ...held,
        digest: digestOf(bytes),
        bytes,
        annotations: { at: `${at}` },
      })
    }
    const began = performance.now()
    const message = await refusal(ACTIONS.verify({ image: 'v1' }))
    expect(message).toContain('it is no bundle of Sigstore')
    expect(message.split('\n').length).toBeLessThan(30)
    expect(message).toMatch(
      /\nWhat to do: remove from ECR what else is beside the image, as what was not looked/,
    )
    expect(
      flow.service.recorder.requests.filter(({ operation }) => operation === 'GetDownloadUrlForLayer').length,
    ).toBeLessThanOrEqual(101)
    expect(performance.now() - began).toBeLessThan(20_000)
  })

  test('what takes too long, all together, is not looked at to its end', async () => {
    const digest = await image()
    const referrer = await beside(digest, await provenanceBundle(sigstore, digest))
    flow.service.recorder.clear()
    lowerLimits({ bundlesMs: 0 })
    const message = await refusal(ACTIONS.verify({ image: 'v1' }))
    expect(message).toContain(
      `${referrer}: it was not looked at: the attestations, all together, could not be read within the 0 s that they are given`,
    )
    expect(message).toMatch(
      /\nWhat to do: run the job again, as what was not looked at may be the attestation/,
    )
    const read = flow.service.recorder.requests.filter(
      ({ operation }) => operation === 'GetDownloadUrlForLayer',
    )
    expect(read).toEqual([])
    expect(flow.log.join('\n')).toContain(
      'The attestations beside the image could not be read within the 0 s that they are given: not all were looked at',
    )
  })

  test('how much is read is counted of all images of a step together', async () => {
    const images = await Promise.all([putImage(flow, 'app', AMD64), putImage(flow, 'app', ARM64)])
    const bundles = await Promise.all(images.map(({ digest }) => provenanceBundle(sigstore, digest)))
    const referrers: string[] = []
    for (const [at, { digest }] of images.entries())
      referrers.push(await beside(digest, bundles[at] as Buffer))
    const [first = Buffer.of(), second = Buffer.of()] = bundles
    const digests = images.map(({ digest }) => digest).join('\n')
    // Enough for either of them with its manifest, and not for both.
    lowerLimits({ bundlesBytes: Math.max(first.length, second.length) + 4096 })
    const message = await refusal(ACTIONS.merge({ digests }))
    expect(message).toContain(
      `${referrers[1]}: it was not looked at: the attestations, all together, have more than`,
    )
    expect(message).not.toContain(`${referrers[0]}:`)
    expect(message).toMatch(/\nWhat to do: remove from ECR what else is beside the image/)
    lowerLimits({ bundlesBytes: first.length + second.length + 8192 })
    await ACTIONS.merge({ digests })
  })

  test('the longest names that GitHub takes of an owner, a repository, a workflow and a branch are looked at', async () => {
    const digest = await image()
    const [owner, ref] = ['o'.repeat(39), `refs/heads/${'é'.repeat(120)}`]
    const repository = `${owner}/${'r'.repeat(100)}`
    const workflow = `.github/workflows/${'é'.repeat(100)}.yml`
    const job = `${repository}/${workflow}@${ref}`
    const claims = { repository, repository_owner: owner, ref, workflow_ref: job, job_workflow_ref: job }
    await beside(digest, await provenanceBundle(sigstore, digest, { claims }))
    const required = `repository=${repository}\nworkflow=${workflow}@${ref}\nref=${ref}`
    await ACTIONS.verify({ image: 'v1', 'require-provenance': required })
    expect(flow.outputs['digest']).toBe(digest)
  })

  test('a bundle of 10 MB is not read', async () => {
    const digest = await image()
    const referrer = await beside(digest, Buffer.alloc(10 << 20, ' '))
    flow.service.recorder.clear()
    expect(await refusal(ACTIONS.verify({ image: 'v1' }))).toContain(
      `${referrer}: it has more than 1048576 bytes`,
    )
    expect(flow.operations()).not.toContain('GetDownloadUrlForLayer')
  })

  test('log entries that are compared with each other take no time', async () => {
    const digest = await image()
    const row = BUNDLES['with hundreds of log entries']
    await beside(digest, await (row?.make(sigstore, digest) as Promise<Buffer>))
    const began = performance.now()
    await refusal(ACTIONS.verify({ image: 'v1' }))
    expect(performance.now() - began).toBeLessThan(5_000)
  })
})

describe('true', () => {
  const given = { image: 'v1', 'require-provenance': '' }

  test('is what verify asks for by itself: provenance of this repository', async () => {
    const digest = await image()
    const referrer = await beside(digest, await provenanceBundle(sigstore, digest))
    await ACTIONS.verify(given)
    expect(flow.outputs).toMatchObject({
      digest,
      'digest-uri': `${HOST}/app@${digest}`,
      'image-uri': `${HOST}/app:v1`,
      'image-name': 'app:v1',
      registry: HOST,
      'repository-uri': `${HOST}/app`,
      tags: 'v1',
    })
    expect(parsed('provenance')).toEqual([
      {
        subject: digest,
        referrer,
        predicateType: 'https://slsa.dev/provenance/v1',
        identity: 'https://github.com/octo-org/shared/.github/workflows/push.yml@refs/tags/v1',
        issuer: 'https://token.actions.githubusercontent.com',
        repository: 'octo-org/demo',
        ref: 'refs/heads/main',
        commit: '8a3d0f0c1d2e3f405162738495a6b7c8d9e0f102',
        event: 'push',
        runner: 'github-hosted',
        run: 'https://github.com/octo-org/demo/actions/runs/4242/attempts/2',
        logIndex: expect.stringMatching(/^\d+$/),
      },
    ])
    const { outputs } = parse(readFileSync('verify/action.yml', 'utf8')) as { outputs: object }
    expect(Object.keys(outputs)).toEqual(expect.arrayContaining(Object.keys(flow.outputs)))
    const json = parsed('json')
    expect(json).toMatchObject({ digest, provenance: parsed('provenance'), tags: ['v1'] })
    expect(Object.keys(json)).not.toEqual(expect.arrayContaining(['pushed']))
    expect(writes()).toEqual([])
  })

  test.each([
    ['another repository', { repository: 'mallory/demo' }, /for the repository \S+mallory\/demo, wanted/],
    ['another one that had its name', { repository_id: '666' }, /for the repository number 666, wanted 1001/],
    ['another owner of its name', { repository_owner_id: '7' }, /for the owner number 7, wanted 2002/],
  ])('is not %s', async (_, claims, message) => {
    const digest = await image()
    await beside(digest, await provenanceBundle(sigstore, digest, { claims }))
    expect(await refusal(ACTIONS.verify(given))).toMatch(message)
    // What could be taken from the outputs was accepted.
    expect(Object.keys(flow.outputs)).toEqual(['json'])
  })

  test('another trust root', async () => {
    const digest = await image()
    await beside(digest, await provenanceBundle(sigstore, digest))
    const other = await startSigstore()
    try {
      writeFileSync(path.join(workspace, 'other.json'), other.trustedRoot)
      expect(await refusal(ACTIONS.verify({ ...given, 'sigstore-trusted-root': 'other.json' }))).toMatch(
        /it does not verify \(/,
      )
    } finally {
      await other.stop()
    }
  })
})

/** What BuildKit puts beside an image in its index. */
async function attestationIn(repository: string) {
  const content = Buffer.from('{}')
  const blob = { digest: digestOf(content), size: content.length }
  await flow.store.backend.putBlob({ ...app(), repository }, blob.digest, content)
  return putManifest(flow, repository, {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...blob },
    layers: [{ mediaType: 'application/vnd.in-toto+json', ...blob }],
  })
}

describe('an index', () => {
  const index = async () => {
    const [amd64, arm64] = [await putImage(flow, 'app', AMD64), await putImage(flow, 'app', ARM64)]
    const attestation = await attestationIn('app')
    const { digest } = await putManifest(
      flow,
      'app',
      {
        schemaVersion: 2,
        mediaType: 'application/vnd.oci.image.index.v1+json',
        manifests: [
          { ...amd64, platform: AMD64 },
          { ...arm64, platform: ARM64 },
          {
            ...attestation,
            platform: { os: 'unknown', architecture: 'unknown' },
            annotations: { 'vnd.docker.reference.type': 'attestation-manifest' },
          },
        ],
      },
      'v1',
    )
    return { digest, amd64: amd64.digest, arm64: arm64.digest }
  }
  const sign = async (digest: string) => beside(digest, await provenanceBundle(sigstore, digest))
  const each = { image: 'v1', 'require-provenance': `${REQUIRED}\nplatforms=each` }

  test('has to have it itself', async () => {
    const { digest, amd64, arm64 } = await index()
    await sign(amd64)
    await sign(arm64)
    expect(await refusal(ACTIONS.verify({ image: 'v1' }))).toContain(`${digest} has no provenance`)
    await sign(digest)
    await ACTIONS.verify({ image: 'v1' })
    expect(parsed('provenance')).toEqual([expect.objectContaining({ subject: digest })])
  })

  test('with platforms=each, each of its images has to have it, and that of the index does not count', async () => {
    const { digest, amd64, arm64 } = await index()
    await sign(digest)
    await sign(amd64)
    const message = await refusal(ACTIONS.verify(each))
    expect(message).toContain(`${arm64} has no provenance that is accepted`)
    expect(message).not.toContain(`${amd64} has no provenance`)
    await sign(arm64)
    await ACTIONS.verify(each)
    expect(parsed('provenance').map(({ subject }: { subject: string }) => subject)).toEqual([amd64, arm64])
    // What is verified is what is told.
    expect(flow.outputs['digest']).toBe(digest)
  })

  const [MARK, NO_PLATFORM] = [
    { 'vnd.docker.reference.type': 'attestation-manifest' },
    { os: 'unknown', architecture: 'unknown' },
  ]
  test.each([
    ['the mark of an attestation', { platform: AMD64, annotations: MARK }],
    ['no platform', { platform: NO_PLATFORM }],
    ['both, and layers that one can run', { platform: NO_PLATFORM, annotations: MARK }],
  ])('an image in it that has %s has to have it too', async (_, marks) => {
    const [amd64, arm64] = [await putImage(flow, 'app', AMD64), await putImage(flow, 'app', ARM64)]
    const manifests = [
      { ...amd64, ...marks },
      { ...arm64, platform: ARM64 },
    ]
    const mediaType = 'application/vnd.oci.image.index.v1+json'
    await putManifest(flow, 'app', { schemaVersion: 2, mediaType, manifests }, 'v1')
    await sign(arm64.digest)
    const message = await refusal(ACTIONS.verify(each))
    expect(message).toContain(`${amd64.digest} has no provenance`)
    await sign(amd64.digest)
    await ACTIONS.verify(each)
  })

  test('with more attestations of BuildKit’s than any has is not read to its end', async () => {
    const entry = { ...(await attestationIn('app')), platform: NO_PLATFORM, annotations: MARK }
    const mediaType = 'application/vnd.oci.image.index.v1+json'
    const manifests = Array.from({ length: 5000 }, () => entry)
    await putManifest(flow, 'app', { schemaVersion: 2, mediaType, manifests }, 'v1')
    flow.service.recorder.clear()
    expect(await refusal(ACTIONS.verify(each))).toContain("more than 100 attestations of BuildKit's")
    expect(flow.service.recorder.requests.length).toBeLessThan(150)
  })

  test('that is an image as well has to have it itself too', async () => {
    const amd64 = await putImage(flow, 'app', AMD64)
    const { config, layers } = JSON.parse(
      Buffer.from(flow.store.get(app()).images.get(amd64.digest)?.bytes ?? []).toString(),
    )
    const manifests = [{ ...amd64, platform: AMD64 }]
    const mediaType = 'application/vnd.oci.image.index.v1+json'
    const both = { schemaVersion: 2, mediaType, manifests, config, layers }
    const { digest } = await putManifest(flow, 'app', both, 'v1')
    await sign(amd64.digest)
    expect(await refusal(ACTIONS.verify(each))).toContain(`${digest} has no provenance`)
  })

  test('merge wants it of each image, and names nothing before', async () => {
    const { amd64, arm64 } = await index()
    await sign(amd64)
    flow.service.recorder.clear()
    const digests = `${amd64}\n${arm64}`
    expect(await refusal(ACTIONS.merge({ digests }))).toContain(`${arm64} has no provenance`)
    expect(writes()).toEqual([])
    await sign(arm64)
    await ACTIONS.merge({ digests })
    expect(parsed('provenance')).toHaveLength(2)
    expect(tags()).toContain('prod')
    const text = renderSummary(told as SummaryFacts)
    expect(text).toContain('✅ Passed: Provenance of 2 images: signed by <code>')
  })
})

describe('the builder that others can trust', () => {
  const { jobs } = readWorkflow('.github/workflows/build-push.yml')
  const BUILDS = 'OWNER/ecr-build-push/.github/workflows/build-platforms.yml@refs/tags/v1'
  const built = { job_workflow_ref: BUILDS }
  const required = requirementOf(jobs['name'] as Job, 'sbom', JOB.sha)
  const merging = (digest: string) => ACTIONS.merge({ digests: digest, 'require-provenance': required })
  const reported = async (claims: Record<string, string>) => {
    const { digest } = await putImage(flow, 'app', AMD64)
    await beside(digest, await provenanceBundle(sigstore, digest, { claims }))
    flow.service.recorder.clear()
    return digest
  }

  test('names what its builds have signed for on a runner of GitHub’s', async () => {
    await merging(await reported(built))
    expect(tags()).toEqual(['prod'])
  })

  test.each([
    [
      'a machine of the caller’s, whatever its label',
      { ...built, runner_environment: 'self-hosted' },
      'on a runner that is self-hosted, wanted github-hosted',
    ],
    [
      'a workflow of the caller’s',
      { job_workflow_ref: 'octo-org/demo/.github/workflows/build-platforms.yml@refs/tags/v1' },
      `wanted https://github.com/${BUILDS}`,
    ],
    [
      'another ref of the workflow that builds',
      { job_workflow_ref: BUILDS.replace('tags/v1', 'heads/main') },
      `wanted https://github.com/${BUILDS}`,
    ],
    ['a build of another commit', { ...built, sha: 'd'.repeat(40) }, `wanted ${JOB.sha}`],
    ['another repository’s build', { ...built, repository: 'octo-org/other' }, 'octo-org/demo'],
  ])('refuses what is reported of %s, before anything is named', async (_, claims, why) => {
    expect(await refusal(merging(await reported(claims)))).toContain(why)
    expect(writes()).toEqual([])
  })

  test('refuses a digest that nobody has signed for', async () => {
    const { digest } = await putImage(flow, 'app', AMD64)
    flow.service.recorder.clear()
    expect(await refusal(merging(digest))).toContain('nothing is beside it')
    expect(writes()).toEqual([])
  })
})

describe('promote', () => {
  test('across regions: what is verified is copied, with what is beside it', async () => {
    const digest = await image()
    const referrer = await beside(digest, await provenanceBundle(sigstore, digest))
    await ACTIONS.promote({ source: 'v1', repository: 'app', registries: 'us-east-1' })
    const east = flow.store.get({ ...app(), region: 'us-east-1' })
    expect([...east.images.keys()].sort()).toEqual([digest, referrer].sort())
    expect(east.tags.get('prod')).toBe(digest)
    const text = renderSummary(told as SummaryFacts)
    expect(text).toMatch(
      /✅ Passed: Provenance: signed by .*push\.yml.*, from the commit .*8a3d0f0c.*; verified\./,
    )
  })

  test('creates no repository for what it refuses', async () => {
    await image()
    flow.service.recorder.clear()
    const given = { source: `${HOST}/app:v1`, repository: 'released' }
    expect(await refusal(ACTIONS.promote(given))).toContain('nothing is beside it')
    expect(writes()).toEqual([])
    expect(told?.state).toBe('failed')
    expect(renderSummary(told as FailedFacts)).toContain('nothing is beside it')
  })

  test('the tag moves while it is verified: the digest that was verified is named', async () => {
    const digest = await image()
    await beside(digest, await provenanceBundle(sigstore, digest))
    const { alter } = flow
    flow.alter = (world) => ({
      ...alter(world),
      openRegistry: async (session) => {
        const registry = await world.openRegistry(session)
        const { referrers } = registry
        registry.referrers = async (...args) => {
          flow.store.get(app()).tags.set('v1', (await putImage(flow, 'app', ARM64)).digest)
          return referrers.apply(registry, args)
        }
        return registry
      },
    })
    await ACTIONS.promote({ source: 'v1', repository: 'app' })
    expect(flow.store.get(app()).tags.get('prod')).toBe(digest)
    expect(flow.store.get(app()).tags.get('v1')).not.toBe(digest)
  })

  test('nothing of it happens without the input', async () => {
    await image()
    const none = { 'require-provenance': '', 'sigstore-trusted-root': '' }
    await ACTIONS.promote({ source: 'v1', repository: 'app', ...none })
    expect(flow.operations()).not.toContain('ListImageReferrers')
    expect(flow.outputs['provenance']).toBeUndefined()
  })
})

describe('the summary of verify', () => {
  test('begins with the verdict, and says how to deploy it', async () => {
    const digest = await image()
    await beside(digest, await provenanceBundle(sigstore, digest))
    await ACTIONS.verify({ image: 'v1' })
    const text = renderSummary(told as SummaryFacts)
    expect(text.split('\n')[0]).toBe('### ✅ Verified <code>app</code> — <code>v1</code>')
    expect(text).toContain('✅ Passed: Provenance: signed by')
    expect(text).toContain(`kubectl set image deployment/DEPLOYMENT CONTAINER=${HOST}/app@${digest}`)
    expect(text).not.toContain('nothing was sent')
    const line = new RegExp(
      `^Verified in \\S+ m?s: ${digest.slice(0, 19)} has the provenance that is required$`,
    )
    expect(flow.log).toContainEqual(expect.stringMatching(line))
  })

  test('of what is refused says why, and offers nothing', async () => {
    const digest = await image()
    const referrer = await beside(digest, Buffer.from('<script>alert(1)</script>'))
    await refusal(ACTIONS.verify({ image: digest }))
    const text = renderSummary(told as SummaryFacts)
    expect(text.split('\n')[0]).toBe('### ⛔ Refused, not to be deployed: <code>app</code>')
    expect(text).toContain('❌ Failed: Provenance: none is accepted.')
    // The reasons, once.
    expect(text.split(referrer)).toHaveLength(2)
    expect(text).not.toContain('kubectl')
    expect(flow.log).toContainEqual(expect.stringMatching(/^The verification failed after \S+ m?s$/))
  })
})

describe('the trust root', () => {
  const auto = { image: 'v1', 'require-provenance': 'true', 'sigstore-trusted-root': '' }
  const within = (change: object) => {
    const { alter } = flow
    flow.alter = (world) => ({ ...alter(world), job: { ...signingJob(), ...change } })
  }

  test('of another server has to be given', async () => {
    await image()
    within({ serverUrl: 'https://github.example.com' })
    expect(await refusal(ACTIONS.verify(auto))).toMatch(
      /the instance of Sigstore that signs for the jobs of github\.example\.com is not known\.\nWhat to do: give it with sigstore-trusted-root; .* The reusable workflows have no input for it: use the action in a job of your own\.$/,
    )
  })

  test('cannot be fetched: it says what to do', async () => {
    await image()
    within({
      openTransport: async () => {
        throw new ActionError('The trust root could not be fetched.', 'give it with sigstore-trusted-root.')
      },
    })
    expect(await refusal(ACTIONS.verify(auto))).toBe(
      'The trust root could not be fetched.\nWhat to do: give it with sigstore-trusted-root.',
    )
  })
})

test('a job needs no token of GitHub’s to verify', async () => {
  expect(JOB_WITHOUT_TOKEN.hasIdToken).toBe(false)
  const digest = await image()
  await beside(digest, await provenanceBundle(sigstore, digest))
  await ACTIONS.verify({ image: digest })
  expect(flow.outputs['image-name']).toBe(`app@${digest}`)
})

describe('across accounts', () => {
  test('a source in another account is verified there', async () => {
    const other = '210987654321'
    const place = { account: other, region: 'ap-northeast-2', repository: 'app' }
    await shareRepository(flow.store, place, flow.caller.account)
    const digest = await image()
    const held = flow.store.get(app()).images.get(digest)
    const theirs = flow.store.get(place)
    if (held === undefined) throw new Error('no image')
    theirs.images.set(digest, { ...held })
    theirs.tags.set('v1', digest)
    const given = { source: `${other}.dkr.ecr.ap-northeast-2.amazonaws.com/app:v1`, repository: 'app' }
    expect(await refusal(ACTIONS.promote(given))).toContain('nothing is beside it')
    await putBeside(flow.store, place, digest, await provenanceBundle(sigstore, digest))
    await ACTIONS.promote(given)
    expect(flow.store.get(app()).tags.get('prod')).toBe(digest)
  })
})
