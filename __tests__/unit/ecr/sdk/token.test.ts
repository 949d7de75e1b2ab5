import { expect, test } from '@jest/globals'
import { inProcess, Service, Store } from '../../../../local-ecr/index.ts'
import { connectPrivateEcr } from '../../../../src/ecr/private/connect.ts'
import { connectPublicEcr } from '../../../../src/ecr/public/connect.ts'
import { decodeToken } from '../../../../src/ecr/sdk/token.ts'

const encode = (text: string) => Buffer.from(text).toString('base64')

test('a token is masked in both forms before anything is made of it', () => {
  const masked: string[] = []
  const authorizationToken = encode('AWS:pass:word')
  const expiresAt = new Date(0)
  const token = decodeToken(
    { authorizationToken, expiresAt, proxyEndpoint: 'https://host.example:8443/' },
    (secret) => masked.push(secret),
  )
  expect(masked).toEqual([authorizationToken, 'pass:word'])
  expect(token).toEqual({
    host: 'host.example:8443',
    scheme: 'https',
    username: 'AWS',
    password: 'pass:word',
    expiresAt,
  })
})

test.each([
  ['https://--config=x', 'ECR answered with an endpoint that is not a host.'],
  ['https://host.example/path', 'ECR answered with an endpoint that is not a host.'],
  ['http://host.example', null],
  [undefined, null],
])('the endpoint %s', (proxyEndpoint, message) => {
  const decode = () => decodeToken({ authorizationToken: encode('AWS:x'), proxyEndpoint }, () => undefined)
  if (message === null) expect(decode().scheme).toBe(proxyEndpoint?.startsWith('http:') ? 'http' : 'https')
  else expect(decode).toThrow(message)
})

test('no token is an error', () => {
  for (const data of [undefined, {}, { authorizationToken: '' }]) {
    expect(() => decodeToken(data, () => undefined)).toThrow('ECR answered without a token.')
  }
})

test.each([
  ['private', 'eu-west-1', connectPrivateEcr],
  ['public', 'us-east-1', connectPublicEcr],
] as const)('the adapter of %s ECR masks what it gets', async (_, region, connect) => {
  const service = new Service(new Store())
  const { accessKeyId, secretAccessKey, sessionToken = '' } = service.store.issueCredentials('123456789012')
  const client = {
    requestHandler: inProcess(service) as never,
    credentials: { accessKeyId, secretAccessKey, sessionToken },
  }
  const masked: string[] = []
  const ecr = await connect({ region, registryId: null, mask: (secret) => masked.push(secret), client })
  const { username, password } = await ecr.authorize()
  expect(masked).toEqual([encode(`${username}:${password}`), password])
})
