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
    const reached = reachedFrom(stages, target)
    const before = stages.list.slice(0, target).filter((stage) => !reached.has(stage))
    const add = (to: Set<string>, images: readonly string[]) => {
      for (const name of images) for (const image of replacedByContext(name, reading.contexts)) to.add(image)
    }
    for (const [some, to] of [
      [[...reached], needed],
      [before, besides],
    ] as const) {
      for (const { images, sources } of some) add(to, [...images, ...imagesOf(sources, stages)])
      for (const { triggered } of parentsOf(some)) add(to, imagesOf(triggered, stages))
    }
  }
  return { needed: [...needed], besides: [...besides].filter((image) => !needed.has(image)) }
}

/** The stages of a file. */
interface Stages {
  readonly list: readonly BaseStage[]
  /** By name; of several of one name, the last one. */
  readonly named: ReadonlyMap<string, BaseStage>
}

function stagesOf(
  lines: readonly Line[],
  { buildArgs, target, contexts }: ReadingOf,
  platform: string | null,
  escaping: string,
): Stages {
  const globals = new Map(automaticArgs(platform, target))
  for (const [name, value] of buildArgs) if (globals.has(name)) globals.set(name, value)
  const value = (name: string) => globals.get(name)
  const list: BaseStage[] = []
  const named = new Map<string, BaseStage>()
  for (const line of lines) {
    const stage = list.at(-1)
    if (line.keyword === 'FROM') {
      const [base = '', as = '', name = null] = line.rest.split(/\s+/)
      const own = /^as$/i.test(as) ? (name?.toLowerCase() ?? null) : null
      const opened = openBaseStage(expandWord(base, value, escaping), own, { list, named }, contexts)
      list.push(opened)
      if (own !== null) named.set(own, opened)
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
  return { list, named }
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
  { list, named }: Stages,
  contexts: ReadonlyMap<string, string>,
): BaseStage {
  const rest = { name, sources: [], triggered: [] }
  if (name !== null && contextOf(name, contexts) !== null) return { ...rest, parents: [], images: [name] }
  if (base === null || base === '' || base === 'scratch') return { ...rest, parents: [], images: [] }
  if (base.includes(UNKNOWN)) {
    const parts = base.split(UNKNOWN)
    const some = list.length > MOST_STAGES ? [] : list
    const parents = some.filter((stage) => stage.name !== null && fits(parts, stage.name))
    return { ...rest, parents, images: [base] }
  }
  const parent = named.get(base.toLowerCase())
  return parent === undefined
    ? { ...rest, parents: [], images: [base] }
    : { ...rest, parents: [parent], images: [] }
}

/** Of more stages, nobody asks which of them one with unknown parts in its base may be based on. */
const MOST_STAGES = 1000

/** Whether a text may be what has unknown things between some parts. */
function fits([first = '', ...others]: readonly string[], text: string): boolean {
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

/** The stages that others are based on, each once. */
const parentsOf = (stages: readonly BaseStage[]) => new Set(stages.flatMap(({ parents }) => parents))

const isNumber = ({ from, counts }: TakenFrom) => counts && /^[+-]?\d+$/.test(from)

/** @returns undefined if a source is no stage of the file */
function stageFrom(source: TakenFrom, { list, named }: Stages): BaseStage | undefined {
  return isNumber(source) ? list[Number(source.from)] : named.get(source.from.toLowerCase())
}

function imagesOf(sources: readonly TakenFrom[], stages: Stages): string[] {
  return sources
    .filter((source) => !isNumber(source) && stageFrom(source, stages) === undefined)
    .map(({ from }) => from)
    .filter((from) => from !== 'scratch')
}

/** @returns null if there is no such stage */
function indexOfTarget({ list, named }: Stages, target: string | null): number | null {
  if (target === null) return list.length === 0 ? null : list.length - 1
  const stage = named.get(target.toLowerCase())
  if (stage !== undefined) return list.lastIndexOf(stage)
  // The legacy builder takes a number too.
  return /^\d+$/.test(target) && Number(target) < list.length ? Number(target) : null
}

/** Each stage and its triggers are followed once, however many are based on it. */
function reachedFrom(stages: Stages, target: number): Set<BaseStage> {
  const reached = new Set([stages.list[target] as BaseStage])
  const triggering = new Set<BaseStage>()
  const follow = (sources: readonly TakenFrom[]) => {
    for (const source of sources) {
      const other = stageFrom(source, stages)
      if (other !== undefined) reached.add(other)
    }
  }
  for (const { parents, sources } of reached) {
    follow(sources)
    for (const parent of parents) {
      reached.add(parent)
      if (!triggering.has(parent)) follow(parent.triggered)
      triggering.add(parent)
    }
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
