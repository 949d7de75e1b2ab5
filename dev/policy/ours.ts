import { readFileSync } from 'node:fs'
import path from 'node:path'
import { ALL_CALLERS, type Caller } from '../../src/aws/features.ts'
import { root } from '../root.ts'

/** One of this project's actions. */
export type Action = Caller | 'bake'

const ACTIONS: readonly Action[] = [...ALL_CALLERS, 'bake']

/** What a `uses` of this project names. */
export type Ours =
  | { readonly action: Action }
  /** One of the reusable workflows: where it is here, and how a token names it. */
  | { readonly workflow: string; readonly refs: readonly string[] }

const OURS = /^([\w.-]+\/ecr-build-push)((?:\/[\w.-]+)*)@(.+)$/i

/**
 * Whether the steps that follow in the job speak to a local ECR, and none of them to AWS.
 * @param checkout the folder of the repository that the workflow belongs to
 */
export function startsLocalEcr(uses: string, checkout: string): boolean {
  if (!uses.startsWith('./')) return OURS.exec(uses)?.[2] === '/local-ecr'
  const metadata = (folder: string) => readIfAny(path.join(folder, 'action.yml'))
  const text = metadata(path.join(checkout, uses))
  return text !== null && text === metadata(path.join(root, 'local-ecr'))
}

/** @returns null for what is somebody else's */
export function oursOf(uses: string): Ours | null {
  const [, repository = '', inside = '', ref = ''] = OURS.exec(uses) ?? []
  if (repository === '') return null
  if (inside.startsWith('/.github/workflows/'))
    return { workflow: path.join(root, inside), refs: refsOf(`${repository}${inside}`, ref) }
  const action = inside === '' ? 'main' : inside.slice(1)
  return isAction(action) ? { action } : null
}

const isAction = (name: string): name is Action => ACTIONS.some((one) => one === name)

/**
 * How GitHub's token names a called workflow in `job_workflow_ref`: with the whole reference, or the commit.
 * https://docs.github.com/actions/how-tos/secure-your-work/security-harden-deployments/oidc-with-reusable-workflows
 */
function refsOf(file: string, ref: string): string[] {
  if (/^[0-9a-f]{40}$/i.test(ref) || ref.startsWith('refs/')) return [`${file}@${ref}`]
  return [`${file}@refs/heads/${ref}`, `${file}@refs/tags/${ref}`]
}

/** Which of this project's actions a folder is, also if it is another copy of it; null if it is none. */
export function ownFolder(folder: string): Action | null {
  const text = readIfAny(path.join(folder, 'action.yml'))
  if (text === null) return null
  const own = (action: Action) => readIfAny(path.join(root, action === 'main' ? '' : action, 'action.yml'))
  return ACTIONS.find((action) => own(action) === text) ?? null
}

function readIfAny(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}
