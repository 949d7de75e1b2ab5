// biome-ignore-all lint/suspicious/noTemplateCurlyInString: expressions of GitHub's
import { data, Evaluator, Lexer, Parser } from '@actions/expressions'
import { truthy } from '@actions/expressions/result'
import type { Expression, Template, Value } from './parse.ts'

/** What JSON can say. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

/** The contexts of an expression by their names. */
export type Contexts = Readonly<Record<string, Json>>

/** How what was before has ended: what `success()`, `failure()` and `cancelled()` say; of what was skipped, none does. */
export type Status = 'success' | 'failure' | 'cancelled' | 'skipped'

const has = (value: Value, key: string) =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && key in value
const isExpression = (value: Value): value is Expression => has(value, '${{')
const isTemplate = (value: Value): value is Template => has(value, '${{ }}')

/** The functions besides those that every expression has; `hashFiles` is not known here. */
function functionsOf(status: Status | null) {
  const call = (value: boolean) => () => new data.BooleanData(value)
  const all = status === null ? [] : (['success', 'failure', 'cancelled'] as const)
  const of = (name: string, value: boolean) => ({ name, minArgs: 0, maxArgs: 0, call: call(value) })
  return [...all.map((name) => of(name, name === status)), ...(status === null ? [] : [of('always', true)])]
}

function evaluateExpression(
  expression: string,
  contexts: Contexts,
  status: Status | null,
): data.ExpressionData {
  // GitHub's engine in TypeScript takes two quotes for one at the first place of a text only; a run of GitHub at all.
  if (/'(?:[^']|'')*''(?:[^']|'')*''/.test(expression))
    throw new Error(`the local runner does not know a text with two quotes in it: ${expression}`)
  const functions = functionsOf(status)
  const { tokens } = new Lexer(expression).lex()
  const parsed = new Parser(tokens, Object.keys(contexts), functions).parse()
  const pairs = Object.entries(contexts).map(([key, value]) => ({ key, value: toData(value) }))
  const byName = new Map(functions.map((one) => [one.name, one]))
  return new Evaluator(parsed, new data.Dictionary(...pairs), byName).evaluate()
}

function toData(value: Json): data.ExpressionData {
  return JSON.parse(JSON.stringify(value), data.reviver) as unknown as data.ExpressionData
}

const fromData = (value: data.ExpressionData): Json => JSON.parse(JSON.stringify(value, data.replacer))

/**
 * A value with all expressions in it replaced, by GitHub's own evaluator.
 * @throws Error for a context or a function that is not there
 */
export function evaluate(value: Value, contexts: Contexts): Json {
  if (isExpression(value)) return fromData(evaluateExpression(value['${{'], contexts, null))
  if (isTemplate(value)) return textOf(value, contexts)
  if (Array.isArray(value)) return value.map((one) => evaluate(one as Value, contexts))
  if (typeof value !== 'object' || value === null) return value as Json
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, evaluate(one, contexts)]))
}

/** A value as text, as `with`, `env` and outputs have it. @throws Error for a list or a map */
export function textOf(value: Value | undefined, contexts: Contexts): string {
  if (value === undefined || value === null) return ''
  if (isExpression(value)) return evaluateExpression(value['${{'], contexts, null).coerceString()
  if (isTemplate(value)) return value['${{ }}'].map((part) => textOf(part, contexts)).join('')
  if (typeof value === 'object')
    throw new Error(`${JSON.stringify(value)} stands where there should be a text`)
  return toData(value as Json).coerceString()
}

/** A map of texts. @throws Error if it is none */
export function textsOf(value: Value | undefined, contexts: Contexts): Record<string, string> {
  const map = value !== undefined && isExpression(value) ? evaluate(value, contexts) : value
  if (map === undefined || map === null) return {}
  if (typeof map !== 'object' || Array.isArray(map)) throw new Error(`${JSON.stringify(map)} is not a map`)
  return Object.fromEntries(Object.entries(map).map(([key, one]) => [key, textOf(one as Value, contexts)]))
}

/** Whether an `if` lets something run; without one, it runs if nothing has failed. */
export function isTrue(value: Value | undefined, contexts: Contexts, status: Status): boolean {
  if (value === undefined) return status === 'success'
  if (!isExpression(value)) throw new Error(`${JSON.stringify(value)} is not an expression`)
  return truthy(evaluateExpression(value['${{'], contexts, status))
}
