import { problemsOf } from './call.ts'
import { interfaceOf, type Job, type Step, type Workflow } from './model.ts'
import { OTHERS } from './other-actions.ts'
import { OWN, ownActions } from './parse.ts'
import { beyond, DEFAULT, type Permissions } from './permissions.ts'
import type { Runner } from './runner.ts'

/** What a job's token may do at most: what its file gives it, or what the caller has. */
export const permissionsOf = (job: Job, workflow: Workflow, callers: Permissions | null): Permissions =>
  job.permissions ?? workflow.permissions ?? callers ?? DEFAULT

/** What a step's `uses` says before the `@`, for which there is a folder here, or a stand-in. */
export function actionOf(uses: string): string {
  if (uses.startsWith('./')) return uses === './' ? OWN : `${OWN}/${uses.slice(2).replace(/\/$/, '')}`
  const [name = '', ref = ''] = uses.split('@')
  if (name.startsWith(OWN) && ref !== 'v1') throw new Error(`${uses}: of this project, there is v1 here`)
  return name
}

/**
 * What would keep GitHub from starting a run: of the workflow and of all that it calls.
 * @throws Error for what the local runner does not know
 */
export function problemsOfRun(
  workflow: Workflow,
  runner: Pick<Runner, 'workflow' | 'standIns'>,
  callers: Permissions | null = null,
): string[] {
  return workflow.jobs.flatMap((job) => {
    const permissions = permissionsOf(job, workflow, callers)
    const asks = callers === null ? [] : beyond(permissions, callers).map((what) => `${job.where} ${what}`)
    if (job.call === null) {
      for (const step of job.steps) checkStep(step, runner)
      return asks
    }
    const called = runner.workflow(job.call.uses)
    const problems = problemsOf(job.call, interfaceOf(called), job.where)
    return [...asks, ...problems, ...problemsOfRun(called, runner, permissions)]
  })
}

function checkStep({ uses, where, with: given }: Step, { standIns }: Pick<Runner, 'standIns'>): void {
  if (uses === undefined) return
  const action = actionOf(uses)
  if (ownActions().has(action)) return
  if (!Object.hasOwn(standIns, action))
    throw new Error(`${where}: there is no stand-in for ${uses} in the local runner`)
  const unknown = Object.keys(given).filter((name) => !(name in (OTHERS[action]?.inputs ?? {})))
  if (unknown.length > 0)
    throw new Error(`${where}: the stand-in for ${action} does not know ${unknown.join(', ')}`)
}
