import type { Status } from './expressions.ts'
import type { Permissions } from './permissions.ts'

/** What became of a step. */
export interface StepRun {
  /** Its id, or what it runs. */
  readonly name: string
  /** Before `continue-on-error`. */
  readonly outcome: Status
  /** After it. */
  readonly conclusion: Status
  readonly outputs: Readonly<Record<string, string>>
  /** With the job's secrets masked. */
  readonly log: string
  readonly annotations: readonly { readonly kind: string; readonly message: string }[]
}

/** What became of a job that has steps. */
export interface JobRun {
  /** The keys of the jobs from the first caller's to its own, with the values of matrices: `image/build (linux/amd64)`. */
  readonly path: string
  /** As GitHub shows it. */
  readonly name: string
  readonly result: Status
  readonly outputs: Readonly<Record<string, string>>
  /** Names of outputs that other jobs do not get, as a secret is in them. */
  readonly dropped: readonly string[]
  readonly steps: readonly StepRun[]
  readonly runsOn: string
  readonly permissions: Permissions
  /** Empty if the job has none. */
  readonly environment: string
  /** Its concurrency group; null if it has none. Nothing waits here: jobs run one after another. */
  readonly concurrency: string | null
  /** Whether an earlier attempt ran it, and this one has taken its result. */
  readonly reused: boolean
  readonly seconds: number
}

/** What became of a run. */
export interface WorkflowRun {
  /** `startup_failure` if GitHub would have started no job. */
  readonly conclusion: 'success' | 'failure' | 'cancelled' | 'startup_failure'
  /** Why no job was started. */
  readonly problems: readonly string[]
  readonly jobs: readonly JobRun[]
  readonly concurrency: string | null
  /** Which attempt it is, from 1. */
  readonly attempt: number
}

/** The job of a run by its path. @throws Error with the paths that there are */
export function jobOfRun(run: WorkflowRun, path: string): JobRun {
  const found = run.jobs.find((job) => job.path === path)
  if (found !== undefined) return found
  throw new Error(`no job ${path} has run; there is ${run.jobs.map((job) => job.path).join(', ')}`)
}
