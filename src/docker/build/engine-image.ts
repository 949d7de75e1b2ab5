import { asDigest } from '../../oci/types.ts'
import { LIMITS } from '../../shared/limits.ts'
import { execute, ProcessError } from '../exec.ts'
import type { EngineImage } from '../port.ts'

/**
 * Asks the engine for an image that was built and not pushed: by a name of the build, which may be another image's if
 * the builder did not load what it built, else by its ID.
 * @param ids what the engine may call the image: the ID that the builder said, and, in containerd's image store, the
 * digest
 * @param env for a docker process that speaks to the engine
 * @returns null if the engine does not have the image
 */
export async function findInEngine(
  ids: readonly string[],
  name: string | null,
  env: Readonly<Record<string, string>>,
): Promise<EngineImage | null> {
  for (const reference of name === null ? ids : [name, ...ids]) {
    const found = await inspectNamed(reference, env)
    if (found !== null && ids.includes(found.id)) return { reference, sizeInBytes: found.size }
  }
  return null
}

/** @returns null if the engine has no such image */
async function inspectNamed(
  reference: string,
  env: Readonly<Record<string, string>>,
): Promise<{ readonly id: string; readonly size: number } | null> {
  try {
    const format = '{{.Id}} {{.Size}}'
    const { stdout } = await execute('docker', ['image', 'inspect', '--format', format, '--', reference], {
      env,
      limit: LIMITS.processMs,
    })
    const [, id, size] = /^(sha256:[0-9a-f]{64}) (\d+)$/.exec(stdout.trim()) ?? []
    return id === undefined ? null : { id, size: Number(size) }
  } catch (error) {
    if (error instanceof ProcessError) return null
    throw error
  }
}

/**
 * The digests under which the engine knows an image in a repository: it keeps that of each push and pull.
 * https://docs.docker.com/reference/api/engine/version/v1.51/#tag/Image/operation/ImageInspect (RepoDigests)
 * @param id of the image
 * @param repository `HOST/NAME`
 * @param env for a docker process that speaks to the engine
 * @returns null if the engine does not have the image, or cannot be asked
 */
export async function digestsInEngine(
  id: string,
  repository: string,
  env: Readonly<Record<string, string>>,
): Promise<readonly string[] | null> {
  try {
    const format = '{{json .RepoDigests}}'
    const { stdout } = await execute('docker', ['image', 'inspect', '--format', format, '--', id], {
      env,
      limit: LIMITS.processMs,
    })
    const names: unknown = JSON.parse(stdout)
    if (!Array.isArray(names)) return null
    const start = `${repository}@`
    return names.flatMap((name: unknown) =>
      typeof name === 'string' && name.startsWith(start) ? (asDigest(name.slice(start.length)) ?? []) : [],
    )
  } catch (error) {
    if (error instanceof ProcessError || error instanceof SyntaxError) return null
    throw error
  }
}
