import { beforeEach, describe, expect, test } from '@jest/globals'
import { control } from '../../../../local-ecr/api/control.ts'
import { Service } from '../../../../local-ecr/service/service.ts'
import { Store } from '../../../../local-ecr/store/store.ts'
import { caller } from '../images.ts'

let service: Service
beforeEach(() => {
  service = new Service(new Store())
})

async function ask(
  method: string,
  path: string,
  body = '',
  authorization = '',
): Promise<Record<string, unknown>> {
  const { status, body: text } = await control(service, method, path, Buffer.from(body), authorization)
  return { ...(JSON.parse(String(text)) as Record<string, unknown>), status }
}

const throttle = { match: { operation: 'DescribeRepositories' }, times: 2, effect: { kind: 'throttle' } }
const call = () => service.call(caller, 'DescribeRepositories', {})

test('orders are given, listed, and withdrawn', async () => {
  expect(await ask('POST', '/_local/faults', JSON.stringify(throttle))).toEqual({
    status: 200,
    pending: [throttle],
  })
  await expect(call()).rejects.toThrow('Rate exceeded')
  expect(await ask('GET', '/_local/faults')).toEqual({ status: 200, pending: [throttle] })
  expect(await ask('DELETE', '/_local/faults')).toEqual({ status: 200 })
  expect(await call()).toEqual({ repositories: [] })
})

test.each([
  ['{"effect": {"kind": "drp"}}', 'effect.kind must be one of'],
  ['{', 'JSON'],
  ['', 'JSON'],
])('an order that is wrong is not taken: %s', async (body, said) => {
  const answer = await ask('POST', '/_local/faults', body)
  expect(answer).toEqual({ status: 400, message: expect.stringContaining(said) })
})

test('of a list with one wrong order, none is taken', async () => {
  expect((await ask('POST', '/_local/faults', JSON.stringify([throttle, {}]))).status).toBe(400)
  expect(service.faults.pending).toEqual([])
})

describe('findings', () => {
  const finding = { name: 'CVE-2024-1', severity: 'HIGH', package: 'openssl', version: '3.0.1' }

  test('are what the next scan finds', async () => {
    const given = { demo: [{ ...finding, fixedIn: '3.0.2', score: 7.5 }] }
    expect(await ask('POST', '/_local/findings', JSON.stringify(given))).toEqual({ status: 200 })
    expect(service.store.scanPlans.get('demo')).toEqual({ findings: given.demo })
    await ask('POST', '/_local/findings', '{"demo": []}')
    expect(service.store.scanPlans.get('demo')).toEqual({ findings: [] })
  })

  test.each([
    ['[]', 'findings must be an object: lists by repository or digest'],
    ['{"demo": {}}', 'demo must be a list of findings'],
    ['{"demo": [1]}', 'demo[0] must be an object'],
    [
      JSON.stringify({ demo: [{ ...finding, severty: 'LOW' }] }),
      'demo[0].severty is not known; known: name, ',
    ],
    [JSON.stringify({ demo: [{ ...finding, score: '7' }] }), 'demo[0].score must be a number'],
    [JSON.stringify({ demo: [{ ...finding, version: 3 }] }), 'demo[0].version must be a string'],
    [JSON.stringify({ demo: [{ ...finding, package: undefined }] }), 'demo[0].package is missing'],
    [
      JSON.stringify({ demo: [{ ...finding, severity: 'high' }] }),
      'demo[0].severity must be one of CRITICAL, ',
    ],
    ['{', 'JSON'],
  ])('that are wrong are not taken: %s', async (body, said) => {
    expect(await ask('POST', '/_local/findings', JSON.stringify({ other: [finding] }))).toEqual({
      status: 200,
    })
    expect(await ask('POST', '/_local/findings', body)).toEqual({
      status: 400,
      message: expect.stringContaining(said),
    })
    expect([...service.store.scanPlans.keys()]).toEqual(['other'])
  })
})

test('the record is read and cleared', async () => {
  await call()
  expect(await ask('GET', '/_local/requests')).toMatchObject({
    requests: [{ operation: 'DescribeRepositories', status: 200, caller: caller.arn }],
  })
  await ask('DELETE', '/_local/requests')
  expect(await ask('GET', '/_local/requests')).toEqual({ status: 200, requests: [] })
})

test('tokens expire', async () => {
  const { password } = service.store.issueToken(caller)
  await ask('POST', '/_local/expire-tokens')
  expect(service.store.token(password)?.expires.getTime()).toBeLessThan(Date.now())
})

test('a job gets a token for its audience, and nobody else does', async () => {
  const { idTokens } = service.store
  const path = '/_local/id-token?audience=sts.amazonaws.com'
  expect((await ask('GET', path)).status).toBe(401)
  expect((await ask('GET', path, '', 'bearer wrong')).status).toBe(401)
  const { status, value } = await ask('GET', path, '', `bearer ${idTokens.requestToken}`)
  expect(status).toBe(200)
  expect(idTokens.read(String(value))).toMatchObject({ aud: 'sts.amazonaws.com' })
})

test.each(['in the request', 'before the answer', 'in the answer'] as const)(
  'the connection of a request for a token is dropped %s',
  async (when) => {
    const { idTokens } = service.store
    service.faults.order({ match: { operation: 'IdToken' }, effect: { kind: 'drop', when } })
    await expect(ask('GET', '/_local/id-token', '', `bearer ${idTokens.requestToken}`)).rejects.toMatchObject(
      {
        name: 'Dropped',
        when,
      },
    )
  },
)

test('any other path is unknown, and says so', async () => {
  expect(await ask('PUT', '/_local/faults')).toEqual({
    status: 404,
    message: 'The local ECR has no PUT /_local/faults',
  })
})
