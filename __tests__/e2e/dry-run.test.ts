import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { ACCOUNT, REGION, type Stage } from '../../dev/stage.ts'
import { callerOf, invoke } from '../../local-ecr/index.ts'
import type { Statement } from '../../src/aws/policy.ts'
import type { DryRunPlan } from '../../src/report/plan.ts'
import { writesIn } from '../support/access.ts'
import { isAllowed, permissionsIn, permissionsOf } from '../support/iam.ts'
import { expectSuccess, parts, stageOn } from '../support/parts.ts'

jest.setTimeout(120_000)

// dist/ with dry-run, and the run of the same inputs behind it. flow/dry-run.test.ts has what a plan says, and
// long/dry-run.test.ts every run of the table of permissions.

const ELSEWHERE = 'us-east-1'

let stage: Stage
let calls: string
let env: Readonly<Record<string, string>>

beforeAll(async () => {
  stage = await stageOn('current')
  mkdirSync(path.join(stage.folder, 'app'))
  writeFileSync(path.join(stage.folder, 'app', 'Dockerfile'), 'FROM scratch\nCOPY Dockerfile /\n')
  await invoke(stage.ecr.store, callerOf(ACCOUNT, REGION), 'CreateRepository', { repositoryName: 'app' })
  // A docker that notes what it is started for.
  const folder = path.join(stage.folder, 'bin')
  mkdirSync(folder)
  calls = path.join(stage.folder, 'docker-calls')
  const script = `#!/bin/sh\necho "$*" >> '${calls}'\nexec '${parts().engines.current.docker}' "$@"\n`
  writeFileSync(path.join(folder, 'docker'), script, { mode: 0o755 })
  env = { PATH: `${folder}${path.delimiter}${stage.env['PATH']}` }
})
afterAll(() => stage?.close())

/** Files below a folder, but for buildx's own notes and the code that Node has compiled. */
const filesIn = (folder: string) =>
  !existsSync(folder)
    ? []
    : readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
        (name) => !/buildx|cli-plugins/.test(name),
      )

test('a dry run writes nothing, logs in nowhere and builds nothing, and the run behind it does what it said', async () => {
  const inputs = {
    repository: 'app',
    'aws-region': REGION,
    context: 'app',
    tags: 'v1,latest',
    registries: ELSEWHERE,
    'scan-on-push': 'true',
    'update-repository': 'true',
    'keep-login': 'true',
  }
  const docker = path.join(stage.home, '.docker')
  const before = filesIn(docker)
  const already = stage.ecr.requests.length
  const dry = await stage.main({ ...inputs, 'dry-run': 'true' }, { env })
  expectSuccess(dry)

  const asked = stage.ecr.requests.slice(already)
  expect(asked.length).toBeGreaterThan(3)
  expect(writesIn(asked)).toEqual([])
  expect(
    asked.filter(({ method = 'GET', side }) => side === 'registry' && !/^(?:GET|HEAD)$/.test(method)),
  ).toEqual([])
  const started = readFileSync(calls, 'utf8').split('\n')
  expect(started.filter((call) => /\b(?:build|login|push|pull|tag|bake|create)\b/.test(call))).toEqual([])
  expect(filesIn(docker)).toEqual(before)
  expect(filesIn(stage.temp).filter((name) => /config\.json|ecr-build-push/.test(name))).toEqual([])

  expect(dry.outputs).toMatchObject({ pushed: 'false', 'repository-created': 'false', tags: 'v1\nlatest' })
  expect(dry.outputs).not.toHaveProperty('digest')
  const plan = JSON.parse(dry.outputs['plan'] ?? '') as DryRunPlan
  const policy = JSON.parse(dry.outputs['iam-policy'] ?? '') as { readonly Statement: readonly Statement[] }
  expect(JSON.parse(dry.outputs['json'] ?? '')).toMatchObject({ plan, 'iam-policy': policy, pushed: false })
  expect(plan).toMatchObject({
    outcome: 'push',
    problems: [],
    unknown: [],
    repositories: [
      {
        state: 'exists',
        changes: [{ input: 'scan-on-push', is: 'false', wanted: 'true' }],
        image: 'push',
        tags: [{ change: 'create' }, { change: 'create' }],
      },
      { state: 'create', image: 'copy' },
    ],
  })
  expect(dry.summary).toContain('### ✅ Dry run, nothing changed: <code>app</code>')
  expect(dry.log).toContain('Dry run: nothing was built, and nothing was changed. A run would:')
  expectSuccess(await stage.post(dry, { env }))
  expect(filesIn(docker)).toEqual(before)

  const real = stage.ecr.requests.length
  const run = await stage.main(inputs, { env })
  expectSuccess(run)
  expectSuccess(await stage.post(run, { env }))
  const requests = stage.ecr.requests.slice(real)
  const allowed = permissionsIn(policy.Statement)
  expect(requests.flatMap(permissionsOf).filter((one) => !isAllowed(allowed, one))).toEqual([])
  const written = new Set(writesIn(requests))
  const arn = (region: string) => `arn:aws:ecr:${region}:${ACCOUNT}:repository/app`
  expect([...written].filter((write) => !/Layer|PutImage on/.test(write)).sort()).toEqual([
    `ecr:CreateRepository on ${arn(ELSEWHERE)}`,
    `ecr:PutImageScanningConfiguration on ${arn(REGION)}`,
  ])
  for (const region of [REGION, ELSEWHERE]) expect(written).toContain(`ecr:PutImage on ${arn(region)}`)
  expect(run.outputs['image-uris']?.split('\n').sort()).toEqual(
    plan.repositories.flatMap(({ uri, tags }) => tags.map(({ tag }) => `${uri}:${tag}`)).sort(),
  )
})

test('ECR Public has a plan and a policy too, though nobody knows its host before the repository exists', async () => {
  const already = stage.ecr.requests.length
  const inputs = {
    repository: 'public-app',
    'registry-type': 'public',
    context: 'app',
    tags: 'v1',
    'dry-run': 'true',
  }
  const dry = await stage.main(inputs, { env })
  expectSuccess(dry)
  expect(writesIn(stage.ecr.requests.slice(already))).toEqual([])
  const plan = JSON.parse(dry.outputs['plan'] ?? '') as DryRunPlan
  expect(plan).toMatchObject({
    problems: [],
    repositories: [
      { name: 'public-app', state: 'create', image: 'push', tags: [{ tag: 'v1', change: 'create' }] },
    ],
  })
  expect(JSON.parse(dry.outputs['iam-policy'] ?? '')).toMatchObject({
    Statement: [
      { Action: ['ecr-public:GetAuthorizationToken', 'sts:GetServiceBearerToken'], Resource: '*' },
      { Resource: expect.stringMatching(/^arn:aws:ecr-public::(?:\*|\d{12}):repository\/public-app$/) },
    ],
  })
})
