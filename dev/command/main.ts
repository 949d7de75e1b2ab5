import { constants } from 'node:os'
import { type ParseArgsConfig, parseArgs } from 'node:util'
import { readParts } from '../parts.ts'
import { CommandError, explain } from './errors.ts'
import { catchSignals, describeInterruption, interruption } from './interruption.ts'

/** How a command is used. */
export interface Usage {
  /** What `--help` prints. */
  readonly help: string
  /** The options that it knows beside `--help` and `--verbose`; null: its arguments are another program's. */
  readonly options: NonNullable<ParseArgsConfig['options']> | null
  /** How many arguments it takes that are no options; none if it does not say. */
  readonly arguments?: number
}

/** What a command was told. */
export interface Told {
  readonly values: Readonly<Record<string, unknown>>
  /** What is no option; all that was given if the arguments are another program's. */
  readonly args: readonly string[]
  /** Aborted by the first SIGINT, SIGTERM or SIGHUP, which is its reason. Later ones change nothing. */
  readonly interruption: AbortSignal
}

const own = { help: { type: 'boolean' }, verbose: { type: 'boolean' } } as const

/**
 * The frame of every command: help, arguments, interruption, and the one place where an error becomes two lines.
 * @param work returns the exit code, if it is not 0
 */
export async function main(usage: Usage, work: (told: Told) => Promise<number | undefined>): Promise<void> {
  const given = process.argv.slice(2)
  if (given.includes('--help')) {
    console.log(usage.help.trim())
    return
  }
  const verbose = given.includes('--verbose')
  catchSignals()
  // Who closes the terminal cannot read on: the end of the output is no defect.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
  process.on('uncaughtException', (error) => {
    for (const line of explain(error, verbose)) console.error(line)
    process.exit(1)
  })
  try {
    process.exitCode = await work({ ...read(usage, given), interruption })
  } catch (error) {
    // An error after an interruption is one of its consequences.
    if (!interruption.aborted || (verbose && error !== interruption.reason))
      for (const line of explain(error, verbose)) console.error(line)
    process.exitCode = 1
  }
  if (interruption.aborted) {
    // Within a corner, the command around it says this.
    if (readParts() === undefined) console.error(describeInterruption())
    process.exitCode = 128 + constants.signals[interruption.reason as NodeJS.Signals]
  }
}

function read(
  { options, arguments: most = 0 }: Usage,
  given: readonly string[],
): Pick<Told, 'values' | 'args'> {
  if (options === null) return { values: {}, args: given }
  const remedy = 'see --help for what the command knows.'
  const { values, positionals } = parsed()
  const unexpected = positionals[most]
  if (unexpected !== undefined) throw new CommandError(`Unexpected argument '${unexpected}'.`, remedy)
  return { values, args: positionals }

  function parsed() {
    try {
      return parseArgs({ args: [...given], options: { ...own, ...options }, allowPositionals: true })
    } catch (error) {
      const [what = ''] = (error as Error).message.split('. ')
      throw new CommandError(`${what}.`, remedy)
    }
  }
}
