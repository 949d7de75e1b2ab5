import * as sdk from '@aws-sdk/client-ecr-public'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { inProcess } from '../../../../local-ecr/api/sdk-handler.ts'
import { sts } from '../../../../local-ecr/api/sts.ts'
import { requiredOf } from '../../../../local-ecr/operations/conformance.ts'
import { invoke } from '../../../../local-ecr/operations/dispatch.ts'
import { publicOperations } from '../../../../local-ecr/operations/public.ts'
import { Service } from '../../../../local-ecr/service/service.ts'
import { callerOf, PUBLIC } from '../../../../local-ecr/store/names.ts'
import { Store } from '../../../../local-ecr/store/store.ts'
import { imageManifest } from '../images.ts'

const caller = callerOf('123456789012', PUBLIC)
const place = { account: caller.account, region: PUBLIC, repository: 'demo' }

let service: Service
let client: sdk.ECRPUBLICClient

beforeEach(() => {
  service = new Service(new Store())
  client = clientIn('us-east-1')
})

function clientIn(region: string): sdk.ECRPUBLICClient {
  return new sdk.ECRPUBLICClient({ region, maxAttempts: 1, ...access() })
}

function access() {
  const { accessKeyId, secretAccessKey, sessionToken = '' } = service.store.issueCredentials('123456789012')
  return { requestHandler: inProcess(service), credentials: { accessKeyId, secretAccessKey, sessionToken } }
}

test.each(Object.entries(publicOperations))(
  '%s asks for what the SDK’s model requires',
  (name, operation) => {
    expect([...operation.required].sort()).toEqual([...requiredOf('ecr-public', name)].sort())
  },
)

test('every operation comes back through the SDK', async () => {
  const repositoryName = 'demo'
  const { repository } = await client.send(
    new sdk.CreateRepositoryCommand({ repositoryName, tags: [{ Key: 'team', Value: 'ci' }] }),
  )
  expect(repository).toMatchObject({
    repositoryArn: 'arn:aws:ecr-public::123456789012:repository/demo',
    registryId: '123456789012',
    repositoryName,
    repositoryUri: 'public.ecr.aws/a1234567/demo',
    createdAt: expect.any(Date),
  })
  const { repositories } = await client.send(new sdk.DescribeRepositoriesCommand({}))
  expect(repositories).toEqual([repository])
  const manifest = await imageManifest(service.store, service.store.get(place), 'one')
  await invoke(service.store, callerOf(), 'CreateRepository', { repositoryName })
  const { putImage } = await import('../../../../local-ecr/store/images.ts')
  await putImage(service.store, service.store.get(place), { bytes: Buffer.from(manifest), tag: 'v1' })
  const { imageDetails } = await client.send(
    new sdk.DescribeImagesCommand({ repositoryName, imageIds: [{ imageTag: 'v1' }] }),
  )
  expect(imageDetails?.[0]).toMatchObject({ imageTags: ['v1'], imageSizeInBytes: expect.any(Number) })
  const { registries } = await client.send(new sdk.DescribeRegistriesCommand({}))
  expect(registries?.[0]?.registryUri).toBe('public.ecr.aws/a1234567')
  const policyText = JSON.stringify({
    Statement: [{ Effect: 'Allow', Principal: '*', Action: 'ecr-public:*' }],
  })
  await client.send(new sdk.SetRepositoryPolicyCommand({ repositoryName, policyText }))
  const got = await client.send(new sdk.GetRepositoryPolicyCommand({ repositoryName }))
  expect(got.policyText).toBe(policyText)
  const resourceArn = repository?.repositoryArn
  await client.send(new sdk.TagResourceCommand({ resourceArn, tags: [{ Key: 'stage', Value: 'test' }] }))
  const { tags } = await client.send(new sdk.ListTagsForResourceCommand({ resourceArn }))
  expect(tags).toEqual([
    { Key: 'team', Value: 'ci' },
    { Key: 'stage', Value: 'test' },
  ])
  const { authorizationData } = await client.send(new sdk.GetAuthorizationTokenCommand({}))
  expect(authorizationData?.expiresAt).toEqual(expect.any(Date))
  expect(new Set(service.recorder.operations())).toEqual(new Set(Object.keys(publicOperations)))
})

describe('kept apart from private ECR', () => {
  test('a name of the public registry is no name of the private one', async () => {
    await invoke(service.store, callerOf(), 'CreateRepository', { repositoryName: 'demo' })
    const asked = client.send(new sdk.DescribeRepositoriesCommand({ repositoryNames: ['demo'] }))
    await expect(asked).rejects.toThrow("The repository with name 'demo' does not exist")
  })

  test('the API is in one region', async () => {
    const asked = clientIn('eu-west-1').send(new sdk.DescribeRegistriesCommand({}))
    await expect(asked).rejects.toThrow("'us-east-1' is the only one")
  })
})

test('STS refuses a request that its model does not know', () => {
  const form = new URLSearchParams({
    Action: 'AssumeRole',
    RoleArn: 'arn:aws:iam::123456789012:role/ci',
    RoleSessionName: 'ci',
    'Tags.member.1.Key': 'a',
    'Tags.member.1.Value': 'b',
    DurationSeconds: '900',
  })
  service.store.addRole('arn:aws:iam::123456789012:role/ci', { principals: ['arn:aws:sts::123456789012:'] })
  expect(sts(service.store, callerOf(), form, 'id')).toContain('<AccessKeyId>')
  form.set('Tags.member.1.Name', 'c')
  expect(() => sts(service.store, callerOf(), form, 'id')).toThrow(
    "AssumeRole: 'Tags[0].Name' is no member of Tag in the SDK's model",
  )
})
