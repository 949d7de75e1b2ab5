import { execFileSync } from 'node:child_process'
import path from 'node:path'
import { afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { CORNER, PARTS } from '../../dev/parts.ts'
import { type Running, start } from '../support/command.ts'
import { describeMachine, type Machine, processesHere } from '../support/machine.ts'
import { parts } from '../support/parts.ts'
import { eventually } from '../support/processes.ts'
import { rows } from '../support/variants.ts'

// The commands are started as a person starts them, on the machine that the tests find: a bare one, or one with Docker.
jest.setTimeout(300_000)

const DEMO = ['dev/demo.ts']
/** A test with both engines. */
const TESTS = ['dev/test.ts', '__tests__/e2e/build-git.test.ts']
/** One test, which builds nothing, to its end. */
const SHORT_TESTS = ['dev/test.ts', '__tests__/e2e/after-push.test.ts', '-t', 'wrong inputs: all at once']

let before: Machine
let running: Running | undefined

beforeAll(() => {
  // What a run that was killed has left in its control groups, the first one here removes.
  before = { ...describeMachine(), groups: [] }
})
afterEach(() => running?.kill('SIGKILL'))

function begin(command: readonly string[]): Running {
  running = start(command, { env: { ...process.env, [PARTS]: undefined, [CORNER]: undefined } })
  return running
}

/** Processes end after they are told to. */
async function expectUnchanged(but: Machine = {}): Promise<void> {
  const known = new Set(before['processes'] as string[])
  // They alone are looked at again and again: all of the machine is asked of a dozen programs.
  await eventually(() => processesHere().every((process) => known.has(process)), 30)
  expect({ ...describeMachine(), processes: [], ...but }).toEqual({ ...before, processes: [], ...but })
}

/** Whether every moment is tried, as `npm run soak -- guest` does; else one of each kind. */
const FULL = process.env['GUEST'] === 'all'
const BUILDING: readonly [command: readonly string[], line: string] = [[...DEMO, '--verbose'], '#5 ']
const ALL = [
  ['before there is an engine', DEMO, 'Getting ready'],
  ['while an engine starts', DEMO, 'Starting a Docker engine for this project alone'],
  ['while an image is built', ...BUILDING],
  ['while an image is pulled', DEMO, '5. A later step'],
  ['while tests run', TESTS, 'Starting a Docker engine for this project alone, an old one'],
] as const
const MOMENTS = FULL ? ALL : ALL.filter(([moment]) => /is built/.test(moment))
// A demo that is killed is below, and so are tests that come to their end: what they start ends with them in the same way.
const OF_A_KILL = FULL ? ALL : []

describe.each(
  [['SIGINT', MOMENTS] as const, ['SIGKILL', OF_A_KILL] as const].filter(([, moments]) => moments.length > 0),
)('%s leaves the machine as it was', (signal, moments) => {
  test.each(moments)('%s', async (_, command, line) => {
    const interrupted = begin(command)
    await interrupted.says(line)
    interrupted.kill(signal)
    const { code, output } = await interrupted.end
    if (signal !== 'SIGKILL') {
      expect(code).toBe(130)
      expect(output.trimEnd().split('\n').at(-1)).toMatch(new RegExp(`^Interrupted \\(${signal}\\)\\.`))
      expect(output).not.toMatch(/\n\s+at .*:\d+|is not an error that|defect/)
    }
    await expectUnchanged()
  })
})

test('a demo that is killed leaves the machine as it was, and so does the next one, which works', async () => {
  const [command, line] = BUILDING
  const killed = begin(command)
  await killed.says(line)
  killed.kill('SIGKILL')
  await killed.end
  // The control groups of its build are empty; nobody is left to remove them but the next run.
  await expectUnchanged({ groups: [] })
  const { code, output } = await begin(DEMO).end
  expect(output).toMatch(/\nDone: \S+\n$/)
  expect(code).toBe(0)
  await expectUnchanged()
})

test('tests leave the machine as it was', async () => {
  const { code, output } = await begin(SHORT_TESTS).end
  expect(output).toMatch(/\n1 passed, 0 failed, \d+ skipped\n$/)
  expect(code).toBe(0)
  await expectUnchanged()
})

describe('on a machine with Docker', () => {
  // The engine of these tests, as a machine has it that lets its users build.
  const { docker, env } = parts().engines.current
  const machine = {
    ...process.env,
    ...env,
    PATH: `${path.dirname(docker)}:${env['PATH'] ?? process.env['PATH']}`,
  }
  const onDocker = () => {
    running = start(DEMO, { env: { ...machine, [PARTS]: undefined, [CORNER]: undefined } })
    return running
  }
  /** Whether its bridge has a carrier is that Docker’s affair. */
  const ITS_OWN = { addresses: [] }
  /** The order in which docker tells of them is not always the same. */
  const held = () =>
    [
      [
        'image',
        'ls',
        '--all',
        '--digests',
        '--no-trunc',
        '--format',
        '{{.ID}} {{.Repository}}:{{.Tag}}@{{.Digest}}',
      ],
      ['ps', '--all', '--quiet'],
      ['network', 'ls'],
      ['volume', 'ls'],
    ].flatMap((args) => execFileSync(docker, args, { env: machine, encoding: 'utf8' }).split('\n').sort())

  // Variant: what SIGINT leaves of a demo is above, on the engine of the project.
  test.each(rows<'SIGKILL' | 'SIGINT'>(['SIGKILL'], ['SIGINT']))(
    '%s: what it leaves is gone, at the latest with the next run',
    async (signal) => {
      const atFirst = held()
      const interrupted = onDocker()
      // By then Docker has the image that was pushed; the soak waits for a container besides.
      await interrupted.says(FULL ? '5. A later step' : '3. Its outputs')
      interrupted.kill(signal)
      const { output } = await interrupted.end
      if (signal === 'SIGINT')
        expect([output.trimEnd().split('\n').at(-1), held()]).toEqual([
          expect.stringContaining('gone from Docker'),
          atFirst,
        ])
      else {
        const next = onDocker()
        // It has cleaned up before it says this. That a demo works after a killed one is above, to its end.
        await next.says('as it is on this machine')
        if (!FULL) next.kill('SIGINT')
        const { code, output } = await next.end
        if (code !== (FULL ? 0 : 130)) throw new Error(`the next run failed:\n${output}`)
        expect(held()).toEqual(atFirst)
      }
      await expectUnchanged(ITS_OWN)
    },
  )
})
