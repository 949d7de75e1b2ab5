import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Readable } from 'node:stream'
import { contentOf } from '../oci/content.ts'
import { type Descriptor, DIGEST, digestOf, type Manifest, OCI_IMAGE, OCI_INDEX } from '../oci/types.ts'
import { RegistryError } from './errors.ts'

/**
 * An image in a folder, as builders write it, to be read as if it were in a registry.
 * https://github.com/opencontainers/image-spec/blob/main/image-layout.md
 */
export class Layout {
  readonly host = null
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  /** @throws RegistryError where the file is not there, or not what its name says */
  async manifest(_: string, digest: string): Promise<Manifest> {
    const bytes = await readFile(this.#file(digest)).catch((error: Error) => {
      throw new RegistryError(`${digest} cannot be read from ${this.#folder}: ${error.message}`)
    })
    if (digestOf(bytes) !== digest) throw new RegistryError(`the file of ${digest} has other bytes`)
    const content = contentOf(bytes)
    if (content === null) throw new RegistryError(`${digest} is no manifest that can be right`)
    const mediaType = content.mediaType ?? (content.manifests === undefined ? OCI_IMAGE : OCI_INDEX)
    return { digest, mediaType, bytes, content }
  }

  async openBlob(_: string, { digest }: Descriptor, from = 0): Promise<Readable> {
    return createReadStream(this.#file(digest), { start: from })
  }

  /** A builder writes no tags that anybody asks for, */
  async head(): Promise<null> {
    return null
  }

  /** and nothing that refers to an image but by an index. */
  async referrers(): Promise<null> {
    return null
  }

  #file(digest: string): string {
    if (!DIGEST.test(digest)) throw new RegistryError(`${digest} is no digest`)
    return path.join(this.#folder, 'blobs', 'sha256', digest.slice('sha256:'.length))
  }
}
