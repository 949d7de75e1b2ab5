import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { root } from '../../dev/runner.ts'

// The step ends when it has ended, whatever is still open.

let server: Server
let folder: string
let address: string

beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'end-process-'))
  server = createServer((socket) => socket.on('error', () => undefined))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  address = JSON.stringify(server.address())
})
afterAll(() => {
  server.close()
  rmSync(folder, { recursive: true })
})

interface Ended {
  readonly code: number | null
  readonly text: string
  readonly ms: number
}

/** Runs a step in a process of its own, beside a connection that is never answered. */
function step(work: string, { stuck = false, limits = '{}' } = {}): Promise<Ended> {
  const source = (file: string) => JSON.stringify(path.join(root, 'src', file))
  const script = path.join(folder, `${Math.random()}.ts`)
  writeFileSync(
    script,
    `import { connect } from 'node:net'
import * as core from ${JSON.stringify(path.join(root, 'node_modules/@actions/core/lib/core.js'))}
const { runStep } = await import(${source('runner/step.ts')})
await runStep(async () => {
  await new Promise((resolve) => connect({ ...${address}, host: '127.0.0.1' }).once('connect', resolve))
  setInterval(() => undefined, 1000)
  ${work}
})
`,
  )
  const child = spawn(process.execPath, [script], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, GITHUB_OUTPUT: path.join(folder, 'output'), ECR_BUILD_PUSH_LIMITS: limits },
  })
  const started = performance.now()
  let text = ''
  // A runner that is behind takes what there is only later.
  if (!stuck) {
    setTimeout(() => {
      child.stdout.on('data', (part) => {
        text += part
      })
    }, 300)
  }
  return new Promise((resolve) => {
    child.on('exit', (code) => {
      const ms = performance.now() - started
      if (stuck) resolve({ code, text, ms })
      else child.on('close', () => resolve({ code, text, ms }))
    })
  })
}

test('a step that has succeeded ends with all that it said and put out', async () => {
  writeFileSync(path.join(folder, 'output'), '')
  const { code, text, ms } = await step(
    `core.setOutput('digest', 'sha256:0'); for (let at = 0; at < 20000; at++) console.log('line ' + at + ' ' + 'x'.repeat(80))`,
  )
  expect(code).toBe(0)
  expect(text.split('\n').filter((line) => line.startsWith('line '))).toHaveLength(20000)
  expect(readFileSync(path.join(folder, 'output'), 'utf8')).toMatch(/^digest<<\S+\nsha256:0\n/)
  expect(ms).toBeLessThan(30_000)
})

test('a step that has failed ends with its error', async () => {
  const { code, text } = await step(`throw new Error('it went wrong')`)
  expect(code).toBe(1)
  expect(text).toMatch(/^::error::it went wrong/m)
})

test('a runner that takes nothing more does not hold it', async () => {
  const { code, ms } = await step(
    `process.stdout._handle.setBlocking?.(false); for (let at = 0; at < 20000; at++) process.stdout.write('x'.repeat(100))`,
    { stuck: true, limits: '{"lastLinesMs":300}' },
  )
  expect(code).toBe(0)
  expect(ms).toBeLessThan(30_000)
})
