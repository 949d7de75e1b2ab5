import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Readable } from 'node:stream'
import { contentOf } from '../oci/content.ts'
import { OCI_IMAGE, OCI_INDEX } from '../oci/media-types.ts'
import { type Descriptor, DIGEST, digestOf, type Manifest } from '../oci/types.ts'
import type { ReadableRegistry } from './copy.ts'
import { RegistryError } from './errors.ts'
import { readUpTo } from './http.ts'
import { VerifyingReader } from './verifying-reader.ts'

/**
 * An OCI image layout, the folder that builders write an image to. It is read like a registry with one repository.
 * https://github.com/opencontainers/image-spec/blob/main/image-layout.md
 */
export class OciLayout implements ReadableRegistry {
  readonly host = null
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  displayUri(): string {
    return this.#folder
  }

  /** @throws RegistryError if the file is missing, or is not what its name says */
  async manifest(_: string, digest: string): Promise<Manifest> {
    const bytes = await readFile(this.#fileOf(digest)).catch((error: Error) => {
      throw new RegistryError(`${digest} cannot be read from ${this.#folder}: ${error.message}`)
    })
    if (digestOf(bytes) !== digest) {
      throw new RegistryError(
        `the file of ${digest} in ${this.#folder} has another digest: ${digestOf(bytes)}`,
      )
    }
    const content = contentOf(bytes)
    if (content === null) throw new RegistryError(`${digest} in ${this.#folder} is not a valid manifest`)
    const mediaType = content.mediaType ?? (content.manifests === undefined ? OCI_IMAGE : OCI_INDEX)
    return { digest, mediaType, bytes, content }
  }

  async openBlob(_: string, { digest }: Descriptor, from = 0): Promise<Readable> {
    return createReadStream(this.#fileOf(digest), { start: from })
  }

  /** @throws RegistryError if the file is not what the descriptor says, or is larger than that */
  async readForeignBlob(repository: string, descriptor: Descriptor, largest: number): Promise<Uint8Array> {
    const stream = await this.openBlob(repository, descriptor)
    return readUpTo(new VerifyingReader(stream, descriptor, this.#folder).stream(), largest)
  }

  /** Null: a layout's manifests are read by digest only. */
  async head(): Promise<null> {
    return null
  }

  /** Null: builders put attestations into an index, and write no referrers. */
  async referrers(): Promise<null> {
    return null
  }

  #fileOf(digest: string): string {
    if (!DIGEST.test(digest)) throw new RegistryError(`${digest} is not a digest`)
    return path.join(this.#folder, 'blobs', 'sha256', digest.slice('sha256:'.length))
  }
}
