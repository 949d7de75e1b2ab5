/** More assignments than that are not looked at: what they set counts as docker's. */
const MOST_ASSIGNMENTS = 50

/** What stands in front of an assignment that stays: nothing, other assignments, `export`, or a script in quotes. */
const IN_FRONT =
  /(?:^|["'])[\s({!]*(?:(?:do|else|if|then|until|while)\s+)*(?:(?:export|local|readonly|declare|typeset)\s+(?:.*\s)?|(?:\w+=\S*\s+)*)$/
/** What stands behind it, up to the next command, if it is no prefix of a command. */
const BEHIND = /^(?:\s+\w+=\S*)*[\s"'\]})]*$/
const EXPORTS = /(?:^|[\s"'({])(?:export|local|readonly|declare|typeset)\s(?:.*\s)?$/

/**
 * Whether the command of a RUN gives the variable a value itself wherever it uses it. An assignment, `for` or `read`
 * counts from the next command on; `V=2 echo $V` still prints what V was before, but in single quotes a shell that it
 * starts expands it.
 */
export function isSetInShell(name: string, text: string): boolean {
  const assigned = new RegExp(
    `(^|[\\s;&|({"'])(?:${name}=|(?:for|read)\\s(?:[^;&|]*\\s)?${name}(?=[\\s;&|]|$))`,
    'g',
  )
  let stays = text.length
  const quoted: [number, number][] = []
  for (const { index, 0: found, 1: before = '' } of [...text.matchAll(assigned)].slice(0, MOST_ASSIGNMENTS)) {
    const start = index + before.length
    const value = index + found.length
    const end = found.endsWith('=') ? endOfWord(text, value) : value
    const next = endOfCommand(text, end)
    const front = text.slice(0, start).split(/[;&|]/).at(-1) as string
    const alone = IN_FRONT.test(front) && (EXPORTS.test(front) || BEHIND.test(text.slice(end, next)))
    if (!found.endsWith('=') || alone) stays = Math.min(stays, next)
    for (const { index: at, 0: part } of text.slice(end, next).matchAll(/'[^']*'/g))
      quoted.push([end + at, end + at + part.length])
  }
  return [...text.matchAll(new RegExp(`\\\\.|\\$\\{?(${name})\\b`, 'gs'))]
    .filter(([, used]) => used !== undefined)
    .every(({ index }) => index >= stays || quoted.some(([from, to]) => index > from && index < to))
}

/** Where the command ends that goes on at this place: behind it, an assignment counts. */
function endOfCommand(text: string, from: number): number {
  const rest = text.slice(from).replace(/'[^']*'/g, (part) => ' '.repeat(part.length))
  const separator = /[;&|)]|\s(?:do|then)\s/.exec(rest)
  return separator === null ? text.length : from + separator.index
}

/** Where a word of a shell ends that begins, or goes on, at this place. */
function endOfWord(text: string, from: number): number {
  let depth = 0
  let quote = ''
  for (let at = from; at < text.length; at++) {
    const character = text[at] as string
    if (character === '\\') at++
    else if (quote !== '') quote = character === quote ? '' : quote
    else if (/["'`]/.test(character)) quote = character
    else if (/[({]/.test(character)) depth++
    else if (/[)}]/.test(character) && depth > 0) depth--
    else if (depth === 0 && /[\s;&|)]/.test(character)) return at
  }
  return text.length
}

/** What may read a script that stands in single quotes: a shell, by an option or by its name, and what expands by itself. */
const READS_SCRIPT =
  /(?:^|[\s;&|("'`/])(?:(?:ba|da|a|z|k|c|fi)?sh|eval|trap|envsubst|source|-[a-zA-Z]*c)(?=[\s;&|)"'`,]|$)|(?:^|[;&|(])\s*\.\s/

/**
 * The parts of a RUN in which a shell puts in variables. What is in single quotes stays as it is, unless something else
 * in the command may take it for a script; so does a command in JSON form without a shell.
 * @returns the text, with blanks in the place of all else
 */
export function expandedInShell(text: string): string {
  if (READS_SCRIPT.test(text)) return text
  if (/^\[\s*"/.test(text)) return ''
  let result = ''
  let quote = ''
  for (let at = 0; at < text.length; at++) {
    const character = text[at] as string
    if (quote === "'") {
      if (character === "'") quote = ''
      result += ' '
    } else if (character === '\\') {
      result += text.slice(at, at + 2)
      at++
    } else {
      if (character === quote) quote = ''
      else if (quote === '' && /["']/.test(character)) quote = character
      result += character
    }
  }
  return result
}
