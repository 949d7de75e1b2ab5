import { callerOf, invoke } from '../../local-ecr/index.ts'
import type { Feature } from '../../src/aws/features.ts'
import type { Flow } from './flow.ts'
import { putImage } from './flow-images.ts'
import type { Permission } from './iam.ts'

// Runs of the actions that between them need every permission of the table.

export const REPOSITORY = 'app'
export const SOURCE = 'source'
const HOST = '123456789012.dkr.ecr.ap-northeast-2.amazonaws.com'
export const OTHER_REGION = 'us-east-1'
export const PLATFORM = { os: 'linux', architecture: 'amd64' }

const arnOf = (name: string) => `arn:aws:ecr:ap-northeast-2:123456789012:repository/${name}`

export interface Given {
  readonly [input: string]: string
}

export interface Scenario {
  readonly action: 'main' | 'merge' | 'promote' | 'verify'
  readonly with: Given | ((digests: string) => Given)
  readonly prepare?: (flow: Flow) => Promise<unknown>
  /** Whether the image is attested by a custom instance of Sigstore, and was before by another run. */
  readonly signs?: boolean
  /** Whether the image under the tag `build` has provenance, which the inputs require. */
  readonly proven?: boolean
  /** What the inputs do not say. */
  readonly features?: readonly Feature[]
  /** What such a run would need if it pushed, and on that repository only reads for a report. */
  readonly reportsBy?: Permission
}

const policies = (count: number) => ({
  'lifecycle-policy': JSON.stringify({
    rules: [
      {
        rulePriority: 1,
        selection: { tagStatus: 'untagged', countType: 'imageCountMoreThan', countNumber: count },
        action: { type: 'expire' },
      },
    ],
  }),
  'repository-policy': JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Sid: 'Pull', Effect: 'Allow', Principal: '*', Action: 'ecr:BatchGetImage' }],
  }),
})
const settings = {
  ...policies(20),
  'repository-tags': 'team=tools',
  'image-tag-mutability': 'IMMUTABLE_WITH_EXCLUSION',
  'image-tag-mutability-exclusions': 'latest',
  'scan-on-push': 'true',
}

/** Creates a repository, by default that of the scenarios. */
export const create = (flow: Flow, repositoryName = REPOSITORY, region = flow.caller.region) =>
  invoke(flow.store, callerOf(flow.caller.account, region), 'CreateRepository', { repositoryName })
/** Has the registry copy its images to another region. */
export const createsOnPush = (flow: Flow) =>
  invoke(flow.store, flow.caller, 'CreateRepositoryCreationTemplate', {
    prefix: 'ROOT',
    appliedFor: ['CREATE_ON_PUSH'],
  })
export const replicate = (flow: Flow) =>
  invoke(flow.store, flow.caller, 'PutReplicationConfiguration', {
    replicationConfiguration: {
      rules: [{ destinations: [{ region: OTHER_REGION, registryId: flow.caller.account }] }],
    },
  })

/** Has the registry sign its images. */
export const sign = (flow: Flow, region = flow.caller.region) =>
  invoke(flow.store, callerOf(flow.caller.account, region), 'PutSigningConfiguration', {
    signingConfiguration: {
      rules: [
        {
          signingProfileArn: `arn:aws:signer:${region}:${flow.caller.account}:/signing-profiles/demo_service`,
        },
      ],
    },
  })

export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  'a push': { action: 'main', with: {}, prepare: create },
  'a push that creates the repository': { action: 'main', with: {} },
  'a creation with all settings': { action: 'main', with: settings },
  'a creation with a KMS key': {
    action: 'main',
    with: { 'encryption-type': 'KMS', 'kms-key': 'arn:aws:kms:ap-northeast-2:123456789012:key/1234abcd' },
  },
  'a creation with a KMS key by its alias': {
    action: 'main',
    with: { 'encryption-type': 'KMS', 'kms-key': 'alias/demo' },
  },
  'a cache in another repository, which ECR creates on the push': {
    action: 'main',
    with: { 'cache-to': `type=registry,ref=${HOST}/cache:main` },
    prepare: async (flow) => {
      await create(flow)
      await createsOnPush(flow)
    },
  },
  'settings, left as they are': { action: 'main', with: settings, prepare: create },
  'settings, brought to the repository': {
    action: 'main',
    with: { ...settings, 'update-repository': 'true' },
    prepare: create,
  },
  'a repository that ECR creates on the push': {
    action: 'main',
    with: { 'create-repository': 'false' },
    prepare: (flow) => createsOnPush(flow),
  },
  'if-image-exists: skip, and the image is there': {
    action: 'main',
    with: { 'if-image-exists': 'skip', tags: 'v1' },
    reportsBy: { action: 'ecr:BatchGetImage', resource: arnOf(REPOSITORY) },
    async prepare(flow) {
      await create(flow)
      await putImage(flow, REPOSITORY, PLATFORM, { tag: 'v1' })
    },
  },
  'push-by-digest': { action: 'main', with: { 'push-by-digest': 'true', tags: '' }, prepare: create },
  'a builder that does not say the platform': {
    action: 'main',
    // What the summary reads is the same.
    with: { summary: 'false' },
    prepare: create,
    features: ['platform-unknown'],
  },
  'fail-on-severity': { action: 'main', with: { 'fail-on-severity': 'critical' }, prepare: create },
  'gate: before-tags, in another region too': {
    action: 'main',
    with: { 'fail-on-severity': 'critical', gate: 'before-tags', registries: OTHER_REGION },
    prepare: create,
  },
  'scan-only-fixable, compared with the image before': {
    action: 'main',
    with: { 'scan-only-fixable': 'true', 'scan-baseline': 'previous' },
    prepare: async (flow) => {
      await create(flow)
      await flow.put(['v1'], 'before')
    },
  },
  'wait-for-replication': {
    action: 'main',
    with: { 'wait-for-replication': 'true' },
    prepare: async (flow) => {
      await create(flow)
      await replicate(flow)
    },
  },
  'wait-for-signing': {
    action: 'main',
    with: { 'wait-for-signing': 'true' },
    prepare: async (flow) => {
      await create(flow)
      await sign(flow)
    },
  },
  'wait-for-signing in two regions': {
    action: 'main',
    with: { 'wait-for-signing': 'true', registries: OTHER_REGION },
    prepare: async (flow) => {
      await create(flow)
      await sign(flow)
      await sign(flow, OTHER_REGION)
    },
  },
  'merge, signed by ECR': {
    action: 'merge',
    with: (digests) => ({ digests, 'wait-for-signing': 'true' }),
    prepare: async (flow) => {
      await create(flow)
      await sign(flow)
    },
  },
  'a push to another region too': {
    action: 'main',
    with: { registries: OTHER_REGION },
    prepare: (flow) => create(flow),
  },
  'a push to another region, which has the repository': {
    action: 'main',
    with: { registries: OTHER_REGION },
    async prepare(flow) {
      await create(flow)
      await create(flow, REPOSITORY, OTHER_REGION)
    },
  },
  // Signed already by another run, so that what is there is read.
  attest: { action: 'main', signs: true, with: {}, prepare: create },
  'attest, in another region too': {
    action: 'main',
    signs: true,
    with: { registries: OTHER_REGION },
    prepare: create,
  },
  'attest, to an index': { action: 'merge', signs: true, with: (digests) => ({ digests }), prepare: create },
  merge: { action: 'merge', with: (digests) => ({ digests, 'fail-on-severity': 'low' }), prepare: create },
  'merge, gate: before-tags': {
    action: 'merge',
    with: (digests) => ({ digests, 'fail-on-severity': 'low', gate: 'before-tags' }),
    prepare: create,
  },
  'merge into another region': {
    action: 'merge',
    with: (digests) => ({ digests, registries: OTHER_REGION }),
    prepare: create,
  },
  'promote to more tags': {
    action: 'promote',
    with: { source: 'build', 'wait-for-replication': 'true', 'wait-for-signing': 'true' },
    prepare: async (flow) => {
      await create(flow)
      await replicate(flow)
      await sign(flow)
    },
  },
  'promote to another region': {
    action: 'promote',
    with: { source: 'build', registries: OTHER_REGION },
    prepare: create,
  },
  'promote to another repository': {
    action: 'promote',
    with: { source: `${HOST}/${SOURCE}:build` },
  },
  'promote to another repository, gate: before-tags': {
    action: 'promote',
    with: { source: `${HOST}/${SOURCE}:build`, 'fail-on-severity': 'critical', gate: 'before-tags' },
  },
  verify: { action: 'verify', proven: true, with: { image: 'build' }, prepare: create },
  'verify, by its digest': {
    action: 'verify',
    proven: true,
    with: (digests) => ({ image: digests.split('\n')[0] ?? '' }),
    prepare: create,
  },
  'promote what has provenance': {
    action: 'promote',
    proven: true,
    with: { source: 'build' },
    prepare: create,
  },
  'promote what has provenance to another repository': {
    action: 'promote',
    proven: true,
    with: { source: `${HOST}/${SOURCE}:build` },
  },
  'merge what has provenance': {
    action: 'merge',
    proven: true,
    with: (digests) => ({ digests: digests.split('\n')[0] ?? '' }),
    prepare: create,
  },
}

/** A run of `bake` with one target, `app`. */
export interface BakeScenario extends Omit<Scenario, 'action'> {
  readonly action: 'bake'
  /** Whether an image of the same content is there, with `content-tag`. */
  readonly isUnchanged?: boolean
}

/** The tag that is the content of bake's target. */
export const CONTENT = `content-${'a'.repeat(16)}`

export const BAKE_SCENARIOS: Readonly<Record<string, BakeScenario>> = {
  bake: { action: 'bake', with: {}, prepare: create },
  'bake, a creation with all settings': {
    action: 'bake',
    with: { ...settings, 'encryption-type': 'KMS', 'kms-key': 'alias/demo' },
  },
  'bake, settings brought to the repository': {
    action: 'bake',
    with: { ...settings, 'update-repository': 'true' },
    prepare: create,
  },
  'bake of what has not changed': {
    action: 'bake',
    isUnchanged: true,
    with: { 'content-tag': 'true' },
    async prepare(flow) {
      await create(flow)
      await putImage(flow, REPOSITORY, PLATFORM, { tag: CONTENT })
    },
  },
  'bake in two regions, gate: before-tags': {
    action: 'bake',
    with: { 'fail-on-severity': 'critical', gate: 'before-tags', registries: OTHER_REGION },
    prepare: create,
  },
  'bake, copied and signed by ECR': {
    action: 'bake',
    with: { 'wait-for-replication': 'true', 'wait-for-signing': 'true' },
    async prepare(flow) {
      await create(flow)
      await replicate(flow)
      await sign(flow)
    },
  },
  'bake, attested in two regions': {
    action: 'bake',
    signs: true,
    with: { registries: OTHER_REGION },
    prepare: create,
  },
}
