import { denied, resourceArn } from '../../ecr/errors/denied.ts'
import { parsePrivateHost, parsePublicUri, partitionOf } from '../../ecr/hosts.ts'
import { ACCESS_DENIED, findKnownFailure } from '../../registry/known-failures.ts'
import { clip } from '../../shared/clip.ts'
import type { BuildRequest, PullAttempt } from '../port.ts'
import { parseReference } from '../syntax/references.ts'
import type { Cause } from './cache-causes.ts'
import { type FailingStep, isCacheExport, registryPhaseOf } from './failing-step.ts'

const isRefused = (said: string) => findKnownFailure(said) === ACCESS_DENIED

/** What docker needs for a push: https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html */
const PUSH_ACTIONS = [
  'BatchCheckLayerAvailability',
  'InitiateLayerUpload',
  'UploadLayerPart',
  'CompleteLayerUpload',
  'PutImage',
  'BatchGetImage',
]

/** What docker needs for a pull: https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-pull-iam.html */
const PULL_ACTIONS = ['BatchGetImage', 'GetDownloadUrlForLayer']

/**
 * The cause of a failed build that a registry has a part in: it refuses the push, or a base image, or has no such base
 * image.
 * @returns null if it is another
 */
export function registryCause(
  failure: FailingStep,
  { references, pullAttempts = [] }: Pick<BuildRequest, 'references' | 'pullAttempts'>,
): Cause | null {
  const phase = registryPhaseOf(failure)
  const reason = failure.reason ?? ''
  if (phase === 'push') return isCacheExport(failure) ? null : deniedPush(reason, references[0] ?? '')
  const image = phase === null ? null : baseImageOf(failure)
  if (image === null) return null
  return (
    absentPlatform(reason, image) ??
    absentImage(failure, reason, image) ??
    deniedPull(reason, image, pullAttempts)
  )
}

/**
 * The cause of a push that its registry refuses.
 * @param said the reason, in docker's words
 * @param reference `HOST/NAME:TAG`
 * @returns null if it is another
 */
export function deniedPush(said: string, reference: string): Cause | null {
  if (!isRefused(said)) return null
  return {
    what: 'The registry denies the push',
    remedy: permit(PUSH_ACTIONS, said, reference),
    page: 'iam.md#push-to-a-repository-that-exists',
  }
}

/** How docker and registries say that there is no login. */
const NO_LOGIN = /\bno basic auth credentials\b|\b401 unauthorized\b/i
/** How ECR does that the token of a login has expired. */
const EXPIRED = /\byour authorization token has expired\b/i

function deniedPull(said: string, image: string, attempts: readonly PullAttempt[]): Cause | null {
  const { repository, host } = parseReference(image)
  const address = addressOf(repository)
  const hasToken = attempts.some(({ registry, refused }) => registry === host && refused === null)
  const isExpired = address?.service === 'ecr' && hasToken && EXPIRED.test(said)
  if (address !== null && (isRefused(said) || NO_LOGIN.test(said) || isExpired))
    return {
      ...deniedByEcr(said, image, { repository, host, address }, attempts),
      page: 'build.md#base-images-from-ecr',
    }
  if (!isRefused(said)) return null
  // Docker Hub answers so for a repository that does not exist.
  return {
    what: `${host} denies the pull of ${repository}: it does not exist, or needs a login`,
    remedy: `correct ${WHERE_NAMED}; if the repository is private, log in to ${host} with the input registry-auth, or in a step before this one (docker/login-action).`,
    page: 'build.md#base-images-of-other-registries',
  }
}

/** What of the login is known decides what is missing: the token, the login, or a permission behind it. */
function deniedByEcr(
  said: string,
  image: string,
  {
    repository,
    host,
    address: { service, registryId, region },
  }: {
    readonly repository: string
    readonly host: string
    readonly address: NonNullable<ReturnType<typeof addressOf>>
  },
  attempts: readonly PullAttempt[],
): Cause {
  const attempt =
    attempts.find(({ registry }) => registry === host) ??
    attempts.find(
      (one) => one.region === region && (one.registryId ?? accountOfArn(one.as) ?? registryId) === registryId,
    )
  const own = attempt?.as ?? null
  const another = `give that registry a role of its account in the input pull-registries: '${registryId}/${region} arn:${partitionOf(region)}:iam::${registryId}:role/NAME'`
  const needs = `that role needs ecr:GetAuthorizationToken on *, and ${PULL_ACTIONS.map((action) => `ecr:${action}`).join(' and ')} on ${resourceArn({ action: '', region, registryId, repository: nameIn(repository) }, said)}`
  if (service === 'ecr' && attempt !== undefined && attempt.refused !== null) {
    const who = own === null ? "the step's credentials get no token" : `${own} gets no token`
    return {
      what: `The registry denies the pull of ${repository}, to which the step is not logged in: ${who} there (${attempt.refused.replace(/\.$/, '')})`,
      remedy:
        own === null
          ? `${another}; ${needs}.`
          : `correct that role, which pull-registries, registries or role-to-assume name; ${needs}.`,
    }
  }
  // A registry that was found by itself is one for which the user's own login counts.
  if (service === 'ecr' && attempt?.registry === host && (EXPIRED.test(said) || NO_LOGIN.test(said))) {
    return {
      what: `${host} takes no login that docker has for the pull of ${repository}`,
      remedy: `if docker's configuration on the runner has a login or a credential helper for ${host}, which count before the step's own token: docker logout ${host}, correct the helper, or name that registry in the input pull-registries ('${registryId}/${region}'), so that the step's token counts; else run the job again.`,
    }
  }
  if (service === 'ecr' && NO_LOGIN.test(said)) {
    return {
      what: `${host} wants a login for the pull of ${repository}, and the step found no reason to log in there`,
      remedy: `name that registry in the input pull-registries: '${registryId}/${region}', with the ARN of a role behind it if it needs its own.`,
    }
  }
  const as = own === null ? '' : ` as ${own}`
  const choice =
    service !== 'ecr' || attempt === undefined || accountOfArn(own) === registryId ? '' : ` Or ${another}.`
  return {
    what: `The registry denies the pull of ${repository}${as}`,
    remedy: `${permit(PULL_ACTIONS, said, image)}${choice}`,
  }
}

const accountOfArn = (arn: string | null) => arn?.split(':')[4] ?? null

const nameIn = (repository: string) => repository.slice(repository.indexOf('/') + 1)

const WHERE_NAMED =
  'the FROM line (or --from=) in the Dockerfile, or the build argument or the named context that it comes from'

/** How BuildKit, the legacy builder and registries say that there is no such image. */
const ABSENT = /(?:^|\s)\S+[:/@]\S*: not found$|\b404 Not Found\b|\bmanifest unknown\b|\bname unknown\b/i
const ABSENT_PLATFORM = /\bno match for platform in manifest\b/i

function absentImage({ name }: FailingStep, reason: string, image: string): Cause | null {
  if (!ABSENT.test(reason)) return null
  const { repository, tag, digest } = parseReference(image)
  const missing = digest === null ? `tag ${tag}` : `image ${digest}`
  const frontend = name?.startsWith('resolve image config for ') ?? false
  // https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache-iam.html
  const through =
    addressOf(repository)?.service === 'ecr'
      ? ' An image of a pull-through cache comes into ECR with its first pull, which needs ecr:BatchImportUpstreamImage and, for a new repository, ecr:CreateRepository.'
      : ''
  return {
    what: `There is no ${missing} in ${repository}, or no such repository`,
    remedy: `correct ${frontend ? 'the line "# syntax=" of the Dockerfile, or BUILDKIT_SYNTAX' : WHERE_NAMED}.${through}`,
  }
}

function absentPlatform(reason: string, image: string): Cause | null {
  if (!ABSENT_PLATFORM.test(reason)) return null
  return {
    what: `${image} has no image for the platform that is built for`,
    remedy: `correct the input 'platforms', or take another base image: correct ${WHERE_NAMED}.`,
  }
}

/** The image that a step pulls, as it names it; null if it names none. */
export function baseImageOf({ name }: Pick<FailingStep, 'name'>): string | null {
  const [, image] =
    /^(?:\[[^\]]*\] load metadata for |resolve image config for (?:docker-image:\/\/)?|docker-image:\/\/|\[[^\]]*\] FROM (?:--\S+ )*)(\S+)/.exec(
      name ?? '',
    ) ??
    /^(?:\[context [^\]]+\] )(\S+)$/.exec(name ?? '') ??
    []
  return image === undefined ? null : clip(image, 300)
}

/** Where a repository of ECR's is; null for one of another registry. */
function addressOf(repository: string) {
  const [host = ''] = repository.split('/', 1)
  const name = repository.slice(host.length + 1)
  const own = parsePrivateHost(host)
  if (own !== null)
    return { service: 'ecr', region: own.region, registryId: own.registryId, repository: name }
  const open = parsePublicUri(repository)
  return open === null
    ? null
    : { service: 'ecr-public', region: 'us-east-1', registryId: null, repository: open.name }
}

/** What to do about a refusal: as about one of ECR's API if it names its action, else all that docker may need. */
function permit(operations: readonly string[], said: string, reference: string): string {
  const { repository } = parseReference(reference)
  const address = addressOf(repository)
  const actions = operations.map((operation) => `${address?.service ?? 'ecr'}:${operation}`)
  if (address === null) return `the identity in use needs ${actions.join(', ')} on ${repository}.`
  const call = { ...address, action: actions[0] as string }
  if (/not authorized to perform: /.test(said)) return denied(call, said, 1)
  const statement = JSON.stringify({ Effect: 'Allow', Action: actions, Resource: resourceArn(call, said) })
  const across =
    address.registryId === null
      ? ''
      : ` If another account than ${address.registryId} has that identity, the repository's own policy must allow it too.`
  return `add this statement to the policy of the identity that docker is logged in with: ${statement}${across}`
}
