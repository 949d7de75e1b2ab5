import { BatchGetImageCommand, type ECRClient } from '@aws-sdk/client-ecr'
import { contentOf } from '../../oci/content.ts'
import { imagesOfIndex } from '../../oci/index-images.ts'
import { isIndex, MANIFEST_TYPES } from '../../oci/media-types.ts'
import { platformNames } from '../../oci/platform-names.ts'
import type { Descriptor, ManifestContent } from '../../oci/types.ts'
import { ActionError } from '../../shared/errors.ts'
import { LIMITS } from '../../shared/limits.ts'
import { deadline } from '../../shared/time.ts'
import { malformed } from '../sdk/answers.ts'
import type { Api } from '../sdk/api.ts'
import type { HeldImage, PlatformImage, Repository } from '../types.ts'

/**
 * @returns the image itself, or those of an index's platforms, each once, without attestations
 * @throws ActionError if a manifest cannot be read, or is none; if there are too many; or if it takes too long
 */
export async function imagesByPlatform(
  api: Api<ECRClient>,
  repository: Repository,
  { digest, mediaType }: Pick<HeldImage, 'digest' | 'mediaType'>,
): Promise<readonly PlatformImage[]> {
  if (mediaType !== null && !isIndex(mediaType)) return [{ digest, platform: null }]
  const ended = deadline(LIMITS.indexReadMs, (after) => notAllGiven(`${repository.uri}@${digest}`, after))
  const read = async (one: string) => contentIn(await manifestOf(api, repository, one, ended))
  const content = await read(digest)
  if (content.manifests === undefined) return [{ digest, platform: null }]
  const entries = await imagesOfIndex({ digest, content }, read)
  const names = namesOf(entries)
  const images = entries.map((entry) => ({ digest: entry.digest, platform: names.get(entry) ?? null }))
  // One image may be for several platforms: by its first one.
  return [...new Map(images.toReversed().map((image) => [image.digest, image])).values()].toReversed()
}

const notAllGiven = (image: string, seconds: string) =>
  new ActionError(
    `ECR has not given all manifests of ${image} within ${seconds}.`,
    'run the job again; if it stays, see who has pushed this index, and look at the proxy and the status of AWS.',
  )

function manifestOf(
  { client, calling }: Api<ECRClient>,
  { name, registryId, uri }: Repository,
  imageDigest: string,
  ended: AbortSignal,
): Promise<string> {
  return calling('BatchGetImage', name, async () => {
    const answer = await client.send(
      new BatchGetImageCommand({
        registryId,
        repositoryName: name,
        imageIds: [{ imageDigest }],
        acceptedMediaTypes: MANIFEST_TYPES,
      }),
      { abortSignal: ended },
    )
    const manifest = answer.images?.[0]?.imageManifest
    if (manifest !== undefined) return manifest
    const failure = answer.failures?.[0]
    throw new ActionError(
      `ECR does not give the manifest ${imageDigest} of ${uri}: ${failure?.failureReason ?? 'no reason given'} (${failure?.failureCode ?? 'no image'}).`,
      'a lifecycle rule or another job has deleted it since the push: look at the rules of the repository.',
    )
  })
}

/** @throws ActionError for what is no manifest */
function contentIn(manifest: string): ManifestContent {
  const content = contentOf(manifest)
  if (content !== null) return content
  throw malformed('with a manifest that is none')
}

/** By entry, a platform name that no other entry has. Entries without a platform have none. */
function namesOf(entries: readonly Descriptor[]): ReadonlyMap<Descriptor, string> {
  const named = entries.filter(({ platform }) => platform !== undefined)
  const names = platformNames(named.flatMap(({ platform }) => platform ?? []))
  return new Map(named.map((entry, at) => [entry, names[at] as string]))
}
