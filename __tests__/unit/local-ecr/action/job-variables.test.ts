import { expect, test } from '@jest/globals'
import { getProxyForUrl } from 'proxy-from-env'
import { jobVariables, variablesAfterwards } from '../../../../local-ecr/action/job-variables.ts'

const PLACES = { accounts: ['444455556666'], regions: ['eu-west-1'] }
const running = (apiUrl: string) => ({ pid: 7, apiUrl, registries: {}, env: { AWS_REGION: 'eu-west-1' } })
const tls = (job: Record<string, string>) =>
  jobVariables(running('https://api.ecr.eu-west-1.amazonaws.com'), PLACES, true, job)
const localhost = (job: Record<string, string>) =>
  jobVariables(running('http://localhost:4000'), PLACES, false, job)

test('the following steps ask the local ECR, whatever the machine prefers', () => {
  expect(localhost({ AWS_USE_FIPS_ENDPOINT: 'true', NO_PROXY: 'corp' })).toEqual({
    AWS_REGION: 'eu-west-1',
    AWS_ENDPOINT_URL: 'http://localhost:4000',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_USE_FIPS_ENDPOINT: 'false',
    AWS_USE_DUALSTACK_ENDPOINT: 'false',
    AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'false',
  })
})

test.each(['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY', 'https_proxy', 'http_proxy', 'all_proxy'])(
  'with %s, none of them asks the proxy for the local ECR',
  (name) => {
    const hosts = [
      'api.ecr.eu-west-1.amazonaws.com',
      'sts.eu-west-1.amazonaws.com',
      'api.ecr-public.us-east-1.amazonaws.com',
      '444455556666.dkr.ecr.eu-west-1.amazonaws.com',
      'public.ecr.aws',
    ]
    const proxy = { [name]: 'http://proxy.corp:3128' }
    const { NO_PROXY, no_proxy } = tls(proxy)
    expect(NO_PROXY).toBe(
      ['localhost', '127.0.0.1', '127.0.77.1', ...hosts].sort(byPlace(NO_PROXY)).join(','),
    )
    expect(no_proxy).toBe(NO_PROXY)
    expect(localhost(proxy)).toMatchObject({
      NO_PROXY: 'localhost,127.0.0.1',
      no_proxy: 'localhost,127.0.0.1',
    })
  },
)

/** The order is nobody's business. */
const byPlace =
  (list = '') =>
  (one: string, other: string) =>
    list.split(',').indexOf(one) - list.split(',').indexOf(other)

test.each([
  [{ NO_PROXY: '.corp, 10.0.0.0/8' }, '.corp,10.0.0.0/8,localhost,127.0.0.1'],
  [{ no_proxy: '.corp' }, '.corp,localhost,127.0.0.1'],
  [{ NO_PROXY: '.corp', no_proxy: 'localhost,.lab\n' }, '.corp,localhost,.lab,127.0.0.1'],
  // It means every host, and stands alone.
  [{ NO_PROXY: '*' }, '*'],
])('what a job has in NO_PROXY stays: %j', (given, list) => {
  expect(localhost({ https_proxy: 'http://proxy.corp:3128', ...given })).toMatchObject({
    NO_PROXY: list,
    no_proxy: list,
  })
})

test('a client with these variables takes no proxy for the local ECR, and the proxy for others', () => {
  const before = { ...process.env }
  try {
    const job = { https_proxy: 'http://proxy.corp:3128', http_proxy: 'http://proxy.corp:3128' }
    Object.assign(process.env, job, tls(job))
    expect(getProxyForUrl('https://444455556666.dkr.ecr.eu-west-1.amazonaws.com/v2/')).toBe('')
    expect(getProxyForUrl('https://api.ecr.eu-west-1.amazonaws.com')).toBe('')
    expect(getProxyForUrl('http://localhost:4000')).toBe('')
    expect(getProxyForUrl('https://github.com')).toBe('http://proxy.corp:3128')
  } finally {
    process.env = before
  }
})

test.each([
  [true, { NODE_EXTRA_CA_CERTS: '', SSL_CERT_FILE: '' }],
  [false, {}],
])('after the post step, nobody is at the address (host names: %j)', (hostNames, authorities) => {
  // No AWS_CA_BUNDLE: an empty one would switch the check of certificates off.
  expect(variablesAfterwards(hostNames)).toEqual({ AWS_ENDPOINT_URL: 'http://127.0.0.1:1', ...authorities })
})
