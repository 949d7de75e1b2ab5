import { EventEmitter } from 'node:events'
import { createRequire } from 'node:module'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import type { TestResult } from '@jest/test-result'
import type { Config } from '@jest/types'
import { root } from '../../root.ts'
import type NativeEnvironment from './environment.ts'
import { isolateModulesAsync, resetModules, startFile } from './modules.ts'

/** What jest's own framework is made of; it exports only what runs in a context of its own. */
interface Circus {
  initialize(options: object): Promise<unknown>
  runAndTransformResultsToJestFormat(options: object): Promise<TestResult>
}

const require = createRequire(import.meta.url)
const CIRCUS = path.join(root, 'node_modules', 'jest-circus', 'build', 'jestAdapterInit.js')
/** Where jest keeps for a file what `jest.setTimeout` was told, and who is told of what happens in its tests. */
const [TIMEOUT, HANDLERS] = [Symbol.for('TEST_TIMEOUT_SYMBOL'), Symbol.for('EVENT_HANDLERS')]

// Each test file has modules of its own, which listen to the processes of all of them; that is no leak.
EventEmitter.defaultMaxListeners = 200

/**
 * Runs a test file in this process, whose modules Node loads, and not in a context of its own, where jest loads all of
 * itself and of each package again: of a file's time, that was a third. As before, each file has this project's own
 * modules for itself, and a `process`.
 * @returns what became of its tests
 * @throws what the file throws where its tests are declared
 */
export default async function run(
  globalConfig: Config.GlobalConfig,
  config: Config.ProjectConfig,
  environment: NativeEnvironment,
  runtime: unknown,
  testPath: string,
  sendMessageToJest?: unknown,
): Promise<TestResult> {
  for (const key of [TIMEOUT, HANDLERS]) Reflect.deleteProperty(globalThis, key)
  // It keeps the tests that were declared.
  delete require.cache[CIRCUS]
  const { initialize, runAndTransformResultsToJestFormat } = require(CIRCUS) as Circus
  await initialize({
    config,
    environment,
    globalConfig,
    localRequire: require,
    parentProcess: environment.realProcess,
    runtime,
    sendMessageToJest,
    setGlobalsForRuntime: (globals: object) =>
      startFile({ ...globals, jest: { ...environment.jest, setTimeout, resetModules, isolateModulesAsync } }),
    testPath,
  })
  await import(pathToFileURL(testPath).href)
  const setupAfterEnvPerfStats = { setupAfterEnvStart: 0, setupAfterEnvEnd: 0 }
  const options = { config, globalConfig, setupAfterEnvPerfStats, testPath }
  const open = openOf(environment.realProcess)
  const result = withPaths(await runAndTransformResultsToJestFormat(options))
  if (QUICK.test(testPath)) await expectClosed(environment.realProcess, open)
  return result
}

/** Of these, several processes run; jest kills one that something still keeps alive, and says so without its name. */
const QUICK = /\/__tests__\/(?:unit|flow)\//
/** For what a test has let go and the system has not yet; much more than it takes. */
const CLOSING_MS = 5_000

const KINDS = ['TCPSocketWrap', 'TCPServerWrap', 'TLSWrap', 'ProcessWrap', 'Timeout']

/** How many of each kind keep a process alive, without what it reads and writes by itself. */
function openOf(process: NodeJS.Process): number[] {
  const all = process.getActiveResourcesInfo()
  return KINDS.map((kind) => all.filter((one) => one === kind).length)
}

/** @throws Error that names what a file has left open that keeps its process alive, and was not before */
async function expectClosed(process: NodeJS.Process, before: readonly number[]): Promise<void> {
  const end = performance.now() + CLOSING_MS
  const more = () => {
    const now = openOf(process)
    return KINDS.filter((_, at) => (now[at] ?? 0) > (before[at] ?? 0))
  }
  while (more().length > 0 && performance.now() < end)
    await new Promise((resolve) => globalThis.setTimeout(resolve, 10))
  const left = more()
  if (left.length > 0)
    throw new Error(`When its tests have ended, something keeps their process alive: ${left.join(', ')}.`)
}

/** Names files as a person knows them, and not by the addresses of `modules.ts`; and nothing of this folder. */
function withPaths(result: TestResult): TestResult {
  const clean = (text: string) =>
    text
      .replaceAll(/file:(?:\/\/)?(\/[^\s?]+)\?file=\d+/g, (_, file: string) => file)
      .replaceAll(/\n +at .*\/dev\/testing\/native\/.*/g, '')
  if (result.failureMessage) result.failureMessage = clean(result.failureMessage)
  for (const test of result.testResults) test.failureMessages = test.failureMessages.map(clean)
  return result
}

function setTimeout(ms: number): void {
  Object.assign(globalThis, { [TIMEOUT]: ms })
}
