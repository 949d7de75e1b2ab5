import type { Expr } from '@actions/expressions'
import {
  Binary,
  FunctionCall,
  Grouping,
  IndexAccess,
  Literal,
  Logical,
  Unary,
} from '@actions/expressions/ast'
import { expressionsIn, parseExpression, refMember } from './expressions.ts'

/** The branches and tags that the expressions of a workflow compare its ref with: each may be followed apart. */
export interface Mentions {
  /** Whole names. */
  readonly names: readonly Mention[]
  /** Beginnings of names. */
  readonly starts: readonly Mention[]
}

export interface Mention {
  /** `ref` has `refs/heads/` or `refs/tags/` before the name. */
  readonly member: 'ref' | 'ref_name'
  readonly text: string
}

/** The names of branches, or of tags, among what is mentioned. */
export function namesIn(mentions: readonly Mention[], prefix: string): string[] {
  const names = mentions.flatMap(({ member, text }) => {
    if (member === 'ref_name') return [text]
    return text.startsWith(prefix) ? [text.slice(prefix.length)] : []
  })
  return [...new Set(names)].filter((name) => /^[\w./+@#-]+$/.test(name))
}

/** @param content of a workflow, as YAML has it */
export function mentionsIn(content: unknown): Mentions {
  const mentions = { names: [] as Mention[], starts: [] as Mention[] }
  for (const expression of expressionsOf(content, '')) {
    try {
      visit(parseExpression(expression), mentions)
    } catch {
      // It is told with its place when it is evaluated.
    }
  }
  return mentions
}

function expressionsOf(value: unknown, key: string): string[] {
  if (typeof value === 'string') {
    const inBraces = expressionsIn(value)
    return key === 'if' && inBraces.length === 0 ? [value] : inBraces
  }
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, one]) => expressionsOf(one, name))
}

function visit(node: Expr, mentions: { names: Mention[]; starts: Mention[] }): void {
  const inner =
    node instanceof Grouping
      ? [node.group]
      : node instanceof Unary
        ? [node.expr]
        : node instanceof Logical || node instanceof FunctionCall
          ? node.args
          : node instanceof Binary
            ? [node.left, node.right]
            : node instanceof IndexAccess
              ? [node.expr, node.index]
              : []
  for (const one of inner) visit(one, mentions)
  if (node instanceof Binary) {
    add(mentions.names, node.left, textsIn(node.right))
    add(mentions.names, node.right, textsIn(node.left))
  }
  if (!(node instanceof FunctionCall)) return
  const [first, second] = node.args
  if (first === undefined || second === undefined) return
  const name = node.functionName.lexeme.toLowerCase()
  if (name === 'startswith') add(mentions.starts, first, textsIn(second))
  if (name === 'contains') add(mentions.names, second, textsIn(first))
}

function add(to: Mention[], node: Expr, texts: readonly string[]): void {
  const member = refMember(node)
  if (member !== null) to.push(...texts.map((text) => ({ member, text })))
}

/** A text in quotes, or those of a list: `fromJSON('["main"]')`. */
function textsIn(node: Expr): string[] {
  if (node instanceof Grouping) return textsIn(node.group)
  if (node instanceof Literal) return [node.literal.coerceString()]
  if (!(node instanceof FunctionCall) || node.functionName.lexeme.toLowerCase() !== 'fromjson') return []
  const [list] = node.args.flatMap(textsIn)
  const value: unknown = JSON.parse(list ?? 'null')
  return [value].flat().filter((one) => typeof one === 'string')
}
