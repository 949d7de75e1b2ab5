// How the text of a file uses its limits: a limit that only a message names ends nothing.

// biome-ignore lint/suspicious/noExplicitAny: the parser's tree, of which a few members are read
export type Node = any

/** Functions that end something at a time, or at a number, that they are given. */
const APPLIERS =
  /^(?:setTimeout|timeout|sleep|poll|deadline|inTime|readUpTo|execute|acceptsToken|SeenRequests|runInNewContext)$/
/** Members of an object that is given to such a function, or to one of the retries. */
const OPTIONS = /^(?:limit|timeout|withinMs|attempts)$/
const COMPARISON = /^(?:<|<=|>|>=)$/
/** Functions whose result is as much as what they were given. */
const PASSING = /^(?:min|max|round|ceil|floor)$/

/** @param visit gets each node, and what it is in, the nearest one last */
export function walkWithin(
  node: Node,
  visit: (node: Node, within: readonly Node[]) => void,
  within: readonly Node[] = [],
): void {
  if (Array.isArray(node)) for (const one of node) walkWithin(one, visit, within)
  else if (typeof node === 'object' && node !== null) {
    const isNode = typeof node.type === 'string'
    if (isNode) visit(node, within)
    const inside = isNode ? [...within, node] : within
    for (const [name, value] of Object.entries(node)) if (name !== 'span') walkWithin(value, visit, inside)
  }
}

const nameOf = (node: Node): string | null => node?.value ?? node?.id?.value ?? null

/** A function that has a name, if only that of the variable that holds it. */
interface Named {
  readonly name: string
  /** Whether it is called as a member of something. */
  readonly isMember: boolean
  readonly node: Node
  readonly params: readonly (string | null)[]
}

function functionIn(node: Node): Named | null {
  const isFunction = /^(?:ArrowFunctionExpression|FunctionExpression)$/.test(node.init?.type ?? '')
  const [name, made] =
    node.type === 'FunctionDeclaration'
      ? [node.identifier, node]
      : /^(?:ClassMethod|PrivateMethod)$/.test(node.type)
        ? [node.key, node.function]
        : node.type === 'MethodProperty'
          ? [node.key, node]
          : node.type === 'VariableDeclarator' && isFunction
            ? [node.id, node.init]
            : [null, null]
  const text = nameOf(name)
  if (text === null) return null
  const isMember = !/^(?:FunctionDeclaration|VariableDeclarator)$/.test(node.type)
  const params = (made.params ?? []).map((one: Node) => {
    const pattern = one.pat ?? one
    return nameOf(pattern.type === 'AssignmentPattern' ? pattern.left : pattern)
  })
  return { name: text, isMember, node, params }
}

/**
 * What a use of a value leads to: it is given to what ends something, or is compared with; or names hold the value from
 * there on, if any do.
 */
type Led = 'given' | 'compared' | readonly string[]

function ledBy(use: Node, within: readonly Node[], functions: readonly Named[]): Led {
  let child = use
  for (const parent of within.toReversed()) {
    switch (parent.type) {
      case 'BinaryExpression':
        if (COMPARISON.test(parent.operator)) return 'compared'
        break
      case 'ConditionalExpression':
      case 'ParenthesisExpression':
      case 'UnaryExpression':
      case 'TsAsExpression':
      case 'TsNonNullExpression':
      case 'AwaitExpression':
        break
      case 'CallExpression':
      case 'NewExpression': {
        if (parent.callee === child) break
        const callee = nameOf(parent.callee) ?? nameOf(parent.callee?.property) ?? ''
        if (APPLIERS.test(callee)) return 'given'
        if (PASSING.test(callee)) break
        const at = parent.arguments.findIndex((one: Node) => one.expression === child)
        return functions.filter(({ name }) => name === callee).flatMap(({ params }) => params[at] ?? [])
      }
      case 'MemberExpression':
        // `this.#limit` is the value that `#limit` holds.
        if (parent.property !== child) return []
        break
      case 'KeyValueProperty':
        return OPTIONS.test(nameOf(parent.key) ?? '') ? 'given' : []
      case 'AssignmentPatternProperty':
      case 'ClassProperty':
      case 'PrivateProperty':
        return [nameOf(parent.key) ?? []].flat()
      case 'AssignmentPattern':
        return [nameOf(parent.left) ?? []].flat()
      case 'VariableDeclarator':
        return [nameOf(parent.id) ?? []].flat()
      case 'AssignmentExpression':
        return parent.left === child
          ? []
          : [nameOf(parent.left) ?? nameOf(parent.left?.property) ?? []].flat()
      case 'ArrowFunctionExpression':
        if (parent.body !== child) return []
        break
      case 'ReturnStatement': {
        const made = functions.findLast(({ node }) => within.includes(node))
        return made === undefined ? [] : [made.name]
      }
      default:
        return []
    }
    child = parent
  }
  return []
}

/** What of a file ends what it waits for. */
export interface Bounds {
  /** The limits that end something, and do not only stand in a message; by limit, the statements of the file. */
  readonly applied: ReadonlyMap<string, readonly Node[]>
  /** Loops that wait in each round, and whose rounds neither a list nor a limit ends: their beginnings. */
  readonly loops: readonly string[]
  /** Functions that wait for themselves, directly or by others, without a limit. */
  readonly recursions: readonly string[]
}

/** @param text that the tree is parsed from, of which the spans of its nodes begin at `from` */
export function boundsOf(tree: Node): Bounds {
  const functions: Named[] = []
  walkWithin(tree, (node) => {
    const made = functionIn(node)
    if (made !== null) functions.push(made)
  })
  const applied = new Map<string, Node[]>()
  /** What each comparison is in that can end a loop. */
  const ends: (readonly Node[])[] = []
  /** By name, the limits that it holds. */
  const held = new Map<string, Set<string>>()
  const follow = (limit: string, node: Node, within: readonly Node[]) => {
    const led = ledBy(node, within, functions)
    if (typeof led === 'string') {
      applied.set(limit, [...(applied.get(limit) ?? []), within[1] ?? node])
      // What is given to a timer ends one wait, and no loop; nor does a size.
      if (led === 'compared' && !/Bytes/.test(limit)) ends.push(within)
    } else for (const name of led) held.set(name, new Set([...(held.get(name) ?? []), limit]))
  }
  walkWithin(tree, (node, within) => {
    const isLimit = node.type === 'MemberExpression' && node.object?.value === 'LIMITS'
    if (isLimit) follow(nameOf(node.property) ?? '', node, within)
  })
  const followed = new Set<string>()
  for (let before = -1; followed.size > before; ) {
    before = followed.size
    for (const [name, limits] of held) {
      for (const limit of limits) {
        if (followed.has(`${name} ${limit}`)) continue
        followed.add(`${name} ${limit}`)
        walkWithin(tree, (node, within) => {
          if (!/^(?:Identifier|PrivateName)$/.test(node.type) || nameOf(node) !== name) return
          if (!isDeclaration(node, within.at(-1))) follow(limit, node, within)
        })
      }
    }
  }
  const endsIn = (nodes: ReadonlySet<Node>) => ends.some((within) => within.some((node) => nodes.has(node)))

  /** The functions of this file that a node names, and those that these name. */
  const namedIn = (from: Node): Set<Node> => {
    const all = new Set<Node>([from])
    for (const node of all) {
      const names = new Set<string | null>()
      walkWithin(node, (one) => {
        if (/^(?:Identifier|PrivateName)$/.test(one.type)) names.add(nameOf(one))
      })
      for (const one of functions) if (names.has(one.name)) all.add(one.node)
    }
    return all
  }

  const loops: string[] = []
  walkWithin(tree, (node, within) => {
    if (!/^(?:For|While|DoWhile)Statement$/.test(node.type) || !waits(node)) return
    const around = functions.findLast((one) => within.includes(one.node))
    if (!endsIn(namedIn(node))) loops.push(around?.name ?? '')
  })
  const recursions = functions.flatMap(({ name, node }) => {
    if (!waits(node)) return []
    const others = namedInside(node, functions)
    const seen = new Set<Named>(others)
    for (const one of seen) for (const next of namedInside(one.node, functions)) seen.add(next)
    const circle = [...seen].filter((one) => one.node === node)
    return circle.length > 0 && !endsIn(namedIn(node)) ? [name] : []
  })
  return { applied, loops, recursions }
}

/** The functions of the file that are called in another one, or by a list there. */
function namedInside(node: Node, functions: readonly Named[]): Named[] {
  const names = { own: new Set<string>(), members: new Set<string>() }
  const add = (callee: Node) => {
    const isOwn = callee?.type === 'MemberExpression' && callee.object?.type === 'ThisExpression'
    if (callee?.type === 'Identifier') names.own.add(callee.value)
    if (isOwn) names.members.add(nameOf(callee.property) ?? '')
  }
  walkWithin(node, (one) => {
    if (one.type !== 'CallExpression') return
    add(one.callee)
    if (/^(?:map|flatMap|forEach)$/.test(nameOf(one.callee?.property) ?? ''))
      add(one.arguments[0]?.expression)
  })
  return functions.filter(({ name, isMember }) => (isMember ? names.members : names.own).has(name))
}

/**
 * Of the statements of a file, those that one of them leads to: what it names, and what that names.
 * @param tree of the file
 */
export function reachedFrom(tree: Node, from: Node): ReadonlySet<Node> {
  const reached = new Set<Node>([from])
  for (const one of reached) {
    const names = namesIn(one)
    for (const other of tree.body) if (declaredBy(other).some((name) => names.has(name))) reached.add(other)
  }
  return reached
}

/** All names that stand in a node. */
export function namesIn(node: Node): ReadonlySet<string> {
  const names = new Set<string>()
  walkWithin(node, (one) => {
    if (one.type === 'Identifier') names.add(one.value)
  })
  return names
}

function declaredBy(statement: Node): string[] {
  const made = statement.type === 'ExportDeclaration' ? statement.declaration : statement
  const names = [made.identifier, ...(made.declarations ?? []).map(({ id }: Node) => id)]
  return names.flatMap((name: Node) => nameOf(name) ?? [])
}

/** Whether a name is where it gets what it holds, and no use of that. */
function isDeclaration(node: Node, parent: Node): boolean {
  if (parent === undefined) return false
  const { type, key, id, left, identifier, pat } = parent
  if (type === 'AssignmentExpression') return left === node
  if (type === 'Parameter') return pat === node
  return [key, id, identifier].includes(node) || (/Pattern/.test(type) && left === node)
}

/** Whether something in a node waits: an `await`, or a promise that is made of others. */
function waits(node: Node): boolean {
  let found = false
  walkWithin(node, (one) => {
    if (one.type === 'AwaitExpression' || one.async === true || one.function?.async === true) found = true
    if (one.type === 'ForOfStatement' && one.await === true) found = true
  })
  return found
}
