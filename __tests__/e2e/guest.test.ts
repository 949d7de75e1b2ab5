import { afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { CORNER, PARTS } from '../../dev/parts.ts'
import { type Running, start } from '../support/command.ts'
import { describeMachine, type Machine } from '../support/machine.ts'
import { eventually } from '../support/processes.ts'

// The commands are started as a person starts them, on the machine that the tests find: a bare one, or one with Docker.
jest.setTimeout(300_000)

const DEMO = ['dev/demo.ts']
/** A test with both engines. */
const TESTS = ['dev/test.ts', '__tests__/e2e/build-git.test.ts']

let before: Machine
let running: Running | undefined

beforeAll(async () => {
  // The first run in a checkout has a storage to make.
  await begin(DEMO).end
  before = describeMachine()
})
afterEach(() => running?.kill('SIGKILL'))

function begin(command: readonly string[]): Running {
  running = start(command, { env: { ...process.env, [PARTS]: undefined, [CORNER]: undefined } })
  return running
}

/** Processes end after they are told to. */
async function expectUnchanged(): Promise<void> {
  const processesOf = (machine: Machine) => machine['processes'] as string[]
  const known = new Set(processesOf(before))
  await eventually(() => processesOf(describeMachine()).every((process) => known.has(process)), 30)
  expect({ ...describeMachine(), processes: [] }).toEqual({ ...before, processes: [] })
}

test('the demo leaves the machine as it was', async () => {
  const { code, output } = await begin(DEMO).end
  expect(output).toMatch(/\nDone: \S+\n$/)
  expect(code).toBe(0)
  await expectUnchanged()
})

describe.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)('%s leaves the machine as it was', (signal) => {
  test.each([
    ['before there is an engine', DEMO, 'Getting ready'],
    ['while an engine starts', DEMO, 'Starting the current engine'],
    ['while an image is built', DEMO, '#5 '],
    ['while an image is pulled', DEMO, '4. A later step'],
    ['while tests run', TESTS, 'Starting the old engine'],
  ])('%s', async (_, command, line) => {
    const command_ = begin(command)
    await command_.says(line)
    command_.kill(signal)
    const { code, output } = await command_.end
    if (signal !== 'SIGKILL') {
      expect(code).toBe({ SIGINT: 130, SIGTERM: 143 }[signal])
      expect(output.trimEnd().split('\n').at(-1)).toMatch(new RegExp(`^Interrupted \\(${signal}\\)\\.`))
      expect(output).not.toMatch(/\n\s+at .*:\d+|is not an error that|defect/)
    }
    await expectUnchanged()
  })
})

test('after a run that was killed, the next one works', async () => {
  const killed = begin(DEMO)
  await killed.says('#5 ')
  killed.kill('SIGKILL')
  await killed.end
  const { code } = await begin(DEMO).end
  expect(code).toBe(0)
  await expectUnchanged()
})
