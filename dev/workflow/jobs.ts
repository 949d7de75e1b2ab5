import { givenTo } from './call.ts'
import { permissionsOf } from './check.ts'
import { type Contexts, evaluate, isTrue, type Json, type Status, textsOf } from './expressions.ts'
import { runJob } from './job.ts'
import { type Combination, combinations } from './matrix.ts'
import { type Call, interfaceOf, type Job, type Workflow } from './model.ts'
import { forFork } from './permissions.ts'
import type { JobRun } from './result.ts'
import type { Place, Runner } from './runner.ts'

/** What other jobs see of one. */
export interface Ended {
  readonly result: Status
  readonly outputs: Readonly<Record<string, string>>
  /** Whether any of it has run in this attempt, and was not taken from the one before. */
  readonly again: boolean
}

/**
 * Runs the jobs of a workflow, one after another, each after those that it needs.
 * @param runs gets each job that has ended, those of called workflows included
 */
export async function runJobs(
  workflow: Workflow,
  place: Place,
  runner: Runner,
  runs: JobRun[],
): Promise<ReadonlyMap<string, Ended>> {
  const common: Common = { workflow, place, runner, runs }
  const ended = new Map<string, Ended>()
  const left = [...workflow.jobs]
  while (left.length > 0) {
    const at = left.findIndex(({ needs }) => needs.every((one) => ended.has(one)))
    const [job] = left.splice(at, 1)
    if (at < 0 || job === undefined) throw new Error(`${workflow.file}: jobs need each other`)
    ended.set(job.key, await runOne(job, common, ended))
  }
  return ended
}

/** What the jobs of one workflow have in common. */
interface Common {
  readonly workflow: Workflow
  readonly place: Place
  readonly runner: Runner
  /** Gets each job that has ended. */
  readonly runs: JobRun[]
}

/** What one combination of a job's matrix has for itself; a job without a matrix has one. */
interface Own {
  readonly contexts: Contexts
  /** As in {@link JobRun}. */
  readonly path: string
  /** Whether a job that it needs has run in this attempt, so that it runs again too. */
  readonly again: boolean
}

async function runOne(job: Job, common: Common, ended: ReadonlyMap<string, Ended>): Promise<Ended> {
  const { workflow, place, runner } = common
  const ancestors = [...ancestorsOf(job, workflow)].map((key) => ended.get(key) as Ended)
  const needs = Object.fromEntries(
    job.needs.map((key) => [key, { result: ended.get(key)?.result, outputs: ended.get(key)?.outputs }]),
  ) as Json
  const { github, inputs } = place
  const contexts: Contexts = { github, inputs, needs, vars: runner.vars }
  const status = runner.cancelled.aborted ? 'cancelled' : statusOf(ancestors.map(({ result }) => result))
  const again = place.again || ancestors.some((one) => one.again)
  if (!isTrue(job.if, contexts, status)) {
    const result = status === 'cancelled' ? 'cancelled' : 'skipped'
    return { result, outputs: {}, again: false }
  }
  const rows = job.matrix === undefined ? [{}] : combinations(evaluate(job.matrix, contexts))
  const failFast = job.failFast === undefined || evaluate(job.failFast, contexts) !== false
  const results: Ended[] = []
  for (const [index, matrix] of rows.entries()) {
    // Whether the run was cancelled while an earlier combination ran, and this one has no always().
    const cancelled = runner.cancelled.aborted && !isTrue(job.if, contexts, 'cancelled')
    if (cancelled || (failFast && results.some(({ result }) => result === 'failure'))) {
      results.push({ result: 'cancelled', outputs: {}, again: true })
      continue
    }
    const strategy = { 'fail-fast': failFast, 'job-index': index, 'job-total': rows.length }
    const path = `${place.above}${job.key}${labelOf(matrix)}`
    const own: Own = { contexts: { ...contexts, matrix, strategy }, path, again }
    results.push(
      await (job.call === null ? runStepsOf(job, own, common) : runCalled(job, job.call, own, common)),
    )
  }
  // Of a matrix, a later output replaces an earlier one, but not if it is empty.
  const outputs = results.flatMap((one) => Object.entries(one.outputs).filter(([, value]) => value !== ''))
  const result = statusOf(results.map((one) => one.result))
  return { result, outputs: Object.fromEntries(outputs), again: results.some((one) => one.again) }
}

/** `success()` of a job asks all jobs before it, and not only those that it names. */
function ancestorsOf(job: Job, workflow: Workflow): Set<string> {
  const all = new Set<string>()
  const add = (keys: readonly string[]) => {
    for (const key of keys) {
      if (all.has(key)) continue
      all.add(key)
      add(workflow.jobs.find((one) => one.key === key)?.needs ?? [])
    }
  }
  add(job.needs)
  return all
}

function statusOf(results: readonly Status[]): Status {
  return (['failure', 'cancelled', 'skipped'] as const).find((one) => results.includes(one)) ?? 'success'
}

function labelOf(matrix: Combination): string {
  const values = Object.values(matrix).map((one) => (typeof one === 'string' ? one : JSON.stringify(one)))
  return values.length === 0 ? '' : ` (${values.join(', ')})`
}

async function runStepsOf(job: Job, { contexts, path, again }: Own, common: Common): Promise<Ended> {
  const { workflow, place, runner, runs } = common
  const before = runner.before?.find((one) => one.path === path && one.result === 'success')
  if (before !== undefined && !again) {
    runs.push({ ...before, reused: true })
    return { result: before.result, outputs: before.outputs, again: false }
  }
  const given = permissionsOf(job, workflow, place.permissions)
  const permissions = runner.event.fromFork === true ? forFork(given) : given
  const run = await runJob(job, workflow, { ...place, contexts, path, permissions }, runner)
  runs.push(run)
  return { result: run.result, outputs: run.outputs, again: true }
}

async function runCalled(
  job: Job,
  call: Call,
  { contexts, path, again }: Own,
  { workflow, place, runner, runs }: Common,
): Promise<Ended> {
  const called = runner.workflow(call.uses)
  const { outputs } = interfaceOf(called)
  const given = givenTo(call, interfaceOf(called), { ...contexts, secrets: place.secrets })
  const { github } = place
  const [file, ref] = call.uses.split('@')
  const workflowRef =
    ref === undefined
      ? place.workflowRef.replace(/\.github\/.*@/, `${file?.slice(2)}@`)
      : `${file}@refs/tags/${ref}`
  const permissions = permissionsOf(job, workflow, place.permissions)
  const within = { ...place, ...given, permissions, workflowRef, above: `${path}/`, again }
  const ended = await runJobs(called, within, runner, runs)
  const jobs = Object.fromEntries([...ended].map(([key, one]) => [key, { ...one }])) as Json
  return {
    result: statusOf([...ended.values()].map(({ result }) => result).filter((one) => one !== 'skipped')),
    outputs: textsOf(outputs, { github, inputs: given.inputs, vars: runner.vars, jobs }),
    again: [...ended.values()].some((one) => one.again),
  }
}
