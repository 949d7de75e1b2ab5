import type { Page } from '../shared/pages.ts'

/** A message of a registry or of the engine, and what it means in ECR. */
export interface KnownFailure {
  readonly said: RegExp
  readonly what: string
  readonly remedy: string
  /** The page that says more. */
  readonly page?: Page
  /** It means this even if a command of the Dockerfile prints it. */
  readonly anywhere?: true
}

/** A registry refuses, and not because of a token. */
export const ACCESS_DENIED: KnownFailure = {
  said: /insufficient_scope|403 forbidden|denied: /i,
  what: 'A registry denies access',
  remedy:
    "for the push, the identity needs ecr:BatchCheckLayerAvailability, ecr:InitiateLayerUpload, ecr:UploadLayerPart, ecr:CompleteLayerUpload, ecr:PutImage and ecr:BatchGetImage on the repository (and, in another account, that repository's policy must allow them); for a base image, its registry must allow the pull.",
  page: 'iam.md#push-to-a-repository-that-exists',
}

export const KNOWN_FAILURES: readonly KnownFailure[] = [
  {
    said: /cannot be overwritten because the (?:repository|tag) is immutable|tag is immutable/i,
    what: 'The tag exists already, and the repository is immutable',
    remedy: 'push another tag (the commit SHA changes with each commit), or make the repository mutable.',
    page: 'recipes.md#immutable-tags',
  },
  {
    said: /your authorization token has expired/i,
    what: 'A registry says that the token has expired',
    remedy:
      'run the job again: the step renews its own token once, and the log says above if it could not; if this is about a base image in another registry, log in to that registry just before this step, or with the input registry-auth (one of ECR with pull-registries).',
  },
  {
    said: /no basic auth credentials|401 unauthorized/i,
    what: 'A registry wants a login that docker does not have',
    remedy:
      'log in to the registry that it names with the input registry-auth (one of ECR with pull-registries), or in a step before this one, be it that of a base image or of a cache.',
    page: 'build.md#base-images-of-other-registries',
  },
  {
    said: /name unknown: The repository with name/i,
    what: 'A repository does not exist in ECR',
    remedy:
      'if it is the repository to push to, set create-repository: true; if it is that of a base image, correct the FROM line.',
  },
  ACCESS_DENIED,
  {
    said: /toomanyrequests|429 too many requests/i,
    what: 'A registry refuses because of too many requests',
    remedy:
      'for the push, run fewer jobs at once, or raise the quotas of ECR; for a base image, log in to its registry, or take it from public.ecr.aws or from a pull-through cache.',
    page: 'build.md#when-a-registry-fails',
  },
  {
    // BuildKit passes on the status only, without the registry's message.
    said: /unexpected status from PUT request to \S+\/manifests\/\S+: 400 Bad Request/i,
    what: 'The registry refuses the manifest, and the builder does not pass on why',
    remedy:
      'usually another job has just pushed the same tag, and the repository is immutable: push another tag (the commit SHA changes with each commit), or run the job again.',
  },
  {
    said: /maximum number of artifacts \(100\)/i,
    what: 'The image already has 100 referrers (signatures, attestations), and ECR allows no more',
    remedy: 'delete old referrers of that image, or build a new image.',
  },
  {
    said: /cache export is not supported for the docker driver/i,
    what: 'The builder cannot write a cache',
    remedy:
      'use a builder of docker/setup-buildx-action, or turn on the containerd image store of the engine.',
    page: 'build.md#a-cache-between-runs',
  },
  {
    said: /unsupported request frontend\.(?:lint|outline|targets)/i,
    what: "The builder's Dockerfile frontend does not know this call",
    remedy:
      'update the engine or the builder (BuildKit 0.14, Docker 27 and later know check), or begin the Dockerfile with "# syntax=docker/dockerfile:1".',
    page: 'build.md#what-an-engine-must-have',
  },
  {
    // gRPC's limit, as docker and BuildKit set it: 4 MiB, or 16 MiB in later versions.
    said: /\bmessage larger than max\b/i,
    what: 'A message is larger than the builder takes: what it gets of the Dockerfile and of the inputs in one piece',
    remedy:
      'shorten the Dockerfile, or the build arguments and labels: let COPY bring long texts in as files of the context.',
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

/** @param output what docker or a registry said */
export function findKnownFailure(output: string): KnownFailure | undefined {
  return KNOWN_FAILURES.find(({ said }) => said.test(output))
}
