import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { root } from '../../dev/root.ts'
import { runMain, runPost } from '../../dev/runner.ts'
import { variant } from '../support/variants.ts'

// The action local-ecr with ECR's own host names, in a part of the machine that has its own /etc and network.

jest.setTimeout(120_000)

let folder: string
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'local-ecr-action-'))
  cpSync('/etc', path.join(folder, 'etc'), { recursive: true, verbatimSymlinks: true })
  mkdirSync(path.join(folder, 'bin'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What a test does there: TypeScript with the runner and the like at hand. @returns what it returns */
async function there(body: string): Promise<unknown> {
  const at = (file: string) => JSON.stringify(path.join(root, file))
  const script = path.join(folder, 'there.ts')
  writeFileSync(
    script,
    `import { existsSync, mkdtempSync, readFileSync, readdirSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { runMain, runPost } from ${at('dev/runner.ts')}
const temp = mkdtempSync(${JSON.stringify(path.join(folder, 'temp-'))})
// Nothing that could fetch a registry: layers are in memory.
const env: Record<string, string> = { PATH: ${JSON.stringify(path.join(folder, 'bin'))}, HOME: temp, RUNNER_ENVIRONMENT: 'github-hosted' }
const step = (inputs = {}, more = {}) => ({
  action: ${at('local-ecr')}, with: inputs, env: { ...env, ...more }, workspace: temp, temp,
})
const hosts = () => readFileSync('/etc/hosts', 'utf8')
const certs = () => (existsSync('/etc/docker/certs.d') ? readdirSync('/etc/docker/certs.d') : [])
const before = hosts()
const told = await (async () => { ${body} })()
console.log(JSON.stringify(told))
`,
  )
  const enter = 'ip link set lo up && mount --bind "$1/etc" /etc && exec "$2" "$3"'
  const args = ['--mount', '--net', 'sh', '-c', enter, 'sh', folder, process.execPath, script]
  const { stdout } = await promisify(execFile)('unshare', args, { timeout: 100_000 })
  return JSON.parse(stdout)
}

const REGISTRY = '444455556666.dkr.ecr.eu-west-1.amazonaws.com'
const ONE = `{ accounts: '444455556666', regions: 'eu-west-1' }`

test('the action local-ecr keeps layers in memory if the registry on PATH does not start', async () => {
  const [temp, bin] = [path.join(folder, 'temp'), path.join(folder, 'programs')]
  for (const one of [temp, bin]) mkdirSync(one)
  const script = '#!/bin/sh\ntest "$1" = --version && echo distribution\n'
  writeFileSync(path.join(bin, 'registry'), script, { mode: 0o755 })
  const inputs = { accounts: '444455556666', regions: 'eu-west-1', 'host-names': 'false' }
  const env = { PATH: `${bin}:/usr/bin:/bin`, HOME: temp }
  const step = { action: path.join(root, 'local-ecr'), with: inputs, env, workspace: temp, temp }
  const main = await runMain(step)
  const post = await runPost(step, main)
  expect(main.annotations.map(({ kind, message }) => `${kind}: ${message}`)).toEqual([
    `notice: The local ECR keeps layers in memory. The registry ${path.join(bin, 'registry')} did not start: ended with 1.`,
  ])
  expect(main.outputs['registry']).toMatch(/^localhost:\d+$/)
  expect(post.log).toContain('has ended')
})

// Only root can change the names of hosts.
if (process.getuid?.() === 0 && process.platform === 'linux')
  describe("the action local-ecr, with ECR's own host names", () => {
    test('changes the names of hosts and the authorities of engines, and puts both back', async () => {
      const told = await there(`
        const main = await runMain(step(${ONE}))
        const registry = await fetchThere(main, 'https://${REGISTRY}/v2/')
        const held = { hosts: hosts(), certs: certs(), folder: readdirSync(main.state['folder']) }
        const post = await runPost(step({}, main.exported), main)
        return { main, post, registry, held, same: hosts() === before, certs: certs(), left: readdirSync(temp) }

        async function fetchThere({ exported }, url) {
          const { request } = await import('node:https')
          const ca = readFileSync(exported['NODE_EXTRA_CA_CERTS'])
          return new Promise((resolve, reject) => {
            request(url, { ca }, (answer) => resolve(answer.statusCode)).on('error', reject).end()
          })
        }`)
      expect(told).toMatchObject({
        main: {
          exitCode: 0,
          outputs: {
            registry: REGISTRY,
            'host-names': 'true',
            'endpoint-url': 'https://api.ecr.eu-west-1.amazonaws.com',
          },
          // For a region or a service that is not here, too.
          exported: { AWS_ENDPOINT_URL: 'https://api.ecr.eu-west-1.amazonaws.com', AWS_REGION: 'eu-west-1' },
          annotations: [{ kind: 'notice', message: expect.stringContaining('keeps layers in memory') }],
        },
        registry: 401,
        held: {
          hosts: expect.stringContaining(`127.0.77.1 ${REGISTRY} # local-ecr`),
          certs: [REGISTRY, 'public.ecr.aws'],
        },
        post: {
          exitCode: 0,
          annotations: [],
          log: expect.stringContaining('and has ended.'),
          // ECR's names are AWS's again for the post steps that follow.
          exported: { AWS_ENDPOINT_URL: 'http://127.0.0.1:1', NODE_EXTRA_CA_CERTS: '', SSL_CERT_FILE: '' },
        },
        same: true,
        certs: [],
        left: ['_runner_file_commands'],
      })
    })

    // Variant: 'changes the names of hosts' above ends one, and unit/local-ecr/host/hosts.test.ts has what a killed one leaves
    variant('puts both back after its process was killed, and says what it cannot know', async () => {
      const told = await there(`
        const main = await runMain(step(${ONE}))
        process.kill(JSON.parse(main.state['left']).process.pid, 'SIGKILL')
        const post = await runPost(step({}, main.exported), main)
        return { post, same: hosts() === before, certs: certs(), left: readdirSync(temp) }`)
      expect(told).toMatchObject({
        post: {
          exitCode: 0,
          annotations: [
            {
              kind: 'warning',
              message: 'The local ECR did not end as it was told to; the log has its last words.',
            },
          ],
        },
        same: true,
        certs: [],
        left: ['_runner_file_commands'],
      })
    })

    test('ends with the job if there is no post step', async () => {
      const told = await there(`
        const { spawn } = await import('node:child_process')
        // A runner that is killed once main is done.
        const runner = spawn(process.execPath, ['--input-type=module-typescript', '-e', \`
          import { runMain } from "${path.join(root, 'dev/runner.ts')}"
          const { state } = await runMain(\${JSON.stringify(step(${ONE}))})
          console.log(state.left)
          setInterval(() => {}, 1000)\`], { stdio: ['ignore', 'pipe', 'inherit'] })
        const { pid } = JSON.parse(await new Promise((resolve) => runner.stdout.once('data', (one) => resolve(String(one))))).process
        const during = hosts()
        runner.kill('SIGKILL')
        for (let at = 0; at < 200 && existsSync('/proc/' + pid); at++) await sleep(100)
        return { changed: during !== before, ended: !existsSync('/proc/' + pid), same: hosts() === before }`)
      expect(told).toEqual({ changed: true, ended: true, same: true })
    })

    test('are not taken unasked from other jobs, on a runner that is not hosted by GitHub', async () => {
      const told = await there(`
        const tell = async (kind) => {
          const main = await runMain(step(${ONE}, { RUNNER_ENVIRONMENT: kind }))
          const same = hosts() === before
          return { names: main.outputs['host-names'], log: main.log, same, post: await runPost(step(), main) }
        }
        const asked = await runMain(step({ ...${ONE}, 'host-names': 'true' }, { RUNNER_ENVIRONMENT: 'self-hosted' }))
        await runPost(step(), asked)
        return { auto: [await tell('self-hosted'), await tell('')], asked: asked.outputs['host-names'] }`)
      const auto = {
        names: 'false',
        log: expect.stringContaining('this runner is not hosted by GitHub, and may have other jobs'),
        same: true,
        post: { exitCode: 0 },
      }
      expect(told).toMatchObject({ auto: [auto, auto], asked: 'true' })
    })

    test('are ports of localhost if somebody else has these names, with a notice', async () => {
      const told = await there(`
        const first = await runMain(step(${ONE}))
        const second = await runMain(step(${ONE}))
        const must = await runMain(step({ ...${ONE}, 'host-names': 'true' }))
        const posts = [await runPost(step(), second), await runPost(step(), must), await runPost(step(), first)]
        return { second, must, posts: posts.map(({ annotations }) => annotations), same: hosts() === before, left: readdirSync(temp) }`)
      expect(told).toMatchObject({
        second: {
          exitCode: 0,
          outputs: { registry: expect.stringMatching(/^localhost:\d+$/), 'host-names': 'false' },
          annotations: [
            expect.anything(),
            {
              kind: 'notice',
              message: expect.stringMatching(/^The local ECR has ports of localhost.*Another local ECR/),
            },
          ],
        },
        must: {
          exitCode: 1,
          annotations: [
            expect.anything(),
            { kind: 'error', message: expect.stringContaining('Another local ECR') },
          ],
        },
        posts: [[], [], []],
        same: true,
        left: ['_runner_file_commands'],
      })
    })
  })
