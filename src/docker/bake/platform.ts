import { LIMITS } from '../../shared/limits.ts'
import { argumentsFor, type BuildxCommand } from '../buildx-command.ts'
import { execute, ProcessError } from '../exec.ts'

/**
 * What a builder builds for if it is told no platform: the first that its first node names.
 * @param builder null for the one that docker uses by itself
 * @param env in which docker finds the user's builders
 * @returns such as `linux/amd64`; null if the builder does not say it, as it does not run so far
 */
export async function platformOfBuilder(
  builder: string | null,
  env: Readonly<Record<string, string>>,
  buildx: BuildxCommand,
): Promise<string | null> {
  const args = ['buildx', 'inspect', ...(builder === null ? [] : [builder])]
  try {
    const { stdout } = await execute(buildx.program, argumentsFor(buildx, args), {
      shownAs: buildx.shownAs,
      env: { ...env, ...buildx.env },
      limit: LIMITS.processMs,
    })
    return /^Platforms:[^\S\n]+([a-z0-9/]+)/m.exec(stdout)?.[1] ?? null
  } catch (error) {
    // Why it cannot be asked is told by the build, if there is one.
    if (error instanceof ProcessError) return null
    throw error
  }
}
