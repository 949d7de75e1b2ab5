import type { Dockerfile, Instruction } from '../syntax/dockerfile.ts'

/** The options of each instruction that docker's legacy builder carries out: all others it ignores, or refuses. */
const LEGACY_OPTIONS: Readonly<Record<string, RegExp>> = {
  ADD: /^--chown=/,
  COPY: /^--(?:chown|from)=/,
  FROM: /^--platform=/,
  HEALTHCHECK: /^--(?:interval|retries|start-interval|start-period|timeout)=/,
}
const NONE = /^(?!)/

/** What BuildKit gives a value, and nobody else: https://docs.docker.com/reference/dockerfile/#automatic-platform-args-in-the-global-scope */
const AUTOMATIC = /^(?:(?:BUILD|TARGET)(?:PLATFORM|OS|OSVERSION|ARCH|VARIANT)|TARGETSTAGE)$/

/** Docker's own grammar, which its builders have built in: `docker/dockerfile:1`, and its other versions. */
const DOCKERS_GRAMMAR = /^(?:docker\.io\/)?docker\/dockerfile(?:[:@]|$)/

/** A source of ADD that is a Git repository: https://docs.docker.com/reference/dockerfile/#adding-files-from-a-git-repository */
const GIT = /^(?:git@|git:\/\/|ssh:\/\/|github\.com\/|https?:\/\/[^?#]+\.git(?:[?#]|$))/

/** What is needed, and in which line. */
interface Unknown {
  readonly what: string
  readonly line: number
}

/**
 * Finds what docker's legacy builder ignores or leaves out in silence, or refuses itself: heredocs never run, checksums
 * are not compared, a Git repository is downloaded as a page. Tried with Docker 26.1 and 28.5.
 * @param buildArgs `KEY=value` or `KEY`, which may give automatic arguments a value
 * @returns such as `COPY --link (line 3)`; empty if the legacy builder can build it
 */
export function unknownToLegacyBuilder(
  { directives, instructions }: Dockerfile,
  buildArgs: readonly string[],
): string[] {
  const given = new Set(buildArgs.map((arg) => arg.split('=', 1)[0]))
  const valued = new Set<string>()
  const needs: Unknown[] = []
  const { syntax } = Object.fromEntries(directives)
  if (syntax !== undefined && !DOCKERS_GRAMMAR.test(syntax))
    needs.push({ what: `# syntax=${syntax}`, line: 1 })
  if (/\berror\s*=\s*true\b/i.test(directives.get('check') ?? ''))
    needs.push({ what: '# check=error=true', line: 1 })
  let isGlobal = true
  for (const instruction of instructions) {
    const { keyword, flags, words, heredocs, line } = instruction
    if (keyword === 'FROM') {
      isGlobal = false
      for (const name of variablesIn([...flags, ...words]))
        if (AUTOMATIC.test(name) && !valued.has(name)) needs.push({ what: `FROM with $${name}`, line })
    }
    for (const flag of flags)
      if (!(LEGACY_OPTIONS[keyword] ?? NONE).test(flag))
        needs.push({ what: `${keyword} ${flag.split('=', 1)[0]}`, line })
    if (heredocs > 0) needs.push({ what: `${keyword} with a heredoc`, line })
    if (addsGit(instruction)) needs.push({ what: 'ADD of a Git repository', line })
    if (keyword !== 'ARG') continue
    for (const word of words) {
      const name = word.split('=', 1)[0] as string
      const hasValue = word.includes('=') || given.has(name)
      if (isGlobal && hasValue) valued.add(name)
      if (AUTOMATIC.test(name) && !hasValue) needs.push({ what: `ARG ${name}`, line })
    }
  }
  return listed(needs)
}

/**
 * Finds the repositories that a BuildKit before 0.12 would download as pages, without a word; the Dockerfile's own
 * grammar (`# syntax`) knows them.
 * @returns such as `ADD of a Git repository (line 3)`
 */
export function unknownToOldBuildKit({ directives, instructions }: Dockerfile): string[] {
  if (directives.has('syntax')) return []
  return listed(instructions.filter(addsGit).map(({ line }) => ({ what: 'ADD of a Git repository', line })))
}

function addsGit({ keyword, words }: Instruction): boolean {
  return (
    keyword === 'ADD' && words.some((word) => GIT.test(word.replace(/^[["']+/, '').replace(/["',\]]+$/, '')))
  )
}

function variablesIn(words: readonly string[]): string[] {
  return words.flatMap((word) => [...word.matchAll(/\$\{?(\w+)/g)].map(([, name = '']) => name))
}

/** Each once, with all its lines. */
function listed(needs: readonly Unknown[]): string[] {
  const lines = new Map<string, number[]>()
  for (const { what, line } of needs) lines.set(what, [...(lines.get(what) ?? []), line])
  return [...lines].map(
    ([what, at]) => `${what} (line${at.length > 1 ? 's' : ''} ${[...new Set(at)].join(', ')})`,
  )
}
