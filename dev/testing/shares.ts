import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { local } from '../engine/paths.ts'
import { root } from '../root.ts'

const file = path.join(local, 'test-seconds.json')

/** Seconds of short files that take long, whose size says nothing: one that is begun last would run alone at the end. */
export const LONG: Readonly<Record<string, number>> = {
  [path.join('__tests__', 'e2e', 'guest.test.ts')]: 80,
}

/** How long test files took when they last ran here. */
export class Durations {
  readonly #seconds: Record<string, number>

  constructor() {
    this.#seconds = read()
  }

  /** @returns seconds; for a file that has not run here, guessed by its size, which is right within a factor of three */
  of(test: string): number {
    return this.#seconds[test] ?? LONG[test] ?? statSync(path.join(root, test)).size / 400
  }

  set(test: string, seconds: number): void {
    this.#seconds[test] = Math.round(seconds * 10) / 10
  }

  save(): void {
    mkdirSync(local, { recursive: true })
    writeFileSync(file, `${JSON.stringify(this.#seconds, null, 1)}\n`)
  }
}

/** What is not as it was written, such as by a run that was killed, is not needed: it only makes guesses better. */
function read(): Record<string, number> {
  try {
    const seconds: unknown = JSON.parse(readFileSync(file, 'utf8'))
    const entries = Object.entries(seconds ?? {}).filter(([, one]) => typeof one === 'number')
    return Object.fromEntries(entries) as Record<string, number>
  } catch {
    return {}
  }
}

/** Deals test files out so that all shares take about as long: the longest first, each to the share that has least. */
export function share(
  tests: readonly string[],
  count: number,
  seconds: (test: string) => number,
): string[][] {
  const shares = Array.from({ length: Math.max(1, Math.min(count, tests.length)) }, () => ({
    sum: 0,
    tests: [] as string[],
  }))
  for (const test of [...tests].sort((a, b) => seconds(b) - seconds(a))) {
    const least = shares.reduce((one, other) => (other.sum < one.sum ? other : one))
    least.tests.push(test)
    least.sum += seconds(test)
  }
  return shares.map((one) => one.tests)
}
