import { ECRClient, ListImagesCommand } from '@aws-sdk/client-ecr'
import { DescribeRegistriesCommand, ECRPUBLICClient } from '@aws-sdk/client-ecr-public'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import { afterEach, describe, expect, test } from '@jest/globals'
import { connectEcr } from '../../../src/aws/connect.ts'
import type { Inputs } from '../../../src/inputs/index.ts'

// Which host a call goes to is the SDK's own knowledge: these tables say that the action leaves it to the SDK, and
// what a reader of a firewall's log will find.

/** Sees where a request goes, and sends it nowhere. */
class Seen extends Error {
  readonly host: string
  constructor(host: string) {
    super(host)
    this.host = host
  }
}

const requestHandler = {
  metadata: { handlerProtocol: 'http/1.1' },
  handle: async ({ protocol, hostname, port }: { protocol: string; hostname: string; port?: number }) => {
    throw new Seen(`${protocol}//${hostname}${port === undefined ? '' : `:${port}`}`)
  },
  destroy() {},
  updateHttpClientConfig() {},
  httpHandlerConfigs: () => ({}),
}
const common = {
  requestHandler: requestHandler as never,
  credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  maxAttempts: 1,
}

async function hostOf(call: Promise<unknown>): Promise<string> {
  try {
    await call
  } catch (error) {
    if (error instanceof Seen) return error.host
    throw error
  }
  throw new Error('it was answered')
}

const ecr = (region: string, more: object = {}) =>
  hostOf(new ECRClient({ ...common, region, ...more }).send(new ListImagesCommand({ repositoryName: 'app' })))
const sts = (region: string, more: object = {}) =>
  hostOf(
    new STSClient({ ...common, region, ...more }).send(
      new AssumeRoleCommand({ RoleArn: 'arn:aws:iam::123456789012:role/ci', RoleSessionName: 'ci' }),
    ),
  )

const kept = { ...process.env }
afterEach(() => {
  process.env = { ...kept }
})

describe.each([
  [
    'aws',
    'ap-northeast-2',
    'https://api.ecr.ap-northeast-2.amazonaws.com',
    'https://sts.ap-northeast-2.amazonaws.com',
  ],
  [
    'aws-cn',
    'cn-north-1',
    'https://api.ecr.cn-north-1.amazonaws.com.cn',
    'https://sts.cn-north-1.amazonaws.com.cn',
  ],
  [
    'aws-us-gov',
    'us-gov-west-1',
    'https://api.ecr.us-gov-west-1.amazonaws.com',
    'https://sts.us-gov-west-1.amazonaws.com',
  ],
  [
    'aws-eusc',
    'eusc-de-east-1',
    'https://api.ecr.eusc-de-east-1.amazonaws.eu',
    'https://sts.eusc-de-east-1.amazonaws.eu',
  ],
  [
    'aws-iso',
    'us-iso-east-1',
    'https://api.ecr.us-iso-east-1.c2s.ic.gov',
    'https://sts.us-iso-east-1.c2s.ic.gov',
  ],
  [
    'aws-iso-b',
    'us-isob-east-1',
    'https://api.ecr.us-isob-east-1.sc2s.sgov.gov',
    'https://sts.us-isob-east-1.sc2s.sgov.gov',
  ],
  [
    'aws-iso-e',
    'eu-isoe-west-1',
    'https://api.ecr.eu-isoe-west-1.cloud.adc-e.uk',
    'https://sts.eu-isoe-west-1.cloud.adc-e.uk',
  ],
  [
    'aws-iso-f',
    'us-isof-south-1',
    'https://api.ecr.us-isof-south-1.csp.hci.ic.gov',
    'https://sts.us-isof-south-1.csp.hci.ic.gov',
  ],
])('in the partition %s (%s)', (_, region, api, tokens) => {
  test('the calls go to its own hosts', async () => {
    expect(await ecr(region)).toBe(api)
    expect(await sts(region)).toBe(tokens)
  })
})

test.each([
  ['us-east-1', { useFipsEndpoint: true }, 'https://api.ecr-fips.us-east-1.amazonaws.com'],
  ['us-east-1', { useDualstackEndpoint: true }, 'https://ecr.us-east-1.api.aws'],
  ['us-gov-west-1', { useFipsEndpoint: true }, 'https://api.ecr-fips.us-gov-west-1.amazonaws.com'],
  ['us-east-1', { useFipsEndpoint: true, useDualstackEndpoint: true }, 'https://ecr-fips.us-east-1.api.aws'],
  ['cn-north-1', { useDualstackEndpoint: true }, 'https://ecr.cn-north-1.api.amazonwebservices.com.cn'],
])('%s with %j', async (region, more, host) => {
  expect(await ecr(region, more)).toBe(host)
})

describe('what the job says in its environment reaches the SDK', () => {
  test.each([
    [{ AWS_USE_FIPS_ENDPOINT: 'true' }, 'https://api.ecr-fips.us-east-1.amazonaws.com'],
    [{ AWS_USE_DUALSTACK_ENDPOINT: 'true' }, 'https://ecr.us-east-1.api.aws'],
    [{ AWS_ENDPOINT_URL: 'http://localhost:4566' }, 'http://localhost:4566'],
    [
      { AWS_ENDPOINT_URL: 'http://localhost:4566', AWS_ENDPOINT_URL_ECR: 'http://localhost:5000' },
      'http://localhost:5000',
    ],
  ])('%j', async (env, host) => {
    Object.assign(process.env, env)
    expect(await ecr('us-east-1')).toBe(host)
  })
})

test('public ECR has one', async () => {
  const client = new ECRPUBLICClient({ ...common, region: 'us-east-1' })
  expect(await hostOf(client.send(new DescribeRegistriesCommand({})))).toBe(
    'https://api.ecr-public.us-east-1.amazonaws.com',
  )
})

test('the action itself adds no endpoint of its own, for private and public registries', async () => {
  const server = (await import('node:http')).createServer((request, response) => {
    seen.push(String(request.headers['x-amz-target']))
    response.writeHead(400, { 'content-type': 'application/x-amz-json-1.1' })
    response.end('{"__type":"InvalidParameterException","message":"no"}')
  })
  const seen: string[] = []
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
    AWS_ACCESS_KEY_ID: 'a',
    AWS_SECRET_ACCESS_KEY: 'b',
  })
  const world = {
    env: {},
    workflow: { hasIdToken: false, idToken: async () => '' },
    mask: () => undefined,
    notice: () => undefined,
    log: () => undefined,
    debug: () => undefined,
  }
  try {
    for (const registryType of ['private', 'public'] as const) {
      const repository = {
        name: 'app',
        host: null,
        alias: null,
        registryId: null,
        region: 'us-east-1',
        registryType,
      }
      const inputs: Pick<Inputs, 'repository' | 'role'> = { repository, role: null }
      await expect((await connectEcr(inputs, world)).authorize()).rejects.toThrow(
        'GetAuthorizationToken failed',
      )
    }
  } finally {
    server.closeAllConnections()
    server.close()
  }
  expect(seen).toEqual([
    'AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken',
    'SpencerFrontendService.GetAuthorizationToken',
  ])
})
