import type { OpenRepository } from '../../delivery/destination.ts'
import { explaining } from '../../delivery/explaining.ts'
import type { ProvenanceInputs } from '../../inputs/provenance.ts'
import type { RemoteRepository } from '../../registry/copy.ts'
import { LIMITS } from '../../shared/limits.ts'
import { InvalidBundle, reasonText } from '../../sigstore/errors.ts'
import { misfitsOf, type ProvenanceSigner, signerIn } from '../../sigstore/policy.ts'
import { PROVENANCE_TYPE } from '../../sigstore/provenance.ts'
import type { Beyond, ReadingBudget } from '../../sigstore/reading-budget.ts'
import { bundlesBeside, type FoundReferrer } from '../../sigstore/referrer.ts'
import { type Verified, verifyBundle } from '../../sigstore/verify.ts'
import { listedReferrers } from '../attest/referrers.ts'
import type { ProvenanceWorld } from './check.ts'
import type { Trust } from './roots.ts'

/** What of an image is looked for, where, and how. */
export interface Search {
  readonly source: OpenRepository
  readonly place: RemoteRepository
  /** The digest that the provenance has to be about. */
  readonly subject: string
  readonly inputs: ProvenanceInputs
  readonly trust: Trust
  readonly budget: ReadingBudget
}

/** What was found beside an image. */
export interface FoundProvenance {
  readonly subject: string
  /** Null if nothing is accepted. */
  readonly accepted: {
    readonly referrer: string
    readonly signer: ProvenanceSigner
    readonly logIndex: string | null
  } | null
  /** The digests of what is not accepted, and why. */
  readonly refused: readonly { readonly referrer: string; readonly why: string }[]
  /** What is archived in ECR, and so cannot be read. */
  readonly archived: readonly string[]
  /** How much refers to the image, of any kind. */
  readonly listed: number
  /** The limit that has kept some of it from being looked at; null if none has. */
  readonly unread: Beyond | null
}

/**
 * Looks for one bundle beside an image that verifies, and whose certificate is as the policy wants it. Anybody who may
 * push can put anything there: what does not verify is no error, and how much is read has a limit.
 * @throws ActionError if what is beside the image cannot be listed or read
 */
export async function searchProvenance(search: Search, world: ProvenanceWorld): Promise<FoundProvenance> {
  const { source, place, subject, inputs, budget } = search
  const { archived, listed } = await listBeside(search, world)
  const refused: { referrer: string; why: string }[] = []
  let unread: Beyond | null = null
  const nothing = () => ({ subject, accepted: null, refused, archived, listed, unread })
  if (listed === archived.length) return nothing()
  const refuse = (referrer: string, reason: string, beyond?: Beyond) => {
    unread ??= beyond ?? null
    const why = reasonText(reason)
    budget.debug(`The referrer ${referrer} of ${subject} is not accepted: ${why}`)
    refused.push({ referrer, why })
  }
  return explaining(`Reading what is beside ${source.uri}@${subject}`, async () => {
    let read = 0
    for await (const bundle of bundlesBeside(place, subject, PROVENANCE_TYPE, budget, refuse)) {
      if (++read > LIMITS.bundlesOfImage) {
        refuse(
          bundle.digest,
          `it and what follows it was not looked at: ECR takes ${LIMITS.bundlesOfImage} for an image`,
          'size',
        )
        break
      }
      const verified = verifyWithAny(search, bundle, refuse)
      if (verified === null) continue
      const misfits = misfitsOf(verified, inputs.policy)
      if (misfits.length === 0) {
        const signer = signerIn(verified, inputs.policy.serverUrl)
        const accepted = { referrer: bundle.digest, signer, logIndex: verified.logIndex }
        return { ...nothing(), accepted }
      }
      refuse(bundle.digest, misfits.join('; '))
    }
    return nothing()
  })
}

/** ECR's API says more than the registry: what is archived, and which permission is missing. */
async function listBeside({ source, subject }: Search, world: ProvenanceWorld) {
  const { ecr, name } = source
  if (ecr.listReferrers === undefined) {
    const all = await listedReferrers(source, subject, world)
    return { archived: [], listed: all.length }
  }
  const all = await ecr.listReferrers({ name }, subject)
  const archived = all.filter(({ active }) => !active).map(({ digest }) => digest)
  return { archived, listed: all.length }
}

/** @returns what a bundle proves by one of the trust roots; null if by none */
function verifyWithAny(
  { subject, trust }: Search,
  { digest, bundle }: FoundReferrer,
  refuse: (referrer: string, why: string) => void,
): Verified | null {
  const reasons: string[] = []
  for (const { name, root, log } of trust.roots) {
    const expected = { digest: subject, predicateType: PROVENANCE_TYPE, signer: null, log }
    try {
      return verifyBundle(bundle, root, expected)
    } catch (error) {
      if (!(error instanceof InvalidBundle)) throw error
      reasons.push(trust.roots.length === 1 ? error.message : `by ${name}: ${error.message}`)
    }
  }
  refuse(digest, `it does not verify (${[...new Set(reasons)].join('; ')})`)
  return null
}
