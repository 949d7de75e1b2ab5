import { denied, resourceArn } from '../../ecr/errors/denied.ts'
import { parsePrivateHost, parsePublicUri } from '../../ecr/hosts.ts'
import { ACCESS_DENIED, findKnownFailure } from '../../registry/known-failures.ts'
import { clip } from '../../shared/clip.ts'
import type { BuildRequest } from '../port.ts'
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
  { references }: Pick<BuildRequest, 'references'>,
): Cause | null {
  const phase = registryPhaseOf(failure)
  const reason = failure.reason ?? ''
  if (phase === 'push') return isCacheExport(failure) ? null : deniedPush(reason, references[0] ?? '')
  const image = phase === null ? null : baseImageOf(failure)
  if (image === null) return null
  return absentPlatform(reason, image) ?? absentImage(failure, reason, image) ?? deniedPull(reason, image)
}

/**
 * The cause of a push that its registry refuses.
 * @param said the reason, in docker's words
 * @param reference `HOST/NAME:TAG`
 * @returns null if it is another
 */
export function deniedPush(said: string, reference: string): Cause | null {
  if (!isRefused(said)) return null
  return { what: 'The registry denies the push', remedy: permit(PUSH_ACTIONS, said, reference) }
}

function deniedPull(said: string, image: string): Cause | null {
  if (!isRefused(said)) return null
  const { repository, host } = parseReference(image)
  if (addressOf(repository) !== null) {
    return {
      what: `The registry denies the pull of ${repository}`,
      remedy: permit(PULL_ACTIONS, said, image),
    }
  }
  // Docker Hub answers so for a repository that does not exist.
  return {
    what: `${host} denies the pull of ${repository}: it does not exist, or needs a login`,
    remedy: `correct ${WHERE_NAMED}; if the repository is private, log in to ${host} with the input registry-auth, or in a step before this one (docker/login-action).`,
  }
}

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
  return {
    what: `There is no ${missing} in ${repository}, or no such repository`,
    remedy: `correct ${frontend ? 'the line "# syntax=" of the Dockerfile, or BUILDKIT_SYNTAX' : WHERE_NAMED}.`,
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
