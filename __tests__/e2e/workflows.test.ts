// biome-ignore-all lint/suspicious/noTemplateCurlyInString: expressions of GitHub's
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { parse, stringify } from 'yaml'
import { root } from '../../dev/root.ts'
import { writeSigstoreFiles } from '../../dev/sigstore/job.ts'
import { startSigstore } from '../../dev/sigstore/services.ts'
import { ACCOUNT, REGION } from '../../dev/stage.ts'
import { type Event, jobOfRun, type RunOptions, type WorkflowRun } from '../../dev/workflow/index.ts'
import { callerOf, invoke, PUBLIC, type Vulnerability } from '../../local-ecr/index.ts'
import { DOCUMENT_RUNS, documentFiles, documentStage } from '../support/document-runs.ts'
import { machineWithRegistry } from '../support/local-ecr-job.ts'
import { parts } from '../support/parts.ts'
import { eventually } from '../support/processes.ts'
import { type RecipeName, recipeFile, recipeFiles, repositoryOf } from '../support/recipe-runs.ts'
import { startGitHubApi } from '../support/sigstore/stage.ts'
import type { ProgramCall } from '../support/stand-in-programs.ts'
import { EVERY_VARIANT, variant, variants } from '../support/variants.ts'
import { expectRunSuccess, openWorkflowStage, type WorkflowStage } from '../support/workflow-stage.ts'

// The examples, from the event to what is deployed, through the reusable workflows that they call: dist/ on a real
// engine, the local ECR, and roles that have the documents of `npm run policy` and nothing else.

jest.setTimeout(600_000)

const OTHER = '210987654321'
const text = (file: string) => readFileSync(path.join(root, file), 'utf8')
const example = (name: string) => `examples/workflows/${name}.yml`
const NAMES = [
  ...['ecs', 'eks', 'fork-pull-request', 'image', 'lambda', 'monorepo', 'release', 'rollback', 'scan'],
  'signed-release',
]

/** A workflow with one job of ci.yml: others run in a container, or ask GitHub. */
const SMOKE = 'smoke.yml'
function smokeOfCi(): string {
  const { jobs, ...workflow } = parse(text('.github/workflows/ci.yml'))
  return stringify({ ...workflow, jobs: { smoke: jobs.smoke } })
}

const TASK = {
  taskDefinition: {
    family: 'demo-service',
    revision: 7,
    containerDefinitions: [
      { name: 'app', image: 'old' },
      { name: 'proxy', image: 'other' },
    ],
  },
}
const REVISION = `arn:aws:ecs:${REGION}:${ACCOUNT}:task-definition/demo-service:8`

/** What the programs that deploy are asked in the examples, and nothing else. */
const ANSWERS = {
  'aws ecr describe-images --repository-name recipe/credentials --image-ids imageDigest=sha256:': '\n',
  'aws ecs describe-task-definition --task-definition demo-service --include TAGS': JSON.stringify(TASK),
  'aws ecs register-task-definition --cli-input-json file://next.json': `${REVISION}\n`,
  [`aws ecs update-service --cluster demo --service demo-service --task-definition ${REVISION} `]: '\n',
  'aws ecs wait services-stable --cluster demo --services demo-service': '',
  'aws ecs describe-services --cluster demo --services demo-service --query ': `${REVISION}\n`,
  'aws eks update-kubeconfig --name demo --region ': '',
  'aws lambda update-function-code --function-name demo-function --image-uri ': '\n',
  'aws lambda wait function-updated-v2 --function-name demo-function': '',
  'kubectl set image deployment/': '',
  'kubectl rollout status deployment/': '',
}

let shop: WorkflowStage
beforeAll(async () => {
  const files = Object.fromEntries(NAMES.map((name) => [example(name), text(example(name))]))
  const secret = `on: push
permissions: { id-token: write, contents: read }
jobs:
  image:
    runs-on: ubuntu-latest
    outputs:
      image-uri: \${{ steps.ecr.outputs.image-uri }}
      image-name: \${{ steps.ecr.outputs.image-name }}
      digest: \${{ steps.ecr.outputs.digest }}
    steps:
      - { uses: actions/checkout@v7, with: { persist-credentials: false } }
      - id: ecr
        uses: OWNER/ecr-build-push@v1
        with:
          repository: masked
          aws-region: ${REGION}
          role-to-assume: arn:aws:iam::\${{ secrets.ACCOUNT }}:role/ci
          tags: v1
`
  // secrets: inherit gives every job of a called workflow the account id to mask, also where it asks for none.
  const called = (name: string, more: string) =>
    `permissions: { id-token: write, contents: read }
    uses: OWNER/ecr-build-push/.github/workflows/${name}.yml@v1
    secrets: inherit
    with: { aws-region: ${REGION}, role-to-assume: "arn:aws:iam::${ACCOUNT}:role/ci", ${more} }`
  const inherited = `on: push
jobs:
  image:
    ${called('build-push', 'repository: masked, tags: v2, platforms: "linux/amd64,linux/arm64"')}
  prod:
    needs: image
    ${called('promote', 'repository: masked, source: "${{ needs.image.outputs.digest }}", tags: prod, environment: production')}
  services:
    ${called('bake', 'repository: "masked-{{target}}", tags: v2')}
  read:
    needs: [prod, services]
    runs-on: ubuntu-latest
    outputs: { all: "\${{ toJSON(needs) }}" }
    steps: [{ run: "true" }]
`
  const seed = `on: push
permissions: { id-token: write, contents: read }
jobs:
  image:
    runs-on: ubuntu-latest
    steps:
      - { uses: actions/checkout@v7, with: { persist-credentials: false } }
      - uses: OWNER/ecr-build-push@v1
        with:
          repository: ${OTHER}.dkr.ecr.${REGION}.amazonaws.com/demo-service
          role-to-assume: arn:aws:iam::${OTHER}:role/seed
          tags: |
            \${{ vars.VERSION }}
            prod
`
  const baked = `on: push
jobs:
  images:
    permissions: { contents: read, id-token: write }
    uses: OWNER/ecr-build-push/.github/workflows/bake.yml@v1
    with:
      repository: baked/{{target}}
      aws-region: ${REGION}
      registries: us-east-1
      role-to-assume: arn:aws:iam::${ACCOUNT}:role/ci
      attest: \${{ vars.ATTEST }}
      tags: |
        {{target}}-v1
        \${{ github.sha }}
  read:
    needs: images
    runs-on: ubuntu-latest
    outputs:
      digests: \${{ needs.images.outputs.digests }}
      api: \${{ fromJSON(needs.images.outputs.images).api.digest }}
    steps: [{ run: "true" }]
`
  const documents = EVERY_VARIANT ? { ...documentFiles(), ...recipeFiles() } : {}
  shop = await openWorkflowStage(
    {
      ...{ ...files, ...documents, [SMOKE]: smokeOfCi() },
      ...{ 'secret.yml': secret, 'inherited.yml': inherited, 'seed.yml': seed, 'baked.yml': baked },
    },
    ANSWERS,
  )
  shop.addDeployRole('production')
  await invoke(shop.stage.ecr.store, callerOf(ACCOUNT, REGION), 'PutRegistryScanningConfiguration', {
    scanType: 'ENHANCED',
    rules: [{ scanFrequency: 'SCAN_ON_PUSH', repositoryFilters: [{ filter: '*', filterType: 'WILDCARD' }] }],
  })
})
afterAll(() => shop?.close())

/** Seconds for what has to come to be so, on a machine as busy as it may be. */
const PATIENCE_S = 120

let since = 0
let count = 0
beforeEach(() => {
  since = shop.calls().length
  count += 1
  shop.commit({ Dockerfile: `FROM scratch\nCOPY Dockerfile /of-test-${count}\n`, '.scan-ignore': '' })
})

const tagsOf = (repository: string, account = ACCOUNT, region = REGION) =>
  Object.fromEntries(shop.stage.ecr.store.get({ account, region, repository }).tags)
const asked = (): readonly ProgramCall[] => shop.calls().slice(since)
const lines = () => asked().map(({ program, args }) => [program, ...args].join(' '))
const hostOf = (region: string) => `${ACCOUNT}.dkr.ecr.${region}.amazonaws.com`
const resultsOf = (run: WorkflowRun) => run.jobs.map(({ path, result }) => `${path}: ${result}`)

/** Runs an example under roles that have what `npm run policy` prints for it. */
function runExample(name: string, event: Partial<Event> = {}, options: Partial<RunOptions> = {}) {
  shop.addRoles(example(name))
  return shop.run(example(name), event, options)
}

/**
 * Sigstore's services and GitHub's store of attestations for a run. The workflows have no input for an instance of
 * Sigstore on this machine: each step that signs or verifies gets the one that is here.
 */
async function signing() {
  const [sigstore, github] = await Promise.all([startSigstore(), startGitHubApi()])
  const ownInputs: RunOptions['ownInputs'] = (action, given, workspace) => {
    const { attest: _, ...files } = writeSigstoreFiles(workspace, sigstore)
    if ((given['attest'] ?? 'false') !== 'false') return { ...given, ...files }
    const verifies = /\/(?:merge|promote|verify)$/.test(action)
    return verifies ? { ...given, 'sigstore-trusted-root': files['sigstore-trusted-root'] } : given
  }
  return {
    options: { ownInputs, apiUrl: github.env['GITHUB_API_URL'] ?? '' },
    async close() {
      github.close()
      await sigstore.stop()
    },
  }
}

test('ecs.yml deploys by digest the image of both platforms that ECR holds', async () => {
  const run = await runExample('ecs')
  expectRunSuccess(run)
  expect(resultsOf(run)).toEqual([
    'image/build/plan: success',
    'image/build/build (linux/amd64, 0, ubuntu-24.04): success',
    'image/build/build (linux/arm64, 1, ubuntu-24.04-arm): success',
    'image/name: success',
    'deploy: success',
  ])
  const { outputs } = jobOfRun(run, 'image/name')
  expect(outputs['scan-status']).toMatch(/^(?:ACTIVE|COMPLETE)$/)
  expect(Object.keys(JSON.parse(outputs['platform-digests'] ?? ''))).toEqual(['linux/amd64', 'linux/arm64'])
  expect(Object.values(tagsOf('demo-service'))).toContain(outputs['digest'])
  expect(lines().map((line) => line.split(' ').slice(0, 3).join(' '))).toEqual([
    'aws ecs describe-task-definition',
    'aws ecs register-task-definition',
    'aws ecs update-service',
    'aws ecs wait',
    'aws ecs describe-services',
  ])
  expect(JSON.parse(asked()[1]?.files[0] ?? '')).toEqual({
    family: 'demo-service',
    containerDefinitions: [
      { name: 'app', image: `${hostOf(REGION)}/demo-service@${outputs['digest']}` },
      { name: 'proxy', image: 'other' },
    ],
  })
})

// Variant: 'ecs.yml' above runs an example, called workflows, a matrix, dist/ and a deployment
variant('eks.yml deploys to each region what the registry there holds', async () => {
  const run = await runExample('eks')
  expectRunSuccess(run)
  const { digest = '' } = jobOfRun(run, 'image/name').outputs
  const regions = [REGION, 'us-east-1']
  for (const region of regions)
    expect(Object.values(tagsOf('demo-service', ACCOUNT, region))).toContain(digest)
  expect(lines()).toEqual(
    regions.flatMap((region) => [
      `aws eks update-kubeconfig --name demo --region ${region}`,
      `kubectl set image deployment/demo-service app=${hostOf(region)}/demo-service@${digest}`,
      'kubectl rollout status deployment/demo-service --timeout 10m',
    ]),
  )
  expect(asked().map(({ region }) => region)).toEqual(regions.flatMap((one) => [one, one, one]))
})

// Variant: 'ecs.yml' above runs an example, called workflows, a matrix, dist/ and a deployment
variant(
  'fork-pull-request.yml builds a fork’s pull request without a word to AWS, and pushes main',
  async () => {
    const before = shop.stage.ecr.requests.length
    const event = { name: 'pull_request', ref: 'refs/pull/7/merge', fromFork: true } as const
    const fork = await runExample('fork-pull-request', event)
    expectRunSuccess(fork)
    expect(fork.concurrency).toBe('image-refs/pull/7/merge')
    const job = jobOfRun(fork, 'image')
    expect(job.permissions).toEqual({ contents: 'read', 'id-token': 'none' })
    expect(job.steps[1]?.outputs['pushed']).toBe('false')
    expect(shop.stage.ecr.requests.slice(before)).toEqual([])
    const main = await runExample('fork-pull-request')
    expectRunSuccess(main)
    const pushed = jobOfRun(main, 'image').steps[1]?.outputs
    expect(pushed?.['pushed']).toBe('true')
    expect(Object.values(tagsOf('demo-service'))).toContain(pushed?.['digest'])
  },
)

// Variant: 'ecs.yml' above runs an example, called workflows, a matrix, dist/ and a deployment
variant('image.yml pushes a commit, and says its digest', async () => {
  const run = await runExample('image')
  expectRunSuccess(run)
  const [, ecr, said] = jobOfRun(run, 'image').steps
  expect(said?.log).toContain(ecr?.outputs['digest-uri'])
  expect(tagsOf('demo-service')).toMatchObject({ main: ecr?.outputs['digest'] })
})

// Variant: 'ecs.yml' above runs an example, called workflows, a matrix, dist/ and a deployment
variant('lambda.yml gives the function the image by digest', async () => {
  const run = await runExample('lambda')
  expectRunSuccess(run)
  const { digest } = jobOfRun(run, 'image').outputs
  expect(lines()).toEqual([
    `aws lambda update-function-code --function-name demo-function --image-uri ${hostOf(REGION)}/demo-function@${digest} --architectures arm64 --query CodeSha256`,
    'aws lambda wait function-updated-v2 --function-name demo-function',
  ])
  expect(new Set(Object.values(tagsOf('demo-function')))).toEqual(new Set([digest]))
})

// Variant: 'ecs.yml' above runs an example, called workflows, a matrix, dist/ and a deployment
variant('monorepo.yml builds the service that has changed, and deploys each by its digest', async () => {
  const services = ['api', 'web', 'worker']
  const dockerfile = (service: string, version = 1) => ({
    [`services/${service}/Dockerfile`]: `FROM scratch\nLABEL version=${version}\nCOPY Dockerfile /${service}\n`,
  })
  shop.commit(Object.assign({}, ...services.map((service) => dockerfile(service))))
  const first = await runExample('monorepo')
  expectRunSuccess(first)
  const pushed = (run: WorkflowRun) =>
    services.filter((service) =>
      jobOfRun(run, `image (${service})`).steps.some(({ outputs }) => outputs['pushed'] === 'true'),
    )
  expect(pushed(first)).toEqual(services)
  shop.commit(dockerfile('web', 2))
  since = shop.calls().length
  const second = await runExample('monorepo')
  expectRunSuccess(second)
  expect(pushed(second)).toEqual(['web'])
  const digests = services.map((service) => jobOfRun(second, `image (${service})`).outputs[service])
  expect(new Set(digests).size).toBe(3)
  expect(lines().filter((line) => line.startsWith('kubectl set'))).toEqual(
    services.map(
      (service, at) =>
        `kubectl set image deployment/${service} app=${hostOf(REGION)}/demo-${service}@${digests[at]}`,
    ),
  )
})

// Variant: 'ecs.yml' above runs an example, called workflows, a matrix, dist/ and a deployment
variant(
  'release.yml gives the image of a commit its version, and takes it to production’s account',
  async () => {
    // On ports of localhost, no host says the account of production.
    if (parts().names === null) return
    const build = await runExample('release')
    expectRunSuccess(build)
    expect(build.jobs.map(({ path }) => path.split('/')[0])).not.toContain('production')
    const { digest } = jobOfRun(build, 'build/name').outputs
    const Statement = [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${OTHER}:root` }, Action: 'ecr:*' }]
    const policyText = JSON.stringify({ Version: '2012-10-17', Statement })
    const place = callerOf(ACCOUNT, REGION)
    await invoke(shop.stage.ecr.store, place, 'SetRepositoryPolicy', {
      repositoryName: 'demo-service',
      policyText,
    })
    const release = await runExample('release', { ref: 'refs/tags/v1.2.3' })
    expectRunSuccess(release)
    expect(resultsOf(release)).toEqual([
      'version/plan: success',
      'version/promote: success',
      'production/plan: success',
      'production/promote: success',
    ])
    expect(jobOfRun(release, 'version/promote').environment).toBe('staging')
    expect(tagsOf('demo-service')).toMatchObject({ '1.2.3': digest, '1.2': digest })
    expect(tagsOf('demo-service', OTHER)).toEqual({ '1.2.3': digest, latest: digest, prod: digest })
  },
)

// Variant: 'ecs.yml' above runs an example, called workflows, a matrix, dist/ and a deployment
variant('rollback.yml gives the tag prod back to an earlier version, and deploys it by digest', async () => {
  // On ports of localhost, no host says the account of production.
  if (parts().names === null) return
  const { store } = shop.stage.ecr
  store.addRole(`arn:aws:iam::${OTHER}:role/seed`, { subjects: ['repo:acme/shop:ref:refs/heads/main'] })
  store.addRole(`arn:aws:iam::${OTHER}:role/deploy`, {
    subjects: ['repo:acme/shop:environment:production'],
  })
  for (const VERSION of ['3.0.0', '3.1.0']) {
    shop.commit({ Dockerfile: `FROM scratch\nCOPY Dockerfile /of-${VERSION}\n` })
    expectRunSuccess(await shop.run('seed.yml', {}, { vars: { VERSION } }))
  }
  const before = tagsOf('demo-service', OTHER)
  expect(before['prod']).toBe(before['3.1.0'])
  const run = await runExample('rollback', { name: 'workflow_dispatch', inputs: { version: '3.0.0' } })
  expectRunSuccess(run)
  expect(tagsOf('demo-service', OTHER)).toEqual({ ...before, prod: before['3.0.0'] })
  expect(jobOfRun(run, 'image/promote').environment).toBe('production')
  expect(lines()[1]).toBe(
    `kubectl set image deployment/demo-service app=${OTHER}.dkr.ecr.${REGION}.amazonaws.com/demo-service@${before['3.0.0']}`,
  )
  const absent = await runExample('rollback', { name: 'workflow_dispatch', inputs: { version: '2.9.9' } })
  expect(absent.conclusion).toBe('failure')
  expect(tagsOf('demo-service', OTHER)['prod']).toBe(before['3.0.0'])
})

// Variant: 'ecs.yml' above runs an example, called workflows, a matrix, dist/ and a deployment
variant(
  'signed-release.yml releases what its builder has signed for this commit, and nothing else',
  async () => {
    if (parts().names === null) return
    const { options, close } = await signing()
    try {
      const sha = shop.commit({ Dockerfile: 'FROM scratch\nCOPY Dockerfile /signed\n' })
      const build = await runExample('signed-release', {}, options)
      expectRunSuccess(build)
      expect(jobOfRun(build, 'build/name').outputs['attested']).toBe('true')
      const { digest } = jobOfRun(build, 'build/name').outputs
      const Statement = [
        { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${OTHER}:root` }, Action: 'ecr:*' },
      ]
      const policyText = JSON.stringify({ Version: '2012-10-17', Statement })
      const place = callerOf(ACCOUNT, REGION)
      await invoke(shop.stage.ecr.store, place, 'SetRepositoryPolicy', {
        repositoryName: 'demo-service',
        policyText,
      })
      const release = await runExample('signed-release', { ref: 'refs/tags/v2.0.0' }, options)
      expectRunSuccess(release)
      expect(tagsOf('demo-service', OTHER)).toMatchObject({ '2.0.0': digest, prod: digest })
      const [accepted] = JSON.parse(jobOfRun(release, 'verify/verify').outputs['provenance'] ?? '[]')
      expect(JSON.stringify(accepted)).toContain(sha)

      // The same, of a commit whose image nobody has signed.
      shop.commit({ Dockerfile: 'FROM scratch\nCOPY Dockerfile /unsigned\n' })
      expectRunSuccess(await runExample('release'))
      const refused = await runExample('signed-release', { ref: 'refs/tags/v2.0.1' }, options)
      expect(refused.conclusion).toBe('failure')
      expect(resultsOf(refused)).toEqual(['version/plan: success', 'version/promote: failure'])
      const said = jobOfRun(refused, 'version/promote')
        .steps[0]?.annotations.map(({ message }) => message)
        .join()
      expect(said).toContain('provenance')
      expect(tagsOf('demo-service')).not.toHaveProperty('2.0.1')
    } finally {
      await close()
    }
  },
)

// Variant: 'ecs.yml' above runs an example, called workflows, a matrix, dist/ and a deployment
variant('scan.yml uploads what the gate has found, also of an image that it has refused', async () => {
  const { scanPlans } = shop.stage.ecr.store
  const finding: Vulnerability = {
    name: 'CVE-2026-1111',
    severity: 'HIGH',
    package: 'openssl',
    version: '3.0.1',
    fixedIn: '3.0.2',
    score: 7.5,
  }
  const good = await runExample('scan')
  expectRunSuccess(good)
  // New is what the image before had not.
  scanPlans.set(jobOfRun(good, 'image').steps[2]?.outputs['digest'] ?? '', {})
  scanPlans.set('demo-service', { findings: [finding] })
  const sha = shop.commit({ Dockerfile: 'FROM scratch\nCOPY Dockerfile /worse\n' })
  const bad = await runExample('scan')
  scanPlans.delete('demo-service')
  expect(bad.conclusion).toBe('failure')
  expect(
    jobOfRun(bad, 'image')
      .steps.map(({ outcome }) => outcome)
      .slice(0, 4),
  ).toEqual([...['success', 'success', 'failure', 'success']])
  expect(tagsOf('demo-service')).not.toHaveProperty(sha)
  const results = shop.uploaded.map(({ sarif }) => JSON.parse(sarif).runs[0].results.length)
  expect(results).toEqual([0, 1])
})

describe('build-push.yml', () => {
  // Variant: project/workflow/jobs.test.ts has an attempt of what has failed
  variant('runs only what has failed again, and names what the first attempt has built', async () => {
    const { faults, requests } = shop.stage.ecr
    // What is built has no tag yet.
    faults.order({
      match: { operation: 'PutImage', path: /\/manifests\/(?!sha256:)/ },
      times: 50,
      effect: { kind: 'deny' },
    })
    const first = await runExample('ecs')
    faults.clear()
    expect(first.conclusion).toBe('failure')
    const before = requests.length
    const second = await runExample('ecs', {}, { again: first })
    expectRunSuccess(second)
    expect(second.jobs.map(({ path, reused }) => [path.split(' ')[0], reused])).toEqual([
      ['image/build/plan', true],
      ['image/build/build', true],
      ['image/build/build', true],
      ['image/name', false],
      ['deploy', false],
    ])
    expect(requests.slice(before).length).toBeGreaterThan(0)
  })

  // Variant: project/workflow/jobs.test.ts has a matrix of which one fails, and jobs that need it
  variant('names and deploys nothing if a platform cannot be built', async () => {
    const sha = shop.commit({
      Dockerfile: 'FROM scratch\nARG TARGETARCH\nCOPY only-${TARGETARCH} /\n',
      'only-amd64': 'amd64\n',
    })
    const run = await runExample('ecs')
    expect(run.conclusion).toBe('failure')
    expect(resultsOf(run)).toEqual([
      'image/build/plan: success',
      'image/build/build (linux/amd64, 0, ubuntu-24.04): success',
      'image/build/build (linux/arm64, 1, ubuntu-24.04-arm): failure',
    ])
    const failed = jobOfRun(run, 'image/build/build (linux/arm64, 1, ubuntu-24.04-arm)')
    const errors = failed.steps.flatMap(({ annotations }) => annotations).map(({ message }) => message)
    expect(errors.join('\n')).toContain('only-arm64')
    expect(tagsOf('demo-service')).not.toHaveProperty(sha)
    expect(asked()).toEqual([])
  })

  // Variant: project/workflow/jobs.test.ts has a run that is cancelled, e2e/cancel.test.ts a step
  variant('that is cancelled in a push names and deploys nothing, and can be run again', async () => {
    const { faults } = shop.stage.ecr
    const sha = shop.commit({ Dockerfile: 'FROM scratch\nCOPY Dockerfile /cancelled\n' })
    faults.order({
      match: { operation: 'InitiateLayerUpload' },
      times: 1,
      effect: { kind: 'delay', ms: 15_000 },
    })
    const cancel = new AbortController()
    const pushing = eventually(() => faults.pending.length === 0, PATIENCE_S).then(() => cancel.abort())
    const [first] = await Promise.all([runExample('ecs', {}, { cancel: cancel.signal }), pushing])
    faults.clear()
    expect(first.conclusion).toBe('cancelled')
    expect(resultsOf(first)).toEqual([
      'image/build/plan: success',
      'image/build/build (linux/amd64, 0, ubuntu-24.04): cancelled',
    ])
    const [, build] = first.jobs
    expect(build?.steps[2]?.log).toContain('The step was told to end (SIGINT): the job was cancelled')
    expect(build?.steps.slice(3).map(({ name, outcome }) => [name, outcome])).toEqual([
      [expect.stringContaining('post OWNER/ecr-build-push'), 'success'],
      ['post docker/setup-buildx-action', 'success'],
    ])
    expect(tagsOf('demo-service')).not.toHaveProperty(sha)
    expect(asked()).toEqual([])
    const second = await runExample('ecs', {}, { again: first })
    expectRunSuccess(second)
    expect(second.jobs.map(({ path, reused }) => [path.split(' ')[0], reused])).toEqual([
      ['image/build/plan', true],
      ['image/build/build', false],
      ['image/build/build', false],
      ['image/name', false],
      ['deploy', false],
    ])
  })
})

// Variant: e2e/local-ecr-action.test.ts has a job with the local ECR, e2e/main-job.test.ts both engines
variant('ci.yml, smoke: the checkout pushes, skips and promotes on both engines, without AWS', async () => {
  const src = 'examples/demo-service/src/index.html'
  shop.commit({ [src]: text(src) })
  const before = shop.stage.ecr.requests.length
  const machine = machineWithRegistry(shop.stage, shop.stage.folder)
  const run = await shop.run(
    SMOKE,
    {},
    {
      machine: async () => machine,
      // The host names of this machine are those of the tests.
      ownInputs: (action, given) =>
        action.endsWith('/local-ecr') ? { ...given, 'host-names': 'false' } : given,
    },
  )
  expectRunSuccess(run)
  const rows = ['ubuntu-24.04', 'ubuntu-24.04-arm'].flatMap((runner) =>
    ['as it is there', 'v20.10.24'].map((docker) => `smoke (${runner}, ${docker})`),
  )
  expect(run.jobs.map(({ path }) => path)).toEqual(rows)
  for (const { steps } of run.jobs) expect(steps.at(-1)?.outcome).toBe('success')
  expect(shop.stage.ecr.requests.slice(before)).toEqual([])
})

// Variant: 'ecs.yml' above runs a workflow, called ones, a matrix, dist/ and a deployment
variants('as it stands in a document', () => {
  test.each(DOCUMENT_RUNS.map((one) => [one.of.join(', and '), one] as const))('%s', async (_, one) => {
    const { options, close } = one.signs === true ? await signing() : { options: {}, close: async () => {} }
    try {
      await one.check(documentStage(shop, options))
    } finally {
      await close()
    }
  })
})

// Variant: project/workflow/jobs.test.ts drops outputs with a secret in them
variant(
  'an account id that is a secret keeps URIs from other jobs, and neither name nor digest',
  async () => {
    const role = `arn:aws:iam::${ACCOUNT}:role/ci`
    shop.stage.ecr.store.addRole(role, { subjects: ['repo:acme/shop:ref:refs/heads/main'] })
    const run = await shop.run('secret.yml', {}, { secrets: { ACCOUNT } })
    expectRunSuccess(run)
    const { outputs, dropped, steps } = jobOfRun(run, 'image')
    expect(Object.keys(outputs)).toEqual(['image-name', 'digest'])
    expect(dropped).toEqual(shop.stage.ecr.mode === 'tls' ? ['image-uri'] : [])
    expect(outputs['image-name']).toBe('masked:v1')
    expect(steps[1]?.log).not.toContain(ACCOUNT)
  },
)

// Variant: project/workflow/jobs.test.ts drops outputs with a secret in them, and passes secrets on
variant(
  'an account id that every called workflow has to mask keeps none of their outputs from others',
  async () => {
    const subjects = ['ref:refs/heads/main', 'environment:production'].map((one) => `repo:acme/shop:${one}`)
    shop.stage.ecr.store.addRole(`arn:aws:iam::${ACCOUNT}:role/ci`, { subjects })
    shop.commit({
      'docker-bake.hcl': 'group "default" { targets = ["api"] }\ntarget "api" { context = "api" }\n',
      'api/Dockerfile': 'FROM scratch\nCOPY Dockerfile /api\n',
    })
    const run = await shop.run('inherited.yml', {}, { secrets: { ACCOUNT } })
    expectRunSuccess(run)
    expect(run.jobs.flatMap(({ path, dropped }) => dropped.map((name) => `${path}: ${name}`))).toEqual([])
    const { prod, services } = JSON.parse(jobOfRun(run, 'read').outputs['all'] ?? '')
    expect(prod.outputs).toMatchObject({ digest: tagsOf('masked')['prod'], 'image-name': 'masked:prod' })
    expect(JSON.parse(services.outputs.images)).toMatchObject({
      api: { digest: tagsOf('masked-api')['v2'], 'image-name': 'masked-api:v2' },
    })
  },
)

// Variant: project/bake-workflow.test.ts has its scripts, and 'ecs.yml' above a called matrix that is merged
variants('bake.yml', () => {
  const definition = (web: string) => `group "default" { targets = ["api", "web"] }
target "base" { context = "base" }
target "api" {
  context = "api"
  contexts = { base = "target:base" }
  platforms = ["linux/amd64", "linux/arm64"]
}
target "web" { context = "${web}" }
`
  const files = {
    'base/Dockerfile': 'FROM scratch\nCOPY Dockerfile /base\n',
    'api/Dockerfile': 'FROM base\nCOPY Dockerfile /api\n',
    'web/Dockerfile': 'FROM scratch\nCOPY Dockerfile /web\n',
    'broken/Dockerfile': 'FROM scratch\nCOPY missing /\n',
  }
  beforeEach(() => {
    const role = `arn:aws:iam::${ACCOUNT}:role/ci`
    shop.stage.ecr.store.addRole(role, { subjects: ['repo:acme/shop:ref:refs/heads/main'] })
  })

  test('makes and signs an image of each target, of all its platforms, in every registry', async () => {
    const sha = shop.commit({ ...files, 'docker-bake.hcl': definition('web') })
    const { options, close } = await signing()
    const run = await shop.run('baked.yml', {}, { ...options, vars: { ATTEST: 'provenance' } })
    await close()
    expectRunSuccess(run)
    expect(resultsOf(run)).toEqual([
      'images/build/plan: success',
      'images/build/build (api, linux/amd64, ubuntu-latest, 0): success',
      'images/build/build (api, linux/arm64, ubuntu-24.04-arm, 1): success',
      'images/build/build (web, linux/amd64, ubuntu-latest, 2): success',
      'images/name (api, 0, linux/amd64,linux/arm64, [0,1]): success',
      'images/name (web, 1, linux/amd64, [2]): success',
      'images/images: success',
      'read: success',
    ])
    const { api = '', digests = '' } = jobOfRun(run, 'read').outputs
    const [first, second] = digests.split('\n')
    expect(first).toBe(`api=${api}`)
    for (const region of [REGION, 'us-east-1']) {
      expect(tagsOf('baked/api', ACCOUNT, region)).toEqual({ 'api-v1': api, [sha]: api })
      const web = second?.split('=')[1]
      expect(tagsOf('baked/web', ACCOUNT, region)).toEqual({ 'web-v1': web, [sha]: web })
    }
    const { images = '' } = jobOfRun(run, 'images/images').outputs
    expect(JSON.parse(images).api).toMatchObject({ attested: true, 'image-name': 'baked/api:api-v1' })
    expect(Object.keys(JSON.parse(images).api['platform-digests'])).toEqual(['linux/amd64', 'linux/arm64'])
  })

  test('names nothing if a target fails, and builds the others to their end', async () => {
    const sha = shop.commit({ ...files, 'docker-bake.hcl': definition('broken') })
    const run = await shop.run('baked.yml', {})
    expect(run.conclusion).toBe('failure')
    expect(resultsOf(run).slice(1)).toEqual([
      'images/build/build (api, linux/amd64, ubuntu-latest, 0): success',
      'images/build/build (api, linux/arm64, ubuntu-24.04-arm, 1): success',
      'images/build/build (web, linux/amd64, ubuntu-latest, 2): failure',
    ])
    expect(tagsOf('baked/api')).not.toHaveProperty(sha)
  })
})

// Variant: 'ecs.yml' above runs an example, called workflows, dist/ and a deployment; project/recipes.test.ts has every
// recipe's inputs
variants('a recipe, as the whole workflow that it makes of image.yml', () => {
  beforeEach(() => {
    const role = `arn:aws:iam::${ACCOUNT}:role/ci`
    shop.stage.ecr.store.addRole(role, { subjects: ['repo:acme/shop:ref:refs/heads/main'] })
  })
  const cook = async (name: RecipeName) => {
    const run = await shop.run(recipeFile(name), {})
    expectRunSuccess(run)
    return jobOfRun(run, 'image').steps
  }
  const pushed = (steps: Awaited<ReturnType<typeof cook>>) =>
    steps.flatMap(({ outputs }) => outputs['pushed'] ?? [])[0]

  test('leaves the credentials of configure-aws-credentials to later steps', async () => {
    const [, , ecr] = await cook('credentials')
    const [line] = lines()
    expect(line).toContain(`--image-ids imageDigest=${ecr?.outputs['digest']}`)
    expect(Object.values(tagsOf(repositoryOf('credentials')))).toContain(ecr?.outputs['digest'])
  })

  test('pushes to a private and a public repository', async () => {
    // On ports of localhost, no host is ECR Public's.
    if (parts().names === null) return
    const repository = repositoryOf('public')
    const steps = await cook('public')
    const [first, second] = steps.slice(1).map(({ outputs }) => outputs['digest'])
    expect(tagsOf(repository)['main']).toBe(first)
    expect(tagsOf(repository, ACCOUNT, PUBLIC)['main']).toBe(second)
  })

  test('has immutable tags, and skips a rerun', async () => {
    expect(pushed(await cook('immutable'))).toBe('true')
    expect(pushed(await cook('immutable'))).toBe('false')
    const place = { account: ACCOUNT, region: REGION, repository: repositoryOf('immutable') }
    expect(shop.stage.ecr.store.get(place).mutability).toBe('IMMUTABLE')
  })

  test('keeps a cache in the repository', async () => {
    await cook('cache')
    expect(Object.keys(tagsOf(repositoryOf('cache'))).some((tag) => tag.startsWith('buildcache-'))).toBe(true)
  })

  test('does what the console’s commands did', async () => {
    const [, ecr] = await cook('console')
    expect(tagsOf(repositoryOf('console'))).toEqual({ latest: ecr?.outputs['digest'] })
  })

  test('does what kciter/aws-ecr-action did', async () => {
    const Statement = [{ Effect: 'Allow', Principal: '*', Action: 'ecr:BatchGetImage' }]
    const sha = shop.commit({ 'repo-policy.json': JSON.stringify({ Version: '2012-10-17', Statement }) })
    const [, ecr] = await cook('kciter')
    const { digest } = ecr?.outputs ?? {}
    expect(tagsOf(repositoryOf('kciter'))).toEqual({ latest: digest, [sha]: digest })
    const place = { account: ACCOUNT, region: REGION, repository: repositoryOf('kciter') }
    expect(shop.stage.ecr.store.get(place).policy).toContain('ecr:BatchGetImage')
  })

  test('does what CircleCI’s orb did, and skips a rerun', async () => {
    expect(pushed(await cook('orb'))).toBe('true')
    expect(pushed(await cook('orb'))).toBe('false')
  })
})
