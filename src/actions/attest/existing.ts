import type { AttestInputs } from '../../inputs/attest.ts'
import type { RemoteRepository } from '../../registry/copy.ts'
import type { JobClaims } from '../../sigstore/claims.ts'
import { InvalidBundle } from '../../sigstore/errors.ts'
import type { SigstoreServices } from '../../sigstore/instance.ts'
import type { ReadingBudget } from '../../sigstore/reading-budget.ts'
import { bundlesBeside } from '../../sigstore/referrer.ts'
import { SOURCE_OWNER_ID, SOURCE_REPOSITORY, SOURCE_REPOSITORY_ID } from '../../sigstore/signer.ts'
import type { Transport } from '../../sigstore/transport.ts'
import { type Expected, type TrustRoot, type Verified, verifyBundle } from '../../sigstore/verify.ts'

/** What signing and verifying need, found before the build. */
export interface SigningSetup {
  readonly inputs: AttestInputs
  readonly transport: Transport
  readonly services: SigstoreServices
  readonly trustedRoot: TrustRoot
  /** Of the job's token from before the build. */
  readonly claims: JobClaims
}

/** An attestation beside an image, verified. */
export interface FoundAttestation {
  /** Its digest. */
  readonly referrer: string
  readonly predicateType: string
  readonly verified: Verified
}

/**
 * Looks for an attestation beside an image. What does not verify proves nothing, and is passed over.
 * @param budget of all that is read beside the image
 * @param accept what else a verified one, and its digest, has to be
 * @returns the first that is accepted; null if there is none
 * @throws RegistryError if the registry cannot be read
 */
export async function findAttestation(
  { trustedRoot, services }: Pick<SigningSetup, 'trustedRoot' | 'services'>,
  target: RemoteRepository,
  wanted: Omit<Expected, 'log'>,
  budget: ReadingBudget,
  accept: (verified: Verified, referrer: string) => boolean,
): Promise<FoundAttestation | null> {
  const { digest, predicateType } = wanted
  for await (const found of bundlesBeside(target, digest, predicateType, budget)) {
    try {
      const verified = verifyBundle(found.bundle, trustedRoot, { ...wanted, log: services.log !== null })
      if (accept(verified, found.digest)) return { referrer: found.digest, predicateType, verified }
    } catch (error) {
      if (!(error instanceof InvalidBundle)) throw error
      budget.debug(`The referrer ${found.digest} of ${digest} is passed over: ${error.message}`)
    }
  }
  return null
}

/**
 * Whether a certificate was made for any job of the repository that these claims name. Its numbers count too: a name that
 * was given up can be another's by now.
 */
export function isOfRepository(
  { issuer, extensions }: Verified,
  claims: Pick<JobClaims, 'iss' | 'repository' | 'repository_id' | 'repository_owner_id'>,
  serverUrl: string,
): boolean {
  return (
    issuer === claims.iss &&
    extensions.get(SOURCE_REPOSITORY) === `${serverUrl}/${claims.repository}` &&
    extensions.get(SOURCE_REPOSITORY_ID) === claims.repository_id &&
    extensions.get(SOURCE_OWNER_ID) === claims.repository_owner_id
  )
}
