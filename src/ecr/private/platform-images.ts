import { BatchGetImageCommand, type ECRClient } from '@aws-sdk/client-ecr'
import { contentOf } from '../../oci/content.ts'
import { isIndex, MANIFEST_TYPES } from '../../oci/media-types.ts'
import { platformNames } from '../../oci/platform-names.ts'
import { type Descriptor, isAttestation, MAX_INDEX_DEPTH, type ManifestContent } from '../../oci/types.ts'
import { ActionError } from '../../shared/errors.ts'
import { together } from '../../shared/together.ts'
import { malformed } from '../sdk/answers.ts'
import type { Api } from '../sdk/api.ts'
import type { HeldImage, PlatformImage, Repository } from '../types.ts'

/**
 * @returns the image itself, or those of an index's platforms, without attestations
 * @throws ActionError if a manifest cannot be read, or is none
 */
export function imagesByPlatform(
  api: Api<ECRClient>,
  repository: Repository,
  { digest, mediaType }: Pick<HeldImage, 'digest' | 'mediaType'>,
): Promise<readonly PlatformImage[]> {
  if (mediaType !== null && !isIndex(mediaType)) return Promise.resolve([{ digest, platform: null }])
  return imagesUnder(api, repository, digest)
}

async function imagesUnder(
  api: Api<ECRClient>,
  repository: Repository,
  digest: string,
  depth = 0,
): Promise<PlatformImage[]> {
  const { manifests } = readIndex(await manifestOf(api, repository, digest), depth)
  if (manifests === undefined) return [{ digest, platform: null }]
  const parts = manifests.filter((child) => !isAttestation(child))
  const names = namesOf(parts)
  const nested = parts.map(async (child): Promise<PlatformImage[]> => {
    if (isIndex(child.mediaType)) return imagesUnder(api, repository, child.digest, depth + 1)
    return [{ digest: child.digest, platform: names.get(child) ?? null }]
  })
  return (await together(nested)).flat()
}

function manifestOf(
  { client, calling }: Api<ECRClient>,
  { name, registryId, uri }: Repository,
  imageDigest: string,
): Promise<string> {
  return calling('BatchGetImage', name, async () => {
    const answer = await client.send(
      new BatchGetImageCommand({
        registryId,
        repositoryName: name,
        imageIds: [{ imageDigest }],
        acceptedMediaTypes: MANIFEST_TYPES,
      }),
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

/** @throws ActionError for what is no manifest, or an index that contains itself */
function readIndex(manifest: string, depth: number): ManifestContent {
  const content = depth > MAX_INDEX_DEPTH ? null : contentOf(manifest)
  if (content !== null) return content
  throw malformed('with a manifest that is none, or an index that has no end')
}

/** By entry, a platform name that no other entry has. Entries without a platform have none. */
function namesOf(entries: readonly Descriptor[]): ReadonlyMap<Descriptor, string> {
  const named = entries.filter(({ platform }) => platform !== undefined)
  const names = platformNames(named.flatMap(({ platform }) => platform ?? []))
  return new Map(named.map((entry, at) => [entry, names[at] as string]))
}
