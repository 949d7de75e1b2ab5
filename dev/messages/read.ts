import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { type Expression, type Node, parseSync } from '@swc/core'
import { is, type Names, namesIn, visit } from './names.ts'

/** A message that the action can write, with `…` for what differs from run to run. */
export interface Message {
  /** Relative to src/, such as `aws/role.ts`. */
  readonly file: string
  /** The input that is wrong; null if it is no problem of one input, or of several. */
  readonly input: string | null
  readonly text: string
  /** What to do, by the cause: one for each that is seen, and UNKNOWN if there are others. None if the message says it. */
  readonly remedies: readonly string[]
  /** The pages of docs/ that say more, as far as they are seen. */
  readonly pages: readonly string[]
}

/** A place that makes an error of parts that this reader does not follow. */
export interface Composed {
  readonly file: string
  /** The code of the message there. */
  readonly code: string
}

/** What the code itself says of its errors. */
export interface Found {
  readonly messages: readonly Message[]
  readonly composed: readonly Composed[]
}

/** Stands for what differs from run to run, or is not seen here. */
export const UNKNOWN = '…'

/** The classes of errors that people read, whose first argument is the message. */
const ERRORS = /^(?:ActionError|BuildFailure|MovedTag|ReplicationFailed|FailedAfterPush)$/
const MOST_ALTERNATIVES = 4

/** @param src the folder of the sources */
export function readMessages(src: string): Found {
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))
  const found = files
    .sort()
    .map((file) => messagesIn(readFileSync(path.join(src, file), 'utf8'), file.replaceAll(path.sep, '/')))
  return {
    messages: found.flatMap(({ messages }) => messages),
    composed: found.flatMap(({ composed }) => composed),
  }
}

/**
 * The messages in one file: of `new ActionError(message, remedy)`, of `problem(input, value, message)` and of
 * `#problem(message)`.
 */
export function messagesIn(source: string, file: string): Found {
  const messages: Message[] = []
  const composed: Composed[] = []
  if (!/Error\(|roblem\(/.test(source)) return { messages, composed }
  // The spans of swc count from the first token of a file, in bytes.
  const code = Buffer.from(`;${source}`)
  const tree = parseSync(code.toString('utf8'), { syntax: 'typescript', target: 'es2024' })
  const names = namesIn(tree)
  visit(tree, (node) => {
    const call = callOf(node)
    if (call === null) return
    const { message } = call
    const texts = textsOf(message, names)?.filter((text) => /\p{L}{3}/u.test(text)) ?? []
    if (texts.length === 0) {
      const { start, end } = (message as unknown as { span: { start: number; end: number } }).span
      const from = start - tree.span.start
      composed.push({ file, code: code.subarray(from, from + end - start).toString('utf8') })
      return
    }
    const each = (part: Expression | null) => (part === null ? [] : [...new Set(textsOf(part, names))])
    const inputs = call.input === null ? [] : each(call.input)
    const remedies = call.remedy === null ? [] : remediesOf(call.remedy, names)
    const pages = each(call.page)
    // Of several names and several texts it is not seen which belong together.
    const of = inputs.length === 0 || (inputs.length > 1 && texts.length > 1) ? [null] : inputs
    for (const input of of) for (const text of texts) messages.push({ file, input, text, remedies, pages })
  })
  return { messages, composed }
}

interface Call {
  readonly message: Expression
  readonly remedy: Expression | null
  readonly input: Expression | null
  readonly page: Expression | null
}

function callOf(node: Node): Call | null {
  if (is(node, 'NewExpression') && node.callee.type === 'Identifier' && ERRORS.test(node.callee.value)) {
    const [message, remedy] = node.arguments ?? []
    return message === undefined
      ? null
      : {
          message: message.expression,
          remedy: remedy?.expression ?? null,
          input: null,
          page: pageIn(node.arguments?.at(-1)?.expression),
        }
  }
  if (!is(node, 'CallExpression') || node.callee.type !== 'MemberExpression') return null
  const { property } = node.callee
  const given = node.arguments.map(({ expression }) => expression)
  // The types of swc call it `id`, and the tree has it as `value`.
  if (
    property.type === 'PrivateName' &&
    'value' in property &&
    property.value === 'problem' &&
    given[0] !== undefined
  )
    return { message: given[0], remedy: null, input: null, page: null }
  if (property.type === 'Identifier' && property.value === 'problem' && given[2] !== undefined)
    return { message: given[2], remedy: null, input: given[0] ?? null, page: null }
  return null
}

/** The value of `page` in the options of an error. */
function pageIn(options: Expression | undefined): Expression | null {
  if (options?.type !== 'ObjectExpression') return null
  for (const property of options.properties)
    if (
      property.type === 'KeyValueProperty' &&
      property.key.type === 'Identifier' &&
      property.key.value === 'page'
    )
      return property.value
  return null
}

function remediesOf(remedy: Expression, names: Names): readonly string[] {
  const texts = textsOf(remedy, names, true) ?? [UNKNOWN]
  return [...new Set(texts.map((text) => (/\p{L}/u.test(text) || text === '' ? text : UNKNOWN)))].filter(
    (text) => text !== '',
  )
}

/**
 * The texts that an expression can have; null if that is not seen here.
 * @param all whether UNKNOWN stands among them for those that are not seen
 */
function textsOf(expression: Expression, names: Names, all = false, depth = 0): readonly string[] | null {
  if (depth > 6) return null
  const of = (part: Expression) => textsOf(part, names, all, depth + 1)
  const any = (parts: readonly Expression[]) => {
    const seen = parts.filter((part) => !isNothing(part)).map(of)
    if (seen.every((texts) => texts === null)) return null
    return seen.flatMap((texts) => texts ?? (all ? [UNKNOWN] : []))
  }
  switch (expression.type) {
    case 'StringLiteral':
      return [expression.value]
    case 'ParenthesisExpression':
    case 'TsAsExpression':
    case 'TsConstAssertion':
      return of(expression.expression)
    case 'ConditionalExpression':
      return any([expression.consequent, expression.alternate])
    case 'BinaryExpression':
      if (expression.operator === '??' || expression.operator === '||')
        return any([expression.left, expression.right])
      return expression.operator === '+' ? joined([of(expression.left), of(expression.right)]) : null
    case 'TemplateLiteral':
      return joined(
        expression.quasis.flatMap(({ cooked }, index) => {
          const part = expression.expressions[index]
          const text = [cooked ?? '']
          if (part === undefined) return [text]
          return [text, part.type === 'ConditionalExpression' ? of(part) : null]
        }),
      )
    case 'ArrayExpression':
      return any(expression.elements.flatMap((one) => (one && !one.spread ? [one.expression] : [])))
    case 'Identifier':
      return any(names(expression))
    case 'CallExpression':
      if (expression.callee.type === 'Identifier') return any(names(expression.callee))
      return joinedLines(expression.callee, of)
    default:
      return null
  }
}

/** A function that returns null for one case has no text in it. */
function isNothing({ type, ...rest }: Expression): boolean {
  return type === 'NullLiteral' || (type === 'Identifier' && 'value' in rest && rest.value === 'undefined')
}

/** The lines of `[…].join('\n')`, of a callee that is that. */
function joinedLines(
  callee: Node,
  of: (part: Expression) => readonly string[] | null,
): readonly string[] | null {
  if (!is(callee, 'MemberExpression') || callee.object.type !== 'ArrayExpression') return null
  const parts = callee.object.elements.map((element) =>
    element === undefined || element.spread ? null : of(element.expression),
  )
  return joined(parts.flatMap((part) => [part, [' ']]))
}

/** All ways to put parts together; `…` stands for one that is not known. */
function joined(parts: readonly (readonly string[] | null)[]): readonly string[] {
  return parts.reduce<readonly string[]>(
    (before, part) => {
      const texts = part === null || before.length * part.length > MOST_ALTERNATIVES ? [UNKNOWN] : part
      return before.flatMap((text) => texts.map((next) => text + next))
    },
    [''],
  )
}
