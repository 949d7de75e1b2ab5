import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { root } from './runner.ts'

// What `npm test` does for seconds, for minutes: all parts, or those that are named.
//   npm run soak            npm run soak -- fuzz            npm run soak -- fuzz SEED            npm run soak -- faults

/** Times as many cases as in `npm test`; more than 100,000 in all. */
const FUZZ_TIMES = 7

/** Each part throws where something is not as it should be, and returns what it did, as one line. */
const PARTS: Readonly<Record<string, (args: readonly string[]) => string | Promise<string>>> = {
  fuzz,
  faults,
}

const [name, ...args] = process.argv.slice(2)
for (const part of name === undefined ? Object.keys(PARTS) : [name]) {
  const work = PARTS[part]
  if (work === undefined)
    throw new Error(`there is no part '${part}'; there are ${Object.keys(PARTS).join(', ')}`)
  const started = performance.now()
  const line = await work(args)
  console.log(`ok: ${part}: ${line}, ${((performance.now() - started) / 1000).toFixed(0)} s`)
}

/** The property-based tests, each with many times as many values, all of one seed. */
function fuzz([given]: readonly string[]): string {
  const seed = given ?? String(Date.now() % 2 ** 31)
  const folder = mkdtempSync(path.join(os.tmpdir(), 'soak-'))
  const report = path.join(folder, 'cases')
  console.log(`fuzz, seed ${seed}`)
  try {
    const jest = [
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      path.join(root, 'node_modules', 'jest', 'bin', 'jest.js'),
      '__tests__/fuzz',
      '__tests__/unit/metadata/properties',
    ]
    const variables = { FUZZ_TIMES: String(FUZZ_TIMES), FUZZ_SEED: seed, FUZZ_REPORT: report }
    const env = { ...process.env, ...variables }
    const { status } = spawnSync(process.execPath, jest, { cwd: root, stdio: 'inherit', env })
    if (status !== 0) throw new Error(`fuzz failed; the same again: npm run soak -- fuzz ${seed}`)
    const counts = readFileSync(report, 'utf8').trim().split('\n').map(Number)
    return `${counts.reduce((sum, count) => sum + count, 0)} cases of ${counts.length} properties, seed ${seed}`
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Every fault at every stage of a run, on both engines, and the load test after it. */
function faults(): string {
  const script = path.join(root, 'dev', 'test.ts')
  const tests = ['__tests__/e2e/fault-matrix', '__tests__/e2e/load']
  const env = { ...process.env, FAULTS: 'all' }
  const { status } = spawnSync(process.execPath, [script, ...tests], { cwd: root, stdio: 'inherit', env })
  if (status !== 0) throw new Error('faults failed; what did, is above')
  return 'every fault at every stage'
}
