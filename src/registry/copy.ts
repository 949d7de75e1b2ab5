import { blobsOf, type Descriptor, isIndex, type Manifest } from '../oci/types.ts'
import { Limiter, settled } from '../shared/limiter.ts'
import type { Registry } from './client.ts'
import { pushBlob } from './upload.ts'

/** A repository, by its name in a registry. */
export interface Place {
  readonly registry: Registry
  readonly repository: string
}

/** Where an image can be read from: a registry, or a folder. */
export interface Source {
  readonly registry: Pick<Registry, 'manifest' | 'openBlob' | 'head' | 'referrers'> & {
    /** Null for what is no registry. */
    readonly host: string | null
  }
  readonly repository: string
}

/** What a copy took. */
export interface CopyReport {
  manifests: number
  blobsSent: number
  bytesSent: number
  blobsMounted: number
  /** Blobs that were asked for and were there. */
  blobsThere: number
}

export interface CopyOptions {
  /** The target is known to be new: what cannot be there is not asked for. */
  readonly targetIsEmpty?: boolean
  /** Copies what refers to the image too: signatures, attestations, and what refers to those. */
  readonly referrers?: boolean
  /** The image is put under this tag; without one, under its digest alone. */
  readonly tag?: string
  readonly log?: (line: string) => void
}

/** Blobs on their way at the same time, for each copy: enough to hide the distance, few enough for any memory. */
const TRANSFERS = 6
/** Small requests at the same time. */
const REQUESTS = 16
/** Indexes in indexes, and signatures of signatures: deeper than anything that is made, and an end. */
const DEPTH = 8

/**
 * Copies an image or an index with all that it names from one repository to another: manifests byte for byte, so that
 * every digest stays. What is there already is not sent again; a manifest that is there is proof of its blobs, since
 * a registry takes no manifest without them.
 * @returns the image's manifest, and whether it was put under `tag`: one that was there is not put again
 * @throws RegistryError where a registry refuses or cannot be reached
 */
export async function copyImage(
  source: Source,
  target: Place,
  digest: string,
  options: CopyOptions = {},
): Promise<{ manifest: Manifest; report: CopyReport; tagged: boolean }> {
  const copier = new Copier(source, target, options)
  const manifest = await copier.manifest(digest, options.tag)
  if (options.referrers) await copier.referrers()
  return { manifest, report: copier.report, tagged: options.tag !== undefined && copier.put(digest) }
}

class Copier {
  readonly report: CopyReport = { manifests: 0, blobsSent: 0, bytesSent: 0, blobsMounted: 0, blobsThere: 0 }
  readonly #source: Source
  readonly #target: Place
  readonly #options: CopyOptions
  readonly #transfers = new Limiter(TRANSFERS)
  readonly #requests = new Limiter(REQUESTS)
  /** Platforms share layers, and signatures refer to each other: each digest is copied once. */
  readonly #manifests = new Map<string, Promise<Manifest>>()
  readonly #blobs = new Map<string, Promise<void>>()
  readonly #put = new Set<string>()

  constructor(source: Source, target: Place, options: CopyOptions) {
    this.#source = source
    this.#target = target
    this.#options = options
  }

  manifest(digest: string, tag?: string, depth = 0): Promise<Manifest> {
    const known = this.#manifests.get(digest)
    if (known !== undefined) return known
    const copying = this.#copyManifest(digest, tag, depth)
    this.#manifests.set(digest, copying)
    return copying
  }

  /** Whether this manifest was not there and is now. */
  put(digest: string): boolean {
    return this.#put.has(digest)
  }

  async #copyManifest(digest: string, tag: string | undefined, depth: number): Promise<Manifest> {
    if (depth > DEPTH) throw new Error(`${digest} is nested too deeply`)
    const { registry, repository } = this.#target
    const [manifest, there] = await Promise.all([
      this.#requests.run(() => this.#source.registry.manifest(this.#source.repository, digest)),
      this.#options.targetIsEmpty ? null : this.#requests.run(() => registry.head(repository, digest)),
    ])
    const children = isIndex(manifest.mediaType) ? (manifest.content.manifests ?? []) : []
    await settled<unknown>([
      ...children.map((child) => this.manifest(child.digest, undefined, depth + 1)),
      ...(there === null ? blobsOf(manifest.content).map((blob) => this.#blob(blob)) : []),
    ])
    if (there === null) {
      // Last, when all that it names is there: nobody pulls half an image by a tag.
      await this.#requests.run(() => registry.putManifest(repository, tag ?? digest, manifest))
      this.#put.add(digest)
      this.report.manifests++
    }
    return manifest
  }

  #blob(blob: Descriptor): Promise<void> {
    const known = this.#blobs.get(blob.digest)
    if (known !== undefined) return known
    const copying = this.#copyBlob(blob)
    this.#blobs.set(blob.digest, copying)
    return copying
  }

  async #copyBlob(blob: Descriptor): Promise<void> {
    const { registry, repository } = this.#target
    const source = this.#source
    if (
      !this.#options.targetIsEmpty &&
      (await this.#requests.run(() => registry.hasBlob(repository, blob)))
    ) {
      this.report.blobsThere++
      return
    }
    await this.#transfers.run(async () => {
      const open = (from: number) => source.registry.openBlob(source.repository, blob, from)
      const mountFrom = registry.host === source.registry.host ? source.repository : null
      const how = await pushBlob(registry, repository, blob, open, mountFrom)
      if (how === 'mounted') {
        this.report.blobsMounted++
        return
      }
      this.report.blobsSent++
      this.report.bytesSent += blob.size
    })
  }

  /**
   * Copies what refers to anything copied so far, then what refers to that. In rounds, because a list or a tag may
   * name an image that is its own ancestor.
   */
  async referrers(): Promise<void> {
    const asked = new Set<string>()
    for (let round = 0; round < DEPTH; round++) {
      const digests = [...this.#manifests.keys()].filter((digest) => !asked.has(digest))
      if (digests.length === 0) return
      for (const digest of digests) asked.add(digest)
      await settled(digests.flatMap((digest) => [this.#listed(digest), this.#tagged(digest)]))
    }
  }

  async #listed(digest: string): Promise<void> {
    const { registry, repository } = this.#source
    const listed = await this.#requests.run(() => registry.referrers(repository, digest))
    await settled((listed ?? []).map((referrer) => this.manifest(referrer.digest)))
  }

  /**
   * Signatures and attestations of the time before referrers, which tools still write: they are found by a tag made
   * of the image's digest. The one without an ending is the list of referrers of registries that have none.
   * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#referrers-tag-schema
   * https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md
   */
  async #tagged(digest: string): Promise<void> {
    await settled(
      ['', '.sig', '.att', '.sbom'].map(async (ending) => {
        const tag = `${digest.replace(':', '-')}${ending}`
        const [found, target] = [this.#source, this.#target]
        const named = await this.#requests.run(() => found.registry.head(found.repository, tag))
        if (named === null) return
        const manifest = await this.manifest(named.digest)
        const held = await this.#requests.run(() => target.registry.head(target.repository, tag))
        if (held?.digest === named.digest) return
        await this.#requests.run(() => target.registry.putManifest(target.repository, tag, manifest))
        this.#options.log?.(`Copied ${tag}`)
      }),
    )
  }
}
