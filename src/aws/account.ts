import { GetCallerIdentityCommand, STSClient, type STSClientConfig } from '@aws-sdk/client-sts'
import { attemptsOf, explainNoAnswer } from '../ecr/errors/answer-errors.ts'
import { saidBy } from '../ecr/errors/explain.ts'
import { exceptionRemedy } from '../ecr/errors/remedies.ts'
import { clientOptions, prepareClient } from '../ecr/sdk/client.ts'
import { ActionError } from '../shared/errors.ts'
import { inAttempts } from '../shared/retry.ts'

/**
 * Asks whose the job's own credentials are: those that the SDK's own chain finds.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html, which takes no permission
 * @param allowed account ids
 * @throws ActionError if they are of none of these accounts, or nobody says of which
 */
export async function refuseOtherAccount(
  allowed: readonly string[],
  region: string | null,
  network: Pick<STSClientConfig, 'requestHandler'>,
  log: (line: string) => void,
): Promise<void> {
  const client = new STSClient({ ...clientOptions(), ...network, ...(region === null ? {} : { region }) })
  const describe = (operation: string, where: string) => `sts:${operation} in ${where}`
  const { Account: account = 'no account', Arn: arn = 'nobody' } = await prepareClient(client, {
    describe,
    log,
  })
    .send(new GetCallerIdentityCommand({}))
    .catch((error: unknown) => {
      throw explainIdentityError(error, region)
    })
  if (allowed.includes(account)) return
  throw new ActionError(
    `The AWS credentials are of the account ${account} (${arn}), and allowed-account-ids has ${allowed.join(', ')}. Nothing was changed.`,
    'give the job the credentials that are meant (the step that sets them, the profile, or role-to-assume), or add the account to allowed-account-ids.',
    { page: 'iam.md#only-these-accounts' },
  )
}

const ACTION = 'sts:GetCallerIdentity'

function explainIdentityError(error: unknown, region: string | null): ActionError {
  if (error instanceof ActionError) return error
  const failed = `The account of the AWS credentials, which allowed-account-ids is about, is not known (${ACTION})`
  const noAnswer = explainNoAnswer(error)
  if (noAnswer !== null) {
    return new ActionError(`${failed}: ${noAnswer.what}`, noAnswer.remedy, { cause: error })
  }
  const name = error instanceof Error ? error.name : 'Error'
  const attempts = attemptsOf(error)
  const call = { action: ACTION, repository: null, registryId: null, region: region ?? 'no known region' }
  return new ActionError(
    `${failed}: ${saidBy(error)} (${name})${inAttempts(attempts)}`,
    exceptionRemedy(name)?.(call, saidBy(error), attempts) ??
      'check that the runner reaches STS (proxy: HTTPS_PROXY and NO_PROXY; in a VPC: the endpoint of STS), and run the job again.',
    { cause: error },
  )
}
