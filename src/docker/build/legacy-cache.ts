import { execute, ProcessError } from '../exec.ts'
import { lastError } from '../failures/failing-step.ts'
import type { BuildRequest } from '../port.ts'
import { BuildOutput } from '../stall/build-output.ts'
import { StallWatch } from '../stall/watch.ts'
import type { BuildTools } from './run.ts'

/**
 * The first run of a workflow has no cache yet: what registries say of a tag or a repository that there is not. Not "does
 * not exist or may require 'docker login'", nor a host or a credential helper that is not found.
 */
const NO_CACHE =
  /manifest unknown|name unknown|manifest for \S+ not found|: not found$|does not exist in the registry/i

/**
 * Fetches the images of `cache-from` that the engine does not have: the legacy builder reads its cache from the images of
 * the engine, fetches none, and says nothing of those that it does not have.
 * https://github.com/moby/moby/blob/v28.5.2/daemon/images/cache.go (MakeImageCache)
 */
export async function fetchCaches(
  { cacheFrom, stallSeconds }: Pick<BuildRequest, 'cacheFrom' | 'stallSeconds'>,
  { env, sharesNetwork, log, annotate }: Pick<BuildTools, 'env' | 'sharesNetwork' | 'log' | 'annotate'>,
): Promise<void> {
  for (const name of cacheFrom) {
    // As the legacy builder begins the pull of a base image, which is watched in the same way.
    const output = new BuildOutput(false)
    output.read(`Step 1/1 : FROM ${name}\n`, 'stdout')
    const limit = new StallWatch(output, { seconds: stallSeconds, sharesNetwork, log })
    try {
      await execute('docker', ['pull', '--', name], { env, group: `Pull ${name}, for its cache`, limit })
    } catch (error) {
      if (!(error instanceof ProcessError)) throw error
      const said = lastError(error.stderr) ?? error.message
      if (NO_CACHE.test(said)) log(`There is no cache of ${name} yet`)
      else
        annotate('warning', `The cache was not read, and the build continued without it (${name}): ${said}`)
    }
  }
}
