/**
 * Every limit of this step: how long it waits for somebody else, and how much it takes from them. What waits for
 * anything outside of this process takes its limit from here, so that no step is held for ever. `docs/limits.md` is
 * made from this list and from `dev/limits-docs.ts`, which says what each one is for.
 */
const HIGHEST = {
  /** Until a connection is open: the name's address, TCP, a proxy's CONNECT and TLS, all together. */
  connectMs: 10_000,
  /** From the last byte of a request to the registry until the headers of its answer. */
  registryAnswerMs: 60_000,
  /** Until a small body, such as a manifest or an error's text, has come whole. */
  smallBodyMs: 30_000,
  /** One attempt of a call of an AWS API: headers and body. */
  awsAnswerMs: 30_000,
  /** The body of an answer of an AWS API. */
  awsBodyBytes: 16 * 1024 * 1024,

  // The client of the registry, and the one backoff.
  /** How often something is attempted that fails for a transient reason. */
  transientAttempts: 12,
  /** One question to the registry, with all of its attempts and pauses; pauses that the registry asks for come on top. */
  questionMs: 90_000,
  /** How long the registry may ask to be left alone, all pauses of a request together. */
  retryAfterMs: 120_000,
  /** A body that is slower than this for the time below is given up, whoever sends it. */
  transferBytesPerSecond: 4096,
  transferWindowMs: 30_000,
  /** How often a blob, or a chunk of one, is sent to a registry that does not answer, or takes it too slowly. */
  silentTransferAttempts: 3,
  /** A manifest, or another document of a registry. ECR's own limit. */
  manifestBytes: 4 * 1024 * 1024,
  /** A token, the text of an error, and what is read of a body that nobody wants. */
  smallBodyBytes: 64 * 1024,
  /** Redirects of one request, one after the other. */
  redirects: 5,
  /** How deep indexes may lie in indexes, and referrers refer to referrers. No tool goes as deep, and circles end here. */
  indexDepth: 8,
  /** The images of an index that are looked at one by one, and the indexes in it: more than any multi-platform image has. */
  indexImages: 100,
  /** Pages of a list of referrers. ECR has at most 100 referrers of an image: a registry with more pages is broken. */
  referrerPages: 100,
  /** An unwanted body is read for so long, to keep its connection; after that, a new connection costs less. */
  unwantedBodyMs: 10_000,
  /** Connections that are opened before they are needed. */
  warmUpMs: 10_000,
  /** Until the last lines of the log are written, at the end of the step. */
  lastLinesMs: 5_000,
  /** What a step that fails still asks the registry, all together: which of its tags have been put. */
  lastQuestionsMs: 5_000,
  /** Until a regular expression of a tag rule has matched or not. */
  matchMs: 1_000,

  // Processes. GitHub kills the step 10 s after it has told it to end.
  /** Until a process that was told to end has ended; then it is killed. */
  processEndMs: 4_000,
  /** Until a process that was killed has ended. */
  processKillMs: 1_000,

  // Docker.
  /** How often a push, a pull or a login of docker's is attempted that a registry fails for a transient reason. */
  dockerAttempts: 4,
  /**
   * `docker info`, `docker image inspect`, `docker buildx inspect` and `version`, `git`: what answers from the machine
   * itself; and `git ls-remote`.
   */
  processMs: 60_000,
  /** Until the engine on its socket, and buildx, have said which they are; if they do not, docker is asked. */
  engineAskMs: 10_000,
  /** What buildx says that a definition of bake builds: thousands of targets. */
  bakePlanBytes: 16 * 1024 * 1024,
  /** What git lists of a checkout, or of a folder in it: some 200,000 files. */
  gitListBytes: 16 * 1024 * 1024,
  /**
   * Until a builder that does not run yet has started, for which an image may be pulled; or has fetched a definition of
   * bake that is in a Git repository.
   */
  builderStartMs: 300_000,
  /**
   * Until the registry says that it accepts the token, before the build; if it does not, `docker login` finds out why.
   */
  loginCheckMs: 5_000,
  /** One `docker login`, which asks the registry; with its retries it stays below 90 s. */
  dockerLoginMs: 20_000,
  /** The highest that the input `stall-timeout` can be; tests lower it below the input's own minimum. */
  stallMs: 3_600_000,
  /** Until the output of a process that was ended is closed. */
  lastWordsMs: 1_000,
  /** Until a login that is being written is written, at the end of the step: longer than any write takes. */
  loginWriteMs: 1_000,
  /** Until another job lets go of the lock of docker's configuration, which it holds for milliseconds. */
  lockMs: 30_000,
  /** How old such a lock is if its holder, of which nothing is known here, has died. */
  staleLockMs: 20_000,
  /** How old a temporary file beside that configuration is, if its process, of which nothing is known here, has died. */
  staleFileMs: 3_600_000,
  /** Until another program has written docker's configuration whole: it is read once more until then. */
  halfWrittenMs: 1_000,
  /** How long docker's push or pull is silent before a line tells what it waits for, and between two such lines. */
  silenceToldMs: 60_000,
  /** What the network of the machine has to carry for a silent push or pull to count as progress. */
  progressBytesPerSecond: 16 * 1024,

  // AWS and GitHub.
  /** One call of an AWS API with all its retries, its credentials excepted. */
  awsCallMs: 90_000,
  /** The token of a registry that was found in what the build reads: the build may do without. */
  pullTokenMs: 10_000,
  /** A token of ECR Public, from which everybody may pull. */
  publicPullTokenMs: 2_000,
  /** All sources of AWS credentials together, asked once: files, a process, a container's or a machine's metadata. */
  credentialsMs: 90_000,
  /** Pages of the list of repository creation templates. A registry has at most 50 templates. */
  templatePages: 50,
  /** One answer of GitHub, for an OIDC token or a fact of the repository. */
  githubAnswerMs: 20_000,
  /** The question to GitHub for an OIDC token, with all its retries. */
  githubQuestionMs: 90_000,
  /** A question to GitHub's API for a fact of the repository, with all its retries: it is for a label only. */
  githubFactMs: 10_000,
  /** The body of an answer of GitHub. */
  githubBodyBytes: 16 * 1024 * 1024,

  // Sigstore: Fulcio, Rekor and the timestamp authority.
  /** One answer of a service of Sigstore. A log of version 2 answers after its next checkpoint, in up to 20 s. */
  sigstoreAnswerMs: 30_000,
  /** One call of a service of Sigstore, with all its retries. */
  sigstoreCallMs: 90_000,
  /** The body of an answer of a service of Sigstore. */
  sigstoreBodyBytes: 4 * 1024 * 1024,
  /** The trust root of an instance of Sigstore, with all files of the TUF repository that it takes. */
  trustRootMs: 120_000,
  /** The same, if an earlier run has left a copy that still verifies. */
  trustRootWithCopyMs: 15_000,
  /** The question to GitHub to keep an attestation in its own store, with all its retries: the registry has it. */
  githubStoreMs: 60_000,
  /** An SBOM of one platform's image. */
  sbomBytes: 16 * 1024 * 1024,
  /** A bundle with a statement, which may hold such an SBOM. */
  bundleBytes: 32 * 1024 * 1024,
  /** A bundle with provenance, of which GitHub's has about 15 KiB. */
  provenanceBundleBytes: 1024 * 1024,
  /** The manifest of a bundle, which has about 1 KiB. */
  bundleManifestBytes: 64 * 1024,
  /** Bundles that are read beside one image: as many as ECR takes of referrers. */
  bundlesOfImage: 100,
  /** All bundles, with their manifests, that a step reads beside all its images: anybody who may push can put them there. */
  bundlesBytes: 256 * 1024 * 1024,
  /** The reading of all of them, of all images of a step: as many as ECR takes of twenty platforms take half of it. */
  bundlesMs: 300_000,
  /** Until the registry lists a referrer that was just pushed. */
  referrerListedMs: 10_000,

  // What follows a push.
  /** A preview of a lifecycle policy: ECR walks over every image of the repository. */
  lifecyclePreviewMs: 60_000,
  /** The images of an index, with all indexes in it, read from ECR's API. */
  indexReadMs: 90_000,
  /** The findings of an image, or of all images of an index, read once: all pages together. */
  findingsReadMs: 300_000,
  /** Pages of the findings of one image: a million of them. */
  findingsPages: 1000,
  /** Until ECR lists what was just pushed. */
  readBackMs: 10_000,
  /** Until ECR shows a scan that begins by itself. */
  scanBeginsMs: 15_000,
  /** Until ECR shows the findings of a scan that it calls ended. */
  findingsMs: 30_000,
  /** The sizes of an image and its platforms, if `max-size` is to judge them. */
  sizeReadMs: 90_000,
  /** What only tells of the work: what the tags named before, sizes, layers. Nobody waits longer for it. */
  summaryMs: 10_000,
} as const

export type LimitName = keyof typeof HIGHEST

/** JSON of limits by name that are lower than these, for tests: `{"connectMs": 500}`. Anything else is ignored. */
export const LIMITS_VARIABLE = 'ECR_BUILD_PUSH_LIMITS'

/** The limits in force, in the unit that each name ends with. */
export const LIMITS: Readonly<Record<LimitName, number>> = lowered(process.env[LIMITS_VARIABLE])

/** The limits as they are if nobody lowers them, for their documentation. */
export const DOCUMENTED_LIMITS: Readonly<Record<LimitName, number>> = HIGHEST

function lowered(given: string | undefined): Record<LimitName, number> {
  const wanted = parsed(given)
  const limits: Record<LimitName, number> = { ...HIGHEST }
  for (const name of Object.keys(HIGHEST) as LimitName[]) {
    const value = wanted[name]
    if (typeof value === 'number' && value > 0) limits[name] = Math.min(limits[name], value)
  }
  return limits
}

function parsed(given = ''): Partial<Record<LimitName, unknown>> {
  try {
    return Object(JSON.parse(given)) as Partial<Record<LimitName, unknown>>
  } catch {
    return {}
  }
}
