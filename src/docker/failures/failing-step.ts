import { stripVTControlCharacters } from 'node:util'
import { isCacheExportName } from '../../shared/cache-export.ts'
import { clip } from '../../shared/clip.ts'
import { type SourceBlock, sourceBlocks } from './source-blocks.ts'

/** What a builder's output says of its failure. */
export interface FailingStep {
  /** `[build 2/3] RUN make`; null if no step of the Dockerfile failed. */
  readonly name: string | null
  /** The last lines that the step wrote. */
  readonly lines: readonly string[]
  /** The builder's own last word. */
  readonly reason: string | null
  /** The lines of the Dockerfile; null if the builder does not show them. */
  readonly source: SourceBlock | null
  /** Whether the legacy builder built: what its commands print goes to standard output, docker's words do not. */
  readonly legacy: boolean
}

/** More lines than this, and longer ones, are in the log, which is right above. */
const LINES_SHOWN = 20
const LONGEST_LINE = 2000

/**
 * A line as a terminal would leave it: without colours, and of a progress bar, which goes back to the line's beginning,
 * the last state. Other separators of lines are none to whoever reads the output of a command.
 */
export function asShown(line: string): string {
  const states = stripVTControlCharacters(line).split('\r')
  return (states.findLast((state) => state.trim() !== '') ?? '').replace(/[\u2028\u2029]/g, ' ')
}

const lastOf = (lines: readonly string[]) => lines.slice(-LINES_SHOWN).map((line) => clip(line, LONGEST_LINE))

/**
 * What docker says before its legacy builder begins: that it is deprecated and, in front of that, why its buildx does not
 * run, which is no reason of a failed build.
 * https://github.com/docker/cli/blob/v28.5.1/cmd/docker/builder.go (processBuilder)
 */
const LEGACY_NOTICE = /^(?:.+\n\n)?DEPRECATED: The legacy builder is deprecated.*\n(?:[ \t]+.*\n)*/

/**
 * Reads the end of a build's output: BuildKit's plain progress, with buildx or with docker before 23.0, or the
 * legacy builder's steps.
 */
export function parseFailure(output: string, stdout: string): FailingStep {
  const stderr = output.replace(LEGACY_NOTICE, '')
  const lines = stderr.split(/\r?\n/).map((line) => stripVTControlCharacters(line))
  const reason = lastError(stderr) ?? lastError(stdout)
  const source = sourceBlocks(lines).at(-1) ?? null
  const name = failedStep(lines)
  if (name !== null) return { name, lines: writtenBy(lines, name), reason, source, legacy: false }
  const step = legacyStep(stdout)
  return { ...step, reason, source, legacy: step.name !== null }
}

/**
 * The name in the block ` > NAME:` behind a ruler of six hyphens. Of several, as several platforms make them, the
 * first one: the others were canceled because of it, or failed for the same reason.
 */
function failedStep(lines: readonly string[]): string | null {
  const at = lines.findIndex((line, index) => line === '------' && /^ > .*:$/s.test(lines[index + 1] ?? ''))
  return at < 0 ? null : (lines[at + 1] as string).slice(3, -1)
}

/** `#7 0.208 text`, below `#7 NAME`: that block itself has fewer lines, or none, depending on the version. */
function writtenBy(lines: readonly string[], name: string): string[] {
  const number = lines.map((line) => /^(#\d+) (.*)$/s.exec(line)).find((match) => match?.[2] === name)?.[1]
  if (number === undefined) return []
  return lastOf(
    lines
      .filter((line) => line.startsWith(`${number} `))
      .flatMap((line) => /^#\d+ \d+\.\d+ (.*)$/s.exec(line)?.[1] ?? [])
      .map(asShown)
      .filter((line) => line.trim() !== ''),
  )
}

/**
 * What a build was asking of a registry when it failed: a `push`, when everything is built, or a `pull`, of a base
 * image or a frontend. Null for every other step, above all for a command of the Dockerfile, which may print anything.
 */
export function registryPhaseOf({ name }: Pick<FailingStep, 'name'>): 'push' | 'pull' | null {
  if (name === null) return null
  if (isCacheExport({ name }) || /^(?:exporting to image|pushing )/.test(name)) return 'push'
  return isNamedContextImage(name) ||
    /^(?:\[[^\]]*\] (?:load metadata for |FROM )|resolve image config for |docker-image:\/\/)/.test(name)
    ? 'pull'
    : null
}

/**
 * Whether a step pulls the image of a named context: `[context base] HOST/NAME:TAG`. Those of folders and addresses are
 * `[context base] load from client` and `[context base] https://…`.
 * https://github.com/moby/buildkit/blob/v0.25.0/frontend/dockerui/namedcontext.go
 */
export const isNamedContextImage = (name: string): boolean =>
  /^\[context [^\]]+\] (?!\S*:\/\/)\S+$/.test(name)

/** Whether a cache was exported when the build failed: images are pushed before. */
export function isCacheExport({ name }: Pick<FailingStep, 'name'>): boolean {
  return name !== null && isCacheExportName(name)
}

/** `Step 2/3 : RUN make`, which the legacy builder prints before it runs it. */
function legacyStep(stdout: string): Pick<FailingStep, 'name' | 'lines'> {
  const lines = stdout.split(/\r?\n/)
  const at = lines.findLastIndex((line) => /^Step \d+\/\d+ : /.test(line))
  if (at < 0) return { name: null, lines: [] }
  const [, number, instruction] = /^Step (\d+\/\d+) : (.*)$/s.exec(lines[at] as string) ?? []
  const written = lines.slice(at + 1).filter((line) => !/^ ---> |^Removing intermediate /.test(line))
  return {
    name: `[${number}] ${instruction}`,
    lines: lastOf(written.map(asShown).filter((line) => line.trim() !== '')),
  }
}

/** The part of a reason that is worth saying beside the name of the step: for a command, how it ended. */
export function shortReason(reason: string): string {
  const code =
    /^.*(?:did not complete successfully: exit code: |^.*executor failed running .*: exit code: |returned a non-zero code: )(\d+)$/s.exec(
      reason,
    )?.[1]
  if (code !== undefined) return `the command ended with exit code ${code}`
  const bare = reason.replace(
    /^(?:ERROR: |failed to build: |failed to solve(?: with frontend \S+)?: |failed to create LLB definition: )+/,
    '',
  )
  // The name of an image that cannot be found, which comes once more behind it.
  const image = bare.replace(/^(?:\S+: )?failed to resolve source metadata for (\S+): (?=\1)/, '')
  return withoutRepeats(image)
}

/** What each program on the way has put before the same words: `a: b: b` is `a: b`. */
function withoutRepeats(reason: string): string {
  return reason.replace(/(^|: )(.{4,300}?)(?:: \2)+(?=$|: )/g, '$1$2')
}

/** The line that says why: the last `ERROR` or `error` line, else the last one. */
export function lastError(output: string): string | null {
  const lines = output
    .split(/\r?\n/)
    .map((line) => asShown(line).trim())
    .filter((line) => line !== '')
  const line = lines.findLast((candidate) =>
    /^(?:ERROR|error|Error|denied|unauthorized|failed)\b/.test(candidate),
  )
  const said = line ?? lines.at(-1)
  return said === undefined ? null : clip(said, LONGEST_LINE) + lostEnd(said)
}

/** How a command ended, which stands behind the command; a very long one would hide it. */
const COMMAND_ENDED =
  /(?:did not complete successfully: exit code|: exit code|returned a non-zero code): \d{1,10}$/

/** The end of a line that is cut by its length, if it says how a command ended. */
function lostEnd(line: string): string {
  if (line.length <= LONGEST_LINE) return ''
  return COMMAND_ENDED.exec(line.slice(-100))?.[0].replace(/^(?!:)/, ' ') ?? ''
}
