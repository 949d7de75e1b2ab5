/** The part of the workflow that assuming a role needs. */
export interface Workflow {
  /** Whether GitHub gives this job an OIDC token. */
  readonly hasIdToken: boolean
  /** GitHub's OIDC token for an audience, masked. */
  readonly idToken: (audience: string) => Promise<string>
}

/**
 * Session tags: what a reader of CloudTrail wants to know about a call. The keys are those of
 * aws-actions/configure-aws-credentials, so that policies that ask for them keep working.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
 */
export function sessionTags(
  env: Readonly<Record<string, string | undefined>>,
): { readonly Key: string; readonly Value: string }[] {
  const facts: Record<string, string | undefined> = {
    GitHub: 'Actions',
    Repository: env['GITHUB_REPOSITORY'],
    Workflow: env['GITHUB_WORKFLOW'],
    Actor: env['GITHUB_ACTOR'],
    Branch: env['GITHUB_REF'],
    Commit: env['GITHUB_SHA'],
  }
  return Object.entries(facts).flatMap(([Key, value]) =>
    value === undefined || value === '' ? [] : [{ Key, Value: tagValue(value) }],
  )
}

/** AWS allows letters, digits, spaces and a few signs, 256 in all: a workflow's name may have others. */
function tagValue(text: string): string {
  return [...text.replace(/[^\p{L}\p{Z}\p{N}_.:/=+\-@]/gu, '_')].slice(0, 256).join('')
}

/** A role to assume. */
export interface RoleInput {
  readonly arn: string
  readonly sessionName: string
  /** Null: the default of STS, one hour. */
  readonly seconds: number | null
  /** Of GitHub's OIDC token. */
  readonly audience: string
}

/** What the connection to AWS takes from the job. */
export interface AwsWorld {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly workflow: Workflow
  /** Called with each secret before anything else sees it. */
  readonly mask: (secret: string) => void
  readonly notice: (line: string) => void
  readonly log: (line: string) => void
  /** Tells, with debug logging alone, whose credentials are used. */
  readonly debug: (line: string) => void
}

/** The registry to connect to, and the role to do it as; null: with the credentials of the job. */
export interface EcrTarget {
  readonly repository: {
    readonly registryType: 'private' | 'public'
    readonly registryId: string | null
    readonly region: string | null
  }
  readonly role: RoleInput | null
}
