import { expect, test } from '@jest/globals'
import { type Effect, readOrders } from '../../../../local-ecr/faults/orders.ts'

const effects: Effect[] = [
  { kind: 'error', name: 'ServerException', message: 'sorry' },
  { kind: 'error', name: 'ServerException', message: 'sorry', status: 500 },
  { kind: 'delay', ms: 0 },
  { kind: 'drop' },
  { kind: 'drop', when: 'in the answer' },
  { kind: 'hang' },
  { kind: 'hang', when: 'in the headers' },
  { kind: 'drip', everyMs: 100, when: 'before the answer' },
  { kind: 'endless' },
  { kind: 'status', status: 200, bodyBase64: 'H4sI' },
  { kind: 'expire' },
  { kind: 'rewrite', find: 'a', replace: '' },
  { kind: 'throttle' },
  { kind: 'deny' },
  { kind: 'status', status: 502 },
  { kind: 'status', status: 429, body: 'slow down', headers: { 'retry-after': '1' } },
]

test.each(effects)('an effect is taken as it is written: %j', (effect) => {
  expect(readOrders({ effect })).toEqual([{ match: {}, effect, times: 1 }])
})

test('one order, a list, and an order for all requests', () => {
  const match = {
    side: 'registry',
    operation: 'PutImage',
    method: 'PUT',
    path: '/v2/',
    repository: 'demo',
    account: '123456789012',
    region: 'us-east-1',
    caller: 'role/ci',
    userAgent: 'docker/',
  }
  const orders = readOrders([
    { match, effect: { kind: 'hang' }, times: 3 },
    { effect: { kind: 'deny' }, times: 'always' },
  ])
  expect(orders).toEqual([
    { match, effect: { kind: 'hang' }, times: 3 },
    { match: {}, effect: { kind: 'deny' }, times: Infinity },
  ])
  expect(readOrders([])).toEqual([])
})

const hang = { kind: 'hang' }

test.each<[unknown, string]>([
  [null, 'an order must be an object'],
  ['hang', 'an order must be an object'],
  [{}, 'effect is missing'],
  [{ effect: 'hang' }, 'effect must be an object'],
  [{ effect: {} }, 'effect.kind must be one of error, delay, drop,'],
  [{ effect: { kind: 'explode' } }, 'effect.kind must be one of error, delay, drop,'],
  [{ effect: { kind: 'toString' } }, 'effect.kind must be one of error, delay, drop,'],
  [{ effect: { kind: 'hang', ms: 5 } }, 'effect.ms is not known; known: kind, when'],
  [{ effect: { kind: 'drip', everyMs: 5 } }, 'effect.when is missing'],
  [{ effect: { kind: 'hang', when: 'in the request' } }, 'effect.when must be one of before the answer,'],
  [{ effect: { kind: 'delay' } }, 'effect.ms is missing'],
  [{ effect: { kind: 'delay', ms: '5' } }, 'effect.ms must be a whole number of at least 0'],
  [{ effect: { kind: 'error', name: 'X' } }, 'effect.message is missing'],
  [{ effect: { kind: 'status', status: 99 } }, 'effect.status must be a whole number from 200 to 599'],
  [
    { effect: { kind: 'status', status: 500, headers: { a: 1 } } },
    'effect.headers must be an object of strings',
  ],
  [
    { effect: { kind: 'drop', when: 'later' } },
    'effect.when must be one of in the request, before the answer,',
  ],
  [{ effect: hang, match: [] }, 'match must be an object'],
  [{ effect: hang, match: { operaton: 'PutImage' } }, 'match.operaton is not known; known: side, operation,'],
  [{ effect: hang, match: { side: 'docker' } }, 'match.side must be one of api, registry, connection'],
  [{ effect: hang, match: { path: 5 } }, 'match.path must be a string'],
  [{ effect: hang, times: 0 }, 'times must be a whole number of at least 1, or "always"'],
  [{ effect: hang, times: 1.5 }, 'times must be a whole number of at least 1, or "always"'],
  [{ effect: hang, time: 1 }, 'time is not known; known: match, effect, times'],
  [[{ effect: hang }, { effect: hang, times: -1 }], '[1].times must be a whole number'],
])('an order that is wrong is refused, with the member that is wrong: %j', (order, said) => {
  expect(() => readOrders(order)).toThrow(said)
})
