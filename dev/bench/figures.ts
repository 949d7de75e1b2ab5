import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { root } from '../root.ts'

// What each part of the bench has measured. It is kept as it was measured, one file a part, so that a part can be
// measured anew alone; docs/performance.md and its plot are made of all of them.

/** One way to do the work of a table. */
export interface Way {
  readonly name: string
  /** Of each round. */
  readonly seconds: readonly number[]
  /** To the local ECR: its API and its registries; the median of the rounds. */
  readonly requests?: number
  /** The most memory that its process held, in MiB; the highest of the rounds. */
  readonly peakMiB?: number
  /** How much of what grows this is, if the table is about growth. */
  readonly amount?: number
}

/** What was measured in turns, and is compared. */
export interface Table {
  readonly title: string
  readonly ways: readonly Way[]
}

/** A figure that a limit is for; at most that much, or at least. */
export interface Goal {
  readonly what: string
  readonly value: number
  readonly atMost?: number
  readonly atLeast?: number
  readonly unit?: 'MiB'
  /** The same figure of what does nothing else: moves the bytes, or builds and pushes. Nobody can be far below it. */
  readonly bare?: number
}

/** What a part has measured. */
export interface Measured {
  readonly tables: readonly Table[]
  readonly goals: readonly Goal[]
}

/** The same, with where and when. */
export interface Figures extends Measured {
  readonly part: string
  readonly on: {
    readonly date: string
    readonly processors: number
    readonly processor: string
    /** The average of the last minute before the part began: what others did on the machine. */
    readonly load: number
    readonly programs: string
  }
}

const FOLDER = path.join(root, 'docs', 'performance')

export function writeFigures(figures: Figures): void {
  mkdirSync(FOLDER, { recursive: true })
  writeFileSync(path.join(FOLDER, `${figures.part}.json`), `${JSON.stringify(figures, null, 2)}\n`)
}

/** What has been measured, by part. */
export function readFigures(): Map<string, Figures> {
  if (!existsSync(FOLDER)) return new Map()
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.json'))
  const read = (name: string) => JSON.parse(readFileSync(path.join(FOLDER, name), 'utf8')) as Figures
  return new Map(files.map(read).map((figures) => [figures.part, figures]))
}

/** @returns the middle one; of an even number the lower of the two in the middle */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? Number.NaN
}

/** Whether a figure keeps its limit. */
export function isReached({ value, atMost, atLeast }: Goal): boolean {
  return value <= (atMost ?? Number.POSITIVE_INFINITY) && value >= (atLeast ?? 0)
}

/** @returns the median of a way by that of another; undefined if one was not measured */
export function ratio({ ways }: Table, name: string, other: string): number | undefined {
  const [a, b] = [name, other].map((wanted) => ways.find((way) => way.name === wanted)?.seconds)
  return a === undefined || b === undefined ? undefined : median(a) / median(b)
}
