import { describe, expect, test } from '@jest/globals'
import { RegistryError } from '../../../src/registry/errors.ts'
import { explainRegistryError } from '../../../src/registry/explain.ts'
import { permissionFor } from '../../../src/registry/permissions.ts'

const during = { operation: 'Reading it', detail: 'GET https://HOST/v2/app/manifests/v1' }
type About = ConstructorParameters<typeof RegistryError>[1]
const explained = (reason: string, about: About, attempts: number | null = null) =>
  explainRegistryError(
    'The copy',
    Object.assign(new RegistryError(reason, { during, ...about }), { attempts }),
  )

describe('the remedy', () => {
  test.each([
    [
      'of what can pass',
      'x',
      { transient: true },
      /^run the job again; if it keeps failing, check the way from the runner/,
    ],
    ['of a connection that cannot be made', 'self-signed certificate', {}, /^check the way from the runner/],
    [
      'without a permission',
      '403 DENIED: User is not authorized to perform: ecr:PutImage on resource: arn:a',
      { status: 403 },
      /"Action":"ecr:PutImage","Resource":"arn:a"/,
    ],
    [
      'of a refusal without words',
      '403',
      { status: 403 },
      /^the identity in use needs ecr:BatchGetImage on the repository app: check its policy, /,
    ],
    [
      'of a refusal in words that IAM does not use',
      '403 DENIED: requested access to the resource is denied: no',
      { status: 403 },
      /^the identity in use needs ecr:BatchGetImage on the repository app: /,
    ],
    ['of a login that is refused', '401 DENIED', { status: 401 }, /check the policy of the identity/],
    ['of what does not exist', '404', { status: 404 }, /check the repository, the tag or digest/],
    ['of a known message', '400 X: tag is immutable', { status: 400 }, /^push another tag/],
    ['of anything else', '400 X: y', { status: 400 }, /^read what the registry says above/],
  ])('%s', (_, reason, about, remedy) => {
    const error = explained(reason, about)
    expect(error.remedy).toMatch(remedy)
    // The request and what the registry said stay in the message.
    expect(error.message).toContain(`${during.detail}: ${reason}`)
  })

  test.each([
    [null, 'The copy failed: GET'],
    [1, 'The copy failed: GET'],
    [12, 'The copy failed, in 12 attempts: GET'],
  ])('is not told of more attempts than were made: %p', (attempts, message) => {
    expect(explained('x', { transient: true }, attempts).message).toMatch(message)
  })
})

test.each([
  ['HEAD', 'h/v2/team/app/manifests/v1', 'ecr:BatchGetImage'],
  ['GET', 'h/v2/team/app/manifests/sha256:a', 'ecr:BatchGetImage'],
  ['PUT', 'h/v2/team/app/manifests/v1', 'ecr:PutImage'],
  ['HEAD', 'h/v2/team/app/blobs/sha256:a', 'ecr:BatchCheckLayerAvailability'],
  ['GET', 'h/v2/team/app/blobs/sha256:a', 'ecr:GetDownloadUrlForLayer'],
  ['POST', 'h/v2/team/app/blobs/uploads/', 'ecr:InitiateLayerUpload'],
  ['PATCH', 'h/v2/team/app/blobs/uploads/1-2', 'ecr:UploadLayerPart'],
  ['PUT', 'h/v2/team/app/blobs/uploads/1-2', 'ecr:CompleteLayerUpload'],
  ['GET', 'h/v2/team/app/referrers/sha256:a', 'ecr:ListImageReferrers'],
  ['PUT', 'public.ecr.aws/v2/team/app/manifests/v1', 'ecr-public:PutImage'],
  ['GET', 'public.ecr.aws/v2/team/app/manifests/v1', null],
  ['GET', 'h/v2/', null],
  ['GET', 'h/token', null],
])('%s https://%s needs %s', (method, url, action) => {
  const said = `${method} https://${url}: 403 DENIED: no: https://x/v2/y/manifests/z: 1`
  expect(permissionFor(said)).toEqual(action === null ? null : { action, repository: 'team/app' })
})
