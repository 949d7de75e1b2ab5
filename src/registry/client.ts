import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import type { RegistrySession } from '../oci/registry-session.ts'
import { type Descriptor, DIGEST, digestOf, MANIFEST_TYPES, type Manifest, OCI_INDEX } from '../oci/types.ts'
import { mediaTypeIn, nextPage, parseManifest, parseReferrers, skipping } from './answers.ts'
import { Door } from './door.ts'
import { RegistryError, wrong } from './errors.ts'
import type { UploadOptions } from './http.ts'
import { type Agents, describeRequest, drain, type HttpRequest, readUpTo } from './http.ts'
import { PATIENCE, type Patience, retrying, type TellingPatience } from './retry.ts'
import { Verified } from './verified.ts'

export interface RegistryOptions {
  readonly agents: Agents
  readonly patience?: Patience
  /** Hears of each retry. */
  readonly log?: (line: string) => void
  readonly upload?: Partial<UploadOptions>
}

/** The largest manifest that is read; ECR's own limit. */
const MANIFEST_LIMIT = 4 * 1024 * 1024

/** ECR has at most 100 referrers of an image: more pages than that are a registry gone wrong. */
const REFERRER_PAGES = 100

/**
 * A registry, by the OCI distribution API. Every answer is checked: its digest, its size and its media type. What can
 * pass is tried again within bounds.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md
 */
export class Registry {
  readonly host: string
  readonly patience: TellingPatience
  readonly uploadOptions: Partial<UploadOptions>
  readonly #door: Door

  constructor(session: RegistrySession, { agents, patience = PATIENCE, log, upload = {} }: RegistryOptions) {
    this.host = session.host
    this.patience = { ...patience, ...(log === undefined ? {} : { log }) }
    this.uploadOptions = upload
    this.#door = new Door(session, agents)
  }

  url(repository: string, tail: string): URL {
    return new URL(`/v2/${repository}/${tail}`, this.#door.origin)
  }

  /** One request, tried once. @throws RegistryError for another status, or without an answer */
  send(request: HttpRequest, expected: readonly number[]): Promise<IncomingMessage> {
    return this.#door.send(request, expected)
  }

  /**
   * Opens connections that will be needed soon, while there is other work: over a distance, a new one costs more
   * than the request that it is for. Whatever goes wrong will be said by the request that is meant.
   */
  async warm(connections: number): Promise<void> {
    const request = { method: 'GET', url: new URL('/v2/', this.#door.origin) } as const
    const open = async () => drain(await this.send(request, [200]))
    await Promise.allSettled(Array.from({ length: connections }, open))
  }

  /**
   * What a tag or a digest names, without its content; null where there is nothing.
   * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#checking-if-content-exists-in-the-registry
   */
  head(repository: string, reference: string): Promise<{ digest: string; mediaType: string } | null> {
    return retrying(this.patience, async () => {
      const request = this.#manifestRequest('HEAD', repository, reference)
      const answer = await this.send(request, [200, 404])
      drain(answer)
      if (answer.statusCode === 404) return null
      const digest = answer.headers['docker-content-digest']
      if (typeof digest !== 'string' || !DIGEST.test(digest)) {
        // The header is optional; the content tells as well.
        return this.manifest(repository, reference)
      }
      if (DIGEST.test(reference) && digest !== reference) {
        throw wrong(describeRequest(request), `the answer is about ${digest}`)
      }
      return { digest, mediaType: mediaTypeIn(answer.headers['content-type']) }
    })
  }

  /**
   * A manifest with its bytes.
   * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests
   * @throws RegistryError with status 404 where there is none
   */
  manifest(repository: string, reference: string): Promise<Manifest> {
    return retrying(this.patience, async () => {
      const request = this.#manifestRequest('GET', repository, reference)
      const answer = await this.send(request, [200])
      const bytes = await this.#small(request, answer, MANIFEST_LIMIT)
      const doing = describeRequest(request)
      const digest = digestOf(bytes)
      const said = answer.headers['docker-content-digest']
      for (const expected of [DIGEST.test(reference) ? reference : digest, said ?? digest]) {
        if (expected !== digest) throw wrong(doing, `the bytes of ${expected} have the digest ${digest}`)
      }
      return parseManifest(doing, bytes, digest, mediaTypeIn(answer.headers['content-type']))
    })
  }

  /**
   * Puts a manifest under a tag, or under its digest alone, byte for byte.
   * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-manifests
   */
  putManifest(
    repository: string,
    reference: string,
    { bytes, mediaType, digest }: Pick<Manifest, 'bytes' | 'mediaType' | 'digest'>,
  ): Promise<void> {
    return retrying(this.patience, async () => {
      const url = this.url(repository, `manifests/${reference}`)
      const request = { method: 'PUT', url, headers: { 'content-type': mediaType }, body: bytes } as const
      const answer = await this.send(request, [201])
      drain(answer)
      const held = answer.headers['docker-content-digest']
      if (held !== undefined && held !== digest) {
        throw new RegistryError(
          `${describeRequest(request)}: the registry holds ${held}, which is not ${digest}`,
        )
      }
    })
  }

  /** Whether the blob is there, whole. */
  hasBlob(repository: string, { digest, size }: Descriptor): Promise<boolean> {
    return retrying(this.patience, async () => {
      const request = { method: 'HEAD', url: this.url(repository, `blobs/${digest}`) } as const
      const answer = await this.send(request, [200, 404])
      drain(answer)
      if (answer.statusCode === 404) return false
      const length = answer.headers['content-length']
      if (length !== undefined && Number(length) !== size) {
        throw wrong(describeRequest(request), `has ${length} bytes, and its descriptor says ${size}`)
      }
      return true
    })
  }

  /**
   * A blob as a stream, from a byte on, tried once: who reads it knows how far it came.
   * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-blobs
   */
  async openBlob(repository: string, { digest, size }: Descriptor, from = 0): Promise<Readable> {
    const url = this.url(repository, `blobs/${digest}`)
    const headers = from === 0 ? {} : { range: `bytes=${from}-${size - 1}` }
    const request = { method: 'GET', url, headers } as const
    const answer = await this.send(request, [200, 206])
    const whole = answer.statusCode === 200
    const length = Number(answer.headers['content-length'] ?? size - (whole ? 0 : from))
    if (length !== size - (whole ? 0 : from)) {
      answer.destroy()
      throw wrong(describeRequest(request), `${length} bytes come, and the descriptor says ${size}`)
    }
    // A registry may ignore the range; what was asked for is what is given.
    return whole && from > 0 ? skipping(answer, from) : answer
  }

  /** A small blob, whole and checked: an image's configuration. */
  readBlob(repository: string, descriptor: Descriptor): Promise<Uint8Array> {
    return retrying(this.patience, async () => {
      const verified = new Verified(await this.openBlob(repository, descriptor), descriptor)
      return readUpTo(verified.stream(), MANIFEST_LIMIT)
    })
  }

  /**
   * What refers to a manifest as its subject: signatures, attestations. Null where the registry has no such list.
   * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-referrers
   */
  async referrers(repository: string, digest: string): Promise<Descriptor[] | null> {
    const found: Descriptor[] = []
    let url: URL | null = this.url(repository, `referrers/${digest}`)
    for (let pages = 0; url !== null && pages < REFERRER_PAGES; pages++) {
      const request: HttpRequest = { method: 'GET', url, headers: { accept: OCI_INDEX } }
      const page = await retrying(this.patience, async () => {
        const answer = await this.send(request, [200, 404, 405])
        if (answer.statusCode !== 200) {
          drain(answer)
          return null
        }
        const bytes = await this.#small(request, answer, MANIFEST_LIMIT)
        return { content: parseReferrers(request, bytes), next: nextPage(request.url, answer.headers.link) }
      })
      if (page === null) return pages === 0 ? null : found
      found.push(...page.content)
      url = page.next
    }
    return found
  }

  #manifestRequest(method: 'HEAD' | 'GET', repository: string, reference: string) {
    const url = this.url(repository, `manifests/${reference}`)
    return { method, url, headers: { accept: MANIFEST_TYPES.join(', ') } } as const
  }

  async #small(request: HttpRequest, answer: Readable, limit: number): Promise<Uint8Array> {
    try {
      return await readUpTo(answer, limit)
    } catch (error) {
      if (error instanceof RegistryError) throw error
      throw wrong(describeRequest(request), `the answer broke off: ${(error as Error).message}`)
    }
  }
}
