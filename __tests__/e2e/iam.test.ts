import { randomUUID } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { BASE_REPOSITORY, BASE_TAG, seedBaseImage } from '../../dev/base-image.ts'
import { REGION, type Stage } from '../../dev/stage.ts'
import { callerOf, invoke } from '../../local-ecr/index.ts'
import { documented, isAllowed, type Permission, permissionsOf } from '../support/iam.ts'
import {
  ANY_ENGINE,
  client,
  EACH_ENGINE,
  type EngineName,
  expectSuccess,
  parts,
  stageOn,
} from '../support/parts.ts'
import { EVERY_VARIANT, provingRows } from '../support/variants.ts'
import { putSigningRules } from '../unit/local-ecr/signing-rules.ts'

jest.setTimeout(180_000)

type Runs = readonly Readonly<Record<string, string>>[]

interface Use {
  /** The sections of docs/iam.md whose policies the role has. */
  readonly sections: readonly string[]
  readonly repository: string
  /** One run of the action each. */
  readonly runs?: Runs | ((engine: EngineName) => Runs)
  readonly prepare?: (stage: Stage) => Promise<unknown>
}

const caller = callerOf()
const repositoryName = 'demo-service'
const create = (stage: Stage) => invoke(stage.ecr.store, caller, 'CreateRepository', { repositoryName })

/** A push to a repository that exists, with one thing more. */
const pushing = (
  section: string,
  inputs: Runs[number],
  prepare: (stage: Stage) => Promise<unknown> = async () => undefined,
): Use => ({
  sections: ['Push to a repository that exists', section],
  repository: repositoryName,
  runs: [inputs],
  async prepare(stage) {
    await create(stage)
    await prepare(stage)
  },
})

const lifecyclePolicy = (countNumber: number) =>
  JSON.stringify({
    rules: [
      {
        rulePriority: 1,
        selection: { tagStatus: 'untagged', countType: 'imageCountMoreThan', countNumber },
        action: { type: 'expire' },
      },
    ],
  })
const repositoryPolicy = (Action: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Sid: 'Pull', Effect: 'Allow', Principal: '*', Action }],
  })

const USES: readonly [string, Use][] = [
  [
    'a push to a repository that exists',
    { sections: ['Push to a repository that exists'], repository: repositoryName, prepare: create },
  ],
  [
    'the creation of the repository',
    { sections: ['Create the repository too'], repository: 'team/demo-service' },
  ],
  [
    'settings of the repository, at its creation and later',
    {
      sections: [
        'Create the repository too',
        'Create the repository with settings, and keep them up to date',
      ],
      repository: 'team/demo-service',
      runs: [
        {
          'repository-tags': 'team=tools',
          'lifecycle-policy': lifecyclePolicy(20),
          'repository-policy': repositoryPolicy('ecr:BatchGetImage'),
        },
        {
          'update-repository': 'true',
          'image-tag-mutability': 'MUTABLE_WITH_EXCLUSION',
          'image-tag-mutability-exclusions': 'release-*',
          'scan-on-push': 'true',
          'repository-tags': 'team=platform',
          'lifecycle-policy': lifecyclePolicy(10),
          'repository-policy': repositoryPolicy('ecr:GetDownloadUrlForLayer'),
        },
      ],
    },
  ],
  [
    'a repository that ECR creates on the push',
    {
      sections: ['Push to a repository that exists', 'Leave creation to ECR: create-on-push'],
      repository: repositoryName,
      runs: [{ 'create-repository': 'false' }],
      prepare: (stage) =>
        invoke(stage.ecr.store, caller, 'CreateRepositoryCreationTemplate', {
          prefix: 'ROOT',
          appliedFor: ['CREATE_ON_PUSH'],
        }),
    },
  ],
  ['fail-on-severity', pushing('Wait for a scan', { 'fail-on-severity': 'critical' })],
  [
    'wait-for-replication',
    pushing('Wait for replication', { 'wait-for-replication': 'true' }, async (stage) => {
      const rules = [{ destinations: [{ region: 'us-east-1', registryId: caller.account }] }]
      await invoke(stage.ecr.store, caller, 'PutReplicationConfiguration', {
        replicationConfiguration: { rules },
      })
    }),
  ],
  [
    'wait-for-signing',
    pushing('Wait for signing', { 'wait-for-signing': 'true' }, (stage) =>
      putSigningRules(stage.ecr.store, caller, {
        [`arn:aws:signer:${REGION}:${caller.account}:/signing-profiles/demo_service`]: [],
      }),
    ),
  ],
  [
    'ECR Public',
    {
      sections: ['ECR Public'],
      repository: repositoryName,
      runs: [
        {
          'registry-type': 'public',
          'aws-region': '',
          'repository-tags': 'team=tools',
          'repository-policy': repositoryPolicy('ecr-public:PutImage'),
        },
        {
          'registry-type': 'public',
          'aws-region': '',
          'update-repository': 'true',
          'repository-tags': 'team=platform',
          'repository-policy': repositoryPolicy('ecr-public:InitiateLayerUpload'),
        },
      ],
    },
  ],
  [
    'a build cache in ECR',
    {
      sections: ['Push to a repository that exists', 'Keep the build cache in ECR'],
      repository: repositoryName,
      // Without buildx there is no such cache.
      runs: (engine) => (engine === 'current' ? [{ cache: 'ecr' }, { cache: 'ecr' }] : [{}]),
      prepare: create,
    },
  ],
  [
    'more registries',
    pushing('Push to more registries', { registries: 'us-east-1' }, (stage) =>
      invoke(stage.ecr.store, callerOf(caller.account, 'us-east-1'), 'CreateRepository', { repositoryName }),
    ),
  ],
  [
    'a base image in ECR',
    {
      sections: ['Push to a repository that exists', 'Pull: base images from ECR, and later steps'],
      repository: repositoryName,
      runs: [{ file: 'app/Dockerfile.based' }],
      async prepare(stage) {
        await create(stage)
        // One that no engine has pulled before: what it has, it does not ask for.
        const { store } = stage.ecr
        const { account } = caller
        store.get({ account, region: REGION, repository: BASE_REPOSITORY }).tags.delete(BASE_TAG)
        const base = path.join(stage.folder, 'base')
        mkdirSync(base)
        writeFileSync(path.join(base, randomUUID()), '')
        const source = await seedBaseImage(store, account, REGION, base)
        writeFileSync(
          path.join(stage.folder, 'app', 'Dockerfile.based'),
          `FROM ${source}\nCOPY Dockerfile /\n`,
        )
      },
    },
  ],
]

/** What the engine itself asks for; the other calls are the step's own. */
const ASKED_BY_THE_ENGINE = new Set([
  'a push to a repository that exists',
  'a build cache in ECR',
  'a base image in ECR',
])

// Variants: long/permissions.test.ts has what the step itself asks for, in each run, and nothing less allowed.
const uses = provingRows(USES, ([title]) => ASKED_BY_THE_ENGINE.has(title))

// What an engine asks for depends on it; what a policy has to allow is what any of them asks for.
describe.each(uses)('the policy in docs/iam.md for %s', (title, use) => {
  const asked: Permission[] = []
  const allowed = documented(...use.sections)

  // Variants: without buildx, the run of a cache is a push as any other, and that of a base image has one.
  const each = ASKED_BY_THE_ENGINE.has(title) && (EVERY_VARIANT || title === 'a base image in ECR')
  describe.each(each ? EACH_ENGINE : ANY_ENGINE)('on the %s engine', (name) => {
    let stage: Stage
    beforeAll(async () => {
      stage = await stageOn(name)
      mkdirSync(path.join(stage.folder, 'app'))
      writeFileSync(path.join(stage.folder, 'app', 'Dockerfile'), `FROM scratch\nCOPY Dockerfile /${name}\n`)
      await use.prepare?.(stage)
    })
    afterAll(() => stage?.close())

    test('allows each request to the API and to the registry', async () => {
      const before = stage.ecr.requests.length
      for (const inputs of typeof use.runs === 'function' ? use.runs(name) : (use.runs ?? [{}])) {
        // Each run finds an engine that has nothing of the one before, as a hosted runner does.
        const docker = (...args: string[]) => client(parts().engines[name].docker, args, stage.env)
        const own = [use.repository, BASE_REPOSITORY].map((one) => `--filter=reference=*/${one}`)
        const images = await docker('image', 'ls', '--quiet', '--no-trunc', ...own)
        if (images !== '') await docker('image', 'rm', '--force', ...new Set(images.split('\n')))
        await docker('builder', 'prune', '--all', '--force')
        const common = { repository: use.repository, 'aws-region': REGION, context: 'app', tags: 'v1,v2' }
        expectSuccess(await stage.main({ ...common, ...inputs }))
      }
      const requests = stage.ecr.requests.slice(before)
      expect(requests.some(({ side }) => side === 'registry')).toBe(true)
      const permissions = requests.flatMap(permissionsOf)
      asked.push(...permissions)
      expect(permissions.filter((permission) => !isAllowed(allowed, withBase(permission)))).toEqual([])
    })
  })

  test('allows nothing else', () => {
    const used = (one: Permission) => asked.some((permission) => isAllowed([one], withBase(permission)))
    // What ECR asks for as the identity that pushed is in no request, and the local ECR has no pull-through cache.
    const isElsewhere = ({ action, resource }: Permission) =>
      action.startsWith('signer:') || resource.endsWith(':repository/docker-hub/*')
    expect(allowed.filter((one) => !used(one) && !isElsewhere(one))).toEqual([])
  })
})

/** The example keeps base images under `base/`; here one lies where a pull-through cache would put it. */
function withBase({ action, resource }: Permission): Permission {
  return { action, resource: resource.replace(':repository/ecr-public/', ':repository/base/') }
}
