import type {
  DeleteSigningConfigurationCommandOutput,
  DescribeImageSigningStatusCommandInput,
  DescribeImageSigningStatusCommandOutput,
  GetSigningConfigurationCommandOutput,
  ImageSigningStatus,
  PutSigningConfigurationCommandInput,
  PutSigningConfigurationCommandOutput,
  SigningRule,
} from '@aws-sdk/client-ecr'
import { EcrError } from '../store/errors.ts'
import type { Store } from '../store/store.ts'
import type { Caller } from '../store/types.ts'
import { type Output, repositoryFor } from './context.ts'
import { imageNamed } from './images.ts'

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageSigningStatus.html */
const PROFILE = /^arn:aws(?:-[a-z]+)*:signer:([a-z0-9-]+):[0-9]{12}:\/signing-profiles\/[a-zA-Z0-9_]{2,}$/

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetSigningConfiguration.html */
export function getSigningConfiguration(
  store: Store,
  caller: Caller,
  _input: object,
): Output<GetSigningConfigurationCommandOutput> {
  return { registryId: caller.account, signingConfiguration: { rules: rulesOf(store, caller) } }
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutSigningConfiguration.html */
export function putSigningConfiguration(
  store: Store,
  { account, region }: Caller,
  { signingConfiguration }: PutSigningConfigurationCommandInput,
): Output<PutSigningConfigurationCommandOutput> {
  const rules = signingConfiguration?.rules ?? []
  if (rules.length > 10) throw invalid('at most 10 rules')
  for (const { signingProfileArn = '', repositoryFilters } of rules) {
    const [, profileRegion] = PROFILE.exec(signingProfileArn) ?? []
    if (profileRegion === undefined)
      throw invalid(`'${signingProfileArn}' is not the ARN of a signing profile`)
    // "Cross-region signing is not supported": AmazonECR/latest/userguide/managed-signing.html
    if (profileRegion !== region) throw invalid('a signing profile must be in the region of the registry')
    if (repositoryFilters !== undefined && repositoryFilters.length > 100)
      throw invalid('at most 100 filters')
  }
  store.registry(account, region).signing = rules
  return { signingConfiguration: { rules } }
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DeleteSigningConfiguration.html */
export function deleteSigningConfiguration(
  store: Store,
  caller: Caller,
  _input: object,
): Output<DeleteSigningConfigurationCommandOutput> {
  const rules = rulesOf(store, caller)
  store.registry(caller.account, caller.region).signing = null
  return { registryId: caller.account, signingConfiguration: { rules } }
}

/**
 * Returns the statuses that the store's plans say, one for each profile of the rules that matched when the image was
 * pushed. Nothing is signed.
 * https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeImageSigningStatus.html
 */
export function describeImageSigningStatus(
  store: Store,
  caller: Caller,
  input: DescribeImageSigningStatusCommandInput,
): Output<DescribeImageSigningStatusCommandOutput> {
  const repository = repositoryFor(store, caller, input, 'DescribeImageSigningStatus')
  const image = imageNamed(repository, input.imageId ?? {})
  const { profiles = [], asked = 0 } = image.signing ?? {}
  if (image.signing) image.signing.asked += 1
  return {
    registryId: repository.account,
    repositoryName: repository.repository,
    imageId: { imageDigest: image.digest, ...input.imageId },
    signingStatuses: profiles.flatMap((profile) => statusOf(store, image.digest, profile, asked)),
  }
}

function statusOf(
  store: Store,
  digest: string,
  signingProfileArn: string,
  asked: number,
): ImageSigningStatus[] {
  const plan = store.signingPlans.get(digest) ?? store.signingPlans.get(signingProfileArn) ?? {}
  const { absent = 0, underWay = 0, failureCode, failureReason, status } = plan
  if (asked < absent) return []
  if (asked < absent + underWay) return [{ signingProfileArn, status: 'IN_PROGRESS' }]
  if (status !== undefined) return [{ signingProfileArn, status: status as 'FAILED' }]
  if (failureCode === undefined) return [{ signingProfileArn, status: 'COMPLETE' }]
  const reason = failureReason === undefined ? {} : { failureReason }
  return [{ signingProfileArn, status: 'FAILED', failureCode, ...reason }]
}

function rulesOf(store: Store, { account, region }: Caller): SigningRule[] {
  const rules = store.registry(account, region).signing
  if (rules !== null) return rules
  // The words are not known in public.
  throw new EcrError(
    'SigningConfigurationNotFoundException',
    `The signing configuration does not exist in the registry with id '${account}'`,
  )
}

/** The words are not known in public. */
const invalid = (what: string) =>
  new EcrError('ValidationException', `Invalid signing configuration: ${what}`)
