import path from 'node:path'
import { parseDockerBoolean } from '../syntax/booleans.ts'
import type { Dockerfile } from '../syntax/dockerfile.ts'
import {
  expandVariables,
  type Inherited,
  type Step,
  stepsOf,
  unquoted,
  variablesIn,
} from '../syntax/dockerfile-stages.ts'
import { isArchive } from './archive.ts'
import { LegacyStages } from './legacy-stages.ts'
import { LegacyVariables } from './legacy-variables.ts'

/**
 * The options of each instruction that docker's legacy builder carries out: all others it ignores, or refuses. No
 * builder knows options of other instructions.
 */
const LEGACY_OPTIONS: Readonly<Record<string, RegExp>> = {
  ADD: /^--chown=/,
  COPY: /^--(?:chown|from)=/,
  FROM: /^--platform=/,
  HEALTHCHECK: /^--(?:interval|retries|start-interval|start-period|timeout)=/,
  RUN: /^(?!)/,
}

/** What BuildKit gives a value, and nobody else: https://docs.docker.com/reference/dockerfile/#automatic-platform-args-in-the-global-scope */
const AUTOMATIC = /^(?:(?:BUILD|TARGET)(?:PLATFORM|OS|OSVERSION|ARCH|VARIANT)|TARGETSTAGE)$/

/** Docker's own grammar, which its builders have built in: `docker/dockerfile:1`, and its other versions. */
const DOCKERS_GRAMMAR = /^(?:docker\.io\/)?docker\/dockerfile(?:[:@]|$)/

/**
 * A source of ADD that is a Git repository; `github.com/…` is one for a context only.
 * https://docs.docker.com/reference/dockerfile/#adding-files-from-a-git-repository
 */
const GIT = /^(?:git@|git:\/\/|ssh:\/\/|https?:\/\/[^?#]+\.git(?:[?#]|$))/

/** What is needed, and in which line. */
interface Unknown {
  readonly what: string
  readonly line: number
}

/**
 * Finds what docker's legacy builder ignores or leaves out in silence, or refuses itself: heredocs never run, checksums
 * are not compared, a Git repository is downloaded as a page. Tried with Docker 26.1 and 28.5.
 * @param buildArgs `KEY=value` or `KEY`, which may give automatic arguments a value
 * @param target the stage that is built; null for the last one
 * @param images what is known of the images that stages are based on; nothing before a build
 * @param context the folder that ADD takes from; null if it cannot be read
 * @returns such as `COPY --link (line 3)`; empty if the legacy builder can build it
 */
export function unknownToLegacyBuilder(
  dockerfile: Dockerfile,
  buildArgs: readonly string[],
  target: string | null,
  images: ReadonlyMap<string, Inherited> = new Map(),
  context: string | null = null,
): string[] {
  const { directives, directiveLines } = dockerfile
  const lineOf = (name: string) => directiveLines.get(name) ?? 1
  const given = new Set(buildArgs.map((arg) => arg.split('=', 1)[0] as string))
  const valued = new Set<string>()
  const needs: Unknown[] = []
  const { syntax } = Object.fromEntries(directives)
  if (syntax !== undefined && !DOCKERS_GRAMMAR.test(syntax))
    needs.push({ what: `# syntax=${syntax}`, line: lineOf('syntax') })
  const [, error] = /(?:^|;)\s*error\s*=\s*(\w+)/i.exec(directives.get('check') ?? '') ?? []
  if (error !== undefined && parseDockerBoolean(error) === true)
    needs.push({ what: '# check=error=true', line: lineOf('check') })
  const stages = new LegacyStages(context)
  const variables = new LegacyVariables(buildArgs)
  for (const step of stepsOf(dockerfile, buildArgs, target, images)) {
    const { instruction, stage } = step
    const { keyword, flags, words, heredocs, line, isTrigger } = instruction
    const need = (what: string) => needs.push({ what, line })
    if (heredocs > 0) need(`${keyword} with a heredoc`)
    // Only its text is kept, for the build on this image.
    if (isTrigger) continue
    const automatic = (texts: readonly string[]) =>
      texts.flatMap(variablesIn).filter((name) => AUTOMATIC.test(name) && !valued.has(name))
    if (keyword === 'FROM') for (const name of automatic([...flags, ...words])) need(`FROM with $${name}`)
    const options = LEGACY_OPTIONS[keyword]
    for (const flag of flags)
      if (options !== undefined && !options.test(flag)) need(`${keyword} ${flag.split('=', 1)[0]}`)
    if (addsGit(step)) need('ADD of a Git repository')
    if (ownsArchive(step, context)) need('ADD --chown of an archive')
    for (const what of variables.next(step)) need(what)
    for (const what of stages.next(step)) need(what)
    if (keyword !== 'ARG') continue
    for (const word of words) {
      const name = word.split('=', 1)[0] as string
      const hasValue = word.includes('=') || given.has(name)
      // Here BuildKit has the automatic arguments without a declaration.
      if (stage === null && !given.has(name))
        for (const other of automatic([word])) need(`ARG ${name} with $${other}`)
      if (stage === null && hasValue) valued.add(name)
      if (AUTOMATIC.test(name) && !hasValue && !variables.isEnvironment(stage, name)) need(`ARG ${name}`)
    }
  }
  return listed(needs)
}

/**
 * Finds the repositories that a BuildKit before 0.12 would download as pages, without a word; the Dockerfile's own
 * grammar (`# syntax`) knows them.
 * @param buildArgs may give the address
 * @param target the stage that is built; null for the last one
 * @returns such as `ADD of a Git repository (line 3)`
 */
export function unknownToOldBuildKit(
  dockerfile: Dockerfile,
  buildArgs: readonly string[],
  target: string | null,
): string[] {
  if (dockerfile.directives.has('syntax')) return []
  const needs: Unknown[] = []
  for (const step of stepsOf(dockerfile, buildArgs, target))
    if (addsGit(step)) needs.push({ what: 'ADD of a Git repository', line: step.instruction.line })
  return listed(needs)
}

/** Whether one of the sources, as far as its variables are known, is a Git repository; the last word is where to. */
function addsGit(step: Step): boolean {
  return sourcesOf(step).some((source) => GIT.test(source))
}

/** Whether an archive is unpacked with an owner that the legacy builder does not give to what is in it. */
function ownsArchive(step: Step, context: string | null): boolean {
  if (!step.instruction.flags.some((flag) => flag.startsWith('--chown='))) return false
  return sourcesOf(step)
    .filter((source) => !/^https?:/.test(source))
    .some((source) => isArchive(context === null ? null : path.join(context, source), source))
}

/** The sources of an ADD, as far as their variables are known. */
function sourcesOf({ instruction: { keyword, words, isTrigger }, values }: Step): string[] {
  if (keyword !== 'ADD' || isTrigger) return []
  const sources = (listIn(words.join(' ')) ?? words).slice(0, -1)
  return sources.map((source) => unquoted(expandVariables(source, values)))
}

/** The words of an instruction in JSON form; null if it is in the other one. */
function listIn(text: string): string[] | null {
  if (!text.startsWith('[')) return null
  try {
    const list: unknown = JSON.parse(text)
    return Array.isArray(list) && list.every((word) => typeof word === 'string') ? list : null
  } catch {
    return null
  }
}

/** Each once, with all its lines. */
function listed(needs: readonly Unknown[]): string[] {
  const lines = new Map<string, Set<number>>()
  for (const { what, line } of needs) lines.set(what, (lines.get(what) ?? new Set()).add(line))
  return [...lines].map(([what, at]) => `${what} (line${at.size > 1 ? 's' : ''} ${[...at].join(', ')})`)
}
