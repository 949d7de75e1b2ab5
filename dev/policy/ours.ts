import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Caller } from '../../src/aws/features.ts'
import { root } from '../root.ts'

/** What a `uses` of this project names. */
export type Ours =
  | { readonly action: Caller }
  /** One of the reusable workflows: where it is here, and how a token names it. */
  | { readonly workflow: string; readonly refs: readonly string[] }

const OURS = /^([\w.-]+\/ecr-build-push)((?:\/[\w.-]+)*)@(.+)$/i

/** @returns null for what is somebody else's */
export function oursOf(uses: string): Ours | null {
  const [, repository = '', inside = '', ref = ''] = OURS.exec(uses) ?? []
  if (repository === '') return null
  if (inside.startsWith('/.github/workflows/'))
    return { workflow: path.join(root, inside), refs: refsOf(`${repository}${inside}`, ref) }
  const action = inside === '' ? 'main' : inside.slice(1)
  return isCaller(action) ? { action } : null
}

const isCaller = (name: string): name is Caller => ['main', 'merge', 'promote', 'verify'].includes(name)

/** Whether a step is bake's, whose repositories are in a definition that no command but docker reads. */
export const isBake = (uses: string): boolean =>
  /^(?:\.\/bake\/?|[\w.-]+\/ecr-build-push\/bake@.+)$/i.test(uses)

/**
 * How GitHub's token names a called workflow in `job_workflow_ref`: with the whole reference, or the commit.
 * https://docs.github.com/actions/how-tos/secure-your-work/security-harden-deployments/oidc-with-reusable-workflows
 */
function refsOf(file: string, ref: string): string[] {
  if (/^[0-9a-f]{40}$/i.test(ref) || ref.startsWith('refs/')) return [`${file}@${ref}`]
  return [`${file}@refs/heads/${ref}`, `${file}@refs/tags/${ref}`]
}

/** Which of this project's actions a folder is, also if it is another copy of it; null if it is none. */
export function ownFolder(folder: string): Caller | null {
  const callers: readonly Caller[] = ['main', 'merge', 'promote', 'verify']
  const text = readIfAny(path.join(folder, 'action.yml'))
  if (text === null) return null
  const own = (caller: Caller) => readIfAny(path.join(root, caller === 'main' ? '' : caller, 'action.yml'))
  return callers.find((caller) => own(caller) === text) ?? null
}

function readIfAny(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}
