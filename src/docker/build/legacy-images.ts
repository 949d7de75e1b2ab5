import path from 'node:path'
import { isForPlatform, runsBoth } from '../../oci/platform-names.ts'
import { type Platform, platformIn, platformName } from '../../oci/types.ts'
import { LIMITS } from '../../shared/limits.ts'
import { execute, ProcessError } from '../exec.ts'
import type { Dockerfile, Instruction } from '../syntax/dockerfile.ts'
import { expandVariables, type Stage, stepsOf, unquoted } from '../syntax/dockerfile-stages.ts'
import { expandWord, UNKNOWN } from '../syntax/expand.ts'
import { foldersIn, hasPlatform } from './legacy-folders.ts'
import type { LegacyStep } from './legacy-log.ts'
import { copyToDot, isRoot } from './legacy-stages.ts'

/** What an image says that a step has made. */
interface Made {
  readonly user: string
  readonly folder: string
  readonly platform: Platform | null
}

/** What of a build says what its images should be. */
interface StepsOf {
  readonly buildArgs: readonly string[]
  readonly target: string | null
  /** Null: that of the engine. */
  readonly platform: string | null
  /** The engine's own; null if it is not known. */
  readonly enginePlatform: string | null
}

/** What an image should be for. */
interface WantedPlatform {
  readonly name: string
  /** Whether nobody has asked for it: it is the engine's. */
  readonly byItself: boolean
}

/** Of a Dockerfile that copies from more images, the others are not asked for. */
const MOST_COPIED = 50

type Env = Readonly<Record<string, string>>

/**
 * Finds in the images that the legacy builder has made at its steps what BuildKit would have made otherwise. Seen with
 * Docker 26.1 and 28.5.
 *
 * - A WORKDIR that does not exist is root's, whatever USER says.
 * - A file that is copied to `/app/.` becomes `/app`, if there is no such folder.
 * - A base image that the engine has, and an image in the cache, may be for another platform than the wanted one: those of
 *   all stages are looked at, as each may give files to the last one, and the images that COPY takes from. If no platform
 *   is asked for, BuildKit takes one for the engine's, and asks the registry for it.
 *
 * @param steps of the whole build
 * @param env for a docker process that speaks to the engine
 * @returns such as `WORKDIR after USER (line 3)`
 */
export async function findInImages(
  dockerfile: Dockerfile,
  asked: StepsOf,
  steps: readonly LegacyStep[],
  env: Env,
): Promise<string[]> {
  const stages = stagesIn(steps, wantedPlatforms(dockerfile, asked))
  const workdirs = steps.filter(({ keyword }) => keyword === 'WORKDIR')
  const copies = copiesToDot(dockerfile, asked, steps)
  const ids = [
    ...workdirs.flatMap(({ before, after }) => [before, after]),
    ...stages.map(({ id }) => id),
    ...copies.map(({ step }) => step.after),
  ]
  const images = await inspectAll([...new Set(ids.flatMap((id) => id ?? []))], env)
  const found: string[] = []
  const add = (what: string, { number, keyword }: LegacyStep) => {
    const instruction = dockerfile.instructions[number - 1]
    found.push(
      `${what} (${instruction?.keyword === keyword ? `line ${instruction.line}` : `step ${number}`})`,
    )
  }
  for (const { from, id, wanted, alone } of stages) {
    const wrong = misfit(images.get(id)?.platform ?? null, wanted)
    // The name of an image for several platforms says only that of the engine.
    if (wrong === null || (alone && (await hasPlatform(id, wanted.name, env)))) continue
    add(`FROM ${wrong}`, from)
  }
  const wanted = wantedBy(null, asked)
  if (wanted !== null)
    for (const [name, { line }] of copiedImages(dockerfile, asked)) {
      const wrong = misfit((await inspectAll([name], env)).get(name)?.platform ?? null, wanted)
      if (wrong === null || (await hasPlatform(name, wanted.name, env))) continue
      found.push(`COPY --from=${name}, ${wrong} (line ${line})`)
    }
  for (const step of workdirs) {
    const before = images.get(step.before ?? '')
    const folder = images.get(step.after ?? '')?.folder ?? ''
    if (before === undefined || isRoot(before.user) || ['', '/', before.folder].includes(folder)) continue
    const platform = before.platform && platformName(before.platform)
    if ((await foldersIn(step.before ?? '', [folder], env, platform)).length === 0)
      add('WORKDIR after USER', step)
  }
  for (const { step, destination } of copies) {
    const image = images.get(step.after ?? '')
    if (image === undefined) continue
    const folder = path.posix.resolve('/', image.folder, destination)
    const platform = image.platform && platformName(image.platform)
    if ((await foldersIn(step.after ?? '', [folder], env, platform)).length === 0)
      add(`${step.keyword} to a folder as /.`, step)
  }
  return found
}

/** @returns such as `an image for linux/arm64, and not for linux/amd64`; null if it is for that, or not known */
function misfit(platform: Platform | null, { name, byItself }: WantedPlatform): string | null {
  if (platform === null || isForPlatform(platform, name)) return null
  // A name of which there is no other image is taken by BuildKit too: `i386/debian`.
  if (byItself && runsBoth(name, platform)) return null
  const whose = byItself ? ", the engine's" : ''
  return `an image for ${platformName(platform)}, and not for ${name}${whose}`
}

/** @param own the platform that FROM names */
function wantedBy(own: string | null, { platform, enginePlatform }: StepsOf): WantedPlatform | null {
  const asked = own || platform
  if (asked !== null) return { name: asked, byItself: false }
  return enginePlatform === null ? null : { name: enginePlatform, byItself: true }
}

/** Of each FROM, what the stage should be for; null if that is not known, and not compared with anything. */
function wantedPlatforms(dockerfile: Dockerfile, asked: StepsOf): (WantedPlatform | null)[] {
  const escaping = dockerfile.directives.get('escape') === '`' ? '`' : '\\'
  const known = new Map<Stage, WantedPlatform | null>()
  for (const { instruction, stage, values } of stepsOf(dockerfile, asked.buildArgs, asked.target)) {
    if (stage === null || known.has(stage)) continue
    const flag = instruction.flags.find((one) => one.startsWith('--platform='))
    const own =
      flag === undefined
        ? ''
        : expandWord(flag.slice('--platform='.length), (name) => values.get(name), escaping)
    const isKnown = own !== null && !own.includes(UNKNOWN)
    const wanted = isKnown ? wantedBy(own, asked) : null
    known.set(stage, stage.parent === null ? wanted : (known.get(stage.parent) ?? null))
  }
  return [...known.values()]
}

/** The steps that copy one thing to a folder that is written as `/app/.`. */
function copiesToDot(
  dockerfile: Dockerfile,
  { buildArgs, target }: StepsOf,
  steps: readonly LegacyStep[],
): { readonly step: LegacyStep; readonly destination: string }[] {
  const made = new Map(steps.map((step) => [dockerfile.instructions[step.number - 1], step]))
  const copies: { step: LegacyStep; destination: string }[] = []
  for (const { instruction, values } of stepsOf(dockerfile, buildArgs, target)) {
    const step = made.get(instruction)
    if (step === undefined || step.keyword !== instruction.keyword || !/^(?:ADD|COPY)$/.test(step.keyword))
      continue
    const [, destination = ''] = copyToDot(expandVariables(instruction.words.join(' '), values)) ?? []
    if (destination !== '' && !/[$\0]/.test(destination)) copies.push({ step, destination })
  }
  return copies.slice(0, MOST_COPIED)
}

/** The images that COPY takes from by their names, each with the first instruction that does. */
function copiedImages(
  dockerfile: Dockerfile,
  { buildArgs, target }: StepsOf,
): (readonly [string, Instruction])[] {
  const stages = new Set<string>()
  let last: Stage | null = null
  let count = 0
  const images = new Map<string, Instruction>()
  for (const { instruction, stage } of stepsOf(dockerfile, buildArgs, target)) {
    if (stage !== last && stage !== null) {
      stages.add(`${count++}`)
      if (stage.name !== null) stages.add(stage.name)
      last = stage
    }
    if (instruction.keyword !== 'COPY' || instruction.isTrigger) continue
    const flag = instruction.flags.find((one) => one.startsWith('--from='))
    const name = unquoted(flag?.slice('--from='.length) ?? '')
    if (name !== '' && !/[$\0]/.test(name) && !stages.has(name.toLowerCase()) && !images.has(name))
      images.set(name, instruction)
  }
  return [...images].slice(0, MOST_COPIED)
}

interface BuiltStage {
  readonly from: LegacyStep
  /** The image of its last step. */
  readonly id: string
  readonly wanted: WantedPlatform
  /** Whether FROM is its only step. */
  readonly alone: boolean
}

/** The stages that have an image, and of which it is known what that should be for. */
function stagesIn(steps: readonly LegacyStep[], wanted: readonly (WantedPlatform | null)[]): BuiltStage[] {
  const begins = steps.flatMap(({ keyword }, at) => (keyword === 'FROM' ? [at] : []))
  return begins.flatMap((at, index) => {
    const own = steps.slice(at, begins[index + 1])
    const id = own.at(-1)?.after ?? null
    const platform = wanted[index] ?? null
    const from = own[0] as LegacyStep
    return id === null || platform === null ? [] : [{ from, id, wanted: platform, alone: own.length === 1 }]
  })
}

/** What images say, by their IDs; nothing if the engine does not have one of them any more. */
async function inspectAll(ids: readonly string[], env: Env): Promise<ReadonlyMap<string, Made>> {
  if (ids.length === 0) return new Map()
  const format =
    '{"config":{{json .Config}},"os":{{json .Os}},"architecture":{{json .Architecture}},"variant":{{json .Variant}}}'
  try {
    const { stdout } = await execute('docker', ['image', 'inspect', '--format', format, '--', ...ids], {
      env,
      limit: LIMITS.processMs,
    })
    const lines = stdout.trim().split('\n')
    return new Map(ids.map((id, at) => [id, madeIn(JSON.parse(lines[at] ?? '{}'))]))
  } catch (error) {
    if (error instanceof ProcessError || error instanceof SyntaxError) return new Map()
    throw error
  }
}

function madeIn(said: { readonly config?: Partial<Record<'User' | 'WorkingDir', string>> | null }): Made {
  const { User = '', WorkingDir = '' } = said.config ?? {}
  return { user: User, folder: WorkingDir, platform: platformIn(said) }
}
