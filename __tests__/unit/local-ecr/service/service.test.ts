import { beforeEach, expect, test } from '@jest/globals'
import { type DropPoint, readOrders } from '../../../../local-ecr/faults/orders.ts'
import { Rates } from '../../../../local-ecr/faults/rates.ts'
import { Service } from '../../../../local-ecr/service/service.ts'
import { Store } from '../../../../local-ecr/store/store.ts'
import { caller } from '../images.ts'

let service: Service
beforeEach(() => {
  service = new Service(new Store())
})

const key = { account: caller.account, region: caller.region, repository: 'demo' }
const create = (about = {}) => service.call(caller, 'CreateRepository', { repositoryName: 'demo' }, about)

test.each<[DropPoint | undefined, boolean]>([
  [undefined, false],
  ['in the request', false],
  ['before the answer', true],
  ['in the answer', true],
])('a connection that ends %s: the operation is carried out: %s', async (when, carriedOut) => {
  service.faults.order({ match: {}, effect: { kind: 'drop', ...(when ? { when } : {}) } })
  await expect(create()).rejects.toMatchObject({ name: 'Dropped', when })
  expect(service.store.find(key) !== undefined).toBe(carriedOut)
  expect(service.recorder.requests).toMatchObject([
    { operation: 'CreateRepository', status: 0, error: 'Dropped' },
  ])
})

test('an answer is rewritten, except for what is not text', async () => {
  service.faults.order({ match: {}, effect: { kind: 'rewrite', find: 'demo', replace: 'other' } })
  expect(await create()).toMatchObject({
    repository: { repositoryName: 'other', createdAt: expect.any(Date) },
  })
  expect(service.store.find(key)?.repository).toBe('demo')
})

test('an order for one client meets no other, on the API too', async () => {
  service.faults.order({ match: { userAgent: 'aws-cli/' }, effect: { kind: 'deny' } })
  await create({ userAgent: 'Boto3/1.35' })
  await expect(create({ userAgent: 'aws-cli/2.17' })).rejects.toMatchObject({ name: 'AccessDeniedException' })
})

test('the end of a registry token is no fault of the API', async () => {
  const ordered = service.faults.order({ match: {}, effect: { kind: 'expire' } })
  await create()
  expect(ordered.met).toBe(0)
})

test('a rate is used up before a fault is', async () => {
  service = new Service(new Store(), new Rates({ CreateRepository: 1 }))
  await create()
  const ordered = service.faults.order({ match: {}, effect: { kind: 'deny' } })
  await expect(create()).rejects.toMatchObject({ name: 'ThrottlingException' })
  expect(ordered.met).toBe(0)
})

test.each<[object]>([[{ kind: 'drop' }], [{ kind: 'drop', when: 'in the answer' }], [{ kind: 'throttle' }]])(
  'a handshake fails if an order for connections says so: %j',
  async (effect) => {
    service.faults.order(
      { match: {}, effect: { kind: 'deny' } },
      ...readOrders({ match: { side: 'connection', region: caller.region }, effect }),
    )
    await service.handshake(caller.account, 'eu-west-1')
    await expect(service.handshake(caller.account, caller.region)).rejects.toThrow()
    await service.handshake(caller.account, caller.region)
  },
)
