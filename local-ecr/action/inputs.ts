import { ACCOUNTS, checkPlaces, REGIONS } from '../host/options.ts'
import { SetupError } from '../host/setup-error.ts'

type Env = Readonly<Record<string, string | undefined>>

/** How registries may be called. */
export type HostNames = 'auto' | 'true' | 'false'

export interface ActionInputs {
  readonly accounts: readonly string[]
  readonly regions: readonly string[]
  readonly hostNames: HostNames
}

/**
 * Variables with which the following steps would speak to an account, or to another stand-in, whatever this step sets:
 * SDKs prefer a profile to keys, and the address of one service to that of all.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
const OF_AN_ACCOUNT = [
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_PROFILE',
  'AWS_DEFAULT_PROFILE',
  'AWS_ENDPOINT_URL',
  'AWS_ENDPOINT_URL_ECR',
  'AWS_ENDPOINT_URL_ECR_PUBLIC',
  'AWS_ENDPOINT_URL_STS',
  'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS',
]

/**
 * Variables with the certificate authorities of a machine that has its own: those of ECR's host names take their place
 * for the rest of the job.
 */
export const AUTHORITIES = ['NODE_EXTRA_CA_CERTS', 'AWS_CA_BUNDLE', 'SSL_CERT_FILE'] as const

/**
 * Reads the inputs, and refuses a job that already has an AWS account: what is meant for the one would reach the other.
 * @throws SetupError with all that is wrong, one sentence a line
 */
export function readInputs(env: Env): ActionInputs {
  const problems: string[] = []
  const present = OF_AN_ACCOUNT.filter((name) => env[name])
  if (present.length > 0)
    problems.push(
      `This job already has AWS credentials or addresses (${present.join(', ')}), and the local ECR does not mix with them: give it a job of its own, without configure-aws-credentials and such variables, and once in that job.`,
    )
  const accounts = items(env['INPUT_ACCOUNTS'])
  const regions = items(env['INPUT_REGIONS'])
  const own = env['AWS_REGION'] || env['AWS_DEFAULT_REGION']
  const given: readonly string[] = own ? [...new Set([own, ...REGIONS])] : REGIONS
  const places: Readonly<Record<'accounts' | 'regions', readonly string[]>> = {
    accounts: accounts.length > 0 ? accounts : ACCOUNTS,
    regions: regions.length > 0 ? regions : given,
  }
  for (const [name, values] of Object.entries(places)) {
    const twice = values.find((value, at) => values.indexOf(value) !== at)
    if (twice !== undefined) problems.push(`The input ${name} has ${twice} twice: leave one of them out.`)
  }
  try {
    checkPlaces(places.accounts, places.regions)
  } catch (error) {
    if (!(error instanceof SetupError)) throw error
    problems.push(error.message)
  }
  const hostNames = (env['INPUT_HOST-NAMES'] || 'auto').trim()
  if (!isHostNames(hostNames))
    problems.push(`The input host-names is '${hostNames}': it can be auto, true or false.`)
  if (problems.length > 0 || !isHostNames(hostNames)) throw new SetupError(problems.join('\n'))
  return { ...places, hostNames }
}

const isHostNames = (text: string): text is HostNames => ['auto', 'true', 'false'].includes(text)

/** One a line, or comma-separated; a line that begins with `#` is a comment. */
function items(text = ''): string[] {
  return text
    .split(/\r?\n/)
    .filter((line) => !line.trim().startsWith('#'))
    .flatMap((line) => line.split(','))
    .map((item) => item.trim())
    .filter((item) => item !== '')
}
