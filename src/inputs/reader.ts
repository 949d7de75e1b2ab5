import { parseBoolean } from '../shared/boolean.ts'
import { InputError, type Problem } from '../shared/errors.ts'
import { oneOf } from '../shared/one-of.ts'
import { BROKEN, type ListKind, parseList } from './list.ts'
import type { InputName } from './names.ts'

/** What a text of YAML holds: lists, maps and texts; or the line in which it is none, if that is known. */
export type ParseYaml = (text: string) => { readonly value: unknown } | { readonly line: number | null }

/** What inputs are read from: GitHub's runner in production, a table in a test. */
export interface InputSource {
  /** The value of an input, with the blanks around it; empty if it was not given. */
  readonly get: (name: string) => string
  /** The job's environment. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** The folder that relative paths start from: the job's workspace. */
  readonly cwd: string
  /** Keeps a value out of the log, from this call on. */
  readonly mask?: (secret: string) => void
  /** Reads YAML, if an input has any: `withYaml` loads it. */
  readonly parseYaml?: ParseYaml
  /** Shows what a person should know although the inputs may be right. */
  readonly warn?: (message: string) => void
}

/** Reads the values of inputs, and collects what is wrong with them, so that all of it is reported at once. */
export class Reader {
  readonly #problems: Problem[]
  readonly source: InputSource

  constructor(source: InputSource, problems: Problem[] = []) {
    this.source = source
    this.#problems = problems
  }

  /** The same inputs except for these; problems are collected together. */
  as(name: InputName, value: string, more: Readonly<Partial<Record<InputName, string>>> = {}): Reader {
    const changed = new Map<string, string>(Object.entries({ ...more, [name]: value }))
    const get = (asked: string) => changed.get(asked) ?? this.source.get(asked)
    return new Reader({ ...this.source, get }, this.#problems)
  }

  /** @returns the value without the blanks around it; empty if it was not given */
  text(name: InputName): string {
    return this.source.get(name).trim()
  }

  /**
   * @param input the name of an input, or of a variable of the job that is as wrong as one
   * @param value what was given; empty for what must not be shown
   */
  problem(input: string, value: string, message: string): void {
    this.#problems.push({ input, value, message })
  }

  /** YAML 1.2's core schema, which is what people write in a workflow; never `True` read as false. */
  boolean(name: InputName, fallback: boolean): boolean {
    const value = this.text(name)
    if (value === '') return fallback
    const parsed = parseBoolean(value)
    if (parsed === null) this.problem(name, value, 'must be true or false')
    return parsed ?? fallback
  }

  /** @returns one of the words; null if the input is empty or something else */
  choice<const T extends string>(name: InputName, allowed: readonly T[]): T | null {
    const value = this.text(name)
    if (value === '') return null
    const found = allowed.find((word) => word === value)
    if (found === undefined) this.problem(name, value, `must be ${oneOf(allowed)}`)
    return found ?? null
  }

  /** @returns the number; null if the input is empty or not a whole number from `least` to `most` */
  wholeNumber(name: InputName, least: number, most: number, what = ''): number | null {
    const value = this.text(name)
    if (value === '') return null
    const number = Number(value)
    if (/^\d{1,9}$/.test(value) && number >= least && number <= most) return number
    this.problem(name, value, `must be ${what}a whole number from ${least} to ${most}`)
    return null
  }

  /**
   * A value that must have a form.
   * @returns null if the input is empty or wrong
   */
  matching(name: InputName, pattern: RegExp, message: string): string | null {
    const value = this.text(name)
    if (value === '') return null
    if (pattern.test(value)) return value
    this.problem(name, value, message)
    return null
  }

  /** The items of a list; `list.ts` has the grammar. What is not one is a problem, and left out. */
  list(name: InputName, kind: ListKind): string[] {
    const { items, broken } = parseList(this.source.get(name), kind)
    for (const line of broken) this.problem(name, line, BROKEN)
    return items.map(({ text }) => text)
  }

  /** As {@link list}, with a problem for each item that does not have the form. */
  matchingList(name: InputName, kind: ListKind, pattern: RegExp, message: string): string[] {
    const items = this.list(name, kind)
    for (const item of items) if (!pattern.test(item)) this.problem(name, item, message)
    return items
  }

  /** @throws InputError with all problems, if there are any */
  finish(): void {
    if (this.#problems.length > 0) throw new InputError(this.#problems)
  }
}
