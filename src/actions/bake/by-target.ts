import { BuildFailure } from '../../shared/build-failure.ts'
import { combineErrors, partsOf } from '../../shared/combine.ts'
import { ActionError, messageOf, outputOf, remedyOf } from '../../shared/errors.ts'

/** What failed of one target. */
export interface TargetFailure {
  readonly name: string
  readonly error: unknown
}

/**
 * One error for what failed of several targets: each message says of which, and what is the same of several is said once.
 * @param failures at least one
 * @param all how many targets there are: what is the same of all of them is not about a target
 */
export function combineByTarget(failures: readonly TargetFailure[], all: number): unknown {
  const groups = new Map<string, { readonly part: unknown; readonly names: string[] }>()
  for (const { name, error } of failures) {
    for (const part of partsOf(error)) {
      const said = JSON.stringify([messageOf(part), remedyOf(part)])
      const group = groups.get(said) ?? { part, names: [] }
      if (!group.names.includes(name)) group.names.push(name)
      groups.set(said, group)
    }
  }
  return combineErrors(
    [...groups.values()].map(({ part, names }) =>
      names.length === all && all > 1 ? part : ofTargets(part, names),
    ),
  )
}

/** The error, saying whose it is. What is no error for a user stays what it is. */
function ofTargets(error: unknown, names: readonly string[]): unknown {
  if (!(error instanceof ActionError)) return error
  const quoted = names.map((name) => `'${name}'`)
  const what = `Target${names.length === 1 ? '' : 's'} ${quoted.join(', ')}: ${error.message}`
  const options = { cause: error, location: error.location, output: outputOf(error) }
  return error instanceof BuildFailure
    ? new BuildFailure(what, error.remedy, error.details, options)
    : new ActionError(what, error.remedy, options)
}
