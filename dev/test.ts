import { spawnSync } from 'node:child_process'
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
const report = path.join(root, '.local', 'jest.json')

if (args.length === 0) {
  check('lint', 'biome', ['ci', '--error-on-warnings', '.'])
  check('types', 'tsc', ['--noEmit'])
  check('dist/', process.execPath, [path.join(root, 'dev', 'build.ts'), '--check'])
}
if (!args.some((arg) => /unit|fuzz/.test(arg)) || args.length > 1) await testWithEngines()
else test({})
if (failed.length > 0) {
  console.error(`\nFailed: ${failed.join(', ')}`)
  process.exitCode = 1
}
console.log(readReport())

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
    test({ [PARTS]: JSON.stringify(parts) })
  } finally {
    await stop()
  }
}

function test(extra: Record<string, string>): void {
  mkdirSync(path.dirname(report), { recursive: true })
  rmSync(report, { force: true })
  const jest = [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    path.join(root, 'node_modules', 'jest', 'bin', 'jest.js'),
    // One after the other: the end-to-end tests share the engines, host names and two cores.
    '--runInBand',
    '--json',
    `--outputFile=${report}`,
    ...args,
  ]
  check('tests', process.execPath, jest, extra)
}

function check(
  name: string,
  program: string,
  programArgs: string[],
  extra: Record<string, string> = {},
): void {
  const started = performance.now()
  console.log(name)
  // jest's --json prints the whole report on standard output too; what people read is on standard error.
  const stdout = name === 'tests' ? 'ignore' : 'inherit'
  const env = { ...process.env, ...extra }
  const { status } = spawnSync(program, programArgs, { cwd: root, stdio: ['ignore', stdout, 'inherit'], env })
  if (status !== 0) failed.push(name)
  console.log(
    `${status === 0 ? 'ok' : 'FAILED'}: ${name}, ${((performance.now() - started) / 1000).toFixed(1)} s`,
  )
}

/** The counts of jest's own report, as one plain line. */
function readReport(): string {
  try {
    const { numPassedTests, numFailedTests, numPendingTests, numFailedTestSuites, testResults } = JSON.parse(
      readFileSync(report, 'utf8'),
    )
    // A file that cannot even be loaded counts no test of its own.
    const broken = testResults.filter(
      (suite: { assertionResults: unknown[] }) => suite.assertionResults.length === 0,
    )
    const failures = numFailedTests + (numFailedTestSuites > 0 ? broken.length : 0)
    return `${numPassedTests} passed, ${failures} failed, ${numPendingTests} skipped`
  } catch {
    process.exitCode = 1
    return '0 passed, 1 failed, 0 skipped'
  }
}
