import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from '@jest/globals'
import { root } from '../../dev/runner.ts'

const script = `
const { catchSignals } = await import(${JSON.stringify(path.join(root, 'dev/command/interruption.ts'))})
const { works } = await import(${JSON.stringify(path.join(root, 'dev/engine/process.ts'))})
catchSignals()
const answers = await Promise.allSettled([works('false', []), works('true', [])])
setTimeout(() => process.kill(process.pid, 'SIGINT'), 100)
answers.push(...(await Promise.allSettled([works('sleep', ['20'])])))
console.log(JSON.stringify(answers.map(({ value, reason }) => value ?? reason)))
`

test('a program that an interruption has ended is not taken for one that does not work: nothing is fetched in its place', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script])
  expect(JSON.parse(stdout)).toEqual([false, true, 'SIGINT'])
})
