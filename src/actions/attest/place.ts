import { placeOf, REGISTRIES_AT_ONCE } from '../../delivery/deliver.ts'
import type { OpenRepository } from '../../delivery/destination.ts'
import { explaining } from '../../delivery/explaining.ts'
import { copyImage } from '../../registry/copy.ts'
import { ActionError } from '../../shared/errors.ts'
import { fanOut, oneError } from '../../shared/fanout.ts'
import { together } from '../../shared/together.ts'
import { attest } from '../../sigstore/attest.ts'
import { explainSigstoreError } from '../../sigstore/errors.ts'
import type { GitHubStore } from '../../sigstore/job.ts'
import { provenanceOf } from '../../sigstore/provenance.ts'
import { pushReferrer } from '../../sigstore/referrer.ts'
import { signerOf } from '../../sigstore/signer.ts'
import type { AttestedImage, AttestWorld } from './attester.ts'
import type { SigningSetup } from './existing.ts'
import { signingIdentity } from './identity.ts'
import { awaitListed, listedReferrers, MOST_REFERRERS } from './referrers.ts'
import type { PlacedAttestation } from './report.ts'
import type { Saying } from './sayings.ts'

/** What came of an attestation that the first registry has taken. */
export interface Placing {
  /** Null if ECR does not list it beside the image there. */
  readonly placed: PlacedAttestation | null
  /** Why it is not in every registry; null if it is. */
  readonly failure: unknown
}

/**
 * Signs one thing, and puts it beside the image in every registry, and into GitHub's store.
 * @throws ActionError that says what failed, if not even the first registry has it
 */
export async function signAndPlace(
  setup: SigningSetup,
  { what, subject, predicate: prepared }: Saying,
  image: AttestedImage,
  world: AttestWorld,
): Promise<Placing> {
  const [first] = image.holders
  const target = await placeOf(first, world)
  const named = `attestation (${what}) of ${first.uri}@${subject}`
  const { mediaType, digest, bytes } = await explaining(`Reading ${first.uri}@${subject}`, () =>
    target.registry.manifest(target.repository, subject),
  )
  const { transport, services, trustedRoot } = setup
  const { claims, token } = await signingIdentity(setup, world.job, named)
  // Of the token that signs: the provenance says what the certificate says.
  const predicate = what === 'provenance' ? provenanceOf(claims, world.job.serverUrl) : prepared
  const signing = {
    transport,
    services,
    trustedRoot,
    identity: { token, subject: claims.sub },
    signer: signerOf(claims, world.job.serverUrl),
  }
  const signed = await attest(signing, { name: first.uri, digest: subject }, predicate).catch((error) => {
    throw explainSigstoreError(`The ${named}`, services.instance, error)
  })
  const descriptor = { mediaType, digest, size: bytes.length }
  const referrer = await explaining(`The push of the ${named}`, () =>
    pushReferrer(target, descriptor, signed, new Date()),
  )
  const { logIndex } = signed.verified
  world.debug(
    `The ${named} is signed by ${signed.verified.identity}, ${logIndex === null ? 'in no log' : `entry ${logIndex} of the log`}, and verified; its size is ${signed.bundle.byteLength} bytes`,
  )
  world.log(`Put the ${named} beside it: ${referrer}`)
  const unstored = {
    what,
    subject,
    referrer,
    predicateType: predicate.type,
    verified: signed.verified,
    url: null,
  }
  const placing = await distribute(image, unstored, world)
  // Another registry that fails takes nothing from it: an attempt that finds it here signs, and stores, nothing.
  if (placing.placed === null) return placing
  const url = await storeAtGitHub(claims.repository, signed.bundle, world)
  return { ...placing, placed: { ...placing.placed, url } }
}

/**
 * Copies an attestation from the first registry to every other, and waits until ECR lists it in each.
 * @param where `others` if the first registry lists it already
 * @returns with an ActionError that says which registries have it, if one of them has not
 */
export async function distribute(
  image: AttestedImage,
  placed: PlacedAttestation,
  world: AttestWorld,
  where: 'everywhere' | 'others' = 'everywhere',
): Promise<Placing> {
  const { subject, referrer } = placed
  const [first] = image.holders
  const source = await placeOf(first, world)
  const outcomes = await fanOut(image.holders, REGISTRIES_AT_ONCE, async (holder: OpenRepository) => {
    if (holder === first && where === 'others') return
    if (holder !== first) {
      await explaining(`The copy of the attestation ${referrer} to ${holder.uri}`, async () =>
        copyImage(source, await placeOf(holder, world), referrer, { log: world.log }),
      )
    }
    await awaitListed(holder, subject, referrer, world)
  })
  const failure = oneError(`The attestation ${referrer}`, outcomes, ({ uri }) => uri)
  return { placed: outcomes[0]?.ok === true ? placed : null, failure }
}

/**
 * Before anything is signed: a log forgets nothing.
 * @param subjects the digests that something is to be put beside, one for each
 * @throws ActionError if an image has so many referrers that ECR would not take what is to come
 */
export async function refuseFull(
  image: AttestedImage,
  subjects: readonly string[],
  world: AttestWorld,
): Promise<void> {
  const coming = new Map<string, number>()
  for (const subject of subjects) coming.set(subject, (coming.get(subject) ?? 0) + 1)
  const pairs = [...coming].flatMap(([subject, count]) =>
    image.holders.map((holder) => ({ subject, count, holder })),
  )
  await together(
    pairs.map(async ({ subject, count, holder }) => {
      const listed = await listedReferrers(holder, subject, world)
      if (listed.length + count <= MOST_REFERRERS) return
      throw new ActionError(
        `${holder.uri}@${subject} has ${listed.length} referrers (signatures, attestations), and ECR takes no more than ${MOST_REFERRERS} for an image, so that it was not attested.`,
        'delete those that nobody needs (aws ecr list-image-referrers, aws ecr batch-delete-image), and run the job again.',
        { page: 'attest.md#what-can-go-wrong' },
      )
    }),
  )
}

/** GitHub's own store is a second copy: without it, the registry's counts all the same. */
async function storeAtGitHub(
  repository: string,
  bundle: Uint8Array,
  { job, log, warn }: AttestWorld,
): Promise<string | null> {
  try {
    const kept = await job.storeAtGitHub(repository, bundle)
    if (kept === null) return null
    if (kept.stored) {
      log(`GitHub keeps the attestation too: ${kept.url}`)
      return kept.url
    }
    log(`GitHub's own store has no copy of the attestation (${whyNotKept(kept)}`)
  } catch (error) {
    warn(
      `GitHub's own store has no copy of the attestation: ${(error as Error).message}. The registry has it, and tools find it there`,
    )
  }
  return null
}

/** GitHub refuses for other reasons too, as an IP allow list: only in its own words is the permission the reason. */
function whyNotKept({ status, said }: Extract<GitHubStore, { stored: false }>): string {
  const answer = `${status}${said === '' ? '' : `: ${said}`})`
  if (status === 404) {
    return `${answer}: the job lacks the permission attestations: write, or this GitHub has no such store`
  }
  const lacks = /not accessible by/i.test(said) ? 'lacks' : 'may lack'
  return `${answer}: the job ${lacks} the permission attestations: write`
}
