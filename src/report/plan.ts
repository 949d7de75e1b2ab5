import type { FailurePart } from './facts.ts'

// What a dry run finds out: the output `plan` is a `DryRunPlan`, as JSON. Its members are described in docs/dry-run.md.

/** What a run would do. */
export interface DryRunPlan extends PlannedWork {
  /** `fail`: `problems` would stop it. `exists`: ECR has the image under every tag, and nothing would be sent. */
  readonly outcome: 'push' | 'exists' | 'fail'
  /** The same in words, in the order in which it would be done; if there are problems, what would be done without them. */
  readonly steps: readonly string[]
  /** What would stop the run, each with what to do about it. */
  readonly problems: readonly FailurePart[]
  /** What the dry run could not find out, mostly for want of a permission, each with what to do about it. */
  readonly unknown: readonly FailurePart[]
}

/** What a run of bake would do: the output `plan` of it. */
export interface BakePlanned extends Pick<DryRunPlan, 'outcome' | 'steps' | 'problems' | 'unknown'> {
  readonly action: 'bake'
  /** By target, as the main action would build it alone. */
  readonly targets: Readonly<Record<string, DryRunPlan>>
  /** Targets that are built, and have no image in ECR. */
  readonly others: readonly string[]
}

/** What a run would do, without a judgement. */
export interface PlannedWork {
  readonly action: 'build-push' | 'merge' | 'promote'
  readonly image: {
    /** As the inputs name it; an immutable repository may leave out some, which its own `tags` lack. */
    readonly tags: readonly string[]
    readonly version: string
    /** Null for an image that is yet to be built, and if it is not known. */
    readonly digest: string | null
    /** What `promote` reads: `HOST/NAME:TAG` or `HOST/NAME@sha256:…`; null for the others. */
    readonly source: string | null
  }
  /** Null if nothing is built. */
  readonly build: PlannedBuild | null
  /** The first is that of the input `repository`. */
  readonly repositories: readonly PlannedRepository[]
  /** In bytes, the most that the image may have (`max-size`); null if any size is right. */
  readonly maxSizeBytes: number | null
  /** Null if nothing is signed or verified. */
  readonly attest: {
    readonly what: readonly string[]
    /** `verify`: the image is not this run's, which signs nothing for it. */
    readonly does: 'sign' | 'verify'
    /** Which instance of Sigstore, in words; null if that is not known. */
    readonly signedBy: string | null
  } | null
  /** Null if no scan is waited for. */
  readonly scan: {
    /** The inputs that decide, with their values: `fail-on-severity: critical`. */
    readonly thresholds: readonly string[]
    readonly gate: 'after-push' | 'before-tags'
    readonly timeoutSeconds: number
  } | null
  /** In seconds, how long is waited for it; null if it is not. */
  readonly replicationTimeoutSeconds: number | null
  readonly signingTimeoutSeconds: number | null
}

export interface PlannedBuild {
  /** Null for the one at the root of a remote context. */
  readonly dockerfile: string | null
  readonly target: string | null
  readonly platforms: readonly string[]
  /** `Docker 28.5.1, buildx 0.29.1`; null if it could not be asked, or cannot build this. */
  readonly engine: string | null
  /** `type=registry,ref=…`, or the type alone. */
  readonly cacheFrom: readonly string[]
  readonly cacheTo: readonly string[]
  /** Whether docker is logged in for the later steps of the job too. */
  readonly keepLogin: boolean
  /** The further registries of ECR's that docker is logged in to, for what the build reads. */
  readonly logins: readonly PlannedLogin[]
}

export interface PlannedLogin {
  readonly registry: string
  /** The ARN of the role whose token it is; null for the step's own credentials. */
  readonly role: string | null
}

export interface PlannedRepository {
  readonly name: string
  /** `HOST/NAME`; null if the registry's host is not known. */
  readonly uri: string | null
  /** As it is now, and who would create it. `absent`: nobody would. */
  readonly state: 'exists' | 'create' | 'create-on-push' | 'absent' | 'unknown'
  /** What it would be created with, by the name of the input. */
  readonly settings: Readonly<Record<string, string>>
  /** What would be changed (`update-repository`). */
  readonly changes: readonly PlannedChange[]
  /** What is not as the inputs say, and is left as it is. */
  readonly differences: readonly PlannedChange[]
  /** The inputs whose present value could not be read. */
  readonly unread: readonly string[]
  /** `tag`: the image is here, and gets tags. */
  readonly image: 'push' | 'copy' | 'tag' | 'exists'
  readonly tags: readonly PlannedTag[]
}

export interface PlannedChange {
  readonly input: string
  /** Null if the value is a document. */
  readonly is: string | null
  readonly wanted: string | null
}

export interface PlannedTag {
  readonly tag: string
  readonly change: 'create' | 'move' | 'keep' | 'unknown'
  /** The digest that it names now; null if it names nothing, or that is not known. */
  readonly names: string | null
}

/** A plan's steps in words, in the order in which a run takes them. */
export function stepsInWords(work: PlannedWork, outcome: 'push' | 'exists'): string[] {
  const { repositories, scan } = work
  const [first] = repositories
  const prepared = repositories.flatMap(repositorySteps)
  if (outcome === 'exists') {
    const names = first?.tags[0]?.names ?? work.image.digest
    return [
      ...prepared,
      `Send nothing: ECR has ${names ?? 'the image'} under every tag already`,
      ...sizeSteps(work),
      ...attestSteps(work),
      ...scanSteps(work),
      ...waitSteps(work),
    ]
  }
  const tags = repositories.flatMap(tagSteps)
  const copies = repositories.flatMap(copySteps)
  const [own, others] = [scanSteps(work), waitSteps(work)]
  return [
    ...prepared,
    ...imageSteps(work),
    ...sizeSteps(work),
    ...(scan?.gate === 'before-tags'
      ? [...own, ...attestSteps(work), ...copies, ...tags, ...others]
      : [...tags, ...copies, ...attestSteps(work), ...own, ...others]),
  ]
}

const placeName = ({ uri, name }: PlannedRepository) => uri ?? name

function repositorySteps(repository: PlannedRepository): string[] {
  const { state, settings, changes, differences, unread } = repository
  const place = placeName(repository)
  // A document is in the plan itself.
  const given = Object.entries(settings).map(([input, value]) =>
    value.startsWith('{') ? `a ${input}` : `${input}: ${value}`,
  )
  return [
    ...(state === 'create'
      ? [`Create the repository ${place}${given.length === 0 ? '' : ` with ${given.join('; ')}`}`]
      : []),
    ...(state === 'create-on-push'
      ? [`Have ECR create the repository ${place} on the push, by a repository creation template`]
      : []),
    ...(state === 'unknown'
      ? [`Find out if the repository ${place} exists, which this identity may not ask, and create or take it`]
      : []),
    ...changes.map(({ input, is, wanted }) =>
      wanted === null
        ? `${is === null ? 'Replace' : 'Set'} ${input} of ${place}`
        : `Change ${input} of ${place} from ${is} to ${wanted}`,
    ),
    ...differences.map(
      ({ input, is, wanted }) =>
        `Leave ${input} of ${place} as it is (${is ?? 'another one'}${wanted === null ? '' : `, wanted ${wanted}`})`,
    ),
    ...unread.map((input) => `Compare ${input} of ${place}, which this identity may not read`),
  ]
}

function imageSteps({ action, build, image, repositories }: PlannedWork): string[] {
  const [first] = repositories
  if (first === undefined) return []
  const place = placeName(first)
  if (action === 'merge') return [`Make the index ${image.digest ?? 'of the images'} in ${place}`]
  if (build === null) {
    return first.image === 'tag' && action === 'build-push'
      ? [`Build nothing: ${place} has an image of the same content, ${image.digest}`]
      : []
  }
  const { dockerfile, target, platforms, engine, cacheFrom, cacheTo, keepLogin, logins } = build
  const host = first.uri?.split('/')[0] ?? 'the registry'
  const what = [
    `Build ${dockerfile ?? 'the Dockerfile of the context'}`,
    ...(target === null ? [] : [`up to ${target}`]),
    ...(platforms.length === 0 ? [] : [`for ${platforms.join(', ')}`]),
    ...(engine === null ? [] : [`with ${engine}`]),
  ]
  return [
    `Log docker in to ${host}, for this step${keepLogin ? ' and the later ones of the job' : ' alone'}`,
    ...logins.map(
      ({ registry, role }) =>
        `Log docker in to ${registry} too${role === null ? '' : ` as ${role}`}, for what the build reads`,
    ),
    ...cacheFrom.map((cache) => `Read the build cache ${cache}`),
    `${what.join(' ')}, and push it to ${place}${first.tags.length === 0 ? ' by its digest, without a tag' : ''}`,
    ...cacheTo.map((cache) => `Write the build cache ${cache}`),
  ]
}

/** Of several tags that come to the same, one line. */
function tagSteps(repository: PlannedRepository): string[] {
  const lines = new Map<string, string[]>()
  for (const { tag, change, names } of repository.tags) {
    const [does, because] = {
      create: ['Put', 'new'],
      move: ['Move', `names ${names} now`],
      keep: ['Leave', 'names the image already'],
      unknown: ['Put', 'what it names now is not known'],
    }[change] as [string, string]
    const key = `${does} TAGS in ${placeName(repository)} (${because})`
    lines.set(key, [...(lines.get(key) ?? []), tag])
  }
  return [...lines].map(([line, tags]) =>
    line.replace('TAGS', `the ${tags.length === 1 ? 'tag' : 'tags'} ${tags.join(', ')}`),
  )
}

function copySteps(repository: PlannedRepository): string[] {
  return repository.image === 'copy' ? [`Copy the image to ${placeName(repository)}`] : []
}

function sizeSteps({ maxSizeBytes }: PlannedWork): string[] {
  return maxSizeBytes === null
    ? []
    : [
        `Fail if the image, or one of its platforms, has more than ${maxSizeBytes} bytes, compressed (max-size)`,
      ]
}

function attestSteps({ attest, repositories }: PlannedWork): string[] {
  if (attest === null) return []
  if (attest.does === 'verify') {
    return [
      `Verify that ${attest.what.join(' and ')} of the image is beside it in ${repositories.map(placeName).join(', ')}, and sign nothing, as this run does not push it`,
    ]
  }
  const by = attest.signedBy === null ? '' : ` by ${attest.signedBy}`
  return [
    `Have ${attest.what.join(' and ')} of the image signed${by}, and put that beside the image in ${repositories.map(placeName).join(', ')}`,
  ]
}

function scanSteps({ scan }: PlannedWork): string[] {
  if (scan === null) return []
  const last = scan.gate === 'before-tags' ? ', before the image gets its tags,' : ''
  return [
    `Wait${last} at most ${scan.timeoutSeconds} s for ECR's scan, and fail by what it finds (${scan.thresholds.join(', ')})`,
  ]
}

function waitSteps({
  replicationTimeoutSeconds,
  signingTimeoutSeconds,
  repositories,
}: PlannedWork): string[] {
  return [
    ...(replicationTimeoutSeconds === null
      ? []
      : [`Wait at most ${replicationTimeoutSeconds} s until ECR has replicated the image`]),
    ...(signingTimeoutSeconds === null
      ? []
      : [
          `Wait at most ${signingTimeoutSeconds} s until ECR has signed the image in ${repositories.map(placeName).join(', ')}`,
        ]),
  ]
}
