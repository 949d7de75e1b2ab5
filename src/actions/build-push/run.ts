import type { Inputs } from '../../inputs/index.ts'
import { signedNow } from '../../inputs/sbom-apart.ts'
import { imageMetadata } from '../../metadata/describe.ts'
import type { ImageMetadata } from '../../metadata/index.ts'
import { metadataOutputs } from '../../report/outputs.ts'
import type { World } from '../../world.ts'
import { unattested } from '../attest/expect.ts'
import { describeTagged, warnOfMetadata } from '../describe-tagged.ts'
import { finish } from '../finish.ts'
import { withRolesReady } from '../roles.ts'
import { prepared, tagsSoFar } from '../stages.ts'
import { runAction } from '../step.ts'
import { build, buildLocally, describeEngine } from './build.ts'
import { prepareLocalBuild, preparePush } from './prepare.ts'
import { fillExpressions, refuseUndated } from './values.ts'

/**
 * The main job: from checked inputs to an image in ECR, or to one in the engine if `push` is false.
 * @throws ActionError with what failed and what to do
 */
export async function run(inputs: Inputs, outer: World): Promise<void> {
  await runAction(inputs, outer, async (world, progress) => {
    progress.pushes = inputs.push && !inputs.dryRun
    for (const notice of inputs.notices) world.notice(notice)
    // docker takes its time to answer. With `skip` it may not be needed at all.
    if (!inputs.push || inputs.ifImageExists !== 'skip') world.docker.begin(inputs.build)
    const wanted = await wantedImage(inputs, world)
    progress.image = wanted
    world.setOutputs({ ...metadataOutputs(inputs.repository.name, wanted), pushed: 'false' })
    world.setOutputs(unattested(signedNow(inputs).attest))
    const filled = fillExpressions(inputs, wanted)
    const named = await withRolesReady(
      filled,
      async ({ usesOfBuildPush }, home) => [
        ...usesOfBuildPush(filled, home),
        ...(await (await import('./pull-uses.ts')).usesOfBuilding(filled, home)),
      ],
      world,
    )
    refuseUndated(wanted, named.build)
    if (inputs.dryRun) {
      const { planBuildPush } = await import('../dry-run/build-push.ts')
      return planBuildPush(named, wanted, world)
    }
    if (!inputs.push) {
      const ready = await prepareLocalBuild(named, wanted, world)
      world.log(prepared(progress.seconds(), [describeEngine(ready.engine)]))
      return buildLocally(ready, named, world)
    }
    const ready = await preparePush(named, wanted, world)
    progress.image = ready.image
    const found = ready.existing === null ? [describeEngine(ready.engine), tagsSoFar(ready)] : []
    world.log(prepared(progress.seconds(), found))
    if (ready.existing !== null) return finish(ready.existing, named, world)
    const { role, registries, pullRegistries } = named
    const final =
      ready.image === wanted
        ? named
        : fillExpressions({ ...inputs, role, registries, pullRegistries }, ready.image)
    return finish(await build(ready, final, world), final, world)
  })
}

/** The image as the inputs name it: its tags, labels and annotations. */
async function wantedImage(
  inputs: Pick<Inputs, 'build' | 'metadata' | 'push' | 'pushByDigest'>,
  world: Pick<World, 'github' | 'log' | 'warn'>,
): Promise<ImageMetadata> {
  const { context } = inputs.build
  if (inputs.push && !inputs.pushByDigest) return describeTagged(inputs.metadata, world, context)
  const image = await imageMetadata(inputs.metadata, world.github, context)
  // push-by-digest uses no tags; its labels name a commit all the same.
  const described = inputs.pushByDigest ? { ...image, tags: [], tagWarnings: [] } : image
  warnOfMetadata(described, world)
  return described
}
