import { ActionError } from '../../shared/errors.ts'
import { LIMITS } from '../../shared/limits.ts'
import type { BuildxCommand } from '../buildx-command.ts'
import { execute, ProcessError, TimedOut } from '../exec.ts'

/** A builder of buildx, as `docker buildx inspect` tells of it. */
export interface Builder {
  /** `docker`, `docker-container`, `kubernetes`, `remote`, `cloud`. */
  readonly driver: string
  /** Null if the builder does not run yet, or does not say it. */
  readonly buildkitVersion: string | null
}

/**
 * @param name null for the builder that docker uses by itself
 * @param env in which docker finds the user's builders
 * @throws ActionError if there is none of that name
 */
export async function inspectBuilder(
  name: string | null,
  env: Readonly<Record<string, string>>,
  { program, env: more }: BuildxCommand,
): Promise<Builder> {
  try {
    const { stdout } = await execute(program, ['buildx', 'inspect', ...(name === null ? [] : [name])], {
      shownAs: 'docker',
      env: { ...env, ...more },
      limit: LIMITS.processMs,
    })
    return parseBuilder(stdout)
  } catch (error) {
    if (!(error instanceof ProcessError)) throw error
    if (error instanceof TimedOut) {
      throw new ActionError(
        `${name === null ? 'The builder that docker would use' : `Input 'builder': '${name}'`} does not answer: ${error.message}`,
        'see that its nodes run and can be reached (docker buildx ls), or name another builder.',
        { cause: error },
      )
    }
    const said = error.stderr.trim().split('\n').at(-1) ?? error.message
    throw new ActionError(
      name === null
        ? `docker cannot tell which builder it would use: ${said}`
        : `Input 'builder': '${name}': there is no such builder: ${said}`,
      'make one with docker/setup-buildx-action in a step before this one, and give its output name as the input builder; docker buildx ls lists the builders that exist.',
      { cause: error },
    )
  }
}

/** The output is for people, and has no other form; later versions have added lines and changed none of these. */
export function parseBuilder(text: string): Builder {
  return {
    driver: /^Driver:\s+(\S+)/m.exec(text)?.[1] ?? 'docker',
    buildkitVersion: /^Build[Kk]it(?: version)?:\s+v?(\S+)/m.exec(text)?.[1] ?? null,
  }
}
