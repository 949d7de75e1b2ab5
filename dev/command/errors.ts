import { describeRefusal } from './file-errors.ts'

/** What a command could not do for a reason outside this project: a sentence, and one that says what to do. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
  readonly remedy: string

  /** @param options with the cause, which `--verbose` shows */
  constructor(what: string, remedy: string, options?: ErrorOptions) {
    super(what, options)
    this.remedy = remedy
  }
}

/** @returns an error as lines for a terminal: what, what to do, and all of it for who asked for that */
export function explain(error: unknown, verbose: boolean): string[] {
  const stack = verbose ? stackOf(error) : []
  if (error instanceof CommandError) return [error.message, `What to do: ${error.remedy}`, ...stack]
  const refusal = describeRefusal(error)
  if (refusal !== undefined) return [refusal.what, `What to do: ${refusal.remedy}`, ...stack]
  const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) }
  const [first = ''] = message.trim().split('\n')
  const whole = verbose
    ? 'report it with what is below.'
    : 'run the command with --verbose, which shows where.'
  return [`${name}: ${first}`, `What to do: this is a defect of the command; ${whole}`, ...stack]
}

function stackOf(error: unknown): string[] {
  const lines: string[] = []
  for (
    let at = error;
    at !== undefined && lines.length < 200;
    at = at instanceof Error ? at.cause : undefined
  )
    lines.push(at instanceof Error ? (at.stack ?? at.message) : String(at))
  return lines
}
