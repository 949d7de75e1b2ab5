import { readFile } from 'node:fs/promises'
import { ActionError } from '../../shared/errors.ts'
import { LIMITS } from '../../shared/limits.ts'
import { execute, ProcessError } from '../exec.ts'
import type { BuildInputs } from '../port.ts'
import { isRemote } from '../syntax/context.ts'
import { type Dockerfile, parseDockerfile } from '../syntax/dockerfile.ts'
import { type Inherited, stepsOf } from '../syntax/dockerfile-stages.ts'
import { remediesFor } from './dockerfile-check.ts'
import { unknownToLegacyBuilder } from './dockerfile-needs.ts'
import { foldersIn } from './legacy-folders.ts'
import { findInImages } from './legacy-images.ts'
import type { LegacyStep } from './legacy-log.ts'
import { SETUP } from './needs.ts'
import { proxyArguments } from './proxy-arguments.ts'

/** Of a Dockerfile with more, the others are not asked for. */
const MOST_IMAGES = 50

/**
 * Reads the Dockerfile once more when the legacy builder has built it, with what only now is known: its base images are
 * in the engine, and bring variables, volumes, a user and triggers of their own; and so are the images of its steps.
 * @param steps of the build
 * @param enginePlatform the engine's own; null if it is not known
 * @param env for a docker process that speaks to the engine
 * @throws ActionError if BuildKit would have built another image
 */
export async function refuseOtherImages(
  {
    context,
    file,
    buildArgs,
    target,
    platforms,
  }: Pick<BuildInputs, 'context' | 'file' | 'buildArgs' | 'target' | 'platforms'>,
  steps: readonly LegacyStep[],
  enginePlatform: string | null,
  env: Readonly<Record<string, string>>,
): Promise<void> {
  if (file === null || isRemote(context) || isRemote(file)) return
  const source = await readFile(file, 'utf8').catch(() => null)
  if (source === null) return
  const dockerfile = parseDockerfile(source)
  const given = [...(await proxyArguments(env)), ...buildArgs]
  const images = new Map<string, Inherited>()
  const folders = new Map<string, AskedFolders>()
  for (const name of basesOf(dockerfile, given, target)) {
    const asked = new AskedFolders()
    const image = await inspectImage(name, asked, env)
    if (image === null) continue
    images.set(name, image)
    folders.set(name, asked)
  }
  const read = () => unknownToLegacyBuilder(dockerfile, given, target, images, context)
  let unknown = read()
  if (await findFolders(folders, env)) unknown = read()
  unknown.push(
    ...(await findInImages(
      dockerfile,
      { buildArgs: given, target, platform: platforms[0] ?? null, enginePlatform },
      steps,
      env,
    )),
  )
  if (unknown.length === 0) return
  throw new ActionError(
    `docker builds without BuildKit here, and that builder has made another image of ${file} than BuildKit would: ${unknown.join(', ')}. Nothing was pushed.`,
    `install buildx with ${SETUP}${remediesFor(unknown)}.`,
    { page: 'build.md#what-an-engine-must-have' },
  )
}

function basesOf(dockerfile: Dockerfile, buildArgs: readonly string[], target: string | null): string[] {
  const names = new Set<string>()
  for (const { stage } of stepsOf(dockerfile, buildArgs, target))
    if (stage !== null && stage.base !== null && stage.base !== 'scratch') names.add(stage.base)
  return [...names].slice(0, MOST_IMAGES)
}

/** Folders of an image: notes those that it is asked for, and knows them once docker has been asked. */
class AskedFolders {
  readonly asked = new Set<string>()
  readonly found = new Set<string>()

  has(folder: string): boolean {
    this.asked.add(folder)
    return this.found.has(folder)
  }
}

/** @returns whether the answers have changed */
async function findFolders(
  images: ReadonlyMap<string, AskedFolders>,
  env: Readonly<Record<string, string>>,
): Promise<boolean> {
  let changed = false
  for (const [name, { asked, found }] of images) {
    if (asked.size === 0) continue
    for (const folder of await foldersIn(name, [...asked], env)) found.add(folder)
    changed ||= found.size > 0
  }
  return changed
}

/** @returns null if the engine does not have it, or docker does not say what it is */
async function inspectImage(
  name: string,
  folders: AskedFolders,
  env: Readonly<Record<string, string>>,
): Promise<Inherited | null> {
  // It cannot be an argument of a process; and no image has such a name.
  if (name.includes('\0')) return null
  try {
    const { stdout } = await execute(
      'docker',
      ['image', 'inspect', '--format', '{{json .Config}}', '--', name],
      {
        env,
        limit: LIMITS.processMs,
      },
    )
    const config: Partial<Record<'Env' | 'Volumes' | 'OnBuild' | 'User' | 'WorkingDir', unknown>> | null =
      JSON.parse(stdout)
    return {
      environment: texts(config?.Env),
      volumes: Object.keys(config?.Volumes ?? {}),
      user: text(config?.User),
      folder: text(config?.WorkingDir),
      folders,
      triggers: texts(config?.OnBuild),
    }
  } catch (error) {
    if (error instanceof ProcessError || error instanceof SyntaxError) return null
    throw error
  }
}

function texts(list: unknown): string[] {
  return Array.isArray(list) ? list.filter((one) => typeof one === 'string') : []
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
