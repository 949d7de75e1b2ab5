import path from 'node:path'
import { matcherOf, UnreadablePattern } from './pattern.ts'

// What docker leaves out of a context, by its own rules, which are not those of .gitignore.
// https://docs.docker.com/build/concepts/context/#dockerignore-files

interface Pattern {
  /** Whether it brings back what an earlier one left out. */
  readonly exception: boolean
  /** Cleaned, without the `!`. */
  readonly text: string
  readonly matches: (file: string) => boolean
}

/** Which pattern matched a folder, as what is in it inherits that. */
type Matched = readonly boolean[]

/** What is decided about a folder or a file of a context. */
export interface Decision {
  readonly ignored: boolean
  /** Of a folder that is left out: whether anything in it can be in the context all the same. */
  readonly entered: boolean
  readonly matched: Matched
}

const SPACE = '\\t-\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000'
const ENDS = new RegExp(`^[${SPACE}]+|[${SPACE}]+$`, 'gu')
const trimmedLine = (text: string): string => text.replace(ENDS, '')

/**
 * The patterns of a .dockerignore.
 * https://github.com/moby/patternmatcher/blob/v0.6.0/ignorefile/ignorefile.go
 */
function patternLines(text: string): string[] {
  return text
    .replace(/^\ufeff/, '')
    .split('\n')
    .map((line) => line.replace(/\r$/, ''))
    .filter((line) => !line.startsWith('#'))
    .map(trimmedLine)
    .filter((line) => line !== '')
    .map((line) => {
      const exception = line.startsWith('!')
      const pattern = exception ? trimmedLine(line.slice(1)) : line
      const cleaned = pattern === '' ? '' : clean(pattern)
      return `${exception ? '!' : ''}${cleaned.length > 1 ? cleaned.replace(/^\//, '') : cleaned}`
    })
}

/** As Go's filepath.Clean has it: no `.`, no `//`, no `/` at the end. */
function clean(text: string): string {
  const normal = path.posix.normalize(text)
  return normal.length > 1 ? normal.replace(/\/$/, '') : normal
}

/**
 * Decides what of a context docker leaves out.
 * https://github.com/moby/patternmatcher/blob/v0.6.0/patternmatcher.go,
 * https://github.com/tonistiigi/fsutil/blob/master/filter.go
 */
export class Ignored {
  readonly #patterns: readonly Pattern[]
  readonly #prefixesOnly: boolean

  /** @throws UnreadablePattern */
  constructor(dockerignore: string) {
    this.#patterns = patternLines(dockerignore).map(patternOf)
    this.#prefixesOnly = this.#patterns.every(
      ({ exception, text }) => !exception || !/[*[\]?^\\]/.test(withoutGlobAtEnd(text)),
    )
  }

  /**
   * @param file relative to the context, with slashes
   * @param parent what was decided about the folder that it is in; null at the top
   */
  decide(file: string, isFolder: boolean, parent: Decision | null): Decision {
    let ignored = false
    const matched = this.#patterns.map((pattern, i) => {
      const inherited = parent?.matched[i] === true
      // A pattern that could change nothing is not asked, and so says nothing about what is in a folder either.
      if (!inherited && pattern.exception !== ignored) return false
      const matches = inherited || pattern.matches(file)
      if (matches) ignored = !pattern.exception
      return matches
    })
    return { ignored, matched, entered: isFolder && (!ignored || this.#canHold(`${file}/`)) }
  }

  /** Whether an exception can match what is in a folder that is left out: docker does not look into any other. */
  #canHold(folder: string): boolean {
    const exceptions = this.#patterns.filter(({ exception }) => exception)
    if (exceptions.length === 0) return false
    return (
      !this.#prefixesOnly || exceptions.some(({ text }) => `${withoutGlobAtEnd(text)}/`.startsWith(folder))
    )
  }
}

const withoutGlobAtEnd = (text: string): string => text.replace(/\/\*\*$/, '').replace(/\/\*$/, '')

function patternOf(line: string): Pattern {
  const exception = line.startsWith('!')
  const text = exception ? line.slice(1) : line
  // Of `!/`, docker takes the slash for the end of a path, and refuses what is left.
  if (text === '' || line === '!/') throw new UnreadablePattern(`'${line}' is no pattern`)
  return { exception, text, matches: matcherOf(text) }
}
