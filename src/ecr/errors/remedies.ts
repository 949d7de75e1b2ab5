import { describeRegistry } from '../hosts.ts'
import type { Call, Remedy } from './call.ts'
import { denied } from './denied.ts'

/**
 * What to do about an error of AWS, by its name.
 * @returns null for a name that has no remedy of its own
 */
export function exceptionRemedy(name: string): Remedy | null {
  const table = [REMEDIES, EXCEPTIONS].find((one) => Object.hasOwn(one, name))
  return table?.[name] ?? null
}

const repository = ({ repository }: Call) => `'${repository ?? ''}'`

const invalidCredentials: Remedy = () =>
  'the credentials are not valid: check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN in the job, or the step that sets them (aws-actions/configure-aws-credentials).'

const expired: Remedy = () =>
  "the credentials have expired: let the step that sets them run just before this one, or ask it for a longer session (up to the role's maximum)."

const noCredentials: Remedy = () =>
  'give the job credentials: role-to-assume (with permissions: id-token: write), a step with aws-actions/configure-aws-credentials before this one, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in its env, or a role on the self-hosted runner. To build without AWS, set push: false.'

const throttled: Remedy = (call, _, attempts) =>
  `AWS refused because of too many requests${attempts > 1 ? `, also in the last of ${attempts} attempts` : ''}: run fewer of these jobs at once, or raise the rate quota of ${call.action} in ${call.region} (Service Quotas, Amazon ECR).`

const transient: Remedy = (_, __, attempts) =>
  `the fault is on the side of AWS${attempts > 1 ? `, also in the last of ${attempts} attempts` : ''}: run the job again.`

const invalidValue: Remedy = () =>
  'ECR refuses a value that it was given: correct the input that the message names.'

/**
 * What any call may end with. Throttling, denied access and expired credentials are in no model of the SDK: that is
 * why names are looked up here, instead of classes.
 */
const REMEDIES: Readonly<Record<string, Remedy>> = {
  AccessDeniedException: denied,
  AccessDenied: denied,
  UnauthorizedOperation: denied,
  CredentialsProviderError: noCredentials,
  UnrecognizedClientException: invalidCredentials,
  InvalidClientTokenId: invalidCredentials,
  InvalidSignatureException: (call, said, attempts) =>
    /expired|not yet current/i.test(said)
      ? "the runner's clock differs from the time of AWS: set it."
      : invalidCredentials(call, said, attempts),
  IncompleteSignature: invalidCredentials,
  ExpiredTokenException: expired,
  ExpiredToken: expired,
  RequestExpired: expired,
  ThrottlingException: throttled,
  Throttling: throttled,
  TooManyRequestsException: throttled,
  RequestLimitExceeded: throttled,
  ServerException: transient,
  InternalFailure: transient,
  InternalServerError: transient,
  ServiceUnavailable: transient,
  ServiceUnavailableException: transient,
  RepositoryNotFoundException: (call) =>
    `there is no repository ${repository(call)} in ${describeRegistry(call)}: set create-repository: true, or correct 'repository', 'aws-region' or 'registry-id'.`,
  LimitExceededException: (call) =>
    `a quota of ECR in ${describeRegistry(call)} is used up: delete what is not needed, or raise it (Service Quotas, Amazon ECR).`,
  InvalidParameterException: invalidValue,
  KmsException: () =>
    'ECR cannot use the KMS key: the identity in use needs kms:CreateGrant, kms:DescribeKey and kms:RetireGrant on it, and the key must be enabled.',
}

const deleted: Remedy = (call) =>
  `the image existed a moment ago: a lifecycle rule, another job or a person has deleted it. Look at the rules of ${repository(call)}, and let jobs that use the same tags wait for each other (concurrency).`

const upload: Remedy = () => 'the upload was interrupted: run the job again.'

const upstream: Remedy = () =>
  'the registry behind the pull-through cache did not answer ECR: check its rule (aws ecr validate-pull-through-cache-rule) and the secret with its credentials.'

const tags: Remedy = () =>
  "correct 'repository-tags': at most 50, each key once, 1 to 128 characters, not beginning with aws:."

/**
 * The other exceptions of ECR's model, private and public. Most are an ordinary answer if the action expects them;
 * here they are what it did not expect.
 * https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_Operations.html
 */
export const EXCEPTIONS: Readonly<Record<string, Remedy>> = {
  ValidationException: invalidValue,
  InvalidTagParameterException: tags,
  TooManyTagsException: tags,
  RepositoryAlreadyExistsException: () =>
    "it exists, and yet ECR does not find it: run the job again; if it fails again, check that the credentials are those of the registry's account.",
  RepositoryNotEmptyException: () => 'delete its images first.',
  RepositoryPolicyNotFoundException: (call) =>
    `${repository(call)} no longer has a policy: another job has deleted it. Run the job again.`,
  LifecyclePolicyNotFoundException: (call) =>
    `${repository(call)} no longer has a lifecycle policy: another job has deleted it. Run the job again.`,
  LifecyclePolicyPreviewInProgressException: () =>
    'ECR makes one preview of a repository at a time, and another job has begun one: run the job again in a minute.',
  LifecyclePolicyPreviewNotFoundException: () => 'the preview has expired: run the job again.',
  TemplateNotFoundException: (call) =>
    `there is no repository creation template of that prefix in ${describeRegistry(call)}: create it, or set create-repository: true.`,
  ImageNotFoundException: deleted,
  ImageArchivedException: () =>
    'restore the image (aws ecr update-image-storage-class --target-storage-class STANDARD), or use another one.',
  ImageStorageClassUpdateNotSupportedException: () =>
    'this image cannot be archived or restored: use another one.',
  ImageAlreadyExistsException: () => 'the image exists under this tag already: nothing is left to do.',
  ImageTagAlreadyExistsException: (call) =>
    `${repository(call)} is immutable and the tag is taken: put another tag, or exclude such tags from immutability (IMMUTABLE_WITH_EXCLUSION).`,
  ImageDigestDoesNotMatchException: () =>
    'the manifest has changed on its way: check proxies between the runner and ECR, and run the job again.',
  ReferencedImagesNotFoundException: (call) =>
    `the index names images that ${repository(call)} does not hold: push them there first, under their digests.`,
  LayersNotFoundException: (call) =>
    `the image names layers that ${repository(call)} does not hold: push the image itself, by docker, instead of its manifest alone.`,
  LayerInaccessibleException: () => 'the layer cannot be read now: run the job again.',
  LayerAlreadyExistsException: () => 'the layer exists already: nothing is left to do.',
  LayerPartTooSmallException: upload,
  InvalidLayerException: upload,
  InvalidLayerPartException: upload,
  EmptyUploadException: upload,
  UploadNotFoundException: upload,
  ScanNotFoundException: (call) =>
    `nothing has scanned this image: let the registry scan ${repository(call)} on push (aws ecr put-registry-scanning-configuration).`,
  UnsupportedImageTypeException: () =>
    'basic scanning does not take this kind of artifact: leave the scan gate out for it, or push an image.',
  UnableToGetUpstreamImageException: upstream,
  UnableToGetUpstreamLayerException: upstream,
  UnableToListUpstreamImageReferrersException: upstream,
  SigningConfigurationNotFoundException: (call) =>
    `the registry in ${describeRegistry(call)} signs nothing on push: set that up (aws ecr put-signing-configuration), or do not ask for it.`,
  // ECR Public's own.
  RegistryNotFoundException: (call) =>
    `account ${call.registryId ?? 'of the credentials'} has no public registry yet: create a public repository in its console once, or correct 'registry-id'.`,
  RepositoryCatalogDataNotFoundException: () => 'the repository has no catalog data: set some.',
  UnsupportedCommandException: (call) =>
    `ECR Public does not take ${call.action} in ${call.region}: its API is in us-east-1.`,
}
