import { describeThere } from './already-there.ts'
import { deliver } from './deliver.ts'
import { expectAfter, reportPlatforms } from './finish.ts'
import type { Inputs } from './inputs.ts'
import type { There, World } from './main.ts'
import { imageOutputs, imageUris } from './report/outputs.ts'
import { imageThere } from './repository.ts'
import { together } from './together.ts'

/**
 * The end of a run that has nothing to build: all outputs, from the image that is there. Registries that do not have
 * it yet get it.
 */
export async function reportThere(
  ready: There,
  inputs: Inputs,
  world: World,
  started: number,
): Promise<void> {
  const { there, destinations } = ready
  const [first] = destinations
  const uris = destinations.flatMap(({ uri }) => imageUris(uri, inputs.tags, there.digest))
  const lacking = destinations.filter(
    ({ images }) => imageThere(images, inputs.tags)?.digest !== there.digest,
  )
  const [known, delivered] = await together([
    describeThere(first.ecr, first, there, imageUris(first.uri, inputs.tags, there.digest)),
    deliver({ digest: there.digest, source: first }, lacking, inputs.tags, world),
    reportPlatforms(first, there.digest, world),
  ])
  const failed = delivered.outcomes.filter(({ ok }) => !ok).map(({ item }) => item)
  const repositories = destinations
    .filter((destination) => !failed.includes(destination))
    .map(({ uri }) => uri)
  world.setOutputs({
    registry: first.login.host,
    ...imageOutputs(repositories, inputs.tags, there.digest),
    ...(known.imageId === null ? {} : { imageid: known.imageId }),
    metadata: JSON.stringify(known.metadata),
    pushed: String(lacking.length > failed.length),
  })
  if (delivered.failure !== null) throw delivered.failure
  for (const { uri } of destinations) {
    const verb = lacking.some((destination) => destination.uri === uri) ? 'has now' : 'has already'
    for (const name of imageUris(uri, inputs.tags, there.digest)) world.log(`ECR ${verb} ${name}`)
  }
  world.log(`Digest ${first.uri}@${there.digest}; nothing was built (if-image-exists: skip)`)
  // A gate that held the image back in an earlier run holds it back in this one too.
  const verdict = await (await expectAfter(first.ecr, first.repository, inputs, world))?.verify(there)
  if (inputs.summary)
    await world.summarize({
      name: first.name,
      outcome: 'there',
      uris,
      digestUri: `${first.uri}@${there.digest}`,
      imageId: known.imageId,
      sizeInBytes: there.sizeInBytes,
      repositoryCreated: false,
      engine: null,
      seconds: { build: 0, total: (world.clock() - started) / 1000 },
      sections: verdict?.sections ?? [],
    })
  if (verdict?.failure) throw verdict.failure
}
