import type { Expression, Identifier, Node } from '@swc/core'

/**
 * What a name stands for where it is used: the value of a constant, what a function returns, what a parameter is given
 * in its file, each item of the list that a loop goes through. None if that is not seen.
 */
export type Names = (used: Identifier) => readonly Expression[]

/** The names that are declared in one place, such as a function, and the place around it. */
interface Scope {
  readonly around: Scope | null
  readonly values: Map<string, readonly Expression[]>
}

/** Reads what the names of a file stand for. */
export function namesIn(tree: Node): Names {
  const scopes = new Map<Node, Scope>()
  const calls = callsIn(tree)
  walk(tree, { around: null, values: new Map() }, scopes, calls)
  return (used) => {
    for (let scope = scopes.get(used) ?? null; scope !== null; scope = scope.around) {
      const values = scope.values.get(used.value)
      if (values !== undefined) return values
    }
    return []
  }
}

/** What the functions of a file are given, by their names: the arguments of each call. */
type Calls = ReadonlyMap<string, readonly (readonly (Expression | null)[])[]>

function callsIn(tree: Node): Calls {
  const calls = new Map<string, (readonly (Expression | null)[])[]>()
  visit(tree, (node) => {
    if (!is(node, 'CallExpression') || node.callee.type !== 'Identifier') return
    const given = node.arguments.map(({ spread, expression }) => (spread ? null : expression))
    calls.set(node.callee.value, [...(calls.get(node.callee.value) ?? []), given])
  })
  return calls
}

function walk(node: unknown, scope: Scope, scopes: Map<Node, Scope>, calls: Calls, called = ''): void {
  if (Array.isArray(node)) for (const part of node) walk(part, scope, scopes, calls)
  if (typeof node !== 'object' || node === null || Array.isArray(node)) return
  const one = node as Node
  if (is(one, 'Identifier')) scopes.set(one, scope)
  if (is(one, 'FunctionDeclaration') && one.body) scope.values.set(one.identifier.value, returnedBy(one.body))
  let own = called
  if (is(one, 'FunctionDeclaration')) own = one.identifier.value
  if (is(one, 'VariableDeclarator')) {
    for (const name of boundIn(one.id)) if (!scope.values.has(name)) scope.values.set(name, [])
    if (one.id.type === 'Identifier' && one.init) scope.values.set(one.id.value, valuesOf(one.init))
    walk(one.id, scope, scopes, calls)
    walk(one.init, scope, scopes, calls, one.id.type === 'Identifier' ? one.id.value : '')
    return
  }
  const inner = opens(one) ? { around: scope, values: new Map<string, readonly Expression[]>() } : scope
  if ('params' in node && 'body' in node && Array.isArray(node.params))
    for (const [index, parameter] of node.params.entries())
      for (const name of boundIn(parameter)) {
        const given = isPlain(parameter) ? (calls.get(own) ?? []).flatMap((args) => args[index] ?? []) : []
        inner.values.set(name, given)
      }
  if (is(one, 'ForOfStatement') && one.left.type === 'VariableDeclaration')
    for (const { id } of one.left.declarations)
      if (id.type === 'Identifier') inner.values.set(id.value, [one.right])
  for (const [key, part] of Object.entries(node)) if (key !== 'span') walk(part, inner, scopes, calls)
}

/** Whether names that are declared inside are not known outside. */
function opens(node: Node): boolean {
  return (
    ('params' in node && 'body' in node) || /^(?:BlockStatement|For.*Statement|CatchClause)$/.test(node.type)
  )
}

function valuesOf(init: Expression): readonly Expression[] {
  if (init.type !== 'ArrowFunctionExpression') return [init]
  const { body } = init
  return body.type === 'BlockStatement' ? returnedBy(body) : [body as Expression]
}

function returnedBy(body: Node): readonly Expression[] {
  const found: Expression[] = []
  visit(body, (node) => {
    if (is(node, 'ReturnStatement') && node.argument) found.push(node.argument)
  })
  return found
}

/** Whether a parameter is a name, and no pattern. */
function isPlain(parameter: unknown): boolean {
  const { pat } = parameter as { readonly pat?: Node }
  return (pat ?? (parameter as Node)).type === 'Identifier'
}

/** The names that a pattern declares; its types and the values that it takes by default have names of others. */
function boundIn(pattern: unknown): readonly string[] {
  if (Array.isArray(pattern)) return pattern.flatMap(boundIn)
  if (typeof pattern !== 'object' || pattern === null) return []
  const parts = pattern as Readonly<Record<string, unknown>>
  switch (parts['type']) {
    case 'Identifier':
      return [String(parts['value'])]
    case 'AssignmentPatternProperty':
      return boundIn(parts['key'])
    case 'KeyValuePatternProperty':
      return boundIn(parts['value'])
    default:
      return ['pat', 'param', 'left', 'argument', 'elements', 'properties'].flatMap((key) =>
        boundIn(parts[key]),
      )
  }
}

/** Calls `found` with each node of a tree. */
export function visit(node: unknown, found: (node: Node) => void): void {
  if (Array.isArray(node)) for (const part of node) visit(part, found)
  if (typeof node !== 'object' || node === null || Array.isArray(node)) return
  if ('type' in node && typeof node.type === 'string') found(node as Node)
  for (const [key, part] of Object.entries(node)) if (key !== 'span') visit(part, found)
}

type Typed = Expression | import('@swc/core').Statement | import('@swc/core').VariableDeclarator

/** Whether a node is of a type. */
export function is<T extends Typed['type']>(node: Node, type: T): node is Extract<Typed, { type: T }> {
  return node.type === type
}
