import { denied } from '../ecr/errors/denied.ts'
import { parsePrivateHost, partitionOf } from '../ecr/hosts.ts'
import type { ProspectiveRepository, Repository } from '../ecr/types.ts'
import { combineErrors } from '../shared/combine.ts'
import { ActionError } from '../shared/errors.ts'
import { registryOf } from './registry-name.ts'
import { isFailed, profileName, type Signature, type SigningRun } from './signing.ts'

const SIGNING_DOCS = 'https://docs.aws.amazon.com/AmazonECR/latest/userguide/managed-signing.html'

/** An unchanged image keeps its digest, and whether ECR signs one that it holds already is not documented. */
const PUSHED_ANEW =
  'Then push a new image, or delete this one and run the job again: ECR signs an image when it is pushed.'

/** @throws ActionError if the registry signs nothing of this repository, which is known before anything is built */
export function refuseUnsigned(
  profiles: readonly string[] | null,
  repository: Pick<ProspectiveRepository, 'name' | 'uri' | 'registryId'>,
): void {
  if (profiles === null || profiles.length > 0) return
  const { registryId = repository.registryId ?? 'ACCOUNT', region = 'REGION' } =
    parsePrivateHost(repository.uri.split('/', 1)[0] ?? '') ?? {}
  const signingProfileArn = `arn:${partitionOf(region)}:signer:${region}:${registryId}:/signing-profiles/NAME`
  const repositoryFilters = [{ filter: repository.name, filterType: 'WILDCARD_MATCH' }]
  throw new ActionError(
    `wait-for-signing is set, but ${registryOf(repository)} has no signing rule that matches '${repository.name}'.`,
    `add a rule (aws ecr put-signing-configuration --signing-configuration '${JSON.stringify({ rules: [{ signingProfileArn, repositoryFilters }] })}', together with the existing rules; ${SIGNING_DOCS}), or leave wait-for-signing out.`,
    { page: 'iam.md#wait-for-signing' },
  )
}

/** Why the step fails; null if everything is signed. */
export function judgeSigning(
  { signatures, ended }: SigningRun,
  { uri, registryId }: Repository,
  digest: string,
  timeoutSeconds: number,
): unknown {
  if (ended === 'well') return null
  if (ended === 'failed') {
    const failed = signatures.filter(isFailed)
    return combineErrors(failed.map((one) => explainFailure(one, registryId)))
  }
  const open = signatures.filter(({ status }) => status !== 'COMPLETE')
  const list = open.map(describeOpen).join(', ') || 'ECR lists no signature'
  if (ended === 'unsigned') {
    return new ActionError(
      `${uri}@${digest} was in the repository before this run, and ECR has not signed it: ${list}.`,
      `push a new image, or delete this one and run the job again: ECR signs an image when it is pushed, by the rules of that moment (${SIGNING_DOCS}). Or leave wait-for-signing out.`,
      { page: 'recipes.md#wait-for-replication-and-signatures' },
    )
  }
  return new ActionError(
    `The signing of ${uri}@${digest} is not complete within signing-timeout (${timeoutSeconds} s): ${list}.`,
    `raise signing-timeout. ECR signs an image when it is pushed (${SIGNING_DOCS}): one that the repository had before the signing rule may never be signed; push a new one.`,
    { page: 'recipes.md#wait-for-replication-and-signatures' },
  )
}

function describeOpen({ uri, platform, profile, status }: Signature): string {
  const of = platform === null ? '' : ` of ${uri} (${platform})`
  return status === 'ABSENT'
    ? `ECR lists no signature${of} with ${profileName(profile)}`
    : `the signature${of} with ${profileName(profile)} is ${status}`
}

/** The codes of ECR are not documented; `ACCESS_DENIED` is one. */
const DENIED = /access.?denied|not.?authorized|unauthorized|forbidden/i

function explainFailure(failed: Signature, registryId: string): ActionError {
  const { uri, platform, profile, status } = failed
  const { failureCode = status === 'FAILED' ? 'no failure code' : status, failureReason = '' } = failed
  const of = platform === null ? uri : `${uri} (${platform})`
  const reason = failureReason === '' ? '' : `: ${failureReason}`
  return new ActionError(
    `ECR could not sign ${of} with the signing profile ${profile} (${failureCode})${reason}`,
    DENIED.test(`${failureCode} ${failureReason}`)
      ? remedyForDenied(failed, registryId)
      : `look at the signing profile (aws signer get-signing-profile --profile-name ${profileName(profile)}): it must be active, in the region of the registry, and of the platform Notation-OCI-SHA384-ECDSA. ${PUSHED_ANEW}`,
    { page: 'iam.md#wait-for-signing' },
  )
}

/**
 * The statement that is missing. ECR signs as the identity that pushed, which needs `signer:SignPayload` on the
 * profile, and the permissions of a push for the signature itself; a profile of another account has to be shared too:
 * https://docs.aws.amazon.com/signer/latest/developerguide/signing-profile-cross-account.html
 */
function remedyForDenied({ profile, failureReason = '' }: Signature, registryId: string): string {
  const [, region = '', owner] = /^arn:[\w-]+:signer:([\w-]+):(\d{12}):/.exec(profile) ?? []
  const call = {
    action: 'signer:SignPayload',
    region,
    registryId: null,
    repository: null,
    resource: profile,
  }
  const shared =
    owner === undefined || owner === registryId
      ? ''
      : ` The profile is of account ${owner}, which must share it too (aws signer add-profile-permission --profile-name ${profileName(profile)} --action signer:SignPayload --principal ACCOUNT --statement-id ID).`
  return `ECR signs as the identity that pushed the image: ${denied(call, failureReason, 1)}${shared} ${PUSHED_ANEW}`
}
