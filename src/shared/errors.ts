import { clip } from './clip.ts'
import { type Page, pageOfInput, pagePlace, reportAt } from './pages.ts'

/**
 * An error that a user reads: what failed and why, and what to do about it. Any other error that reaches the entry
 * is a defect of this action, and is reported as one.
 */
export class ActionError extends Error {
  override readonly name: string = 'ActionError'
  /** What the user can do, in the imperative. */
  readonly remedy: string
  /** Where in the user's files it is; null if that is not known. */
  readonly location: SourceLocation | null
  /** What the program that failed wrote last; it follows the remedy, as it may be long. Empty if nothing is known. */
  readonly output: string
  /** Which pages say more; see {@link pagesOf}. */
  readonly pages: readonly Page[]

  constructor(what: string, remedy: string, options?: ActionErrorOptions) {
    super(what, options)
    this.remedy = remedy
    this.location = options?.location ?? null
    this.output = options?.output ?? ''
    this.pages = [options?.page ?? []].flat()
  }
}

export interface ActionErrorOptions extends ErrorOptions {
  readonly location?: SourceLocation | null
  readonly output?: string
  /** The page of docs/ that says more than the message and the remedy can. */
  readonly page?: Page | readonly Page[] | undefined
}

/** Lines of a file of the workspace. */
export interface SourceLocation {
  /** Relative to the workspace. */
  readonly file: string
  readonly line: number
  readonly endLine: number
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
    super(problems.map(describeProblem).join('\n'), '', {
      page: problems.flatMap(({ input }) => pageOfInput(input) ?? []),
    })
    this.problems = problems
  }
}

function describeProblem({ input, value, message }: Problem): string {
  return value === '' ? `Input '${input}': ${message}` : `Input '${input}': '${clip(value, 200)}': ${message}`
}

/** What failed and why. */
export function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return !(error instanceof ActionError) && isFullDisk(error)
    ? `A disk of the runner is full: ${message}`
    : message
}

/** What the user can do about an error; empty if its message says so itself. */
export function remedyOf(error: unknown): string {
  if (error instanceof ActionError) return error.remedy
  if (isFullDisk(error)) {
    return `free space on it. The runner keeps what steps write in RUNNER_TEMP (${process.env['RUNNER_TEMP'] ?? 'not set'}); df -h shows which disk is full.`
  }
  const at = reportAt()
  return `this is not an error that ecr-build-push knows; run the job again with debug logging (the secret ACTIONS_STEP_DEBUG set to true) and report what it prints${at === null ? '.' : `: ${at}`}`
}

/** Of many failures with a page each, so many are named. */
const MOST_PAGES = 4

/** The pages that say more about an error: its own, else those of what caused it. Each once. */
export function pagesOf(error: unknown): readonly Page[] {
  if (!(error instanceof ActionError)) return []
  const own = [...new Set(error.pages)]
  return own.length > 0 ? own.slice(0, MOST_PAGES) : pagesOf(error.cause)
}

/** Where those pages are; empty if no page says more, or the runner does not name the repository of this action. */
export function pagePlaces(
  error: unknown,
): readonly { readonly name: string; readonly url: string | null }[] {
  return pagesOf(error).flatMap((page) => pagePlace(page) ?? [])
}

/** The line behind an error's remedy that names those pages, with a line break before it; empty without one. */
export function moreAbout(error: unknown): string {
  const places = pagePlaces(error).map(({ name, url }) => url ?? name)
  return places.length === 0 ? '' : `\nMore: ${places.join(' ')}`
}

function isFullDisk(error: unknown): boolean {
  return /^(?:ENOSPC|EDQUOT)$/.test((error as NodeJS.ErrnoException | null)?.code ?? '')
}

/** A message with its remedy on a line of its own. */
export function withRemedy(message: string, remedy: string): string {
  return remedy === '' ? message : `${message}\nWhat to do: ${remedy}`
}

/**
 * The text that a user sees for an error: message, remedy, which page says more, and what the program that failed wrote
 * last; never a stack trace.
 * @param error anything that was thrown
 */
export function explain(error: unknown): string {
  const output = outputOf(error)
  return `${withRemedy(messageOf(error), remedyOf(error))}${moreAbout(error)}${output === '' ? '' : `\n${output}`}`
}

/** What the program that failed wrote last; empty if that is not known. */
export const outputOf = (error: unknown): string => (error instanceof ActionError ? error.output : '')
