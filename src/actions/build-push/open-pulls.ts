import { readDockerfile } from '../../docker/build/read-dockerfile.ts'
import { mentionsEcr } from '../../ecr/hosts.ts'
import type { PullInputs, Pulls, PullsOf, PullWorld } from './pull-logins.ts'

const NO_PULLS: Pulls = { logins: async () => [], attempts: [] }

/**
 * Asks for a token of every registry of ECR's that a build reads from. A registry that gives none is no error: the build
 * may not need it. Without a sign of such a registry nothing is asked, and nothing is loaded.
 */
export async function openPulls(inputs: PullInputs, of: PullsOf, world: PullWorld): Promise<Pulls> {
  const may = await mayPullFromEcr(inputs, of.own !== null)
  world.debug(`The build ${may ? 'may read' : 'does not read'} from other registries of ECR`)
  if (!may) return NO_PULLS
  const { askForPulls } = await import('./pulls.ts')
  return askForPulls(inputs, of, world)
}

async function mayPullFromEcr(
  { build, buildArgValues, repository, pullRegistries }: PullInputs,
  pushes: boolean,
): Promise<boolean> {
  if (pullRegistries.length > 0) return true
  const { buildContexts, cacheFrom, cacheTo, attests } = build
  const dockerfile = await readDockerfile(build)
  // Without a push, docker's own login is all that a Dockerfile can use which nobody here has read.
  if (dockerfile === null && !pushes) return true
  if (hasVariableInFrom(dockerfile ?? '')) return true
  const images = [...buildArgValues.values(), ...buildContexts, ...cacheFrom, ...cacheTo]
  return [dockerfile ?? '', ...images, ...attests.map(({ value }) => value)].some((text) =>
    mentionsEcr(text, repository.host),
  )
}

/** Whether a FROM has a variable in the name of its image, which may be continued on further lines. */
function hasVariableInFrom(dockerfile: string): boolean {
  let isFrom = false
  for (const line of dockerfile.split('\n')) {
    if (isFrom && /^\s*(?:#|$)/.test(line)) continue
    isFrom ||= /^\s*FROM(?:[\s\\`]|$)/i.test(line)
    // Of flags there is one, the platform, which almost always has a variable.
    if (isFrom && line.replace(/--\S+/g, '').includes('$')) return true
    isFrom &&= /[\\`]$/.test(line.trimEnd())
  }
  return false
}
