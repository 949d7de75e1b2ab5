import path from 'node:path'
import { oursOf } from './ours.ts'
import type { Checkout } from './step.ts'

/** A workflow that a job calls. */
export interface Called {
  /** Where it is on this machine. */
  readonly path: string
  /** How a token names it. */
  readonly refs: readonly string[]
  /** Its path in the checkout; null if it is one of this project's. */
  readonly local: string | null
}

/**
 * The workflow that a job calls.
 * @returns null if it is somebody else's, into which nobody can see from here
 */
export function calleeOf(uses: string, checkout: Checkout): Called | null {
  const ours = oursOf(uses)
  if (ours !== null && 'workflow' in ours) return { path: ours.workflow, refs: ours.refs, local: null }
  const local = localIn(uses)
  if (local === null) return null
  return { path: path.join(checkout.root, local), refs: [anyRefOf(local, checkout)], local }
}

/** How a token names a workflow of the checkout, on whichever branch or tag; it has no ids there. */
export const anyRefOf = (file: string, { repository }: Checkout): string =>
  `${withoutIds(repository)}/${file.split(path.sep).join('/')}@*`

/** Only a token's `sub` has the ids of owner and repository. */
export const withoutIds = (repository: string): string => repository.replace(/@\d+/g, '')

export const localIn = (uses: string): string | null => /^\.\/(.*)$/.exec(uses)?.[1] ?? null
