import { LIMITS } from '../../shared/limits.ts'
import { execute, ProcessError } from '../exec.ts'
import { DEFAULT_PLATFORM } from '../syntax/platforms.ts'

/** An archive without files. */
const EMPTY_ARCHIVE = '\0'.repeat(1024)

/**
 * Which folders an image has: docker puts an archive without files into each, in a container that never runs.
 * https://docs.docker.com/reference/cli/docker/container/cp/
 * @param image a name that the engine has
 * @param folders absolute paths in it
 * @param env for a docker process that speaks to the engine
 * @param platform of the image; null for the engine's
 * @returns those that are there; all of them if docker cannot make a container of the image
 */
export async function foldersIn(
  image: string,
  folders: readonly string[],
  env: Readonly<Record<string, string>>,
  platform: string | null = null,
): Promise<string[]> {
  const container = await createContainer(image, platform, env)
  if (container === null) return [...folders]
  const found: string[] = []
  try {
    for (const folder of folders) {
      const args = ['cp', '-', `${container}:${folder}`]
      const isThere = await execute('docker', args, {
        env,
        limit: LIMITS.processMs,
        input: EMPTY_ARCHIVE,
      }).then(() => true, unlessFailed(false))
      if (isThere) found.push(folder)
    }
  } finally {
    await execute('docker', ['rm', '--force', '--', container], { env, limit: LIMITS.processMs }).catch(
      unlessFailed(null),
    )
  }
  return found
}

/**
 * Makes a container that never runs.
 * @param platform that the image must have; null for the engine's
 * @returns its ID; null if docker cannot make it
 */
function createContainer(
  image: string,
  platform: string | null,
  env: Readonly<Record<string, string>>,
): Promise<string | null> {
  const wanted = platform === null ? [] : [`--platform=${platform}`]
  // A container has a command, and not every image says one.
  const args = ['create', '--pull=never', ...wanted, '--', image, '/none']
  return execute('docker', args, { env: { ...env, [DEFAULT_PLATFORM]: '' }, limit: LIMITS.processMs }).then(
    ({ stdout }) => stdout.trim(),
    unlessFailed(null),
  )
}

/** What a process that fails answers; anything else goes on. */
function unlessFailed<T>(answer: T): (error: unknown) => T {
  return (error) => {
    if (error instanceof ProcessError) return answer
    throw error
  }
}

/**
 * Whether the engine has an image for a platform: of one for several, `docker image inspect` tells the engine's alone.
 * @param image a name or ID that the engine has
 * @param env for a docker process that speaks to the engine
 */
export async function hasPlatform(
  image: string,
  platform: string,
  env: Readonly<Record<string, string>>,
): Promise<boolean> {
  const container = await createContainer(image, platform, env)
  if (container === null) return false
  await execute('docker', ['rm', '--force', '--', container], { env, limit: LIMITS.processMs }).catch(
    unlessFailed(null),
  )
  return true
}
