import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { root, type StepResult } from '../../dev/runner.ts'
import { CUSTOM, writeSigstoreFiles } from '../../dev/sigstore/job.ts'
import { type Sigstore, startSigstore } from '../../dev/sigstore/services.ts'
import { ACCOUNT, REGION, type Stage } from '../../dev/stage.ts'
import { callerOf, digestOf, invoke, PUBLIC } from '../../local-ecr/index.ts'
import { errorOf } from '../support/annotations.ts'
import { requirementOf } from '../support/builder.ts'
import { client, expectSuccess, parts, stageOn } from '../support/parts.ts'
import { seedScanner } from '../support/scanner.ts'
import { shareRepository } from '../support/shared-repository.ts'
import { scriptsOfSigning } from '../support/signing-scripts.ts'
import { JOB } from '../support/sigstore/job.ts'
import { Cosign, type GitHubApi, signingEnv, startGitHubApi } from '../support/sigstore/stage.ts'
import { openTunnels, type Tunnels } from '../support/sigstore/tunnels.ts'
import { EVERY_VARIANT, rows, variant } from '../support/variants.ts'
import { type Job, readWorkflow } from '../support/workflows.ts'

jest.setTimeout(300_000)

const OTHER = '210987654321'
const MERGE = path.join(root, 'merge')
const PROMOTE = path.join(root, 'promote')

let stage: Stage
let sigstore: Sigstore
let github: GitHubApi
let cosign: Cosign
let tunnels: Tunnels

beforeAll(async () => {
  ;[stage, sigstore, github] = await Promise.all([stageOn('current'), startSigstore(), startGitHubApi()])
  tunnels = await openTunnels(sigstore)
  writeSigstoreFiles(stage.folder, sigstore)
  cosign = new Cosign(stage)
  await cosign.login(ACCOUNT, REGION)
})
afterEach(() => {
  sigstore.requests.length = 0
  tunnels.requests.length = 0
  tunnels.wanted.length = 0
  stage.ecr.faults.clear()
  for (const faults of Object.values(sigstore.faults)) faults.length = 0
})
afterAll(async () => {
  tunnels?.close()
  github?.close()
  await sigstore?.stop()
  await stage?.close()
})

function app(folder: string, dockerfile = `FROM scratch\nLABEL name=${folder}\nCOPY Dockerfile /\n`): void {
  mkdirSync(path.join(stage.folder, folder), { recursive: true })
  writeFileSync(path.join(stage.folder, folder, 'Dockerfile'), dockerfile)
}

/** Builds and pushes the repository's own image, with provenance. */
async function attested(
  repository: string,
  more: Readonly<Record<string, string>> = {},
  env: Readonly<Record<string, string>> = signingEnv(stage),
): Promise<StepResult> {
  const given = { repository, 'aws-region': REGION, context: repository, tags: 'v1', ...CUSTOM, ...more }
  return stage.main(given, { env })
}

const commandsOf = ({ outputs }: Pick<StepResult, 'outputs'>) =>
  (outputs['verify-commands'] ?? '').split('\n')
const lineOf = (result: Pick<StepResult, 'outputs'>) => commandsOf(result)[0] as string

async function referrersOf(repository: string, digest = '', account = ACCOUNT, region = REGION) {
  const { referrers = [] } = (await invoke(stage.ecr.store, callerOf(account, region), 'ListImageReferrers', {
    repositoryName: repository,
    subjectId: { imageDigest: digest },
  })) as { referrers?: { digest: string }[] }
  return referrers.map((one) => one.digest)
}
const repositoryOf = (repository: string, account = ACCOUNT, region = REGION) =>
  stage.ecr.store.get({ account, region, repository })

/** Workflows with characters that a shell, or nobody, takes for its own. */
const NAMES = [
  "octo-org/demo/.github/workflows/it's $(touch hit) new.yml@refs/heads/main",
  'octo-org/demo/.github/workflows/build.yml@refs/heads/feature/로그인',
  'octo-org/demo/.github/workflows/build.yml@refs/heads/fix(`a`);"b"',
] as const

/** Where the first run has noted which scripts it has loaded; empty if only the last test runs. */
let using = ''

describe('cosign', () => {
  let result: StepResult
  beforeAll(async () => {
    app('verified')
    using = mkdtempSync(path.join(stage.folder, 'coverage-'))
    const env = { ...signingEnv(stage), ...github.env, NODE_V8_COVERAGE: using }
    result = await attested('verified', {}, env)
    expectSuccess(result)
  })

  test('accepts what the step printed, and the image is what it is without it', async () => {
    expect(commandsOf(result)).toHaveLength(1)
    expect(await cosign.run(lineOf(result))).toContain('verified')
    const { digest = '' } = result.outputs
    const held = repositoryOf('verified').images.get(digest)
    expect(held?.mediaType).toMatch(/manifest\.v[12]\+json$/)
    expect(held?.children).toEqual([])
    expect(await referrersOf('verified', digest)).toEqual([
      JSON.parse(result.outputs['attestations'] as string)[0].referrer,
    ])
    expect(result.outputs['attested']).toBe('true')
    expect(result.summary).toContain('✅ Passed: Attestation: provenance, signed by')
    // No list of referrers under a tag.
    expect([...repositoryOf('verified').tags.keys()]).toEqual(['v1'])
  })

  test('GitHub’s own store has the same bundle', async () => {
    expect(github.kept).toHaveLength(1)
    expect(github.kept[0]).toMatchObject({
      path: '/repos/octo-org/demo/attestations',
      token: 'token ghs_store',
      bundle: { mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json' },
    })
    const [{ url }] = JSON.parse(result.outputs['attestations'] as string)
    expect(url).toBe('https://github.com/octo-org/demo/attestations/4711')
  })

  test('refuses another identity', async () => {
    const line = lineOf(result).replace(
      'shared/.github/workflows/push.yml',
      'shared/.github/workflows/other.yml',
    )
    expect(await cosign.refusal(line)).toContain('no matching CertificateIdentity found')
  })

  // Variant: long/sign-and-verify.test.ts refuses another image, and verify.test.ts has cosign refuse it
  variant('refuses another digest', async () => {
    app('unattested')
    const inputs = { repository: 'verified', 'aws-region': REGION, context: 'unattested', tags: 'v2' }
    const other = await stage.main(inputs)
    expectSuccess(other)
    const line = lineOf(result).replace(result.outputs['digest'] as string, other.outputs['digest'] as string)
    expect(line).not.toBe(lineOf(result))
    expect(await cosign.refusal(line)).toMatch(/no (?:matching )?attestations|no signatures found/)
  })

  // Variant: verify.test.ts has cosign and the action refuse a changed statement
  variant('refuses a bundle that was changed to be about another image', async () => {
    app('changed')
    const inputs = { repository: 'verified', 'aws-region': REGION, context: 'changed', tags: 'v3' }
    // Built once more, it is the same image.
    const env = { ...signingEnv(stage), SOURCE_DATE_EPOCH: '1700000000' }
    const other = await stage.main(inputs, { env })
    const [from = '', to = ''] = [result, other].map(({ outputs }) => outputs['digest'] as string)
    const place = { account: ACCOUNT, region: REGION, repository: 'verified' }
    const [referrer = ''] = await referrersOf('verified', from)
    const manifest = JSON.parse(
      Buffer.from(repositoryOf('verified').images.get(referrer)?.bytes ?? []).toString(),
    )
    const bundle = structuredClone(github.kept[0]?.bundle) as { dsseEnvelope: { payload: string } }
    const statement = Buffer.from(bundle.dsseEnvelope.payload, 'base64')
      .toString()
      .replace(from.slice(7), to.slice(7))
    bundle.dsseEnvelope.payload = Buffer.from(statement).toString('base64')
    const bytes = Buffer.from(JSON.stringify(bundle))
    const digest = digestOf(bytes)
    await stage.ecr.store.backend.putBlob(place, digest, bytes)
    const held = repositoryOf('verified').images.get(to)
    manifest.layers = [{ ...manifest.layers[0], digest, size: bytes.length }]
    manifest.subject = { mediaType: held?.mediaType, digest: to, size: held?.bytes.byteLength }
    await invoke(stage.ecr.store, callerOf(ACCOUNT, REGION), 'PutImage', {
      repositoryName: 'verified',
      imageManifest: JSON.stringify(manifest),
    })
    expect(await cosign.refusal(lineOf(result).replace(from, to))).toMatch(/signature|verif/i)
    // Nor does the step take it for one, and says so.
    const skipped = await attested('verified', { context: 'changed', tags: 'v3', 'if-image-exists': 'skip' })
    expectSuccess(skipped)
    expect(skipped.outputs).toMatchObject({ pushed: 'false', attested: 'false' })
    expect(skipped.annotations.map(({ message }) => message).join()).toContain('has no valid attestation')
    // Nor is it one of this run, although the statement in it says so: the run adds its own, which cosign accepts.
    const own = await attested('verified', { context: 'changed', tags: 'v3' }, env)
    expectSuccess(own)
    expect(own.outputs).toMatchObject({ digest: to, attested: 'true' })
    expect(await referrersOf('verified', to)).toHaveLength(2)
    await cosign.run(lineOf(own))
  })

  // Variants: 'three of them' below has one of such names.
  variant.each(NAMES)('accepts the line of a workflow with any name: %s', async (job_workflow_ref) => {
    app('named')
    const named = await attested('named', {}, signingEnv(stage, { job_workflow_ref }))
    expectSuccess(named)
    await cosign.run(lineOf(named))
  })

  // Variant: 'several runners' below has an index of two platforms, which cosign accepts
  variant('accepts what is beside an index of two platforms', async () => {
    app('platforms')
    const index = await attested('platforms', { platforms: 'linux/amd64,linux/arm64' })
    expectSuccess(index)
    expect(Object.keys(JSON.parse(index.outputs['platform-digests'] as string))).toHaveLength(2)
    await cosign.run(lineOf(index))
  })

  // Variant: long/attest.test.ts: another run adds its own, in an immutable repository too
  variant('accepts both attestations of an immutable repository, which has no further tag', async () => {
    app('immutable')
    // Nothing in the image tells the two runs apart.
    const inputs = {
      'image-tag-mutability': 'IMMUTABLE',
      labels: 'org.opencontainers.image.version=1',
    }
    const env = (run: string) => ({
      ...signingEnv(stage, { run_id: run }),
      SOURCE_DATE_EPOCH: '1700000000',
    })
    expectSuccess(await attested('immutable', inputs, env('4242')))
    const again = await attested('immutable', { ...inputs, tags: 'v2' }, env('4243'))
    expectSuccess(again)
    expect(await referrersOf('immutable', again.outputs['digest'])).toHaveLength(2)
    expect([...repositoryOf('immutable').tags.keys()].sort()).toEqual(['v1', 'v2'])
    const said = await cosign.run(lineOf(again))
    expect(said.split('\n').filter((text) => text.startsWith('{"payload'))).toHaveLength(2)
  })
})

describe('where to sign', () => {
  // GitHub's own instance has no log of certificates.
  let withoutCtlog: Sigstore
  beforeAll(async () => {
    withoutCtlog = await startSigstore({ ctlog: false })
  })
  afterAll(() => withoutCtlog?.stop())

  const given = { sigstore: 'auto', 'sigstore-signing-config': '' }
  const env = (visibility: string) => ({
    ...signingEnv(stage, { repository_visibility: visibility }),
    ...tunnels.env(stage.env['NODE_EXTRA_CA_CERTS']),
  })

  // Variant: an internal repository is one that is not public, as a private one.
  test.each(rows(['private'], ['internal']))(
    'a %s repository is told to no log, and cosign accepts it',
    async (visibility) => {
      app(visibility)
      const own = writeSigstoreFiles(stage.folder, withoutCtlog, undefined, visibility)
      tunnels.to = withoutCtlog
      const result = await attested(visibility, { ...own, ...given }, env(visibility)).finally(() => {
        tunnels.to = sigstore
      })
      expectSuccess(result)
      expect(tunnels.requests).toEqual([
        'fulcio.githubapp.com POST /api/v2/signingCert',
        'timestamp.githubapp.com POST /api/v1/timestamp',
      ])
      expect(new Set(tunnels.wanted)).toEqual(new Set(['fulcio.githubapp.com', 'timestamp.githubapp.com']))
      expect(
        [...sigstore.requests, ...withoutCtlog.requests].filter((one) => one.startsWith('rekor')),
      ).toEqual([])
      expect(JSON.parse(result.outputs['attestations'] as string)[0].logIndex).toBeNull()
      const [line = '', gh] = commandsOf(result)
      await cosign.run(line)
      expect(gh).toMatch(
        /^gh attestation verify oci:\/\/\S+ --bundle-from-oci --repo octo-org\/demo --cert-identity /,
      )
    },
  )

  test('a public one by the public good instance, with an entry in its log', async () => {
    app('public')
    const result = await attested('public', given, env('public'))
    expectSuccess(result)
    expect(tunnels.requests).toEqual([
      'fulcio.sigstore.dev POST /api/v2/signingCert',
      'rekor.sigstore.dev POST /api/v1/log/entries',
    ])
    await cosign.run(lineOf(result))
  })

  type Instance = { readonly ctlog: boolean; readonly log: 1 | 2 | null; readonly timestamps: boolean }
  const instances = rows<Instance>(
    [{ ctlog: false, log: 2, timestamps: true }],
    // Variants: long/sign-and-verify.test.ts signs and verifies with each.
    [
      { ctlog: true, log: 1, timestamps: true },
      { ctlog: true, log: 2, timestamps: true },
      { ctlog: false, log: 1, timestamps: false },
      { ctlog: false, log: null, timestamps: true },
    ],
  )
  test.each(instances)(
    'by an instance with %j: cosign accepts what the step printed',
    async ({ ctlog, ...parts }) => {
      const name = `instance-${ctlog ? 'ct' : 'bare'}-${parts.log ?? 'none'}`
      app(name)
      const own = writeSigstoreFiles(stage.folder, ctlog ? sigstore : withoutCtlog, parts, name)
      const result = await attested(name, own)
      expectSuccess(result)
      const line = lineOf(result)
      expect(line.split(' ').includes('--insecure-ignore-sct')).toBe(!ctlog)
      await cosign.run(line)
      // What it has no proof of is not overlooked without a word: cosign has to be told.
      if (!ctlog) expect(await cosign.refusal(line.replace(' --insecure-ignore-sct', ''))).toContain('SCT')
    },
  )
})

describe('other registries', () => {
  test('three of them have the attestation, signed once, and cosign accepts it in each, whatever the workflow is called', async () => {
    app('spread')
    const env = signingEnv(stage, { job_workflow_ref: NAMES[0] })
    const result = await attested('spread', { registries: 'us-east-1,eu-west-1' }, env)
    expectSuccess(result)
    const { digest = '' } = result.outputs
    const own = await referrersOf('spread', digest)
    expect(own).toHaveLength(1)
    for (const region of ['us-east-1', 'eu-west-1']) {
      expect(await referrersOf('spread', digest, ACCOUNT, region)).toEqual(own)
      await cosign.login(ACCOUNT, region)
      const [from, to] = [REGION, region].map((one) => stage.ecr.registryHost(ACCOUNT, one))
      await cosign.run(lineOf(result).replace(from as string, to as string))
    }
    expect(sigstore.requests.filter((line) => line.startsWith('fulcio'))).toHaveLength(1)
  })

  // Variant: verify.test.ts promotes to another account what is beside an image
  variant('a promotion to another account takes it along', async () => {
    app('released')
    const result = await attested('released')
    expectSuccess(result)
    const place = { account: OTHER, region: REGION, repository: 'released' }
    await shareRepository(stage.ecr.store, place, ACCOUNT)
    const host = stage.ecr.registryHost(OTHER, REGION)
    // On ports of localhost, a host does not say the account.
    if (stage.ecr.mode !== 'tls') return
    const source = `${stage.ecr.registryHost(ACCOUNT, REGION)}/released:v1`
    const given = { source, repository: `${host}/released`, 'aws-region': REGION }
    const promoted = await stage.main(given, { action: PROMOTE })
    expectSuccess(promoted)
    const { digest = '' } = result.outputs
    expect(await referrersOf('released', digest, place.account)).toEqual(
      await referrersOf('released', digest),
    )
    await cosign.login(OTHER, REGION)
    await cosign.run(lineOf(result).replace(stage.ecr.registryHost(ACCOUNT, REGION), host))
  })

  // Variant: 'of several runners' below merges and signs; long/provenance.test.ts has the builder that others can trust
  variant('merge attests its index, of what its builds have attested on runners of GitHub’s', async () => {
    const { jobs } = readWorkflow('.github/workflows/build-push.yml')
    const required = requirementOf(jobs['name'] as Job, 'provenance', JOB.sha)
    const job_workflow_ref = 'OWNER/ecr-build-push/.github/workflows/build-platforms.yml@refs/tags/v1'
    const built = async (platform: string, runner_environment: string) => {
      app('merged')
      const inputs = {
        repository: 'merged',
        'aws-region': REGION,
        context: 'merged',
        platforms: platform,
        'push-by-digest': 'true',
        ...CUSTOM,
      }
      const env = { ...signingEnv(stage, { job_workflow_ref, runner_environment }), SOURCE_DATE_EPOCH: '1' }
      const part = await stage.main(inputs, { env })
      expectSuccess(part)
      return part.outputs['digest'] as string
    }
    const amd64 = await built('linux/amd64', 'github-hosted')
    // Variant: long/provenance.test.ts refuses an image of a machine that is not GitHub's
    const arm64 = await built('linux/arm64', EVERY_VARIANT ? 'self-hosted' : 'github-hosted')
    const inputs = {
      repository: 'merged',
      'aws-region': REGION,
      digests: `${amd64}\n${arm64}`,
      tags: 'v1',
      'require-provenance': required,
      ...CUSTOM,
    }
    if (EVERY_VARIANT) {
      const refused = await stage.main(inputs, { action: MERGE, env: signingEnv(stage) })
      expect(refused.exitCode).not.toBe(0)
      expect(refused.annotations.map(({ message }) => message).join()).toContain(
        'on a runner that is self-hosted, wanted github-hosted',
      )
      expect([...repositoryOf('merged').tags]).toEqual([])
      // The same image, built on another machine of the same run.
      expect(await built('linux/arm64', 'github-hosted')).toBe(arm64)
    }
    const first = await stage.main(inputs, { action: MERGE, env: signingEnv(stage) })
    expectSuccess(first)
    await cosign.run(lineOf(first))
    // A rerun of the run adds nothing, although the index is pushed once more.
    const rerun = await stage.main(inputs, { action: MERGE, env: signingEnv(stage, { run_attempt: '9' }) })
    expectSuccess(rerun)
    expect(rerun.outputs['attestations']).toBe(first.outputs['attestations'])
    expect(await referrersOf('merged', first.outputs['digest'])).toHaveLength(1)
  })
})

describe('an SBOM', () => {
  const SPDX = 'https://spdx.dev/Document/v2.3'
  /** A scanner, as BuildKit starts one: what it finds is the image's own list of files. */
  let generator: string
  beforeAll(async () => {
    const scan = [
      '#!/bin/sh',
      'cd "$BUILDKIT_SCAN_SOURCE"',
      'files=$(find . -type f | sort | sed \'s/.*/{"SPDXID":"SPDXRef-File","fileName":"&"}/\' | paste -sd, -)',
      'printf \'{"_type":"https://in-toto.io/Statement/v0.1","predicateType":"https://spdx.dev/Document","predicate":{"spdxVersion":"SPDX-2.3","SPDXID":"SPDXRef-DOCUMENT","files":[%s]}}\' "$files" > "$BUILDKIT_SCAN_DESTINATION/sbom.spdx.json"',
    ]
    generator = await seedScanner(stage, scan.join('\n'))
  })

  const commandsFor = (result: StepResult, subject: string) =>
    commandsOf(result).filter((line) => line.includes(` --type ${SPDX} `) && line.endsWith(`@${subject}`))
  const filesIn = async (line: string) => {
    const said = (await cosign.run(line)).split('\n').find((text) => text.startsWith('{"payload'))
    const { payload } = JSON.parse(said ?? '{}')
    const { predicate } = JSON.parse(Buffer.from(payload, 'base64').toString('utf8'))
    return predicate.files.map(({ fileName }: { fileName: string }) => fileName)
  }
  const images = (repository: string) => [...repositoryOf(repository).images.values()]

  test('of one platform is signed, and the image is a plain manifest, all that ECR has', async () => {
    app('one')
    const result = await attested('one', { attest: 'provenance,sbom', sbom: generator, tags: 'v1,v2' })
    expectSuccess(result)
    const { digest = '' } = result.outputs
    const held = repositoryOf('one').images.get(digest)
    expect(held?.children).toEqual([])
    expect([...repositoryOf('one').tags]).toEqual([
      ['v1', digest],
      ['v2', digest],
    ])
    expect(images('one')).toHaveLength(3)
    expect(await referrersOf('one', digest)).toHaveLength(2)
    expect(await filesIn(commandsFor(result, digest)[0] as string)).toEqual(['./Dockerfile'])
    expect(Object.values(JSON.parse(result.outputs['platform-digests'] as string))).toEqual([digest])
    expect(JSON.parse(result.outputs['metadata'] as string)['containerimage.digest']).toBe(digest)
    expect(result.annotations.filter(({ message }) => message.includes('Lambda'))).toEqual([])
    // It is what Lambda takes, and what the config says it is.
    const manifest = JSON.parse(Buffer.from(held?.bytes ?? []).toString('utf8'))
    expect(result.outputs['imageid']).toBe(manifest.config.digest)
  })

  // Variant: 'of several runners' below has two platforms
  variant('of each of two platforms is signed for its image, and the index has nothing else', async () => {
    app('two')
    const result = await attested('two', {
      attest: 'sbom',
      sbom: generator,
      platforms: 'linux/amd64,linux/arm64',
    })
    expectSuccess(result)
    const { digest = '' } = result.outputs
    const digests = Object.values<string>(JSON.parse(result.outputs['platform-digests'] as string))
    const index = JSON.parse(
      Buffer.from(repositoryOf('two').images.get(digest)?.bytes ?? []).toString('utf8'),
    )
    expect(index.manifests.map((entry: { digest: string }) => entry.digest).sort()).toEqual(
      [...digests].sort(),
    )
    for (const one of digests) {
      expect(await filesIn(commandsFor(result, one)[0] as string)).toEqual(['./Dockerfile'])
    }
    expect(images('two')).toHaveLength(5)
    const again = await attested('two', { attest: 'sbom', 'if-image-exists': 'skip' })
    expectSuccess(again)
    expect(again.outputs).toMatchObject({ pushed: 'false', attested: 'true' })
  })

  test('of several runners goes along, and merge signs it and leaves it out of the index', async () => {
    const digests = []
    for (const platform of ['linux/amd64', 'linux/arm64']) {
      app('parts')
      const part = await attested('parts', {
        attest: 'sbom',
        sbom: generator,
        platforms: platform,
        tags: '',
        'push-by-digest': 'true',
      })
      expectSuccess(part)
      expect(part.outputs['attested'] ?? '').toBe('')
      digests.push(part.outputs['digest'])
    }
    const given = {
      repository: 'parts',
      'aws-region': REGION,
      digests: digests.join('\n'),
      tags: 'v1',
      ...CUSTOM,
    }
    const merged = await stage.main(
      { ...given, attest: 'provenance,sbom' },
      { action: MERGE, env: signingEnv(stage) },
    )
    expectSuccess(merged)
    const { digest = '' } = merged.outputs
    const index = JSON.parse(
      Buffer.from(repositoryOf('parts').images.get(digest)?.bytes ?? []).toString('utf8'),
    )
    expect(index.manifests).toHaveLength(2)
    for (const { digest: one } of index.manifests) {
      expect(await filesIn(commandsFor(merged, one)[0] as string)).toEqual(['./Dockerfile'])
    }
    await cosign.run(commandsOf(merged).find((line) => line.includes('slsa.dev')) as string)
    // Variants: long/attest-sboms.test.ts has reruns by each action.
    if (!EVERY_VARIANT) return
    // Three statements, about three digests: another attempt of the run adds none, another run adds each.
    const rerun = await stage.main(
      { ...given, attest: 'provenance,sbom' },
      { action: MERGE, env: signingEnv(stage, { run_attempt: '9' }) },
    )
    expectSuccess(rerun)
    expect(rerun.outputs['attestations']).toBe(merged.outputs['attestations'])
    const subjects = JSON.parse(merged.outputs['attestations'] as string).map(
      (one: { subject: string }) => one.subject,
    )
    expect(new Set(subjects).size).toBe(3)
    const beside = () => Promise.all(subjects.map((one: string) => referrersOf('parts', one)))
    expect((await beside()).map((all) => all.length)).toEqual([1, 1, 1])
    const another = await stage.main(
      { ...given, attest: 'sbom' },
      { action: MERGE, env: signingEnv(stage, { run_id: '4243' }) },
    )
    expectSuccess(another)
    // Only what it was asked for.
    expect((await beside()).map((all) => all.length)).toEqual([1, 2, 2])
  })

  test('is in what outputs get beside the push', async () => {
    app('beside')
    const outputs = 'type=oci,dest=beside.tar\ntype=local,dest=beside-files'
    const result = await attested('beside', { attest: 'sbom', sbom: generator, outputs })
    expectSuccess(result)
    const { digest = '' } = result.outputs
    expect(repositoryOf('beside').images.get(digest)?.children).toEqual([])
    expect(readdirSync(path.join(stage.folder, 'beside-files')).sort()).toEqual([
      'Dockerfile',
      'sbom.spdx.json',
    ])
    const env = stage.env
    const index = await client('tar', ['-xOf', path.join(stage.folder, 'beside.tar'), 'index.json'], env)
    const [{ digest: archived }] = JSON.parse(index).manifests
    expect(archived).not.toBe(digest)
    const blob = `blobs/sha256/${archived.slice(7)}`
    const whole = await client('tar', ['-xOf', path.join(stage.folder, 'beside.tar'), blob], env)
    expect(JSON.parse(whole).manifests).toMatchObject([
      { digest },
      { annotations: { 'vnd.docker.reference.type': 'attestation-manifest' } },
    ])
  })

  // Variant: long/attest.test.ts signs the SBOM of a file
  variant('of a file', async () => {
    app('filed')
    const cyclonedx = { bomFormat: 'CycloneDX', specVersion: '1.6', components: [] }
    writeFileSync(path.join(stage.folder, 'bom.json'), JSON.stringify(cyclonedx))
    const result = await attested('filed', { attest: 'sbom', 'sbom-file': 'bom.json' })
    expectSuccess(result)
    expect(lineOf(result)).toContain(' --type https://cyclonedx.org/bom ')
    await cosign.run(lineOf(result))
  })

  // Variant: unit/docker/build/requirements.test.ts has what each engine cannot
  variant('is not made by an engine that cannot: refused before the build', async () => {
    app('unable')
    const home = mkdtempSync(path.join(stage.folder, 'home-'))
    const env = { ...signingEnv(stage), ...parts().engines.old.env, HOME: home }
    const result = await attested('unable', { attest: 'sbom' }, env)
    expect(result.exitCode).toBe(1)
    expect(errorOf(result)).toContain("Input 'attest': 'sbom': needs buildx 0.10.0 or later")
    expect(stage.ecr.store.find({ account: ACCOUNT, region: REGION, repository: 'unable' })).toBeUndefined()
  })
})

describe('ECR Public', () => {
  const inputs = { 'registry-type': 'public', 'aws-region': '' }

  test('lists the attestation by its registry, and cosign accepts it', async () => {
    app('openly')
    const result = await attested('openly', inputs)
    expectSuccess(result)
    expect(result.outputs['attested']).toBe('true')
    // The local one gives no token to everybody, as ECR Public does.
    await cosign.login(ACCOUNT, PUBLIC)
    await cosign.run(lineOf(result))
  })

  // Variant: long/attest.test.ts: before the build
  variant.each([
    ['exists', 'openly'],
    ['is created by the step', 'newly'],
  ])('that does not list it is refused before the build, if the repository %s', async (_, repository) => {
    app(repository)
    stage.ecr.faults.order({
      match: { side: 'registry', path: '/referrers/' },
      times: Number.POSITIVE_INFINITY,
      effect: { kind: 'status', status: 404 },
    })
    const result = await attested(repository, { ...inputs, tags: 'v2' })
    expect(result.exitCode).toBe(1)
    expect(errorOf(result)).toMatch(
      /^The registry of public\.ecr\.aws\/\S+ does not list what refers to an image, so that nobody would find an attestation there\.\nWhat to do: leave attest out for this registry\.$/,
    )
    expect(result.log).not.toContain('buildx build')
  })
})

describe('what goes wrong', () => {
  // Variant: long/attest.test.ts: a job without the permission
  variant('no permission: the step ends before the build, and ECR has nothing', async () => {
    app('denied')
    const result = await attested('denied', {}, {})
    expect(result.exitCode).toBe(1)
    expect(errorOf(result)).toContain('permissions:\n  id-token: write')
    expect(result.log).not.toContain('[command]')
    expect(stage.ecr.store.find({ account: ACCOUNT, region: REGION, repository: 'denied' })).toBeUndefined()
  })

  test('Fulcio refuses for good: the outputs of the push are set, and no secret is anywhere', async () => {
    app('failed')
    sigstore.faults.fulcio.push({ status: 400, body: '{"message":"not this issuer"}' })
    const env = signingEnv(stage)
    const result = await attested('failed', {}, { ...env, RUNNER_DEBUG: '1' })
    expect(result.exitCode).toBe(1)
    expect(result.annotations.at(-1)?.message).toMatch(
      /^The attestation \(provenance\) of \S+\/failed@sha256:\w+ could not be signed: Fulcio \(http:\S+\): 400 Bad Request: not this issuer\nWhat to do: read what Fulcio says above\. .*check that this Fulcio accepts the OIDC tokens/,
    )
    expect(result.outputs).toMatchObject({ pushed: 'true', attested: 'false' })
    expect(await referrersOf('failed', result.outputs['digest'])).toEqual([])
    const shown = result.raw.split('\n').filter((line) => /eyJ0eXAiOiJKV1Qi/.test(line))
    expect(shown.length).toBeGreaterThan(0)
    expect(shown.every((line) => line.startsWith('::add-mask::'))).toBe(true)
  })
})

// Without the input none is: costs.test.ts.
test('with the input, the scripts of signing are loaded', async () => {
  if (using === '') {
    using = mkdtempSync(path.join(stage.folder, 'coverage-'))
    app('loaded')
    expectSuccess(await attested('loaded', {}, { ...signingEnv(stage), NODE_V8_COVERAGE: using }))
  }
  const urls = readdirSync(using).flatMap((file) =>
    (JSON.parse(readFileSync(path.join(using, file), 'utf8')) as { result: { url: string }[] }).result.map(
      ({ url }) => url,
    ),
  )
  const loaded = new Set(urls.filter((url) => url.includes('/dist/')).map((url) => path.basename(url)))
  expect(scriptsOfSigning().filter((name) => loaded.has(name)).length).toBeGreaterThan(3)
})
