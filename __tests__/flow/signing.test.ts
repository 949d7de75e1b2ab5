import { beforeEach, describe, expect, test } from '@jest/globals'
import { callerOf, type Effect, invoke, type SigningPlan } from '../../local-ecr/index.ts'
import type { RegistryTarget } from '../../src/inputs/registries.ts'
import { Flow } from '../support/flow.ts'
import { putImage, putManifest } from '../support/flow-images.ts'
import { inRegion, mainInputs } from '../support/inputs.ts'
import { digest, imageManifest } from '../unit/local-ecr/images.ts'
import { putSigningRules } from '../unit/local-ecr/signing-rules.ts'

// The wait for ECR's managed signing, over the local ECR's operations and the real SDK.

const HOME = '123456789012'
const OTHER = '210987654321'
const REGION = 'ap-northeast-2'
const EAST = 'us-east-1'
const uriIn = (region: string, account = HOME) => `${account}.dkr.ecr.${region}.amazonaws.com/app`
const profile = (name: string, region = REGION, account = HOME) =>
  `arn:aws:signer:${region}:${account}:/signing-profiles/${name}`
const DEMO = profile('demo')

const { after: NOTHING } = mainInputs()
const SIGNED = { after: { ...NOTHING, waitForSigning: true } } as const
const east: RegistryTarget = { region: EAST, registryId: null, role: null }

let flow: Flow

beforeEach(async () => {
  flow = new Flow()
  await invoke(flow.store, flow.caller, 'CreateRepository', { repositoryName: 'app' })
})

/** Rules of a registry: the ARN of a profile, and the filters of its rule. */
const rules = (given: Record<string, readonly string[]>, caller = flow.caller) =>
  putSigningRules(flow.store, caller, given)
const plan = (of: string, given: SigningPlan) => flow.store.signingPlans.set(of, given)
const asked = (operation: string) => flow.operations().filter((one) => one === operation).length
const status = () => JSON.parse(flow.outputs['signing-status'] ?? 'null')
const signingLog = () => flow.log.filter((line) => line.startsWith('Signing of '))

test('without the input, nothing of it is asked or said', async () => {
  await rules({ [DEMO]: ['app'] })
  plan(DEMO, { failureCode: 'ACCESS_DENIED' })
  await flow.run()
  expect([asked('GetSigningConfiguration'), asked('DescribeImageSigningStatus')]).toEqual([0, 0])
  expect(flow.outputs['signing-status']).toBeUndefined()
  expect(flow.summary).not.toContain('What was checked')
})

test('waits for a signature with each profile of the rules that match, also for one that ECR does not list yet', async () => {
  await rules({ [DEMO]: ['a*'], [profile('all')]: ['*'], [profile('others')]: ['other/*'] })
  plan(DEMO, { absent: 1, underWay: 1 })
  await flow.run(SIGNED)
  const uri = `${uriIn(REGION)}@${flow.outputs['digest']}`
  expect(signingLog()).toEqual([
    `Signing of ${uri} with all: COMPLETE`,
    `Signing of ${uri} with demo: ABSENT`,
    `Signing of ${uri} with demo: IN_PROGRESS`,
    `Signing of ${uri} with demo: COMPLETE`,
  ])
  expect(asked('DescribeImageSigningStatus')).toBe(3)
  expect(flow.log.join('\n')).toMatch(/^Signed in \S+ ?\S*: 2 signatures in \S+\/app$/m)
  const signatures = [
    { uri, platform: null, profile: DEMO, status: 'COMPLETE' },
    { uri, platform: null, profile: profile('all'), status: 'COMPLETE' },
  ]
  expect(status()).toEqual(signatures)
  expect(JSON.parse(flow.outputs['json'] ?? '')).toMatchObject({ 'signing-status': signatures })
  expect(flow.summary).toContain(
    `- ✅ Passed: Signing by ECR in <code>${uriIn(REGION)}</code>, with the profiles <code>demo</code>, <code>all</code>\n`,
  )
})

describe('what failed has its reason, and the statement that is missing', () => {
  const statement = (action: string, resource: string) =>
    `add this statement to the policy of the identity in use: {"Effect":"Allow","Action":"${action}","Resource":"${resource}"}`
  const APP = `arn:aws:ecr:${REGION}:${HOME}:repository/app`
  const because = (action: string, resource: string, policy: string) =>
    `User: arn:aws:sts::${HOME}:assumed-role/ci/run is not authorized to perform: ${action} on resource: ${resource} ${policy}`
  const silent = 'because no identity-based policy allows the action'

  test.each<[string, string, string | undefined, string]>([
    ['a code alone', 'ACCESS_DENIED', undefined, statement('signer:SignPayload', DEMO)],
    ['a reason alone', 'FAILURE', 'Access denied by AWS Signer', statement('signer:SignPayload', DEMO)],
    [
      'a reason of IAM',
      'ACCESS_DENIED',
      because('signer:SignPayload', DEMO, silent),
      statement('signer:SignPayload', DEMO),
    ],
    ['another action', 'ACCESS_DENIED', because('ecr:PutImage', APP, silent), statement('ecr:PutImage', APP)],
    [
      'a Deny',
      'ACCESS_DENIED',
      because('signer:SignPayload', DEMO, 'with an explicit deny in a service control policy'),
      'a Deny in a service control policy forbids it, and no further Allow helps',
    ],
    [
      'no access at all',
      'PROFILE_CANCELED',
      'The profile is canceled.',
      'look at the signing profile (aws signer get-signing-profile --profile-name demo): it must be active',
    ],
  ])('%s', async (_, failureCode, failureReason, remedy) => {
    await rules({ [DEMO]: ['app'] })
    plan(DEMO, { underWay: 1, failureCode, ...(failureReason === undefined ? {} : { failureReason }) })
    const said = await flow.failure(SIGNED)
    const uri = `${uriIn(REGION)}@${flow.outputs['digest']}`
    const reason = failureReason === undefined ? '' : `: ${failureReason}`
    expect(said).toContain(
      `ECR could not sign ${uri} with the signing profile ${DEMO} (${failureCode})${reason}\n`,
    )
    expect(said.replaceAll('\n', ' ')).toContain(remedy)
    expect(said).toContain(
      'Then push a new image, or delete this one and run the job again: ECR signs an image when it is pushed.',
    )
    expect(said).not.toContain('add-profile-permission')
    expect(flow.outputs['pushed']).toBe('true')
    expect(status()).toEqual([
      {
        uri,
        platform: null,
        profile: DEMO,
        status: 'FAILED',
        failureCode,
        ...(failureReason === undefined ? {} : { failureReason }),
      },
    ])
    expect(flow.summary).toContain(
      `- ❌ Failed: Signing by ECR in <code>${uriIn(REGION)}</code>, with the profile <code>demo</code>\n`,
    )
    expect(flow.summary).toContain('Pushed, but not to be deployed')
    expect(flow.summary).not.toMatch(/What now|docker pull/)
  })

  test('a profile of another account has to be shared, too', async () => {
    const theirs = profile('central', REGION, OTHER)
    await rules({ [theirs]: ['app'] })
    plan(theirs, { failureCode: 'ACCESS_DENIED' })
    const said = await flow.failure(SIGNED)
    expect(said).toContain(statement('signer:SignPayload', theirs))
    expect(said).toContain(
      `The profile is of account ${OTHER}, which must share it too (aws signer add-profile-permission --profile-name central`,
    )
  })

  test('one that failed ends the waiting for another, and both are told', async () => {
    await rules({ [DEMO]: ['app'], [profile('slow')]: ['app'] })
    plan(DEMO, { failureCode: 'X' })
    plan(profile('slow'), { underWay: 1000 })
    expect(await flow.failure(SIGNED)).not.toContain('slow')
    expect(status().map((one: { status: string }) => one.status)).toEqual(['FAILED', 'IN_PROGRESS'])
    expect(asked('DescribeImageSigningStatus')).toBe(1)
  })
})

test('a status that AWS does not document ends the waiting if its word is one of an end, and is said', async () => {
  await rules({ [DEMO]: ['app'] })
  plan(DEMO, { status: 'CANCELLED' })
  const said = await flow.failure(SIGNED)
  expect(said).toContain(
    `with the signing profile ${DEMO} (CANCELLED)\nWhat to do: look at the signing profile`,
  )
  expect(asked('DescribeImageSigningStatus')).toBe(1)
  expect(status()).toMatchObject([{ status: 'CANCELLED' }])
})

describe('the time is over', () => {
  test.each<[string, SigningPlan, string]>([
    ['in progress', { underWay: 1000 }, 'the signature with demo is IN_PROGRESS.'],
    ['of an unknown name', { status: 'QUEUED' }, 'the signature with demo is QUEUED.'],
    ['not listed', { absent: 1000 }, 'ECR lists no signature with demo.'],
  ])('%s: the last known status is said', async (_, given, last) => {
    await rules({ [DEMO]: ['app'] })
    plan(DEMO, given)
    const said = await flow.failure({ after: { ...SIGNED.after, signingTimeoutSeconds: 30 } })
    expect(said).toContain(
      `The signing of ${uriIn(REGION)}@${flow.outputs['digest']} is not complete within signing-timeout (30 s): ${last}\nWhat to do: raise signing-timeout.`,
    )
    expect(flow.summary).toContain('- ❔ Not known: Signing by ECR in ')
    expect(status()).toHaveLength(1)
    // 2, 3, 4.5, 6.75, 10.1 s: the sixth question after 26 s, and the last when the time is over.
    expect(asked('DescribeImageSigningStatus')).toBe(7)
  })
})

describe('nothing signs the repository: an error before the build', () => {
  const refusal = (region: string, name = 'app') =>
    `wait-for-signing is set, but the registry ${HOME} in ${region} has no signing rule that matches '${name}'.\nWhat to do: add a rule (aws ecr put-signing-configuration --signing-configuration '{"rules":[{"signingProfileArn":"${profile('NAME', region)}","repositoryFilters":[{"filter":"${name}","filterType":"WILDCARD_MATCH"}]}]}'`

  test.each<[string, Record<string, readonly string[]> | null]>([
    ['no configuration', null],
    ['no rule', {}],
    ['no rule that matches', { [DEMO]: ['other', 'ap', 'app/*'] }],
  ])('%s', async (_, given) => {
    if (given !== null) await rules(given)
    expect(await flow.failure(SIGNED)).toContain(refusal(REGION))
    expect(flow.dockerCalls).not.toContain('build')
    expect(asked('DescribeImageSigningStatus')).toBe(0)
  })

  test('a registry that is named, and is that of the credentials', async () => {
    const { repository } = inRegion(REGION)
    expect(await flow.failure({ ...SIGNED, repository: { ...repository, registryId: HOME } })).toContain(
      refusal(REGION),
    )
  })

  test('of a repository that does not exist, nothing is created', async () => {
    const { repository } = inRegion(REGION)
    const said = await flow.failure({ ...SIGNED, repository: { ...repository, name: 'new' } })
    expect(said).toContain("the registry has no signing rule that matches 'new'.")
    expect(asked('CreateRepository')).toBe(0)
  })

  test('one of `registries`, also if its repository does not exist', async () => {
    await rules({ [DEMO]: ['app'] })
    const said = await flow.failure({ ...SIGNED, registries: [east] })
    expect(said).toContain(refusal(EAST))
    expect(said).not.toContain(REGION)
    expect([flow.dockerCalls.includes('build'), asked('CreateRepository')]).toEqual([false, 0])
  })
})

describe('several registries', () => {
  const eastern = profile('demo', EAST)
  const both = { ...SIGNED, registries: [east] }
  beforeEach(async () => {
    await rules({ [DEMO]: ['app'] })
    await rules({ [eastern]: ['app'] }, callerOf(HOME, EAST))
  })

  test('each is waited for, and one output speaks of all', async () => {
    plan(eastern, { absent: 1, underWay: 2 })
    await flow.run(both)
    expect(status()).toEqual(
      [REGION, EAST].map((region) => ({
        uri: `${uriIn(region)}@${flow.outputs['digest']}`,
        platform: null,
        profile: profile('demo', region),
        status: 'COMPLETE',
      })),
    )
    expect(signingLog().at(-1)).toContain(`Signing of ${uriIn(EAST)}@`)
    for (const region of [REGION, EAST])
      expect(flow.summary).toContain(`Signing by ECR in <code>${uriIn(region)}</code>`)
  })

  test('each that fails is named', async () => {
    plan(DEMO, { underWay: 2, failureCode: 'ONE' })
    plan(eastern, { failureCode: 'TWO' })
    const said = await flow.failure(both)
    for (const [region, code] of [
      [REGION, 'ONE'],
      [EAST, 'TWO'],
    ] as const)
      expect(said).toMatch(new RegExp(`could not sign ${uriIn(region)}@\\S+ with .* \\(${code}\\)`))
    expect(status()).toHaveLength(2)
  })

  test('scans and copies are asked of the first one only', async () => {
    await flow.run({ ...both, after: { ...SIGNED.after, failOnSeverity: 'CRITICAL' } })
    const scans = flow.service.recorder.requests.filter(
      ({ operation }) => operation === 'DescribeImageScanFindings',
    )
    expect(new Set(scans.map(({ region }) => region))).toEqual(new Set([REGION]))
  })
})

describe('an image that this run does not push is only looked at', () => {
  const skip = { ...SIGNED, ifImageExists: 'skip', tags: ['v1'] } as const

  test('signed', async () => {
    await rules({ [DEMO]: ['app'] })
    await flow.put(['v1'])
    await flow.run(skip)
    expect(flow.dockerCalls).toEqual([])
    expect([flow.outputs['pushed'], status()[0].status]).toEqual(['false', 'COMPLETE'])
  })

  test('still being signed: the signature is waited for', async () => {
    await rules({ [DEMO]: ['app'] })
    await flow.put(['v1'])
    plan(DEMO, { underWay: 2 })
    await flow.run(skip)
    expect(asked('DescribeImageSigningStatus')).toBe(3)
  })

  test('from before the rule: nothing is waited for that cannot come', async () => {
    const existing = await flow.put(['v1'])
    await rules({ [DEMO]: ['app'] })
    expect(await flow.failure(skip)).toContain(
      `${uriIn(REGION)}@${existing} was in the repository before this run, and ECR has not signed it: ECR lists no signature with demo.\nWhat to do: push a new image, or delete this one and run the job again: ECR signs an image when it is pushed`,
    )
    expect(asked('DescribeImageSigningStatus')).toBe(1)
    expect(status()).toMatchObject([{ status: 'ABSENT' }])
    expect(flow.summary).toContain('- ❌ Failed: Signing by ECR in ')
  })

  test.each<[string, SigningPlan, string]>([
    ['has failed', { failureCode: 'ACCESS_DENIED' }, 'FAILED'],
    ['is under way', { underWay: 1000 }, 'IN_PROGRESS'],
  ])(
    'whose signing with a profile that no rule has now %s: only the rules of now count',
    async (_, given, old) => {
      const gone = profile('gone')
      await rules({ [gone]: ['app'], [DEMO]: ['app'] })
      plan(gone, given)
      await flow.put(['v1'])
      await rules({ [DEMO]: ['app'] })
      await flow.run(skip)
      expect(status()).toMatchObject([{ profile: DEMO, status: 'COMPLETE' }])
      expect(signingLog().at(-1)).toMatch(
        new RegExp(` with gone: ${old} \\(no signing rule has this profile now\\)$`),
      )
    },
  )

  test('whose signing has failed', async () => {
    await rules({ [DEMO]: ['app'] })
    await flow.put(['v1'])
    plan(DEMO, { failureCode: 'ACCESS_DENIED' })
    expect(await flow.failure(skip)).toContain('(ACCESS_DENIED)')
  })

  test('where it exists; where it is copied to, the signature is waited for', async () => {
    await rules({ [DEMO]: ['app'] })
    const eastern = profile('demo', EAST)
    await rules({ [eastern]: ['app'] }, callerOf(HOME, EAST))
    await flow.put(['v1'])
    plan(eastern, { absent: 2 })
    await flow.run({ ...skip, registries: [east] })
    expect(status().map((one: { status: string }) => one.status)).toEqual(['COMPLETE', 'COMPLETE'])
  })
})

describe('an index', () => {
  let index: string
  let arm64: string
  beforeEach(async () => {
    await rules({ [DEMO]: ['app'] })
    const platforms = ['amd64', 'arm64'].map((architecture) => ({ os: 'linux', architecture }))
    const manifests: object[] = []
    for (const platform of platforms) {
      const image = await putImage(flow, 'app', platform)
      manifests.push({ ...image, platform })
      if (platform.architecture === 'arm64') arm64 = image.digest
    }
    const attestation = await putImage(flow, 'app', { os: 'unknown', architecture: 'unknown' })
    plan(attestation.digest, { failureCode: 'NEVER_ASKED' })
    manifests.push({
      ...attestation,
      platform: { os: 'unknown', architecture: 'unknown' },
      annotations: { 'vnd.docker.reference.type': 'attestation-manifest' },
    })
    const manifest = {
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      manifests,
    }
    flow.put = async (tags) => {
      for (const tag of tags) index = (await putManifest(flow, 'app', manifest, tag)).digest
      return index
    }
  })

  test('the index and the images of its platforms are waited for', async () => {
    plan(arm64, { underWay: 2 })
    await flow.run(SIGNED)
    // What is signed is not asked for any more.
    expect(asked('DescribeImageSigningStatus')).toBe(5)
    expect(status().map((one: object) => Object.values(one).slice(0, 2))).toEqual([
      [`${uriIn(REGION)}@${index}`, null],
      [expect.stringContaining('@sha256:'), 'linux/amd64'],
      [`${uriIn(REGION)}@${arm64}`, 'linux/arm64'],
    ])
    expect(signingLog()).toContain(`Signing of ${uriIn(REGION)}@${arm64} (linux/arm64) with demo: COMPLETE`)
  })

  test('an image of a platform that ECR does not sign is none that is missing', async () => {
    plan(arm64, { absent: 1000 })
    await flow.run(SIGNED)
    expect(status().map((one: { platform: string }) => one.platform)).toEqual([null, 'linux/amd64'])
  })

  test('an image of a platform that ECR could not sign is named', async () => {
    plan(arm64, { failureCode: 'ACCESS_DENIED' })
    expect(await flow.failure(SIGNED)).toContain(
      `ECR could not sign ${uriIn(REGION)}@${arm64} (linux/arm64) with the signing profile`,
    )
  })

  test('an index without a signature is not signed, whatever its platforms have', async () => {
    const after = { ...SIGNED.after, signingTimeoutSeconds: 10 }
    const { put } = flow
    // The rule is gone before the index is put.
    flow.put = async (tags) => {
      flow.store.registry(HOME, REGION).signing = []
      return put(tags)
    }
    expect(await flow.failure({ after })).toContain('ECR lists no signature with demo.')
  })
})

describe('a registry of another account', () => {
  const { repository } = inRegion(REGION)
  const theirs = { ...SIGNED, repository: { ...repository, registryId: OTHER } }
  const owner = callerOf(OTHER, REGION)
  beforeEach(async () => {
    await invoke(flow.store, owner, 'CreateRepository', { repositoryName: 'app' })
    const Statement = [{ Effect: 'Allow', Principal: { AWS: HOME }, Action: 'ecr:*' }]
    const policyText = JSON.stringify({ Statement })
    await invoke(flow.store, owner, 'SetRepositoryPolicy', { repositoryName: 'app', policyText })
    flow.put = async (tags) => {
      const place = { ...flow.place, account: OTHER }
      const imageManifestText = await imageManifest(flow.store, flow.store.get(place), 'one')
      for (const imageTag of tags) {
        const image = { repositoryName: 'app', imageManifest: imageManifestText, imageTag }
        await invoke(flow.store, owner, 'PutImage', image)
      }
      return digest(imageManifestText)
    }
  })

  test('its rules are not known, and what ECR lists is waited for', async () => {
    const central = profile('central', REGION, OTHER)
    await rules({ [central]: ['app'] }, owner)
    plan(central, { absent: 1, underWay: 1 })
    await flow.run(theirs)
    expect(status()).toMatchObject([{ profile: central, status: 'COMPLETE' }])
  })

  test('the rules of the own registry say nothing of it', async () => {
    await rules({ [DEMO]: ['app'] })
    const after = { ...SIGNED.after, signingTimeoutSeconds: 10 }
    expect(await flow.failure({ ...theirs, after })).toContain(
      'is not complete within signing-timeout (10 s): ECR lists no signature.',
    )
    expect(status()).toEqual([])
  })
})

describe('a repository that does not exist yet', () => {
  test('is created, and its images are signed', async () => {
    const made = new Flow()
    flow = made
    await rules({ [DEMO]: ['app'] })
    await flow.run(SIGNED)
    expect(status()).toMatchObject([{ status: 'COMPLETE' }])
    // Before the build by the registry's rules, and once more for the repository as it is.
    expect(asked('GetSigningConfiguration')).toBe(2)
  })

  test('is created by ECR on the push, in each registry', async () => {
    flow = new Flow()
    for (const region of [REGION, EAST]) {
      const caller = callerOf(HOME, region)
      await rules({ [profile('demo', region)]: ['app'] }, caller)
      const template = { prefix: 'ROOT', appliedFor: ['CREATE_ON_PUSH' as const] }
      await invoke(flow.store, caller, 'CreateRepositoryCreationTemplate', template)
    }
    await flow.run({ ...SIGNED, createRepository: false, registries: [east] })
    expect(status().map((one: { uri: string }) => one.uri.split('@')[0])).toEqual([
      uriIn(REGION),
      uriIn(EAST),
    ])
  })
})

test('a permission that is missing is named, before the build if it is about the rules', async () => {
  await rules({ [DEMO]: ['app'] })
  const deny = (operation: string) =>
    flow.service.faults.order({ match: { operation }, times: Infinity, effect: { kind: 'deny' } })
  const rulesDenied = deny('GetSigningConfiguration')
  expect(await flow.failure(SIGNED)).toContain(
    '{"Effect":"Allow","Action":"ecr:GetSigningConfiguration","Resource":"*"}',
  )
  expect(flow.dockerCalls).not.toContain('build')
  rulesDenied.withdraw()
  deny('DescribeImageSigningStatus')
  expect(await flow.failure(SIGNED)).toContain(
    `{"Effect":"Allow","Action":"ecr:DescribeImageSigningStatus","Resource":"arn:aws:ecr:${REGION}:${HOME}:repository/app"}`,
  )
  expect([flow.outputs['pushed'], flow.outputs['signing-status']]).toEqual(['true', undefined])
  expect(flow.summary).toContain('- ❔ Not known: Signing by ECR in ')
})

describe('a question that fails while a signature is waited for', () => {
  const fault = (effect: Effect, times: number) => {
    plan(DEMO, { underWay: 1 })
    return flow.service.faults.order({ match: { operation: 'DescribeImageSigningStatus' }, times, effect })
  }
  beforeEach(() => rules({ [DEMO]: ['app'] }))

  test.each<[string, Effect]>([
    ['throttled', { kind: 'throttle' }],
    ['a server error', { kind: 'error', name: 'ServerException', message: 'Try later.', status: 500 }],
  ])('%s: is retried, and the wait goes on', async (_, effect) => {
    const ordered = fault(effect, 2)
    await flow.run(SIGNED)
    expect([ordered.pending, status()[0].status]).toEqual([0, 'COMPLETE'])
  })

  test.each<[string, Effect, string]>([
    [
      'a server error that stays',
      { kind: 'error', name: 'ServerException', message: 'Try later.', status: 500 },
      'the fault is on the side of AWS',
    ],
    [
      'an image that is gone',
      { kind: 'error', name: 'ImageNotFoundException', message: 'No such image.' },
      'a lifecycle rule, another job or a person has deleted it',
    ],
  ])('%s: names the call, and what was pushed stays said', async (_, effect, remedy) => {
    fault(effect, Number.POSITIVE_INFINITY)
    const said = await flow.failure(SIGNED)
    expect(said).toContain('ecr:DescribeImageSigningStatus failed for ')
    expect(said).toContain(remedy)
    expect(flow.outputs['pushed']).toBe('true')
    expect(flow.summary).toContain('- ❔ Not known: Signing by ECR in ')
  })
})

test('together with a scan and a copy: all are waited for at once, and all are said', async () => {
  await rules({ [DEMO]: ['app'] })
  plan(DEMO, { failureCode: 'NO' })
  const destinations = [{ region: EAST, registryId: HOME }]
  const replicationConfiguration = { rules: [{ destinations }] }
  await invoke(flow.store, flow.caller, 'PutReplicationConfiguration', { replicationConfiguration })
  flow.store.replicationPlans.set(`${HOME}/${EAST}`, { failureCode: 'KMS_FAILURE' })
  const said = await flow.failure({ after: { ...SIGNED.after, waitForReplication: true } })
  expect(said).toContain('(NO)')
  expect(said).toContain('(KMS_FAILURE)')
})
