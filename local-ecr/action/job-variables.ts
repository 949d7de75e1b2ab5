import { ADDRESS, namesOf } from '../host/names.ts'
import type { ActionInputs } from './inputs.ts'
import type { Started } from './told.ts'

type Env = Readonly<Record<string, string | undefined>>

/** Variables by which a client sends its requests to a proxy. */
const PROXIES = ['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY', 'https_proxy', 'http_proxy', 'all_proxy']

/**
 * The variables with which the following steps ask the local ECR, and nobody else.
 * @param job the environment of the job until now
 * @param hostNames whether the registries have ECR's own host names
 */
export function jobVariables(
  { apiUrl, env }: Extract<Started, { readonly pid: number }>,
  { accounts, regions }: Pick<ActionInputs, 'accounts' | 'regions'>,
  hostNames: boolean,
  job: Env,
): Record<string, string> {
  const { registryHosts, apiHosts } = namesOf(accounts, regions)
  const names = hostNames ? [ADDRESS, ...apiHosts, ...registryHosts] : []
  return {
    ...env,
    // With ECR's host names too: a region or a service that is not here must not be looked for at AWS.
    AWS_ENDPOINT_URL: apiUrl,
    AWS_EC2_METADATA_DISABLED: 'true',
    // A profile of the machine may have them: SDKs refuse an address of one's own beside the two, and pass over it for
    // the third.
    AWS_USE_FIPS_ENDPOINT: 'false',
    AWS_USE_DUALSTACK_ENDPOINT: 'false',
    AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'false',
    ...withoutProxy(['localhost', '127.0.0.1', ...names], job),
  }
}

/**
 * The variables with which what runs after the post step reaches nobody: ECR's host names are AWS's again.
 * @param hostNames whether the registries had ECR's own host names
 */
export function variablesAfterwards(hostNames: boolean): Record<string, string> {
  // AWS_CA_BUNDLE keeps the name of a file that is gone, with which the AWS CLI stops: botocore takes an empty one for
  // "do not verify". https://github.com/boto/botocore/blob/develop/botocore/httpsession.py (_setup_ssl_cert)
  const authorities = hostNames ? { NODE_EXTRA_CA_CERTS: '', SSL_CERT_FILE: '' } : {}
  return { AWS_ENDPOINT_URL: 'http://127.0.0.1:1', ...authorities }
}

/**
 * A proxy looks names up by itself, and so would reach AWS for a name of ECR, and its own machine for `localhost`.
 * Clients differ in which of the two variables they read first: both get all that either of them has.
 */
function withoutProxy(hosts: readonly string[], job: Env): Record<string, string> {
  if (!PROXIES.some((name) => job[name])) return {}
  const own = [job['NO_PROXY'], job['no_proxy']].flatMap((list = '') => list.split(/[\s,]+/)).filter(Boolean)
  // Curl and Go know `*` only if it stands alone.
  const list = own.includes('*') ? '*' : [...new Set([...own, ...hosts])].join(',')
  return { NO_PROXY: list, no_proxy: list }
}
