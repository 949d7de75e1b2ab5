import type { Manifest } from '../oci/types.ts'
import { Limiter, settled } from '../shared/limiter.ts'
import type { RemoteRepository } from './copy.ts'
import { RegistryError } from './errors.ts'

/** ECR allows 10 PutImage requests a second, and more in a burst. */
const MAX_TAGS_AT_ONCE = 10

/**
 * Tags an image that is in the repository: one small request for each tag, several at the same time.
 * @throws RegistryError if the registry refuses a tag
 */
export async function putTags(
  { registry, repository }: RemoteRepository,
  manifest: Manifest,
  tags: readonly string[],
): Promise<void> {
  const limiter = new Limiter(MAX_TAGS_AT_ONCE)
  const put = async (tag: string) => {
    try {
      await registry.putManifest(repository, tag, manifest)
    } catch (error) {
      if (!(error instanceof RegistryError) || error.status === null) throw error
      // An immutable repository refuses a tag even if this very image has it.
      const held = await registry.head(repository, tag).catch(() => null)
      if (held?.digest !== manifest.digest) throw error
    }
  }
  await settled(tags.map((tag) => limiter.run(() => put(tag))))
}
