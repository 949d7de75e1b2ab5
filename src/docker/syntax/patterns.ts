// The patterns of `${NAME#pattern}`, `${NAME%pattern}` and `${NAME/pattern/text}` in a Dockerfile. They are compared step
// by step, and not as regular expressions: whoever writes the Dockerfile writes the pattern, and one of many asterisks
// would take hours as one.

/** What one part of a pattern matches: a character, any character (`?`), any number of characters (`*`). */
type PatternPart = string | typeof ANY_ONE | typeof ANY_MANY
const ANY_ONE = Symbol('?')
const ANY_MANY = Symbol('*')

/** Longer values and patterns than these are not compared: names of images are shorter. */
const LONGEST_VALUE = 500
const LONGEST_PATTERN = 100

/** Whether {@link trimmed} and {@link substituted} take a value and a pattern of this length. */
export function isComparable(value: string, pattern: string): boolean {
  return value.length <= LONGEST_VALUE && pattern.length <= LONGEST_PATTERN
}

/**
 * A value without the beginning (`#`) or the end (`%`) that a pattern matches.
 * https://github.com/moby/buildkit/blob/v0.25.1/frontend/dockerfile/shell/lex.go (trimPrefix, trimSuffix)
 * @param longest whether the longest match goes (`##`, `%%`), not the shortest
 * @returns null if docker refuses the pattern
 */
export function trimmed(value: string, pattern: string, side: '#' | '%', longest: boolean): string | null {
  const parts = patternParts(pattern)
  if (parts === null) return null
  const backwards = side === '%'
  const text = backwards ? [...value].reverse() : [...value]
  const ends = endsOf(text, backwards ? parts.reverse() : parts)
  const end = longest ? ends.at(-1) : ends[0]
  const left = text.slice(end ?? 0)
  return (backwards ? left.reverse() : left).join('')
}

/**
 * A value with another text in the place of the first match of a pattern, or of each.
 * @returns null if docker refuses the pattern
 */
export function substituted(value: string, pattern: string, text: string, all: boolean): string | null {
  const parts = patternParts(pattern)
  if (parts === null) return null
  const characters = [...value]
  const ends = longestMatches(characters, parts)
  let result = ''
  let at = 0
  let lastEnd = -1
  while (at <= characters.length) {
    const end = ends[at] ?? null
    // A match of nothing right behind another match is none, as with Go's regular expressions.
    if (end !== null && !(end === at && at === lastEnd)) {
      result += text
      if (!all) return result + characters.slice(end).join('')
      lastEnd = end
      if (end > at) {
        at = end
        continue
      }
    }
    result += characters[at] ?? ''
    at++
  }
  return result
}

/** By place: where the longest match ends that begins there; null if none does. From the last part to the first. */
function longestMatches(text: readonly string[], parts: readonly PatternPart[]): (number | null)[] {
  let behind: (number | null)[] = Array.from({ length: text.length + 1 }, (_, at) => at)
  for (const part of parts.toReversed()) {
    const here: (number | null)[] = []
    for (let at = text.length; at >= 0; at--) {
      // No pattern matches the end of a line.
      const any = at < text.length && text[at] !== '\n'
      if (part === ANY_MANY) here[at] = (any ? here[at + 1] : null) ?? behind[at] ?? null
      else here[at] = ((part === ANY_ONE ? any : text[at] === part) ? behind[at + 1] : null) ?? null
    }
    behind = here
  }
  return behind
}

/** Where matches can end that begin with the text, in ascending order. */
function endsOf(text: readonly string[], parts: readonly PatternPart[]): number[] {
  // By place: whether the parts so far match up to it.
  let reached = [true]
  for (const part of parts) {
    const next: boolean[] = []
    for (let at = 0; at <= text.length; at++) {
      const before = at > 0 && text[at - 1] !== '\n'
      if (part === ANY_MANY) {
        if (reached[at] || (before && next[at - 1])) next[at] = true
      } else if (reached[at - 1] && at > 0 && (part === ANY_ONE ? before : text[at - 1] === part)) {
        next[at] = true
      }
    }
    reached = next
  }
  return reached.flatMap((is, at) => (is ? [at] : []))
}

/** @returns null for an escape that docker does not know */
function patternParts(pattern: string): PatternPart[] | null {
  const characters = [...pattern]
  const parts: PatternPart[] = []
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] as string
    if (character === '*') parts.push(ANY_MANY)
    else if (character === '?') parts.push(ANY_ONE)
    else if (character !== '\\') parts.push(character)
    else {
      const escaped = characters[++at] ?? ''
      if (!['*', '?', '\\', '}', '/'].includes(escaped)) return null
      parts.push(escaped)
    }
  }
  return parts
}
