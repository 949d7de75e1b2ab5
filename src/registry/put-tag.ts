import type { Manifest } from '../oci/types.ts'
import type { Registry } from './client.ts'
import { RegistryError, TRANSIENT_STATUSES } from './errors.ts'

/**
 * Is told how a tag comes to its image, as it happens: `begun` before the registry is asked; `put` when it has
 * confirmed it; `refused` if it has said no. A put whose answer is lost stays at `begun`.
 */
export type TellTag = (tag: string, state: 'begun' | 'put' | 'refused') => void

/**
 * Puts an image under a tag.
 * @throws RegistryError if the registry refuses it, or its answer is lost and it does not have the image under the tag
 */
export async function putTag(
  { registry, repository }: { readonly registry: Registry; readonly repository: string },
  manifest: Manifest,
  tag: string,
  tell: TellTag = () => undefined,
): Promise<void> {
  tell(tag, 'begun')
  try {
    await registry.putManifest(repository, tag, manifest)
  } catch (error) {
    if (hasRefused(error)) tell(tag, 'refused')
    throw error
  }
  tell(tag, 'put')
}

/** The one status of a server in trouble that says that it has done nothing. */
const TOO_MANY_REQUESTS = 429

/**
 * Of a server that is in trouble, it is not known what it has done; nor if it refuses the tag at a retry, as an earlier
 * attempt without an answer may have put it.
 */
function hasRefused(error: unknown): boolean {
  if (!(error instanceof RegistryError) || error.transient || (error.attempts ?? 1) > 1) return false
  const { status } = error
  if (status === null || status < 400 || status >= 500) return false
  return status === TOO_MANY_REQUESTS || !TRANSIENT_STATUSES.has(status)
}
