import { readFileSync } from 'node:fs'
import { type Document, LineCounter, parseDocument } from 'yaml'
import { CommandError } from '../command/errors.ts'

/** A place in a document: keys of maps, and numbers of lists. */
type At = readonly (string | number)[]

/** A workflow or the metadata of an action, with what is needed to say where something stands. */
export class YamlFile {
  readonly path: string
  /** As people call it. */
  readonly name: string
  readonly text: string
  readonly content: Readonly<Record<string, unknown>>
  readonly #document: Document
  readonly #lines: LineCounter

  /**
   * @param path where it is
   * @param name how it is called in what is said of it
   * @throws CommandError with file, line and reason if it cannot be read, or is not YAML with a map
   */
  constructor(path: string, name: string) {
    this.path = path
    this.name = name
    this.text = textOf(path, name)
    this.#lines = new LineCounter()
    this.#document = parseDocument(this.text, { lineCounter: this.#lines })
    const [error] = this.#document.errors
    if (error !== undefined) {
      const [reason = ''] = error.message.split(/ at line \d+/)
      const line = error.linePos?.[0].line
      throw new CommandError(
        `${name}${line ? `, line ${line}` : ''}: ${reason}.`,
        'correct the YAML there.',
        {
          cause: error,
        },
      )
    }
    this.content = mapOrNull(this.#toJs()) ?? {}
    if (mapOrNull(this.#toJs()) === null)
      throw new CommandError(
        `${name} is not a map with on and jobs.`,
        'give the path of a workflow file, as in .github/workflows.',
      )
  }

  #toJs(): unknown {
    try {
      return this.#document.toJS()
    } catch (error) {
      throw new CommandError(`${this.name}: ${(error as Error).message}.`, 'correct the YAML there.', {
        cause: error,
      })
    }
  }

  /** `image.yml, line 23`; without the line if nobody knows it. */
  where(at: At): string {
    const node = this.#document.getIn(at, true) as { range?: [number, number, number] | null } | undefined
    const offset = node?.range?.[0]
    return offset === undefined ? this.name : `${this.name}, line ${this.#lines.linePos(offset).line}`
  }

  /** What is wrong at a place, with what would be right. */
  wrong(at: At, what: string, remedy: string, cause?: unknown): CommandError {
    return new CommandError(`${this.where(at)}: ${what}.`, remedy, { cause })
  }

  /** @throws CommandError if it is something else than a map; a map that is absent or empty is one without members */
  map(at: At, value: unknown): Readonly<Record<string, unknown>> {
    if (value === undefined || value === null) return {}
    const map = mapOrNull(value)
    if (map === null) throw this.wrong(at, `'${at.at(-1)}' is not a map`, 'write it as GitHub has it.')
    return map
  }

  /** @throws CommandError if it is something else than a list of maps; what is absent is one without items */
  maps(at: At, value: unknown): Readonly<Record<string, unknown>>[] {
    if (value === undefined || value === null) return []
    const maps = Array.isArray(value) ? value.map(mapOrNull) : [null]
    if (!maps.every((one) => one !== null))
      throw this.wrong(at, `'${at.at(-1)}' is not a list of maps`, 'write it as GitHub has it.')
    return maps
  }
}

function mapOrNull(value: unknown): Readonly<Record<string, unknown>> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : null
}

function textOf(path: string, name: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const why =
      code === 'ENOENT' ? 'does not exist' : code === 'EISDIR' ? 'is a folder' : `cannot be read (${code})`
    throw new CommandError(`${name} ${why}.`, 'give the path of a workflow file, as in .github/workflows.', {
      cause: error,
    })
  }
}

/** @throws CommandError with the place of what is no expression */
export function guard<T>(file: YamlFile, at: readonly (string | number)[], work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!/^(?:Expression|Syntax)?Error$/.test((error as Error).constructor.name)) throw error
    const what = `an expression is none: ${(error as Error).message}`
    throw file.wrong(at, what, 'correct the expression there.', error)
  }
}
