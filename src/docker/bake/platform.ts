import { type AskBuilder, askBuilder } from '../build/builder.ts'
import type { BuildxCommand } from '../buildx-command.ts'
import { ProcessError } from '../exec.ts'

export { builderAskedOnce } from '../build/builder.ts'

/**
 * What a builder builds for if it is told no platform: the first that its first node names.
 * @param builder null for the one that docker uses by itself
 * @param env in which docker finds the user's builders
 * @param ask asks buildx about it
 * @returns such as `linux/amd64`; null if the builder does not say it, as it does not run so far
 */
export async function platformOfBuilder(
  builder: string | null,
  env: Readonly<Record<string, string>>,
  buildx: BuildxCommand,
  ask: AskBuilder = askBuilder,
): Promise<string | null> {
  try {
    const said = await ask(builder, env, buildx)
    return /^Platforms:[^\S\n]+([a-z0-9/]+)/m.exec(said)?.[1] ?? null
  } catch (error) {
    // Why it cannot be asked is told by the build, if there is one.
    if (error instanceof ProcessError) return null
    throw error
  }
}
