import { readFileSync } from 'node:fs'
import os from 'node:os'
import { MEGABYTES, measureCompression } from './bench/compression.ts'
import { writeDocument } from './bench/document.ts'
import { type Figures, isReached, writeFigures } from './bench/figures.ts'
import { PARTS_OF_BENCH } from './bench/parts.ts'
import { run } from './bench/run.ts'
import { type Surroundings, surroundingsOf } from './bench/surroundings.ts'
import { CommandError } from './command/errors.ts'
import { main } from './command/main.ts'
import { type Parts, readParts } from './parts.ts'
import { prepareEngines } from './with-engines.ts'

const names = Object.keys(PARTS_OF_BENCH)
const width = Math.max(...names.map((name) => name.length))

const help = `
npm run bench [-- PART...]

Measures what this action costs, against the same by hand and against other programs, with a distance between the runner
and ECR: medians of rounds in which all come in turns. Writes docs/performance/PART.json, and docs/performance.md with
its plot from all of them. Exits with 1 if a limit is passed. It needs what the demo needs, and a quiet machine. All
parts take about 25 minutes:

${Object.entries(PARTS_OF_BENCH)
  .map(([name, { what, minutes }]) => `  ${name.padEnd(width)}   ${what} (${minutes} min)`)
  .join('\n')}

  --rounds N   another number of rounds, in every part

npm run bench -- compression [--megabytes N]

A table of what a new layer of ${MEGABYTES} MB takes with each compression, from the step's begin to its end.

  --megabytes N   a layer of another size, for compression
  --verbose   show where an error comes from
  --help      show this

PEERS=FOLDER also measures the chain of other actions that is in the folder: the repositories configure-aws-credentials,
amazon-ecr-login, metadata-action and build-push-action, each with its dist/. It has to be below this project, in .local
for example: an engine of our own has a /tmp of its own.
`

const options = { megabytes: { type: 'string' }, rounds: { type: 'string' } } as const

await main({ help, options, arguments: names.length }, async ({ interruption, args, values }) => {
  const megabytes = Number(values['megabytes'] ?? MEGABYTES)
  const isCompression = args.length === 1 && args[0] === 'compression'
  const unknown = isCompression ? undefined : args.find((name) => !names.includes(name))
  if (unknown !== undefined)
    throw new CommandError(`There is no bench ${unknown}.`, 'see npm run bench -- --help')
  if (!(Number.isInteger(megabytes) && megabytes > 0 && megabytes <= 10_000))
    throw new CommandError(`--megabytes ${values['megabytes']}: must be 1 to 10000.`, 'correct it')
  const rounds = values['rounds'] === undefined ? null : Number(values['rounds'])
  if (rounds !== null && !(Number.isInteger(rounds) && rounds > 0 && rounds <= 100))
    throw new CommandError(`--rounds ${values['rounds']}: must be 1 to 100.`, 'correct it')
  const parts = readParts()
  if (parts === undefined) {
    const clients = ['aws', 'skopeo'] as const
    const withEngines = await prepareEngines({ engines: ['current'], clients }, console.log)
    const command = [process.execPath, import.meta.filename, ...process.argv.slice(2)]
    return withEngines({ command, interruption })
  }
  const around = surroundingsOf(parts, process.env['PEERS'] || null, rounds)
  if (isCompression) return around.withStage({}, (stage) => measureCompression(stage, megabytes))
  let missed = 0
  for (const name of args.length === 0 ? names : names.filter((one) => args.includes(one)))
    missed += await measurePart(name, around, parts)
  return missed === 0 ? 0 : 1
})

/** @returns how many limits were passed */
async function measurePart(part: string, around: Surroundings, parts: Parts): Promise<number> {
  const on = {
    date: new Date().toISOString().slice(0, 10),
    processors: os.availableParallelism(),
    processor: processorOf(readFileSync('/proc/cpuinfo', 'utf8')),
    load: Math.round((os.loadavg()[0] ?? 0) * 10) / 10,
    programs: await programsOf(around, parts),
  }
  const measured = await PARTS_OF_BENCH[part]?.measure(around)
  if (measured === undefined) return 0
  const figures: Figures = { part, on, ...measured }
  writeFigures(figures)
  writeDocument()
  for (const goal of figures.goals) {
    const limit = goal.atMost === undefined ? `at least ${goal.atLeast}` : `at most ${goal.atMost}`
    console.log(
      `${isReached(goal) ? '  reached' : '  MISSED '} ${goal.what}: ${goal.value.toFixed(2)} (${limit})`,
    )
  }
  return figures.goals.filter((goal) => !isReached(goal)).length
}

function processorOf(info: string): string {
  return /^model name\s*: (.*)$/m.exec(info)?.[1]?.replaceAll(/\s+/g, ' ') ?? os.arch()
}

/** The programs that were measured, and their versions. */
async function programsOf({ skopeo }: Surroundings, { engines }: Parts): Promise<string> {
  const { serverVersion, buildxVersion } = engines.current
  const [, version] =
    /version (\S+)/.exec(await run(skopeo, ['--version'], { PATH: process.env['PATH'] ?? '' })) ?? []
  return `Node ${process.versions.node}, Docker ${serverVersion}, buildx ${buildxVersion}, skopeo ${version}`
}
