import type { Event, RunNumber } from './event.ts'
import type { Json } from './expressions.ts'
import type { Workflow } from './model.ts'
import type { Permissions } from './permissions.ts'
import type { JobRun } from './result.ts'

/** What an action of others does in a test. */
export type StandIn = (step: StandInStep) => Promise<StandInResult>

export interface StandInStep {
  /** What stands under `with`, evaluated. */
  readonly with: Readonly<Record<string, string>>
  readonly env: Readonly<Record<string, string>>
  readonly workspace: string
  readonly temp: string
  readonly github: Readonly<Record<string, Json>>
  readonly permissions: Permissions
}

export interface StandInResult {
  readonly outputs?: Readonly<Record<string, string>>
  /** Variables for the steps that follow. */
  readonly exported?: Readonly<Record<string, string>>
  readonly masks?: readonly string[]
  /** Its post step. */
  readonly post?: () => Promise<void>
}

/** What the jobs of a run have in common. */
export interface Runner {
  /** The workflow that a job's `uses` names. @throws Error if there is none */
  readonly workflow: (uses: string) => Workflow
  readonly event: Event
  readonly number: RunNumber
  readonly secrets: Readonly<Record<string, string>>
  readonly vars: Readonly<Record<string, string>>
  /** The environment of a machine for one job. */
  readonly machine: (job: string) => Promise<Readonly<Record<string, string>>>
  /** What a job with `id-token: write` has, for a token with these claims. */
  readonly idToken: (claims: Readonly<Record<string, string>>) => Readonly<Record<string, string>>
  /** By what a step's `uses` says before the `@`. */
  readonly standIns: Readonly<Record<string, StandIn>>
  /** The inputs that a step of this project's action gets. */
  readonly ownInputs: (
    action: string,
    given: Readonly<Record<string, string>>,
    workspace: string,
  ) => Readonly<Record<string, string>>
  /** Where workspaces are made. */
  readonly folder: string
  /** Called with each line of the log. */
  readonly onLine: (line: string) => void
  /** Aborted when somebody cancels the run. */
  readonly cancelled: AbortSignal
  /** The jobs of the attempt before, of which those that failed, and what needs them, run again; null for the first. */
  readonly before: readonly JobRun[] | null
}

/** Where a workflow runs: what its caller passes, or the run's own. */
export interface Place {
  readonly github: Readonly<Record<string, Json>>
  readonly inputs: Readonly<Record<string, Json>>
  readonly secrets: Readonly<Record<string, string>>
  /** What the caller's token may do; null for the first workflow. */
  readonly permissions: Permissions | null
  /** Repository, file and ref, as GitHub's token names the workflow of a job. */
  readonly workflowRef: string
  /** The path of the job that calls, with a slash; empty for the first workflow. */
  readonly above: string
  /** Whether what is called runs anew in this attempt. */
  readonly again: boolean
}
