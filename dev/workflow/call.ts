import { type Contexts, evaluate, type Json, textOf } from './expressions.ts'
import type { Call, InputDeclaration, Interface } from './model.ts'

/** What a called workflow is given. */
export interface Given {
  readonly inputs: Readonly<Record<string, Json>>
  readonly secrets: Readonly<Record<string, string>>
}

/**
 * What is wrong with a call before anything of it is evaluated: then GitHub starts no run.
 * @param where of the call, for the messages
 */
export function problemsOf(call: Call, { inputs, secrets }: Interface, where: string): string[] {
  const given = call.secrets === 'inherit' ? [] : Object.keys(call.secrets)
  const missing = (declared: Readonly<Record<string, { readonly required: boolean }>>, names: string[]) =>
    Object.entries(declared).flatMap(([name, one]) => (one.required && !names.includes(name) ? [name] : []))
  return [
    ...Object.keys(call.with).flatMap((name) => (name in inputs ? [] : [`has no input ${name}`])),
    ...given.flatMap((name) => (name in secrets ? [] : [`has no secret ${name}`])),
    ...missing(inputs, Object.keys(call.with)).map((name) => `requires the input ${name}`),
    ...(call.secrets === 'inherit' ? [] : missing(secrets, given)).map(
      (name) => `requires the secret ${name}`,
    ),
  ].map((what) => `${where}: ${call.uses} ${what}`)
}

/**
 * What is passed to a called workflow.
 * @param contexts of the job that calls, with its secrets
 * @throws Error for an input of another type than is declared
 */
export function givenTo(call: Call, { inputs, secrets }: Interface, contexts: Contexts): Given {
  const own = (contexts['secrets'] ?? {}) as Readonly<Record<string, string>>
  const { secrets: _, ...others } = contexts
  const values = Object.entries(inputs).map(([name, declared]) => {
    const value = name in call.with ? evaluate(call.with[name] ?? null, others) : null
    return [name, typed(value ?? fallback(declared), declared, `${call.uses}, input ${name}`)] as const
  })
  const passed =
    call.secrets === 'inherit'
      ? own
      : Object.fromEntries(Object.keys(secrets).map((name) => [name, secretOf(call, name, contexts)]))
  return { inputs: Object.fromEntries(values), secrets: passed }
}

const secretOf = ({ secrets }: Call, name: string, contexts: Contexts) =>
  secrets === 'inherit' || !(name in secrets) ? '' : textOf(secrets[name], contexts)

const fallback = ({ type, default: value }: InputDeclaration): Json =>
  value !== undefined ? evaluate(value, {}) : { string: '', boolean: false, number: 0 }[type]

/** A text takes a number and a boolean too; nothing else is converted. */
function typed(value: Json, { type }: InputDeclaration, where: string): Json {
  if (typeof value === type) return value
  if (type === 'string' && (typeof value === 'number' || typeof value === 'boolean')) return String(value)
  throw new Error(`${where} is a ${type}, and is given ${JSON.stringify(value)}`)
}
