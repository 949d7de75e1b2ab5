import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { endOf, spawnTied } from './command/child.ts'
import { CommandError } from './command/errors.ts'
import { interruption } from './command/interruption.ts'
import { main } from './command/main.ts'
import { root } from './root.ts'

// What `npm test` does for seconds, for minutes: all parts, or those that are named.
//   npm run soak     npm run soak -- fuzz     npm run soak -- fuzz SEED     npm run soak -- faults
//   npm run soak -- engines     npm run soak -- guest     npm run soak -- compression

/** Times as many cases as in `npm test`; more than 100,000 in all. */
const FUZZ_TIMES = 7

/** The end-to-end tests whose steps may find no engine, as NO_ENGINE=true has it; others load what they build. */
const WITHOUT_ENGINE = ['main-job', 'before-tags', 'attest', 'registries', 'after-push']

/** Each part returns what it did, as one line; undefined if a test has failed, whose report stands above. */
const PARTS: Readonly<Record<string, (args: readonly string[]) => Promise<string | undefined>>> = {
  fuzz,
  faults,
  engines,
  guest,
  compression,
}

const help = `
npm run soak [-- fuzz [SEED] | faults | engines | guest | compression]

What npm test does for seconds, for minutes: the property-based tests with more than 100,000 values (fuzz; with a seed,
the same ones again), every fault at every stage of a run on both engines (faults), every engine with every feature of
the table in docs/build.md, and the main path without an engine (engines), an interruption of the demo and the tests
at every moment (guest), and each compression on each builder (compression). Without a part, all.

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
      '--experimental-vm-modules',
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
  const tests = path.join(root, '__tests__')
  return readdirSync(tests, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts') && !file.startsWith(`e2e${path.sep}`))
    .map((file) => path.join(tests, file))
    .filter(
      (file) =>
        file.startsWith(path.join(tests, 'fuzz', path.sep)) ||
        readFileSync(file, 'utf8').includes("support/fuzz.ts'"),
    )
}

/** Every fault at every stage of a run, on both engines, and the load test after it. */
function faults(): Promise<string | undefined> {
  const files = ['fault-matrix', 'silence', 'load']
  return endToEnd('faults', files, { FAULTS: 'all', LOAD_RUNS: '50' }, 'every fault at every stage')
}

/** The whole matrix, then tests of the whole path with steps that find no engine and build by a remote builder. */
async function engines(): Promise<string | undefined> {
  const matrix = await endToEnd('engines', ['engines'], { ENGINES: 'all' }, 'every engine with every feature')
  if (matrix === undefined) return undefined
  return endToEnd('engines', WITHOUT_ENGINE, { NO_ENGINE: 'true' }, `${matrix}, the main path without one`)
}

function guest(): Promise<string | undefined> {
  return endToEnd('guest', ['guest'], { GUEST: 'all' }, 'an interruption at every moment')
}

function compression(): Promise<string | undefined> {
  return endToEnd('compression', ['compression'], { COMPRESSION: 'all' }, 'each compression on each builder')
}

/** End-to-end tests, with variables that make them do all they can. @returns what they did */
async function endToEnd(
  part: string,
  files: readonly string[],
  variables: Readonly<Record<string, string>>,
  did: string,
): Promise<string | undefined> {
  const script = path.join(root, 'dev', 'test.ts')
  const tests = files.map((file) => `__tests__/e2e/${file}`)
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
