import type { RoleDocuments } from './documents.ts'

/** Of workflows whose steps only build. */
export const NOTHING = 'No step pushes, promotes or reads an image in ECR: no role is needed.'

/** What is true of every workflow, and cannot be seen in its file. */
export const GENERAL = [
  'The base images in ECR are those that the Dockerfiles of this checkout name: another commit, or a Dockerfile that the job makes, may name others (docs/iam.md, "Pull").',
  'If the repository was created, renamed or transferred after 15 July 2026, or its sub is customised, its tokens have another sub: gh api repos/OWNER/NAME/actions/oidc/customization/sub says so; --repository OWNER@ID/NAME@ID makes the documents with ids.',
]

const OWN_CREDENTIALS = "The job's own AWS credentials"

/** The documents for people: of each role who takes it, and both policies as IAM takes them. */
export function asText(roles: readonly RoleDocuments[]): string {
  return roles.map(textOfRole).join('\n\n')
}

function textOfRole({ role, takenBy, permissions, trust }: RoleDocuments): string {
  const json = (document: object) => JSON.stringify(document, null, 2)
  return [
    role ?? OWN_CREDENTIALS,
    ...takenBy.map((line) => `  ${line}`),
    '',
    'Permissions policy:',
    json(permissions),
    ...(trust === null ? [] : ['', 'Trust policy:', json(trust)]),
  ].join('\n')
}

/** What a person has to know of the documents: of each role, and of all. */
export function warnings(roles: readonly RoleDocuments[], general: readonly string[]): string[] {
  const listed = (head: string, notes: readonly string[]) =>
    notes.length === 0 ? [] : ['', `${head}:`, ...notes.map((note) => `- ${note}`)]
  return [
    ...roles.flatMap(({ role, notes }) => listed(role ?? OWN_CREDENTIALS, notes)),
    ...listed('All roles', general),
  ]
}
