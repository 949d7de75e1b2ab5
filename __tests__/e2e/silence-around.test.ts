import { mkdirSync, writeFileSync } from 'node:fs'
import net, { type AddressInfo } from 'node:net'
import path from 'node:path'
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import type { StepResult } from '../../dev/runner.ts'
import { ACCOUNT, REGION, type Stage } from '../../dev/stage.ts'
import { stageOn } from '../support/parts.ts'
import { eventually, processes } from '../support/processes.ts'
import { variant } from '../support/variants.ts'

// Whoever else a step asks, and gets no answer from: a proxy, GitHub, a source of credentials, the engine. With lowered
// limits in npm test, at full length in npm run soak -- faults, which prints the time that each took.

const FULL = process.env['FAULTS'] === 'all'
const LOWERED = {
  connectMs: 700,
  awsAnswerMs: 1000,
  awsCallMs: 5000,
  credentialsMs: 2500,
  githubAnswerMs: 700,
  githubQuestionMs: 2500,
  githubFactMs: 1500,
  processMs: 3000,
  dockerLoginMs: 1500,
}
const limits = FULL ? {} : { ECR_BUILD_PUSH_LIMITS: JSON.stringify(LOWERED) }
const NOBODY = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_SESSION_TOKEN: '' }
const ROLE = `arn:aws:iam::${ACCOUNT}:role/ci`
/** What nothing else on this machine runs. */
const ASLEEP = 'sleep 86401'

jest.setTimeout(FULL ? 600_000 : 120_000)

/** Takes every connection, reads all, and never says a word. */
const mute = net.createServer((socket) => socket.on('error', () => undefined).resume())
let address: string
let stage: Stage

beforeAll(async () => {
  await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve))
  address = `http://127.0.0.1:${(mute.address() as AddressInfo).port}`
  stage = await stageOn('current')
  mkdirSync(path.join(stage.folder, 'app'))
  writeFileSync(path.join(stage.folder, 'app', 'Dockerfile'), 'FROM scratch\nCOPY Dockerfile /\n')
})
afterAll(async () => {
  mute.close()
  await stage?.close()
})

const inputs = { repository: 'app', 'aws-region': REGION, context: 'app', tags: 'v1' }

async function run(
  name: string,
  env: Readonly<Record<string, string>>,
  more: Readonly<Record<string, string>> = {},
): Promise<StepResult & { readonly error: string }> {
  const result = await stage.main({ ...inputs, ...more }, { env: { ...limits, ...env } })
  if (FULL) process.stderr.write(`${name}: ${result.seconds.toFixed(1)} s\n`)
  const errors = result.annotations.filter(({ kind }) => kind === 'error')
  const error = errors.map(({ message }) => message).join('\n')
  // A step of which somebody is silent ends long before the limits that nobody lowers, and says one thing.
  if (!FULL) expect(result.seconds).toBeLessThan(60)
  if (result.exitCode !== 0) {
    expect([errors.length, result.log]).toEqual([1, result.log])

    expect(error).toMatch(/\nWhat to do: /)
  }
  expect(result.log).not.toMatch(/^\s+at .*(?:\.js|node:)/m)
  return { ...result, error }
}

// Variant: long/answer-limits.test.ts, and unit/shared for the proxy
variant('a proxy that takes the connection and never opens a tunnel', async () => {
  const { exitCode, error, log } = await run('proxy', { HTTPS_PROXY: address, HTTP_PROXY: address })
  expect(exitCode).toBe(1)
  expect(error).toMatch(/no connection within [\d.]+ s/)
  expect(error).toMatch(/proxy/i)
  expect(log).toMatch(/; retry after [\d.]+ m?s, attempt 2 of 12/)
})

// Variant: attest-faults.test.ts has that endpoint silent
variant('GitHub’s endpoint for OIDC tokens', async () => {
  const { exitCode, error } = await run(
    'OIDC token',
    { ...NOBODY, ACTIONS_ID_TOKEN_REQUEST_URL: `${address}/?v=1`, ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'x' },
    { 'role-to-assume': ROLE },
  )
  expect(exitCode).toBe(1)
  expect(error).toMatch(/GitHub gave no OIDC token/)
})

// Variant: long/ask-github.test.ts
variant(
  'GitHub’s API, which knows a label’s text: the label is left out, and the image is pushed',
  async () => {
    const file = path.join(stage.temp, 'event.json')
    writeFileSync(file, JSON.stringify({ schedule: '0 0 * * *' }))
    const { exitCode, annotations, outputs } = await run(
      'GitHub’s API',
      {
        GITHUB_API_URL: address,
        GITHUB_EVENT_NAME: 'schedule',
        GITHUB_EVENT_PATH: file,
        GITHUB_REF: 'refs/heads/main',
        GITHUB_REPOSITORY: 'octo/app',
        GITHUB_SHA: '0123456789abcdef0123456789abcdef01234567',
      },
      { 'github-token': 'a-token' },
    )
    expect(exitCode).toBe(0)
    expect(outputs['pushed']).toBe('true')
    expect(annotations.map(({ message }) => message).join('\n')).toMatch(/GitHub.* did not answer|within/)
  },
)

test('a credential_process that hangs is ended, with all that it has started', async () => {
  const config = path.join(stage.folder, 'aws-config')
  const script = path.join(stage.folder, 'hangs')
  writeFileSync(script, `#!/bin/sh\n${ASLEEP} &\nwait\n`, { mode: 0o755 })
  writeFileSync(config, `[default]\ncredential_process = ${script}\n`)
  const { exitCode, error } = await run('credential_process', { ...NOBODY, AWS_CONFIG_FILE: config })
  expect(exitCode).toBe(1)
  expect(error).toMatch(/There are no AWS credentials after/)
  await eventually(() => !processes().some(({ command }) => command === ASLEEP), 5)
})

// Variant: long/sdk-credentials.test.ts
variant('the endpoint of a container’s credentials', async () => {
  const { exitCode, error } = await run('container', {
    ...NOBODY,
    AWS_CONTAINER_CREDENTIALS_FULL_URI: `${address}/credentials`,
  })
  expect(exitCode).toBe(1)
  expect(error).toMatch(/There are no AWS credentials|credentials/i)
})

test('an engine that takes the connection and never answers', async () => {
  const { exitCode, error } = await run('engine', { DOCKER_HOST: address.replace('http:', 'tcp:') })
  expect(exitCode).toBe(1)
  expect(error).toMatch(/'?docker info'? did not end within [\d.]+ s/)
})
