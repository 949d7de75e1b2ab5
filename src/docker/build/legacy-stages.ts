import { statSync } from 'node:fs'
import path from 'node:path'
import {
  expandVariables,
  type Inherited,
  type Stage,
  type Step,
  unquoted,
} from '../syntax/dockerfile-stages.ts'
import { ScopedSet } from '../syntax/scoped-map.ts'

/** What a stage has said so far that the legacy builder carries out in another way than BuildKit. */
interface Said {
  hasVolume: boolean
  /** What is known of the image that it is based on. */
  readonly image: Inherited | null
  user: string
  folder: string
  /** Whether a RUN gives files capabilities, and whether one gives them the rights of their owner or group. */
  hasCapabilities: boolean
  hasSetuid: boolean
  /** Folders that an instruction may have made. */
  readonly made: ScopedSet
}

/**
 * Finds what the legacy builder carries out in silence in another way than BuildKit because of what an instruction
 * before it has said. Seen with Docker 26.1.
 *
 * - What a RUN writes into a volume is discarded; and which files it writes is not to be seen.
 *   https://docs.docker.com/reference/dockerfile/#notes-about-specifying-volumes
 * - A WORKDIR that does not exist is root's, whatever USER says: here of triggers alone, as of any other the image in
 *   front of it tells whether it does (`legacy-images.ts`).
 * - A file that COPY takes from another stage loses its capabilities, and with `--chown` its setuid and setgid bits. What a
 *   program of a RUN does by itself, and what a base image has, is not to be seen.
 *   https://github.com/moby/moby/issues/38132
 * - A file that is copied to `/app/.` becomes `/app`, if there is no such folder.
 */
export class LegacyStages {
  private readonly stages = new Map<Stage, Said>()
  /** By their names and their numbers. */
  private readonly named = new Map<string, Said>()

  private readonly context: string | null

  /** @param context the folder that COPY and ADD take from; null if it cannot be read */
  constructor(context: string | null = null) {
    this.context = context
  }

  /** @returns what is wrong with this step, which is the next one: such as `RUN after VOLUME` */
  next({ instruction, stage, values, triggered }: Step): string[] {
    const { keyword, words, isTrigger } = instruction
    if (isTrigger) return []
    if (stage === null) return []
    const said = this.saidIn(stage)
    const wrong: string[] = []
    const first = unquoted(expandVariables(words[0] ?? '', values))
    if (keyword === 'RUN' && said.hasVolume) wrong.push('RUN after VOLUME')
    const text = expandVariables(words.join(' '), values)
    for (const volume of keyword === 'RUN' ? (said.image?.volumes ?? []) : [])
      if (names(text, volume)) wrong.push(`RUN that names ${volume}, a VOLUME of the base image`)
    if (keyword === 'RUN') {
      said.hasCapabilities ||= SETS_CAPABILITIES.test(text)
      said.hasSetuid ||= SETS_UID.test(text)
    }
    if (keyword === 'COPY') wrong.push(...this.lostBy(instruction.flags))
    if (keyword === 'VOLUME') said.hasVolume = true
    if (keyword === 'USER') said.user = first
    if (/^(?:ADD|COPY)$/.test(keyword)) {
      const isLocal = !instruction.flags.some((flag) => flag.startsWith('--from='))
      if (makesFile(text, said, isLocal ? this.context : null)) wrong.push(`${keyword} to a folder as /.`)
    }
    if (/^(?:ADD|COPY|RUN|VOLUME)$/.test(keyword)) addFolders(text, said)
    if (keyword === 'WORKDIR') {
      said.folder = path.posix.resolve(said.folder, bare(first))
      if (triggered && !isRoot(said.user) && !mayExist(said)) wrong.push('WORKDIR after USER')
      addFolders(said.folder, said)
    }
    return wrong
  }

  /** What the files of a COPY would lose. */
  private lostBy(flags: readonly string[]): string[] {
    const from = flags.find((flag) => flag.startsWith('--from='))?.slice('--from='.length)
    const other = from === undefined ? undefined : this.named.get(unquoted(from).toLowerCase())
    const chown = flags.some((flag) => flag.startsWith('--chown='))
    return [
      ...(other?.hasCapabilities ? ['COPY --from a stage with setcap'] : []),
      ...(other?.hasSetuid && chown ? ['COPY --from --chown of a stage with setuid'] : []),
    ]
  }

  private saidIn(stage: Stage): Said {
    const known = this.stages.get(stage)
    if (known !== undefined) return known
    const parent = stage.parent === null ? null : this.saidIn(stage.parent)
    const said: Said = {
      hasVolume: parent?.hasVolume ?? false,
      image: parent?.image ?? stage.inherited,
      user: parent?.user ?? stage.inherited?.user ?? '',
      folder: path.posix.resolve('/', parent?.folder ?? stage.inherited?.folder ?? ''),
      hasCapabilities: parent?.hasCapabilities ?? false,
      hasSetuid: parent?.hasSetuid ?? false,
      made: new ScopedSet(parent?.made),
    }
    this.named.set(`${this.stages.size}`, said)
    if (stage.name !== null) this.named.set(stage.name, said)
    this.stages.set(stage, said)
    return said
  }
}

/** @param user as USER takes it: a name or a number, with or without a group, which new folders have too */
export function isRoot(user: string): boolean {
  return /^(?:(?:root|0+)(?::(?:root|0+)?)?)?$/.test(user)
}

const SETS_CAPABILITIES = /\bsetcap\b/

/** `chmod u+s`, `chmod -R 4755`, `install -m 2755`. */
const SETS_UID =
  /\b(?:chmod(?:[\s"',]+-[^\s"',]+)*[\s"',]+|install\b[^;&|]{0,200}?[\s"',](?:-m|--mode)[\s"',=]*)(?:0?[2-7][0-7]{3}\b|[ugoa]*[+=][rwxXt]*s)/

/** Whether a text names a folder, or something in it. */
function names(text: string, folder: string): boolean {
  return text.split(/[\s"'`;&|()<>[\]{}=,:]+/).some((word) => `${word}/`.startsWith(`${folder}/`))
}

/** A variable that is not known is written in one way. */
function bare(text: string): string {
  return text.replace(/\$\{(\w+)\}/g, '$$$1')
}

/** What a text names, each with the folders above it: docker and most programs make these too. */
function addFolders(text: string, { folder, made }: Said): void {
  for (const word of bare(text).split(/[\s"'`;&|()<>[\]{}=,:]+/)) {
    if (word === '' || word.startsWith('-')) continue
    for (
      let one = path.posix.resolve(folder, word);
      one !== '/' && !made.has(one);
      one = path.posix.dirname(one)
    )
      made.add(one)
  }
}

/** What nearly every base image has. */
const USUAL =
  /^\/(?:(?:bin|dev|etc|home|lib|media|mnt|opt|proc|root|run|sbin|srv|sys|tmp|usr(?:\/local)?(?:\/(?:bin|lib|sbin|share|src))?|var(?:\/(?:lib|log|tmp))?))?$/

/**
 * Whether the one source of ADD or COPY, if it is a file, would be given the name of a folder.
 * @param context the folder that it is in; null if it is in none that can be read
 */
function makesFile(text: string, { folder, made }: Said, context: string | null): boolean {
  const [source, destination] = copyToDot(text) ?? []
  if (source === undefined || destination === undefined) return false
  // The images of the steps tell of what is not known here (`legacy-images.ts`).
  if (context === null || /^https?:|[*?[\\$\0]/.test(source) || !isCopiedFile(path.join(context, source)))
    return false
  const target = path.posix.resolve(folder, bare(destination))
  return target !== folder && !made.has(target) && !USUAL.test(target)
}

/**
 * The source and the destination of an ADD or COPY that has one source, and a destination such as `/app/.`; null of any
 * other, and of a source that can only be a folder.
 * @param text its words, with the values of variables
 */
export function copyToDot(text: string): readonly [source: string, destination: string] | null {
  const words = (text.startsWith('[') ? text.split(',') : text.split(/\s+/)).map((word) =>
    unquoted(word.replace(/^\s*\[?\s*|\s*\]?\s*$/g, '')),
  )
  const [source = '', destination = '', ...more] = words
  if (more.length > 0 || !destination.endsWith('/.') || /(?:^|\/)\.{0,2}$/.test(source)) return null
  return [source, destination]
}

/** False too if it is not there, of which docker tells itself. */
function isCopiedFile(file: string): boolean {
  try {
    return statSync(file).isFile()
  } catch {
    return false
  }
}

/** Whether the folder may be in the base image, of which nothing is known before a build, or has been made since. */
function mayExist({ folder, made, image }: Said): boolean {
  return folder === '/' || made.has(folder) || image === null || image.folders.has(folder)
}
