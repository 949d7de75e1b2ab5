import { CUSTOM } from '../../dev/sigstore/job.ts'
import type { Sigstore } from '../../dev/sigstore/services.ts'
import { bake } from '../../src/actions/bake/run.ts'
import { run as buildAndPush } from '../../src/actions/build-push/run.ts'
import { readMergeInputs } from '../../src/actions/merge/inputs.ts'
import { merge } from '../../src/actions/merge/run.ts'
import { readPromoteInputs } from '../../src/actions/promote/inputs.ts'
import { promote } from '../../src/actions/promote/run.ts'
import {
  type Home,
  usesOfBuildPush,
  usesOfMerge,
  usesOfPromote,
  usesOfVerify,
} from '../../src/actions/uses.ts'
import { readVerifyInputs } from '../../src/actions/verify/inputs.ts'
import { verify } from '../../src/actions/verify/run.ts'
import type { Use } from '../../src/aws/policy.ts'
import { parsePlan } from '../../src/docker/bake/plan.ts'
import type { BakeDocker } from '../../src/docker/bake/port.ts'
import { readBakeInputs } from '../../src/inputs/bake.ts'
import { readInputs } from '../../src/inputs/index.ts'
import type { World } from '../../src/world.ts'
import { Flow } from './flow.ts'
import { putImage } from './flow-images.ts'
import { type Permission, permissionsOf } from './iam.ts'
import {
  type BakeScenario,
  CONTENT,
  create,
  type Given,
  PLATFORM,
  REPOSITORY,
  type Scenario,
  SOURCE,
} from './permission-scenarios.ts'
import { putBeside } from './sigstore/beside.ts'
import { provenanceBundle } from './sigstore/bundles.ts'
import { signingJob } from './sigstore/signing-job.ts'

/** Runs of a scenario, on an ECR of its own. */
export class ScenarioRun {
  readonly flow = new Flow()
  /** Of the last run. */
  uses: readonly Use[] = []
  readonly #workspace: string
  readonly #sigstore: Sigstore

  /**
   * @param workspace with a Dockerfile, and with the files of `writeSigstoreFiles`
   * @param sigstore what signs, and has signed before
   */
  constructor(workspace: string, sigstore: Sigstore) {
    this.#workspace = workspace
    this.#sigstore = sigstore
  }

  /** @returns the digests that `merge` is given, one a line */
  async prepare({ action, prepare, proven }: Scenario | BakeScenario): Promise<string> {
    await prepare?.(this.flow)
    const at = this.flow.store.find(this.flow.place) === undefined ? SOURCE : REPOSITORY
    if (action === 'main' || action === 'bake') return ''
    if (at === SOURCE) await create(this.flow, SOURCE)
    const amd64 = await putImage(this.flow, at, PLATFORM, { tag: 'build' })
    const arm64 = await putImage(this.flow, at, { os: 'linux', architecture: 'arm64' })
    if (proven) {
      const place = { ...this.flow.place, repository: at }
      await putBeside(
        this.flow.store,
        place,
        amd64.digest,
        await provenanceBundle(this.#sigstore, amd64.digest),
      )
    }
    return `${amd64.digest}\n${arm64.digest}`
  }

  /**
   * @param run the number of the workflow's run, for what is signed
   * @param more inputs besides those of the scenario
   */
  async act(
    scenario: Scenario | BakeScenario,
    digests: string,
    run: string,
    more: Given = {},
  ): Promise<void> {
    const { flow } = this
    const given = typeof scenario.with === 'function' ? scenario.with(digests) : scenario.with
    const inputs: Given = {
      'aws-region': flow.caller.region,
      repository: REPOSITORY,
      tags: 'v1,latest',
      ...given,
      ...(scenario.signs ? CUSTOM : {}),
      ...(scenario.proven
        ? { 'require-provenance': 'repository=octo-org/demo', 'sigstore-trusted-root': 'trusted_root.json' }
        : {}),
      ...more,
    }
    const source = { get: (name: string) => inputs[name] ?? '', env: {}, cwd: this.#workspace }
    const home: Home = { partition: 'aws', ...flow.caller }
    await flow.within(async (world) => {
      const job = scenario.signs ? { job: signingJob({ claims: { run_id: run } }) } : {}
      const fast = { ...world, ...job, clock: patient() }
      if (scenario.action === 'merge') {
        const read = readMergeInputs(source)
        this.uses = usesOfMerge(read, home)
        await merge(read, fast)
      } else if (scenario.action === 'bake') {
        const read = readBakeInputs(source)
        const plan = parsePlan(JSON.stringify({ target: { [REPOSITORY]: { context: '.' } } }))
        const [target] = plan.targets
        if (target === undefined) throw new Error('no target')
        this.uses = usesOfBuildPush(read.forTarget(target, null), home)
        await bake(read, {
          ...fast,
          docker: bakeDockerOf(world, flow, plan),
          readContent: async () => new Map(scenario.isUnchanged ? [[REPOSITORY, { tag: CONTENT }]] : []),
          summarizeBake: async () => {},
        })
      } else if (scenario.action === 'verify') {
        const read = readVerifyInputs(source)
        this.uses = usesOfVerify(read, home)
        await verify(read, fast)
      } else if (scenario.action === 'promote') {
        const read = readPromoteInputs(source)
        this.uses = usesOfPromote(read, home)
        await promote(read, fast)
      } else {
        const read = readInputs(source)
        const { features = [] } = scenario
        this.uses = usesOfBuildPush(read, home).map((use) => ({
          ...use,
          features: [...use.features, ...features],
        }))
        const platform = features.includes('platform-unknown') ? null : PLATFORM
        await buildAndPush(read, { ...fast, docker: dockerOf(world, flow, platform) })
      }
    })
  }

  /** What the requests that are recorded take. */
  get asked(): Permission[] {
    return this.flow.service.recorder.requests.flatMap(permissionsOf)
  }
}

/** A clock that is a second further at every look: what is awaited for half a minute is not awaited by the test. */
function patient(): () => number {
  let now = 0
  return () => {
    now += 1000
    return now
  }
}

/** The flow's docker, which says the platform and can push under no tag. */
function dockerOf({ docker }: World, flow: Flow, platform: typeof PLATFORM | null): World['docker'] {
  return {
    ...docker,
    async build(engine, request, help) {
      if (request.naming === 'docker') return { ...(await docker.build(engine, request, help)), platform }
      const { digest } = await putImage(flow, REPOSITORY, PLATFORM)
      return { digest, imageId: digest, metadata: {}, platform }
    },
  }
}

/** Docker that builds one target of a definition, without a tag. */
function bakeDockerOf({ docker }: World, flow: Flow, plan: ReturnType<typeof parsePlan>): BakeDocker {
  return {
    ...(docker as BakeDocker),
    platformOf: async () => 'linux/amd64',
    readBake: async () => plan,
    async bake() {
      // An attested one is there from the run before.
      const { digest } = await putImage(flow, REPOSITORY, PLATFORM).catch((error: Error) => {
        const [already] = /sha256:[0-9a-f]{64}/.exec(error.message) ?? []
        if (already === undefined) throw error
        return { digest: already }
      })
      const metadata = { 'containerimage.digest': digest }
      return {
        images: new Map([
          [REPOSITORY, { digest, imageId: digest, metadata, platform: PLATFORM, layout: null }],
        ]),
      }
    },
  }
}
