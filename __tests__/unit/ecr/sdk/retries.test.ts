import { createServer, type Server } from 'node:net'
import { ECRClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { type Effect, inProcess, Service, Store } from '../../../../local-ecr/index.ts'
import { connectPrivateEcr } from '../../../../src/ecr/private/connect.ts'
import { logRetries, RETRIES, TIMEOUTS } from '../../../../src/ecr/sdk/retries.ts'
import { NO_SETTINGS } from '../../../../src/ecr/settings/settings.ts'

let service: Service
let log: string[]
beforeEach(() => {
  service = new Service(new Store())
  log = []
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
            `^ecr:GetAuthorizationToken in eu-west-1 failed \\(${said}.*\\); retry after \\d+\\.\\d s, attempt ${attempt} of 6$`,
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

  test('the wait that the line names is the one that was', async () => {
    service.faults.order({ match: { operation: 'GetAuthorizationToken' }, effect: { kind: 'throttle' } })
    const ecr = await connect()
    const before = performance.now()
    await ecr.authorize()
    const waited = Number(/retry after (\d+\.\d) s/.exec(log[0] ?? '')?.[1]) * 1000
    // The line is rounded to tenths of a second.
    expect(waited).toBeLessThanOrEqual(performance.now() - before + 50)
  })

  test('and the number of attempts is bounded', async () => {
    service.faults.order({
      match: { operation: 'GetAuthorizationToken' },
      times: Number.POSITIVE_INFINITY,
      effect: { kind: 'error', name: 'ServerException', message: 'oops', status: 500 },
    })
    await expect((await connect()).authorize()).rejects.toThrow('oops')
    expect(service.recorder.operations()).toHaveLength(RETRIES.maxAttempts)
  })
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

test('an endpoint that swallows what it gets is left after a while', async () => {
  const server: Server = createServer(() => undefined)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  // The same handler as that of a run, with less patience.
  const client = new ECRClient({
    ...RETRIES,
    maxAttempts: 2,
    region: 'eu-west-1',
    endpoint: `http://127.0.0.1:${port}`,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    requestHandler: { ...TIMEOUTS, requestTimeout: 50 },
  })
  logRetries(
    client,
    (operation, region) => `${operation} at ${region}`,
    (line) => log.push(line),
  )
  try {
    await expect(client.send(new GetAuthorizationTokenCommand({}))).rejects.toThrow('50 ms requestTimeout')
    expect(log).toEqual([
      expect.stringMatching(
        /^GetAuthorizationToken at eu-west-1 failed \(TimeoutError: .*; retry after \d\.\d s, attempt 2 of 2$/,
      ),
    ])
  } finally {
    client.destroy()
    server.close()
  }
})
