import { canonicalPlatformName } from '../../oci/platform-names.ts'
import { splitCsv } from '../../shared/csv.ts'
import { parseDockerfile } from './dockerfile.ts'
import { expandWord, UNKNOWN } from './expand.ts'
import { argWords, type Line, splitInstruction } from './instruction-line.ts'
import { isReference, parseReference } from './references.ts'

// Which images a build pulls, by BuildKit's rules:
// https://github.com/moby/buildkit/blob/v0.25.1/frontend/dockerfile/dockerfile2llb/convert.go

/** What of a build decides which images its Dockerfile leads to. */
export interface ReadingOf {
  readonly buildArgs: ReadonlyMap<string, string>
  /** The stage that is built; null for the last one. */
  readonly target: string | null
  /** None: that of the builder, which is not known here. */
  readonly platforms: readonly string[]
  /** Values of named contexts, by {@link familiarName}. */
  readonly contexts: ReadonlyMap<string, string>
}

/** Names of images as they are written, with {@link UNKNOWN} in the place of what is not known; each once. */
export interface BaseImages {
  /** What the stage that is built needs, and the frontend (`# syntax=`). */
  readonly needed: readonly string[]
  /** What the legacy builder pulls besides: it builds every stage in front of that one too. */
  readonly besides: readonly string[]
}

interface BaseStage {
  readonly name: string | null
  /** The stages of the same file that it is based on: several only if it is not known which of them. */
  readonly parents: readonly BaseStage[]
  /** Other images than stages. */
  readonly images: string[]
  /** What COPY and mounts take from: names and numbers of stages, or images. */
  readonly sources: TakenFrom[]
  /** The same of its triggers (ONBUILD), for the stages that are based on it. */
  readonly triggered: TakenFrom[]
}

interface TakenFrom {
  readonly from: string
  /** Whether a number is that of a stage: of COPY, and not of a mount. */
  readonly counts: boolean
}

/**
 * Finds the images of FROM, COPY --from and RUN --mount=from= that a build pulls. Whatever does not resolve is left out:
 * docker says itself what is wrong with it.
 * @param source of the Dockerfile
 */
export function baseImagesIn(source: string, reading: ReadingOf): BaseImages {
  // Only a frontend may be named behind the line that makes it a program.
  const text = source.replace(/^\uFEFF?#![^\n]*\n/, '')
  const file = parseDockerfile(text)
  const escaping = file.directives.get('escape') === '`' ? '`' : '\\'
  const lines = file.instructions.map(({ text }) => splitInstruction(text, escaping))
  const needed = new Set<string>()
  const besides = new Set<string>()
  const syntax =
    reading.buildArgs.get('BUILDKIT_SYNTAX')?.trim() ??
    file.directives.get('syntax') ??
    /^\uFEFF?\/\/\s*syntax\s*=\s*(.+)/i.exec(text)?.[1]
  if (syntax) needed.add(syntax.split(' ', 1)[0] as string)
  for (const platform of reading.platforms.length === 0 ? [null] : reading.platforms) {
    const stages = stagesOf(lines, reading, platform, escaping)
    const target = indexOfTarget(stages, reading.target)
    if (target === null) continue
    const imageOf = (name: string) => replacedByContext(name, reading.contexts)
    const reached = reachedFrom(stages, target)
    for (const [at, { images, sources, parents }] of stages.entries()) {
      const all = [...images, ...imagesOf([...sources, ...triggeredIn(parents)], stages)].flatMap(imageOf)
      if (reached.has(at)) for (const image of all) needed.add(image)
      else if (at < target) for (const image of all) besides.add(image)
    }
  }
  return { needed: [...needed], besides: [...besides].filter((image) => !needed.has(image)) }
}

function stagesOf(
  lines: readonly Line[],
  { buildArgs, target, contexts }: ReadingOf,
  platform: string | null,
  escaping: string,
): BaseStage[] {
  const globals = new Map(automaticArgs(platform, target))
  for (const [name, value] of buildArgs) if (globals.has(name)) globals.set(name, value)
  const value = (name: string) => globals.get(name)
  const stages: BaseStage[] = []
  for (const line of lines) {
    const stage = stages.at(-1)
    if (line.keyword === 'FROM') {
      const [base = '', as = '', name = null] = line.rest.split(/\s+/)
      const named = /^as$/i.test(as) ? (name?.toLowerCase() ?? null) : null
      const image = expandWord(base, value, escaping)
      stages.push(openBaseStage(image, named, stages, contexts))
    } else if (line.keyword === 'ARG' && stage === undefined) {
      for (const word of argWords(line.rest, escaping)) {
        const [, name = '', given] = /^([^=]*)(?:=(.*))?$/s.exec(word) ?? []
        const own = given === undefined ? undefined : (expandWord(given, value, escaping) ?? UNKNOWN)
        const set = buildArgs.get(name) ?? own
        if (set !== undefined) globals.set(name, set)
      }
    } else if (line.keyword === 'ONBUILD') {
      stage?.triggered.push(...takenBy(splitInstruction(line.rest, escaping)))
    } else stage?.sources.push(...takenBy(line))
  }
  return stages
}

/** https://docs.docker.com/reference/dockerfile/#automatic-platform-args-in-the-global-scope */
function automaticArgs(platform: string | null, target: string | null): [string, string][] {
  const [os = UNKNOWN, arch = UNKNOWN, variant] = (
    platform === null ? '' : canonicalPlatformName(platform)
  ).split('/')
  const known = platform !== null && arch !== UNKNOWN
  const none = known && /^(?:amd64|arm64)$/.test(arch) ? '' : UNKNOWN
  const own = ['BUILDPLATFORM', 'BUILDOS', 'BUILDOSVERSION', 'BUILDARCH', 'BUILDVARIANT']
  return [
    ...own.map((name): [string, string] => [name, UNKNOWN]),
    ['TARGETPLATFORM', known ? [os, arch, variant].filter((part) => part !== undefined).join('/') : UNKNOWN],
    ['TARGETOS', known ? os : UNKNOWN],
    ['TARGETOSVERSION', UNKNOWN],
    ['TARGETARCH', known ? arch : UNKNOWN],
    ['TARGETVARIANT', known ? (variant ?? none) : UNKNOWN],
    ['TARGETSTAGE', target ?? UNKNOWN],
  ]
}

/** What is the base of a stage: a named context goes before an earlier stage, and that before an image. */
function openBaseStage(
  base: string | null,
  name: string | null,
  stages: readonly BaseStage[],
  contexts: ReadonlyMap<string, string>,
): BaseStage {
  const rest = { name, sources: [], triggered: [] }
  if (name !== null && contextOf(name, contexts) !== null) return { ...rest, parents: [], images: [name] }
  if (base === null || base === '' || base === 'scratch') return { ...rest, parents: [], images: [] }
  // Of several stages of one name, the last one counts.
  const parents = base.includes(UNKNOWN)
    ? stages.filter((stage) => stage.name !== null && fits(base, stage.name))
    : [stages.findLast((stage) => stage.name === base.toLowerCase())].filter((stage) => stage !== undefined)
  return { ...rest, parents, images: parents.length > 0 && !base.includes(UNKNOWN) ? [] : [base] }
}

/** Whether a text may be what one with unknown parts stands for. */
function fits(pattern: string, text: string): boolean {
  const [first = '', ...others] = pattern.split(UNKNOWN)
  if (!text.startsWith(first)) return false
  const last = others.pop() ?? ''
  let at = first.length
  for (const part of others) {
    const found = text.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return text.length - last.length >= at && text.endsWith(last)
}

/** Variables are not replaced in `--from`: docker refuses them. */
function takenBy({ keyword, flags }: Line): TakenFrom[] {
  if (keyword === 'COPY') {
    return flags.flatMap((flag) => {
      const from = /^--from=(.+)$/s.exec(flag)?.[1]
      return from === undefined ? [] : [{ from, counts: true }]
    })
  }
  if (keyword !== 'RUN') return []
  return flags.flatMap((flag) => {
    const mount = /^--mount=(.+)$/s.exec(flag)?.[1]
    return mountFields(mount ?? '').flatMap((field) => {
      const from = /^from=(.+)$/is.exec(field)?.[1]
      return from === undefined ? [] : [{ from, counts: false }]
    })
  })
}

function mountFields(record: string): string[] {
  try {
    return splitCsv(record)
  } catch {
    return []
  }
}

const triggeredIn = (stages: readonly BaseStage[]) => stages.flatMap(({ triggered }) => triggered)

const isNumber = ({ from, counts }: TakenFrom) => counts && /^[+-]?\d+$/.test(from)

/** The stages that a source may be, by their places. */
function stagesFrom(source: TakenFrom, stages: readonly BaseStage[]): number[] {
  if (isNumber(source)) return [Number(source.from)].filter((at) => at in stages)
  const name = source.from.toLowerCase()
  return [stages.findLastIndex((stage) => stage.name === name)].filter((at) => at >= 0)
}

function imagesOf(sources: readonly TakenFrom[], stages: readonly BaseStage[]): string[] {
  return sources
    .filter((source) => !isNumber(source) && stagesFrom(source, stages).length === 0)
    .map(({ from }) => from)
    .filter((from) => from !== 'scratch')
}

/** @returns null if there is no such stage */
function indexOfTarget(stages: readonly BaseStage[], target: string | null): number | null {
  if (target === null) return stages.length === 0 ? null : stages.length - 1
  const named = stages.findLastIndex(({ name }) => name === target.toLowerCase())
  if (named >= 0) return named
  // The legacy builder takes a number too.
  return /^\d+$/.test(target) && Number(target) < stages.length ? Number(target) : null
}

function reachedFrom(stages: readonly BaseStage[], target: number): Set<number> {
  const places = new Map(stages.map((stage, at) => [stage, at]))
  const reached = new Set([target])
  for (const at of reached) {
    const { parents, sources } = stages[at] as BaseStage
    for (const parent of parents) reached.add(places.get(parent) as number)
    for (const source of [...sources, ...triggeredIn(parents)])
      for (const other of stagesFrom(source, stages)) reached.add(other)
  }
  return reached
}

/** The image that docker takes for a name, which a named context may be: then only one of an image is pulled. */
function replacedByContext(name: string, contexts: ReadonlyMap<string, string>): string[] {
  if (name.includes(UNKNOWN)) return [name]
  if (!isReference(name)) return []
  const context = contextOf(name, contexts)
  return context === null ? [name] : imageOfContext(context)
}

/** @returns null if no named context takes the place of that name */
function contextOf(name: string, contexts: ReadonlyMap<string, string>): string | null {
  if (!isReference(name) || /^(?:context|scratch)$/i.test(name)) return null
  return contexts.get(familiarName(name)) ?? null
}

/** The image that a named context is; none if it is something else, such as a folder. */
export function imageOfContext(value: string): string[] {
  const image = /^docker-image:(?:\/\/)?(.+)$/s.exec(value)?.[1]
  return image === undefined || !isReference(image) ? [] : [image]
}

/**
 * A name as docker compares those of contexts: `alpine` for `docker.io/library/alpine:latest`.
 * https://github.com/moby/buildkit/blob/v0.25.1/frontend/dockerui/config.go (NamedContext)
 */
export function familiarName(name: string): string {
  const { host, repository, tag, digest } = parseReference(name)
  const short =
    host === 'docker.io' ? repository.replace(/^docker\.io\//, '').replace(/^library\//, '') : repository
  const tagged = tag === 'latest' && (digest === null || !hasTag(name)) ? short : `${short}:${tag}`
  return digest === null ? tagged : `${tagged}@${digest}`
}

const hasTag = (name: string) => /:[^/]*$/.test(name.split('@', 1)[0] as string)
