import { afterAll, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { type Effect, inProcess, Service, Store } from '../../../../local-ecr/index.ts'
import { connectPrivateEcr } from '../../../../src/ecr/private/connect.ts'
import { NO_SETTINGS } from '../../../../src/ecr/settings/settings.ts'
import { explain } from '../../../../src/shared/errors.ts'
import { TRANSIENT_BACKOFF } from '../../../../src/shared/retry.ts'

let service: Service
let log: string[]
let pauses: number[]

/** Of our own pauses, which nobody waits for: the SDK's rate limiter sees them by the clock. */
let passedMs = 0
const { now } = Date
jest.spyOn(Date, 'now').mockImplementation(() => now() + passedMs)
afterAll(() => {
  jest.restoreAllMocks()
})

beforeEach(() => {
  service = new Service(new Store())
  log = []
  pauses = []
  passedMs = 0
})

function connect(registryId: string | null = null) {
  const { accessKeyId, secretAccessKey, sessionToken = '' } = service.store.issueCredentials('123456789012')
  const credentials = { accessKeyId, secretAccessKey, sessionToken }
  const client = { requestHandler: inProcess(service), credentials }
  const say = (line: string) => log.push(line)
  return connectPrivateEcr({
    region: 'eu-west-1',
    registryId,
    mask: () => undefined,
    log: say,
    pause: async (milliseconds) => {
      pauses.push(milliseconds)
      passedMs += milliseconds
    },
    client,
  })
}

describe('a call that fails for a transient reason is retried, with a line for each retry', () => {
  test.each<[string, Effect, string]>([
    ['throttling', { kind: 'throttle' }, 'ThrottlingException: Rate exceeded'],
    [
      'a fault of ECR',
      { kind: 'error', name: 'ServerException', message: 'oops', status: 500 },
      'ServerException: oops',
    ],
    ['a connection that breaks', { kind: 'drop' }, 'Dropped: socket hang up'],
  ])('%s', async (_, effect, said) => {
    service.faults.order({ match: { operation: 'GetAuthorizationToken' }, times: 2, effect })
    await (await connect()).authorize()
    expect(log).toEqual(
      [2, 3].map((attempt) =>
        expect.stringMatching(
          new RegExp(
            `^ecr:GetAuthorizationToken in eu-west-1 failed \\(${said}.*\\); retry after [\\d.]+ m?s, attempt ${attempt} of 12$`,
          ),
        ),
      ),
    )
  })

  test('calls side by side are told apart, each with its own count', async () => {
    const fail = (operation: string, times: number) =>
      service.faults.order({
        match: { operation },
        times,
        effect: { kind: 'error', name: 'ServerException', message: operation, status: 503 },
      })
    fail('GetAuthorizationToken', 1)
    fail('DescribeRepositories', 2)
    fail('DescribeImages', 1)
    const ecr = await connect('210987654321')
    await Promise.allSettled([
      ecr.authorize(),
      ecr.findRepository('app'),
      ecr.findImages({ name: 'app' }, ['v1']),
    ])
    const told = log.map((line) =>
      /^(\S+) in (.*) failed \(ServerException: (\S+)\); .*, attempt (\d)/.exec(line)?.slice(1),
    )
    expect(told.toSorted()).toEqual(
      [
        ['ecr:DescribeImages', 'DescribeImages', '2'],
        ['ecr:DescribeRepositories', 'DescribeRepositories', '2'],
        ['ecr:DescribeRepositories', 'DescribeRepositories', '3'],
        ['ecr:GetAuthorizationToken', 'GetAuthorizationToken', '2'],
      ].map(([operation, said, attempt]) => [operation, 'eu-west-1 of account 210987654321', said, attempt]),
    )
  })

  const always = Number.POSITIVE_INFINITY
  test.each<[string, Effect]>([
    ['a fault of ECR', { kind: 'error', name: 'ServerException', message: 'oops', status: 500 }],
    [
      'a status of 5xx that the SDK does not know',
      { kind: 'error', name: 'ServerException', message: 'oops', status: 507 },
    ],
    ['a gateway', { kind: 'status', status: 503, body: '<html>', headers: { 'content-type': 'text/html' } }],
    ['a connection that breaks', { kind: 'drop' }],
    ['throttling', { kind: 'throttle' }],
  ])(
    '%s: twelve attempts over 30 to 45 s, no pause above 5 s, then an error that counts them',
    async (_, effect) => {
      service.faults.order({ match: { operation: 'GetAuthorizationToken' }, times: always, effect })
      await expect((await connect()).authorize()).rejects.toThrow(/ecr:GetAuthorizationToken failed/)
      expect(service.recorder.operations()).toHaveLength(TRANSIENT_BACKOFF.attempts)
      expect(TRANSIENT_BACKOFF.attempts).toBeGreaterThanOrEqual(12)
      expect(log).toHaveLength(TRANSIENT_BACKOFF.attempts - 1)
      expect(Math.max(...pauses)).toBeLessThanOrEqual(5000)
      const sum = pauses.reduce((all, one) => all + one, 0)
      expect(sum).toBeGreaterThanOrEqual(30_000)
      expect(sum).toBeLessThanOrEqual(45_000)
    },
    60_000,
  )

  test('an outage during several calls does not use up the retries of the next one', async () => {
    service.faults.order({
      match: { operation: 'GetAuthorizationToken' },
      times: 60,
      effect: { kind: 'error', name: 'ServerException', message: 'oops', status: 500 },
    })
    const ecr = await connect()
    for (let call = 0; call < 5; call++) await expect(ecr.authorize()).rejects.toThrow('oops')
    service.faults.order({
      match: { operation: 'DescribeRepositories' },
      times: 11,
      effect: { kind: 'error', name: 'ServerException', message: 'oops', status: 500 },
    })
    await expect(ecr.findRepository('app')).resolves.toBeNull()
  })

  test('the attempts are counted in the error, and no more are named than there were', async () => {
    const failing = async (times: number, effect: Effect) => {
      service.faults.order({ match: { operation: 'GetAuthorizationToken' }, times, effect })
      return (await connect()).authorize().catch((error: unknown) => explain(error))
    }
    const gone = { kind: 'error', name: 'ServerException', message: 'oops', status: 500 } as const
    expect(await failing(12, gone)).toMatch(/also in the last of 12 attempts/)
    expect(await failing(12, { kind: 'throttle' })).toMatch(
      /too many requests, also in the last of 12 attempts/,
    )
    const blocked = {
      kind: 'status',
      status: 403,
      body: '<html>',
      headers: { 'content-type': 'text/html' },
    } as const
    expect(await failing(1, blocked)).not.toMatch(/attempt/)
  }, 60_000)
})

describe('ends at once', () => {
  test.each(['AccessDeniedException', 'InvalidParameterException', 'LimitExceededException'])(
    '%s',
    async (name) => {
      service.faults.order({
        match: { operation: 'CreateRepository' },
        times: 9,
        effect: { kind: 'error', name, message: 'no', status: 400 },
      })
      await expect((await connect()).createRepository('app', NO_SETTINGS)).rejects.toThrow('no')
      expect(service.recorder.operations()).toHaveLength(1)
      expect(log).toEqual([])
    },
  )
})
