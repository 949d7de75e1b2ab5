import type { Manifest } from '../oci/types.ts'
import { Limiter, settled } from '../shared/limiter.ts'
import type { Place } from './copy.ts'
import { RegistryError } from './errors.ts'

/** ECR allows ten of PutImage a second, and more in a burst. */
const TAGS_AT_ONCE = 10

/**
 * Puts an image that is in the repository under tags: one small request each, at the same time.
 * @throws RegistryError where one is refused
 */
export async function putTags(
  { registry, repository }: Place,
  manifest: Manifest,
  tags: readonly string[],
): Promise<void> {
  const limiter = new Limiter(TAGS_AT_ONCE)
  const put = async (tag: string) => {
    try {
      await registry.putManifest(repository, tag, manifest)
    } catch (error) {
      if (!(error instanceof RegistryError) || error.status === null) throw error
      // An immutable repository refuses a tag even for the image that has it already.
      const held = await registry.head(repository, tag).catch(() => null)
      if (held?.digest !== manifest.digest) throw error
    }
  }
  await settled(tags.map((tag) => limiter.run(() => put(tag))))
}
