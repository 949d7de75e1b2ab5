import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import * as sdk from '@aws-sdk/client-ecr'
import { describe, expect, test } from '@jest/globals'
import { root } from '../../../../dev/runner.ts'
import type { Call } from '../../../../src/ecr/errors/call.ts'
import { statementFor } from '../../../../src/ecr/errors/denied.ts'
import { explainEcrError } from '../../../../src/ecr/errors/explain.ts'
import { EXCEPTIONS } from '../../../../src/ecr/errors/remedies.ts'
import { ActionError } from '../../../../src/shared/errors.ts'

const call: Call = { action: 'ecr:PutImage', repository: 'team/app', region: 'eu-west-1', registryId: null }
const failed = "ecr:PutImage failed for 'team/app' in eu-west-1"
const thrown = (name: string, message = 'So said AWS.') =>
  Object.assign(new Error(message), { name, $fault: 'client' })
const explained = (name: string, message?: string, change: Partial<Call> = {}) =>
  explainEcrError(thrown(name, message), { ...call, ...change })

/** The exceptions of each operation that the action calls, as the SDK documents them beside its commands. */
function throwsOfCalls(): [service: string, operation: string, exceptions: string[]][] {
  const files = readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' })
  const found = new Map<string, [string, string, string[]]>()
  for (const file of files.filter((name) => name.endsWith('.ts'))) {
    const text = readFileSync(path.join(root, 'src', file), 'utf8')
    for (const [, names = '', service = ''] of text.matchAll(
      /import \{([^}]*)\} from '@aws-sdk\/client-(ecr(?:-public)?)'/g,
    )) {
      for (const [, operation = ''] of names.matchAll(/\b(\w+)Command\b/g)) {
        const folder = path.join(
          root,
          'node_modules',
          '@aws-sdk',
          `client-${service}`,
          'dist-types',
          'commands',
        )
        const types = readFileSync(path.join(folder, `${operation}Command.d.ts`), 'utf8')
        const exceptions = [...types.matchAll(/@throws \{@link (\w+Exception)\}/g)]
          .map(([, name = '']) => name)
          // The base class of all.
          .filter((name) => !/^ECR(?:PUBLIC)?ServiceException$/.test(name))
        found.set(`${service}:${operation}`, [service, operation, exceptions])
      }
    }
  }
  return [...found.values()]
}

describe('every exception of the SDK’s model', () => {
  const operations = throwsOfCalls()
  const generic = explained('SomethingElse').remedy

  test('is found', () => {
    expect(operations.length).toBeGreaterThan(10)
    expect(operations.every(([, , exceptions]) => exceptions.includes('ServerException'))).toBe(true)
    expect(generic).toMatch(/^read the message of AWS above/)
  })

  test.each(operations)('that %s:%s can throw has a remedy', (service, operation, exceptions) => {
    for (const name of exceptions) {
      const { message, remedy } = explained(name, undefined, { action: `${service}:${operation}` })
      expect([name, remedy === generic]).toEqual([name, false])
      expect(message).toBe(
        `${service}:${operation} failed for 'team/app' in eu-west-1: So said AWS. (${name})`,
      )
    }
  })

  test('is of the model: no entry of the table is made up', () => {
    const ofPublic = path.join(root, 'node_modules/@aws-sdk/client-ecr-public/dist-types/models/errors.d.ts')
    const text = existsSync(ofPublic) ? readFileSync(ofPublic, 'utf8') : null
    const unknown = Object.keys(EXCEPTIONS).filter((name) => {
      if (name in sdk) return false
      return text !== null && !text.includes(`class ${name} `)
    })
    expect(unknown).toEqual([])
  })
})

const APP = "'team/app'"
test.each<[string, string]>([
  ['ValidationException', 'ECR refuses a value that it was given: correct the input that the message names.'],
  [
    'InvalidParameterException',
    'ECR refuses a value that it was given: correct the input that the message names.',
  ],
  ['InvalidTagParameterException', "correct 'repository-tags': at most 50"],
  ['TooManyTagsException', "correct 'repository-tags': at most 50"],
  ['RepositoryNotFoundException', `there is no repository ${APP} in eu-west-1: set create-repository: true`],
  ['RepositoryAlreadyExistsException', 'it exists, and yet ECR does not find it'],
  ['RepositoryPolicyNotFoundException', `${APP} no longer has a policy`],
  ['LifecyclePolicyNotFoundException', `${APP} no longer has a lifecycle policy`],
  ['LifecyclePolicyPreviewInProgressException', 'ECR makes one preview of a repository at a time'],
  ['LifecyclePolicyPreviewNotFoundException', 'the preview has expired'],
  ['LimitExceededException', 'a quota of ECR in eu-west-1 is used up'],
  ['KmsException', 'ECR cannot use the KMS key: the identity in use needs kms:CreateGrant'],
  ['ServerException', 'the fault is on the side of AWS'],
  ['ImageNotFoundException', 'the image existed a moment ago'],
  ['ImageArchivedException', 'restore the image'],
  ['ImageAlreadyExistsException', 'the image exists under this tag already'],
  ['ImageTagAlreadyExistsException', `${APP} is immutable and the tag is taken`],
  ['ImageDigestDoesNotMatchException', 'the manifest has changed on its way'],
  ['ReferencedImagesNotFoundException', `the index names images that ${APP} does not hold`],
  ['LayersNotFoundException', `the image names layers that ${APP} does not hold`],
  ['ScanNotFoundException', 'nothing has scanned this image'],
  ['UnsupportedImageTypeException', 'basic scanning does not take this kind of artifact'],
  ['UnableToGetUpstreamImageException', 'the registry behind the pull-through cache did not answer'],
  ['TemplateNotFoundException', 'there is no repository creation template of that prefix in eu-west-1'],
  ['RegistryNotFoundException', 'account of the credentials has no public registry yet'],
  ['UnsupportedCommandException', 'ECR Public does not take ecr:PutImage in eu-west-1'],
  ['ThrottlingException', 'AWS refused because of too many requests'],
  ['ExpiredTokenException', 'the credentials have expired'],
  ['UnrecognizedClientException', 'the credentials are not valid'],
  ['CredentialsProviderError', 'give the job credentials'],
])('%s: %s', (name, remedy) => {
  const error = explained(name)
  expect(error.message).toBe(`${failed}: So said AWS. (${name})`)
  expect(error.remedy).toContain(remedy)
})

describe('denied access', () => {
  const ARN = 'arn:aws-cn:ecr:cn-north-1:123456789012:repository/team/app'
  const WHO = 'arn:aws-cn:sts::123456789012:assumed-role/ci/session'
  const head = `User: ${WHO} is not authorized to perform: ecr:PutImage on resource: ${ARN}`
  const statement = `{"Effect":"Allow","Action":"ecr:PutImage","Resource":"${ARN}"}`

  test.each<[string, string]>([
    [
      'because no identity-based policy allows the ecr:PutImage action',
      `add this statement to the policy of the identity in use: ${statement}`,
    ],
    [
      'because no resource-based policy allows the ecr:PutImage action',
      `the repository's own policy, in the account 123456789012, must allow it to the identity in use: {"Effect":"Allow","Principal":{"AWS":"arn:aws-cn:iam::123456789012:role/ci"},"Action":"ecr:PutImage"}`,
    ],
    [
      'because no service control policy allows the ecr:PutImage action',
      `the service control policy must allow it too; add this statement there: ${statement}`,
    ],
    [
      'because no permissions boundary allows the ecr:PutImage action',
      `the role's permissions boundary must allow it too; add this statement there: ${statement}`,
    ],
    [
      'because no session policy allows the ecr:PutImage action',
      `the policy of the session must allow it too, which is role-session-policy, or that of the step that got the credentials; add this statement there: ${statement}`,
    ],
    [
      'because no VPC endpoint policy allows the ecr:PutImage action',
      `the VPC endpoint policy must allow it too; add this statement there: ${statement}`,
    ],
    [
      'with an explicit deny in a service control policy',
      `a Deny in a service control policy forbids it, and no further Allow helps: let whoever keeps it except this identity and resource: ${statement}`,
    ],
    [
      'with an explicit deny in an identity-based policy: arn:aws:iam::123456789012:policy/no',
      'a Deny in an identity-based policy forbids it',
    ],
    ['with an explicit deny in a permissions boundary', 'a Deny in a permissions boundary forbids it'],
  ])('%s', (because, remedy) => {
    const error = explained('AccessDeniedException', `${head} ${because}`, { registryId: '123456789012' })
    expect(error.message).toContain(`${head} ${because}`)
    expect(error.remedy).toContain(remedy)
  })

  test('another permission behind the call is the one to ask for', () => {
    const said =
      'User: arn is not authorized to perform: kms:CreateGrant on resource: arn:aws:kms:eu-west-1:1:key/k'
    expect(explained('AccessDeniedException', said).remedy).toContain(
      '{"Effect":"Allow","Action":"kms:CreateGrant","Resource":"arn:aws:kms:eu-west-1:1:key/k"}',
    )
  })

  test.each<[Partial<Call>, string]>([
    [{}, 'arn:aws:ecr:eu-west-1:*:repository/team/app'],
    [{ registryId: '210987654321' }, 'arn:aws:ecr:eu-west-1:210987654321:repository/team/app'],
    [{ repository: null }, '*'],
  ])('without a word of AWS, the statement is made of the call: %j', (change, resource) => {
    expect(explained('AccessDeniedException', 'No.', change).remedy).toContain(
      JSON.stringify({ Effect: 'Allow', Action: 'ecr:PutImage', Resource: resource }),
    )
  })
})

test('an error that was explained already stays as it is', () => {
  const error = new ActionError('a', 'b')
  expect(explainEcrError(error, call)).toBe(error)
})

test.each([
  ['ENOTFOUND', 'getaddrinfo ENOTFOUND x', 'cannot be reached'],
  ['EAI_AGAIN', 'getaddrinfo EAI_AGAIN x', 'cannot be reached'],
  ['ECONNREFUSED', 'connect ECONNREFUSED', 'cannot be reached'],
  ['EHOSTUNREACH', 'connect EHOSTUNREACH', 'cannot be reached'],
  ['ETIMEDOUT', 'no connection within 10 s: TLS is not answered', 'cannot be reached'],
  ['ETIMEDOUT', 'connect ETIMEDOUT', 'cannot be reached'],
  ['ETIMEDOUT', 'read ETIMEDOUT', 'gave no whole answer'],
  ['ECONNRESET', 'socket hang up', 'gave no whole answer'],
  ['ECONNRESET', 'aborted', 'gave no whole answer'],
  ['HPE_INVALID_CONSTANT', 'Parse Error: Expected HTTP/', 'gave no whole answer'],
])('no answer of the API: %s, %s', (code, message, what) => {
  const call = {
    action: 'ecr:CreateRepository',
    repository: 'team/app',
    region: 'eu-west-1',
    registryId: null,
  }
  const error = explainEcrError(Object.assign(new Error(message), { code }), call)
  expect(error.message).toBe(
    `ecr:CreateRepository failed for 'team/app' in eu-west-1: the ECR API in eu-west-1 ${what}: ${message}`,
  )
  // Without a connection nothing was sent.
  expect(error.remedy.includes('Whether ECR has carried it out is not known.')).toBe(
    what === 'gave no whole answer',
  )
})

test.each([
  ['ServerException', 500, true],
  ['LimitExceededException', 400, false],
])('whether a creation that ended with %s was carried out', (name, httpStatusCode, unknown) => {
  const error = Object.assign(new Error('No.'), { name, $metadata: { httpStatusCode } })
  const { remedy } = explainEcrError(error, { ...call, action: 'ecr:CreateRepository' })
  expect(remedy.endsWith(' Whether ECR has carried it out is not known.')).toBe(unknown)
})

test('what the SDK could not do is not put down to AWS', () => {
  const error = explainEcrError(new TypeError('Request path contains unescaped characters'), call)
  expect(error.message).toBe(`${failed}: Request path contains unescaped characters (TypeError)`)
  expect(error.remedy).toMatch(/^this is not what AWS said, but what its SDK could not do: check/)
  const said = Object.assign(new Error('No.'), { name: 'NewException', $metadata: { httpStatusCode: 400 } })
  expect(explainEcrError(said, call).remedy).toMatch(/^read the message of AWS above/)
})

test.each([
  ['ecr', 'ap-northeast-2', null, 'arn:aws:ecr:ap-northeast-2:*:repository/app'],
  ['ecr', 'cn-north-1', '210987654321', 'arn:aws-cn:ecr:cn-north-1:210987654321:repository/app'],
  ['ecr', 'us-gov-west-1', null, 'arn:aws-us-gov:ecr:us-gov-west-1:*:repository/app'],
  ['ecr', 'eusc-de-east-1', null, 'arn:aws-eusc:ecr:eusc-de-east-1:*:repository/app'],
  ['ecr', 'us-iso-east-1', null, 'arn:aws-iso:ecr:us-iso-east-1:*:repository/app'],
  ['ecr', 'us-isob-east-1', null, 'arn:aws-iso-b:ecr:us-isob-east-1:*:repository/app'],
  ['ecr', 'eu-isoe-west-1', null, 'arn:aws-iso-e:ecr:eu-isoe-west-1:*:repository/app'],
  ['ecr', 'us-isof-south-1', null, 'arn:aws-iso-f:ecr:us-isof-south-1:*:repository/app'],
  ['ecr-public', 'us-east-1', null, 'arn:aws:ecr-public::*:repository/app'],
])(
  'a refusal of %s in %s that names no resource: the statement still does',
  (service, region, registryId, Resource) => {
    const call = { action: `${service}:DescribeRepositories`, repository: 'app', region, registryId }
    expect(JSON.parse(statementFor(call))).toEqual({ Effect: 'Allow', Action: call.action, Resource })
  },
)
