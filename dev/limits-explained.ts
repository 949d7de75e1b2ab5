import { DOCUMENTED_LIMITS, type LimitName } from '../src/shared/limits.ts'

/** What a limit is for, and what happens if it is reached. */
interface Explained {
  readonly waitsFor: string
  readonly outcome: string
}

/** A limit without a row here does not compile. */
export const EXPLAINED: Readonly<Record<LimitName, Explained>> = {
  connectMs: {
    waitsFor:
      'a connection: the address of the host, TCP, a proxy and TLS together, to the registry and to AWS',
    outcome: 'the request is retried',
  },
  registryAnswerMs: {
    waitsFor: 'the registry’s answer, once the request is sent',
    outcome: 'the request is retried',
  },
  smallBodyMs: {
    waitsFor: 'the whole of a small answer, such as a manifest',
    outcome: 'the request is retried',
  },
  awsAnswerMs: { waitsFor: 'one answer of an AWS API, with its body', outcome: 'the call is retried' },
  awsBodyBytes: { waitsFor: 'the size of an answer of an AWS API', outcome: 'the call is retried' },
  transientAttempts: {
    waitsFor: 'attempts of what fails for a transient reason, with pauses of 0.4 to 5 s, 32 to 43 s in all',
    outcome: 'the step fails, and says how many were made',
  },
  questionMs: {
    waitsFor: 'one question to the registry, with all of its attempts',
    outcome: 'the step fails',
  },
  retryAfterMs: {
    waitsFor: 'pauses that a registry asks for (`Retry-After`), those of a request together',
    outcome: 'the step fails',
  },
  transferBytesPerSecond: {
    waitsFor: 'the least throughput of a layer that is copied, in both directions',
    outcome: 'the transfer is retried from where it stopped',
  },
  transferWindowMs: {
    waitsFor: 'a layer that is copied with less than that throughput, or not at all',
    outcome: 'the transfer is retried from where it stopped',
  },
  silentTransferAttempts: {
    waitsFor: 'attempts to send a layer to a registry that does not answer, or takes it too slowly',
    outcome: 'the step fails',
  },
  manifestBytes: { waitsFor: 'the size of a manifest', outcome: 'the step fails' },
  smallBodyBytes: {
    waitsFor: 'the size of a token, of an error’s text, or of a body that nobody wants',
    outcome: 'no token; no text of the error; a new connection',
  },
  redirects: { waitsFor: 'redirects of one request, one after the other', outcome: 'the request fails' },
  indexDepth: {
    waitsFor: 'indexes in each other, and referrers of referrers',
    outcome: 'the step fails, or an output that tells of them stays empty',
  },
  indexImages: {
    waitsFor: 'the images of an index that are looked at one by one, and the indexes in it',
    outcome: 'the step fails, or an output that tells of them stays empty',
  },
  referrerPages: { waitsFor: 'pages of the list of an image’s referrers', outcome: 'the step fails' },
  unwantedBodyMs: {
    waitsFor: 'the rest of an answer that does not matter',
    outcome: 'its connection is closed',
  },
  warmUpMs: {
    waitsFor: 'connections that are opened early, beside other work',
    outcome: 'they are dropped; what needs one opens its own',
  },
  lastLinesMs: {
    waitsFor: 'the runner, to take the last lines of the log',
    outcome: 'the process ends all the same',
  },
  lastQuestionsMs: {
    waitsFor:
      'the registry’s word, at the end of a step that fails, on which tags it has put of those whose answer was lost',
    outcome: 'the step says that it is not known',
  },
  matchMs: {
    waitsFor: 'a regular expression of a tag rule, to match or not',
    outcome: 'the step fails, and names the rule',
  },

  processEndMs: {
    waitsFor: 'a process that was told to end, with all that it has started',
    outcome: 'it is killed',
  },
  processKillMs: {
    waitsFor: 'a process that was killed',
    outcome: 'the step ends all the same',
  },

  dockerAttempts: {
    waitsFor:
      'attempts of docker’s push, pull or login that a registry fails for a transient reason, with pauses of up to 2, 4 and 8 s',
    outcome: 'the step fails, and says how many were made',
  },
  processMs: {
    waitsFor:
      '`docker info`, `docker image inspect`, `docker buildx inspect`, `docker buildx version`, and `git` in the checkout',
    outcome: 'it is ended with all that it has started; the error names the command',
  },
  engineAskMs: {
    waitsFor: 'the engine on its own socket, and buildx, to say which they are',
    outcome: '`docker info` asks them, and says what is wrong',
  },
  bakePlanBytes: {
    waitsFor: 'what buildx says that a definition of bake builds',
    outcome: 'an error says that the definition is too large',
  },
  gitListBytes: {
    waitsFor: 'the list of the committed files of a context, of `content-tag`',
    outcome: 'the target gets no content tag, which a notice says',
  },
  loginCheckMs: {
    waitsFor: 'the registry, to say that it accepts the token',
    outcome:
      '`docker login` asks it once more, and says what is wrong; without an engine the step itself does, as of any request',
  },
  builderStartMs: {
    waitsFor: 'a builder that `compression` or `reproducible` asks for its version, to start',
    outcome: 'the step fails',
  },
  dockerLoginMs: {
    waitsFor: 'one `docker login`',
    outcome: `it is ended and retried, ${DOCUMENTED_LIMITS.dockerAttempts} attempts in all; only one for a build that is not pushed`,
  },
  stallMs: {
    waitsFor:
      'progress of docker’s push or pull: the input `stall-timeout`, 300 s by default; this is its highest value ([what counts as progress](build.md#a-push-or-pull-that-is-silent))',
    outcome: `docker is ended, and the push or pull retried from the cache, ${DOCUMENTED_LIMITS.dockerAttempts} attempts in all`,
  },
  lastWordsMs: { waitsFor: 'the last output of a process that was ended', outcome: 'it is left out' },
  loginWriteMs: {
    waitsFor: 'a login that is being written to docker’s configuration when the step ends',
    outcome: 'the step ends all the same',
  },
  lockMs: {
    waitsFor: 'another job of the machine, to let go of the lock of docker’s configuration (`keep-login`)',
    outcome: 'the step fails, and names the lock',
  },
  staleLockMs: {
    waitsFor: 'the age of such a lock whose holder runs on another machine or in another container',
    outcome: 'its holder counts as ended, and the lock is broken',
  },
  staleFileMs: {
    waitsFor: 'the age of a temporary file of such a job beside docker’s configuration',
    outcome: 'it counts as left behind, and is removed',
  },
  halfWrittenMs: {
    waitsFor: 'another program, to write the whole of docker’s configuration',
    outcome: 'the step fails, and names the file',
  },
  silenceToldMs: {
    waitsFor: 'the next sign of a silent push or pull',
    outcome: 'a line says what is waited for',
  },
  progressBytesPerSecond: {
    waitsFor: 'the least that a silent push carries, on average over `stall-timeout`',
    outcome: 'less is no progress',
  },
  awsCallMs: {
    waitsFor: 'a call of an AWS API, ECR or STS, with all its retries',
    outcome: 'the step fails',
  },
  pullTokenMs: {
    waitsFor: 'a token of another ECR registry that the Dockerfile or a cache names, with its credentials',
    outcome: 'the build goes on without that login; a pull that needs it says so',
  },
  publicPullTokenMs: {
    waitsFor: 'a token of ECR Public, for a base image from there',
    outcome: 'the base image is pulled without a login, as everybody may',
  },
  credentialsMs: {
    waitsFor:
      'AWS credentials, from all their sources together: a `credential_process`, IAM Identity Center, the metadata of a container or a machine',
    outcome: 'what was started for them is ended, and the step fails',
  },
  templatePages: {
    waitsFor: 'pages of the list of repository creation templates',
    outcome: 'the step fails',
  },
  githubAnswerMs: {
    waitsFor: 'one answer of GitHub: an OIDC token, or what GitHub’s API knows of the repository',
    outcome: 'the question is retried',
  },
  githubQuestionMs: {
    waitsFor: 'an OIDC token of GitHub, with all retries of the question',
    outcome: 'the step fails',
  },
  githubFactMs: {
    waitsFor: 'what GitHub’s API knows of the repository or the commit, with all retries of the question',
    outcome: 'the label is left out, or has the time of the run, and a warning says so',
  },
  githubBodyBytes: {
    waitsFor: 'the size of an answer of GitHub',
    outcome: 'as if there was no answer, without a retry',
  },
  sigstoreAnswerMs: {
    waitsFor: 'one answer of a service of Sigstore: Fulcio, Rekor, a timestamp authority',
    outcome: 'the call is retried',
  },
  sigstoreCallMs: {
    waitsFor: 'one call of a service of Sigstore, with all of its attempts',
    outcome: 'the image is not attested; the step fails, and says which service did not answer',
  },
  sigstoreBodyBytes: { waitsFor: 'the size of an answer of a service of Sigstore', outcome: 'as above' },
  trustRootMs: {
    waitsFor: 'the trust root of an instance of Sigstore, with all files that it takes',
    outcome: 'the step fails before the build',
  },
  trustRootWithCopyMs: {
    waitsFor: 'the same, if an earlier run has left a copy on the runner that still verifies',
    outcome: 'the copy is used, and a warning says so',
  },
  githubStoreMs: {
    waitsFor: 'GitHub’s own store of attestations, with all retries of the question',
    outcome: 'a warning says so; the attestation in the registry counts',
  },
  sbomBytes: { waitsFor: 'the size of an SBOM of BuildKit’s', outcome: 'the step fails' },
  bundleBytes: {
    waitsFor: 'the size of an attestation with an SBOM that is beside the image already',
    outcome: 'it is passed over',
  },
  provenanceBundleBytes: {
    waitsFor: 'the size of an attestation with provenance that is beside the image already',
    outcome: 'it is passed over',
  },
  bundleManifestBytes: {
    waitsFor: 'the size of the manifest of an attestation that is beside the image already',
    outcome: 'it is passed over',
  },
  bundlesOfImage: {
    waitsFor: 'attestations beside one image that are read for `require-provenance`',
    outcome: 'those beyond it are passed over, and the refusal says so',
  },
  bundlesBytes: {
    waitsFor:
      'the size of all attestations together that are beside the image already, as far as they are read',
    outcome: 'those beyond it are passed over, and a line of the log says so',
  },
  bundlesMs: {
    waitsFor: 'all of them to be read and verified',
    outcome: 'those that are left are passed over, and a line of the log says so',
  },
  referrerListedMs: {
    waitsFor: 'the registry to list an attestation that was just pushed beside the image',
    outcome: 'the step fails',
  },

  lifecyclePreviewMs: {
    waitsFor: 'the preview of what a lifecycle policy would expire',
    outcome: 'a warning says that it is not known; the step goes on',
  },
  readBackMs: {
    waitsFor: 'a tag that was just pushed, to be listed by ECR: the last question about it begins then',
    outcome: 'the step fails',
  },
  scanBeginsMs: {
    waitsFor: 'a scan that should begin by itself (`fail-on-severity`), to be seen',
    outcome: 'one is started',
  },
  indexReadMs: {
    waitsFor: 'the images of an index, and the indexes in it, as ECR’s API gives them',
    outcome: 'the step fails; for `scan-baseline`, every finding is new',
  },
  findingsReadMs: {
    waitsFor: 'the findings of an image, or of all images of an index, read once: all pages together',
    outcome: 'the step fails; for `scan-baseline`, every finding is new',
  },
  findingsPages: { waitsFor: 'pages of the findings of one image', outcome: 'as above' },
  findingsMs: {
    waitsFor: 'the findings of a scan that ECR calls ended without any',
    outcome: 'the image counts as without findings',
  },
  sizeReadMs: {
    waitsFor: 'the sizes of the image’s platforms, read from the registry, if `max-size` is given',
    outcome: 'ECR’s own size of the image is judged instead',
  },
  summaryMs: {
    waitsFor:
      'what only tells of the work: what the tags named before, and, for the job summary, sizes and layers',
    outcome: 'log and summary do not say it',
  },
}
