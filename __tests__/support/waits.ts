import path from 'node:path'
import { parseSync } from '@swc/core'
import { type Bounds, boundsOf, type Node, namesIn, reachedFrom, walkWithin } from './bounds.ts'

// What the files of src/ wait for outside of this process, and what ends each such wait, as far as their text tells it.

/** Functions and classes that wait for somebody else, by the module that they come from. */
const OUTWARD: Readonly<Record<string, RegExp>> = {
  'node:http': /^(?:request|get|Agent)$/,
  'node:https': /^(?:request|get|Agent)$/,
  'node:http2': /^connect$/,
  'node:net': /^(?:connect|createConnection|Socket)$/,
  'node:tls': /^(?:connect|TLSSocket)$/,
  'node:dgram': /./,
  'node:dns': /./,
  'node:dns/promises': /./,
  'node:readline': /./,
  'node:readline/promises': /./,
  'node:child_process': /./,
  '@actions/exec': /./,
  '@actions/http-client': /./,
  '@actions/core': /^getIDToken$/,
  '@actions/github': /^getOctokit$/,
  'https-proxy-agent': /./,
}
/** What starts processes for others, makes pools of connections, sends a request, and reads a body. */
const OWN: Readonly<Record<string, RegExp>> = {
  'docker/exec.ts': /^execute$/,
  'shared/connections.ts': /^directAgents$/,
  'registry/send-once.ts': /^sendOnce$/,
  'registry/http.ts': /^readUpTo$/,
}
/** What everybody has. */
const GLOBALS = /^(?:fetch|WebSocket|EventSource)$/

/** What a file binds from which module: local name to module and imported name, `*` for all of it. */
function bindingsOf(tree: Node): Map<string, readonly [module: string, name: string]> {
  const bound = new Map<string, readonly [string, string]>()
  const bindPattern = (pattern: Node, module: string) => {
    if (pattern?.type === 'Identifier') bound.set(pattern.value, [module, '*'])
    for (const property of pattern?.type === 'ObjectPattern' ? pattern.properties : []) {
      const local = property.value?.value ?? property.key?.value
      bound.set(local, [module, property.key?.value])
    }
  }
  walk(tree, (node) => {
    if (node.type === 'ImportDeclaration' && !node.typeOnly) {
      for (const one of node.specifiers) {
        if (one.isTypeOnly) continue
        const whole = one.type !== 'ImportSpecifier'
        bound.set(one.local.value, [
          node.source.value,
          whole ? '*' : (one.imported?.value ?? one.local.value),
        ])
      }
    }
    if (node.type === 'VariableDeclarator') {
      const module = importedBy(node.init?.type === 'AwaitExpression' ? node.init.argument : node.init)
      if (module !== null) bindPattern(node.id, module)
    }
  })
  return bound
}

/** The module of `import('…')`, also within parentheses or an `await`; null if it is none. */
function importedBy(node: Node): string | null {
  if (node?.type === 'ParenthesisExpression') return importedBy(node.expression)
  if (node?.type === 'AwaitExpression') return importedBy(node.argument)
  if (node?.type !== 'CallExpression' || node.callee?.type !== 'Import') return null
  return node.arguments[0]?.expression?.value ?? null
}

function walk(node: Node, visit: (node: Node) => void): void {
  if (Array.isArray(node)) for (const one of node) walk(one, visit)
  else if (typeof node === 'object' && node !== null) {
    if (typeof node.type === 'string') visit(node)
    for (const [name, value] of Object.entries(node)) if (name !== 'span') walk(value, visit)
  }
}

/** A statement of a file in which something waits, and the others that it is connected with. */
interface Statement {
  /** Those that lead to it, those that it leads to, and itself. */
  readonly connected: ReadonlySet<Node>
  /** The files of src/ that it leads to at once: by what is imported from them. */
  readonly imports: readonly string[]
}

export interface File extends Bounds {
  readonly file: string
  /** What waits, each once. */
  readonly waits: readonly string[]
  /** The statements of the file in which something waits, each once. */
  readonly waiting: readonly Statement[]
  /** The files of src/ that it imports, values only. */
  readonly imports: readonly string[]
  /** The names of what it sets to a duration, or a number of attempts, of its own. */
  readonly amounts: readonly string[]
}

const DURATION = /Ms$|_MS$|timeout$|^attempts$/i
const WAITERS = /^(?:sleep|setTimeout|setInterval|timeout)$/

/** The numbers in a value, if it is made of nothing else: `5 * 60_000`, `[25, 75]`. */
function numbersIn(node: Node): Node[] {
  if (node?.type === 'NumericLiteral') return [node]
  if (node?.type === 'BinaryExpression') {
    const [left, right] = [numbersIn(node.left), numbersIn(node.right)]
    return left.length > 0 && right.length > 0 ? [...left, ...right] : []
  }
  return node?.type === 'ArrayExpression'
    ? node.elements.flatMap((one: Node) => numbersIn(one?.expression))
    : []
}

/** The name of what a node sets to an amount; null if it sets none. A counter that begins with 0 or 1 is none. */
function amountIn(node: Node): string | null {
  const [name, value] =
    node.type === 'VariableDeclarator'
      ? [node.id?.value, node.init]
      : node.type === 'KeyValueProperty'
        ? [node.key?.value, node.value]
        : node.type === 'AssignmentPattern'
          ? [node.left?.value, node.right]
          : node.type === 'CallExpression'
            ? [node.callee?.property?.value ?? node.callee?.value, node.arguments.at(-1)?.expression]
            : [null, null]
  const numbers = numbersIn(value)
  if (typeof name !== 'string' || !numbers.some((one) => one.value > 1)) return null
  if (node.type === 'CallExpression') return WAITERS.test(name) ? name : null
  const inThousands = numbers.some(({ raw }) => /_000$/.test(raw ?? ''))
  return DURATION.test(name) || inThousands ? name : null
}

/** @param file relative to src/ */
export function readFile(file: string, text: string): File {
  const tree = parseSync(text, { syntax: 'typescript', target: 'es2022' }) as Node
  const bound = bindingsOf(tree)
  const within = (module: string) =>
    module.startsWith('.') ? path.posix.join(path.posix.dirname(file), module) : module
  const waits = new Set<string>()
  const statements = new Set<Node>()
  let statement: Node = tree
  const wait = (what: string) => {
    waits.add(what)
    statements.add(statement)
  }
  const imports = new Set<string>()
  const amounts: string[] = []
  const isOutward = (module: string, name: string) =>
    Boolean(OUTWARD[module]?.test(name) || OWN[within(module)]?.test(name))
  const judge = (node: Node): void => {
    if (node?.type === 'ParenthesisExpression') judge(node.expression)
    if (node?.type === 'ConditionalExpression') [node.consequent, node.alternate].forEach(judge)
    if (node?.type === 'Identifier') {
      const [module, name] = bound.get(node.value) ?? [null, '']
      if (module === null && GLOBALS.test(node.value)) wait(node.value)
      if (module !== null && name !== '*' && isOutward(module, name)) wait(`${module} ${name}`)
    }
  }
  /** The modules that an object can be: of `(secure ? https : http)`, both. */
  const modulesOf = (node: Node): string[] => {
    if (node?.type === 'ParenthesisExpression') return modulesOf(node.expression)
    if (node?.type === 'ConditionalExpression') return [node.consequent, node.alternate].flatMap(modulesOf)
    const dynamic = importedBy(node)
    if (dynamic !== null) return [dynamic]
    const [module, name] = bound.get(node?.type === 'Identifier' ? node.value : '') ?? [null, '']
    return module !== null && name === '*' ? [module] : []
  }
  walkWithin(tree, (node, around) => {
    statement = around[1] ?? node
    const amount = amountIn(node)
    if (amount !== null) amounts.push(amount)
    if (node.type === 'CallExpression' || node.type === 'NewExpression') judge(node.callee)
    // A class that extends an agent opens its connections.
    if (node.type === 'ClassDeclaration' || node.type === 'ClassExpression') judge(node.superClass)
    if (node.type === 'MemberExpression') {
      const property = node.property?.value ?? ''
      for (const module of modulesOf(node.object))
        if (isOutward(module, property)) wait(`${module} ${property}`)
      if (node.object?.value === 'process' && property === 'stdin') wait('process.stdin')
    }
    if (node.type === 'NewExpression' && /^[A-Z]\w*Client$/.test(node.callee?.value ?? '')) {
      const [module = ''] = bound.get(node.callee.value) ?? []
      if (!module.startsWith('.')) wait(`new ${node.callee.value}`)
    }
    // Whoever takes a stream apart waits for it.
    if (node.type === 'MemberExpression' && node.property?.expression?.property?.value === 'asyncIterator')
      wait('Symbol.asyncIterator')
    if (node.type === 'ForOfStatement' && node.await === true) wait('for await')
    const isListening =
      node.type === 'CallExpression' && /^(?:on|once)$/.test(node.callee?.property?.value ?? '')
    if (isListening && node.arguments[0]?.expression?.value === 'data') wait('its data')
    const module = node.type === 'ImportDeclaration' && !node.typeOnly ? node.source.value : importedBy(node)
    if (typeof module === 'string' && module.startsWith('.')) imports.add(within(module))
  })
  const waiting = [...statements].map((one) => {
    const reached = reachedFrom(tree, one)
    const leading = tree.body.filter((other: Node) => reachedFrom(tree, other).has(one))
    const names = new Set([...reached].flatMap((other) => [...namesIn(other)]))
    const used = [...bound].filter(([name]) => names.has(name)).map(([, [module]]) => within(module))
    return { connected: new Set<Node>([...reached, ...leading]), imports: used }
  })
  return { file, waits: [...waits].sort(), waiting, imports: [...imports], amounts, ...boundsOf(tree) }
}
