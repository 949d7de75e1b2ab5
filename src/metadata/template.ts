/**
 * `{{…}}` expressions: the part of Handlebars that tag rules document, as data. An expression is a name, with
 * one quoted argument and `key='value'` options if the name takes them. There is no property access, no
 * helper and no block, so there is nothing to evaluate that is not in the table of the place.
 */
export type Template = readonly (string | Expression)[]

export interface Expression {
  readonly name: string
  /** The quoted argument: a date's format. */
  readonly argument: string | null
  readonly options: ReadonlyMap<string, string>
  /** False for `{{{…}}}` and `{{& …}}`. */
  readonly escape: boolean
}

/** An expression's value, from its argument and options. */
export type Functions = Readonly<Record<string, (expression: Expression) => string>>

/** What may be called in one place: each name, and whether it is a date with a format and a time zone. */
export type Vocabulary = ReadonlyMap<string, 'plain' | 'date'>

/** What is wrong with a template, for a person. */
export class TemplateError extends Error {}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#x27;',
  '`': '&#x60;',
  '=': '&#x3D;',
}

/**
 * @param text what the user wrote
 * @param vocabulary the names that may be called there
 * @throws TemplateError for an expression that is not closed, not known, or called in a wrong way
 */
export function parseTemplate(text: string, vocabulary: Vocabulary): Template {
  const parts: (string | Expression)[] = []
  let at = 0
  while (at < text.length) {
    const open = text.indexOf('{{', at)
    if (open < 0) {
      parts.push(text.slice(at))
      break
    }
    // As in Handlebars: a backslash keeps `{{` as text, up to the next `{{`; two are one backslash.
    if (text[open - 1] === '\\' && open > at) {
      if (text[open - 2] === '\\' && open - 1 > at) parts.push(text.slice(at, open - 1))
      else {
        const next = text.slice(open + 2).search(/\\{0,2}\{\{/)
        const end = next < 0 ? text.length : open + 2 + next
        parts.push(text.slice(at, open - 1), text.slice(open, end))
        at = end
        continue
      }
    } else if (open > at) parts.push(text.slice(at, open))
    const { expression, end } = parseExpression(text, open, vocabulary)
    parts.push(expression)
    at = end
  }
  return parts.filter((part) => part !== '')
}

// A mustache: `{{`, `{{{` or `{{&`, a name, an argument, options, and the closing braces. Each part starts with
// a character that none before it can hold, so matching is linear.
const OPEN = /\{\{(\{|&)?\s*/y
const EXPRESSION_NAME = /([a-zA-Z_][a-zA-Z0-9_]*)\s*/y
const OPTION = /([a-zA-Z_][a-zA-Z0-9_]*)=/y
const STRING = /(?:'((?:\\'|[^'])*)'|"((?:\\"|[^"])*)")\s*/y
const CLOSE = /\}\}\}?/y

function parseExpression(
  text: string,
  start: number,
  vocabulary: Vocabulary,
): { expression: Expression; end: number } {
  let at = start
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at
    const match = pattern.exec(text)
    if (match !== null) at += match[0].length
    return match
  }
  const shown = () => {
    const close = text.indexOf('}}', start)
    return close < 0 ? text.slice(start) : text.slice(start, close + 2)
  }
  const kind = take(OPEN)?.[1]
  const name = take(EXPRESSION_NAME)?.[1]
  if (name === undefined || !vocabulary.has(name)) {
    if (!text.includes('}}', start)) throw new TemplateError(`${shown()} is not closed with }}`)
    throw new TemplateError(`${shown()} is not an expression that is known here; ${listNames(vocabulary)}`)
  }
  const argument = take(STRING)
  const options = new Map<string, string>()
  for (let key = take(OPTION)?.[1]; key !== undefined; key = take(OPTION)?.[1]) {
    const value = take(STRING)
    if (value === null) throw new TemplateError(`${shown()}: ${key} needs a quoted value`)
    options.set(key, unquote(value))
  }
  const close = take(CLOSE)?.[0]
  const wanted = kind === '{' ? '}}}' : '}}'
  if (close !== wanted) {
    if (!text.includes('}}', start)) throw new TemplateError(`${shown()} is not closed with ${wanted}`)
    throw new TemplateError(`${shown()} cannot be read; ${listNames(vocabulary)}`)
  }
  const expression = {
    name,
    argument: argument === null ? null : unquote(argument),
    options,
    escape: kind === undefined,
  }
  checkCall(expression, shown(), vocabulary)
  return { expression, end: at }
}

function checkCall({ name, argument, options }: Expression, shown: string, vocabulary: Vocabulary): void {
  if (vocabulary.get(name) === 'plain') {
    if (argument === null && options.size === 0) return
    throw new TemplateError(`${shown}: ${name} takes no argument`)
  }
  if (argument === null) throw new TemplateError(`${shown}: ${name} needs a format: {{${name} 'YYYYMMDD'}}`)
  for (const key of options.keys()) {
    if (key !== 'tz')
      throw new TemplateError(`${shown}: ${name} has no option ${key}; it has tz='Asia/Seoul'`)
  }
}

function unquote(match: RegExpExecArray): string {
  return match[1] === undefined
    ? (match[2] as string).replaceAll('\\"', '"')
    : match[1].replaceAll("\\'", "'")
}

function listNames(vocabulary: Vocabulary): string {
  const names = [...vocabulary].map(([name, kind]) =>
    kind === 'date' ? `{{${name} 'YYYYMMDD' tz='UTC'}}` : `{{${name}}}`,
  )
  return `it can be ${names.join(', ')}`
}

/**
 * The template's text. As in Handlebars, `& < > " ' =` and the backtick in a value become HTML entities, unless
 * the expression has three braces: in a tag they end as hyphens either way, and the same ones as elsewhere.
 */
export function renderTemplate(template: Template, functions: Functions): string {
  return template
    .map((part) => {
      if (typeof part === 'string') return part
      const value = functions[part.name]?.(part) ?? ''
      return part.escape ? value.replace(/[&<>"'`=]/g, (character) => ESCAPES[character] as string) : value
    })
    .join('')
}

/** Whether a template calls a name. */
export function calls(template: Template | null, name: string): boolean {
  return template?.some((part) => typeof part !== 'string' && part.name === name) ?? false
}
