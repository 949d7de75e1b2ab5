import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { root, type StepResult } from '../../dev/runner.ts'
import { CUSTOM, writeSigstoreFiles } from '../../dev/sigstore/job.ts'
import { type Sigstore, startSigstore } from '../../dev/sigstore/services.ts'
import { ACCOUNT, REGION, type Stage } from '../../dev/stage.ts'
import { callerOf, invoke, PUBLIC } from '../../local-ecr/index.ts'
import { expectSuccess, stageOn } from '../support/parts.ts'
import { shareRepository } from '../support/shared-repository.ts'
import { putBeside } from '../support/sigstore/beside.ts'
import { BUNDLES, provenanceBundle, REQUIRED } from '../support/sigstore/bundles.ts'
import { JOB } from '../support/sigstore/job.ts'
import { Cosign, signingEnv } from '../support/sigstore/stage.ts'
import { openTunnels, type Tunnels } from '../support/sigstore/tunnels.ts'
import { provingRows, rows, variant } from '../support/variants.ts'

// require-provenance and the action verify in the committed bundle, beside cosign, which has to say the same of every
// bundle.

jest.setTimeout(300_000)

const OTHER = '210987654321'
const [MERGE, PROMOTE, VERIFY] = ['merge', 'promote', 'verify'].map((name) => path.join(root, name)) as [
  string,
  string,
  string,
]
const TYPE = 'https://slsa.dev/provenance/v1'
const SIGNER = `https://github.com/${JOB.job_workflow_ref}`

let stage: Stage
let sigstore: Sigstore
let cosign: Cosign
let tunnels: Tunnels
let digest = ''

beforeAll(async () => {
  ;[stage, sigstore] = await Promise.all([stageOn('current'), startSigstore()])
  tunnels = await openTunnels(sigstore)
  writeSigstoreFiles(stage.folder, sigstore)
  cosign = new Cosign(stage)
  mkdirSync(path.join(stage.folder, 'app'))
  writeFileSync(path.join(stage.folder, 'app', 'Dockerfile'), 'FROM scratch\nCOPY Dockerfile /\n')
  const pushed = await stage.main({ repository: 'app', 'aws-region': REGION, context: 'app', tags: 'v1' })
  expectSuccess(pushed)
  digest = pushed.outputs['digest'] as string
})
afterEach(() => stage.ecr.faults.clear())
afterAll(async () => {
  tunnels?.close()
  await sigstore?.stop()
  await stage?.close()
})

const TRUST = { 'sigstore-trusted-root': 'trusted_root.json' }
const OWN = {
  GITHUB_REPOSITORY: JOB.repository,
  GITHUB_REPOSITORY_ID: JOB.repository_id,
  GITHUB_REPOSITORY_OWNER_ID: JOB.repository_owner_id,
  GITHUB_SERVER_URL: 'https://github.com',
}
const place = { account: ACCOUNT, region: REGION, repository: 'app' }

/** Puts the image into another repository, as a push does that finds all of it on the way. */
async function copyTo(repository: string): Promise<void> {
  const there = { ...place, repository }
  const { store } = stage.ecr
  await invoke(store, callerOf(ACCOUNT, REGION), 'CreateRepository', { repositoryName: repository })
  const manifest = Buffer.from(store.get(place).images.get(digest)?.bytes ?? []).toString('utf8')
  const { config, layers } = JSON.parse(manifest) as { config: Blob; layers: Blob[] }
  const blobs = path.join(stage.folder, 'registry/registry/docker/registry/v2/blobs/sha256')
  for (const { digest: blob } of [config, ...layers]) {
    const hex = blob.slice('sha256:'.length)
    await store.backend.putBlob(there, blob, readFileSync(path.join(blobs, hex.slice(0, 2), hex, 'data')))
  }
  await invoke(store, callerOf(ACCOUNT, REGION), 'PutImage', {
    repositoryName: repository,
    imageManifest: manifest,
    imageTag: 'v1',
  })
  expect(store.get(there).tags.get('v1')).toBe(digest)
}
interface Blob {
  readonly digest: string
}

const verify = (given: Readonly<Record<string, string>>, env: Readonly<Record<string, string>> = OWN) =>
  stage.main({ 'aws-region': REGION, repository: 'app', ...TRUST, ...given }, { action: VERIFY, env })

/** What the step asked of ECR that changes something. */
const writesSince = (from: number) =>
  stage.ecr.requests
    .slice(from)
    .filter(({ side, operation, method }) =>
      side === 'api'
        ? !/^(?:Get|Describe|List|BatchGet|BatchCheck)/.test(operation)
        : method !== 'GET' && method !== 'HEAD',
    )
    .map(({ operation }) => operation)

const errorOf = ({ annotations }: StepResult) => annotations.at(-1)?.message ?? ''

describe('cosign and this action say the same of a bundle', () => {
  /** Whether cosign accepts a bundle for the image, by the signer that is required and more. */
  async function cosignAccepts(bundle: Buffer, more: readonly string[]): Promise<boolean> {
    writeFileSync(path.join(stage.folder, 'bundle.json'), bundle)
    const line = [
      'cosign verify-blob-attestation --bundle bundle.json --trusted-root trusted_root.json',
      `--type ${TYPE} --certificate-identity ${SIGNER}`,
      '--certificate-oidc-issuer https://token.actions.githubusercontent.com',
      `--digest ${digest.slice(7)} --digestAlg sha256`,
      ...more,
    ].join(' ')
    return cosign.run(line).then(
      () => true,
      () => false,
    )
  }

  /** One of each: accepted, by log or by timestamp; changed; none at all. */
  const PROVING = new Set([
    'with a log entry and no timestamp',
    'of a certificate that has expired since, with a timestamp',
    'with the statement changed',
    'that is no JSON',
  ])
  // Variants: long/provenance.test.ts has the same table, without a process and without cosign; that cosign refuses
  // another identity is in e2e/attest.test.ts.
  const bundles = provingRows(Object.entries(BUNDLES), ([name]) => PROVING.has(name))
  test.each(bundles)('%s', async (name, row) => {
    const { make, refused, required = REQUIRED, given = {}, cosign: flags = [] } = row
    const bundle = await make(sigstore, digest)
    const referrer = await putBeside(stage.ecr.store, place, digest, bundle)
    const before = stage.ecr.requests.length
    const result = await verify({ image: 'v1', 'require-provenance': required, ...given })
    stage.ecr.store.get(place).images.delete(referrer)
    expect(writesSince(before)).toEqual([])
    if (refused === null) expectSuccess(result)
    else {
      expect(result.exitCode).toBe(1)
      expect(errorOf(result)).toMatch(refused)
      expect(result.outputs['digest']).toBeUndefined()
    }
    // Of what cosign has no flag for, there is nothing to compare.
    if (flags === null) return
    expect({ name, accepted: await cosignAccepts(bundle, flags) }).toEqual({
      name,
      accepted: result.exitCode === 0,
    })
  })
})

describe('verify', () => {
  test('of what attest has signed: true by itself, without a token of GitHub’s', async () => {
    const given = { repository: 'signed', 'aws-region': REGION, context: 'app', tags: 'v1', ...CUSTOM }
    const signed = await stage.main(given, { env: signingEnv(stage) })
    expectSuccess(signed)
    const before = stage.ecr.requests.length
    const result = await verify({ repository: '', image: signed.outputs['image-uri'] as string })
    if (stage.ecr.mode === 'tls') {
      expectSuccess(result)
      expect(result.outputs).toMatchObject({
        digest: signed.outputs['digest'],
        'digest-uri': signed.outputs['digest-uri'],
        'image-uri': signed.outputs['image-uri'],
        'image-name': 'signed:v1',
        'repository-arn': signed.outputs['repository-arn'],
      })
      const [accepted] = JSON.parse(result.outputs['provenance'] as string)
      const [attested] = JSON.parse(signed.outputs['attestations'] as string)
      expect(accepted).toMatchObject({
        subject: attested.subject,
        referrer: attested.referrer,
        identity: SIGNER,
        repository: JOB.repository,
        commit: JOB.sha,
      })
      expect(result.summary).toMatch(/^### ✅ Verified <code>signed<\/code> — <code>v1<\/code>/)
      expect(result.summary).toContain('✅ Passed: Provenance: signed by')
      expect(JSON.parse(result.outputs['json'] as string)).toMatchObject({ provenance: [accepted] })
    }
    expect(writesSince(before)).toEqual([])
  })

  // Variant: long/provenance.test.ts: nothing is beside the image
  variant('of nothing: says so, and that in the summary too', async () => {
    const result = await verify({ image: 'v1' })
    expect(result.exitCode).toBe(1)
    expect(errorOf(result)).toContain('nothing is beside it: nobody has attested it in this repository')
    expect(result.summary).toMatch(/^### ⛔ Refused, not to be deployed: <code>app<\/code>/)
    expect(result.summary).toContain('What to do:')
  })

  // Variant: long/provenance.test.ts: the role may not list it
  variant('without the permission to list what is beside an image: names it', async () => {
    stage.ecr.faults.order({
      match: { operation: 'ListImageReferrers' },
      times: Number.POSITIVE_INFINITY,
      effect: { kind: 'deny' },
    })
    const result = await verify({ image: 'v1' })
    expect(result.exitCode).toBe(1)
    expect(errorOf(result)).toContain('ecr:ListImageReferrers')
  })

  // Variant: unit/inputs has each, and refusals.test.ts that they come at once
  variant('all input errors at once', async () => {
    const result = await verify(
      { image: '', repository: 'App', 'require-provenance': 'ref=main\ncolour=red\nworkflow=*' },
      {},
    )
    expect(result.exitCode).toBe(1)
    for (const said of [
      "Input 'image':",
      "Input 'repository': 'App'",
      "'ref=main': must be a whole ref",
      "'colour=red': must be true, false, or lines of KEY=VALUE",
      "'workflow=*': must be the path of a workflow",
      'there are no wildcards',
    ])
      expect(errorOf(result)).toContain(said)
  })

  // Variant: long/provenance.test.ts: the trust root cannot be fetched
  variant('without a way to the trust roots: says which they are, and what to do', async () => {
    const env = { ...OWN, ...tunnels.env(stage.env['NODE_EXTRA_CA_CERTS']), RUNNER_TOOL_CACHE: stage.folder }
    const before = stage.ecr.requests.length
    const result = await verify({ image: 'v1', 'sigstore-trusted-root': '' }, env)
    expect(result.exitCode).toBe(1)
    for (const host of ['tuf-repo-cdn.sigstore.dev', 'tuf-repo.github.com']) {
      expect(errorOf(result)).toMatch(
        new RegExp(
          `The trust root of Sigstore at https://${host} could not be fetched: .*; no earlier run has left a copy on this runner`,
        ),
      )
      expect(tunnels.wanted).toContain(host)
    }
    expect(errorOf(result)).toContain('or give the trust root as a file with sigstore-trusted-root')
    expect(writesSince(before)).toEqual([])
  })

  // Variant: attest.test.ts signs in ECR Public, and cosign accepts it
  variant('in ECR Public, by its registry', async () => {
    const given = { repository: 'openly', 'registry-type': 'public', context: 'app', tags: 'v1' }
    const signed = await stage.main({ ...given, ...CUSTOM }, { env: signingEnv(stage) })
    expectSuccess(signed)
    const asked = { repository: 'openly', 'registry-type': 'public', 'aws-region': '', image: 'v1' }
    const result = await verify(asked)
    expectSuccess(result)
    expect(result.outputs['digest']).toBe(signed.outputs['digest'])
    expect(stage.ecr.store.get({ account: ACCOUNT, region: PUBLIC, repository: 'openly' }).images.size).toBe(
      2,
    )
  })
})

describe('promote', () => {
  const require = { ...TRUST, 'require-provenance': REQUIRED }
  const promote = (given: Readonly<Record<string, string>>) =>
    stage.main({ 'aws-region': REGION, ...require, ...given }, { action: PROMOTE, env: OWN })

  test('to another account: what is verified goes there, with what is beside it; what is not, goes nowhere', async () => {
    // On ports of localhost, a host does not say the account.
    if (stage.ecr.mode !== 'tls') return
    const bundle = await provenanceBundle(sigstore, digest)
    await copyTo('released')
    const there = { account: OTHER, region: REGION, repository: 'released' }
    await shareRepository(stage.ecr.store, there, ACCOUNT)
    const theirs = stage.ecr.store.get(there)
    const source = `${stage.ecr.registryHost(ACCOUNT, REGION)}/released:v1`
    const repository = `${stage.ecr.registryHost(OTHER, REGION)}/released`
    const before = stage.ecr.requests.length
    const refused = await promote({ source, repository })
    expect(refused.exitCode).toBe(1)
    expect(errorOf(refused)).toContain('nothing is beside it')
    expect(writesSince(before)).toEqual([])
    expect(theirs.images.size).toBe(0)
    const referrer = await putBeside(stage.ecr.store, { ...place, repository: 'released' }, digest, bundle)
    const promoted = await promote({ source, repository })
    expectSuccess(promoted)
    expect([...theirs.images.keys()].sort()).toEqual([digest, referrer].sort())
    expect(theirs.tags.get('v1')).toBe(digest)
    expect(JSON.parse(promoted.outputs['provenance'] as string)[0].referrer).toBe(referrer)
    expect(promoted.summary).toContain('✅ Passed: Provenance: signed by')
    await cosign.login(OTHER, REGION)
    await cosign.run(
      `cosign verify-attestation --trusted-root trusted_root.json --type ${TYPE} --certificate-identity ${SIGNER} --certificate-oidc-issuer https://token.actions.githubusercontent.com --use-signed-timestamps ${repository}@${digest}`,
    )
  })

  test('and merge without require-provenance load nothing of it; with it, they do', async () => {
    await copyTo('loaded')
    await putBeside(
      stage.ecr.store,
      { ...place, repository: 'loaded' },
      digest,
      await provenanceBundle(sigstore, digest),
    )
    const loaded = async (action: string, inputs: Readonly<Record<string, string>>) => {
      const folder = mkdtempSync(path.join(stage.folder, 'coverage-'))
      const given = { 'aws-region': REGION, repository: 'loaded', ...inputs }
      const env = { ...OWN, NODE_V8_COVERAGE: folder }
      expectSuccess(await stage.main(given, { action, env }))
      const urls = readdirSync(folder).flatMap((file) =>
        (
          JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as { result: { url: string }[] }
        ).result.map(({ url }) => url),
      )
      return new Set(urls.filter((url) => url.includes('/dist/')).map((url) => path.basename(url)))
    }
    const scripts = [
      ...readFileSync(path.join(root, 'dist', 'README.md'), 'utf8').matchAll(
        /^\| `([\w.]+)` \| [\d,]+ \| only with /gm,
      ),
    ].map(([, name = '']) => name)
    type Sibling = readonly [action: string, given: Readonly<Record<string, string>>]
    for (const [action, given] of rows<Sibling>(
      [[PROMOTE, { source: 'v1' }]],
      // Variant: both load it in the same line.
      [[MERGE, { digests: digest }]],
    )) {
      const without = await loaded(action, { ...given, tags: 'without' })
      expect(without.has('index.js')).toBe(true)
      expect(scripts.filter((name) => without.has(name))).toEqual([])
      const using = await loaded(action, { ...given, ...require, tags: 'using' })
      expect(scripts.filter((name) => using.has(name)).length).toBeGreaterThan(2)
    }
  })
})
