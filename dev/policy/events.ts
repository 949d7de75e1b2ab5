import { AnyPullRequest, AnyRef } from './any-ref.ts'
import { Complete, textFrom } from './expressions.ts'
import { fits, iamLets, type Names, namesOf } from './filters.ts'
import { type Mentions, namesIn } from './mentions.ts'

// What starts a workflow, and what GitHub's OIDC token says of it.
// https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows
// https://docs.github.com/actions/reference/security/oidc#example-subject-claims

/** The end of a token's `sub`, behind `repo:OWNER/NAME:`. */
export interface Subject {
  readonly like: string
  /** Whether it has IAM's `*` or `?`, and so belongs under StringLike. */
  readonly isPattern: boolean
  /** Patterns of IAM, of subjects that are none of these. */
  readonly notLike: readonly string[]
}

/** One kind of run of a workflow. */
export interface Run {
  /** For people: `a push of main`. */
  readonly name: string
  /** The subject of a job without an environment; null if GitHub documents none. */
  readonly subject: Subject | null
  /** What an expression reads of it in `github`. */
  readonly github: Readonly<Record<string, unknown>>
  readonly anyRef: AnyRef | null
  /** Whether the run may have been given inputs. */
  readonly hasInputs: boolean
  /** Whether the repository, the event and the ref are those of a workflow that calls this one. */
  readonly isCall: boolean
  /** What a person has to know if a role is taken in it. */
  readonly notes: readonly string[]
}

/** Events that run on the default branch, whatever they are about. */
const ON_DEFAULT_BRANCH = [
  ...['branch_protection_rule', 'check_run', 'check_suite', 'delete', 'discussion', 'discussion_comment'],
  ...['fork', 'gollum', 'image_version', 'issue_comment', 'issues', 'label', 'milestone', 'page_build'],
  ...['public', 'repository_dispatch', 'schedule', 'status', 'watch', 'workflow_run'],
]

/** Events of which GitHub does not say what `sub` is. */
const WITHOUT_SUBJECT = [
  ...['deployment', 'deployment_status', 'pull_request_review', 'pull_request_review_comment'],
  ...['pull_request_target', 'registry_package'],
]

type Filter = Readonly<Record<string, unknown>> | null

/** What a trigger is followed with. */
export interface Place {
  readonly defaultBranch: string
  /** Whether that is only assumed. */
  readonly isAssumed: boolean
  readonly mentions: Mentions
}

/** @param on what stands under `on:` in a workflow */
export function runsOf(on: unknown, place: Place): Run[] {
  const triggers: [string, Filter][] =
    typeof on === 'string'
      ? [[on, null]]
      : Array.isArray(on)
        ? on.map((name) => [textFrom(name), null])
        : Object.entries((on ?? {}) as Record<string, Filter>)
  return triggers.flatMap(([name, filter]) => runsOfEvent(name, filter, place))
}

function runsOfEvent(event: string, filter: Filter, place: Place): Run[] {
  const on: On = (what, kind, patterns, wide = [], notes = []) =>
    runsOn({ event, what, kind, patterns, wide, notes }, place)
  const all = ['**']
  if (event === 'push') return pushed(filter, on)
  if (event === 'create') {
    const notes = ['create is about every branch and tag, and so is the trust policy.']
    const what = 'the creation of'
    return [...on(what, 'branches', all, notes), ...on(what, 'tags', all, notes)]
  }
  if (event === 'release') {
    return on('a release of', 'tags', all, [
      'a release can be of any tag, and so the trust policy has every tag: an if that names how they begin (startsWith(github.ref, …)) makes it narrower.',
    ])
  }
  if (event === 'merge_group') {
    const bases = listOf(filter, 'branches') ?? ['**']
    const patterns = bases.map((base) =>
      base.startsWith('!') ? `!gh-readonly-queue/${base.slice(1)}/**` : `gh-readonly-queue/${base}/**`,
    )
    return on('the merge queue with', 'branches', patterns)
  }
  if (event === 'workflow_dispatch') {
    const notes = [
      'workflow_dispatch can be started on every branch and tag that has the workflow, by everybody who may write to the repository: give the job an environment that takes certain branches only, or an if that names them (github.ref).',
    ]
    const what = 'a start by hand on'
    return [...on(what, 'branches', all, notes), ...on(what, 'tags', all, notes)]
  }
  if (event === 'pull_request') return [onPullRequest(filter, place)]
  if (ON_DEFAULT_BRANCH.includes(event)) {
    const notes = place.isAssumed
      ? [
          `${event} runs on the default branch, which is taken to be ${place.defaultBranch}: --default-branch says another.`,
        ]
      : []
    return on(`${event} on`, 'branches', [place.defaultBranch.replace(/[*?+[\]!\\]/g, '\\$&')], [], notes)
  }
  return [event === 'workflow_call' ? called() : undocumented(event)]
}

function onPullRequest(filter: Filter, place: Place): Run {
  // One that is closed may be merged, and its ref the branch then.
  const mayBeMerged = (listOf(filter, 'types') ?? []).includes('closed')
  return {
    name: 'a pull request',
    subject: { like: 'pull_request', isPattern: false, notLike: [] },
    github: { event_name: 'pull_request', ref_type: 'branch', event: eventIn(place) },
    anyRef: mayBeMerged ? null : new AnyPullRequest(),
    hasInputs: false,
    isCall: false,
    notes: [
      'a pull request from any branch of the repository may take the role, and change the workflow that does: a role that pushes has no reason to trust pull_request. Pull requests from forks get no token.',
    ],
  }
}

/** What is known of what started a run, whatever that is. */
const eventIn = ({ defaultBranch }: Place) => ({ repository: { default_branch: defaultBranch } })

/** Who calls is known to the calling workflow. */
function called(): Run {
  return {
    name: 'a call by another workflow',
    subject: { like: 'ref:refs/heads/BRANCH', isPattern: false, notLike: [] },
    github: {},
    anyRef: null,
    hasInputs: true,
    isCall: true,
    notes: [
      'other workflows call this one (workflow_call), and the token says their repository and their event: fill in CALLING_OWNER/CALLING_REPOSITORY and the end of the sub, or give the command the file of the workflow that calls.',
    ],
  }
}

function undocumented(event: string): Run {
  return {
    name: event,
    subject: null,
    github: { event_name: event },
    anyRef: null,
    hasInputs: false,
    isCall: false,
    notes: [
      !WITHOUT_SUBJECT.includes(event)
        ? `this command knows no event ${event}, and the trust policy has nothing for it: correct its name there, or, if GitHub has it, give the job an environment.`
        : `GitHub's documentation names no sub for ${event} in a job without an environment, so that the trust policy has none for it: give the job an environment, and see whether a role should trust what others begin.`,
    ],
  }
}

function listOf(filter: Filter, name: string): string[] | undefined {
  const value = filter?.[name]
  return value === undefined || value === null ? undefined : [value].flat().map(textFrom)
}

/** @param wide what to tell of a run that may be on many branches or tags; `notes` is for all of them */
type On = (
  what: string,
  kind: Kind,
  patterns: readonly string[],
  wide?: readonly string[],
  notes?: readonly string[],
) => Run[]

/** A trigger that filters tags alone runs for no branch, and the other way round. */
function pushed(filter: Filter, on: On): Run[] {
  const given = (kind: Kind) => {
    const ignored = listOf(filter, `${kind}-ignore`)
    return (
      listOf(filter, kind) ?? (ignored === undefined ? undefined : ['**', ...ignored.map((one) => `!${one}`)])
    )
  }
  const [branches, tags] = [given('branches'), given('tags')]
  const notes =
    branches === undefined && tags === undefined
      ? [
          'push has no filter, so that everybody who may push any branch or tag may take the role: name branches and tags under push.',
        ]
      : []
  const [all, none] = [['**'], [] as string[]]
  const [branchesOr, tagsOr] = notes.length > 0 ? [all, all] : [branches ?? none, tags ?? none]
  return [...on('a push of', 'branches', branchesOr, notes), ...on('a push of', 'tags', tagsOr, notes)]
}

type Kind = 'branches' | 'tags'

interface Filtered {
  readonly event: string
  readonly what: string
  readonly kind: Kind
  readonly patterns: readonly string[]
  readonly wide: readonly string[]
  readonly notes: readonly string[]
}

/** The runs on branches or tags: on those that the workflow names, and on all others that a pattern lets through. */
function runsOn({ event, what, kind, patterns, wide, notes }: Filtered, place: Place): Run[] {
  const prefix = kind === 'branches' ? 'refs/heads/' : 'refs/tags/'
  const one = kind === 'branches' ? 'branch' : 'tag'
  const { names, wider } = namesOf(patterns)
  const told = [
    ...notes,
    ...wide,
    ...wider.map(
      (pattern) =>
        `${event}: the ${kind} of '${pattern}' cannot be said in IAM exactly, which knows no classes and repetitions: the trust policy lets more of them through.`,
    ),
  ]
  const common = {
    event_name: event,
    ref_type: one,
    ...(event === 'push' ? { base_ref: '', head_ref: '' } : {}),
  }
  const run = (
    shown: string,
    subject: Names,
    github: object,
    anyRef: AnyRef | null,
    more: readonly string[],
  ) => ({
    name: `${what} ${shown}`,
    subject: {
      like: `ref:${prefix}${subject.like}`,
      isPattern: subject.isPattern,
      notLike: subject.notLike.map((text) => `ref:${prefix}${text}`),
    },
    github: { ...common, event: eventIn(place), ...github },
    anyRef,
    hasInputs: event === 'workflow_dispatch',
    isCall: false,
    notes: more,
  })
  const { mentions } = place
  const exact = [...(kind === 'branches' ? [place.defaultBranch] : []), ...namesIn(mentions.names, prefix)]
  const literal = names.filter(({ isPattern }) => !isPattern).map(({ like }) => like)
  const single = [...new Set([...literal, ...exact.filter((name) => fits(patterns, name))])]
  const runs: Run[] = single.map((name) =>
    run(
      name,
      { like: name, isPattern: false, notLike: [], start: name },
      { ref: `${prefix}${name}`, ref_name: name },
      null,
      notes,
    ),
  )
  for (const pattern of names.filter(({ isPattern }) => isPattern)) {
    const starts = narrowerStarts(pattern, namesIn(mentions.starts, prefix))
    for (const start of [...starts, pattern.start]) {
      const subject = start === pattern.start ? pattern : { ...pattern, like: `${start}*`, start }
      const apart = starts.filter((text) => text !== start && text.startsWith(start))
      const shown = subject.like === '*' ? `any ${one}` : subject.like
      runs.push(run(shown, subject, {}, new AnyRef(prefix, start, [...single, ...exact], apart), told))
    }
  }
  return runs
}

/** What conditions ask for with startsWith, if the names of a pattern may begin so: `v` of the pattern `*`. */
function narrowerStarts({ like, start }: Names, mentioned: readonly string[]): string[] {
  // Only of a pattern that has nothing behind its one asterisk, a longer beginning makes a narrower pattern.
  if (like !== `${start}*`) return []
  return mentioned.filter((text) => text !== start && iamLets(like, text))
}

/** The inputs of a run as far as they are known: there are none unless somebody gave some. */
export const inputsOf = ({ hasInputs }: Pick<Run, 'hasInputs'>): object => (hasInputs ? {} : new Complete({}))
