import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { endOf, spawnTied } from './command/child.ts'
import { CommandError } from './command/errors.ts'
import { interruption } from './command/interruption.ts'
import { main } from './command/main.ts'
import { root } from './root.ts'
import { underPolicies } from './under-policies.ts'

// What `npm test` proves once, with every value: all parts, or one.
//   npm run soak     npm run soak -- fuzz     npm run soak -- fuzz SEED     npm run soak -- variants     …

/** Times the runs that each property names; more than 100,000 in all. */
const FUZZ_TIMES = 7
const TESTS = path.join(root, '__tests__')

/** The end-to-end tests whose steps may find no engine, as NO_ENGINE=true has it; others load what they build. */
const WITHOUT_ENGINE = ['main-job', 'before-tags', 'attest', 'registries', 'after-push']

/** Each part returns what it did, as one line; undefined if a test has failed, whose report stands above. */
const PARTS: Readonly<Record<string, (args: readonly string[]) => Promise<string | undefined>>> = {
  fuzz,
  variants,
  faults,
  engines,
  guest,
  policies,
}

/** End-to-end tests of which a part of their own runs all there is. */
const OF_FAULTS = ['fault-matrix', 'silence', 'silence-copy', 'silence-around', 'load']
const OF_ENGINES = ['engines']
const OF_GUEST = ['guest']

const help = `
npm run soak [-- fuzz [SEED] | variants | faults | engines | guest | policies]

npm test proves each kind once; this proves it with every value: the property-based tests with more than 100,000 values
(fuzz; with a seed, the same ones again), every variant that npm test leaves out (variants), every fault at every stage
of a run on both engines (faults), every engine with every feature of the table in docs/build.md, and the main path
without an engine (engines), an interruption of the demo and the tests at every moment (guest), and the end-to-end tests
with each step under its own minimal session policy (policies, as root on Debian 12 or later). Without a part, all.

  --verbose   show where an error comes from
  --help      show this
`

await main({ help, options: {}, arguments: 2 }, async ({ args: [name, ...args] }) => {
  for (const part of name === undefined ? Object.keys(PARTS) : [name]) {
    const work = Object.hasOwn(PARTS, part) ? PARTS[part] : undefined
    if (work === undefined)
      throw new CommandError(
        `There is no part '${part}'.`,
        `name one of ${Object.keys(PARTS).join(', ')}, or none.`,
      )
    if (part !== 'fuzz' && args.length > 0)
      throw new CommandError(`Unexpected argument '${args[0]}'.`, 'only fuzz takes one, its seed.')
    const started = performance.now()
    const line = await work(args)
    if (line === undefined) return 1
    console.log(`ok: ${part}: ${line}, ${((performance.now() - started) / 1000).toFixed(0)} s`)
  }
  return 0
})

/** The property-based tests, each with many times as many values, all of one seed. */
async function fuzz([given]: readonly string[]): Promise<string | undefined> {
  if (given !== undefined && !/^-?\d{1,10}$/.test(given))
    throw new CommandError(
      `'${given}' is no seed.`,
      'give the number that an earlier run has printed, or none.',
    )
  const seed = given ?? String(Date.now() % 2 ** 31)
  const folder = mkdtempSync(path.join(os.tmpdir(), 'soak-'))
  const report = path.join(folder, 'cases')
  console.log(`fuzz, seed ${seed}`)
  try {
    const jest = [
      '--disable-warning=ExperimentalWarning',
      path.join(root, 'node_modules', 'jest', 'bin', 'jest.js'),
      '--runTestsByPath',
      ...filesOfProperties(),
    ]
    const variables = { FUZZ_TIMES: String(FUZZ_TIMES), FUZZ_SEED: seed, FUZZ_REPORT: report }
    const env = { ...process.env, ...variables }
    const status = await run([process.execPath, ...jest], env)
    if (status !== 0) {
      console.error(`FAILED: fuzz; the same values: npm run soak -- fuzz ${seed}`)
      return undefined
    }
    const counts = readFileSync(report, 'utf8').trim().split('\n').map(Number)
    return `${counts.reduce((sum, count) => sum + count, 0)} cases of ${counts.length} properties, seed ${seed}`
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The test files with properties that need no engine: a folder of them, and whatever else imports what holds them. */
function filesOfProperties(): string[] {
  return testFiles()
    .filter((file) => !file.startsWith(path.join(TESTS, 'e2e', path.sep)))
    .filter((file) => file.startsWith(path.join(TESTS, 'fuzz', path.sep)) || uses(file, 'fuzz'))
}

/** Every test of each file of which npm test leaves some out. */
function variants(): Promise<string | undefined> {
  const own = [...OF_FAULTS, ...OF_ENGINES, ...OF_GUEST].map((file) =>
    path.join(TESTS, 'e2e', `${file}.test.ts`),
  )
  const files = testFiles().filter((file) => uses(file, 'variants') && !own.includes(file))
  return runTests('variants', files, { VARIANTS: 'all' }, `every variant in ${files.length} files`)
}

/** Absolute paths. */
function testFiles(): string[] {
  return readdirSync(TESTS, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => path.join(TESTS, file))
}

/** Whether a test file imports a file of __tests__/support. */
function uses(file: string, support: string): boolean {
  return readFileSync(file, 'utf8').includes(`support/${support}.ts'`)
}

/** Every fault at every stage of a run, on both engines, and the load test after it. */
function faults(): Promise<string | undefined> {
  return endToEnd('faults', OF_FAULTS, { FAULTS: 'all', LOAD_RUNS: '50' }, 'every fault at every stage')
}

/** The whole matrix, then tests of the whole path with steps that find no engine and build by a remote builder. */
async function engines(): Promise<string | undefined> {
  const matrix = await endToEnd('engines', OF_ENGINES, { ENGINES: 'all' }, 'every engine with every feature')
  if (matrix === undefined) return undefined
  return endToEnd('engines', WITHOUT_ENGINE, { NO_ENGINE: 'true' }, `${matrix}, the main path without one`)
}

function guest(): Promise<string | undefined> {
  return endToEnd('guest', OF_GUEST, { GUEST: 'all' }, 'an interruption at every moment')
}

function policies(): Promise<string | undefined> {
  const variables = { SESSION_POLICY: 'minimal' }
  const files = underPolicies()
  const did = `${files.length} files, each step under its own minimal session policy`
  return endToEnd('policies', files, variables, did)
}

function endToEnd(
  part: string,
  names: readonly string[],
  variables: Readonly<Record<string, string>>,
  did: string,
): Promise<string | undefined> {
  const files = names.map((name) => path.join(TESTS, 'e2e', `${name}.test.ts`))
  return runTests(part, files, variables, did)
}

/** Runs test files with variables that make them do all they can. @returns what they did; undefined if one failed */
async function runTests(
  part: string,
  files: readonly string[],
  variables: Readonly<Record<string, string>>,
  did: string,
): Promise<string | undefined> {
  const script = path.join(root, 'dev', 'test.ts')
  const tests = files.map((file) => path.relative(root, file))
  const status = await run([process.execPath, script, ...tests], { ...process.env, ...variables })
  if (status === 0) return did
  console.error(`FAILED: ${part}`)
  return undefined
}

/** Runs a program with the terminal of this one, and ends it if this one is told to end. @returns its exit code */
async function run(command: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const child = spawnTied(command, { cwd: root, stdio: 'inherit', env })
  const pass = () => child.kill(interruption.reason as NodeJS.Signals)
  interruption.addEventListener('abort', pass)
  return endOf(child).finally(() => interruption.removeEventListener('abort', pass))
}
