import { expect, test } from '@jest/globals'
import { Faults } from '../../../../local-ecr/faults/faults.ts'
import type { Subject } from '../../../../local-ecr/faults/orders.ts'

const subject: Subject = {
  side: 'api',
  operation: 'CreateRepository',
  account: '123456789012',
  region: 'us-east-1',
  repository: 'demo',
}
const arn = 'arn:aws:sts::123456789012:assumed-role/ci/x'
const resource = 'arn:aws:ecr:us-east-1:123456789012:repository/demo'

const met = async (faults: Faults, more: Partial<Subject> = {}) => {
  try {
    await faults.meet({ ...subject, ...more }, arn, resource)
    return undefined
  } catch (error) {
    return error as Error
  }
}

test('orders are met in their order, as often as they say', async () => {
  const faults = new Faults()
  faults.order(
    { match: {}, times: 2, effect: { kind: 'throttle' } },
    { match: {}, effect: { kind: 'error', name: 'ServerException', message: 'sorry', status: 500 } },
  )
  const names: unknown[] = []
  for (let i = 0; i < 4; i++) names.push((await met(faults))?.name)
  expect(names).toEqual(['ThrottlingException', 'ThrottlingException', 'ServerException', undefined])
})

test.each<[Partial<Subject>, boolean]>([
  [{}, true],
  [{ side: 'registry' }, false],
  [{ operation: 'PutImage' }, false],
  [{ repository: 'other' }, false],
  [{ account: '210987654321' }, false],
  [{ region: 'eu-west-1' }, false],
])('a match is every member that it names: %j is met: %s', async (more, meets) => {
  const faults = new Faults()
  const { side, operation, account, region } = subject
  faults.order({ match: { side, operation, account, region, repository: 'demo' }, effect: { kind: 'drop' } })
  expect((await met(faults, more)) !== undefined).toBe(meets)
  expect(faults.pending.length).toBe(meets ? 0 : 1)
})

test('a path is matched by a part, or by an expression', async () => {
  const path = '/v2/demo/manifests/v1'
  for (const given of ['manifests/', /manifests\/v\d$/]) {
    const faults = new Faults()
    faults.order({ match: { path: given }, effect: { kind: 'drop' } })
    expect(await met(faults, { path: '/v2/demo/blobs/x' })).toBeUndefined()
    expect((await met(faults, { path }))?.name).toBe('Dropped')
  }
})

test('a denial names the caller, the action and the resource, as IAM does', async () => {
  const faults = new Faults()
  faults.order({ match: {}, effect: { kind: 'deny' } })
  expect((await met(faults))?.message).toBe(
    `User: ${arn} is not authorized to perform: ecr:CreateRepository on resource: ${resource} because no identity-based policy allows the ecr:CreateRepository action`,
  )
})

test('a delay holds the request, and does not hide the order after it', async () => {
  const faults = new Faults()
  faults.order({ match: {}, effect: { kind: 'delay', ms: 60 } }, { match: {}, effect: { kind: 'throttle' } })
  const start = performance.now()
  expect((await met(faults))?.name).toBe('ThrottlingException')
  expect(performance.now() - start).toBeGreaterThan(55)
})
