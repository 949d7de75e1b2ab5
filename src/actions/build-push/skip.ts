import { expectAfter } from '../../after-push/expect.ts'
import { deliver } from '../../delivery/deliver.ts'
import { describeThere } from '../../delivery/describe-existing.ts'
import { imageThere } from '../../delivery/ensure-repository.ts'
import { reportPlatforms } from '../../delivery/report.ts'
import type { Inputs } from '../../inputs/index.ts'
import { imageOutputs, imageUris } from '../../report/outputs.ts'
import { together } from '../../shared/together.ts'
import type { World } from '../../world.ts'
import type { There } from './prepare.ts'
import type { Result } from './result.ts'

/**
 * The end of a run that has nothing to build: all outputs, from the image that is there. Registries that do not have
 * it yet get it.
 * @throws ActionError where one of them could not get it
 */
export async function tellThere(
  { there, destinations }: There,
  inputs: Inputs,
  world: World,
): Promise<Result> {
  const [first] = destinations
  const { digest } = there
  const digestUri = `${first.uri}@${digest}`
  const lacking = destinations.filter(({ images, tags }) => imageThere(images, tags)?.digest !== digest)
  const [known, { outcomes, failure }] = await together([
    describeThere(first.ecr, first, there, imageUris(first, digest)),
    deliver({ digest, source: first }, lacking, world),
    reportPlatforms(first, digest, world),
  ])
  const failed = outcomes.filter(({ ok }) => !ok).map(({ item }) => item)
  const holders = destinations.filter((destination) => !failed.includes(destination))
  world.setOutputs({
    registry: first.session.host,
    ...imageOutputs(holders, digest),
    ...(known.imageId === null ? {} : { imageid: known.imageId }),
    metadata: JSON.stringify(known.metadata),
    pushed: String(lacking.length > failed.length),
  })
  for (const holder of holders) {
    const when = lacking.includes(holder) ? 'is there now' : 'is there already'
    for (const uri of imageUris(holder, digest)) world.log(`${uri} ${when}`)
  }
  if (failure !== null) throw failure
  world.log(`Digest ${digestUri}; nothing was built (if-image-exists: skip)`)
  // A gate that held the image back in an earlier run holds it back in this one too.
  const after = await expectAfter(first.ecr, first.repository, inputs, world)
  return {
    outcome: 'there',
    uris: destinations.flatMap((destination) => imageUris(destination, digest)),
    digestUri,
    imageId: known.imageId,
    sizeInBytes: there.sizeInBytes,
    repositoryCreated: false,
    engine: null,
    seconds: 0,
    verdict: (await after?.verify(there)) ?? null,
  }
}
