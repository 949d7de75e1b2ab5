import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { digestOf } from '../../src/oci/types.ts'

const INDEX = 'application/vnd.oci.image.index.v1+json'
const IMAGE = 'application/vnd.oci.image.manifest.v1+json'

/** A statement of an attestation, with its predicate type as BuildKit writes it beside it. */
export type BuildKitStatement = readonly [type: string, content: unknown]

/** The statement of an SBOM, as a scanner leaves it. */
export const sbomStatement = (content: unknown): BuildKitStatement => [
  'https://spdx.dev/Document',
  { _type: 'https://in-toto.io/Statement/v0.1', predicate: content },
]

/** What BuildKit leaves in a folder of an image with attestations: an OCI layout. */
export class BuildKitLayout {
  readonly folder = mkdtempSync(path.join(os.tmpdir(), 'layout-'))

  constructor() {
    mkdirSync(path.join(this.folder, 'blobs', 'sha256'), { recursive: true })
  }

  /** Puts a blob there, which text is as it is, and anything else as JSON. @returns its descriptor */
  put(content: unknown, mediaType: string) {
    const bytes = Buffer.from(typeof content === 'string' ? content : JSON.stringify(content))
    const digest = digestOf(bytes)
    writeFileSync(path.join(this.folder, 'blobs', 'sha256', digest.slice(7)), bytes)
    return { mediaType, digest, size: bytes.length }
  }

  /** An image of a platform without layers. */
  image(architecture: string) {
    const config = this.put({ os: 'linux', architecture }, 'application/vnd.oci.image.config.v1+json')
    const manifest = { schemaVersion: 2, mediaType: IMAGE, config, layers: [] }
    return { ...this.put(manifest, IMAGE), platform: { os: 'linux', architecture } }
  }

  /** An attestation of an image: a layer for each statement; null for the layers as Go writes an empty list. */
  attestation(of: string, statements: readonly BuildKitStatement[] | null) {
    const layers = statements?.map(([type, content]) => ({
      ...this.put(content, 'application/vnd.in-toto+json'),
      annotations: { 'in-toto.io/predicate-type': type },
    }))
    return {
      ...this.put(
        { schemaVersion: 2, mediaType: IMAGE, config: this.put({}, 'x/y'), layers: layers ?? null },
        IMAGE,
      ),
      platform: { os: 'unknown', architecture: 'unknown' },
      annotations: { 'vnd.docker.reference.type': 'attestation-manifest', 'vnd.docker.reference.digest': of },
    }
  }

  /** @returns the digest of an index of these */
  index(...manifests: readonly unknown[]): string {
    return this.put({ schemaVersion: 2, mediaType: INDEX, manifests }, INDEX).digest
  }

  remove(): void {
    rmSync(this.folder, { recursive: true })
  }
}
