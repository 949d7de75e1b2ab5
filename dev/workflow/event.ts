import type { Json } from './expressions.ts'
import { dispatchInputs, type Workflow } from './model.ts'
import type { Value } from './parse.ts'

/** What a run begins with. */
export interface Event {
  readonly name: 'push' | 'pull_request' | 'workflow_dispatch'
  /** Such as `refs/heads/main`, or `refs/pull/7/merge`. */
  readonly ref: string
  readonly sha: string
  /** `OWNER/NAME`. */
  readonly repository: string
  /** Whether a pull request comes from a fork. */
  readonly fromFork?: boolean
  /** Of `workflow_dispatch`: what whoever starts it has filled in. */
  readonly inputs?: Readonly<Record<string, string>>
  /** What else GitHub says of the event, in the file that GITHUB_EVENT_PATH names. */
  readonly payload?: Readonly<Record<string, Json>>
}

/** One run of a workflow, and which attempt it is. */
export interface RunNumber {
  readonly id: string
  readonly attempt: number
}

/**
 * The context `github` of a run, but for what a job adds.
 * https://docs.github.com/actions/reference/workflows-and-actions/contexts#github-context
 */
export function githubOf(event: Event, workflow: Workflow, run: RunNumber): Record<string, Json> {
  const { name, ref, sha, repository } = event
  const [owner = '', ownName = ''] = repository.split('/')
  const workflowRef = `${repository}/.github/workflows/${fileName(workflow)}@${ref}`
  const isPull = name === 'pull_request'
  return {
    event_name: name,
    event: {
      repository: {
        name: ownName,
        full_name: repository,
        html_url: `https://github.com/${repository}`,
        default_branch: 'main',
        description: null,
        license: null,
      },
      ...(isPull ? { pull_request: { head: { repo: { fork: event.fromFork === true } } } } : {}),
      ...(event.inputs === undefined ? {} : { inputs: event.inputs }),
      ...event.payload,
    },
    ref,
    ref_name: ref.replace(/^refs\/(?:heads|tags|pull)\//, ''),
    ref_type: ref.startsWith('refs/tags/') ? 'tag' : 'branch',
    ref_protected: false,
    base_ref: isPull ? 'main' : '',
    head_ref: isPull ? 'change' : '',
    sha,
    repository,
    repository_id: '1001',
    repository_owner: owner,
    repository_owner_id: '2002',
    repository_visibility: 'public',
    actor: 'octocat',
    actor_id: '3003',
    triggering_actor: 'octocat',
    workflow: workflow.name,
    workflow_ref: workflowRef,
    workflow_sha: sha,
    run_id: run.id,
    run_number: '7',
    run_attempt: String(run.attempt),
    server_url: 'https://github.com',
    api_url: 'https://api.github.com',
    graphql_url: 'https://api.github.com/graphql',
    token: 'ghs_000000000000000000000000000000000000',
  }
}

/**
 * The context `inputs` of a run: what whoever started it has filled in, or its defaults.
 * @throws Error for an input that the workflow does not declare, or one that it requires and that is not filled in
 */
export function inputsOf(workflow: Workflow, { name, inputs = {} }: Event): Record<string, string> {
  if (name !== 'workflow_dispatch') return {}
  const declared = dispatchInputs(workflow)
  const unknown = Object.keys(inputs).filter((key) => !(key in declared))
  if (unknown.length > 0) throw new Error(`${workflow.file} has no input ${unknown.join(', ')}`)
  return Object.fromEntries(
    Object.entries(declared).map(([key, { type, required, default: otherwise = '' }]) => {
      const value = inputs[key] ?? otherwise
      if (type !== 'string' || typeof value !== 'string')
        throw new Error(`${workflow.file}, input ${key} is no text, and others are not known here`)
      if (required && value === '') throw new Error(`${workflow.file} needs the input ${key}`)
      return [key, value]
    }),
  )
}

/** The name of a workflow's file, without its folder. */
export const fileName = ({ file }: Workflow): string => file.split('/').at(-1) ?? file

/**
 * Whether an event starts a workflow.
 * @throws Error for a filter that is not known here
 */
export function starts(workflow: Workflow, { name, ref }: Event): boolean {
  if (!(name in workflow.on)) return false
  const filters = (workflow.on[name] ?? {}) as Readonly<Record<string, Value>>
  const known = name === 'push' ? ['branches', 'tags'] : name === 'pull_request' ? [] : ['inputs']
  const unknown = Object.keys(filters).filter((key) => !known.includes(key))
  if (unknown.length > 0)
    throw new Error(
      `${workflow.file}: ${name} has ${unknown.join(', ')}, which the local runner does not know`,
    )
  const { branches, tags } = filters
  if (name !== 'push' || (branches === undefined && tags === undefined)) return true
  const isTag = ref.startsWith('refs/tags/')
  const patterns = ((isTag ? tags : branches) ?? []) as readonly string[]
  return patterns.some((pattern) => matches(pattern, ref.replace(/^refs\/(?:heads|tags)\//, '')))
}

/** https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#filter-pattern-cheat-sheet */
function matches(pattern: string, text: string): boolean {
  if (/[?+[\]!\\]/.test(pattern)) throw new Error(`the filter ${pattern} is not known here`)
  const source = pattern
    .split(/(\*\*|\*)/)
    .map((part) => (part === '**' ? '.*' : part === '*' ? '[^/]*' : part.replace(/[.^$(){}|]/g, '\\$&')))
    .join('')
  return new RegExp(`^${source}$`).test(text)
}
