import { readFileSync } from 'node:fs'
import { interruption } from '../command/interruption.ts'
import type { Stage } from '../stage.ts'
import { median, type Table } from './figures.ts'

/** What does the work once; it is told the number of the round, from -1, and told to say which process it is. */
export type Work = (round: number, onStart: (pid: number) => void) => Promise<unknown>

export interface Turns {
  readonly title: string
  readonly rounds: number
  readonly ways: Readonly<Record<string, Work>>
  /** Is done before each way, and not measured. */
  readonly before?: (round: number, name: string) => Promise<unknown> | unknown
  /** What grows, and how much of it each way has. */
  readonly amounts?: Readonly<Record<string, number>>
}

/**
 * Measures several ways in turns: each comes first, second and so on about equally often, and the round before the
 * first warms up and does not count.
 */
export async function measureInTurns(stage: Stage, turns: Turns): Promise<Table> {
  const { title, rounds, ways, before, amounts } = turns
  const names = Object.keys(ways)
  const samples = new Map(names.map((name) => [name, [] as Sample[]]))
  console.log(`\n${title}`)
  for (let round = -1; round < rounds; round++) {
    for (let at = 0; at < names.length; at++) {
      interruption.throwIfAborted()
      const name = names[(at + round + names.length) % names.length] as string
      await before?.(round, name)
      const sample = await once(stage, (onStart) => ways[name]?.(round, onStart) ?? Promise.resolve())
      console.log(
        `  ${round < 0 ? 'warming up' : `round ${round + 1}`}, ${name}: ${sample.seconds.toFixed(2)} s`,
      )
      if (round >= 0) samples.get(name)?.push(sample)
    }
  }
  const table = {
    title,
    ways: names.map((name) => {
      const of = samples.get(name) ?? []
      const peaks = of.map(({ peakMiB }) => peakMiB).filter((peak) => peak > 0)
      return {
        name,
        seconds: of.map(({ seconds }) => Math.round(seconds * 1000) / 1000),
        requests: median(of.map(({ requests }) => requests)),
        ...(peaks.length === 0 ? {} : { peakMiB: Math.round(Math.max(...peaks)) }),
        ...(amounts?.[name] === undefined ? {} : { amount: amounts[name] }),
      }
    }),
  }
  print(table)
  return table
}

interface Sample {
  readonly seconds: number
  readonly requests: number
  readonly peakMiB: number
}

async function once(stage: Stage, work: (onStart: (pid: number) => void) => Promise<unknown>) {
  let pid: number | undefined
  let peakMiB = 0
  const watch = setInterval(() => {
    if (pid !== undefined) peakMiB = Math.max(peakMiB, peakOf(pid))
  }, 50)
  const asked = stage.ecr.requests.length
  const begun = performance.now()
  try {
    await work((started) => {
      pid = started
    })
    const seconds = (performance.now() - begun) / 1000
    return { seconds, requests: stage.ecr.requests.length - asked, peakMiB }
  } finally {
    clearInterval(watch)
  }
}

/** The most memory that a process has held until now, in MiB; 0 if it is gone. */
function peakOf(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) / 1024
  } catch {
    return 0
  }
}

function print({ title, ways }: Table): void {
  console.log(`${title}; seconds, median (each):`)
  const width = Math.max(...ways.map(({ name }) => name.length))
  for (const { name, seconds, requests, peakMiB } of ways) {
    const each = seconds.map((value) => value.toFixed(2)).join(' ')
    const more = [`${requests} requests`, ...(peakMiB === undefined ? [] : [`${peakMiB} MiB at most`])]
    console.log(`${name.padEnd(width)}  ${median(seconds).toFixed(2)}  (${each})  ${more.join(', ')}`)
  }
}
