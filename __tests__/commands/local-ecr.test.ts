import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { DescribeRepositoriesCommand, ECRClient } from '@aws-sdk/client-ecr'
import { afterAll, expect, jest, test } from '@jest/globals'

jest.setTimeout(60_000)

const cli = path.resolve(import.meta.dirname, '..', '..', 'local-ecr', 'cli.ts')
const temp = mkdtempSync(path.join(tmpdir(), 'local-ecr-test-'))
afterAll(() => rmSync(temp, { recursive: true, force: true }))

const start = (...args: string[]) =>
  spawn(process.execPath, [cli, ...args], { env: { ...process.env, TMPDIR: temp }, stdio: 'pipe' })

/** Everything that a command prints, and how it ends. */
async function finish(child: ChildProcess) {
  const output = { stdout: '', stderr: '' }
  child.stdout?.on('data', (part) => {
    output.stdout += part
  })
  child.stderr?.on('data', (part) => {
    output.stderr += part
  })
  const [code] = await once(child, 'close')
  return { ...output, code: code as number | null }
}

test('a wrong option ends with one sentence and no stack trace', async () => {
  const { stdout, stderr, code } = await finish(start('--mode', 'https'))
  expect([code, stdout, stderr]).toEqual([1, '', "--mode is 'https': it can be localhost or tls.\n"])
})

test('an error of the start is one sentence too, and --verbose adds the stack trace', async () => {
  const { stderr, code } = await finish(start('--registry', '/bin/false', '--verbose'))
  const [sentence, ...rest] = stderr.split('\n')
  expect([code, sentence]).toEqual([1, 'The registry /bin/false did not start: ended with 1'])
  expect(rest.join('\n')).toMatch(/^SetupError: The registry.*\n(?:.*\n)*? +at /m)
})

test('--help prints the options, and starts nothing', async () => {
  const { stdout, code } = await finish(start('--help'))
  expect(code).toBe(0)
  expect(stdout).toContain('--registry FILE')
})

test('it runs until it is told to end, and leaves nothing behind', async () => {
  const child = start('--json', '--account', '111111111111', '--region', 'eu-west-1')
  const [line] = await once(child.stdout, 'data')
  const { apiUrl, registries, env } = JSON.parse(String(line))
  expect(registries).toEqual({ '111111111111/eu-west-1': expect.stringMatching(/^localhost:\d+$/) })
  expect(env).toMatchObject({ AWS_ENDPOINT_URL: apiUrl, AWS_REGION: 'eu-west-1' })
  const client = new ECRClient({
    region: 'eu-west-1',
    endpoint: apiUrl,
    maxAttempts: 1,
    credentials: {
      accessKeyId: env.AWS_ACCESS_KEY_ID,
      secretAccessKey: env.AWS_SECRET_ACCESS_KEY,
      sessionToken: env.AWS_SESSION_TOKEN,
    },
  })
  const ask = () => client.send(new DescribeRepositoriesCommand({}))
  expect((await ask()).repositories).toEqual([])
  const order = { match: { operation: 'DescribeRepositories' }, effect: { kind: 'throttle' } }
  const ordered = await fetch(`${apiUrl}/_local/faults`, { method: 'POST', body: JSON.stringify(order) })
  expect(ordered.status).toBe(200)
  await expect(ask()).rejects.toThrow('Rate exceeded')
  client.destroy()
  child.kill('SIGTERM')
  expect((await finish(child)).code).toBe(0)
  expect(readdirSync(temp)).toEqual([])
})

test('without --json it prints what a shell reads in', async () => {
  const child = start('--account', '111111111111', '--region', 'eu-west-1')
  const [text] = await once(child.stdout, 'data')
  expect(String(text)).toMatch(
    /^# 111111111111\/eu-west-1: localhost:\d+\nexport AWS_ACCESS_KEY_ID='ASIA\w+'\n/,
  )
  expect(String(text)).toMatch(/\nexport AWS_ENDPOINT_URL='http:\/\/localhost:\d+'\n$/)
  child.kill('SIGINT')
  expect((await finish(child)).code).toBe(0)
})
