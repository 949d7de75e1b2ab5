import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import net, { type AddressInfo, type Server } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { connectEcr } from '../../src/aws/connect.ts'
import { roleFor } from '../../src/inputs/role.ts'
import { explain } from '../../src/shared/errors.ts'
import { lowerLimits } from '../support/limits.ts'
import { processes } from '../support/processes.ts'

// What a role needs can be silent at each of its stages: the error names the one, and nothing is left of it.

const kept = { ...process.env }
const role = roleFor('arn:aws:iam::123456789012:role/ci', {})
let folder: string
/** Takes every connection, reads all, and never says a word. */
let mute: Server
let address: string
let log: string[]

beforeEach(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'connect-'))
  mute = net.createServer((socket) => socket.on('error', () => undefined).resume())
  await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve))
  address = `http://127.0.0.1:${(mute.address() as AddressInfo).port}`
  log = []
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name]
  Object.assign(process.env, { HOME: folder, AWS_EC2_METADATA_DISABLED: 'true' })
})
afterEach(() => {
  mute.close()
  process.env = { ...kept }
  rmSync(folder, { recursive: true })
})

/** What the first calls of a step say, made at the same time. */
async function calls(
  env: Readonly<Record<string, string>>,
  { as = role, idToken }: { as?: typeof role | null; idToken?: () => Promise<string> } = {},
) {
  Object.assign(process.env, env)
  const ecr = await connectEcr(
    { repository: { registryType: 'private', registryId: null, region: 'eu-west-1' }, role: as },
    {
      env: process.env,
      workflow: { hasIdToken: idToken !== undefined, idToken: idToken ?? (async () => '') },
      mask: () => undefined,
      notice: () => undefined,
      log: (line) => log.push(line),
      debug: () => undefined,
    },
  )
  const made = await Promise.allSettled([ecr.authorize(), ecr.findRepository('app')])
  return made.map((one) => (one.status === 'rejected' ? explain(one.reason) : 'it was answered'))
}

test('a credential_process that hangs before a role is named, and ended with all that it has started', async () => {
  lowerLimits({ credentialsMs: 3000 })
  const nap = `sleep 5${process.pid}${Date.now() % 1e6}`
  const config = path.join(folder, 'config')
  writeFileSync(config, `[default]\ncredential_process = sh -c "sh -c '${nap}; true'; true"\n`)
  for (const said of await calls({ AWS_CONFIG_FILE: config })) {
    expect(said).toMatch(/^There are no AWS credentials after 3 s: a credential_process was waited for\./)
  }
  expect(processes().filter(({ command }) => command.includes(nap))).toEqual([])
})

test('STS that is silent is named, with the role and what was attempted', async () => {
  lowerLimits({ awsAnswerMs: 300, awsCallMs: 5000, credentialsMs: 200 })
  const env = { AWS_ENDPOINT_URL_STS: address, AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 'x' }
  for (const said of await calls(env)) {
    expect(said).toMatch(
      /^arn:aws:iam::123456789012:role\/ci cannot be assumed \(sts:AssumeRole\): no .*within [\d.]+ s/,
    )
  }
  expect(log.filter((line) => /^sts:AssumeRole for .* attempt 2 of 12$/.test(line))).toHaveLength(1)
})

test('GitHub that gives no token in time is named, also if that takes longer than other credentials may', async () => {
  lowerLimits({ credentialsMs: 200 })
  const idToken = async () => {
    await new Promise((resolve) => setTimeout(resolve, 600))
    throw new Error('GitHub did not answer within 0.6 s')
  }
  for (const said of await calls({}, { idToken })) {
    expect(said).toMatch(
      /^GitHub gave no OIDC token for the audience .*: GitHub did not answer within 0\.6 s/,
    )
  }
})

/** Takes a connection and says this, whatever it is asked. */
async function saying(text: string): Promise<Server> {
  const server = net.createServer((socket) => {
    socket.on('error', () => undefined).once('data', () => socket.end(text))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

test.each([
  ['a proxy that ends the connection', 'HTTP_PROXY', '', 'cannot be reached: no tunnel through the proxy: '],
  ['what speaks no HTTP', 'AWS_ENDPOINT_URL', 'no HTTP\r\n\r\n', 'gave no whole answer: Parse Error: '],
])('%s is asked once more, and named as what it is', async (_, variable, text, said) => {
  lowerLimits({ awsCallMs: 6000 })
  const server = await saying(text)
  try {
    const env = {
      AWS_ACCESS_KEY_ID: 'AKIA',
      AWS_SECRET_ACCESS_KEY: 'x',
      AWS_ENDPOINT_URL: 'http://api.ecr.example',
      NO_PROXY: '',
      [variable]: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    }
    for (const error of await calls(env, { as: null })) {
      expect(error).toContain(`in eu-west-1: the ECR API in eu-west-1 ${said}`)
      expect(error).toMatch(/, in \d attempts\nWhat to do: .*HTTPS_PROXY and NO_PROXY/)
    }
    expect(log.length).toBeGreaterThanOrEqual(2)
  } finally {
    server.close()
  }
})
