import { data, Evaluator, type Expr, Lexer, Parser } from '@actions/expressions'
import {
  Binary,
  ContextAccess,
  FunctionCall,
  Grouping,
  IndexAccess,
  Literal,
  Logical,
  Unary,
} from '@actions/expressions/ast'
import { truthy } from '@actions/expressions/result'
import type { AnyRef } from './any-ref.ts'

// Expressions of a workflow without a run of it: what GitHub would fill in is known for some of them, and for others not.

/** An object of which every member is known: what it does not have is empty. */
export class Complete {
  readonly members: Readonly<Record<string, unknown>>

  constructor(members: Readonly<Record<string, unknown>>) {
    this.members = members
  }
}

/** What is known of a run. */
export interface Contexts {
  /** Values by name, as an expression reaches them: `github`, `inputs`, `matrix`, `env`. What is absent is not known. */
  readonly values: Readonly<Record<string, unknown>>
  /** The branches or tags of a run that may be on many; null if `values` has the one. */
  readonly anyRef: AnyRef | null
  /** What is known in part, by the expression that reaches it: `inputs.repository`. */
  readonly parts: Readonly<Record<string, Parts>>
}

/** An expression, of which nobody knows the value before a run. */
export interface Open {
  /** As it is written, without its braces. */
  readonly expression: string
}

/** A text in its parts: what is known of it, and what is not. */
export type Parts = readonly (string | Open)[]

/** https://docs.github.com/actions/reference/workflows-and-actions/contexts */
const NAMES = [
  ...['github', 'env', 'vars', 'job', 'jobs', 'steps', 'runner', 'secrets', 'strategy', 'matrix', 'needs'],
  'inputs',
]

/** A value of YAML as text: a map or a list, which stands where there should be none, as JSON. */
export function textFrom(value: unknown): string {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : `${value}`
}

/** A brace within quotes is no end. */
const EXPRESSION = /\$\{\{((?:'(?:[^']|'')*'|[^'}]|\}(?!\}))*)\}\}/g

class NotKnown extends Error {
  override readonly name = 'NotKnown'
}

const notKnown = (what: string) => () => {
  throw new NotKnown(what)
}

/** What it does not have is not known, where GitHub's own would say that it is empty. */
class Known extends data.Dictionary {
  override get(key: string): data.ExpressionData {
    return super.get(key) ?? notKnown(key)()
  }

  /** All of it, as `*` and toJSON ask for. */
  override values(): data.ExpressionData[] {
    return notKnown('all of it')()
  }

  override pairs(): ReturnType<data.Dictionary['pairs']> {
    return notKnown('all of it')()
  }
}

function toData(value: unknown): data.ExpressionData {
  if (value === null || value === undefined) return new data.Null()
  if (typeof value === 'boolean') return new data.BooleanData(value)
  if (typeof value === 'number') return new data.NumberData(value)
  if (Array.isArray(value)) return new data.Array(...value.map(toData))
  if (typeof value !== 'object') return new data.StringData(textFrom(value))
  const pairs = (members: object) =>
    Object.entries(members)
      .filter(([, one]) => one !== undefined)
      .map(([key, one]) => ({ key, value: toData(one) }))
  return value instanceof Complete ? new data.Dictionary(...pairs(value.members)) : new Known(...pairs(value))
}

/** How the jobs before have ended is not known. */
const FUNCTIONS = [
  { name: 'always', minArgs: 0, maxArgs: 0, call: () => new data.BooleanData(true) },
  ...['success', 'failure', 'cancelled'].map((name) => ({
    name,
    minArgs: 0,
    maxArgs: 0,
    call: notKnown(name),
  })),
  { name: 'hashFiles', minArgs: 1, maxArgs: 255, call: notKnown('hashFiles') },
]
const BY_NAME = new Map(FUNCTIONS.map((one) => [one.name.toLowerCase(), one]))

/** A value; or if it is not known, whether it counts as true: null if that is not known either. */
type Result = { readonly value: data.ExpressionData } | { readonly truth: boolean | null }

const truthOf = (result: Result): boolean | null => ('value' in result ? truthy(result.value) : result.truth)

/** Evaluates what can be known of an expression: `a && false` is false, whatever `a` is. */
function evaluateNode(node: Expr, contexts: Contexts): Result {
  if (node instanceof Grouping) return evaluateNode(node.group, contexts)
  if (node instanceof Unary) {
    const truth = truthOf(evaluateNode(node.expr, contexts))
    return truth === null ? { truth } : { value: new data.BooleanData(!truth) }
  }
  if (node instanceof Logical) return evaluateLogical(node, contexts)
  const compared = contexts.anyRef === null ? null : compareRef(node, contexts, contexts.anyRef)
  if (compared !== null) return compared
  try {
    return { value: new Evaluator(node, toData(contexts.values) as data.Dictionary, BY_NAME).evaluate() }
  } catch {
    // A part of it is not known, or would fail in the run too.
    return { truth: null }
  }
}

/** `&&` is its first operand that counts as false, or the last one; `||` the same with true. */
function evaluateLogical({ operator, args }: Logical, contexts: Contexts): Result {
  const ends = operator.lexeme !== '&&'
  let result: Result = { truth: null }
  let known = true
  for (const [index, arg] of args.entries()) {
    result = evaluateNode(arg, contexts)
    const truth = truthOf(result)
    if (truth === ends) return known ? result : { truth: ends }
    if (truth === null && index < args.length - 1) known = false
  }
  if (known) return result
  return { truth: null }
}

/** A comparison with the branch or tag of a run that may be on many; null if the expression is something else. */
function compareRef(node: Expr, contexts: Contexts, ref: AnyRef): Result | null {
  const operandOf = (operand: Expr) => {
    const result = evaluateNode(operand, contexts)
    return 'value' in result ? result.value : null
  }
  const answer = (is: boolean | null): Result =>
    is === null ? { truth: null } : { value: new data.BooleanData(is) }
  if (node instanceof Binary && /^[!=]=$/.test(node.operator.lexeme)) {
    const [member, other] =
      refMember(node.left) === null ? [refMember(node.right), node.left] : [refMember(node.left), node.right]
    if (member === null) return null
    const text = operandOf(other)?.coerceString()
    const is = text === undefined ? null : ref.equals(member, text)
    return answer(is === null || node.operator.lexeme === '==' ? is : !is)
  }
  if (!(node instanceof FunctionCall)) return null
  const name = node.functionName.lexeme.toLowerCase()
  const [first, second] = node.args
  if (first === undefined || second === undefined) return null
  if (name === 'startswith') {
    const member = refMember(first)
    const text = member === null ? undefined : operandOf(second)?.coerceString()
    return member === null ? null : answer(text === undefined ? null : ref.startsWith(member, text))
  }
  // A list of branches: contains(fromJSON('[…]'), github.ref).
  const member = name === 'contains' ? refMember(second) : null
  const list = member === null ? null : operandOf(first)
  if (member === null || !(list instanceof data.Array)) return null
  const answers = list.values().map((one) => ref.equals(member, one.coerceString()))
  return answer(answers.includes(true) ? true : answers.every((one) => one === false) ? false : null)
}

/** `github.ref` or `github.ref_name`, in whichever way it is written. */
export function refMember(node: Expr): 'ref' | 'ref_name' | null {
  if (node instanceof Grouping) return refMember(node.group)
  if (!(node instanceof IndexAccess && node.expr instanceof ContextAccess)) return null
  if (node.expr.name.lexeme.toLowerCase() !== 'github' || !(node.index instanceof Literal)) return null
  const member = node.index.literal.coerceString().toLowerCase()
  return member === 'ref' || member === 'ref_name' ? member : null
}

/** @throws Error with the reason for what is no expression */
export function parseExpression(expression: string): Expr {
  const { tokens } = new Lexer(expression).lex()
  return new Parser(tokens, NAMES, FUNCTIONS).parse()
}

const evaluate = (expression: string, contexts: Contexts): Result =>
  evaluateNode(parseExpression(expression), contexts)

/** The expressions in a text, without their braces. */
export const expressionsIn = (text: string): string[] =>
  [...text.matchAll(EXPRESSION)].map(([, expression = '']) => expression.trim())

const WHOLE = /^\s*\$\{\{(.*)\}\}\s*$/s

const plain = (value: data.ExpressionData): unknown => JSON.parse(JSON.stringify(value, data.replacer))

/** The value of a whole expression with its type, such as a matrix; undefined if it is not known. */
export function evaluateValue(text: string, contexts: Contexts): unknown {
  const [, expression] = WHOLE.exec(text) ?? []
  const result = expression === undefined ? null : evaluate(expression, contexts)
  if (result === null || !('value' in result)) return undefined
  try {
    return plain(result.value)
  } catch (error) {
    if (error instanceof NotKnown) return undefined
    throw error
  }
}

/** Whether an `if`, which may stand without braces, lets something run; true if that is not known. */
export const mayRun = (condition: unknown, contexts: Contexts): boolean =>
  answerOf(condition, contexts) !== false

/** The same; false if that is not known. */
export const isSure = (condition: unknown, contexts: Contexts): boolean =>
  answerOf(condition, contexts) === true

function answerOf(condition: unknown, contexts: Contexts): boolean | null {
  if (condition === undefined || condition === null || condition === '') return true
  const text = textFrom(condition)
  const [, expression = text] = WHOLE.exec(text) ?? []
  return truthOf(evaluate(expression, contexts))
}

/** A text with what is known of its expressions in their place; what is empty is left out. */
export function resolve(value: unknown, contexts: Contexts): Parts {
  const text = value === null || value === undefined ? '' : textFrom(value)
  const parts: (string | Open)[] = []
  const add = (part: string | Open) => {
    const last = parts.at(-1)
    if (typeof part === 'string' && typeof last === 'string') parts[parts.length - 1] = last + part
    else if (part !== '') parts.push(part)
  }
  let from = 0
  for (const match of text.matchAll(EXPRESSION)) {
    add(text.slice(from, match.index))
    from = match.index + match[0].length
    const expression = (match[1] ?? '').trim()
    const inPart = contexts.parts[expression.toLowerCase()]
    const result = inPart === undefined ? evaluate(expression, contexts) : null
    if (result === null) for (const part of inPart ?? []) add(part)
    else add('value' in result ? result.value.coerceString() : { expression })
  }
  add(text.slice(from))
  return parts
}

/** The parts as one text: what is not known stands in it as `stand` says, by itself as it is written. */
export function textOf(parts: Parts, stand = ({ expression }: Open) => `\${{ ${expression} }}`): string {
  return parts.map((part) => (typeof part === 'string' ? part : stand(part))).join('')
}

/** Whether all of it is known. */
export const isKnown = (parts: Parts): boolean => parts.every((part) => typeof part === 'string')

/** Whether an `if` asks itself how the jobs before have ended. */
export const asksForStatus = (condition: unknown): boolean =>
  /\b(?:always|failure|cancelled|success)\s*\(/.test(textFrom(condition ?? ''))
