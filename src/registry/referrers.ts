import { contentOf } from '../oci/content.ts'
import type { Descriptor } from '../oci/types.ts'
import { invalidResponse } from './errors.ts'
import { type HttpRequest, operationOf } from './request.ts'

/** ECR has at most 100 referrers of an image: a registry with more pages than that is broken. */
const MAX_PAGES = 100

/** One page of a list of referrers. */
export interface ReferrersPage {
  readonly referrers: readonly Descriptor[]
  /** Null for the last page. */
  readonly next: URL | null
}

/**
 * Reads all pages of a list of referrers.
 * @param readPage returns null if the registry has no such list
 * @returns null if the registry has no such list
 */
export async function readReferrers(
  first: URL,
  readPage: (url: URL) => Promise<ReferrersPage | null>,
): Promise<Descriptor[] | null> {
  const found: Descriptor[] = []
  let url: URL | null = first
  for (let pages = 0; url !== null && pages < MAX_PAGES; pages++) {
    const page: ReferrersPage | null = await readPage(url)
    if (page === null) return pages === 0 ? null : found
    found.push(...page.referrers)
    url = page.next
  }
  return found
}

/**
 * @param link the response's header `Link`
 * @throws RegistryError if the bytes are not an index
 */
export function parseReferrers(
  request: HttpRequest,
  bytes: Uint8Array,
  link: string | string[] | undefined,
): ReferrersPage {
  const content = contentOf(bytes)
  if (content === null) throw invalidResponse(operationOf(request), 'the list of referrers is not an index')
  return { referrers: content.manifests ?? [], next: nextPage(request.url, link) }
}

/** `Link: <…>; rel="next"`; null if it leads to another host. https://www.rfc-editor.org/rfc/rfc8288 */
function nextPage(from: URL, link: string | string[] | undefined): URL | null {
  const target = /<([^>]+)>;\s*rel="?next"?/.exec(String(link ?? ''))?.[1]
  if (target === undefined || !URL.canParse(target, from.href)) return null
  const url = new URL(target, from)
  return url.origin === from.origin ? url : null
}
