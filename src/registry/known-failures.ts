/** What a registry or the engine says, and what that means in ECR. */
export const KNOWN: readonly {
  readonly said: RegExp
  readonly what: string
  readonly remedy: string
  /** Whoever says it. */
  readonly anywhere?: true
}[] = [
  {
    said: /cannot be overwritten because the (?:repository|tag) is immutable|tag is immutable/i,
    what: 'The tag exists already, and the repository is immutable',
    remedy: 'push another tag (the commit SHA changes with each commit), or make the repository mutable.',
  },
  {
    said: /your authorization token has expired/i,
    what: 'A registry calls the token expired',
    remedy:
      'run the job again: the step renews its own token once, and says above where it could not; where it is about a base image in another registry, log in to that just before this step.',
  },
  {
    said: /no basic auth credentials|401 unauthorized/i,
    what: 'A registry wants a login that docker does not have',
    remedy: 'log in to the registry of the base image in a step before this one.',
  },
  {
    said: /name unknown: The repository with name/i,
    what: 'A repository does not exist in ECR',
    remedy:
      'set create-repository: true where it is the one to push to; where it is a base image, correct the FROM line.',
  },
  {
    said: /insufficient_scope|403 forbidden|denied: /i,
    what: 'A registry denies access',
    remedy:
      "for the push, the identity needs ecr:BatchCheckLayerAvailability, ecr:InitiateLayerUpload, ecr:UploadLayerPart, ecr:CompleteLayerUpload, ecr:PutImage and ecr:BatchGetImage on the repository (and, in another account, that repository's policy must allow them); for a base image, its registry must allow the pull.",
  },
  {
    said: /toomanyrequests|429 too many requests/i,
    what: 'A registry refuses because of too many requests',
    remedy:
      'for the push, run fewer jobs at once, or raise the quotas of ECR; for a base image, log in to its registry, or take it from public.ecr.aws or from a pull-through cache.',
  },
  {
    // BuildKit leaves out what the registry says beside the status.
    said: /unexpected status from PUT request to \S+\/manifests\/\S+: 400 Bad Request/i,
    what: 'The registry refuses the manifest, and the builder does not pass on why',
    remedy:
      'in most cases another job has just pushed the same tag, and the repository is immutable: push another tag (the commit SHA changes with each commit), or run the job again.',
  },
  {
    said: /maximum number of artifacts \(100\)/i,
    what: 'The image has 100 referrers already (signatures, attestations), which is as many as ECR allows',
    remedy: 'delete old referrers of that image, or build a new image.',
  },
  {
    said: /cache export is not supported for the docker driver/i,
    what: 'The builder cannot write a cache',
    remedy:
      'use a builder of docker/setup-buildx-action, or turn the containerd image store of the engine on.',
  },
  {
    said: /unsupported request frontend\.(?:lint|outline|targets)/i,
    what: "The builder's Dockerfile frontend does not know this call",
    remedy:
      'update the engine or the builder (BuildKit 0.14, Docker 27 and later know check), or begin the Dockerfile with "# syntax=docker/dockerfile:1".',
  },
  {
    said: /no space left on device/i,
    anywhere: true,
    what: "The runner's disk is full",
    remedy: 'free some (docker system prune), or take a larger runner.',
  },
  {
    said: /target stage .{0,300} could not be found|failed to reach build target/i,
    what: "The Dockerfile has no stage of the name in the input 'target'",
    remedy: "name one of the Dockerfile's stages (FROM … AS NAME).",
  },
]

/** What is known of something that docker or a registry has said. */
export function knownFailure(output: string): { readonly what: string; readonly remedy: string } | undefined {
  return KNOWN.find(({ said }) => said.test(output))
}
