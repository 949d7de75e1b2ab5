import path from 'node:path'
import { root } from '../root.ts'
import type { Failure } from './failures.ts'
import type { FileReport, TestReport } from './reporter.ts'
import type { Durations } from './shares.ts'

/** How long a file of many tests may run without a line, in milliseconds. */
const QUIET_MS = 30_000

/** Counts, and says, what has become of a set of test files, whichever run of jest ran each. */
export class Progress {
  readonly counts = { passed: 0, failed: 0, skipped: 0 }
  /** In the order of their reports. */
  readonly failures: Failure[] = []
  readonly #name: string
  readonly #left: Set<string>
  readonly #total: number
  readonly #durations: Durations
  readonly #print: ((line: string) => void) | undefined
  readonly #lanes: number
  /** Seconds that the files that have run were to take, and that they took. */
  #expected = 0
  #taken = 0
  /** Of the files that still run: their tests that have ended. */
  readonly #running = new Map<string, { passed: number; failed: number }>()
  #saidAt = performance.now()

  /**
   * @param name of the set, for people
   * @param lanes how many of them run at the same time
   * @param print undefined: jest prints itself
   */
  constructor(
    name: string,
    files: readonly string[],
    { durations, lanes, print }: { durations: Durations; lanes: number; print?: (line: string) => void },
  ) {
    this.#name = name
    this.#left = new Set(files)
    this.#total = files.length
    this.#durations = durations
    this.#lanes = lanes
    this.#print = print
  }

  /** Says how far a file is that has been quiet for long. */
  addTest({ file, passed }: TestReport): void {
    const counts = this.#running.get(file) ?? { passed: 0, failed: 0 }
    counts[passed ? 'passed' : 'failed']++
    this.#running.set(file, counts)
    if (performance.now() - this.#saidAt < QUIET_MS) return
    this.#saidAt = performance.now()
    const line = `  ${path.relative(root, file)} is running: ${counts.passed} passed, ${counts.failed} failed so far`
    ;(this.#print ?? console.log)(line)
  }

  add(report: FileReport): void {
    this.#running.delete(report.file)
    this.#saidAt = performance.now()
    const file = path.relative(root, report.file)
    this.#left.delete(file)
    this.#expected += this.#durations.of(file)
    this.#taken += report.seconds
    this.#durations.set(file, report.seconds)
    for (const count of ['passed', 'failed', 'skipped'] as const) this.counts[count] += report[count]
    this.failures.push(...report.failures)
    const verdict = report.failed > 0 || report.failure !== '' ? 'FAIL' : 'ok'
    this.#print?.(`  ${this.#where()}: ${verdict} ${file}, ${report.seconds.toFixed(0)} s`)
    if (report.failure !== '') this.#print?.(report.failure)
  }

  /**
   * To be called if jest, or what ran it, has failed: that is said too if no test did.
   */
  fail(): void {
    const left = [...this.#left]
    if (this.failures.length > 0 && left.length === 0) return
    const message =
      left.length === 0
        ? 'No test has failed, but jest has: what it said is above.'
        : `It ended before these files had a result; what it said is above:\n${left.join('\n')}`
    this.failures.push({ file: this.#name, test: '', message })
  }

  /** Such as `end-to-end 7 of 22, about 3 min left`. */
  #where(): string {
    // As much slower or faster as those that have run.
    const pace = this.#expected > 0 ? this.#taken / this.#expected : 1
    const left = [...this.#left].map((file) => pace * this.#durations.of(file))
    // Not shorter than the longest of them, however many run at the same time.
    const seconds = Math.max(0, ...left, left.reduce((sum, one) => sum + one, 0) / this.#lanes)
    const about = seconds < 50 ? `${Math.ceil(seconds / 10) * 10} s` : `${Math.round(seconds / 60)} min`
    const done = `${this.#name} ${this.#total - this.#left.size} of ${this.#total}`
    return this.#left.size === 0 ? done : `${done}, about ${about} left`
  }
}
