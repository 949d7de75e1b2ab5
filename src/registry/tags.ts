import type { Manifest } from '../oci/types.ts'
import { Limiter, settled } from '../shared/limiter.ts'
import type { RemoteRepository } from './copy.ts'
import { putTag, type TellTag } from './put-tag.ts'

/** ECR allows 10 PutImage requests a second, and more in a burst. */
const MAX_TAGS_AT_ONCE = 10

/**
 * Tags an image that is in the repository: one small request for each tag, several at the same time.
 * @throws RegistryError if the registry refuses a tag, and this image does not have it already
 */
export async function putTags(
  to: RemoteRepository,
  manifest: Manifest,
  tags: readonly string[],
  tell?: TellTag,
): Promise<void> {
  const limiter = new Limiter(MAX_TAGS_AT_ONCE)
  await settled(tags.map((tag) => limiter.run(() => putTag(to, manifest, tag, tell))))
}
