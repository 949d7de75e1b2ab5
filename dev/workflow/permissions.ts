import type { Value } from './parse.ts'

type Level = 'none' | 'read' | 'write'

/** What a job's token may do; what is not named is none. */
export type Permissions = Readonly<Record<string, Level>>

/** https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#permissions */
const SCOPES = [
  ...['actions', 'artifact-metadata', 'attestations', 'checks', 'contents', 'deployments', 'discussions'],
  ...['id-token', 'issues', 'models', 'packages', 'pages', 'pull-requests', 'security-events', 'statuses'],
]
const LEVELS: readonly Level[] = ['none', 'read', 'write']
const rank = (level: Level | undefined) => LEVELS.indexOf(level ?? 'none')

/** What a new repository gives to a workflow that says nothing. */
export const DEFAULT: Permissions = { contents: 'read', packages: 'read' }

/**
 * What stands under `permissions`.
 * @returns undefined if nothing does
 * @throws Error for a name or a level that GitHub does not have
 */
export function readPermissions(value: Value | undefined, where: string): Permissions | undefined {
  if (value === undefined || value === null) return undefined
  if (value === 'read-all' || value === 'write-all') {
    const level = value === 'read-all' ? 'read' : 'write'
    return Object.fromEntries(SCOPES.map((scope) => [scope, level]))
  }
  for (const [scope, level] of Object.entries(value)) {
    if (!SCOPES.includes(scope) || !LEVELS.includes(level as Level))
      throw new Error(`${where}: the permission ${scope}: ${JSON.stringify(level)} is not known here`)
  }
  return value as Permissions
}

/** What a run for a pull request of a fork has of it: it reads, and gets no OIDC token. */
export function forFork(permissions: Permissions): Permissions {
  return Object.fromEntries(
    Object.entries(permissions).map(([scope, level]) => [
      scope,
      scope === 'id-token' ? 'none' : level === 'write' ? 'read' : level,
    ]),
  )
}

/**
 * What a called job asks for beyond what its caller has, in GitHub's words: then no run is started.
 * https://docs.github.com/actions/reference/workflows-and-actions/reusing-workflow-configurations#supported-keywords-for-jobs-that-call-a-reusable-workflow
 */
export function beyond(asked: Permissions, allowed: Permissions): string[] {
  return Object.entries(asked)
    .filter(([scope, level]) => rank(level) > rank(allowed[scope]))
    .map(
      ([scope, level]) =>
        `is requesting '${scope}: ${level}', but is only allowed '${scope}: ${allowed[scope] ?? 'none'}'`,
    )
}
