import { isComparable, substituted, trimmed } from './patterns.ts'

/** Stands in a text for what is not known here, such as the platform that a builder chooses. */
export const UNKNOWN = '\0'

/** The value of a variable; undefined if it is not set. */
export type ValueOf = (name: string) => string | undefined

/** Longer texts count as not known: each ARG could double the one before. */
const LONGEST_WORD = 4096

/** No name of people's is as long. */
const LONGEST_VARIABLE = 200

/** Deeper than this, no `${A:-${B:-…}}` of people is. */
const DEEPEST = 50

/**
 * A word of a Dockerfile as BuildKit reads it: without quotes and escapes, and with the values of its variables.
 * https://github.com/moby/buildkit/blob/v0.25.1/frontend/dockerfile/shell/lex.go (ProcessWord)
 * @param escaping the Dockerfile's escape character
 * @returns null if docker refuses the word; with {@link UNKNOWN} in it as far as it is not known
 */
export function expandWord(word: string, values: ValueOf, escaping: string): string | null {
  try {
    const text = new Word(word, values, escaping).until(null, false)
    return text.length > LONGEST_WORD ? UNKNOWN : text
  } catch (error) {
    if (error instanceof Refused) return null
    throw error
  }
}

/** The word is one that docker does not read. */
class Refused extends Error {}

class Word {
  readonly #characters: readonly string[]
  readonly #values: ValueOf
  readonly #escape: string
  #at = 0
  #depth = 0

  constructor(text: string, values: ValueOf, escaping: string) {
    this.#characters = [...text]
    this.#values = values
    this.#escape = escaping
  }

  get #next(): string | undefined {
    return this.#characters[this.#at]
  }

  #take(): string {
    const character = this.#next
    if (character === undefined) throw new Refused()
    this.#at++
    return character
  }

  /**
   * Reads up to a character, which is taken too.
   * @param stop null for the end of the word
   * @param raw whether escape characters stay
   */
  until(stop: string | null, raw: boolean): string {
    if (++this.#depth > DEEPEST) throw new Refused()
    let result = ''
    while (this.#next !== undefined) {
      const character = this.#next
      if (character === stop) {
        this.#at++
        this.#depth--
        return result
      }
      if (character === '$') result += this.#variable()
      else if (character === "'") result += this.#singleQuoted()
      else if (character === '"') result += this.#doubleQuoted(raw)
      else if (character === this.#escape) {
        this.#at++
        if (raw) result += character
        if (this.#next !== undefined) result += this.#take()
      } else result += this.#take()
      if (result.length > LONGEST_WORD) result = UNKNOWN
    }
    if (stop !== null) throw new Refused()
    return result
  }

  #singleQuoted(): string {
    this.#at++
    let result = ''
    for (;;) {
      const character = this.#take()
      if (character === "'") return result
      result += character
    }
  }

  #doubleQuoted(raw: boolean): string {
    this.#at++
    let result = ''
    for (;;) {
      if (result.length > LONGEST_WORD) result = UNKNOWN
      if (this.#next === '$') {
        result += this.#variable()
        continue
      }
      const character = this.#take()
      if (character === '"') return result
      if (character !== this.#escape) {
        result += character
        continue
      }
      if (raw) result += character
      const escaped = this.#next
      if (escaped === '"' || escaped === '$' || escaped === this.#escape) result += this.#take()
      else if (escaped !== undefined) result += character
    }
  }

  #variable(): string {
    this.#at++
    if (this.#next !== '{') {
      const name = this.#name()
      return name === '' ? '$' : (this.#values(name) ?? '')
    }
    this.#at++
    if (this.#next === undefined || /[{}:]/.test(this.#next)) throw new Refused()
    const name = this.#name()
    const operator = this.#take()
    if (operator === '}') return this.#values(name) ?? ''
    if (operator === '/') return this.#substituted(name)
    const emptyIsUnset = operator === ':'
    const modifier = emptyIsUnset ? this.#take() : operator
    if (!'+-?#%'.includes(modifier)) throw new Refused()
    const cuts = modifier === '#' || modifier === '%'
    if (cuts && emptyIsUnset) throw new Refused()
    const word = this.until('}', cuts)
    const value = this.#values(name)
    if (cuts) return withoutMatch(value ?? '', word, modifier)
    return chosen(value, modifier, word, emptyIsUnset)
  }

  #substituted(name: string): string {
    const all = this.#next === '/'
    if (all) this.#at++
    const pattern = this.until('/', true)
    const text = this.until('}', true)
    const value = this.#values(name) ?? ''
    // Of all matches, Go takes a `$` in the text for a reference to the match.
    if (!isKnown(value, pattern, text) || (all && text.includes('$'))) return UNKNOWN
    return orRefused(substituted(value, pattern, text, all))
  }

  /** Letters, digits and `_`; or digits alone; or one of the shell's special parameters. */
  #name(): string {
    const rest = this.#characters.slice(this.#at, this.#at + LONGEST_VARIABLE).join('')
    const [name = ''] = /^(?:\p{Nd}+|[@*#?$!-]|[\p{L}\p{Nd}_]+)/u.exec(rest) ?? []
    this.#at += [...name].length
    return name
  }
}

function chosen(value: string | undefined, modifier: string, word: string, emptyIsUnset: boolean): string {
  // What is not known at all may be empty.
  if (emptyIsUnset && value === UNKNOWN) return modifier === '+' ? UNKNOWN : value
  const isSet = value !== undefined && !(emptyIsUnset && value === '')
  if (modifier === '+') return isSet ? word : ''
  if (isSet) return value
  if (modifier === '?') throw new Refused()
  return word
}

function withoutMatch(value: string, word: string, side: '#' | '%'): string {
  const longest = word.startsWith(side)
  const pattern = longest ? word.slice(1) : word
  return isKnown(value, pattern) ? orRefused(trimmed(value, pattern, side, longest)) : UNKNOWN
}

const isKnown = (value: string, pattern: string, ...more: readonly string[]) =>
  isComparable(value, pattern) && ![value, pattern, ...more].some((text) => text.includes(UNKNOWN))

function orRefused(text: string | null): string {
  if (text === null) throw new Refused()
  return text
}
