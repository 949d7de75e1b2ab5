import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { eventually, processes } from '../support/processes.ts'

// A step as the runner starts it, whose credentials never come, and which is told to end.

const entry = fileURLToPath(new URL('../../src/index.ts', import.meta.url))
let folder: string
/** Nothing else on this machine sleeps so long. */
let nap: string

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'credential-process-'))
  nap = `7${process.pid}${Date.now() % 1e6}`
  mkdirSync(path.join(folder, 'bin'))
  for (const program of ['sh', 'sleep', 'true'])
    symlinkSync(`/bin/${program}`, path.join(folder, 'bin', program))
  writeFileSync(path.join(folder, 'Dockerfile'), 'FROM scratch\n')
  // The shells wait for each other, and the last one leaves a process that is nobody's child.
  writeFileSync(
    path.join(folder, 'config'),
    `[default]\ncredential_process = sh -c "(sleep ${nap} &) && sh -c 'sleep ${nap}; true'; true"\n`,
  )
})
afterEach(() => {
  for (const { pid } of napping()) process.kill(pid, 'SIGKILL')
  rmSync(folder, { recursive: true })
})

const napping = () => processes().filter(({ command }) => command.includes(nap))
/** Both have begun; the shells between them come and go. */
const bothSleep = () => napping().filter(({ command }) => command.startsWith('sleep ')).length === 2

test.each(['promote', 'main'])(
  '%s: a credential_process that hangs ends with the step, and all that it has started',
  async (action) => {
    const child = spawn(process.execPath, [entry, ...(action === 'main' ? [] : [action])], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        // No docker: only the wait for credentials is left.
        PATH: path.join(folder, 'bin'),
        HOME: folder,
        // Node's own; without it each step compiles all of src/.
        NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? '',
        RUNNER_TEMP: folder,
        AWS_CONFIG_FILE: path.join(folder, 'config'),
        AWS_EC2_METADATA_DISABLED: 'true',
        GITHUB_REPOSITORY: 'octo/app',
        GITHUB_SHA: '0'.repeat(40),
        'INPUT_AWS-REGION': 'eu-west-1',
        INPUT_REPOSITORY: 'app',
        INPUT_SOURCE: 'v1',
        INPUT_TAGS: 'v2',
      },
    })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text))
    const ended = once(child, 'exit')
    await Promise.race([eventually(bothSleep, 30), ended])
    if (!bothSleep()) throw new Error(`it does not wait for its credentials:\n${said}`)
    child.kill('SIGTERM')
    expect(await ended).toEqual([143, null])
    expect(napping()).toEqual([])
    expect(said).toContain('The step was told to end (SIGTERM)')
  },
)
