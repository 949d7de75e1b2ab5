import { isIndex } from '../oci/media-types.ts'
import { blobsOf, type Descriptor, type Manifest } from '../oci/types.ts'
import { Limiter, settled } from '../shared/limiter.ts'
import { LIMITS } from '../shared/limits.ts'
import type { Registry } from './client.ts'
import { RegistryError } from './errors.ts'
import { putTag, type TellTag } from './put-tag.ts'
import { pushBlob } from './upload.ts'

/** A repository in a registry, by its name there. */
export interface RemoteRepository {
  readonly registry: Registry
  readonly repository: string
}

/** What an image can be copied from: a registry, or an OCI layout. */
export interface ReadableRegistry
  extends Pick<Registry, 'manifest' | 'openBlob' | 'readForeignBlob' | 'head' | 'referrers' | 'displayUri'> {
  /** Null for an OCI layout. */
  readonly host: string | null
}

export interface CopySource {
  readonly registry: ReadableRegistry
  readonly repository: string
}

/** What a copy sent. */
export interface CopyReport {
  manifests: number
  blobsSent: number
  bytesSent: number
  blobsMounted: number
  /** Blobs that the target had before. */
  blobsExisting: number
}

export interface CopyOptions {
  /** The target is known to be new, so nothing is looked up in it. */
  readonly targetIsEmpty?: boolean
  /**
   * Copies what refers to the image too: signatures and attestations, and what refers to those. The image gets its tag
   * after that, so that nobody finds it under the tag without them.
   */
  readonly referrers?: boolean
  /** Reads the image's manifest at the source, if others read it as well. */
  readonly manifest?: () => Promise<Manifest>
  /** The tag for the image; without one it has its digest only. */
  readonly tag?: string
  readonly log?: (line: string) => void
  /** Is told how the image comes to its tag. */
  readonly tell?: TellTag
  /** Is told that the target has the image, if only by its digest so far, and whether this copy has put it there. */
  readonly arrived?: (pushed: boolean) => void
}

/**
 * How many blobs one copy transfers at the same time. To a distant registry each connection carries only so much, and
 * each blob waits for some answers: most images have all of their layers under way at once.
 */
const MAX_TRANSFERS = 12
/** How many small requests one copy makes at the same time. */
const MAX_REQUESTS = 16

/**
 * Copies an image or an index, with everything in it, from one repository to another. Manifests are copied byte for
 * byte, so every digest stays the same. What the target has is not sent; if it has a manifest, it has its blobs too,
 * since a registry accepts no manifest without them.
 * @returns the manifest, and whether `tag` was put: without referrers it is not, if the target had the image before
 * @throws RegistryError if a registry refuses, or still fails after the retries; an ActionError that says so if it is
 * about what refers to the image
 */
export async function copyImage(
  source: CopySource,
  target: RemoteRepository,
  digest: string,
  options: CopyOptions = {},
): Promise<{ manifest: Manifest; report: CopyReport; tagged: boolean }> {
  const copier = new Copier(source, target, options, digest)
  try {
    return await copyWith(copier, target, digest, options)
  } finally {
    await copier.questionsEnd()
  }
}

async function copyWith(
  copier: Copier,
  target: RemoteRepository,
  digest: string,
  options: CopyOptions,
): Promise<{ manifest: Manifest; report: CopyReport; tagged: boolean }> {
  const { tag, referrers = false } = options
  const manifest = await copier.copyManifest(digest)
  options.arrived?.(copier.hasPushed(digest))
  if (!referrers) return { manifest, report: copier.report, tagged: copier.hasTagged }
  await copier.copyReferrers().catch(async (error: unknown) => {
    const { explainRegistryError } = await import('./explain.ts')
    const to = target.registry.displayUri(target.repository)
    const doing = `The copy of what refers to ${digest} (signatures, attestations) to ${to}, before the image gets its tags there,`
    throw explainRegistryError(doing, error)
  })
  if (tag !== undefined && !copier.hasTagged) await putTag(target, manifest, tag, options.tell)
  return { manifest, report: copier.report, tagged: tag !== undefined }
}

/** What refers to a manifest, by its digest; and that as older tools tag it, by tags made of the manifest's digest. */
interface Referring {
  readonly listed: readonly { readonly digest: string }[]
  readonly tagged: readonly { readonly tag: string; readonly digest: string }[]
}

class Copier {
  readonly report: CopyReport = {
    manifests: 0,
    blobsSent: 0,
    bytesSent: 0,
    blobsMounted: 0,
    blobsExisting: 0,
  }
  /** Whether the image was put under its tag as it arrived. */
  hasTagged = false
  readonly #source: CopySource
  readonly #target: RemoteRepository
  readonly #options: CopyOptions
  readonly #root: string
  readonly #transfers = new Limiter(MAX_TRANSFERS)
  readonly #requests = new Limiter(MAX_REQUESTS)
  /** Apart, as the image is copied although it cannot be said what refers to it. */
  readonly #questions = new Limiter(MAX_REQUESTS)
  /** By digest. Platforms share layers, and referrers share subjects: each digest is copied once. */
  readonly #manifests = new Map<string, Promise<Manifest>>()
  readonly #blobs = new Map<string, Promise<void>>()
  readonly #referrers = new Map<string, Promise<Referring>>()
  readonly #pushed = new Set<string>()

  constructor(source: CopySource, target: RemoteRepository, options: CopyOptions, root: string) {
    this.#source = source
    this.#target = target
    this.#options = options
    this.#root = root
  }

  copyManifest(digest: string, depth = 0): Promise<Manifest> {
    return once(this.#manifests, digest, () => this.#copyNewManifest(digest, depth))
  }

  /** Resolves when nothing is asked any more beside the copy. */
  async questionsEnd(): Promise<void> {
    await Promise.allSettled(this.#referrers.values())
  }

  /** Whether this manifest was pushed, because the target did not have it. */
  hasPushed(digest: string): boolean {
    return this.#pushed.has(digest)
  }

  async #copyNewManifest(digest: string, depth: number): Promise<Manifest> {
    if (depth > LIMITS.indexDepth) {
      throw new RegistryError(`${digest} is in more than ${LIMITS.indexDepth} indexes, one in the other`)
    }
    const { registry, repository } = this.#target
    // Asked while the image is copied, which takes longer than the answer. Who wants to know hears of a failure.
    if (this.#options.referrers) this.#findReferrers(digest).catch(() => undefined)
    const [manifest, existing] = await Promise.all([
      this.#requests.run(() => this.#readManifest(digest)),
      this.#options.targetIsEmpty ? null : this.#requests.run(() => registry.head(repository, digest)),
    ])
    const children = isIndex(manifest.mediaType) ? (manifest.content.manifests ?? []) : []
    await settled<unknown>([
      ...children.map((child) => this.copyManifest(child.digest, depth + 1)),
      ...(existing === null ? blobsOf(manifest.content).map((blob) => this.#copyBlob(blob)) : []),
    ])
    if (existing === null) {
      // Last, after everything in it, so that nobody can pull half an image by its tag.
      const tag = digest === this.#root ? await this.#tagOfRoot() : undefined
      await this.#requests.run(() =>
        tag === undefined
          ? registry.putManifest(repository, digest, manifest)
          : putTag(this.#target, manifest, tag, this.#options.tell),
      )
      this.#pushed.add(digest)
      if (tag !== undefined) this.hasTagged = true
      this.report.manifests++
    }
    return manifest
  }

  #readManifest(digest: string): Promise<Manifest> {
    const { manifest } = this.#options
    if (digest === this.#root && manifest !== undefined) return manifest()
    return this.#source.registry.manifest(this.#source.repository, digest)
  }

  /** The tag that the image is put under as it arrives: none if something that has to come first refers to it. */
  async #tagOfRoot(): Promise<string | undefined> {
    const { tag, referrers = false } = this.#options
    if (tag === undefined || !referrers) return tag
    const found = await Promise.allSettled([...this.#manifests.keys()].map((one) => this.#findReferrers(one)))
    const isAlone = found.every(
      (one) => one.status === 'fulfilled' && one.value.listed.length + one.value.tagged.length === 0,
    )
    return isAlone ? tag : undefined
  }

  #copyBlob(blob: Descriptor): Promise<void> {
    return once(this.#blobs, blob.digest, () => this.#copyNewBlob(blob))
  }

  async #copyNewBlob(blob: Descriptor): Promise<void> {
    const { registry, repository } = this.#target
    const source = this.#source
    if (
      !this.#options.targetIsEmpty &&
      (await this.#requests.run(() => registry.hasBlob(repository, blob)))
    ) {
      this.report.blobsExisting++
      return
    }
    await this.#transfers.run(async () => {
      const from = {
        place: source.registry.displayUri(source.repository),
        open: (offset: number) => source.registry.openBlob(source.repository, blob, offset),
      }
      const mountFrom = registry.host === source.registry.host ? source.repository : null
      const how = await pushBlob(registry, repository, blob, from, mountFrom)
      if (how === 'mounted') this.report.blobsMounted++
      else {
        this.report.blobsSent++
        this.report.bytesSent += blob.size
      }
    })
  }

  /**
   * Copies what refers to anything that was copied, then what refers to that, and so on. In rounds, because a list or
   * a tag may lead back to an image that was copied before.
   */
  async copyReferrers(): Promise<void> {
    const asked = new Set<string>()
    for (let round = 0; ; round++) {
      const digests = [...this.#manifests.keys()].filter((digest) => !asked.has(digest))
      if (digests.length === 0) return
      if (round > LIMITS.indexDepth) {
        throw new RegistryError(
          `what refers to an image has more than ${LIMITS.indexDepth} referrers, one beside the other`,
        )
      }
      for (const digest of digests) asked.add(digest)
      await settled(digests.map((digest) => this.#copyReferrersOf(digest)))
    }
  }

  async #copyReferrersOf(digest: string): Promise<void> {
    const { listed, tagged } = await this.#findReferrers(digest)
    const { registry, repository } = this.#target
    await settled<unknown>([
      ...listed.map((referrer) => this.copyManifest(referrer.digest)),
      ...tagged.map(async ({ tag, digest: named }) => {
        const manifest = await this.copyManifest(named)
        const existing = await this.#requests.run(() => registry.head(repository, tag))
        if (existing?.digest === named) return
        await this.#requests.run(() => registry.putManifest(repository, tag, manifest))
        this.#options.log?.(`Copied ${tag}`)
      }),
    ])
  }

  /**
   * Asks the source what refers to a manifest. Signatures and attestations of the kind that existed before referrers,
   * and that tools still write, have tags made of the image's digest. The tag without an ending is the list of referrers
   * in registries that have no such API.
   * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#referrers-tag-schema
   * https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md
   */
  #findReferrers(digest: string): Promise<Referring> {
    return once(this.#referrers, digest, async () => {
      const { registry, repository } = this.#source
      const tags = ['', '.sig', '.att', '.sbom'].map((ending) => `${digest.replace(':', '-')}${ending}`)
      const listing = this.#questions.run(() => registry.referrers(repository, digest))
      const looking = settled(
        tags.map(async (tag) => {
          const held = await this.#questions.run(() => registry.head(repository, tag))
          return held === null ? [] : [{ tag, digest: held.digest }]
        }),
      )
      await settled<unknown>([listing, looking])
      return { listed: (await listing) ?? [], tagged: (await looking).flat() }
    })
  }
}

/** Starts the work for a digest, or returns the promise of the work that was started before. */
function once<T>(started: Map<string, Promise<T>>, digest: string, work: () => Promise<T>): Promise<T> {
  const known = started.get(digest)
  if (known !== undefined) return known
  const promise = work()
  started.set(digest, promise)
  return promise
}
