import { Complete, type Contexts, isKnown, type Parts, resolve, textOf } from './expressions.ts'

/** A map of YAML. */
export type Members = Readonly<Record<string, unknown>>

/** Texts by name, as far as they are known. */
export type Texts = Readonly<Record<string, Parts>>

/** The contexts within which the environment has these variables too. */
export function withEnv(contexts: Contexts, given: Members): Contexts {
  const env = textsOf(given, contexts)
  const known = Object.entries(env).flatMap(([name, parts]) =>
    isKnown(parts) ? [[name, textOf(parts)]] : [],
  )
  const inParts = Object.entries(env).map(([name, parts]) => [`env.${name.toLowerCase()}`, parts])
  const before = contexts.values['env'] as object
  return {
    ...contexts,
    values: { ...contexts.values, env: { ...before, ...Object.fromEntries(known) } },
    parts: { ...contexts.parts, ...Object.fromEntries(inParts) },
  }
}

/** The contexts in what is called: of the caller's inputs, it has none but those that it is given. */
export function withInputs(contexts: Contexts, { inputs, parts }: Passed): Contexts {
  const others = Object.entries(contexts.parts).filter(([name]) => !name.startsWith('inputs.'))
  return {
    ...contexts,
    values: { ...contexts.values, inputs },
    parts: { ...Object.fromEntries(others), ...parts },
  }
}

/** A variable of the environment. */
export const variableOf = (contexts: Contexts, name: string): Parts =>
  contexts.parts[`env.${name.toLowerCase()}`] ?? []

/** The values of a map, by their names in lower case, as the runner gives inputs. */
export function textsOf(given: Members, contexts: Contexts, fold = false): Texts {
  const entries = Object.entries(given)
  return Object.fromEntries(
    entries.map(([name, value]) => [fold ? name.toLowerCase() : name, resolve(value, contexts)]),
  )
}

/** What a workflow or an action is called with. */
export interface Passed {
  /** By name, as far as they are known. */
  readonly inputs: object
  /** Those that are known in part, by the expression that reaches them. */
  readonly parts: Texts
}

/**
 * The inputs of what is called, with their defaults.
 * @param declared what stands under `inputs` of what is called
 * @param given what stands under `with` of the caller
 */
export function passedTo(declared: Members, given: Members, contexts: Contexts): Passed {
  const known: Record<string, unknown> = {}
  const parts: Record<string, Parts> = {}
  // GitHub takes them regardless of case.
  const byName = new Map(Object.entries(given).map(([name, value]) => [name.toLowerCase(), value]))
  for (const [name, input] of Object.entries(declared)) {
    const { default: fallback = '', type } = (input ?? {}) as { default?: unknown; type?: unknown }
    const key = name.toLowerCase()
    const passed = resolve(byName.has(key) ? byName.get(key) : fallback, contexts)
    const text = textOf(passed)
    if (!isKnown(passed)) parts[`inputs.${key}`] = passed
    else if (type === 'boolean') known[name] = text === 'true'
    else known[name] = type === 'number' ? Number(text) : text
  }
  // There is no other input than those that are declared.
  return { inputs: Object.keys(parts).length === 0 ? new Complete(known) : known, parts }
}
