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
 * What becomes of braces that are no expression of the vocabulary: an error, or text as it is written, since another
 * program's templates may be in the same text.
 */
export type OtherBraces = 'refuse' | 'keep'

/**
 * @param text what the user wrote
 * @param vocabulary the names that may be called there
 * @throws TemplateError for an expression that is not closed, not known, or called in a wrong way, if those are refused
 */
export function parseTemplate(text: string, vocabulary: Vocabulary, others: OtherBraces): Template {
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
    const found = parseExpression(text, open, vocabulary, others)
    if ('expression' in found) {
      parts.push(found.expression)
      at = found.end
    } else {
      if (others === 'refuse') throw new TemplateError(found.problem())
      // An expression may begin at the second brace.
      parts.push('{')
      at = open + 1
    }
  }
  return joinTexts(parts)
}

/** A text of no parts but its own is one part, so that who wants to know sees that there is no expression in it. */
function joinTexts(parts: Template): Template {
  const joined: (string | Expression)[] = []
  let text: string[] = []
  const flush = () => {
    if (text.length > 0) joined.push(text.join(''))
    text = []
  }
  for (const part of parts) {
    if (typeof part === 'string') {
      if (part !== '') text.push(part)
    } else {
      flush()
      joined.push(part)
    }
  }
  flush()
  return joined
}

// A mustache: `{{`, `{{{` or `{{&`, a name, an argument, options, and the closing braces. Each part starts with
// a character that none before it can hold, so matching is linear.
const OPEN = /\{\{(\{|&)?\s*/y
const EXPRESSION_NAME = /([a-zA-Z_][a-zA-Z0-9_]*)\s*/y
const OPTION = /([a-zA-Z_][a-zA-Z0-9_]*)=/y
const STRING = /(?:'((?:\\'|[^'])*)'|"((?:\\"|[^"])*)")\s*/y
const CLOSE = /\}\}\}?/y
/** A third brace is the text's own, such as that of JSON. */
const CLOSE_TWO = /\}\}/y

function parseExpression(
  text: string,
  start: number,
  vocabulary: Vocabulary,
  others: OtherBraces,
): { expression: Expression; end: number } | { problem: () => string } {
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
  // Told only if it is wanted: a text may hold many braces that are none of ours.
  const wrong = (problem: (shown: string) => string) => ({ problem: () => problem(shown()) })
  const isClosed = () => text.includes('}}', start)
  const kind = take(OPEN)?.[1]
  const name = take(EXPRESSION_NAME)?.[1]
  if (name === undefined || !vocabulary.has(name)) {
    return wrong((braces) =>
      isClosed()
        ? `${braces} is not an expression that is known here; ${listNames(vocabulary)}`
        : `${braces} is not closed with }}`,
    )
  }
  const argument = take(STRING)
  const options = new Map<string, string>()
  for (let key = take(OPTION)?.[1]; key !== undefined; key = take(OPTION)?.[1]) {
    const value = take(STRING)
    if (value === null) return wrong((braces) => `${braces}: ${key} needs a quoted value`)
    options.set(key, unquote(value))
  }
  const close = take(kind === undefined && others === 'keep' ? CLOSE_TWO : CLOSE)?.[0]
  const wanted = kind === '{' ? '}}}' : '}}'
  if (close !== wanted) {
    return wrong((braces) =>
      isClosed()
        ? `${braces} cannot be read; ${listNames(vocabulary)}`
        : `${braces} is not closed with ${wanted}`,
    )
  }
  const expression = {
    name,
    argument: argument === null ? null : unquote(argument),
    options,
    escape: kind === undefined,
  }
  const misuse = wrongCall(expression, vocabulary)
  return misuse === null ? { expression, end: at } : wrong((braces) => `${braces}: ${misuse}`)
}

/** What is wrong with a call; null if nothing is. */
function wrongCall({ name, argument, options }: Expression, vocabulary: Vocabulary): string | null {
  if (vocabulary.get(name) === 'plain') {
    return argument === null && options.size === 0 ? null : `${name} takes no argument`
  }
  if (argument === null) return `${name} needs a format: {{${name} 'YYYYMMDD'}}`
  const other = [...options.keys()].find((key) => key !== 'tz')
  return other === undefined ? null : `${name} has no option ${other}; it has tz='Asia/Seoul'`
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
  return rendered(template, functions, (value) =>
    value.replace(/[&<>"'`=]/g, (character) => ESCAPES[character] as string),
  )
}

/** The template's text, each value as it is: what is built is no HTML. */
export function renderPlain(template: Template, functions: Functions): string {
  return rendered(template, functions, (value) => value)
}

function rendered(template: Template, functions: Functions, toText: (value: string) => string): string {
  return template
    .map((part) => {
      if (typeof part === 'string') return part
      const value = functions[part.name]?.(part) ?? ''
      return part.escape ? toText(value) : value
    })
    .join('')
}

/** Whether a template calls a name. */
export function calls(template: Template | null, name: string): boolean {
  return template?.some((part) => typeof part !== 'string' && part.name === name) ?? false
}
