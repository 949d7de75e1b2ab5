import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { type Fault, type ServiceName, type Sigstore, startSigstore } from '../../dev/sigstore/services.ts'
import { callerOf, invoke } from '../../local-ecr/index.ts'
import { readMergeInputs } from '../../src/actions/merge/inputs.ts'
import { merge } from '../../src/actions/merge/run.ts'
import { NO_SETTINGS } from '../../src/ecr/settings/settings.ts'
import type { AttestInputs } from '../../src/inputs/attest.ts'
import type { Inputs } from '../../src/inputs/index.ts'
import { readEventContext } from '../../src/metadata/index.ts'
import { digestOf } from '../../src/oci/types.ts'
import type { SummaryFacts } from '../../src/report/facts.ts'
import { trustedRootIn } from '../../src/sigstore/custom.ts'
import { BUNDLE_TYPE } from '../../src/sigstore/referrer.ts'
import { verifyBundle } from '../../src/sigstore/verify.ts'
import { Flow } from '../support/flow.ts'
import { putImage } from '../support/flow-images.ts'
import { lowerLimits } from '../support/limits.ts'
import { JOB_WITHOUT_TOKEN } from '../support/signing-job.ts'
import { SHORT } from '../support/sigstore/job.ts'
import { type RecordedJob, signingJob } from '../support/sigstore/signing-job.ts'

jest.setTimeout(60_000)

let sigstore: Sigstore
beforeAll(async () => {
  sigstore = await startSigstore()
})
afterAll(() => sigstore.stop())
beforeEach(() => {
  flow = new Flow()
  work(signingJob())
})
afterEach(() => {
  sigstore.requests.length = 0
  for (const faults of Object.values(sigstore.faults)) faults.length = 0
})

let flow: Flow
let job: RecordedJob
let facts: SummaryFacts | null

/** Gives the flow another job, and a summary that can be read. */
function work(next: RecordedJob, payload: unknown = {}): void {
  job = next
  facts = null
  flow.alter = (world) => ({
    ...world,
    job,
    github: { ...world.github, event: async () => readEventContext({}, payload, new Date()) },
    summarize: async (told) => {
      if (told.state === 'done') facts = told
    },
  })
}

function custom(
  parts: { log: 1 | 2 | null; timestamps: boolean } = { log: 1, timestamps: false },
): AttestInputs {
  return {
    what: ['provenance'],
    sbom: null,
    sigstore: 'custom',
    signingConfig: { path: 'signing_config.json', text: sigstore.signingConfig(parts) },
    trustedRoot: { path: 'trusted_root.json', text: sigstore.trustedRoot },
  }
}

const attested = (change: Partial<Inputs> & { readonly tags?: readonly string[] } = {}) =>
  flow.run({ attest: custom(), ...change })

/** What ECR lists beside an image, in a region. */
async function listed(digest: string, region = flow.caller.region) {
  const { referrers } = (await invoke(
    flow.store,
    callerOf(flow.caller.account, region),
    'ListImageReferrers',
    {
      repositoryName: 'app',
      subjectId: { imageDigest: digest },
    },
  )) as { referrers: { digest: string; artifactType: string; annotations: Record<string, string> }[] }
  return referrers
}

/** The stage's line of the log, without its time. */
const stage = () =>
  flow.log
    .filter((line) => /^(?:Attested in|Read what is beside|The attestation failed)/.test(line))
    .map((line) => line.replace(/\b(?:\d+ ms|\d\.\d s)/, 'TIME'))
const SIGNER = 'https://github.com/octo-org/shared/.github/workflows/push.yml@refs/tags/v1'

const parsed = (name: string) => JSON.parse(flow.outputs[name] as string)
const uri = () => `${flow.caller.account}.dkr.ecr.${flow.caller.region}.amazonaws.com/app`
const tags = () => [...flow.store.get(flow.place).tags.keys()].sort()

describe('a push', () => {
  test('has provenance beside it, verified, and found by ECR', async () => {
    await attested()
    const { digest = '' } = flow.outputs
    const [referrer, ...others] = await listed(digest)
    expect(others).toEqual([])
    expect(referrer).toMatchObject({
      artifactType: BUNDLE_TYPE,
      annotations: { 'dev.sigstore.bundle.predicateType': 'https://slsa.dev/provenance/v1' },
    })
    expect(flow.outputs['attested']).toBe('true')
    expect(parsed('attestations')).toEqual([
      {
        predicateType: 'https://slsa.dev/provenance/v1',
        subject: digest,
        referrer: referrer?.digest,
        logIndex: expect.stringMatching(/^\d+$/),
        url: null,
      },
    ])
    // Nothing but what was asked for is under a tag: no list of referrers stands there in its place.
    expect(tags()).toEqual(['latest', 'v1'])
    expect(facts?.checks).toEqual([
      {
        outcome: 'passed',
        line: expect.stringMatching(
          /^Attestation: provenance, signed by <code>.*push\.yml.*; verified, and beside the image\.$/,
        ),
        detail: null,
      },
    ])
    expect(facts?.failure).toBeNull()
    expect(facts?.phases.map(({ name }) => name)).toContain('attestation')
    expect(facts?.verifyCommands).toEqual([flow.outputs['verify-commands']])
    expect(stage()).toEqual([`Attested in TIME: provenance; signed by ${SIGNER}, and verified`])
    expect(flow.debug.join('\n')).toMatch(
      /^sigstore: custom is custom for octo-org\/demo, which is public; the trust root is trusted_root\.json$[\s\S]*^The attestation \(provenance\) of \S+ is signed by \S+push\.yml@refs\/tags\/v1, entry \d+ of the log, and verified; its size is \d+ bytes$/m,
    )
    expect(flow.debug.join('\n')).not.toMatch(/eyJ/)
  })

  test('the bundle is about this digest, by this run, and GitHub’s store is asked once', async () => {
    work(signingJob({ store: { stored: true, url: 'https://github.com/octo-org/demo/attestations/7' } }))
    await attested()
    const { digest = '' } = flow.outputs
    const [bundle, ...more] = job.kept
    expect(more).toEqual([])
    const root = trustedRootIn(sigstore.trustedRoot, '')
    const predicateType = 'https://slsa.dev/provenance/v1'
    const bytes = Buffer.from(JSON.stringify(bundle))
    const { statement, identity } = verifyBundle(bytes, root, { digest, predicateType, signer: null })
    expect(statement.subject).toEqual([{ name: uri(), digest: { sha256: digest.slice(7) } }])
    expect(identity).toBe('https://github.com/octo-org/shared/.github/workflows/push.yml@refs/tags/v1')
    expect(statement.predicate).toMatchObject({
      runDetails: {
        metadata: { invocationId: 'https://github.com/octo-org/demo/actions/runs/4242/attempts/2' },
      },
    })
    expect(parsed('attestations')[0].url).toBe('https://github.com/octo-org/demo/attestations/7')
    // One token tells before the build who signs; the one that signs is fresh.
    expect(job.audiences).toEqual(['sigstore', 'sigstore'])
  })

  test('nothing of it happens without the input', async () => {
    await flow.run()
    expect(job.audiences).toEqual([])
    expect(sigstore.requests).toEqual([])
    expect(flow.operations()).not.toContain('ListImageReferrers')
    expect(flow.outputs['attested']).toBeUndefined()
    expect(facts?.checks).toEqual([])
  })

  test('the commands name signer, image and trust root', async () => {
    await attested()
    expect(flow.outputs['verify-commands']).toBe(
      `cosign verify-attestation --trusted-root trusted_root.json --type https://slsa.dev/provenance/v1 --certificate-identity https://github.com/octo-org/shared/.github/workflows/push.yml@refs/tags/v1 --certificate-oidc-issuer https://token.actions.githubusercontent.com ${uri()}@${flow.outputs['digest']}`,
    )
  })

  test('without a log, none is asked, and the command says so', async () => {
    await attested({ attest: custom({ log: null, timestamps: true }) })
    expect(sigstore.requests).toEqual(['fulcio POST /api/v2/signingCert', 'tsa POST /api/v1/timestamp'])
    expect(flow.outputs['verify-commands']).toContain(' --insecure-ignore-tlog --use-signed-timestamps ')
    expect(parsed('attestations')[0].logIndex).toBeNull()
  })

  test('three registries have the same attestation, signed once', async () => {
    const at = (region: string) => ({ region, registryId: null, role: null, given: region })
    await attested({ registries: [at('us-east-1'), at('eu-west-1')] as never })
    const { digest = '' } = flow.outputs
    const all = await Promise.all(
      [flow.caller.region, 'us-east-1', 'eu-west-1'].map(async (region) =>
        (await listed(digest, region)).map((one) => one.digest),
      ),
    )
    expect(all[0]).toHaveLength(1)
    expect(all).toEqual([all[0], all[0], all[0]])
    expect(sigstore.requests.filter((line) => line.startsWith('fulcio'))).toHaveLength(1)
  })
})

describe('once more', () => {
  test('a rerun of the same run adds nothing', async () => {
    await attested()
    const before = parsed('attestations')
    work(signingJob({ claims: { run_attempt: '3' } }))
    await attested()
    expect(parsed('attestations')).toEqual(before)
    expect(await listed(flow.outputs['digest'] as string)).toHaveLength(1)
    expect(sigstore.requests.filter((line) => line.startsWith('fulcio'))).toHaveLength(1)
    expect(job.kept).toEqual([])
    expect(flow.log.join('\n')).toContain('An earlier attempt of this run has attested')
  })

  test('another run adds its own, in an immutable repository too', async () => {
    await attested({ settings: immutable })
    work(signingJob({ claims: { run_id: '4243' } }))
    await attested({ tags: ['v2'] })
    expect(await listed(flow.outputs['digest'] as string)).toHaveLength(2)
    expect(tags()).toEqual(['latest', 'v1', 'v2'])
  })

  test('an attestation of the same run that does not verify is not taken', async () => {
    await attested()
    const other = await startSigstore()
    try {
      const attest = {
        ...custom(),
        signingConfig: { path: '', text: other.signingConfig({ log: 1, timestamps: false }) },
        trustedRoot: { path: 'other.json', text: other.trustedRoot },
      }
      await attested({ attest })
      expect(await listed(flow.outputs['digest'] as string)).toHaveLength(2)
    } finally {
      await other.stop()
    }
  })
})

const immutable = { ...NO_SETTINGS, mutability: { mode: 'IMMUTABLE', exclusions: [] } } as const

describe('an SBOM', () => {
  const content = { spdxVersion: 'SPDX-2.3', SPDXID: 'SPDXRef-DOCUMENT', packages: [{ name: 'musl' }] }
  const file = (what: AttestInputs['what']) => ({
    ...custom(),
    what,
    sbom: { from: 'file', path: 'sbom.json', content } as const,
  })

  test('of a file is signed beside the provenance', async () => {
    await attested({ attest: file(['provenance', 'sbom']) })
    const { digest = '' } = flow.outputs
    const types = parsed('attestations').map(({ predicateType }: { predicateType: string }) => predicateType)
    expect(types).toEqual(['https://slsa.dev/provenance/v1', 'https://spdx.dev/Document/v2.3'])
    expect(await listed(digest)).toHaveLength(2)
    expect(flow.outputs['attested']).toBe('true')
    const root = trustedRootIn(sigstore.trustedRoot, '')
    const verified = job.kept.map((bundle) => {
      const payload = Buffer.from(
        (bundle as { dsseEnvelope: { payload: string } }).dsseEnvelope.payload,
        'base64',
      )
      const { predicateType } = JSON.parse(payload.toString('utf8'))
      return verifyBundle(Buffer.from(JSON.stringify(bundle)), root, { digest, predicateType, signer: null })
    })
    const of = verified.find(({ statement }) => statement.predicateType === types[1])
    expect(of?.statement.predicate).toEqual(content)
    expect(stage()).toEqual([`Attested in TIME: provenance, SBOM; signed by ${SIGNER}, and verified`])
    expect(facts?.checks.map(({ line }) => line.slice(0, 23))).toEqual([
      'Attestation: provenance',
      'Attestation: SBOM, sign',
    ])
  })

  test('as deeply nested as a file may be is signed and verified', async () => {
    const deep = { ...content, packages: JSON.parse('['.repeat(499) + ']'.repeat(499)) }
    const attest = { ...file(['sbom']), sbom: { from: 'file', path: 'sbom.json', content: deep } as const }
    await attested({ attest })
    await attested({ ifImageExists: 'skip', attest })
    expect(flow.outputs['attested']).toBe('true')
  })

  test('a rerun takes what is there, and signs what is not', async () => {
    await attested()
    await attested({ attest: file(['provenance', 'sbom']) })
    expect(await listed(flow.outputs['digest'] as string)).toHaveLength(2)
    expect(sigstore.requests.filter((line) => line.startsWith('fulcio'))).toHaveLength(2)
  })

  test('of a rerun that says something else is signed anew; one that says the same, in any order, is taken', async () => {
    const said = (sbom: object) => ({
      ...custom(),
      what: ['sbom'] as const,
      sbom: { from: 'file', path: 'sbom.json', content: sbom } as const,
    })
    await attested({ attest: said(content) })
    work(signingJob({ claims: { run_attempt: '3' } }))
    await attested({ attest: said({ ...content, packages: [{ name: 'openssl' }] }) })
    const [other] = parsed('attestations')
    expect(await listed(flow.outputs['digest'] as string)).toHaveLength(2)
    expect(flow.log.join('\n')).not.toContain('earlier attempt')
    const { packages, ...rest } = content
    await attested({ attest: said({ packages, ...rest }) })
    expect(parsed('attestations')[0].referrer).not.toBe(other.referrer)
    expect(await listed(flow.outputs['digest'] as string)).toHaveLength(2)
    expect(flow.log.join('\n')).toContain('An earlier attempt of this run has attested')
    await attested({ attest: said({ ...content, packages: [{ name: 'openssl' }] }) })
    expect(flow.log.join('\n')).toContain(`This run has attested ${flow.outputs['digest']} already`)
    expect(parsed('attestations')).toEqual([other])
    expect(sigstore.requests.filter((line) => line.startsWith('fulcio'))).toHaveLength(2)
  })

  test('one of two fails: what is there is told, and the step fails', async () => {
    sigstore.faults.rekor.push({ status: 400, body: '{}' })
    const message = await flow.failure({ attest: file(['provenance', 'sbom']) })
    expect(message).toMatch(/^The attestation \((?:provenance|sbom)\) of \S+ could not be signed: Rekor/)
    expect(flow.outputs['attested']).toBe('false')
    const [one, ...others] = parsed('attestations')
    expect(others).toEqual([])
    // The row of each kind is about that kind alone.
    const isSbom = one.predicateType.includes('spdx')
    const rows = [
      [/^Attestation: provenance is missing\.$/, 'failed'],
      [/^Attestation: SBOM, signed by .*; verified, and beside the image\.$/, 'passed'],
    ]
    const other = [
      [/^Attestation: provenance, signed by .*; verified, and beside the image\.$/, 'passed'],
      [/^Attestation: SBOM is missing\.$/, 'failed'],
    ]
    expect(facts?.checks.map(({ line, outcome }) => [line, outcome])).toEqual(
      (isSbom ? rows : other).map(([line, outcome]) => [expect.stringMatching(line as RegExp), outcome]),
    )
  })

  test.each([
    [
      'the same, in another order',
      { packages: [{ name: 'musl' }], SPDXID: content.SPDXID, spdxVersion: content.spdxVersion },
      true,
    ],
    ['the same when it is signed', { ...content, packages: [{ name: 'musl', size: undefined }] }, true],
    ['another package', { ...content, packages: [{ name: 'openssl' }] }, false],
    ['one package more', { ...content, packages: [{ name: 'musl' }, { name: 'musl' }] }, false],
  ])('skip takes what is attested for the file if it says the same: %s', async (_, other, same) => {
    await attested({ attest: file(['sbom']) })
    const before = parsed('attestations')
    const sbom = { from: 'file', path: 'sbom.json', content: other } as const
    await attested({ ifImageExists: 'skip', attest: { ...file(['sbom']), sbom } })
    expect(flow.outputs['attested']).toBe(String(same))
    expect(parsed('attestations')).toEqual(same ? before : [])
    const warning = `warning: ${uri()}@${flow.outputs['digest']} has a valid attestation of another SBOM than that of sbom-file, and this attempt did not build it`
    expect(flow.log.filter((line) => line.startsWith(warning))).toHaveLength(same ? 0 : 1)
    expect(facts?.checks.map(({ outcome }) => outcome)).toEqual([same ? 'passed' : 'unknown'])
  })

  test('that JSON has no word for is the same in a rerun', async () => {
    const sbom = {
      from: 'file',
      path: 'sbom.json',
      content: JSON.parse('{"spdxVersion":"SPDX-2.3","SPDXID":"x","n":[-0,1e400]}'),
    } as const
    await attested({ attest: { ...file(['sbom']), sbom } })
    await attested({ attest: { ...file(['sbom']), sbom } })
    expect(await listed(flow.outputs['digest'] as string)).toHaveLength(1)
  })

  test('skip wants it too', async () => {
    await attested()
    work(signingJob())
    await attested({ ifImageExists: 'skip', attest: file(['provenance', 'sbom']) })
    expect(flow.outputs).toMatchObject({ pushed: 'false', attested: 'false' })
    expect(parsed('attestations')).toHaveLength(1)
    expect(flow.log.join('\n')).toContain('has no valid attestation for all of provenance, sbom')
  })
})

describe('if-image-exists: skip', () => {
  test('what an earlier run attested is verified, and nothing is signed', async () => {
    await attested()
    const before = parsed('attestations')
    work(signingJob({ claims: { run_id: '5000', sha: 'f'.repeat(40) } }))
    sigstore.requests.length = 0
    await attested({ ifImageExists: 'skip' })
    expect(flow.outputs).toMatchObject({ pushed: 'false', attested: 'true' })
    expect(parsed('attestations')).toEqual(before)
    expect(sigstore.requests).toEqual([])
  })

  test.each([
    ['nothing is there', null],
    ['another repository attested it', { repository: 'mallory/demo' }],
    ['another one that had its name attested it', { repository_id: '666' }],
    ['one of another owner of that name attested it', { repository_owner_id: '777' }],
  ])('%s: attested is false, with a warning', async (_, claims) => {
    if (claims === null) await flow.run()
    else {
      work(signingJob({ claims }))
      await attested()
    }
    work(signingJob())
    sigstore.requests.length = 0
    await attested({ ifImageExists: 'skip' })
    expect(flow.outputs).toMatchObject({ pushed: 'false', attested: 'false', attestations: '[]' })
    expect(flow.log.filter((line) => line.startsWith('warning:'))).toEqual([
      `warning: ${uri()}@${flow.outputs['digest']} has no valid attestation, and this attempt did not build it (if-image-exists: skip), so that it is not signed for. A run that builds and pushes it attests it: set if-image-exists to push, or change its tags`,
    ])
    expect(sigstore.requests).toEqual([])
    expect(stage().at(-1)).toBe('Read what is beside the image in TIME: not all that attest asks for')
    expect(facts?.checks).toEqual([
      { outcome: 'unknown', line: 'Attestation: provenance is missing.', detail: null },
    ])
  })

  test('copied to another registry: the warning says no more than that it was not built', async () => {
    await flow.run()
    const at = { region: 'us-east-1', registryId: null, role: null, given: 'us-east-1' }
    await attested({ ifImageExists: 'skip', registries: [at] as never })
    expect(flow.outputs).toMatchObject({ pushed: 'true', attested: 'false' })
    const warnings = flow.log.filter((line) => line.startsWith('warning:'))
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toContain('this attempt did not build it')
  })
})

describe('merge', () => {
  let digests: string[]
  async function merged(attest: AttestInputs) {
    const given: Record<string, string> = {
      'aws-region': flow.caller.region,
      repository: 'app',
      digests: digests.join('\n'),
      tags: 'v1',
    }
    const read = readMergeInputs({ get: (name) => given[name] ?? '', env: {}, cwd: '/' })
    await flow.within((world) => merge({ ...read, attest }, world))
    return flow.outputs['digest'] as string
  }
  const nothing: AttestInputs = {
    what: [],
    sbom: null,
    sigstore: 'auto',
    signingConfig: null,
    trustedRoot: null,
  }
  beforeEach(async () => {
    await invoke(flow.store, flow.caller, 'CreateRepository', { repositoryName: 'app' })
    digests = []
    for (const architecture of ['amd64', 'arm64']) {
      digests.push((await putImage(flow, 'app', { os: 'linux', architecture })).digest)
    }
  })

  test('signs for its index, although an attempt before has put it there and signed nothing', async () => {
    await merged(nothing)
    const digest = await merged(custom())
    expect(flow.outputs).toMatchObject({ attested: 'true', pushed: 'true' })
    expect(parsed('attestations')).toMatchObject([{ subject: digest }])
    expect(await listed(digest)).toHaveLength(1)
  })

  test('of images without an SBOM is refused before anything is written', async () => {
    const sbom = { ...custom(), what: ['sbom'] as const, sbom: { from: 'build' } as const }
    await expect(merged(sbom)).rejects.toThrow(
      /sha256:\w+ has no SBOM of BuildKit's, so that none can be signed/,
    )
    expect(tags()).toEqual([])
    expect(sigstore.requests).toEqual([])
  })
})

describe('before the build', () => {
  const refused = async (change: Partial<Inputs> = {}) => {
    const message = await flow.failure({ attest: custom(), ...change })
    expect(flow.dockerCalls).not.toContain('build')
    expect(flow.store.find(flow.place)).toBeUndefined()
    expect(sigstore.requests).toEqual([])
    return message
  }

  test('a job without the permission', async () => {
    work({ ...job, ...JOB_WITHOUT_TOKEN })
    expect(await refused()).toBe(
      'attest: GitHub gives this job no OIDC token, so that nothing can be signed.\nWhat to do: give the job the permission; in a reusable workflow, the calling job has to give it too:\npermissions:\n  id-token: write\n  contents: read',
    )
  })

  test('the pull request of a fork', async () => {
    const repo = (full_name: string) => ({ repo: { full_name } })
    work(
      { ...job, ...JOB_WITHOUT_TOKEN },
      { pull_request: { head: repo('mallory/demo'), base: repo('octo-org/demo') } },
    )
    expect(await refused()).toMatch(
      /^attest: this is the pull request of a fork, and GitHub gives its jobs no OIDC token/,
    )
  })

  test('a token that GitHub does not give', async () => {
    work({ ...job, idToken: () => Promise.reject(new Error('503, in 12 attempts')) })
    expect(await refused()).toContain(
      "GitHub gave no OIDC token for the audience 'sigstore', with which the attestation is signed: 503, in 12 attempts\n",
    )
  })

  test('GitHub Enterprise Server needs an instance of its own', async () => {
    work({ ...job, serverUrl: 'https://github.example' })
    const attest = { ...custom(), sigstore: 'auto' as const, signingConfig: null }
    expect(await refused({ attest })).toContain('set sigstore to custom')
  })

  test('a signing config that is none', async () => {
    const attest = { ...custom(), signingConfig: { path: 'ci/signing.json', text: '[]' } }
    expect(await refused({ attest })).toContain(
      'sigstore-signing-config: ci/signing.json: it is not a JSON object',
    )
  })

  test.each([
    ['tlogs', 'log'],
    ['timestampAuthorities', 'timestamp authority'],
  ])('a trust root without %s, although the signing config has a %s', async (list) => {
    const text = JSON.stringify({ ...JSON.parse(sigstore.trustedRoot), [list]: [] })
    const attest = { ...custom({ log: 1, timestamps: true }), trustedRoot: { path: 'ci/root.json', text } }
    expect(await refused({ attest })).toMatch(
      new RegExp(
        `^sigstore-trusted-root: ci/root\\.json: it has no ${list}, and 127\\.0\\.0\\.1:\\d+ .*\nWhat to do: give the trust root`,
      ),
    )
  })

  test('a role that may not list what refers to an image, beside all else that is wrong', async () => {
    flow.service.faults.order({ match: { operation: 'ListImageReferrers' }, effect: { kind: 'deny' } })
    work({ ...job, ...JOB_WITHOUT_TOKEN })
    const message = await refused()
    expect(message).toContain('ecr:ListImageReferrers failed for')
    expect(message).toContain('add this statement to the policy of the identity in use: {"Effect":"Allow"')
    expect(message).toContain('attest: GitHub gives this job no OIDC token')
  })
})

describe('after the push', () => {
  const failed = async (change: Partial<Inputs> = {}) => {
    const message = await flow.failure({ attest: custom(), ...change })
    expect(flow.outputs).toMatchObject({ pushed: 'true', attested: 'false', digest: expect.any(String) })
    expect(tags()).toEqual(['latest', 'v1'])
    expect(facts?.failure?.parts[0]?.message).toBe(message.split('\nWhat to do: ')[0])
    expect(stage()).toEqual(['The attestation failed after TIME'])
    expect(facts?.checks).toEqual([
      { outcome: 'failed', line: 'Attestation: provenance is missing.', detail: null },
    ])
    return message
  }

  const gone: Fault = { status: 400, body: '{"message":"no thanks"}' }
  test.each<[ServiceName, Fault, RegExp]>([
    [
      'fulcio',
      gone,
      /^The attestation \(provenance\) of \S+@sha256:\w+ could not be signed: Fulcio \(http:\S+\): 400 Bad Request: no thanks\n/,
    ],
    ['rekor', gone, /could not be signed: Rekor \(http:\S+\): 400 Bad Request: no thanks\n/],
    [
      'fulcio',
      'silence',
      /could not be signed, in \d+ attempts: Fulcio \(http:\S+\): no whole answer within 0\.\d s\n/,
    ],
    ['rekor', 'half', /could not be signed, in \d+ attempts: Rekor \(http:\S+\): the answer broke off\n/],
  ])(
    '%s fails for good (%j): the image stays, the step fails, nothing is beside the image',
    async (name, fault, message) => {
      lowerLimits(SHORT)
      sigstore.faults[name].push(...Array.from({ length: 20 }, () => fault))
      expect(await failed()).toMatch(message)
      expect(await listed(flow.outputs['digest'] as string)).toEqual([])
    },
  )

  const noRerun = (why: string) =>
    `\nThe image is under its tags now, and a rerun of this job signs nothing for it, as ${why}: give it a new tag then, or delete it before.`
  test.each<[string, Partial<Inputs>, () => string]>([
    ['in an immutable repository', { settings: immutable }, () => noRerun(`${uri()} is immutable`)],
    ['with skip', { ifImageExists: 'skip' }, () => noRerun('if-image-exists is skip')],
    ['with fail', { ifImageExists: 'fail' }, () => noRerun('if-image-exists is fail')],
    ['where the image is pushed again', {}, () => ''],
  ])('the remedy says whether a rerun helps: %s', async (_, change, said) => {
    sigstore.faults.fulcio.push(gone)
    expect(await failed(change)).toMatch(/check that this Fulcio accepts the OIDC tokens .*$/m)
    const remedy = (facts as SummaryFacts).failure?.parts[0]?.remedy ?? ''
    expect(remedy.split('\n').slice(1).join('\n')).toBe(said().slice(1))
    // What a rerun does: it signs, or it does not.
    await flow.run({ attest: custom(), ...change }).catch(() => undefined)
    expect(flow.outputs['attested']).toBe(said() === '' ? 'true' : 'false')
  })

  test('a service that fails for a moment is asked again', async () => {
    sigstore.faults.rekor.push({ status: 503 })
    sigstore.faults.fulcio.push('end')
    await attested()
    expect(flow.outputs['attested']).toBe('true')
  })

  test('an image with 100 referrers is not signed for', async () => {
    await flow.run()
    const { digest = '' } = flow.outputs
    const repository = flow.store.get(flow.place)
    const image = repository.images.get(digest)
    for (let at = 0; at < 100; at++) {
      const own = digestOf(Buffer.from(String(at)))
      repository.images.set(own, { ...(image as NonNullable<typeof image>), digest: own, subject: digest })
    }
    const message = await failed()
    expect(message).toContain(
      `${uri()}@${digest} has 100 referrers (signatures, attestations), and ECR takes no more than 100 for an image, so that it was not attested.`,
    )
    expect(sigstore.requests).toEqual([])
  })

  test('a referrer that ECR does not list is no attestation', async () => {
    lowerLimits({ referrerListedMs: 300 })
    let asked = 0
    const alter = flow.alter
    flow.alter = (world) => {
      const altered = alter(world)
      return {
        ...altered,
        connectEcr: async (given) => ({
          ...(await altered.connectEcr(given)),
          listReferrers: async () => {
            asked++
            return []
          },
        }),
      }
    }
    expect(await failed()).toMatch(
      /has the attestation sha256:\w+, and ECR does not list it beside sha256:\w+ within 0\.3 s/,
    )
    expect(asked).toBeGreaterThan(3)
  })

  test('one registry of two fails: the message says which has it', async () => {
    const at = (region: string) => ({ region, registryId: null, role: null, given: region })
    flow.service.faults.order({
      match: { side: 'registry', region: 'us-east-1', method: 'PUT', path: '/manifests/sha256' },
      times: Number.POSITIVE_INFINITY,
      effect: { kind: 'deny' },
    })
    const message = await flow.failure({ attest: custom(), registries: [at('us-east-1')] as never })
    expect(message).toMatch(
      /^The attestation sha256:\w+ is known to be in 1 of 2 registries\.\nDone: \S+ap-northeast-2\S+\nFailed: \S+us-east-1\S+: The copy of the attestation/,
    )
    const { digest = '' } = flow.outputs
    const [referrer] = await listed(digest)
    const isTold = () => {
      expect(flow.outputs).toMatchObject({ pushed: 'true', attested: 'false' })
      expect(parsed('attestations')).toMatchObject([{ subject: digest, referrer: referrer?.digest }])
      expect(flow.outputs['verify-commands']).toContain(`${uri()}@${digest}`)
      expect(facts?.checks.map(({ line }) => line)).toEqual([
        'Attestation: provenance is missing in a registry.',
      ])
    }
    isTold()
    // GitHub's store has been asked all the same: no later attempt asks it.
    expect(job.kept).toHaveLength(1)
    // Neither does a rerun that finds it forget it.
    await flow.failure({ attest: custom(), registries: [at('us-east-1')] as never })
    isTold()
  })

  test('an image with 100 referrers: what an earlier attempt has put there is told', async () => {
    await attested()
    const before = parsed('attestations')
    const { digest = '' } = flow.outputs
    const { images } = flow.store.get(flow.place)
    const image = images.get(digest)
    for (let at = 0; at < 99; at++) {
      const own = digestOf(Buffer.from(String(at)))
      images.set(own, { ...(image as NonNullable<typeof image>), digest: own, subject: digest })
    }
    const content = { spdxVersion: 'SPDX-2.3', SPDXID: 'SPDXRef-DOCUMENT' }
    const sbom = { from: 'file', path: 'sbom.json', content } as const
    const message = await flow.failure({ attest: { ...custom(), what: ['provenance', 'sbom'], sbom } })
    expect(message).toContain('has 100 referrers')
    expect(flow.outputs['attested']).toBe('false')
    expect(parsed('attestations')).toEqual(before)
  })

  test.each([
    [
      new Error('502 Bad Gateway, in 3 attempts'),
      "warning: GitHub's own store has no copy of the attestation: 502 Bad Gateway, in 3 attempts. The registry has it, and tools find it there",
    ],
    [
      new Error('422: Validation Failed: "bundle is invalid", in 3 attempts'),
      `warning: GitHub's own store has no copy of the attestation: 422: Validation Failed: "bundle is invalid", in 3 attempts. The registry has it, and tools find it there`,
    ],
    [
      { stored: false, status: 403, said: 'Resource not accessible by integration' } as const,
      "GitHub's own store has no copy of the attestation (403: Resource not accessible by integration): the job lacks the permission attestations: write",
    ],
    [
      { stored: false, status: 403, said: 'the organization has an IP allow list enabled' } as const,
      "GitHub's own store has no copy of the attestation (403: the organization has an IP allow list enabled): the job may lack the permission attestations: write",
    ],
    [
      { stored: false, status: 404, said: 'Not Found' } as const,
      "GitHub's own store has no copy of the attestation (404: Not Found): the job lacks the permission attestations: write, or this GitHub has no such store",
    ],
  ])('GitHub’s store refuses (%p): one line, and the registry’s counts', async (store, line) => {
    work(signingJob({ store }))
    await attested()
    expect(flow.log.filter((one) => one.includes("GitHub's own store"))).toEqual([line])
    expect(flow.outputs['attested']).toBe('true')
  })
})
