import type { Texts } from './contexts.ts'
import type { Source } from './credentials.ts'
import type { Run } from './events.ts'
import type { Parts } from './expressions.ts'
import type { Action } from './ours.ts'

/** A step of this project's actions, in one kind of run. */
export interface Step {
  readonly where: string
  /** The keys of the jobs, from the caller's to the called one's: `image/build`. */
  readonly job: string
  readonly action: Action
  readonly run: Run
  readonly inputs: Texts
  /** The region of the environment; nothing if it names none. */
  readonly region: Parts
  /** The job's environment on GitHub; nothing if it has none. */
  readonly environment: Parts
  /** The values that `job_workflow_ref` may have, if the job is of a called workflow. */
  readonly calledBy: readonly string[] | null
  /** Whether GitHub gives the job a token. */
  readonly hasToken: boolean
  /** Whose AWS credentials the environment has; null: nobody's. */
  readonly source: Source | null
  /** What is not known of what steps before have put there. */
  readonly notes: readonly string[]
}

/** All of a workflow that has to do with this project. */
export interface Followed {
  readonly steps: readonly Step[]
  /** What nobody can see from here: others' workflows, actions that are not there. */
  readonly unseen: readonly string[]
}

/** Where a workflow belongs to. */
export interface Checkout {
  /** The folder of the repository. */
  readonly root: string
  /** `OWNER/NAME` on GitHub. */
  readonly repository: string
}
