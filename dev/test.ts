import { availableParallelism } from 'node:os'
import path from 'node:path'
import { endOf, spawnTied } from './command/child.ts'
import { CommandError } from './command/errors.ts'
import { main } from './command/main.ts'
import { root } from './root.ts'
import { describeFailures, type Failure } from './testing/failures.ts'
import { Progress } from './testing/progress.ts'
import { JEST, NODE_OPTIONS_OF_JEST, type Run, runJest } from './testing/run.ts'
import { select } from './testing/select.ts'
import { Durations, share } from './testing/shares.ts'
import { runsEveryVariant } from './testing/variants.ts'
import { prepareEngines, type WithEngines } from './with-engines.ts'

// All that decides whether a change is good: lint, types, dist/, then every test, the end-to-end ones on two real
// engines. The last line is the count of all tests.

const help = `
npm test                                   lint, types, dist/ against src/, and all tests
npm test -- PATH… [OPTION…]                the tests that jest finds for these arguments
npm run test:unit                          the unit and flow tests, which need no engine and no root
npm run test:unit -- PATH… [OPTION…]       of the tests of PATH, those that need no engine and no root
npm run test:watch [-- PATH… OPTION…]      all tests that need no engine, whenever a file changes

A PATH is one below __tests__, or a part of one. An OPTION is one of jest's: -t NAME runs the tests of that name,
https://jestjs.io/docs/cli has them all. Engines start only if an end-to-end test is meant (__tests__/e2e); they are
the machine's Docker, or as root on Debian 12 or later two of their own; see docs/local.md.

  --verbose   show where an error comes from, and each test's name
  --help      show this
`

/** Corners in which end-to-end tests run at the same time; they wait more than they work. */
const CORNERS = 2
/**
 * Processes for all other tests of a whole run, some of which wait more than they work as well: with two, a run had 1.75 of
 * two cores.
 */
const LANES = 3
const NO_ENGINE = '--no-engine'
/** What most changes are tried with, in one to two minutes. What else needs no engine takes longer (__tests__/long, …/fuzz, …). */
const QUICK = ['__tests__/unit/', '__tests__/flow/']
/** Some of these tests wait more than they work; and each process more loads all of jest and of the SDK for itself. */
const QUICK_WORKERS = Math.max(3, availableParallelism())
/** What repeats a check of the whole run. */
const CHECKS = { lint: 'npm run lint', types: 'npm run types', 'dist/': 'npm run build -- --check' }
const FLAGS_THAT_WATCH = ['--watch', '--watchAll']

/** What a run of jest is told whose report is this file's. */
type Quiet = Pick<Run, 'interruption'> & Partial<Pick<Run, 'withEngines'>>

const durations = new Durations()
const failed: string[] = []
/** Those of the checks, which are told first: what they say is often why tests fail. */
const failures: Failure[] = []
const progresses: Progress[] = []

await main({ help, options: null }, async ({ args: given, interruption }) => {
  const started = performance.now()
  const quick = given.length === 1 && given[0] === NO_ENGINE
  const args = quick ? QUICK : given.filter((arg) => arg !== NO_ENGINE)
  const watched = args.filter((arg) => !FLAGS_THAT_WATCH.includes(arg))
  const watching = watched.length < args.length
  // What jest does not know, or does not find, it is asked for here: the watch would end with a page about it, or wait.
  if (watching && watched.length === 0) return watch(args)
  const selection = await select(watched)
  const all = given.length === 0
  const without = watching || given.includes(NO_ENGINE)
  if (without && selection.others.length === 0) {
    throw new CommandError(
      `All tests that are meant by '${watched.join(' ')}' need an engine.`,
      'use npm test for them, or name others.',
    )
  }
  if (watching) return watch(args)
  if (all) await whole()
  else {
    const engines = without || selection.endToEnd.length === 0 ? undefined : await engineOf(all)
    const patterns = (folder: string) => [...args, `--testPathIgnorePatterns=${folder}`]
    if (selection.others.length > 0 || engines === undefined)
      await tests('tests', selection.others, {
        args: patterns('/__tests__/e2e/'),
        workers: Math.min(QUICK_WORKERS, selection.others.length),
      })
    if (engines !== undefined) {
      const others = '/__tests__/(?!e2e/)'
      await tests('end-to-end tests', selection.endToEnd, { args: patterns(others), withEngines: engines })
    }
  }
  // With all variants a file takes longer, which says nothing of the next run.
  if (!runsEveryVariant()) durations.save()
  if (interruption.aborted) return 1
  failed.unshift(...failures.map(({ file }) => file))
  if (failed.length > 0) console.error(`\nFailed: ${failed.join(', ')}`)
  console.log(`${minutes(started)} in all`)
  // Of one file, jest's own report is in sight.
  const inSight = selection.others.length + selection.endToEnd.length === 1
  const list = [...failures, ...progresses.flatMap((progress) => progress.failures)]
  if (!inSight) for (const line of describeFailures(list)) console.log(line)
  const sum = (count: keyof Progress['counts']) =>
    progresses.reduce((total, { counts }) => total + counts[count], 0)
  console.log(`${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped`)
  if (failed.length === 0 && sum('passed') === 0) {
    throw new CommandError(
      `No test has run: in what '${args.join(' ')}' means, ${sum('skipped')} were skipped.`,
      'if a name was given (-t), no test has it: the names are in the files, and in the report of --verbose.',
    )
  }
  return failed.length > 0 ? 1 : 0

  /** Everything, at the same time: what waits, such as for an engine, leaves the processor to the rest. */
  async function whole(): Promise<void> {
    const stop = new AbortController()
    const ended = AbortSignal.any([interruption, stop.signal])
    const parts = [
      checks(ended),
      quietTests('unit, flow and fuzz', sharesOf(selection.others, LANES), { interruption: ended }),
      engineOf(all).then((withEngines) => endToEnd(selection.endToEnd, { interruption: ended, withEngines })),
    ]
    // Without engines there is no verdict, whatever the rest says.
    for (const part of parts) part.catch(() => stop.abort('SIGTERM'))
    await Promise.allSettled(parts)
    await Promise.all(parts)
  }

  /** jest with its own report, for one run at a time. */
  async function tests(name: string, files: readonly string[], run: Partial<Run>): Promise<void> {
    const progress = new Progress(name, files, { durations, lanes: run.workers ?? 1 })
    progresses.push(progress)
    const passed = await runJest({
      args: [],
      progress,
      interruption,
      ownReport: true,
      withEngines: undefined,
      workers: 1,
      ...run,
    })
    if (!passed && !interruption.aborted) {
      failed.push(name)
      progress.fail()
    }
  }

  async function endToEnd(files: readonly string[], run: Quiet): Promise<void> {
    // On a machine's own Docker they would meet.
    const corners = process.getuid?.() === 0 ? CORNERS : 1
    await quietTests('end-to-end', sharesOf(files, corners), run)
  }

  function sharesOf(files: readonly string[], count: number): string[][] {
    return share(files, count, (file) => durations.of(file))
  }

  /** jest without a report of its own, once for each share, all at the same time. */
  async function quietTests(
    name: string,
    shares: readonly (readonly string[])[],
    { interruption, withEngines }: Quiet,
  ): Promise<void> {
    const before = performance.now()
    const options = { durations, lanes: shares.length, print: console.log }
    const progress = new Progress(name, shares.flat(), options)
    progresses.push(progress)
    // Files one after the other: the end-to-end tests of a run share the engines and the host names.
    const run = { progress, interruption, ownReport: false, withEngines, workers: 1 }
    const passed = await Promise.all(
      shares.map((files) => runJest({ ...run, args: ['--runTestsByPath', ...files] })),
    )
    // What was interrupted has neither passed nor failed.
    if (interruption.aborted) return
    if (!passed.every(Boolean)) {
      failed.push(name)
      progress.fail()
    }
    console.log(`${passed.every(Boolean) ? 'ok' : 'FAILED'}: ${name}, ${minutes(before)}`)
  }
})

async function engineOf(all: boolean): Promise<WithEngines> {
  if (all) console.log('engines and clients')
  const more = process.env['ENGINES'] === 'all'
  const clients = ['aws', 'skopeo', 'cosign'] as const
  return prepareEngines({ engines: ['current', 'old'], clients, more }, (line) => console.log(`  ${line}`))
}

/** One after the other: each takes what the tests beside it leave. */
async function checks(interruption: AbortSignal): Promise<void> {
  await check('lint', ['biome', 'ci', '--error-on-warnings', '.'], interruption)
  await check('types', ['tsc', '--noEmit'], interruption)
  await check('dist/', [process.execPath, path.join(root, 'dev', 'build.ts'), '--check'], interruption)
}

async function check(
  name: keyof typeof CHECKS,
  command: readonly string[],
  interruption: AbortSignal,
): Promise<void> {
  if (interruption.aborted) return
  const started = performance.now()
  const child = spawnTied(command, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
  // In one piece, at its end: tests print their lines meanwhile.
  const said: Buffer[] = []
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => said.push(chunk))
  const end = () => child.kill()
  interruption.addEventListener('abort', end)
  const status = await endOf(child).finally(() => interruption.removeEventListener('abort', end))
  if (interruption.aborted) return
  process.stdout.write(Buffer.concat(said))
  if (status !== 0)
    failures.push({ file: name, test: '', message: `What is wrong is said above, and by ${CHECKS[name]}.` })
  console.log(`${status === 0 ? 'ok' : 'FAILED'}: ${name}, ${minutes(started)}`)
}

async function watch(args: readonly string[]): Promise<number> {
  const ignore = '--testPathIgnorePatterns=/__tests__/e2e/'
  const command = [process.execPath, ...NODE_OPTIONS_OF_JEST, JEST, ...args, ignore]
  return endOf(spawnTied(command, { cwd: root, stdio: 'inherit' }))
}

function minutes(since: number): string {
  const seconds = (performance.now() - since) / 1000
  return seconds < 100 ? `${seconds.toFixed(1)} s` : `${(seconds / 60).toFixed(1)} min`
}
