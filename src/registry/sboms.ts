import { isIndex } from '../oci/media-types.ts'
import { type Descriptor, digestOf, isAttestation, type Manifest } from '../oci/types.ts'
import { clip } from '../shared/clip.ts'
import { ActionError } from '../shared/errors.ts'
import { isObject } from '../shared/is-object.ts'
import { LIMITS } from '../shared/limits.ts'
import { isTooDeep, MAX_SBOM_NESTING } from '../shared/nesting.ts'
import type { CopySource } from './copy.ts'

/** An SBOM that BuildKit made of one platform's image. */
export interface PlatformSbom {
  /** The image's digest. */
  readonly image: string
  /** The document itself: SPDX. */
  readonly content: unknown
}

/** An image without what BuildKit attests of it. */
export interface SplitImage {
  /** Of one platform's image, or of the index that is left. */
  readonly digest: string
  /** The images that are left. */
  readonly images: readonly Descriptor[]
  /** Null if one image is left alone, which needs none. */
  readonly index: Pick<Manifest, 'bytes' | 'digest' | 'mediaType'> | null
  readonly sboms: readonly PlatformSbom[]
}

/** https://github.com/moby/buildkit/blob/master/docs/attestations/attestation-storage.md */
const IN_TOTO = 'application/vnd.in-toto+json'
const PREDICATE_TYPE = 'in-toto.io/predicate-type'
const SPDX = 'https://spdx.dev/Document'

/**
 * Takes the SBOMs out of an image that BuildKit made with them.
 * @param digest of the index in which they are
 * @throws ActionError if an image in it has none, or one that cannot be read
 * @throws RegistryError if it cannot be read
 */
export async function splitImage(source: CopySource, digest: string): Promise<SplitImage> {
  const whole = await source.registry.manifest(source.repository, digest)
  const entries = isIndex(whole.mediaType) ? (whole.content.manifests ?? []) : []
  const images = entries.filter((entry) => !isAttestation(entry))
  const sboms = await sbomsIn(source, entries, digest)
  const [only, ...others] = images
  if (only !== undefined && others.length === 0) return { digest: only.digest, images, index: null, sboms }
  const bytes = Buffer.from(
    JSON.stringify({ ...JSON.parse(Buffer.from(whole.bytes).toString('utf8')), manifests: images }, null, 2),
  )
  const index = { bytes, digest: digestOf(bytes), mediaType: whole.mediaType }
  return { digest: index.digest, images, index, sboms }
}

/**
 * The SBOMs of the images of an index.
 * @param entries of the index
 * @param digest of the index, for messages
 * @throws ActionError if an image has none, or one that cannot be read
 * @throws RegistryError if the registry fails
 */
export async function sbomsIn(
  source: CopySource,
  entries: readonly Descriptor[],
  digest: string,
): Promise<PlatformSbom[]> {
  const images = entries.filter((entry) => !isAttestation(entry))
  const found = await Promise.all(
    images.map(async (image) => {
      const about = entries.filter(
        (entry) =>
          isAttestation(entry) && entry.annotations?.['vnd.docker.reference.digest'] === image.digest,
      )
      return (await Promise.all(about.map((entry) => sbomsOf(source, entry, image.digest))))
        .flat()
        .map((content) => ({
          image: image.digest,
          content,
        }))
    }),
  )
  const without = images.filter((_, at) => found[at]?.length === 0)
  if (images.length === 0 || without.length > 0) {
    const inside = without.map((image) => image.digest).filter((image) => image !== digest)
    throw new ActionError(
      `${digest} has no SBOM of BuildKit's${inside.length === 0 ? '' : ` for ${inside.join(', ')}`}, so that none can be signed.`,
      'build it with attest: sbom, or sbom: true; if it was, look at the scanner that sbom: generator=… names; or give one as sbom-file.',
      { page: 'attest.md#the-sbom' },
    )
  }
  return found.flat()
}

async function sbomsOf(source: CopySource, { digest }: Descriptor, image: string): Promise<unknown[]> {
  const { content } = await source.registry.manifest(source.repository, digest)
  const layers = (content.layers ?? []).filter(
    ({ mediaType, annotations }) => mediaType === IN_TOTO && annotations?.[PREDICATE_TYPE] === SPDX,
  )
  return Promise.all(layers.map(async (layer) => predicateIn(source, layer, image)))
}

/** What the scanner wrote; nothing that could not be signed and verified is read into memory as a document. */
async function predicateIn(
  { registry, repository }: CopySource,
  layer: Descriptor,
  image: string,
): Promise<object> {
  if (layer.size > LIMITS.sbomBytes) {
    throw unsignable(image, `has more than ${LIMITS.sbomBytes} bytes`)
  }
  const bytes = await registry.readForeignBlob(repository, layer, LIMITS.sbomBytes)
  // The statement is one level more.
  if (isTooDeep(bytes, MAX_SBOM_NESTING + 1)) {
    throw unsignable(image, `is nested deeper than ${MAX_SBOM_NESTING} levels`)
  }
  let statement: unknown
  try {
    statement = JSON.parse(Buffer.from(bytes).toString('utf8'))
  } catch (error) {
    throw unsignable(image, `is not valid JSON (${clip((error as Error).message, MAX_PARSER_SAID)})`)
  }
  const predicate = isObject(statement) ? statement['predicate'] : null
  if (!isObject(predicate)) throw unsignable(image, 'is no statement of in-toto with a document in it')
  return predicate
}

const MAX_PARSER_SAID = 200

/**
 * The error of an SBOM that BuildKit's scanner made and that cannot be signed.
 * @param image its digest
 * @param why what the SBOM is or has: `is not …`
 */
export function unsignable(image: string, why: string): ActionError {
  return new ActionError(
    `The SBOM that BuildKit made of ${image} ${why}, so that it cannot be signed.`,
    'look at the scanner that sbom: generator=… names, or give an SBOM as sbom-file.',
    { page: 'attest.md#the-sbom' },
  )
}
