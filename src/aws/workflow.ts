/** The part of the workflow that assuming a role needs. */
export interface Workflow {
  /** Whether GitHub gives this job an OIDC token. */
  readonly hasIdToken: boolean
  /** GitHub's OIDC token for an audience, masked. */
  readonly idToken: (audience: string) => Promise<string>
}

/** The environment of a job. */
type Env = Readonly<Record<string, string | undefined>>

/**
 * Session tags: what a reader of CloudTrail wants to know about a call. The keys are those of
 * aws-actions/configure-aws-credentials, so that policies that ask for them keep working.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
 */
export function sessionTags(env: Env): { readonly Key: string; readonly Value: string }[] {
  const facts: Record<string, string | undefined> = {
    GitHub: 'Actions',
    Repository: env['GITHUB_REPOSITORY'],
    Workflow: env['GITHUB_WORKFLOW'],
    Run: runPath(env),
    Actor: env['GITHUB_ACTOR'],
    Branch: env['GITHUB_REF'],
    Commit: env['GITHUB_SHA'],
  }
  return Object.entries(facts).flatMap(([Key, value]) =>
    value === undefined || value === '' ? [] : [{ Key, Value: tagValue(value) }],
  )
}

/** The run as its address on GitHub ends: `…/actions/runs/17345678901/attempts/1`. */
function runPath({ GITHUB_RUN_ID: id, GITHUB_RUN_ATTEMPT: attempt }: Env): string | undefined {
  return id && attempt ? `${id}/attempts/${attempt}` : id
}

/** The most characters of a session's name, and how many of them a long name of a workflow keeps. */
const SESSION_NAME_ROOM = { most: 64, workflow: 12 }

/**
 * The name of a role's session if no input gives one. It stands in the ARN of the caller, and so beside every call in
 * CloudTrail, also where there are no session tags: with GitHub's OIDC token, the tags would have to be in the token.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html (RoleSessionName)
 * @returns `RUN.ATTEMPT,COMMIT,OWNER+NAME,WORKFLOW`, such as `17345678901.1,c0ffee12,acme+shop,Release`: of what is too
 *   long, first the end of the workflow's name is left out, then the beginning of the repository's. Outside of GitHub's
 *   runner it is `ecr-build-push`, with the id of the run if there is one.
 */
export function sessionName(env: Env): string {
  const { GITHUB_RUN_ID: id = '', GITHUB_REPOSITORY, GITHUB_SHA, GITHUB_WORKFLOW } = env
  if (!/^\d{1,20}$/.test(id)) return 'ecr-build-push'
  if (!GITHUB_REPOSITORY || !GITHUB_SHA) return `ecr-build-push-${id}`
  const attempt = /^\d{1,4}$/.test(env['GITHUB_RUN_ATTEMPT'] ?? '') ? `.${env['GITHUB_RUN_ATTEMPT']}` : ''
  const head = `${id}${attempt},${namePart(GITHUB_SHA).slice(0, 8)},`
  const repository = GITHUB_REPOSITORY.split('/').map(namePart).join('+')
  // A workflow without a name has its path as one.
  const workflow = namePart((GITHUB_WORKFLOW ?? '').replace(/^.*\/(.+)\.ya?ml$/, '$1'))
  const room = SESSION_NAME_ROOM.most - head.length - 1
  const kept = workflow.slice(0, Math.max(room - repository.length, SESSION_NAME_ROOM.workflow))
  return `${head}${repository.slice(-(room - kept.length))},${kept}`
}

/** A comma ends a part, and AWS takes letters and digits of ASCII and a few signs. */
const namePart = (text: string) => text.replace(/[^\w.@=-]+/g, '-')

/** AWS allows letters, digits, spaces and a few signs, 256 in all: a workflow's name may have others. */
function tagValue(text: string): string {
  return [...text.replace(/[^\p{L}\p{Z}\p{N}_.:/=+\-@]/gu, '_')].slice(0, 256).join('')
}

/** In characters, without blanks. https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html (Policy) */
export const SESSION_POLICY_LENGTH = 2048

/**
 * What a session may do at most, besides what its role may: `minimal` is still to be written, for what the run does;
 * `written` are policies as JSON, of which AWS gets the first one that it takes.
 */
export type SessionPolicy =
  | {
      readonly kind: 'minimal'
      /** The region that the job's environment names: of what the inputs give no region for. */
      readonly region: string | null
    }
  | {
      readonly kind: 'written'
      readonly texts: readonly string[]
      /** Whether this step wrote them, for what it does (`minimal`), and not who gave the input. */
      readonly byStep: boolean
    }

/** A role to assume. */
export interface RoleInput {
  /** Of the role that calls ECR. */
  readonly arn: string
  /** The roles before it, in their order: each is assumed with the credentials of the one before. */
  readonly through: readonly string[]
  /** Of every session. */
  readonly sessionName: string
  /** Of the last session. Null: the default of STS, one hour. */
  readonly seconds: number | null
  /** Of GitHub's OIDC token. */
  readonly audience: string
  /** What the last role's trust policy may ask for; null if nothing is given. */
  readonly externalId: string | null
  /** Of the last session; null: it may do what its role may. */
  readonly sessionPolicy: SessionPolicy | null
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
  /** The accounts that the credentials may be of; any if there are none, or it is not said. */
  readonly allowedAccounts?: readonly string[]
}
