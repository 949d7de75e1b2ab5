import { parseBoolean } from '../shared/boolean.ts'
import { oneOf } from '../shared/one-of.ts'
import type { SigstoreChoice } from '../sigstore/instance.ts'
import type { SignerPolicy } from '../sigstore/policy.ts'
import { type AttestInputs, type GivenFile, readSigstoreFile, SIGSTORE_CHOICES } from './attest.ts'
import type { Reader } from './reader.ts'

/** What provenance an image has to have, and by which trust root it is verified. */
export interface ProvenanceInputs {
  readonly policy: SignerPolicy
  /** Whether each image in an index has to have it, in place of the index itself. */
  readonly eachPlatform: boolean
  readonly sigstore: SigstoreChoice
  /** The only trust root if it is given; null: those of the instances. */
  readonly trustedRoot: GivenFile | null
}

const INPUT_NAME = 'require-provenance'
const KEYS = ['repository', 'workflow', 'ref', 'commit', 'event', 'runner', 'platforms'] as const
type Key = (typeof KEYS)[number]

/** Not `.` or `..`, which GitHub takes for no name. */
const OWNER_OR_NAME = /(?!\.{1,2}(?:\/|$))[\w.-]+/.source
const REPOSITORY = new RegExp(`^${OWNER_OR_NAME}/${OWNER_OR_NAME}$`)
/** A certificate has a whole ref, never the short one of `uses:`. */
const WHOLE_REF = /refs\/(?:heads|tags|pull)\/[^\s/]\S*/.source
const WORKFLOW = new RegExp(
  `^(?:(${OWNER_OR_NAME}/${OWNER_OR_NAME})/)?(\\.github/workflows/[^/@]+\\.ya?ml)(?:@(${WHOLE_REF}|[0-9a-f]{40}|[0-9a-f]{64}))?$`,
)
const COMMIT = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/

/** What the value of each key has to be. */
const RULES: Readonly<Record<Key, readonly [form: RegExp, must: string]>> = {
  repository: [REPOSITORY, 'must be OWNER/NAME'],
  workflow: [
    WORKFLOW,
    'must be the path of a workflow, .github/workflows/NAME.yml, with OWNER/NAME/ before it if it is in another repository, and @REF after it if only one ref of it counts: a whole one, such as refs/tags/v1, or a whole commit',
  ],
  ref: [new RegExp(`^${WHOLE_REF}$`), 'must be a whole ref, such as refs/heads/main or refs/tags/v1.2.3'],
  commit: [COMMIT, 'must be a whole commit, 40 hexadecimal digits in lower case'],
  event: [/^[a-z_]+$/, 'must be the name of an event, such as push'],
  runner: [/^(?:github|self)-hosted$/, 'must be github-hosted or self-hosted'],
  platforms: [/^each$/, 'must be each'],
}

/**
 * Reads `require-provenance`: a boolean, or lines of `key=value`; with it `sigstore` and `sigstore-trusted-root`.
 * @param fallback what an empty input means
 * @param signing these two, if `attest` has read them already
 * @returns null if nothing is required
 */
export function readProvenance(
  reader: Reader,
  fallback: boolean,
  signing: Pick<AttestInputs, 'sigstore' | 'trustedRoot'> | null = null,
): ProvenanceInputs | null {
  const items = reader.list(INPUT_NAME, 'lines')
  const [first = ''] = items
  // Lines that somebody has commented out are no policy, and no wish to verify nothing.
  if (items.length === 0 && reader.text(INPUT_NAME) !== '') {
    reader.problem(
      INPUT_NAME,
      reader.text(INPUT_NAME),
      'holds no line that says what is required; give one, or false',
    )
  }
  const on = items.length === 0 ? fallback : items.length === 1 ? parseBoolean(first) : null
  if (on === false) {
    if (signing === null) refuseNotVerified(reader)
    return null
  }
  const given = on === true ? new Map<Key, string>() : readPairs(reader, items)
  const { sigstore, trustedRoot } = signing ?? readTrust(reader)
  return {
    policy: policyOf(reader, given),
    eachPlatform: given.get('platforms') === 'each',
    sigstore,
    trustedRoot,
  }
}

function readTrust(reader: Reader): Pick<AttestInputs, 'sigstore' | 'trustedRoot'> {
  const sigstore = reader.choice('sigstore', SIGSTORE_CHOICES) ?? 'auto'
  if (sigstore === 'custom' && reader.text('sigstore-trusted-root') === '') {
    reader.problem('sigstore-trusted-root', '', 'is required with sigstore: custom')
  }
  return { sigstore, trustedRoot: readSigstoreFile(reader, 'sigstore-trusted-root') }
}

/** What says by which trust root to verify, although nothing is verified; turned off, it may stay. */
function refuseNotVerified(reader: Reader): void {
  if (reader.text(INPUT_NAME) !== '') return
  for (const name of ['sigstore', 'sigstore-trusted-root'] as const) {
    const value = reader.text(name)
    if (value !== '' && value !== 'auto') {
      reader.problem(name, value, `needs ${INPUT_NAME}; without it nothing is verified`)
    }
  }
}

/** Whether the input asks for provenance, right or wrong. */
export function asksForProvenance(reader: Reader): boolean {
  const value = reader.text(INPUT_NAME)
  return value !== '' && parseBoolean(value) !== false
}

function readPairs(reader: Reader, items: readonly string[]): Map<Key, string> {
  const given = new Map<Key, string>()
  for (const item of items) {
    const [, name = '', value = ''] = /^([^=]*)=(.*)$/s.exec(item) ?? []
    const key = KEYS.find((one) => one === name)
    if (key === undefined) {
      reader.problem(
        INPUT_NAME,
        item,
        `must be true, false, or lines of KEY=VALUE, KEY being ${oneOf([...KEYS])}`,
      )
      continue
    }
    const [form, must] = RULES[key]
    if (value.includes('*')) reader.problem(INPUT_NAME, item, `${must}; there are no wildcards`)
    else if (!form.test(value)) reader.problem(INPUT_NAME, item, must)
    else if (given.has(key))
      reader.problem(INPUT_NAME, item, `${key} is given twice, and only one can be meant`)
    given.set(key, value)
  }
  return given
}

/** https://docs.github.com/actions/reference/workflows-and-actions/variables#default-environment-variables */
function policyOf(reader: Reader, given: ReadonlyMap<Key, string>): SignerPolicy {
  const {
    GITHUB_SERVER_URL: server,
    GITHUB_REPOSITORY: own = '',
    GITHUB_REPOSITORY_ID: ownId,
    GITHUB_REPOSITORY_OWNER_ID: ownerId,
  } = reader.source.env
  const serverUrl = (server || 'https://github.com').replace(/\/+$/, '')
  if (!URL.canParse(serverUrl))
    reader.problem('GITHUB_SERVER_URL', serverUrl, 'must be the address of GitHub')
  const repository = given.get('repository') ?? own
  if (repository === '' && !given.has('repository')) {
    reader.problem(
      INPUT_NAME,
      reader.text(INPUT_NAME),
      'means the repository of this run, and the runner does not name it (GITHUB_REPOSITORY); add a line repository=OWNER/NAME',
    )
  }
  const isOwn = repository === own
  const [, workflowRepository = repository, file = null, workflowRef = null] =
    WORKFLOW.exec(given.get('workflow') ?? '') ?? []
  return {
    serverUrl,
    repository,
    repositoryId: (isOwn && ownId) || null,
    ownerId: (isOwn && ownerId) || null,
    workflow: file === null ? null : `${workflowRepository}/${file}`,
    workflowRef,
    ref: given.get('ref') ?? null,
    commit: given.get('commit') ?? null,
    event: given.get('event') ?? null,
    runner: (given.get('runner') as SignerPolicy['runner']) ?? null,
  }
}
