import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { invoke } from '../../local-ecr/index.ts'
import { run as buildAndPush } from '../../src/actions/build-push/run.ts'
import { readMergeInputs } from '../../src/actions/merge/inputs.ts'
import { merge } from '../../src/actions/merge/run.ts'
import { readPromoteInputs } from '../../src/actions/promote/inputs.ts'
import { promote } from '../../src/actions/promote/run.ts'
import type { Statement } from '../../src/aws/policy.ts'
import { readInputs } from '../../src/inputs/index.ts'
import type { DryRunPlan } from '../../src/report/plan.ts'
import { ActionError, explain } from '../../src/shared/errors.ts'
import { Flow } from '../support/flow.ts'
import { putImage } from '../support/flow-images.ts'
import { permissionsIn } from '../support/iam.ts'
import {
  create,
  type Given,
  PLATFORM,
  REPOSITORY,
  replicate,
  SCENARIOS,
  sign,
} from '../support/permission-scenarios.ts'

// A dry run of every action asks what a run asks before it changes something, and changes nothing. In each run of the
// table of permissions: long/dry-run.test.ts.

type Action = 'main' | 'merge' | 'promote'

let workspace = ''
beforeAll(() => {
  workspace = mkdtempSync(path.join(tmpdir(), 'dry-run-'))
  writeFileSync(path.join(workspace, 'Dockerfile'), 'FROM scratch\n')
})
afterAll(() => rmSync(workspace, { recursive: true }))

interface DryRun {
  readonly flow: Flow
  readonly plan: DryRunPlan
  readonly policy: { readonly Statement: readonly Statement[] }
  /** What the run failed with; null if it did not. */
  readonly said: string | null
}

/** One dry run of an action, on a flow that has been prepared. */
async function dryRun(flow: Flow, action: Action, given: Given): Promise<DryRun> {
  const all: Given = {
    'aws-region': flow.caller.region,
    repository: REPOSITORY,
    tags: 'v1,latest',
    'dry-run': 'true',
    ...given,
  }
  const source = { get: (name: string) => all[name] ?? '', env: {}, cwd: workspace }
  let said: string | null = null
  await flow
    .within(async (world) => {
      if (action === 'merge') await merge(readMergeInputs(source), world)
      else if (action === 'promote') await promote(readPromoteInputs(source), world)
      else await buildAndPush(readInputs(source), world)
    })
    .catch((error: unknown) => {
      said = explain(error)
    })
  return {
    flow,
    plan: JSON.parse(flow.outputs['plan'] ?? 'null') as DryRunPlan,
    policy: JSON.parse(flow.outputs['iam-policy'] ?? 'null') as DryRun['policy'],
    said,
  }
}

const HOST = '123456789012.dkr.ecr.ap-northeast-2.amazonaws.com'

test('the plan says what is created, moved, copied and waited for, and the run has it in log, summary and json', async () => {
  const flow = new Flow()
  await create(flow)
  const held = await flow.put(['latest'], 'before')
  const { plan } = await dryRun(flow, 'main', {
    'scan-on-push': 'true',
    'update-repository': 'true',
    registries: 'us-east-1',
    'fail-on-severity': 'high',
    platforms: 'linux/amd64',
    cache: 'ecr',
    'keep-login': 'true',
  })
  const [home, other] = [`${HOST}/app`, '123456789012.dkr.ecr.us-east-1.amazonaws.com/app']
  expect(plan).toMatchObject({
    action: 'build-push',
    outcome: 'push',
    image: { tags: ['v1', 'latest'], version: 'v1', digest: null, source: null },
    build: {
      platforms: ['linux/amd64'],
      engine: 'Docker 28.0.0, buildx 0.29.0',
      cacheTo: ['cache: ecr'],
      keepLogin: true,
    },
    repositories: [
      {
        uri: home,
        state: 'exists',
        changes: [{ input: 'scan-on-push', is: 'false', wanted: 'true' }],
        image: 'push',
        tags: [
          { tag: 'v1', change: 'create', names: null },
          { tag: 'latest', change: 'move', names: held },
        ],
      },
      { uri: other, state: 'create', settings: { 'scan-on-push': 'true' }, image: 'copy' },
    ],
    scan: { thresholds: ['fail-on-severity: high'], gate: 'after-push', timeoutSeconds: 900 },
  })
  const dockerfile = path.join(workspace, 'Dockerfile')
  expect(plan.steps).toEqual([
    `Change scan-on-push of ${home} from false to true`,
    `Create the repository ${other} with scan-on-push: true`,
    `Log docker in to ${HOST}, for this step and the later ones of the job`,
    'Read the build cache cache: ecr',
    `Build ${dockerfile} for linux/amd64 with Docker 28.0.0, buildx 0.29.0, and push it to ${home}`,
    'Write the build cache cache: ecr',
    `Put the tag v1 in ${home} (new)`,
    `Move the tag latest in ${home} (names ${held} now)`,
    `Put the tags v1, latest in ${other} (new)`,
    `Copy the image to ${other}`,
    "Wait at most 900 s for ECR's scan, and fail by what it finds (fail-on-severity: high)",
  ])
  expect(flow.log).toContain('Dry run: nothing was built, and nothing was changed. A run would:')
  expect(flow.log).toContain(`  1. ${plan.steps[0]}`)
  expect(flow.summary).toContain('### ✅ Dry run, nothing changed: <code>app</code>')
  expect(flow.summary).toContain('Change scan-on-push')
  expect(flow.summary).toContain('"Resource": "arn:aws:ecr:us-east-1:123456789012:repository/app"')
  expect(JSON.parse(flow.outputs['json'] ?? '')).toMatchObject({
    plan,
    'iam-policy': { Version: '2012-10-17' },
    pushed: false,
  })
  expect(flow.outputs).toMatchObject({
    'repository-uri': home,
    'repository-created': 'false',
    registry: HOST,
  })
  expect(flow.outputs).not.toHaveProperty('digest')
})

test('the policy has what the build pulls from ECR, by name', async () => {
  const flow = new Flow()
  await create(flow)
  writeFileSync(path.join(workspace, 'Dockerfile.base'), `FROM ${HOST}/base/node:22\n`)
  const { policy } = await dryRun(flow, 'main', { file: 'Dockerfile.base' })
  const pulling = permissionsIn(policy.Statement).filter(({ resource }) => resource.includes('/base'))
  const resource = 'arn:aws:ecr:ap-northeast-2:123456789012:repository/base/node'
  expect(pulling).toEqual(
    expect.arrayContaining([
      { action: 'ecr:BatchGetImage', resource },
      { action: 'ecr:GetDownloadUrlForLayer', resource },
    ]),
  )
  expect(new Set(pulling.map((one) => one.resource))).toEqual(new Set([resource]))
})

test('registries that the build reads from are asked for a token: the plan has those logins, and what refuses one is not known', async () => {
  const PULL = 'arn:aws:iam::210987654321:role/pull'
  const [given, found] = ['eu-west-1', 'eu-west-2'].map(
    (region) => `210987654321.dkr.ecr.${region}.amazonaws.com`,
  )
  writeFileSync(
    path.join(workspace, 'Dockerfile.pull'),
    `FROM ${found}/node:22 AS a\nFROM ${HOST}/base:1\nCOPY --from=a / /\n`,
  )
  const inputs = { file: 'Dockerfile.pull', 'pull-registries': `210987654321/eu-west-1 ${PULL}` }
  const asked = async (refused: boolean) => {
    const flow = new Flow()
    await create(flow)
    if (refused)
      flow.service.faults.order({
        match: { operation: 'GetAuthorizationToken', region: 'eu-west-1' },
        times: Number.POSITIVE_INFINITY,
        effect: { kind: 'deny' },
      })
    return dryRun(flow, 'main', inputs)
  }
  const { plan, flow } = await asked(false)
  expect(plan.build?.logins).toEqual([
    { registry: given, role: PULL },
    { registry: found, role: null },
  ])
  expect(plan.steps).toContain(`Log docker in to ${given} too as ${PULL}, for what the build reads`)
  expect(plan.steps).toContain(`Log docker in to ${found} too, for what the build reads`)
  expect(plan.unknown).toEqual([])
  expect(flow.dockerCalls.filter((call) => /^(?:login|build)/.test(call))).toEqual([])

  const refused = await asked(true)
  expect(refused.said).toBeNull()
  expect(refused.plan.outcome).toBe('push')
  expect(refused.plan.build?.logins).toEqual([{ registry: found, role: null }])
  expect(refused.plan.unknown).toEqual([
    {
      message: expect.stringMatching(
        new RegExp(
          `^Docker would not be logged in to .*eu-west-1.* as ${PULL}: ecr:GetAuthorizationToken failed`,
        ),
      ),
      remedy: expect.stringContaining('take the registry out of pull-registries'),
    },
  ])
})

test('whoever connects to the source of a promotion asks first whose the credentials are, too', async () => {
  const flow = new Flow()
  await create(flow)
  const given: Given = {
    'aws-region': flow.caller.region,
    repository: REPOSITORY,
    source: `${HOST.replace('ap-northeast-2', 'us-east-1')}/${REPOSITORY}:v1`,
    tags: 'v1',
    'dry-run': 'true',
    'allowed-account-ids': '123456789012',
  }
  const source = { get: (name: string) => given[name] ?? '', env: {}, cwd: workspace }
  const asked: unknown[] = []
  const promoting = flow.within(async (world) => {
    const connectEcr: typeof world.connectEcr = (target) => {
      asked.push(target.allowedAccounts)
      return world.connectEcr(target)
    }
    await promote(readPromoteInputs(source), { ...world, connectEcr })
  })
  await expect(promoting).rejects.toThrow('us-east-1')
  expect(asked).toEqual([['123456789012'], ['123456789012']])
})

test('of an image that exists nothing would be sent, and what is checked of it is told', async () => {
  const flow = new Flow()
  await create(flow)
  const held = await flow.put(['v1'], 'before')
  const { plan, said } = await dryRun(flow, 'main', {
    tags: 'v1',
    'if-image-exists': 'skip',
    'max-size': '500MB',
    'fail-on-severity': 'high',
  })
  expect(said).toBeNull()
  expect(plan).toMatchObject({
    outcome: 'exists',
    build: null,
    maxSizeBytes: 500_000_000,
    image: { digest: held },
    repositories: [{ image: 'exists', tags: [{ tag: 'v1', change: 'keep', names: held }] }],
  })
  expect(plan.steps).toEqual([
    `Send nothing: ECR has ${held} under every tag already`,
    'Fail if the image, or one of its platforms, has more than 500000000 bytes, compressed (max-size)',
    "Wait at most 900 s for ECR's scan, and fail by what it finds (fail-on-severity: high)",
  ])
  expect(flow.dockerCalls).toEqual([])
})

test('all that would stop a run is told at once, beside the plan and the policy', async () => {
  const flow = new Flow()
  await create(flow)
  const mutability = { repositoryName: REPOSITORY, imageTagMutability: 'IMMUTABLE' as const }
  await invoke(flow.store, flow.caller, 'PutImageTagMutability', mutability)
  const held = await flow.put(['v1'], 'before')
  flow.alter = (world) => ({
    ...world,
    docker: {
      ...world.docker,
      inspect: () => Promise.reject(new ActionError('No engine answers.', 'start one.')),
    },
  })
  const { plan, policy, said } = await dryRun(flow, 'main', {
    registries: 'us-east-1',
    'create-repository': 'false',
    'wait-for-replication': 'true',
  })
  expect(plan.problems.map(({ message }) => message)).toEqual([
    'No engine answers.',
    expect.stringContaining("The repository 'app' does not exist in us-east-1"),
    expect.stringContaining(`${HOST}/app is immutable and has an image already under v1 (${held})`),
    expect.stringContaining('wait-for-replication is set, but the registry'),
  ])
  for (const { message } of plan.problems) expect(said).toContain(message)
  expect(plan).toMatchObject({
    outcome: 'fail',
    repositories: [
      { state: 'exists', tags: [{ change: 'move', names: held }, { change: 'create' }] },
      { state: 'absent' },
    ],
  })
  expect(policy.Statement.length).toBeGreaterThan(0)
  expect(flow.summary).toContain('### ❌ Dry run, a push would fail: <code>app</code>')
  expect(flow.summary).toContain('No engine answers.')
  expect(JSON.parse(flow.outputs['json'] ?? '')).toMatchObject({ plan: { outcome: 'fail' } })
})

describe('a question that AWS does not allow hides nothing else, and changes no policy', () => {
  const settings = SCENARIOS['settings, brought to the repository']?.with as Given
  const ways: readonly (readonly [Action, Given])[] = [
    [
      'main',
      {
        ...settings,
        'update-repository': 'true',
        'if-image-exists': 'fail',
        'fail-on-severity': 'high',
        registries: 'us-east-1',
      },
    ],
    ['main', { 'create-repository': 'false', repository: 'absent', 'wait-for-replication': 'true' }],
    ['main', { 'wait-for-signing': 'true' }],
    ['promote', { source: 'build', repository: REPOSITORY }],
  ]
  test.each(ways)('%s %j', async (action, given) => {
    const prepared = async () => {
      const flow = new Flow()
      await create(flow)
      await putImage(flow, REPOSITORY, PLATFORM, { tag: 'build' })
      const template = { prefix: 'ROOT', appliedFor: ['CREATE_ON_PUSH' as const] }
      await invoke(flow.store, flow.caller, 'CreateRepositoryCreationTemplate', template)
      await replicate(flow)
      await sign(flow)
      flow.service.recorder.clear()
      return flow
    }
    const whole = await dryRun(await prepared(), action, given)
    expect(whole.plan.problems).toEqual([])
    const asked = new Set(whole.flow.service.recorder.requests.map(({ operation }) => operation))
    expect(asked.size).toBeGreaterThan(2)
    for (const operation of [...asked, '*']) {
      const flow = await prepared()
      const match = operation === '*' ? {} : { operation }
      flow.service.faults.order({ match, times: Number.POSITIVE_INFINITY, effect: { kind: 'deny' } })
      const { plan, policy, said } = await dryRun(flow, action, given)
      expect({ operation, said, problems: plan.problems, policy }).toEqual({
        operation,
        said: null,
        problems: [],
        policy: whole.policy,
      })
      expect(plan.image.tags).toEqual(whole.plan.image.tags)
      expect(plan.repositories.length).toBe(whole.plan.repositories.length)
      // What is not known is one warning, and in the summary.
      const warnings = flow.log.filter((line) => line.startsWith('warning: '))
      const told = plan.unknown.length > 0
      expect({ operation, warnings: warnings.length }).toEqual({ operation, warnings: told ? 1 : 0 })
      expect(flow.summary.includes('#### Not known')).toBe(told)
      // By another call, the same is found.
      if (operation === 'DescribeImages' || plan.unknown.length > 0) continue
      expect(`${operation} was not told`).toBe('')
    }
  })
})
