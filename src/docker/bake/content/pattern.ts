/** A pattern that this step cannot read as docker does; docker itself may refuse it. The message names it. */
export class UnreadablePattern extends Error {
  override readonly name = 'UnreadablePattern'
}

/**
 * A part of a pattern: one character that passes a test; `*`, any number of characters without a slash; `**` at the end,
 * any number of characters; `**` before something, nothing or any number of characters that end with a slash.
 */
type IgnorePart = ((character: string) => boolean) | 'name' | 'rest' | 'folders'

const cannotRead = (pattern: string): UnreadablePattern =>
  new UnreadablePattern(`the pattern '${pattern}' cannot be read as docker reads it`)

/**
 * Whether a pattern of a .dockerignore matches a file. As patternmatcher compiles it, one character after the other: it
 * decides by how the pattern is written between equality, the beginning, the end and a regular expression of Go's.
 * https://github.com/moby/patternmatcher/blob/v0.6.0/patternmatcher.go
 * @param pattern cleaned
 * @returns the test of a path with slashes, relative to the context
 * @throws UnreadablePattern
 */
export function matcherOf(pattern: string): (file: string) => boolean {
  const characters = [...pattern]
  let kind: 'exact' | 'prefix' | 'suffix' | 'parts' = 'exact'
  const parts: IgnorePart[] = []
  let anchored = false
  let at = 0
  for (let i = 0; at < characters.length; i++) {
    const character = characters[at++] as string
    if (character === '*' && characters[at] === '*') {
      at++
      if (characters[at] === '/') at++
      if (at === characters.length && kind === 'exact') kind = 'prefix'
      else {
        parts.push(at === characters.length ? 'rest' : 'folders')
        kind = 'parts'
      }
      if (i === 0) kind = 'suffix'
      continue
    }
    if ('*?\\['.includes(character) || character === ']') kind = 'parts'
    if (character === '*') parts.push('name')
    else if (character === '?') parts.push((other) => other !== '/')
    else if (character === '\\') parts.push(is(escapedCharacter(characters[at++], pattern)))
    else if (character === '[') {
      const [test, end] = classAt(characters, at, pattern)
      parts.push(test)
      at = end
    } else {
      if (character === '^') anchored = true
      parts.push(is(character))
    }
  }
  // patternmatcher escapes every character that means something to a regular expression, but for this one.
  if (anchored && kind === 'parts') throw cannotRead(pattern)
  if (kind === 'exact') return (file) => file === pattern
  if (kind === 'prefix') return (file) => file.startsWith(pattern.slice(0, -2))
  if (kind === 'suffix') {
    const suffix = pattern.slice(2)
    return (file) => file.endsWith(suffix) || (suffix.startsWith('/') && file === suffix.slice(1))
  }
  return (file) => matchesParts(parts, file)
}

const is = (expected: string) => (character: string) => character === expected

/** Before a letter or a digit, a backslash means something else to Go's regular expressions. */
function escapedCharacter(character: string | undefined, pattern: string): string {
  if (character === undefined || /[a-z0-9]/i.test(character)) throw cannotRead(pattern)
  return character
}

/**
 * A class, `[a-z]` or `[^a-z]`.
 * @param from where its first character is
 * @returns its test, and where it ends
 */
function classAt(
  characters: readonly string[],
  from: number,
  pattern: string,
): [test: (character: string) => boolean, end: number] {
  let at = from
  const negated = characters[at] === '^'
  if (negated) at++
  const ranges: [from: string, to: string][] = []
  const next = (): string => {
    const character = characters[at++]
    // `[[:alpha:]]`, and what patternmatcher replaces inside of a class as well.
    if (character === undefined || '[*?^'.includes(character)) throw cannotRead(pattern)
    return character === '\\' ? escapedCharacter(characters[at++], pattern) : character
  }
  while (characters[at] !== ']' || ranges.length === 0) {
    // An empty class, or one that begins with `]`, or a `-` that is no range.
    if (characters[at] === ']' || characters[at] === '-') throw cannotRead(pattern)
    const first = next()
    if (characters[at] === '-' && characters[at + 1] !== ']') {
      at++
      const last = next()
      if (codePoint(last) < codePoint(first)) throw cannotRead(pattern)
      ranges.push([first, last])
    } else ranges.push([first, first])
    if (characters[at] === '-' && characters[at + 1] === ']') throw cannotRead(pattern)
  }
  const inRanges = (character: string) =>
    ranges.some(
      ([low, high]) => codePoint(low) <= codePoint(character) && codePoint(character) <= codePoint(high),
    )
  return [(character) => inRanges(character) !== negated, at + 1]
}

const codePoint = (character: string): number => character.codePointAt(0) ?? 0

/**
 * All ways at once, not one after the other: the time is at most the product of both lengths, whatever somebody has
 * committed as a pattern. A state is the number of a part, twice; one more for the inside of `folders`.
 */
function matchesParts(parts: readonly IgnorePart[], file: string): boolean {
  const reach = (states: Set<number>, state: number): void => {
    if (states.has(state)) return
    states.add(state)
    const part = parts[state / 2]
    // What may be nothing is passed by.
    if (part === 'name' || part === 'rest' || part === 'folders') reach(states, state + 2)
  }
  let states = new Set<number>()
  reach(states, 0)
  for (const character of file) {
    const next = new Set<number>()
    for (const state of states) {
      const part = parts[state >> 1]
      if (part === 'folders') {
        if (character !== '\n') next.add(state | 1)
        if (character === '/') reach(next, (state | 1) + 1)
      } else if (part === 'name' || part === 'rest') {
        if (part === 'name' ? character !== '/' : character !== '\n') reach(next, state)
      } else if (part?.(character)) reach(next, state + 2)
    }
    states = next
  }
  return states.has(parts.length * 2)
}
