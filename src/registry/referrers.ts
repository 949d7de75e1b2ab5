import { contentOf } from '../oci/content.ts'
import type { Descriptor } from '../oci/types.ts'
import { LIMITS } from '../shared/limits.ts'
import { invalidResponse, RegistryError } from './errors.ts'
import { type HttpRequest, operationOf } from './request.ts'

/** A list of referrers, read page by page. A page that fails can be asked for once more. */
export class ReferrersReading {
  readonly #found: Descriptor[] = []
  #pages = 0
  #next: URL | null

  constructor(first: URL) {
    this.#next = first
  }

  /** The address of the next page; null after the last one. */
  get next(): URL | null {
    return this.#next
  }

  /** All of the list, once there is no next page. */
  get found(): readonly Descriptor[] {
    return this.#found
  }

  /**
   * @param link the response's header `Link`
   * @throws RegistryError if the bytes are not an index, or the list has no end, or goes on elsewhere: what is not read
   * whole is not taken for the whole
   */
  add(request: HttpRequest, bytes: Uint8Array, link: string | string[] | undefined): void {
    const during = operationOf(request)
    const content = contentOf(bytes)
    if (content === null) throw invalidResponse(during, 'the list of referrers is not an index')
    const next = nextPage(request, link)
    if (++this.#pages >= LIMITS.referrerPages && next !== null) {
      throw new RegistryError(`the list of referrers has more than ${LIMITS.referrerPages} pages`, { during })
    }
    this.#next = next
    this.#found.push(...(content.manifests ?? []))
  }

  /**
   * The registry has no such page.
   * @returns null: it has no such list
   * @throws RegistryError if it has given a page before
   */
  missing(request: HttpRequest): null {
    if (this.#pages === 0) return null
    throw invalidResponse(operationOf(request), 'the list of referrers breaks off')
  }
}

/**
 * `Link: <…>; rel="next"`: parameters come in any order, their names and the relations in either case, and a link may
 * have several relations. https://www.rfc-editor.org/rfc/rfc8288#section-3
 * @throws RegistryError if it cannot be read, or leads to another host, which is not asked
 */
function nextPage(request: HttpRequest, link: string | string[] | undefined): URL | null {
  const during = operationOf(request)
  const text = String(link ?? '').trim()
  const links = [...text.matchAll(LINK)].map(([, target = '', parameters = '']) => {
    const rel = [...parameters.matchAll(PARAMETER)].find(([, name]) => name?.toLowerCase() === 'rel')
    return { target, relations: (rel?.[2] ?? rel?.[3])?.toLowerCase().split(/\s+/) }
  })
  const isWhole = text.replaceAll(LINK, '').replace(/[\s,]+/g, '') === ''
  if (!isWhole || links.some(({ relations }) => relations === undefined)) {
    throw invalidResponse(during, 'the list of referrers has a Link that cannot be read')
  }
  const target = links.find(({ relations }) => relations?.includes('next'))?.target
  if (target === undefined) return null
  const from = request.url
  const url = URL.canParse(target, from.href) ? new URL(target, from) : null
  if (url?.origin === from.origin) return url
  throw new RegistryError('the list of referrers goes on at an address of another host', { during })
}

const PARAMETER = /;\s*([^\s=;,"<>]+)\s*(?:=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]+)))?/g
const LINK = /<([^<>]*)>((?:\s*;\s*[^\s=;,"<>]+\s*(?:=\s*(?:"(?:[^"\\]|\\.)*"|[^\s;,"]+))?)*)/g
