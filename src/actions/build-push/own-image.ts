import { type Destination, pathOf } from '../../delivery/destination.ts'
import { explaining } from '../../delivery/explaining.ts'
import type { Built, Engine } from '../../docker/port.ts'
import { asDigest } from '../../oci/types.ts'
import { ActionError } from '../../shared/errors.ts'
import type { World } from '../../world.ts'

/** As buildx names the engine's own push, which tells no digest. */
const PUSHED_BY_ENGINE = /^pushing \S+ with docker$/

/**
 * For a builder that does not tell what it pushed: ECR's answer counts.
 * @throws ActionError if there is no tag to ask for, or ECR has no image under it
 */
export async function digestInEcr({ ecr, name, uri }: Destination, tag: string | undefined): Promise<string> {
  if (tag === undefined) {
    throw new ActionError(
      `docker pushed an image to ${uri} by its digest, and does not say which.`,
      'update the builder, or leave load and outputs out beside push-by-digest.',
    )
  }
  const held = (await ecr.findImages({ name }, [tag])).get(tag)
  if (held !== undefined) return held.digest
  throw new MovedTag(`After the push, ${uri} has no image under ${tag}.`, 'run the job again.')
}

/**
 * Makes sure that a digest is that of the image that was built. Where the engine pushes for buildx (its old image store),
 * buildx asks the registry for the digest afterwards, under the tag: another job may have moved the tag by then. The
 * configuration of an image is the same in the engine and in the registry: with another one, it is another image. The
 * same one does not prove that the layers and annotations of the manifest are those that were pushed, which a signature
 * would claim: of those, the engine knows the digest that it pushed. With the containerd image store, buildx 0.13
 * lets both push, BuildKit first: then BuildKit has said the digest, and the engine is not asked, which keeps such an
 * image under another ID. Seen with buildx 0.13.1 and Docker 26.1.
 * https://github.com/docker/buildx/blob/v0.29.1/build/build.go (remoteDigestWithMoby)
 * @param digest that of the push, from buildx or from ECR
 * @param isSigned whether a statement about it will be signed: not without the proof
 * @throws ActionError if it is another image's, or that is not known and it would be signed
 */
export async function refuseOtherImage(
  { steps = [], digest: said, pushedDigest, imageId, metadata }: Built,
  digest: string,
  { engine, first, isSigned }: { engine: Engine; first: Destination; isSigned: boolean },
  world: Pick<World, 'docker' | 'openRegistry' | 'debug'>,
): Promise<void> {
  const byEngine = steps.some(({ name }) => PUSHED_BY_ENGINE.test(name))
  // Without buildx, docker's push has said it.
  if (engine.buildxVersion === null || (said !== null && !byEngine)) return
  const built = asDigest(metadata['containerimage.config.digest']) ?? (byEngine ? asDigest(imageId) : null)
  const { uri, session } = first
  const { config } = await explaining(`The check of ${digest} in ${uri}`, async () => {
    const registry = await world.openRegistry(session)
    return (await registry.manifest(pathOf(first), digest)).content
  })
  if (built !== null && config !== undefined && config.digest !== built) {
    throw movedTag(
      uri,
      `${digest}, whose configuration is ${config.digest} and not the ${built} of the image that was built.`,
    )
  }
  // The old image store of the engine has images of one platform only, and pushes nothing else.
  if (byEngine && config === undefined) {
    throw movedTag(uri, `${digest}, which has no configuration as the one image that the engine pushed has.`)
  }
  if (digest === pushedDigest) return
  if (isSigned) await refuseUnpushed(built, digest, uri, world)
  else if (built === null || config === undefined) {
    world.debug(`The digest ${digest} is ECR's answer for the tag; docker does not say what it pushed`)
  }
}

/**
 * @param built the ID of the image in the engine; null if it is not known
 * @throws ActionError if the engine has not pushed this digest, or cannot be asked
 */
async function refuseUnpushed(
  built: string | null,
  digest: string,
  uri: string,
  { docker }: Pick<World, 'docker'>,
): Promise<void> {
  const known = built === null ? null : await docker.digestsInEngine(built, uri)
  if (known?.includes(digest)) return
  if (known !== null && known.length > 0) {
    throw movedTag(
      uri,
      `${digest}. The engine knows what it pushed there as ${known.join(', ')}, so that nothing is signed.`,
    )
  }
  throw new ActionError(
    `attest: docker does not say which digest it pushed to ${uri}, and ECR's ${digest} cannot be compared with it, so that nothing is signed.`,
    'use a builder that says it: leave load and outputs out, or turn on the containerd image store of the engine.',
  )
}

/** The tag that docker has pushed names another image, or none. */
export class MovedTag extends ActionError {
  override readonly name = 'MovedTag'
}

function movedTag(uri: string, which: string): MovedTag {
  return new MovedTag(
    `The push was accepted, and after it ${uri} has another image under its tag: ${which}`,
    'look at who pushes this tag: if several jobs do, use tags of one commit only, or let the jobs wait for each other (concurrency). CloudTrail has the PutImage calls.',
  )
}
