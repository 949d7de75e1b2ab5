import { describe, expect, test } from '@jest/globals'
import { RegistryError } from '../../../src/registry/errors.ts'
import { explainRegistryError } from '../../../src/registry/explain.ts'

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
    ['of a refusal without words', '403', { status: 403 }, /check the policy of the identity/],
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
