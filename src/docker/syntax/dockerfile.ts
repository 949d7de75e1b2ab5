/** One instruction of a Dockerfile, with the lines that it continues on and the heredocs behind it. */
export interface Instruction {
  /** Of the first line and of the last one, from 1; without the heredocs. */
  readonly line: number
  readonly endLine: number
  /** All of it on one line, as docker joins it. */
  readonly text: string
  /** In capitals: `RUN`. Of `ONBUILD RUN make` that of the trigger. */
  readonly keyword: string
  /** Whether it is left to the builds on this image (ONBUILD). */
  readonly isTrigger: boolean
  /** `--from=build`, as they are written in front of the rest. */
  readonly flags: readonly string[]
  /** What follows the flags, divided at blanks outside of quotes. */
  readonly words: readonly string[]
  readonly heredocs: number
}

export interface Dockerfile {
  /** `syntax`, `escape`, `check`, in small letters. */
  readonly directives: ReadonlyMap<string, string>
  /** Where each of them is, from 1. */
  readonly directiveLines: ReadonlyMap<string, number>
  readonly instructions: readonly Instruction[]
}

/**
 * Reads a Dockerfile as far as its instructions, which is as both of docker's builders do: they share this parser.
 * https://github.com/moby/buildkit/tree/v0.25.1/frontend/dockerfile/parser
 * @returns what could be read: docker says itself what is no Dockerfile
 */
export function parseDockerfile(source: string): Dockerfile {
  const lines = source.replace(/^\uFEFF/, '').split(/\r?\n/)
  const { directives, directiveLines, length } = readDirectives(lines)
  const escaping = directives.get('escape') === '`' ? '`' : '\\\\'
  const words = escaping === '`' ? WINDOWS_WORDS : UNIX_WORDS
  // A doubled escape character at the end is that character, and continues nothing.
  const continued = new RegExp(`(?:([^${escaping}])|^)${escaping}[ \\t]*$`)
  const instructions: Instruction[] = []
  for (let at = length; at < lines.length; at++) {
    if (isSkipped(lines[at])) continue
    const start = at
    const parts: string[] = []
    for (; at < lines.length; at++) {
      const line = lines[at] as string
      if (isSkipped(line)) continue
      parts.push(line.replace(continued, '$1'))
      if (!continued.test(line)) break
    }
    const read = readInstruction(parts, words)
    const names = /^(?:ADD|COPY|RUN)$/.test(read.keyword) ? heredocsIn(read.words) : []
    const endLine = Math.min(at, lines.length - 1) + 1
    instructions.push({ line: start + 1, endLine, ...read, heredocs: names.length })
    for (const { name, tabs } of names) {
      const ends = (line: string) => (tabs ? line.replace(/^\t+/, '') : line) === name
      do at++
      while (at < lines.length && !ends(lines[at] as string))
    }
  }
  return { directives, directiveLines, instructions }
}

/** Comments and empty lines, which are dropped between continued lines too. */
const isSkipped = (line = '') => /^\s*(?:#|$)/.test(line)

/** The names that docker knows; any other one is a comment, and ends them. */
const DIRECTIVE = /^\s*#\s*(syntax|escape|check)\s*=\s*(.+?)\s*$/i

/**
 * Until the first line that is none. https://docs.docker.com/reference/dockerfile/#parser-directives,
 * https://github.com/moby/buildkit/blob/v0.25.1/frontend/dockerfile/parser/directives.go
 */
function readDirectives(
  lines: readonly string[],
): Pick<Dockerfile, 'directives' | 'directiveLines'> & { length: number } {
  const directives = new Map<string, string>()
  const directiveLines = new Map<string, number>()
  // What decides which grammar there is skips a shebang. For that grammar it is a comment, which ends the directives.
  const shebang = lines[0]?.startsWith('#!') ? 1 : 0
  let length = shebang
  for (; length < lines.length; length++) {
    const [, name, value = ''] = DIRECTIVE.exec(lines[length] as string) ?? []
    if (name === undefined) break
    directives.set(name.toLowerCase(), value)
    directiveLines.set(name.toLowerCase(), length + 1)
  }
  if (shebang > 0) directives.delete('escape')
  return { directives, directiveLines, length }
}

function readInstruction(
  parts: readonly string[],
  pattern: RegExp,
): Pick<Instruction, 'text' | 'keyword' | 'isTrigger' | 'flags' | 'words'> {
  const text = parts.join('').trim()
  const [, first = '', rest = ''] = /^(\S+)\s*(.*)$/.exec(text) ?? []
  const isTrigger = /^ONBUILD$/i.test(first)
  const [, keyword = '', behind = ''] = isTrigger ? (/^(\S+)\s*(.*)$/.exec(rest) ?? []) : ['', first, rest]
  const words = behind.match(pattern) ?? []
  const count = words.findIndex((word) => !word.startsWith('--'))
  const flags = count < 0 ? words : words.slice(0, count)
  return { text, keyword: keyword.toUpperCase(), isTrigger, flags, words: words.slice(flags.length) }
}

/** What is divided at blanks that are neither quoted nor escaped; quotes and escapes stay. */
const UNIX_WORDS = /(?:\\.|"(?:\\.|[^"\\])*"?|'[^']*'?|[^\s"'\\]|\\$)+/g
/** The same with `# escape=` and a backtick, so that paths of Windows need no escape. */
const WINDOWS_WORDS = /(?:`.|"(?:`.|[^"`])*"?|'[^']*'?|[^\s"'`]|`$)+/g

/** https://github.com/moby/buildkit/blob/v0.25.1/frontend/dockerfile/parser/parser.go (ParseHeredoc) */
function heredocsIn(words: readonly string[]): { name: string; tabs: boolean }[] {
  return words.flatMap((word) => {
    const [, dash = '', rest = ''] = /^\d*<<(-?)([^<]+)$/.exec(word) ?? []
    const name = rest.replace(/\\(.)|["']/g, '$1')
    return name === '' ? [] : [{ name, tabs: dash !== '' }]
  })
}
