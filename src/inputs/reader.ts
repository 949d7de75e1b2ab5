import { parse as parseCsv } from 'csv-parse/sync'
import { parseBoolean } from '../shared/boolean.ts'
import { InputError, type Problem } from '../shared/errors.ts'

/** What inputs are read from: GitHub's runner in production, a table in a test. */
export interface InputSource {
  /** The value of an input, with the spaces around it; empty where it was not given. */
  readonly get: (name: string) => string
  /** The job's environment. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** The folder that relative paths start from: the job's workspace. */
  readonly cwd: string
  /** Keeps a value out of the log, from the moment on that it is called. */
  readonly mask?: (secret: string) => void
}

/**
 * How a list is taken apart: `no`, one item a line; `yes`, at every comma too; `unquoted`, at the commas outside
 * of quotes; `raw`, one item a line with its quotes, for values that are CSV themselves.
 */
export type Commas = 'no' | 'yes' | 'unquoted' | 'raw'

/** Collects problems while values are read, so that all are reported at once. */
export class Reader {
  readonly #problems: Problem[]
  readonly source: InputSource

  constructor(source: InputSource, problems: Problem[] = []) {
    this.source = source
    this.#problems = problems
  }

  /** The same inputs, but for these; problems are collected together. */
  as(name: string, value: string, more: Readonly<Record<string, string>> = {}): Reader {
    const changed = new Map(Object.entries({ ...more, [name]: value }))
    const get = (asked: string) => changed.get(asked) ?? this.source.get(asked)
    return new Reader({ ...this.source, get }, this.#problems)
  }

  text(name: string): string {
    return this.source.get(name).trim()
  }

  problem(input: string, value: string, message: string): void {
    this.#problems.push({ input, value, message })
  }

  /** YAML 1.2's core schema, which is what people write in a workflow; never `True` read as false. */
  boolean(name: string, fallback: boolean): boolean {
    const value = this.text(name)
    if (value === '') return fallback
    const parsed = parseBoolean(value)
    if (parsed === null) this.problem(name, value, 'must be true or false')
    return parsed ?? fallback
  }

  /**
   * A value that must have a form.
   * @returns null where the input is empty or wrong
   */
  matching(name: string, pattern: RegExp, message: string): string | null {
    const value = this.text(name)
    if (value === '') return null
    if (pattern.test(value)) return value
    this.problem(name, value, message)
    return null
  }

  /**
   * The items of a list, as docker/build-push-action reads its lists; besides, a line that starts with `#` is a
   * comment. An item may be quoted as CSV.
   */
  list(name: string, { commas }: { commas: boolean | Commas }): string[] {
    const mode = commas === true ? 'yes' : commas === false ? 'no' : commas
    const value = this.text(name)
    if (value === '') return []
    try {
      const rows: string[][] = parseCsv(value, {
        relax_quotes: true,
        relax_column_count: true,
        skip_empty_lines: true,
        comment: '#',
        comment_no_infix: true,
        ...(mode === 'raw' ? { quote: false } : {}),
      })
      const items = mode === 'unquoted' || mode === 'yes' ? rows.flat() : rows.map((row) => row.join(','))
      const parts = mode === 'yes' ? items.flatMap((item) => item.split(',')) : items
      return parts.map((item) => item.trim()).filter((item) => item !== '')
    } catch (error) {
      this.problem(name, value, `is not a list: ${(error as Error).message}`)
      return []
    }
  }

  /** As {@link list}, with a problem for each item that does not have the form. */
  matchingList(name: string, commas: Commas, pattern: RegExp, message: string): string[] {
    const items = this.list(name, { commas })
    for (const item of items) if (!pattern.test(item)) this.problem(name, item, message)
    return items
  }

  /** One item a line, whose own fields may be quoted: tag rules, as docker/metadata-action reads them. */
  lines(name: string): string[] {
    return this.text(name)
      .split(/\r?\n/)
      .map((line) => line.trim())
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => (/^"[^"]*"$/.test(line) ? line.slice(1, -1) : line))
  }

  finish(): void {
    if (this.#problems.length > 0) throw new InputError(this.#problems)
  }
}
