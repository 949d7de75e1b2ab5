/** What an action is about to make of an image. */
export type Deed =
  | { readonly kind: 'build' }
  /** `parts`: the names of the platforms that were merged. */
  | { readonly kind: 'merge'; readonly parts: readonly string[] }
  /**
   * `from`: the tag or the digest that the image was known by; `source`: the URI of the repository that it was in, null
   * if it is the one that it goes to.
   */
  | { readonly kind: 'promote'; readonly from: string; readonly source: string | null }
  /** Nothing but what is beside it was looked at. */
  | { readonly kind: 'verify' }

/**
 * What came of it. `exists`: ECR had the image under every tag already, and nothing was sent. `unchanged`: it was sent,
 * and every tag had named that very image before, as one that can be pulled. `unnamed`: it is in ECR, and a check kept it
 * from its tags.
 */
export type ImageOutcome = 'pushed' | 'unchanged' | 'exists' | 'built' | 'unnamed'

/** An image that a check kept from its tags. */
export interface HeldBack {
  /** The input that decides about the tags. */
  readonly by: 'gate: before-tags' | 'max-size'
  /** The tags that it was to get. */
  readonly tags: readonly string[]
  /** `HOST/NAME@sha256:…` of what the run has put into ECR, and no tag is known to name. */
  readonly left: readonly string[]
}

/** A repository that has the image now. */
export interface Place {
  readonly uri: string
  readonly tags: readonly string[]
  /** Those of the tags that this run has put there; the others named the image already. */
  readonly put: readonly string[]
  readonly uris: readonly string[]
  /** Where ECR's console shows it; null if that is not known. */
  readonly console: ConsolePlace | null
  /** Whether this run has created the repository. */
  readonly created: boolean
}

/** A repository, as ECR's console addresses it. */
export interface ConsolePlace {
  readonly type: 'private' | 'public'
  /** As ARNs name it: `aws`, `aws-cn`. */
  readonly partition: string
  readonly region: string
  readonly registryId: string
  readonly name: string
}

/** The size of an image for one platform, compressed, as its manifest says it. */
export interface PlatformSize {
  /** Null if it is not known. */
  readonly platform: string | null
  readonly digest: string
  readonly bytes: number
  readonly layers: readonly Layer[]
  /** The image for this platform that the tag held before; null if it held none, or that is not known. */
  readonly before: { readonly bytes: number; readonly layers: readonly Layer[] } | null
}

export interface Layer {
  readonly digest: string
  readonly bytes: number
  /** The line of the Dockerfile that made it; null if that is not known. */
  readonly madeBy: string | null
}

/** What the sizes are compared with. */
export interface Compared {
  readonly tag: string
  readonly digest: string
}

/** A part of the step's time; seconds since its begin. */
export interface Phase {
  readonly name: string
  readonly from: number
  readonly to: number
}

/** One step of the build; seconds since the begin of the action. */
export interface BuildStep {
  /** As the builder names it: `[build 2/3] RUN make`. */
  readonly name: string
  readonly cached: boolean
  readonly from: number
  readonly to: number
}

/** One thing that was checked after the push. */
export interface Check {
  readonly outcome: 'passed' | 'failed' | 'unknown'
  /** Markdown, one line. */
  readonly line: string
  /** Markdown; null if the line says it all. */
  readonly detail: string | null
}

/** What the job summary tells about a run that came to its end, whether or not a check failed. */
export interface SummaryFacts {
  readonly state: 'done'
  readonly name: string
  readonly deed: Deed
  readonly outcome: ImageOutcome
  /** The first is that of the input `repository`; empty if nothing was pushed. */
  readonly places: readonly Place[]
  /** The names of an image that is not pushed. */
  readonly localUris: readonly string[]
  /** An image that is not pushed, as the engine has it; null if it does not, or nobody asked. */
  readonly inEngine: { readonly reference: string; readonly sizeInBytes: number } | null
  /** False if the build left files, or its cache alone. */
  readonly leftImage: boolean
  readonly digest: string | null
  /** Whether the digest is that of an index; null if that is not known. */
  readonly isIndex: boolean | null
  readonly imageId: string | null
  /** The type of an artifact that is no container image, such as a Helm chart; null for images and indexes. */
  readonly artifactType: string | null
  /** As ECR says it, if the platforms' sizes are not known; of an index, that of the largest image in it. */
  readonly sizeInBytes: number | null
  readonly sizes: readonly PlatformSize[]
  readonly compared: Compared | null
  /** Platforms that what is compared with was for, and the image is not. */
  readonly gone: readonly string[]
  /** Null if nothing was built. */
  readonly engine: string | null
  readonly phases: readonly Phase[]
  readonly steps: readonly BuildStep[]
  readonly totalSeconds: number
  /** Why the step fails although the image is in ECR: a check after the push; null if it does not. */
  readonly failure: FailureFacts | null
  readonly checks: readonly Check[]
  /** Null unless the outcome is `unnamed`. */
  readonly heldBack: HeldBack | null
  /** Each verifies, by its signer, what is beside the image; empty if nothing is. */
  readonly verifyCommands: readonly string[]
}

/** What the job summary tells about a run that failed before its end. */
export interface FailedFacts {
  readonly state: 'failed'
  /** Null if the inputs do not name a repository. */
  readonly name: string | null
  readonly failure: FailureFacts
  /** What the run has done to ECR by then; null if it was not to do anything. */
  readonly left: LeftInEcr | null
  readonly totalSeconds: number
}

/** What the job summary tells about a run that only asked a Dockerfile (`call`). */
export interface AskedFacts {
  readonly state: 'asked'
  readonly name: string
  readonly call: string
  /** As docker printed it; may have several lines. */
  readonly answer: string
  readonly totalSeconds: number
}

/** What the job summary tells about a dry run. */
export interface PlannedFacts {
  readonly state: 'planned'
  readonly name: string
  /** What a run would do, in words. */
  readonly steps: readonly string[]
  /** What the dry run could not find out. */
  readonly unknown: readonly FailurePart[]
  /** What a run has to be allowed; several if it has several identities. */
  readonly policies: readonly {
    /** The ARN; null for the job's own credentials. */
    readonly role: string | null
    /** JSON, on lines. */
    readonly policy: string
  }[]
  /** Why a run would fail; null if nothing speaks against it. */
  readonly failure: FailureFacts | null
  readonly totalSeconds: number
}

/** What the job summary tells about one target of bake. */
export interface BakedTarget {
  readonly name: string
  /** The repository's name. */
  readonly repository: string
  /** `none`: nothing of it is in ECR. */
  readonly outcome: ImageOutcome | 'none'
  readonly digest: string | null
  /** The first repository that has it; null if it is not at its end. */
  readonly place: Place | null
  /** Those that name it. */
  readonly tags: readonly string[]
  /** Null if it is not known. */
  readonly sizeInBytes: number | null
  /** How many registries have it under all tags. */
  readonly registries: number
  readonly checks: readonly Check[]
  /** Whether its image is not what was asked for. */
  readonly failed: boolean
  readonly verifyCommands: readonly string[]
}

/** What the job summary tells about a run of bake, whether or not it failed. */
export interface BakedFacts {
  readonly state: 'baked'
  /** The input `repository`, as it was given. */
  readonly name: string
  readonly targets: readonly BakedTarget[]
  /** Targets that left files alone. */
  readonly files: readonly string[]
  /** The jobs of a matrix, if nothing else was asked for. */
  readonly jobs: readonly string[]
  readonly failure: FailureFacts | null
  readonly totalSeconds: number
}

/** What the job summary of one image is made of. */
export type AnyFacts = SummaryFacts | FailedFacts | AskedFacts | PlannedFacts

/** What a run that failed is known to have left in ECR: names of its image, `HOST/NAME:TAG` or `HOST/NAME@sha256:…`. */
export interface LeftInEcr {
  /** Put by this run; by a digest if no tag is known to name it. */
  readonly put: readonly string[]
  /** Those that named the image before. */
  readonly existed: readonly string[]
  /** Put by this run, and under which ECR had another image after that, or none. */
  readonly lost: readonly string[]
  /** Those of which it is not known whether this run has put them. */
  readonly unknown: readonly string[]
  /** Whether anything may have been sent to ECR, if only a layer. */
  readonly begun: boolean
}

/** An error, as a person reads it. */
export interface FailureFacts {
  /** What failed, each with what to do about it: at least one, and more if several things failed. */
  readonly parts: readonly FailurePart[]
  /** Whether the job was cancelled or ran out of its time. */
  readonly cancelled: boolean
  readonly build: FailedBuild | null
  /** The pages of the documents that say more, with their addresses, null if these are not known; left out without any. */
  readonly more?: readonly { readonly name: string; readonly url: string | null }[]
}

/** What failed, and what to do about it. */
export interface FailurePart {
  readonly message: string
  /** Empty if the message says it. */
  readonly remedy: string
}

/** Where a build failed. */
export interface FailedBuild {
  /** `The build`, `The push`, `The export of the cache`, or `The call outline`. */
  readonly doing: string
  /** `[build 2/3] RUN make`; null if no step of the Dockerfile failed. */
  readonly step: string | null
  readonly reason: string
  /** What it wrote, as far as it tells why. */
  readonly lines: readonly string[]
  /** What the lines are, as a heading says it, if not `The last lines that it wrote`. */
  readonly linesAre?: string
  readonly excerpt: Excerpt | null
}

/** Lines of a Dockerfile. */
export interface Excerpt {
  readonly file: string
  /** The last line that failed, which may stand behind those that are shown. */
  readonly endLine: number
  readonly lines: readonly { readonly number: number; readonly text: string; readonly failed: boolean }[]
}

/** The workflow run, as GitHub tells of it. */
export interface RunFacts {
  readonly serverUrl: string
  readonly repository: string
  /** What is shown as the commit of the run. */
  readonly sha: string
  /** Whether it is the head of a pull request, of whose merge the run is: that commit goes with the next push. */
  readonly isPullRequestHead: boolean
}
