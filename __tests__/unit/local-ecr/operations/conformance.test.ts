import { expect, test } from '@jest/globals'
import { checkInput, checkOutput, requiredOf } from '../../../../local-ecr/operations/conformance.ts'
import { invokeByName } from '../../../../local-ecr/operations/dispatch.ts'
import { operations } from '../../../../local-ecr/operations/index.ts'
import { Store } from '../../../../local-ecr/store/store.ts'
import { caller } from '../images.ts'

test.each(Object.entries(operations))('%s asks for what the SDK’s model requires', (name, { required }) => {
  expect([...required].sort()).toEqual([...requiredOf('ecr', name)].sort())
})

test.each<[string, Record<string, unknown>, string]>([
  [
    'CreateRepository',
    { repositoryName: 'app', colour: 'red' },
    "'colour' is no member of CreateRepositoryRequest",
  ],
  ['CreateRepository', { repositoryName: 7 }, "'repositoryName' is no string"],
  ['DescribeImages', { repositoryName: 'app', imageIds: { imageTag: 'v1' } }, "'imageIds' is no list"],
  [
    'DescribeImages',
    { repositoryName: 'app', imageIds: [{ tag: 'v1' }] },
    "'imageIds[0].tag' is no member of",
  ],
  ['DescribeImages', { repositoryName: 'app', maxResults: '5' }, "'maxResults' is no number"],
  ['TagResource', { resourceArn: 'arn', tags: [{ Value: 'x' }] }, "'tags[0].Key' failed to satisfy"],
])('%s refuses %j, which the SDK would not send', async (name, input, message) => {
  await expect(invokeByName(new Store(), caller, name, input)).rejects.toThrow(message)
})

test('an answer that ECR could not give is a defect', () => {
  const output = { imageScanFindings: { findingSeverityCounts: { HIGH: 'many' } } }
  expect(() => checkOutput('ecr', 'DescribeImageScanFindings', output)).toThrow(
    "'imageScanFindings.findingSeverityCounts.HIGH' is no number",
  )
  expect(() => checkOutput('ecr', 'DescribeImageScanFindings', { scan: 'good' })).toThrow(
    "'scan' is no member of",
  )
})

test('members whose schema has traits of its own, such as a secret, are held against it too', () => {
  const input = { RoleArn: 'arn', RoleSessionName: 'ci', WebIdentityToken: 'secret', DurationSeconds: 900 }
  expect(() => checkInput('sts', 'AssumeRoleWithWebIdentity', input)).not.toThrow()
  expect(() => checkInput('sts', 'AssumeRoleWithWebIdentity', { ...input, WebIdentityToken: 1 })).toThrow(
    "'WebIdentityToken' is no string",
  )
})
