import { compile, DATES, GLOBAL, PEP440, SEMVER } from './expressions.ts'
import { type Field, splitFields } from './fields.ts'
import { Problems } from './problems.ts'
import { compileRegExp, countGroups, type UserRegExp } from './regexp.ts'
import { hasTagCharactersOnly, TAG_RULE } from './sanitize.ts'
import { type Template, TemplateError, type Vocabulary } from './template.ts'

/** One line of `tags`, checked and with its defaults. */
export type TagRule = CommonAttributes &
  (
    | { readonly type: 'schedule'; readonly pattern: Template }
    | VersionRule<'semver'>
    | VersionRule<'pep440'>
    | {
        readonly type: 'match'
        readonly pattern: UserRegExp
        readonly group: number
        readonly value: Template | null
      }
    | { readonly type: 'edge'; readonly branch: string | null }
    | { readonly type: 'ref'; readonly event: 'branch' | 'tag' | 'pr' }
    | { readonly type: 'raw'; readonly value: Template }
    | { readonly type: 'sha'; readonly format: 'short' | 'long' }
  )

export interface CommonAttributes {
  /** The line, as the user gave it. */
  readonly text: string
  readonly enable: Template
  readonly priority: number
  /** Null: the flavor's. */
  readonly prefix: Template | null
  readonly suffix: Template | null
}

interface VersionRule<T extends string> {
  readonly type: T
  readonly pattern: Template
  /** Null: the Git tag. */
  readonly value: Template | null
  readonly match: UserRegExp | null
}

export type RuleOf<T extends TagRule['type']> = Extract<TagRule, { type: T }>

const PRIORITY: Readonly<Record<TagRule['type'], number>> = {
  schedule: 1000,
  semver: 900,
  pep440: 900,
  match: 800,
  edge: 700,
  ref: 600,
  raw: 200,
  sha: 100,
}

const COMMON = ['enable', 'priority', 'prefix', 'suffix']
const ATTRIBUTES: Readonly<Record<TagRule['type'], readonly string[]>> = {
  schedule: ['pattern'],
  semver: ['pattern', 'value', 'match'],
  pep440: ['pattern', 'value', 'match'],
  match: ['pattern', 'group', 'value'],
  edge: ['branch'],
  ref: ['event'],
  raw: ['value'],
  sha: ['format'],
}

/**
 * The rules of the input `tags`, in order of priority; of the same priority, as given.
 * @param lines the input's items: plain tags and `type=…` rules
 * @throws MetadataError with each rule and attribute that is wrong, and what is allowed
 */
export function parseTagRules(lines: readonly string[]): TagRule[] {
  const problems = new Problems()
  const rules = readTagRules(lines, problems)
  problems.throwIfAny()
  return rules
}

/** As parseTagRules, with problems collected and the rules that have none returned. */
export function readTagRules(lines: readonly string[], problems: Problems): TagRule[] {
  return lines
    .flatMap((line) => readRuleLine(line.trim(), problems))
    .sort((one, other) => other.priority - one.priority)
}

function readRuleLine(line: string, problems: Problems): TagRule[] {
  let fields: Field[]
  try {
    fields = splitFields(line)
  } catch (error) {
    problems.add('tags', line, (error as Error).message)
    return []
  }
  // As in docker/build-push-action, several plain tags may share a line.
  const lines = fields.every(({ key }) => key === null) ? fields.map((field) => [field]) : [fields]
  return lines.flatMap((own) => {
    const text = lines.length > 1 ? (own[0]?.value ?? '') : line
    const reader = new RuleReader(text, own, problems)
    const rule = reader.read()
    return rule === null ? [] : [rule]
  })
}

/** Reads one rule's attributes, and notes everything that is wrong with them. */
class RuleReader {
  readonly #text: string
  readonly #given = new Map<string, string>()
  readonly #problems: Problems
  #sound = true

  constructor(text: string, fields: readonly Field[], problems: Problems) {
    this.#text = text
    this.#problems = problems
    for (const { key, value } of fields) this.#given.set(key ?? 'value', value)
  }

  read(): TagRule | null {
    const type = this.#given.get('type') ?? 'raw'
    if (!isType(type)) {
      this.#problem(`type '${type}' is not known; it can be ${list(Object.keys(ATTRIBUTES))}`)
      return null
    }
    this.#checkNames(type)
    const rule = this.#readType(type, {
      text: this.#text,
      enable: this.#template('enable', GLOBAL) ?? ['true'],
      priority: this.#number('priority', PRIORITY[type]),
      prefix: this.#template('prefix', GLOBAL),
      suffix: this.#template('suffix', GLOBAL),
    })
    return this.#sound ? rule : null
  }

  #readType(type: TagRule['type'], common: CommonAttributes): TagRule {
    switch (type) {
      case 'schedule':
        return { ...common, type, pattern: this.#template('pattern', DATES) ?? ['nightly'] }
      case 'semver':
        return { ...common, type, ...this.#versionAttributes(SEMVER) }
      case 'pep440':
        return { ...common, type, ...this.#versionAttributes(PEP440) }
      case 'match':
        return { ...common, type, ...this.#matchAttributes() }
      case 'edge':
        return { ...common, type, branch: this.#given.get('branch') || null }
      case 'ref': {
        const event = this.#choice('event', ['branch', 'tag', 'pr'], null)
        const prefix = common.prefix ?? (event === 'pr' ? ['pr-'] : null)
        return { ...common, type, event, prefix }
      }
      case 'raw': {
        if (!this.#given.has('type')) this.#checkPlain(this.#given.get('value') ?? '')
        this.#require('value')
        return { ...common, type, value: this.#template('value', GLOBAL) ?? [] }
      }
      case 'sha': {
        const format = this.#choice('format', ['short', 'long'], 'short')
        return { ...common, type, format, prefix: common.prefix ?? ['sha-'] }
      }
    }
  }

  #versionAttributes(vocabulary: Vocabulary): Omit<VersionRule<string>, 'type'> {
    this.#require('pattern')
    const match = this.#given.get('match')
    const regexp = match ? this.#regexp('match', match) : null
    if (regexp !== null && countGroups(regexp) === 0) {
      this.#problem(`match '${match}' needs a group around the version: v(\\d+\\.\\d+\\.\\d+)`)
    }
    return {
      pattern: this.#template('pattern', vocabulary) ?? [],
      value: this.#given.get('value') ? this.#template('value', GLOBAL) : null,
      match: regexp,
    }
  }

  #matchAttributes(): Pick<RuleOf<'match'>, 'pattern' | 'group' | 'value'> {
    this.#require('pattern')
    const given = this.#given.get('pattern') ?? ''
    const delimited = /^\/(.+)\/(.*)$/.exec(given)
    const pattern = this.#regexp('pattern', delimited?.[1] ?? given, delimited?.[2] ?? '')
    const group = this.#given.get('group') ?? '0'
    if (!/^\d{1,3}$/.test(group)) {
      this.#problem(`group '${group}' must be a whole number: 0 for the whole match, 1 for the first group`)
    }
    return {
      pattern: pattern ?? { source: '', flags: '' },
      group: Number(group),
      value: this.#given.get('value') ? this.#template('value', GLOBAL) : null,
    }
  }

  #checkNames(type: TagRule['type']): void {
    const allowed = [...ATTRIBUTES[type], ...COMMON]
    for (const name of this.#given.keys()) {
      if (name === 'type' || allowed.includes(name)) continue
      const what = name === 'value' && !this.#text.includes('value') ? 'a value' : `an attribute '${name}'`
      this.#problem(`type=${type} does not have ${what}; it can have ${list(allowed)}`)
    }
  }

  /** What the user typed must be a tag already; what an expression brings in is sanitised. */
  #checkPlain(value: string): void {
    if (hasTagCharactersOnly(value.replace(/\{\{[^{}]*\}\}/g, ''))) return
    const name = value.slice(value.lastIndexOf(':') + 1)
    const hint =
      value.includes('/') && value.includes(':') && name !== '' && hasTagCharactersOnly(name)
        ? `; give the tag alone (${name}): the registry and the repository are added to it`
        : '; type=raw,value=… replaces other characters with hyphens'
    this.#problem(TAG_RULE + hint)
  }

  #require(name: string): void {
    if (!this.#given.has(name)) {
      this.#problem(`type=${this.#given.get('type') ?? 'raw'} needs the attribute '${name}'`)
    }
  }

  #template(name: string, vocabulary: Vocabulary): Template | null {
    const value = this.#given.get(name)
    if (value === undefined) return null
    try {
      const template = compile(value, vocabulary)
      const constant = template.every((part) => typeof part === 'string')
      if (name === 'enable' && constant && value !== 'true' && value !== 'false') {
        this.#problem(`enable '${value}' must be true or false`)
      }
      return template
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error
      this.#problem(`${name}: ${error.message}`)
      return null
    }
  }

  #regexp(name: string, source: string, flags = ''): UserRegExp | null {
    const found = compileRegExp(source, flags)
    if (typeof found !== 'string') return found
    this.#problem(`${name} '${source}' is not a regular expression: ${found}`)
    return null
  }

  #number(name: string, fallback: number): number {
    const value = this.#given.get(name)
    if (value === undefined) return fallback
    if (!/^[+-]?\d{1,9}(?:\.\d{1,9})?$/.test(value)) this.#problem(`${name} '${value}' must be a number`)
    return Number(value)
  }

  #choice<const T extends string>(name: string, allowed: readonly T[], fallback: T | null): T {
    const value = this.#given.get(name)
    const chosen = allowed.find((candidate) => candidate === value)
    if (chosen !== undefined) return chosen
    if (value === undefined && fallback === null) {
      this.#problem(
        `type=${this.#given.get('type')} needs the attribute '${name}'; it can be ${list(allowed)}`,
      )
    } else if (value !== undefined) {
      this.#problem(`${name} '${value}' is not known; it can be ${list(allowed)}`)
    }
    return fallback ?? (allowed[0] as T)
  }

  #problem(message: string): void {
    this.#sound = false
    this.#problems.add('tags', this.#text, message)
  }
}

function isType(type: string): type is TagRule['type'] {
  return Object.hasOwn(ATTRIBUTES, type)
}

function list(names: readonly string[]): string {
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`
}
