import { consolePlace } from '../../delivery/console-place.ts'
import { ask, openExisting } from '../../delivery/destination.ts'
import { manifestReader } from '../../delivery/manifest-reader.ts'
import { reportPlatforms } from '../../delivery/report.ts'
import { artifactTypeOf } from '../../oci/image-config.ts'
import { isIndex } from '../../oci/media-types.ts'
import { imageOutputs, imageUris } from '../../report/outputs.ts'
import { duration } from '../../shared/duration.ts'
import { together } from '../../shared/together.ts'
import { expectProvenance } from '../provenance/expect.ts'
import { withRolesReady } from '../roles.ts'
import { findImage } from '../siblings/find-image.ts'
import { SHORT_DIGEST } from '../stages.ts'
import { runAction } from '../step.ts'
import type { OuterWorld } from '../work.ts'
import type { VerifyInputs } from './inputs.ts'

/**
 * Verifies that an image that is in ECR has the provenance that the inputs require. Nothing is written.
 * @throws ActionError if there is no such image, or it has no provenance that is accepted
 */
export async function verify(given: VerifyInputs, outer: OuterWorld): Promise<void> {
  await runAction(given, outer, async (world, progress) => {
    const inputs = await withRolesReady(given, ({ usesOfVerify }, home) => usesOfVerify(given, home), world)
    progress.image = null
    const { repository, image } = inputs
    const connecting = world.connectEcr(inputs)
    const asking = connecting.then((ecr) => ({ ecr, asked: ask(ecr, repository.name, world) }))
    const opening = asking.then(({ ecr, asked }) =>
      openExisting(ecr, repository, asked, "'image', 'repository'"),
    )
    const [check, source, digest] = await together([
      expectProvenance(inputs.provenance, world),
      opening,
      opening.then((found) => findImage(found, image, "'image'", world)),
    ])
    const held = await (await asking).asked.found
    const from = world.clock()
    if (check === null) throw new TypeError('nothing is required, so that nothing could be verified')
    const verdict = await check.verify(source, [digest])
    // A digest that can be had from the outputs is one that was accepted.
    const accepted = verdict.failure === null
    const took = duration((world.clock() - from) / 1000)
    world.log(
      accepted
        ? `Verified in ${took}: ${digest.slice(0, SHORT_DIGEST)} has the provenance that is required`
        : `The verification failed after ${took}`,
    )
    const tags = image.tag === null || image.digest !== null ? [] : [image.tag]
    const place = { uri: source.uri, tags }
    if (accepted) {
      world.setOutputs({
        ...imageOutputs([place], digest),
        'image-name': tags[0] === undefined ? `${source.name}@${digest}` : `${source.name}:${tags[0]}`,
        registry: source.session.host,
        'repository-uri': source.uri,
        ...(held === null ? {} : { 'repository-arn': held.arn }),
        tags: tags.join('\n'),
      })
    }
    const read = manifestReader(source, digest, world)
    const manifest = accepted ? (await reportPlatforms(source, read, world)).manifest : null
    return {
      deed: { kind: 'verify' },
      outcome: 'exists',
      heldBack: null,
      places: [
        {
          ...place,
          put: [],
          uris: imageUris(place, digest),
          console: consolePlace({ uri: source.uri, name: source.name, repository: held }),
          created: false,
        },
      ],
      localUris: [],
      inEngine: null,
      leftImage: true,
      digest,
      isIndex: manifest === null ? null : isIndex(manifest.mediaType),
      imageId: null,
      artifactType:
        manifest === null || isIndex(manifest.mediaType)
          ? null
          : artifactTypeOf(manifest.content, manifest.mediaType),
      sizeInBytes: null,
      sizes: [],
      compared: null,
      gone: [],
      engine: null,
      phases: [{ name: 'verification', from, to: world.clock() }],
      steps: [],
      verifyCommands: [],
      verdict,
    }
  })
}
