import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { awsCli, busyboxRoot, registryBinary, skopeo } from './engine/index.ts'
import { startEngines } from './engines.ts'
import { root } from './runner.ts'

// All that decides whether a change is good: lint, types, dist/, then every test, the end-to-end ones on two real
// engines. Arguments go to jest, and then only jest runs: npm test -- __tests__/unit

/** What the end-to-end tests find in the environment, as JSON: see __tests__/support/parts.ts. */
const PARTS = 'ECR_BUILD_PUSH_PARTS'

const args = process.argv.slice(2)
const failed: string[] = []
/** What is run at the same time as other tests has a report of its own. */
const reports = {
  one: path.join(root, '.local', 'jest.json'),
  other: path.join(root, '.local', 'jest-other.json'),
}

/** What runs now. Told to end, this process ends them, and then stops the engines that it has started. */
const running = new Set<ChildProcess>()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    failed.push(signal)
    for (const child of running) child.kill(signal)
  })
}

mkdirSync(path.dirname(reports.one), { recursive: true })
for (const file of Object.values(reports)) rmSync(file, { force: true })
if (args.length === 0) {
  await check('lint', 'biome', ['ci', '--error-on-warnings', '.'])
  await check('types', 'tsc', ['--noEmit'])
  await check('dist/', process.execPath, [path.join(root, 'dev', 'build.ts'), '--check'])
}
if (!args.some((arg) => /unit|fuzz/.test(arg)) || args.length > 1) await testWithEngines()
else await test({})
if (failed.length > 0) {
  console.error(`\nFailed: ${failed.join(', ')}`)
  process.exitCode = 1
}
console.log(readReports(args.length === 0 ? Object.values(reports) : [reports.one]))

async function testWithEngines(): Promise<void> {
  const log = (line: string) => console.log(`  ${line}`)
  console.log('engines and clients')
  const { engines, names, stop } = await startEngines(['current', 'old'], log)
  try {
    const parts = {
      engines: Object.fromEntries(engines.map((engine) => [engine.name, engine])),
      names,
      registryBinary: await registryBinary(log),
      busyboxRoot: await busyboxRoot(log),
      aws: await awsCli(log),
      skopeo: await skopeo(log),
    }
    const found = { [PARTS]: JSON.stringify(parts) }
    if (args.length > 0) await test(found)
    // The end-to-end tests wait more than they work: the others have the time in between.
    else
      await Promise.all([
        test(found, 'end-to-end tests', reports.one, ['__tests__/e2e']),
        test({}, 'all other tests', reports.other, ['--testPathIgnorePatterns', '__tests__/e2e']),
      ])
  } finally {
    await stop()
  }
}

async function test(
  extra: Record<string, string>,
  name = 'tests',
  report = reports.one,
  given: readonly string[] = args,
): Promise<void> {
  const jest = [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    path.join(root, 'node_modules', 'jest', 'bin', 'jest.js'),
    // One after the other: the end-to-end tests share the engines, host names and two cores.
    '--runInBand',
    '--json',
    `--outputFile=${report}`,
    ...given,
  ]
  await check(name, process.execPath, jest, extra)
}

async function check(
  name: string,
  program: string,
  programArgs: string[],
  extra: Record<string, string> = {},
): Promise<void> {
  const started = performance.now()
  console.log(name)
  // jest's --json prints the whole report on standard output too; what people read is on standard error.
  const stdout = programArgs.includes('--json') ? 'ignore' : 'inherit'
  const env = { ...process.env, ...extra }
  const child = spawn(program, programArgs, { cwd: root, stdio: ['ignore', stdout, 'inherit'], env })
  running.add(child)
  const status = await new Promise<number | null>((resolve) => {
    child.on('close', resolve)
    child.on('error', () => resolve(null))
  })
  running.delete(child)
  if (status !== 0) failed.push(name)
  console.log(
    `${status === 0 ? 'ok' : 'FAILED'}: ${name}, ${((performance.now() - started) / 1000).toFixed(1)} s`,
  )
}

/** The counts of jest's own reports, as one plain line. A report that is missing is a failure. */
function readReports(files: readonly string[]): string {
  const sum = { passed: 0, failed: 0, skipped: 0 }
  for (const file of files) {
    try {
      const { numPassedTests, numFailedTests, numPendingTests, numFailedTestSuites, testResults } =
        JSON.parse(readFileSync(file, 'utf8'))
      // A file that cannot even be loaded counts no test of its own.
      const broken = testResults.filter(
        (suite: { assertionResults: unknown[] }) => suite.assertionResults.length === 0,
      )
      sum.passed += numPassedTests
      sum.failed += numFailedTests + (numFailedTestSuites > 0 ? broken.length : 0)
      sum.skipped += numPendingTests
    } catch {
      process.exitCode = 1
      sum.failed += 1
    }
  }
  return `${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`
}
