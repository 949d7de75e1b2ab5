import { DIGEST } from '../../oci/types.ts'
import { LIMITS } from '../../shared/limits.ts'
import { execute, ProcessError } from '../exec.ts'
import type { BuildRequest } from '../port.ts'
import { parseExporter } from '../syntax/exporters.ts'
import { hasImageId } from './arguments.ts'
import type { BuildTools } from './run.ts'

/**
 * The image's ID, as docker has written it. Beside a push, an image that is loaded too has another one than the pushed
 * may have, and docker writes either: then the engine is asked.
 * @param written what stands in the file of `--iidfile`; empty if there is none
 * @returns empty if nobody says it, which the log tells
 */
export async function imageIdOf(
  written: string,
  request: Pick<BuildRequest, 'load' | 'naming' | 'outputs' | 'references'>,
  { engineEnv, log }: Pick<BuildTools, 'engineEnv' | 'log'>,
): Promise<string> {
  const id = DIGEST.test(written) ? written : ''
  if (request.naming === 'local') return id
  if (!hasImageId(request)) {
    log('The output imageid stays empty: docker gives no image ID beside an output of the type local or tar')
    return ''
  }
  if (!loads(request)) return id
  const names = [...(id === '' ? [] : [id]), ...(request.naming === 'docker' ? request.references : [])]
  for (const name of names) {
    const found = await inspectId(name, engineEnv)
    if (found !== null) return found
  }
  log('The output imageid stays empty: the engine does not have the image')
  return ''
}

function loads({ load, outputs }: Pick<BuildRequest, 'load' | 'outputs'>): boolean {
  const exporters = outputs.map((output) => parseExporter(output))
  return load || exporters.some((exporter) => exporter?.type === 'docker' && exporter.destination === null)
}

/** @returns null if the engine has no image of that name or ID */
async function inspectId(name: string, env: Readonly<Record<string, string>>): Promise<string | null> {
  try {
    const { stdout } = await execute('docker', ['image', 'inspect', '--format', '{{.Id}}', '--', name], {
      env,
      limit: LIMITS.processMs,
    })
    return DIGEST.test(stdout.trim()) ? stdout.trim() : null
  } catch (error) {
    if (error instanceof ProcessError) return null
    throw error
  }
}
