import { Readable } from 'node:stream'
import { OCI_IMAGE } from '../oci/media-types.ts'
import { type Descriptor, digestOf, type Manifest } from '../oci/types.ts'
import type { RemoteRepository } from '../registry/copy.ts'
import { RegistryError } from '../registry/errors.ts'
import { pushBlob } from '../registry/upload.ts'
import { clip } from '../shared/clip.ts'
import { LIMITS } from '../shared/limits.ts'
import { poll, REAL_TIME } from '../shared/time.ts'
import { reasonText } from './errors.ts'
import { PROVENANCE_TYPE } from './provenance.ts'
import { type Beyond, HAVE, type ReadingBudget } from './reading-budget.ts'

/** The media type of a bundle, and so the type of the artifact that holds it. */
export const BUNDLE_TYPE = 'application/vnd.dev.sigstore.bundle.v0.3+json'
const EMPTY_TYPE = 'application/vnd.oci.empty.v1+json'
const EMPTY = Buffer.from('{}')
/** The annotation that says which predicate a bundle holds; registries repeat it in the list of referrers. */
const TYPE_ANNOTATION = 'dev.sigstore.bundle.predicateType'

/** A bundle to be put beside an image. */
export interface Referrer {
  readonly bundle: Uint8Array
  readonly predicateType: string
}

/**
 * The manifest that puts a bundle beside an image, byte for byte what actions/attest has `@sigstore/oci` push.
 * https://github.com/opencontainers/image-spec/blob/main/manifest.md#guidelines-for-artifact-usage
 * @param subject the image's manifest
 */
export function referrerManifest(
  { bundle, predicateType }: Referrer,
  subject: Pick<Descriptor, 'mediaType' | 'digest' | 'size'>,
  created: Date,
): Pick<Manifest, 'bytes' | 'digest' | 'mediaType'> {
  const content = {
    schemaVersion: 2,
    mediaType: OCI_IMAGE,
    artifactType: BUNDLE_TYPE,
    config: descriptorOf(EMPTY, EMPTY_TYPE),
    layers: [descriptorOf(bundle, BUNDLE_TYPE)],
    subject: { mediaType: subject.mediaType, digest: subject.digest, size: subject.size },
    annotations: {
      'org.opencontainers.image.created': created.toISOString(),
      'dev.sigstore.bundle.content': 'dsse-envelope',
      [TYPE_ANNOTATION]: predicateType,
    },
  }
  const bytes = Buffer.from(JSON.stringify(content))
  return { bytes, digest: digestOf(bytes), mediaType: OCI_IMAGE }
}

/**
 * Puts a bundle beside an image as a referrer. No tag is written: a registry that keeps no list of referrers is not
 * given one under a tag, which an immutable repository would accept once only.
 * @returns the digest of the referrer
 * @throws RegistryError if the registry refuses, or does not list it within the limit
 */
export async function pushReferrer(
  target: RemoteRepository,
  subject: Pick<Descriptor, 'mediaType' | 'digest' | 'size'>,
  referrer: Referrer,
  created: Date,
): Promise<string> {
  const { registry, repository } = target
  const manifest = referrerManifest(referrer, subject, created)
  await putBlob(target, EMPTY)
  await putBlob(target, referrer.bundle)
  await registry.putManifest(repository, manifest.digest, manifest)
  const listed = await poll(REAL_TIME, LIMITS.referrerListedMs, LISTING_PAUSES, async () => {
    const all = await registry.referrers(repository, subject.digest)
    return all?.some(({ digest }) => digest === manifest.digest) || undefined
  })
  if (listed) return manifest.digest
  throw new RegistryError(
    `${registry.displayUri(repository, subject.digest)} has the attestation ${manifest.digest}, and the registry does not list it within ${LIMITS.referrerListedMs / 1000} s`,
  )
}

/** Between two looks at the list of referrers. */
export const LISTING_PAUSES = { firstMs: 200, longestMs: 2000, factor: 2 }

async function putBlob({ registry, repository }: RemoteRepository, bytes: Uint8Array): Promise<void> {
  const blob = descriptorOf(bytes, 'application/octet-stream')
  if (await registry.hasBlob(repository, blob)) return
  const open = async (from: number) => Readable.from([bytes.subarray(from)], { objectMode: false })
  await pushBlob(registry, repository, blob, { place: 'this step', open })
}

/** A bundle beside an image, as the registry holds it: not verified. */
export interface FoundReferrer {
  /** Of the referrer. */
  readonly digest: string
  readonly bundle: Uint8Array
}

/**
 * Reads the bundles beside an image, one after the other, without those that say that they are of another predicate
 * type. What is no referrer with a bundle, or has one of a size that none has, is left out. So is what is not what it
 * says of itself, by digest, size or type: anybody who may push can put it there, and it proves nothing.
 * @param budget what is beyond it is left out
 * @param passOver gets the digest of each bundle that is left out, and why; by default the debug log says it
 * @returns none if the registry has no list of referrers
 * @throws RegistryError if the registry refuses, or still fails after the retries
 */
export async function* bundlesBeside(
  target: RemoteRepository,
  digest: string,
  predicateType: string,
  budget: ReadingBudget,
  passOver: PassOver = (referrer, why) =>
    budget.debug(`The referrer ${referrer} of ${digest} is passed over: ${reasonText(why)}`),
): AsyncGenerator<FoundReferrer, void> {
  for (const referrer of (await target.registry.referrers(target.repository, digest)) ?? []) {
    const { artifactType = BUNDLE_TYPE, annotations } = referrer
    if (artifactType !== BUNDLE_TYPE) continue
    if (!saysType(annotations, predicateType)) {
      passOver(referrer.digest, otherType(annotations))
      continue
    }
    if (referrer.size > LIMITS.bundleManifestBytes) {
      passOver(referrer.digest, `its manifest has more than ${LIMITS.bundleManifestBytes} bytes`)
      continue
    }
    const beyond = budget.refuse(referrer.size)
    if (beyond !== null) {
      passOver(referrer.digest, notLookedAt(beyond), beyond)
      continue
    }
    const found = await readReferrer(target, referrer, digest, predicateType, budget, passOver).catch(
      (error: unknown) => {
        if (!isUntrue(error)) throw error
        passOver(referrer.digest, error.message)
        return null
      },
    )
    if (found !== null) yield found
  }
}

/**
 * Gets the digest of a referrer that is left out, and why.
 * @param beyond the limit, if it was not looked at: then nothing is known of it
 */
export type PassOver = (referrer: string, why: string, beyond?: Beyond) => void

const notLookedAt = (beyond: Beyond) =>
  `it was not looked at: the attestations, all together, ${HAVE[beyond]()}`

function otherType(annotations: Descriptor['annotations']): string {
  return `it says that it is of the predicate type ${clip(String(annotations?.[TYPE_ANNOTATION]), LONGEST_TYPE)}`
}

/** A longer predicate type is cut in messages. */
const LONGEST_TYPE = 200

/** Whether annotations name a predicate type, or none at all. */
function saysType(annotations: Descriptor['annotations'], predicateType: string): boolean {
  return (annotations?.[TYPE_ANNOTATION] ?? predicateType) === predicateType
}

/** Whether a referrer, or its blob, is missing or is not what it says; any other error is the registry's. */
function isUntrue(error: unknown): error is RegistryError {
  return error instanceof RegistryError && (error.mismatch || error.status === 404)
}

async function readReferrer(
  { registry, repository }: RemoteRepository,
  { digest }: Descriptor,
  subject: string,
  predicateType: string,
  budget: ReadingBudget,
  passOver: PassOver,
): Promise<FoundReferrer | null> {
  const { content } = await registry.manifest(repository, digest)
  const [layer] = content.layers ?? []
  const largest = predicateType === PROVENANCE_TYPE ? LIMITS.provenanceBundleBytes : LIMITS.bundleBytes
  const leftOut = (why: string, limit?: Beyond) => {
    passOver(digest, why, limit)
    return null
  }
  if (layer?.mediaType !== BUNDLE_TYPE) return leftOut('its first layer is no bundle')
  if (content.subject?.digest !== subject) return leftOut('it has another subject')
  if (!saysType(content.annotations, predicateType)) return leftOut(otherType(content.annotations))
  if (layer.size > largest) return leftOut(`it has more than ${largest} bytes`)
  const beyond = budget.refuse(layer.size)
  if (beyond !== null) return leftOut(notLookedAt(beyond), beyond)
  return { digest, bundle: await registry.readForeignBlob(repository, layer, largest) }
}

function descriptorOf(bytes: Uint8Array, mediaType: string): Descriptor {
  return { mediaType, digest: digestOf(bytes), size: bytes.length }
}
