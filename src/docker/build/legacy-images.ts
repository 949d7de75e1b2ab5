import { isForPlatform } from '../../oci/platform-names.ts'
import { type Platform, platformIn, platformName } from '../../oci/types.ts'
import { LIMITS } from '../../shared/limits.ts'
import { execute, ProcessError } from '../exec.ts'
import type { Dockerfile } from '../syntax/dockerfile.ts'
import { expandVariables, type Stage, stepsOf, unquoted } from '../syntax/dockerfile-stages.ts'
import { foldersIn, hasPlatform } from './legacy-folders.ts'
import type { LegacyStep } from './legacy-log.ts'
import { isRoot } from './legacy-stages.ts'

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
}

type Env = Readonly<Record<string, string>>

/**
 * Finds in the images that the legacy builder has made at its steps what BuildKit would have made otherwise. Seen with
 * Docker 26.1 and 28.5.
 *
 * - A WORKDIR that does not exist is root's, whatever USER says.
 * - A base image that the engine has, and an image in the cache, may be for another platform than the wanted one: those of
 *   all stages are looked at, as each may give files to the last one.
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
  const ids = [...workdirs.flatMap(({ before, after }) => [before, after]), ...stages.map(({ id }) => id)]
  const images = await inspectAll([...new Set(ids.flatMap((id) => id ?? []))], env)
  const found: string[] = []
  const add = (what: string, { number, keyword }: LegacyStep) => {
    const instruction = dockerfile.instructions[number - 1]
    found.push(
      `${what} (${instruction?.keyword === keyword ? `line ${instruction.line}` : `step ${number}`})`,
    )
  }
  for (const { from, id, wanted, alone } of stages) {
    const platform = images.get(id)?.platform ?? null
    if (platform === null || isForPlatform(platform, wanted)) continue
    // The name of an image for several platforms says only that of the engine.
    if (alone && (await hasPlatform(id, wanted, env))) continue
    add(`FROM an image for ${platformName(platform)}, and not for ${wanted}`, from)
  }
  for (const step of workdirs) {
    const before = images.get(step.before ?? '')
    const folder = images.get(step.after ?? '')?.folder ?? ''
    if (before === undefined || isRoot(before.user) || ['', '/', before.folder].includes(folder)) continue
    const platform = before.platform && platformName(before.platform)
    if ((await foldersIn(step.before ?? '', [folder], env, platform)).length === 0)
      add('WORKDIR after USER', step)
  }
  return found
}

/** Of each FROM, the platform that the stage should be for; null if that is the engine's. */
function wantedPlatforms(
  dockerfile: Dockerfile,
  { buildArgs, target, platform }: StepsOf,
): (string | null)[] {
  const known = new Map<Stage, string | null>()
  for (const { instruction, stage, values } of stepsOf(dockerfile, buildArgs, target)) {
    if (stage === null || known.has(stage)) continue
    const flag = instruction.flags.find((one) => one.startsWith('--platform='))
    const own = flag && unquoted(expandVariables(flag.slice('--platform='.length), values))
    known.set(stage, stage.parent === null ? own || platform : (known.get(stage.parent) ?? null))
  }
  return [...known.values()]
}

interface BuiltStage {
  readonly from: LegacyStep
  /** The image of its last step. */
  readonly id: string
  readonly wanted: string
  /** Whether FROM is its only step. */
  readonly alone: boolean
}

/** The stages that have an image, and of which it is known what that should be for. */
function stagesIn(steps: readonly LegacyStep[], wanted: readonly (string | null)[]): BuiltStage[] {
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
