import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { ECRClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { clientOptions, prepareClient } from '../../src/ecr/sdk/client.ts'
import { ActionError, explain } from '../../src/shared/errors.ts'
import { lowerLimits } from '../support/limits.ts'
import { eventually } from '../support/processes.ts'

// Each source of credentials in the SDK's chain that can be silent, as a real server or a real process.

const kept = { ...process.env }
let folder: string
let server: Server
let log: string[]

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'credentials-'))
  log = []
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name]
  Object.assign(process.env, { HOME: folder, AWS_EC2_METADATA_DISABLED: 'true' })
})
afterEach(() => {
  server?.closeAllConnections()
  server?.close()
  process.env = { ...kept }
  rmSync(folder, { recursive: true })
})

async function listen(answer: RequestListener): Promise<string> {
  server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** What a call says that needs credentials, and how long it took in milliseconds. */
async function call(): Promise<{ error: unknown; tookMs: number }> {
  const client = prepareClient(
    new ECRClient({ ...clientOptions(), region: 'eu-west-1', endpoint: 'http://127.0.0.1:1' }),
    {
      describe: (operation) => operation,
      log: (line) => log.push(line),
      pause: async () => undefined,
    },
  )
  const started = performance.now()
  try {
    await client.send(new GetAuthorizationTokenCommand({}))
  } catch (error) {
    return { error, tookMs: performance.now() - started }
  } finally {
    client.destroy()
  }
  throw new Error('it was answered')
}

/** Processes whose command line has the text. */
function running(text: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(text)
      } catch {
        return false
      }
    })
}

describe('a container’s endpoint', () => {
  const json = { 'content-type': 'application/json' }
  test.each<[string, RequestListener]>([
    ['sends headers and no body', (_, response) => response.writeHead(200, json).flushHeaders()],
    [
      'sends its body byte by byte',
      (_, response) => {
        response.writeHead(200, json)
        const timer = setInterval(() => response.write(' '), 50)
        response.on('close', () => clearInterval(timer))
      },
    ],
  ])('%s: the wait ends, and the place is named', async (_, answer) => {
    lowerLimits({ credentialsMs: 3000 })
    process.env['AWS_CONTAINER_CREDENTIALS_FULL_URI'] = `${await listen(answer)}/creds`
    const { error, tookMs } = await call()
    expect(error).toBeInstanceOf(ActionError)
    expect(explain(error)).toMatch(
      /^There are no AWS credentials after 3 s: an answer of 127\.0\.0\.1 was waited for\.\nWhat to do: .*AWS_CONTAINER_CREDENTIALS_FULL_URI/,
    )
    expect(tookMs).toBeGreaterThanOrEqual(2990)
    expect(tookMs).toBeLessThan(30_000)
  })

  test('sends a body without an end: it is left, and not kept in memory', async () => {
    lowerLimits({ credentialsMs: 4000, awsBodyBytes: 1_000_000 })
    let requests = 0
    const piece = Buffer.alloc(1 << 16, ' ')
    process.env['AWS_CONTAINER_CREDENTIALS_FULL_URI'] = `${await listen((_, response) => {
      requests++
      response.writeHead(200, json)
      const more = () => {
        while (!response.destroyed && response.write(piece));
      }
      response.on('drain', more)
      more()
    })}/creds`
    const before = process.memoryUsage().rss
    const { error } = await call()
    expect(String(error)).toMatch(/Error/)
    // The SDK asks four times, a second after each other, if the machine has the time for it.
    expect(requests).toBeGreaterThanOrEqual(2)
    expect(process.memoryUsage().rss - before).toBeLessThan(600_000_000)
  })
})

describe('credential_process', () => {
  test('hangs: it and what it has started are ended', async () => {
    lowerLimits({ credentialsMs: 5000 })
    const mark = `3${process.pid}${Date.now() % 1e6}`
    const config = path.join(folder, 'config')
    // The shell waits for a child that waits for another one, and neither has the shell's process as its last command.
    writeFileSync(config, `[default]\ncredential_process = sh -c "sh -c 'sleep ${mark}; true'; true"\n`)
    process.env['AWS_CONFIG_FILE'] = config
    const calling = call()
    await eventually(() => running(mark).length >= 3, 5)
    const { error, tookMs } = await calling
    expect(explain(error)).toMatch(
      /^There are no AWS credentials after 5 s: a credential_process was waited for\./,
    )
    expect(running(mark)).toEqual([])
    expect(tookMs).toBeLessThan(30_000)
  })
})

describe('IAM Identity Center', () => {
  test('is silent, then answers: its client has the limits and the retries of every other one', async () => {
    lowerLimits({ awsAnswerMs: 300 })
    let requests = 0
    const endpoint = await listen((_, response) => {
      requests++
      if (requests < 3) response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders()
      else
        response.end(
          JSON.stringify({
            roleCredentials: {
              accessKeyId: 'a',
              secretAccessKey: 'b',
              sessionToken: 'c',
              expiration: Date.now() + 3600_000,
            },
          }),
        )
    })
    const start = 'https://example.awsapps.com/start'
    writeFileSync(
      path.join(folder, 'config'),
      `[default]\nsso_start_url = ${start}\nsso_region = eu-west-1\nsso_account_id = 123456789012\nsso_role_name = ci\n`,
    )
    const cache = path.join(folder, '.aws', 'sso', 'cache')
    mkdirSync(cache, { recursive: true })
    writeFileSync(
      path.join(cache, `${createHash('sha1').update(start).digest('hex')}.json`),
      JSON.stringify({ accessToken: 'token', expiresAt: new Date(Date.now() + 3600_000).toISOString() }),
    )
    Object.assign(process.env, {
      AWS_CONFIG_FILE: path.join(folder, 'config'),
      AWS_ENDPOINT_URL_SSO: endpoint,
    })
    const { error } = await call()
    // On a busy machine, a good answer may come too late as well.
    expect(requests).toBeGreaterThanOrEqual(3)
    const retries = log.filter((line) => /^A call for AWS credentials failed \(.*\); retry/.test(line))
    expect(retries).toHaveLength(requests - 1)
    // On a busy machine, one of them may not even have been connected in that time.
    expect(retries.join('\n')).toContain('(no whole answer of 127.0.0.1 within 0.3 s); retry')
    // The call itself has its credentials, and nobody listens at its endpoint.
    expect(String(error)).toContain('ECONNREFUSED')
  })
})
