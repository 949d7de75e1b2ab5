import {
  ActionError,
  messageOf,
  outputOf,
  pagesOf,
  remedyOf,
  type SourceLocation,
  withRemedy,
} from './errors.ts'

/** Several failures as one error. Each is named; each remedy is told once, behind the failures that it is for. */
export class CombinedError extends ActionError {
  override readonly name = 'CombinedError'
  /** What failed, each once; none of them is a combined error itself. */
  readonly failures: readonly unknown[]

  constructor(failures: readonly unknown[]) {
    const [message, remedy] = describeAll(failures)
    const output = failures.map(outputOf).filter((said) => said !== '')
    super(message, remedy, {
      cause: failures[0],
      location: firstLocation(failures),
      output: output.join('\n'),
      page: failures.flatMap(pagesOf),
    })
    this.failures = failures
    // With debug logging, the stack of each is worth more than that of this line.
    this.stack = failures.map(stackOf).join('\n')
  }
}

/**
 * One error for all that failed.
 * @param failures at least one; a combined error among them counts as what it was made of
 * @returns the failure itself if all of them say the same
 */
export function combineErrors(failures: readonly unknown[]): unknown {
  const all = distinct(failures.flatMap(partsOf))
  return all.length === 1 ? all[0] : new CombinedError(all)
}

/**
 * One error for what failed of several.
 * @param failures null for what did not fail
 * @returns null if nothing failed
 */
export function combineAny(failures: readonly unknown[]): unknown {
  const some = failures.filter((failure) => failure !== null)
  return some.length === 0 ? null : combineErrors(some)
}

/** The failures that an error stands for: several if it is a combined one, else itself. */
export function partsOf(error: unknown): readonly unknown[] {
  return error instanceof CombinedError ? error.failures : [error]
}

/** The first of those that a person could not tell apart. */
function distinct(failures: readonly unknown[]): unknown[] {
  const bySaid = new Map<string, unknown>()
  for (const failure of failures) {
    const said = JSON.stringify([messageOf(failure), remedyOf(failure)])
    if (!bySaid.has(said)) bySaid.set(said, failure)
  }
  return [...bySaid.values()]
}

/** @returns message and remedy; with several remedies, each stands in the message behind its failures */
function describeAll(failures: readonly unknown[]): readonly [message: string, remedy: string] {
  const groups = grouped(failures)
  const [first] = groups
  if (first !== undefined && groups.length === 1) return [first.message, first.remedy]
  return [groups.map(({ message, remedy }) => withRemedy(message, remedy)).join('\n'), '']
}

/** What an error says, with each remedy once: one part, or several if a combined error has several remedies. */
export function byRemedy(error: unknown): { readonly message: string; readonly remedy: string }[] {
  return grouped(partsOf(error))
}

function grouped(failures: readonly unknown[]) {
  const messages = new Map<string, string[]>()
  for (const failure of failures) {
    const remedy = remedyOf(failure)
    messages.set(remedy, [...(messages.get(remedy) ?? []), messageOf(failure)])
  }
  return [...messages].map(([remedy, said]) => ({ message: said.join('\n'), remedy }))
}

function firstLocation(failures: readonly unknown[]): SourceLocation | null {
  for (const failure of failures) {
    if (failure instanceof ActionError && failure.location !== null) return failure.location
  }
  return null
}

function stackOf(failure: unknown): string {
  return (failure instanceof Error && failure.stack) || String(failure)
}
