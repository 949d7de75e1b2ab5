/** An instruction, as it stands in one line. */
export interface Line {
  readonly keyword: string
  readonly flags: readonly string[]
  readonly rest: string
}

/**
 * The keyword in capitals, the flags without quotes and escapes, and the rest.
 * https://github.com/moby/buildkit/blob/v0.25.1/frontend/dockerfile/parser/split_command.go
 */
export function splitInstruction(text: string, escaping: string): Line {
  const [, keyword = '', behind = ''] = /^\s*(\S+)\s*(.*)$/s.exec(text) ?? []
  const flags: string[] = []
  let rest = behind
  while (rest.startsWith('--')) {
    const { word, length } = flagAt(rest, escaping)
    rest = rest.slice(length).trimStart()
    if (word === '--') break
    flags.push(word)
  }
  return { keyword: keyword.toUpperCase(), flags, rest: rest.trim() }
}

function flagAt(text: string, escaping: string): { word: string; length: number } {
  let word = ''
  let quote = ''
  let at = 0
  for (; at < text.length; at++) {
    const character = text[at] as string
    if (quote === '' && /\s/.test(character)) break
    if (quote === '' && (character === '"' || character === "'")) quote = character
    else if (character === quote) quote = ''
    else if (character !== escaping) word += character
    else if (at + 1 < text.length) word += text[++at]
  }
  return { word, length: at }
}

/** Divides at blanks that are neither quoted nor escaped; quotes and escapes stay. (parseWords in line_parsers.go) */
export function argWords(text: string, escaping: string): string[] {
  const words: string[] = []
  let word = ''
  let quote = ''
  for (let at = 0; at < text.length; at++) {
    const character = text[at] as string
    if (quote === '' && /\s/.test(character)) {
      if (word !== '') words.push(word)
      word = ''
      continue
    }
    if (quote === '' && (character === '"' || character === "'")) quote = character
    else if (character === quote) quote = ''
    word += character
    if (character === escaping && quote !== "'" && at + 1 < text.length) word += text[++at]
  }
  if (word !== '') words.push(word)
  return words
}
