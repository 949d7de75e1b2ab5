import type { Call, Remedy } from './call.ts'

const registry = ({ region, registryId }: Call) =>
  registryId === null ? region : `${region} of account ${registryId}`

const deleted: Remedy = (call) =>
  `it was there a moment ago: a lifecycle rule, another job or a person has deleted it. Look at the rules of '${call.repository ?? ''}', and let jobs that use the same tags wait for each other (concurrency).`

const upload: Remedy = () => 'the upload broke on its way: run the job again.'

const upstream: Remedy = () =>
  'the registry behind the pull-through cache did not answer ECR: check its rule (aws ecr validate-pull-through-cache-rule) and the secret with its credentials.'

const value: Remedy = () => 'ECR refuses a value that it was given: correct the input that the message names.'

const tags: Remedy = () =>
  "correct 'repository-tags': at most 50, each key once, 1 to 128 characters, not beginning with aws:."

/**
 * What to do about the exceptions of ECR's model, private and public, besides those that every call has. Most are
 * an ordinary answer where the action expects them; here they are what nobody expected.
 * https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_Operations.html
 */
export const EXCEPTIONS: Readonly<Record<string, Remedy>> = {
  ValidationException: value,
  InvalidTagParameterException: tags,
  TooManyTagsException: tags,
  RepositoryAlreadyExistsException: () =>
    'another job has created the repository and somebody has deleted it again: run the job again.',
  RepositoryNotEmptyException: () => 'delete its images first.',
  RepositoryPolicyNotFoundException: (call) =>
    `'${call.repository ?? ''}' has no policy any more: another job has deleted it. Run the job again.`,
  LifecyclePolicyNotFoundException: (call) =>
    `'${call.repository ?? ''}' has no lifecycle policy any more: another job has deleted it. Run the job again.`,
  LifecyclePolicyPreviewInProgressException: () =>
    'ECR makes one preview of a repository at a time: another job has begun one. Run the job again in a minute.',
  LifecyclePolicyPreviewNotFoundException: () => 'the preview has expired: run the job again.',
  TemplateNotFoundException: (call) =>
    `there is no repository creation template of that prefix in ${registry(call)}: create it, or set create-repository: true.`,
  ImageNotFoundException: deleted,
  ImageArchivedException: () =>
    'restore the image (aws ecr update-image-storage-class --target-storage-class STANDARD), or use another one.',
  ImageStorageClassUpdateNotSupportedException: () =>
    'this image cannot be archived or restored: use another one.',
  ImageAlreadyExistsException: () => 'the image is there under this tag already: there is nothing to do.',
  ImageTagAlreadyExistsException: (call) =>
    `'${call.repository ?? ''}' is immutable and the tag is taken: put another tag, or exclude such tags from immutability (IMMUTABLE_WITH_EXCLUSION).`,
  ImageDigestDoesNotMatchException: () =>
    'the manifest has changed on its way: check proxies between the runner and ECR, and run the job again.',
  ReferencedImagesNotFoundException: (call) =>
    `the index names images that '${call.repository ?? ''}' does not hold: push them there first, under their digests.`,
  LayersNotFoundException: (call) =>
    `the image names layers that '${call.repository ?? ''}' does not hold: push the image itself, by docker, instead of its manifest alone.`,
  LayerInaccessibleException: () => 'the layer cannot be read now: run the job again.',
  LayerAlreadyExistsException: () => 'the layer is there already: there is nothing to do.',
  LayerPartTooSmallException: upload,
  InvalidLayerException: upload,
  InvalidLayerPartException: upload,
  EmptyUploadException: upload,
  UploadNotFoundException: upload,
  ScanNotFoundException: (call) =>
    `nothing has scanned this image: let the registry scan '${call.repository ?? ''}' on push (aws ecr put-registry-scanning-configuration).`,
  UnsupportedImageTypeException: () =>
    "basic scanning does not take this kind of artifact: leave 'fail-on-severity' out for it, or push an image.",
  UnableToGetUpstreamImageException: upstream,
  UnableToGetUpstreamLayerException: upstream,
  UnableToListUpstreamImageReferrersException: upstream,
  SigningConfigurationNotFoundException: (call) =>
    `the registry in ${registry(call)} signs nothing on push: set that up (aws ecr put-signing-configuration), or do not ask for it.`,
  // ECR Public's own.
  RegistryNotFoundException: (call) =>
    `account ${call.registryId ?? 'of the credentials'} has no public registry yet: create a public repository in its console once, or correct 'registry-id'.`,
  RepositoryCatalogDataNotFoundException: () => 'the repository has no catalog data: set some.',
  UnsupportedCommandException: (call) =>
    `ECR Public does not take ${call.action} in ${call.region}: its API is in us-east-1.`,
}
