import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { type Contexts, evaluate, isTrue, type Json, type Status, textOf, textsOf } from './expressions.ts'
import { claimsOf, runnerContext, variablesOf } from './job-variables.ts'
import type { Job, Step, Workflow } from './model.ts'
import type { Permissions } from './permissions.ts'
import type { JobRun, StepRun } from './result.ts'
import type { Place, Runner } from './runner.ts'
import { type Post, runStep, type StepEnd, type Workshop } from './step.ts'

export interface JobPlace extends Omit<Place, 'permissions'> {
  readonly contexts: Contexts
  readonly path: string
  readonly permissions: Permissions
}

/** Minutes, if a job says nothing. */
const LONGEST = 360

/** Runs the steps of a job on a machine of its own, and the post steps in reverse order. */
export async function runJob(job: Job, workflow: Workflow, place: JobPlace, runner: Runner): Promise<JobRun> {
  const started = performance.now()
  const { github, contexts, permissions } = place
  const folder = await mkdtemp(path.join(runner.folder, 'job-'))
  const [workspace, temp] = [path.join(folder, 'work'), path.join(folder, 'temp')]
  await Promise.all([workspace, temp].map((one) => mkdir(one)))
  const eventPath = path.join(temp, 'event.json')
  await writeFile(eventPath, JSON.stringify(github['event']))

  const { secrets } = place
  const token = { GITHUB_TOKEN: String(github['token']) }
  const own: Contexts = { ...contexts, secrets: { ...secrets, ...token } }
  const environment = environmentOf(job, own)
  const runsOn = [evaluate(job.runsOn ?? null, own)].flat().join(', ')
  const machine = await runner.machine(place.path)
  const withJob = { ...github, job: job.key, workspace, event_path: eventPath }
  const variables = variablesOf(withJob, { workspace, temp })
  const idToken =
    permissions['id-token'] === 'write'
      ? runner.idToken(claimsOf(withJob, { environment, workflowRef: place.workflowRef, runsOn }))
      : {}
  // The environment of the workflow that calls is not that of the one that is called.
  const env: Record<string, string> = { ...textsOf(workflow.env, own) }
  Object.assign(env, textsOf(job.env, own))

  const shop: Workshop = {
    runner,
    workspace,
    temp,
    github: withJob,
    permissions,
    machine: { ...machine, ...variables, ...idToken },
    exported: env,
    paths: [],
    masks: new Set([...Object.values(secrets), ...Object.values(token)].filter((one) => one !== '')),
    shells: [workflow.defaults, job.defaults].map((one) => evaluate(one ?? null, own)),
  }
  const minutes = Number(evaluate(job.timeoutMinutes ?? LONGEST, own))
  const deadline = new AbortController()
  const timer = setTimeout(() => deadline.abort(), minutes * 60_000)
  // A job that begins after the run was cancelled, with always(), is not ended by that.
  const signals = runner.cancelled.aborted ? [deadline.signal] : [deadline.signal, runner.cancelled]
  const ended = AbortSignal.any(signals)
  const jobContexts: Contexts = { ...own, github: withJob, runner: runnerContext(runsOn, temp) }
  try {
    const { status, steps, stepRuns } = await runSteps(job.steps, jobContexts, shop, ended)
    const all = textsOf(job.outputs, { ...jobContexts, steps, env: shop.exported, job: { status } })
    // GitHub: "Skip output since it may contain secret".
    const dropped = Object.keys(all).filter((name) => [...shop.masks].some((one) => all[name]?.includes(one)))
    const outputs = Object.entries(all).filter(([name]) => !dropped.includes(name))
    return {
      path: place.path,
      name: job.name === undefined ? job.key : textOf(job.name, own),
      result: status,
      outputs: Object.fromEntries(outputs),
      dropped,
      steps: stepRuns,
      runsOn,
      permissions,
      environment,
      concurrency: groupOf(job, own),
      reused: false,
      seconds: (performance.now() - started) / 1000,
    }
  } finally {
    clearTimeout(timer)
  }
}

function environmentOf({ environment, where }: Job, contexts: Contexts): string {
  const value = evaluate(environment ?? null, contexts)
  if (value === null || typeof value === 'string') return value ?? ''
  const { name = '', ...others } = value as Readonly<Record<string, Json>>
  const unknown = Object.keys(others).filter((key) => key !== 'url')
  if (unknown.length > 0) throw new Error(`${where}: ${unknown.join(', ')} of an environment is not known`)
  return String(name)
}

/** The group of a `concurrency`; null if there is none. */
export function groupOf({ concurrency }: Pick<Job, 'concurrency'>, contexts: Contexts): string | null {
  const value = evaluate(concurrency ?? null, contexts)
  if (value === null || typeof value === 'string') return value
  return String((value as { readonly group?: Json }).group)
}

async function runSteps(
  steps: readonly Step[],
  contexts: Contexts,
  shop: Workshop,
  ended: AbortSignal,
): Promise<{ status: Status; steps: Json; stepRuns: StepRun[] }> {
  let status: Status = 'success'
  const byId: Record<string, Json> = {}
  const stepRuns: StepRun[] = []
  const posts: Post[] = []
  const end = (name: string, run: StepEnd, continueOnError: boolean) => {
    const conclusion = run.outcome === 'failure' && continueOnError ? 'success' : run.outcome
    if (conclusion === 'failure' && status === 'success') status = 'failure'
    if (conclusion === 'cancelled') status = 'cancelled'
    stepRuns.push({ name, outcome: run.outcome, conclusion, ...run.told })
    return conclusion
  }
  const within = (): Contexts => ({ ...contexts, steps: byId, env: shop.exported, job: { status } })
  for (const step of steps) {
    if (ended.aborted) status = 'cancelled'
    const name = step.id ?? (step.name === undefined ? (step.uses ?? 'run') : textOf(step.name, within()))
    const run = isTrue(step.if, within(), status)
      ? await runStep(step, within(), shop, ended, posts)
      : { outcome: 'skipped' as const, told: { outputs: {}, log: '', annotations: [] } }
    const continueOnError = evaluate(step.continueOnError ?? false, within()) === true
    const conclusion = end(name, run, continueOnError)
    if (step.id !== undefined) byId[step.id] = { outputs: run.told.outputs, outcome: run.outcome, conclusion }
  }
  for (const post of posts.reverse()) end(post.name, await post.run(), false)
  return { status, steps: byId, stepRuns }
}
