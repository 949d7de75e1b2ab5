import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { table } from '../markdown.ts'
import { root } from '../root.ts'
import { type Figures, type Goal, isReached, median, readFigures, type Table } from './figures.ts'
import { PARTS_OF_BENCH } from './parts.ts'
import { plot } from './plot.ts'

// docs/performance.md and its plot, from what was measured. No figure stands there that was not.

export const DOCUMENT = 'docs/performance.md'
export const PLOT = 'docs/pictures/performance.svg'

/** Writes both of all that has been measured. */
export function writeDocument(): void {
  const { markdown, svg } = documentOf(readFigures())
  writeFileSync(path.join(root, DOCUMENT), markdown)
  writeFileSync(path.join(root, PLOT), svg)
}

/** @returns what both are made of some figures */
export function documentOf(measured: ReadonlyMap<string, Figures>): { markdown: string; svg: string } {
  const all = Object.keys(PARTS_OF_BENCH).flatMap((name) => measured.get(name) ?? [])
  const tables = all.flatMap((figures) => figures.tables)
  const missing = Object.keys(PARTS_OF_BENCH).filter((name) => !measured.has(name))
  const markdown = `# Performance

What the action costs, beside the same work by hand and by other programs. Written by \`npm run bench\` from what it measured: every figure is of a run, and none was carried over by hand.

## Against its limits

${table(['figure', 'measured', 'to reach', '', 'what does nothing else'], all.flatMap(({ goals }) => goals).map(goalRow))}

${legend(missing)}

![The medians of all tables below](pictures/performance.svg)

## How it was measured

- \`npm run bench\` runs everything on one machine: the runner's Node with \`dist/\`, a Docker engine, and the [local ECR](../local-ecr/README.md), whose registry is the distribution project's. What it says of a distance is a relay between them: each direction of each connection is late by so many milliseconds, a new connection by one round trip more, and where a line has a speed, each direction of each connection passes no more bytes a second. It is not AWS: how fast ECR itself answers is in no figure.
- The ways of a table take turns, and the place of each in a round changes; the round before the first is not counted. A figure is the median; beside it stand the fastest and the slowest round. Seconds are wall time, from the start of the first process to the end of the last; the step is its main step and its post step.
- Requests are those that reached the local ECR: its API, and its registries. Memory is what the kernel says that the process held at most.
- By hand means: a token that is there, \`docker login\`, \`docker buildx build --push\` with all tags, \`docker logout\`. The push commands of ECR's console are those of [its walk](../README.md). skopeo and imagetools are logged in before they are measured.
- What does nothing else shows where a figure could end at best. For a copy it is a Node program of some forty lines that pipes each layer from one registry to the other, all at once, and computes no digest, checks nothing and retries nothing (\`dev/bench/move-bytes.mjs\`), by the faster of skopeo and imagetools. For the step it is \`docker buildx build --push\` with all tags by a docker that is logged in, by docker by hand.
- A busy machine slows what computes more than what waits. The table says how many processes wanted a processor in the minute before each part.

${table(
  ['part', 'measured on', 'processors', 'load before', 'programs'],
  all.map(({ part, on }) => [
    `\`${part}\``,
    on.date,
    `${on.processors} × ${on.processor}`,
    `${on.load}`,
    on.programs,
  ]),
)}

## What no client can do faster

- One layer goes to a registry over one connection at a time: [each part of an upload](https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-a-blob-in-chunks) has to begin where the last one ended, and only its answer says where the next one goes. 1 GiB at 30 MB/s a connection is 36 s, by calculation, whoever sends it: the program that only moves the bytes takes no less; several connections pay from the second layer on. \`promote\` has up to twelve layers under way.
- How many layers a build pushes at once, BuildKit decides; the step copies to other registries and gives other tags, but the build's own push is BuildKit's.

## The parts

\`npm run bench -- PART...\` measures parts anew, and leaves the others as they are. The other actions of a chain are measured if \`PEERS\` names a folder with their repositories: \`npm run bench -- --help\`.

${all.map(section).join('\n\n')}
`
  return { markdown, svg: plot(tables) }
}

function legend(missing: readonly string[]): string {
  const parts = missing.map((name) => `\`${name}\``).join(', ')
  return missing.length === 0
    ? 'Each was measured as the sections below tell.'
    : `Each was measured as the sections below tell. Not measured yet: ${parts}.`
}

function goalRow(goal: Goal): string[] {
  const { what, value, atMost, atLeast, unit, bare } = goal
  const shown = (number: number) => (unit === undefined ? number.toFixed(2) : `${Math.round(number)} ${unit}`)
  const limit = atMost === undefined ? `≥ ${shown(atLeast ?? 0)}` : `≤ ${shown(atMost)}`
  const result = isReached(goal) ? 'reached' : '**not reached**'
  return [what, shown(value), limit, result, bare === undefined ? '' : shown(bare)]
}

function section({ part, tables }: Figures): string {
  return `## ${PARTS_OF_BENCH[part]?.what.replace(/^./, (first) => first.toUpperCase())}\n\n${tables.map(shown).join('\n\n')}`
}

function shown({ title, ways }: Table): string {
  const head = ['', 'seconds', 'fastest and slowest', 'requests', 'memory']
  const hasMemory = ways.some(({ peakMiB }) => peakMiB !== undefined)
  const rows = ways.map(({ name, seconds, requests, peakMiB }) => [
    name,
    median(seconds).toFixed(2),
    `${Math.min(...seconds).toFixed(2)} to ${Math.max(...seconds).toFixed(2)}`,
    `${requests ?? ''}`,
    peakMiB === undefined ? '' : `${peakMiB} MiB`,
  ])
  const columns = hasMemory ? head.length : head.length - 1
  const rounds = ways[0]?.seconds.length ?? 0
  return `${title}; ${rounds} rounds:\n\n${table(
    head.slice(0, columns),
    rows.map((row) => row.slice(0, columns)),
  )}`
}
