/**
 * An error that a user reads: what failed and why, and what to do about it.
 * Whatever reaches the entry and is not one of these is a defect of ours and says so.
 */
export class ActionError extends Error {
  override readonly name: string = 'ActionError'
  /** What the user can do, in the imperative. */
  readonly remedy: string
  /** Where in the user's files it is, where that is known. */
  readonly place: Place | null

  constructor(what: string, remedy: string, options?: ErrorOptions & { readonly place?: Place | null }) {
    super(what, options)
    this.remedy = remedy
    this.place = options?.place ?? null
  }
}

/** Lines of a file of the workspace, and what is said of them. */
export interface Place {
  /** Relative to the workspace. */
  readonly file: string
  readonly line: number
  readonly endLine: number
  readonly message: string
}

/** One thing that is wrong with one input. */
export interface Problem {
  /** The input's name in action.yml. */
  readonly input: string
  /** What the user gave, as given. */
  readonly value: string
  /** What is wrong with it and what is allowed. */
  readonly message: string
}

/** All that is wrong with the inputs, at once. */
export class InputError extends ActionError {
  override readonly name = 'InputError'
  readonly problems: readonly Problem[]

  constructor(problems: readonly Problem[]) {
    super(problems.map(describeProblem).join('\n'), '')
    this.problems = problems
  }
}

function describeProblem({ input, value, message }: Problem): string {
  return value === '' ? `Input '${input}': ${message}` : `Input '${input}': '${clip(value)}': ${message}`
}

/** Keeps a hostile or accidental megabyte out of an error message. */
function clip(value: string, max = 200): string {
  return value.length <= max ? value : `${value.slice(0, max)}… (${value.length} characters)`
}

/**
 * The text that a user sees for an error: message and remedy, never a stack trace.
 * @param error anything that was thrown
 */
export function explain(error: unknown): string {
  if (error instanceof ActionError) {
    return error.remedy === '' ? error.message : `${error.message}\nWhat to do: ${error.remedy}`
  }
  const message = error instanceof Error ? error.message : String(error)
  if (/^(?:ENOSPC|EDQUOT)$/.test((error as NodeJS.ErrnoException | null)?.code ?? '')) {
    return `A disk of the runner is full: ${message}\nWhat to do: free space on it. The runner keeps what steps write in RUNNER_TEMP (${process.env['RUNNER_TEMP'] ?? 'not set'}); df -h shows which disk is full.`
  }
  return `${message}\nWhat to do: this is not an error that ecr-build-push knows; run the job again with debug logging (the secret ACTIONS_STEP_DEBUG set to true) and report what it prints.`
}
