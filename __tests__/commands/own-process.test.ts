import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { root } from '../../dev/root.ts'
import { JEST, NODE_OPTIONS_OF_JEST } from '../../dev/testing/run.ts'

// Test files run in jest's own process (dev/testing/native), by parts of jest that are not its interface: what a file may
// rely on is held here, so that another jest which breaks it fails here, and not somewhere in silence.

interface Report {
  readonly testResults: readonly {
    readonly name: string
    readonly message: string
    readonly assertionResults: readonly { fullName: string; status: string; failureMessages: string[] }[]
  }[]
}

/** What two files do and expect; neither sees anything of the other, whichever comes first. */
const ALIKE = `
import { afterEach, describe, expect, jest, test } from '@jest/globals'
import { interruption, noteEnd, describeInterruption } from 'ROOT/dev/command/interruption.ts'
import { setOutput } from '@actions/core'

const heard: string[] = []
afterEach(() => heard.push('after'))

test('a file has its own modules of this project', () => {
  expect(describeInterruption()).toBe('Interrupted (undefined).')
  noteEnd('Of NAME.')
  expect(describeInterruption()).toBe('Interrupted (undefined). Of NAME.')
  expect(interruption.aborted).toBe(false)
  expect(setOutput).not.toHaveProperty('seen')
  Object.assign(setOutput, { seen: 'NAME' })
})

test('and its own process', () => {
  expect(process.env['SEEN']).toBeUndefined()
  process.env['SEEN'] = 'NAME'
  expect(process.listenerCount('SIGUSR2')).toBe(0)
  process.on('SIGUSR2', () => undefined)
  process.exitCode = 7
})

test('and its own spies, clock and globals of jest', () => {
  expect(console.info).not.toHaveProperty('mock')
  jest.spyOn(console, 'info').mockImplementation(() => undefined)
  expect(console.info).toHaveProperty('mock')
  expect(Date.now()).toBeGreaterThan(1e12)
  jest.useFakeTimers({ now: 5 })
  expect(Date.now()).toBe(5)
  expect(heard).toHaveLength(2)
})

describe('modules', () => {
  test('are loaded anew if a test says so', async () => {
    const at = async () => await import('ROOT/dev/command/interruption.ts')
    const same = await at()
    expect(same.interruption).toBe(interruption)
    let other = same
    await jest.isolateModulesAsync(async () => { other = await at() })
    expect(other.interruption).not.toBe(interruption)
  })

  test.each([1, 2])('and a test is found wrong: %d', (given) => expect(given).toBe(1))
})
`

const FILES: Readonly<Record<string, string>> = {
  'one.test.ts': ALIKE.replaceAll('NAME', 'one'),
  'two.test.ts': ALIKE.replaceAll('NAME', 'two'),
  'broken.test.ts': `import '@jest/globals'\nthrow new Error('it cannot be loaded')\n`,
  'open.test.ts': `
import { createServer } from 'node:net'
import { expect, test } from '@jest/globals'
test('leaves a server', async () => {
  await new Promise<void>((resolve) => createServer().listen(0, '127.0.0.1', resolve))
  expect.hasAssertions
})
`,
}

let folder: string
let report: Report
let status: number | undefined

beforeAll(async () => {
  mkdirSync(path.join(root, '.local'), { recursive: true })
  folder = mkdtempSync(path.join(root, '.local', 'own-process-'))
  // As the paths of quick tests end.
  const place = path.join(folder, '__tests__', 'unit')
  mkdirSync(place, { recursive: true })
  const files = Object.entries(FILES).map(([name, text]) => {
    const file = path.join(place, name)
    writeFileSync(file, text.replaceAll('ROOT', path.relative(place, root)))
    return file
  })
  const output = path.join(folder, 'report.json')
  const args = ['--runInBand', '--forceExit', '--silent', '--json', `--outputFile=${output}`]
  const only = ['--testMatch', `${place}/*.test.ts`, '--runTestsByPath', ...files]
  const env = { ...process.env, SEEN: undefined }
  status = await new Promise((resolve) => {
    const argv = [...NODE_OPTIONS_OF_JEST, JEST, ...args, ...only]
    const child = execFile(process.execPath, argv, { cwd: root, env }, () => resolve(child.exitCode ?? 0))
  })
  report = JSON.parse(readFileSync(output, 'utf8'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function resultOf(name: string) {
  const found = report.testResults.find((one) => path.basename(one.name) === name)
  if (found === undefined) throw new Error(`no report of ${name}`)
  return found
}

test.each(['one.test.ts', 'two.test.ts'])(
  '%s sees nothing of another file, and has what jest gives',
  (name) => {
    const { assertionResults, message } = resultOf(name)
    expect(assertionResults.map(({ fullName, status }) => [fullName, status])).toEqual([
      ['a file has its own modules of this project', 'passed'],
      ['and its own process', 'passed'],
      ['and its own spies, clock and globals of jest', 'passed'],
      ['modules are loaded anew if a test says so', 'passed'],
      ['modules and a test is found wrong: 1', 'passed'],
      ['modules and a test is found wrong: 2', 'failed'],
    ])
    const [failure = ''] = assertionResults.at(-1)?.failureMessages ?? []
    expect(failure).toMatch(/Expected: .*1.*\n.*Received: .*2/)
    // By the place that a person knows.
    expect(failure).toContain(`/__tests__/unit/${name}:`)
    expect(`${failure}${message}`).not.toMatch(/\?file=|native\//)
  },
)

test('a file that cannot be loaded has failed, and so has one that keeps its process alive', () => {
  expect(resultOf('broken.test.ts').message).toContain('it cannot be loaded')
  expect(resultOf('open.test.ts').message).toContain(
    'When its tests have ended, something keeps their process alive: TCPServerWrap.',
  )
  expect(status).toBe(1)
})
