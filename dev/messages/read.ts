import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { type Expression, type Node, type Pattern, parseSync } from '@swc/core'

/** A message that the action can write, with `…` for what differs from run to run. */
export interface Message {
  /** Relative to src/, such as `aws/role.ts`. */
  readonly file: string
  /** The input that is wrong; null if it is no problem of one input, or of several. */
  readonly input: string | null
  readonly text: string
  /** What to do; empty if the message says it, null if it depends on the cause. */
  readonly remedy: string | null
  /** The page of docs/ that says more; null if there is none, or it depends on the cause. */
  readonly page: string | null
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
    const { message, input } = call
    const texts = textsOf(message, names)?.filter((text) => /\p{L}{3}/u.test(text)) ?? []
    if (texts.length === 0) {
      const { start, end } = (message as unknown as { span: { start: number; end: number } }).span
      const from = start - tree.span.start
      composed.push({ file, code: code.subarray(from, from + end - start).toString('utf8') })
      return
    }
    const remedy = call.remedy === null ? '' : (textsOf(call.remedy, names)?.[0] ?? null)
    const name = input === null ? null : (textsOf(input, names)?.[0] ?? null)
    const page = call.page === null ? null : (textsOf(call.page, names)?.[0] ?? null)
    for (const text of texts) messages.push({ file, input: name, text, remedy, page })
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

/** What the names of a file stand for: constants, what functions return, and what their parameters are given. */
type Names = ReadonlyMap<string, readonly Expression[]>

function namesIn(tree: Node): Names {
  const names = new Map<string, readonly Expression[]>()
  const parameterValues = new Map<string, readonly Expression[]>()
  const returned = (body: Node | null | undefined) => {
    const found: Expression[] = []
    visit(body, (node) => {
      if (is(node, 'ReturnStatement') && node.argument) found.push(node.argument)
    })
    return found
  }
  visit(tree, (node) => {
    if (is(node, 'FunctionDeclaration')) {
      names.set(node.identifier.value, returned(node.body))
      const parameters = node.params.map(({ pat }) => pat)
      for (const [name, given] of givenTo(node.identifier.value, parameters, tree))
        parameterValues.set(name, given)
    }
    if (!is(node, 'VariableDeclarator') || node.id.type !== 'Identifier' || !node.init) return
    const { init } = node
    if (init.type !== 'ArrowFunctionExpression') names.set(node.id.value, [init])
    else {
      const { body } = init
      names.set(node.id.value, body.type === 'BlockStatement' ? returned(body) : [body as Expression])
      for (const [name, given] of givenTo(node.id.value, init.params, tree)) parameterValues.set(name, given)
    }
  })
  return new Map([...parameterValues, ...names])
}

/** What the parameters of a function of the file are given there, by their names. */
function givenTo(
  called: string,
  parameters: readonly Pattern[],
  tree: Node,
): ReadonlyMap<string, readonly Expression[]> {
  const given = new Map<string, Expression[]>()
  visit(tree, (node) => {
    if (!is(node, 'CallExpression') || node.callee.type !== 'Identifier' || node.callee.value !== called)
      return
    for (const [index, parameter] of parameters.entries()) {
      const argument = node.arguments[index]
      if (parameter.type !== 'Identifier' || argument === undefined || argument.spread) continue
      given.set(parameter.value, [...(given.get(parameter.value) ?? []), argument.expression])
    }
  })
  return given
}

/** The texts that an expression can have; null if that is not seen here. */
function textsOf(expression: Expression, names: Names, depth = 0): readonly string[] | null {
  if (depth > 6) return null
  const of = (part: Expression) => textsOf(part, names, depth + 1)
  const any = (parts: readonly Expression[]) => {
    const texts = parts.flatMap((part) => of(part) ?? [])
    return texts.length === 0 ? null : texts
  }
  switch (expression.type) {
    case 'StringLiteral':
      return [expression.value]
    case 'ParenthesisExpression':
    case 'TsAsExpression':
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
    case 'Identifier':
      return any(names.get(expression.value) ?? [])
    case 'CallExpression':
      if (expression.callee.type === 'Identifier') return any(names.get(expression.callee.value) ?? [])
      return joinedLines(expression.callee, of)
    default:
      return null
  }
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
      const texts = part === null || before.length * part.length > MOST_ALTERNATIVES ? ['…'] : part
      return before.flatMap((text) => texts.map((next) => text + next))
    },
    [''],
  )
}

function visit(node: unknown, found: (node: Node) => void): void {
  if (Array.isArray(node)) for (const part of node) visit(part, found)
  if (typeof node !== 'object' || node === null || Array.isArray(node)) return
  if ('type' in node && typeof node.type === 'string') found(node as Node)
  for (const [key, part] of Object.entries(node)) if (key !== 'span') visit(part, found)
}

type Typed = Expression | import('@swc/core').Statement | import('@swc/core').VariableDeclarator

function is<T extends Typed['type']>(node: Node, type: T): node is Extract<Typed, { type: T }> {
  return node.type === type
}
