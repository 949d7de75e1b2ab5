import { clip } from '../../shared/clip.ts'
import { isNoConnection, isTransientConnection } from '../../shared/connections.ts'
import { ActionError } from '../../shared/errors.ts'
import type { Page } from '../../shared/pages.ts'
import { inAttempts } from '../../shared/retry.ts'
import { describeRegistry } from '../hosts.ts'
import { attemptsOf, explainNoAnswer, isLostAnswer, statusOf } from './answer-errors.ts'
import type { Call } from './call.ts'
import { resourceArn } from './denied.ts'
import { exceptionRemedy } from './remedies.ts'

/** AWS has less than this to say; what is longer comes from elsewhere. In characters. */
const LONGEST_MESSAGE = 4000

/**
 * Turns what the SDK threw into an error that says what to do.
 * @param error what the SDK threw; an ActionError is returned as it is
 * @param call what was being called
 */
export function explainEcrError(error: unknown, call: Call): ActionError {
  if (error instanceof ActionError) return error
  const name = errorName(error)
  const said = clip(saidBy(error), LONGEST_MESSAGE)
  const failed = `${call.action} failed for ${subject(call)}`
  const as = (what: string, remedy: string, page?: Page) =>
    new ActionError(what, remedy, { cause: error, page })
  const attempts = attemptsOf(error)
  const remedy = exceptionRemedy(name)
  if (remedy !== null) {
    return as(
      `${failed}: ${said} (${name})`,
      `${remedy(call, said, attempts)}${perhapsDone(error, call)}`,
      PAGES.find(([names]) => names.test(name))?.[1],
    )
  }
  const noAnswer = explainNoAnswer(error)
  if (noAnswer !== null)
    return as(`${failed}: ${noAnswer.what}`, `${noAnswer.remedy}${perhapsDone(error, call)}`)
  if (isTransientConnection(error) || name === 'TimeoutError') {
    // What broke off may have been reached.
    const what = isNoConnection(error) ? 'cannot be reached' : 'gave no whole answer'
    return as(
      `${failed}: the ECR API in ${call.region} ${what}: ${said}${inAttempts(attempts)}`,
      `check that '${call.region}' is the region meant and that the runner reaches it (proxy: HTTPS_PROXY and NO_PROXY; in a VPC: the endpoint com.amazonaws.${call.region}.ecr.api).${perhapsDone(error, call)}`,
    )
  }
  if (/region is missing/i.test(said)) return noRegion(error)
  if (UNNAMED.test(name)) {
    const status = statusOf(error) ?? 'an error'
    const why = UNNAMED.test(said) ? 'without a reason' : `and said only: ${said}`
    return as(
      `${failed}: AWS answered ${status} ${why}`,
      `run the job again; if it stays, check proxies and AWS_ENDPOINT_URL. The call was made in ${call.region} for ${resourceArn(call, said)}.`,
    )
  }
  if (!isSaidByAws(error)) {
    return as(
      `${failed}: ${said} (${name})`,
      `this is not what AWS said, but what its SDK could not do: check the sources of the credentials, AWS_ENDPOINT_URL and the proxy (HTTPS_PROXY, NO_PROXY), and run the job again. The call was made in ${call.region}.`,
    )
  }
  return as(
    `${failed}: ${said} (${name})`,
    `read the message of AWS above; the call was made in ${call.region} for ${resourceArn(call, said)}.`,
  )
}

/** The pages that say more about an error of AWS, by its name. */
const PAGES: readonly (readonly [name: RegExp, page: Page])[] = [
  [/^(?:AccessDenied|UnauthorizedOperation)/, 'iam.md#which-call-needs-what'],
  [/^CredentialsProviderError$/, 'iam.md#the-roles-trust-in-github'],
  [/^KmsException$/, 'iam.md#encrypt-the-repository-with-a-kms-key-of-your-own'],
  [/^(?:Throttling|TooManyRequests|RequestLimitExceeded)/, 'limits.md'],
]

/** The error if neither the inputs nor the SDK's own chain name a region. */
export function noRegion(cause: unknown): ActionError {
  return new ActionError(
    'No AWS region.',
    "set the input 'aws-region', or AWS_REGION in the job's env, or give 'repository' as a URI.",
    { cause },
  )
}

/** The name that the SDK gives to an answer that names no exception, and its message for one that has none. */
const UNNAMED = /^Unknown(?:Error)?$/

/** For a call that changes something, whether it has done so, as far as it is known. */
function perhapsDone(error: unknown, { action }: Call): string {
  if (!isLostAnswer(error) || !/:(?:Create|Put|Set|Tag|Start)/.test(action)) return ''
  return ' Whether ECR has carried it out is not known.'
}

/**
 * The message of an error. The SDK takes it from the answer, in which it need not be text, and adds a hint for
 * programmers to that of an answer that it cannot read.
 */
export function saidBy(error: unknown): string {
  const message: unknown = error instanceof Error ? error.message : error
  return typeof message === 'string'
    ? message.replace(/\n\s*Deserialization error: [\s\S]*$/, '')
    : 'no message'
}

/** What a call was about, in words. */
function subject(call: Call): string {
  return call.repository === null
    ? `the registry in ${describeRegistry(call)}`
    : `'${call.repository}' in ${describeRegistry(call)}`
}

function errorName(error: unknown): string {
  return error instanceof Error && typeof error.name === 'string' ? error.name : 'Error'
}

/** Whether the error is an answer of the API: the SDK gives it a status, or the side that it blames. */
function isSaidByAws(error: unknown): boolean {
  return statusOf(error) !== null || (error instanceof Error && '$fault' in error)
}
