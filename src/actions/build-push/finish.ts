import { expectAfter } from '../../after-push/expect.ts'
import type { After, Verdict } from '../../after-push/index.ts'
import { deliver } from '../../delivery/deliver.ts'
import { type Destination, pathOf } from '../../delivery/destination.ts'
import { reportDelivered, reportPlatforms } from '../../delivery/report.ts'
import type { Built } from '../../docker/port.ts'
import type { HeldImage } from '../../ecr/types.ts'
import type { Inputs } from '../../inputs/index.ts'
import { platformName } from '../../oci/types.ts'
import { repositoryOutputs } from '../../report/outputs.ts'
import { ActionError } from '../../shared/errors.ts'
import { together } from '../../shared/together.ts'
import type { World } from '../../world.ts'
import type { Ready } from './prepare.ts'

/** An image that is where it should be. */
export interface Pushed {
  readonly held: HeldImage
  readonly uris: readonly string[]
  /** What was waited for after the push; null where nothing was. */
  readonly verdict: Verdict | null
}

/**
 * Brings what docker pushed under all tags into all registries, sets the outputs that ECR's answer allows, and waits
 * for what the inputs want to know of the image.
 * @param first the destination that docker pushed to
 * @throws ActionError where the image is not under every tag in every registry
 */
export async function finishPush(
  built: Built,
  first: Destination,
  { destinations, after }: Ready,
  inputs: Inputs,
  world: World,
): Promise<Pushed> {
  const pushedTags = first.tags.slice(0, 1)
  const digest = built.digest ?? (await pushedDigest(first, pushedTags[0] as string))
  if (built.layout) await pushLayout(built.layout, digest, first, world)
  const [pushed] = await together([
    deliver({ digest, source: first, pushed: pushedTags }, destinations, world),
    built.platform
      ? world.setOutputs({ 'platform-digests': JSON.stringify({ [platformName(built.platform)]: digest }) })
      : reportPlatforms(first, digest, world),
  ])
  const result = reportDelivered(pushed, world)
  if (pushed.failure !== null || result === null) throw pushed.failure
  return { ...result, verdict: await verify(first, after, result.held, inputs, world) }
}

/** Pushes what docker left in a folder, because its builder knows no push by digest. */
async function pushLayout(
  folder: string,
  digest: string,
  { uri, session, created }: Destination,
  world: World,
): Promise<void> {
  const [registry, { Layout }, { copyImage }, { explainRegistryError }] = await Promise.all([
    world.openRegistry(session),
    import('../../registry/layout.ts'),
    import('../../registry/copy.ts'),
    import('../../registry/explain.ts'),
  ])
  try {
    const source = { registry: new Layout(folder), repository: '' }
    await copyImage(source, { registry, repository: pathOf({ uri }) }, digest, {
      targetIsEmpty: created !== 'no',
    })
  } catch (error) {
    throw explainRegistryError(`The push of ${digest} to ${uri}`, error)
  }
}

/** For an engine that does not tell what it pushed. */
async function pushedDigest({ ecr, name, uri }: Destination, tag: string): Promise<string> {
  const held = (await ecr.findImages({ name }, [tag])).get(tag)
  if (held !== undefined) return held.digest
  throw new ActionError(`After the push, ${uri} has no image under ${tag}.`, 'run the job again.')
}

/** What follows the push; for a repository that ECR created on it, also what only ECR knew until now. */
async function verify(
  { ecr, name, created }: Destination,
  after: After | null,
  held: HeldImage,
  inputs: Inputs,
  world: World,
): Promise<Verdict | null> {
  if (created !== 'on push') return (await after?.verify(held)) ?? null
  const repository = await ecr.findRepository(name)
  if (repository === null) return null
  world.setOutputs(repositoryOutputs(repository, true))
  world.log(`ECR created the repository ${repository.uri} on the push`)
  try {
    const known = await expectAfter(ecr, repository, inputs, world)
    return (await known?.verify(held)) ?? null
  } catch (failure) {
    // Known so late, it fails the step after the summary, as all that comes after a push.
    return { sections: [], failure }
  }
}
