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
  readonly instructions: readonly Instruction[]
}

/**
 * Reads a Dockerfile as far as its instructions, which is as both of docker's builders do: they share this parser.
 * https://github.com/moby/buildkit/tree/v0.25.1/frontend/dockerfile/parser
 * @returns what could be read: docker says itself what is no Dockerfile
 */
export function parseDockerfile(source: string): Dockerfile {
  const lines = source.replace(/^\uFEFF/, '').split(/\r?\n/)
  const { directives, length } = readDirectives(lines)
  const escaping = directives.get('escape') === '`' ? '`' : '\\\\'
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
    const read = readInstruction(parts)
    const names = /^(?:ADD|COPY|RUN)$/.test(read.keyword) ? heredocsIn(read.words) : []
    const endLine = Math.min(at, lines.length - 1) + 1
    instructions.push({ line: start + 1, endLine, ...read, heredocs: names.length })
    for (const { name, tabs } of names) {
      const ends = (line: string) => (tabs ? line.replace(/^\t+/, '') : line) === name
      do at++
      while (at < lines.length && !ends(lines[at] as string))
    }
  }
  return { directives, instructions }
}

/** Comments and empty lines, which are dropped between continued lines too. */
const isSkipped = (line = '') => /^\s*(?:#|$)/.test(line)

/** The names that docker knows; any other one is a comment, and ends them. */
const DIRECTIVE = /^\s*#\s*(syntax|escape|check)\s*=\s*(.+?)\s*$/i

/**
 * Until the first line that is none. https://docs.docker.com/reference/dockerfile/#parser-directives,
 * https://github.com/moby/buildkit/blob/v0.25.1/frontend/dockerfile/parser/directives.go
 */
function readDirectives(lines: readonly string[]): { directives: Map<string, string>; length: number } {
  const directives = new Map<string, string>()
  for (const [length, line] of lines.entries()) {
    const [, name, value = ''] = DIRECTIVE.exec(line) ?? []
    if (name === undefined) return { directives, length }
    directives.set(name.toLowerCase(), value)
  }
  return { directives, length: lines.length }
}

function readInstruction(
  parts: readonly string[],
): Pick<Instruction, 'text' | 'keyword' | 'isTrigger' | 'flags' | 'words'> {
  const text = parts.join('').trim()
  const [, first = '', rest = ''] = /^(\S+)\s*(.*)$/.exec(text) ?? []
  const isTrigger = /^ONBUILD$/i.test(first)
  const [, keyword = '', behind = ''] = isTrigger ? (/^(\S+)\s*(.*)$/.exec(rest) ?? []) : ['', first, rest]
  const words = wordsOf(behind)
  const count = words.findIndex((word) => !word.startsWith('--'))
  const flags = count < 0 ? words : words.slice(0, count)
  return { text, keyword: keyword.toUpperCase(), isTrigger, flags, words: words.slice(flags.length) }
}

/** Divides a text at blanks that are neither quoted nor escaped; quotes and escapes stay. */
function wordsOf(text: string): string[] {
  return text.match(/(?:\\.|"(?:\\.|[^"\\])*"?|'[^']*'?|[^\s"'\\]|\\$)+/g) ?? []
}

/** https://github.com/moby/buildkit/blob/v0.25.1/frontend/dockerfile/parser/parser.go (ParseHeredoc) */
function heredocsIn(words: readonly string[]): { name: string; tabs: boolean }[] {
  return words.flatMap((word) => {
    const [, dash = '', rest = ''] = /^\d*<<(-?)([^<]+)$/.exec(word) ?? []
    const name = rest.replace(/\\(.)|["']/g, '$1')
    return name === '' ? [] : [{ name, tabs: dash !== '' }]
  })
}
