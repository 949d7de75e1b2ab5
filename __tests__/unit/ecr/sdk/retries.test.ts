import { createServer, type Server } from 'node:net'
import { ECRClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr'
import { beforeEach, describe, expect, test } from '@jest/globals'
import type { Effect } from '../../../../local-ecr/faults.ts'
import { inProcess } from '../../../../local-ecr/sdk-handler.ts'
import { Service } from '../../../../local-ecr/service.ts'
import { Store } from '../../../../local-ecr/store.ts'
import { connectPrivateEcr } from '../../../../src/ecr/private/connect.ts'
import { RETRIES, TIMEOUTS, tellRetries } from '../../../../src/ecr/sdk/retries.ts'
import { NO_SETTINGS } from '../../../../src/ecr/settings/settings.ts'

let service: Service
let log: string[]
beforeEach(() => {
  service = new Service(new Store())
  log = []
})

function connect() {
  const { accessKeyId, secretAccessKey, sessionToken = '' } = service.store.issueCredentials('123456789012')
  const credentials = { accessKeyId, secretAccessKey, sessionToken }
  const client = { requestHandler: inProcess(service), credentials }
  const say = (line: string) => log.push(line)
  return connectPrivateEcr({
    region: 'eu-west-1',
    registryId: null,
    mask: () => undefined,
    log: say,
    client,
  })
}

describe('a call that fails of what can pass is tried again, with a line for each', () => {
  test.each<[string, Effect, string]>([
    ['throttling', { kind: 'throttle' }, 'ThrottlingException: Rate exceeded'],
    [
      'a fault of ECR',
      { kind: 'error', name: 'ServerException', message: 'oops', status: 500 },
      'ServerException: oops',
    ],
    ['a break', { kind: 'drop' }, 'Error: socket hang up'],
  ])('%s', async (_, effect, said) => {
    service.faults.order({ match: { operation: 'GetAuthorizationToken' }, times: 2, effect })
    await (await connect()).authorize()
    expect(log).toEqual([2, 3].map((attempt) => expect.stringContaining(`); again, attempt ${attempt} of 6`)))
    expect(log[0]).toMatch(/^A call to ECR failed \(/)
    if (effect.kind !== 'drop') expect(log[0]).toContain(said)
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
  tellRetries(client, 'ECR', (line) => log.push(line))
  try {
    await expect(client.send(new GetAuthorizationTokenCommand({}))).rejects.toThrow('50 ms requestTimeout')
    expect(log).toEqual([
      expect.stringMatching(/^A call to ECR failed \(TimeoutError: .*; again, attempt 2 of/),
    ])
  } finally {
    client.destroy()
    server.close()
  }
})
