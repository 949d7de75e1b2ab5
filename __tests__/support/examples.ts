import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { readMergeInputs } from '../../src/actions/merge/inputs.ts'
import { readPromoteInputs } from '../../src/actions/promote/inputs.ts'
import {
  type Home,
  type RoleUse,
  usesOfBuildPush,
  usesOfMerge,
  usesOfPromote,
  usesOfVerify,
} from '../../src/actions/uses.ts'
import { readVerifyInputs } from '../../src/actions/verify/inputs.ts'
import { neededActions } from '../../src/aws/policy.ts'
import { readInputs } from '../../src/inputs/index.ts'
import { InputError } from '../../src/shared/errors.ts'
import { accountOf, asksOf, commandsIn } from './aws-cli.ts'
import { type Permission, permissionsIn } from './iam.ts'
import { runStepScript } from './scripts.ts'
import {
  type Contexts,
  combinations,
  evaluate,
  evaluateIf,
  evaluateMap,
  type Job,
  readWorkflow,
  type Step,
  type Trigger,
  type Workflow,
} from './workflows.ts'

// What the workflows in examples/workflows do when they run: which role each step takes, what GitHub says of its job,
// and what the step asks AWS for.

export interface TakenRole {
  /** The run, such as `push of refs/heads/main`. */
  readonly event: string
  /** The keys of the jobs, from the caller's to the called one's. */
  readonly job: string
  readonly role: string
  /** The subject of GitHub's token, behind the repository. */
  readonly sub: string
  readonly asks: readonly Permission[]
}

/** A step of ours whose inputs the action does not take. */
export interface RefusedInputs {
  readonly event: string
  readonly job: string
  readonly message: string
}

export interface Simulated {
  readonly roles: readonly TakenRole[]
  readonly refused: readonly RefusedInputs[]
  /** The keys of the jobs that ran, as in `job` above. */
  readonly jobs: readonly string[]
}

const HASH = 'c0ffee'.repeat(7).slice(0, 40)

/** A run of a workflow, as far as `github` and `inputs` tell of it. */
interface Run {
  readonly name: string
  readonly github: Readonly<Record<string, string>>
  readonly inputs: Readonly<Record<string, string>>
}

/** The runs of a workflow that its triggers make. */
function eventsOf({ on }: Workflow): Run[] {
  const common = {
    sha: HASH,
    repository: 'acme/shop',
    server_url: 'https://github.com',
    run_id: '42',
    run_attempt: '1',
    workflow: 'Example',
  }
  const { push, pull_request, workflow_dispatch } = on as Record<string, Trigger | null>
  const refs = [
    ...(push?.branches ?? []).map((name) => ({ ref_type: 'branch', ref: `refs/heads/${name}` })),
    ...(push?.tags ?? []).map((name) => ({
      ref_type: 'tag',
      ref: `refs/tags/${name.replace('*', '1.2.3')}`,
    })),
  ]
  const pushes = refs.map(({ ref, ref_type }) => ({
    name: `push of ${ref}`,
    github: { ...common, event_name: 'push', ref, ref_type },
    inputs: {},
  }))
  const pull = { ...common, event_name: 'pull_request', ref: 'refs/pull/7/merge', ref_type: 'branch' }
  const started = { ...common, event_name: 'workflow_dispatch', ref: 'refs/heads/main', ref_type: 'branch' }
  const given = Object.entries(workflow_dispatch?.inputs ?? {}).map(([name, input]) => [
    name,
    input.default ?? '1.2.3',
  ])
  return [
    ...pushes,
    ...(pull_request === undefined ? [] : [{ name: 'pull request', github: pull, inputs: {} }]),
    ...(workflow_dispatch === undefined
      ? []
      : [{ name: 'started by hand', github: started, inputs: Object.fromEntries(given) }]),
  ]
}

/**
 * The subject of the token of a job, as GitHub writes it by default, behind `repo:OWNER/NAME:`.
 * https://docs.github.com/en/actions/reference/security/oidc#example-subject-claims
 */
function subjectOf(github: Readonly<Record<string, string>>, environment: string): string {
  if (environment !== '') return `environment:${environment.replaceAll(':', '%3A')}`
  if (github['event_name'] === 'pull_request') return 'pull_request'
  return `ref:${github['ref']}`
}

/**
 * Follows every run of an example, called workflows included.
 * @param file relative to this project
 * @param workspace an empty folder, in which there will be the files that steps take from the checkout
 */
export const simulate = (file: string, workspace: string): Promise<Simulated> =>
  simulateWorkflow(readWorkflow(file), workspace)

/**
 * Follows every run of a workflow that may be in no file, as {@link simulate} does.
 * @param known what its repository has in `secrets` and `vars`
 */
export async function simulateWorkflow(
  workflow: Workflow,
  workspace: string,
  known: Contexts = {},
): Promise<Simulated> {
  const roles: TakenRole[] = []
  const refused: RefusedInputs[] = []
  const jobs: string[] = []
  for (const { name, github, inputs } of eventsOf(workflow)) {
    const follower = new Follower(name, github, workspace)
    await follower.follow(workflow, { ...known, github, inputs }, '')
    roles.push(...follower.roles)
    refused.push(...follower.refused)
    jobs.push(...follower.jobs)
  }
  return { roles, refused, jobs }
}

class Follower {
  readonly roles: TakenRole[] = []
  readonly refused: RefusedInputs[] = []
  readonly jobs: string[] = []
  readonly #event: string
  readonly #github: Readonly<Record<string, string>>
  readonly #workspace: string

  constructor(event: string, github: Readonly<Record<string, string>>, workspace: string) {
    this.#event = event
    this.#github = github
    this.#workspace = workspace
  }

  /** @returns the jobs that ran, with what they put out */
  async follow(workflow: Workflow, base: Contexts, above: string): Promise<Jobs> {
    const needs: Jobs = {}
    const skipped = new Set<string>()
    for (const [key, job] of Object.entries(workflow.jobs)) {
      const wanted = [job.needs ?? []].flat()
      const contexts = { env: {}, vars: {}, secrets: {}, ...base, needs }
      if (wanted.some((one) => skipped.has(one)) || !evaluateIf(job.if, contexts)) {
        skipped.add(key)
        continue
      }
      const outputs: Record<string, string> = {}
      for (const matrix of combinations(job, contexts)) {
        const within = { ...contexts, matrix, strategy: {}, runner: {} }
        const label = above === '' ? key : `${above}/${key}`
        const put = Object.entries(await this.#job(job, within, label))
        // Of a matrix, GitHub leaves out what is empty.
        Object.assign(outputs, Object.fromEntries(put.filter(([, value]) => value !== '')))
      }
      needs[key] = { outputs }
    }
    return needs
  }

  /** @returns the outputs of the job */
  async #job(job: Job, contexts: Contexts, label: string): Promise<Record<string, string>> {
    this.jobs.push(label)
    if (job.uses !== undefined) {
      const called = readWorkflow(job.uses.replace(/^OWNER\/ecr-build-push\/(.*)@v1$/, '$1'))
      const { inputs: declared = {}, outputs = {} } =
        (called.on as Record<string, Trigger>)['workflow_call'] ?? {}
      const defaults = Object.entries(declared).map(([name, input]) => [name, input.default ?? ''])
      const inputs = { ...Object.fromEntries(defaults), ...evaluateMap(job.with, contexts) }
      const ran = await this.follow(called, { github: this.#github, inputs }, label)
      const values = Object.entries(outputs).map(([name, { value }]) => [name, value])
      return evaluateMap(Object.fromEntries(values), { jobs: ran })
    }
    const { environment = '' } = job
    const named = evaluate(typeof environment === 'string' ? environment : environment.name, contexts)
    const sub = subjectOf(this.#github, named)
    const steps: Record<string, { outputs: Record<string, string> }> = {}
    /** Nothing of what follows a step of local-ecr reaches AWS. */
    let local = false
    /** Whose credentials are in the environment, and where. */
    let ambient = { role: '', region: '' }
    for (const step of job.steps ?? []) {
      const within = { ...contexts, steps }
      if (!evaluateIf(step.if, within)) continue
      const values = evaluateMap(step.with, within)
      const took = (role: string, asks: readonly Permission[]) => {
        if (asks.length > 0 && !local) this.roles.push({ event: this.#event, job: label, role, sub, asks })
      }
      if (step.uses?.startsWith('aws-actions/configure-aws-credentials@')) {
        ambient = { role: values['role-to-assume'] ?? '', region: values['aws-region'] ?? '' }
      } else if (step.uses === 'OWNER/ecr-build-push/local-ecr@v1') {
        local = true
      } else if (step.uses?.startsWith('OWNER/ecr-build-push')) {
        const { region } = ambient
        const given = region === '' ? values : { ...values, 'aws-region': values['aws-region'] ?? region }
        for (const [role, asks] of this.#action(step.uses, given, label, ambient.role))
          took(role || ambient.role, asks)
      } else if (!local && step.run !== undefined && /^\s*(?:\w+=\$\()?aws /m.test(step.run)) {
        took(
          ambient.role,
          commandsIn(step, within).flatMap((command) => asksOf(command, ambient)),
        )
      }
      if (step.id !== undefined) steps[step.id] = { outputs: await outputsOf(step, within) }
    }
    return evaluateMap(job.outputs, { ...contexts, steps })
  }

  /** What a step of ours asks for, by role; the empty one is that of the environment, `ambient`. */
  #action(
    uses: string,
    inputs: Record<string, string>,
    label: string,
    ambient: string,
  ): Map<string, Permission[]> {
    const action = /\/(merge|promote|verify|bake)@/.exec(uses)?.[1] ?? 'main'
    if (action === 'bake') throw new Error(`${label}: nothing is known here of bake`)
    const context = path.join(this.#workspace, inputs['context'] || '.')
    mkdirSync(context, { recursive: true })
    writeFileSync(path.join(context, 'Dockerfile'), 'FROM scratch\n')
    writeFileSync(path.join(this.#workspace, '.scan-ignore'), 'CVE-2026-1 an example\n')
    const env = { GITHUB_REPOSITORY: this.#github['repository'] ?? '' }
    const source = { get: (name: string) => inputs[name] ?? '', env, cwd: this.#workspace }
    const home: Home = {
      partition: 'aws',
      account: accountOf(inputs['role-to-assume'] ?? ambient),
      region: inputs['aws-region'] ?? '',
    }
    let taken: RoleUse[] = []
    try {
      if (action === 'merge') taken = usesOfMerge(readMergeInputs(source), home)
      else if (action === 'promote') taken = usesOfPromote(readPromoteInputs(source), home)
      else if (action === 'verify') taken = usesOfVerify(readVerifyInputs(source), home)
      else taken = usesOfBuildPush(readInputs(source), home)
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      this.refused.push({ event: this.#event, job: label, message: error.message })
    }
    const byRole = new Map<string, Permission[]>()
    for (const role of new Set(taken.map((use) => use.as ?? ''))) {
      byRole.set(role, permissionsIn(neededActions(taken.filter((use) => (use.as ?? '') === role))))
    }
    return byRole
  }
}

type Jobs = Record<string, { readonly outputs: Readonly<Record<string, string>> }>

/** The outputs of a step: of the plan its own, of others what may stand in their place. */
async function outputsOf(step: Step, contexts: Contexts): Promise<Record<string, string>> {
  if (step.id === 'plan' && step.run !== undefined)
    return runStepScript(step, contexts, ({ outputs }) => ({ ...outputs }))
  const { index = 0 } = contexts['matrix'] as { index?: number }
  return { digest: `sha256:${String(index).padStart(64, '0')}`, hash: HASH }
}
