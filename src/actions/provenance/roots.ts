import type { ProvenanceInputs } from '../../inputs/provenance.ts'
import { combineErrors } from '../../shared/combine.ts'
import { ActionError } from '../../shared/errors.ts'
import type { SigstoreChoice, SigstoreInstance } from '../../sigstore/instance.ts'
import { keptTrustRoot } from '../../sigstore/kept-trust-root.ts'
import { rootInFile, rootOfInstance } from '../../sigstore/load-root.ts'
import type { TrustRoot } from '../../sigstore/verify.ts'
import type { ProvenanceWorld } from './check.ts'

/** A trust root, and what a bundle needs besides a certificate of it. */
interface NamedRoot {
  /** For messages: `the public good instance`. */
  readonly name: string
  readonly root: TrustRoot
  /** Whether an entry in a transparency log is needed; if not, a timestamp will do. */
  readonly log: boolean
}

/** The trust roots of which one has to verify a bundle. */
export interface Trust {
  readonly roots: readonly NamedRoot[]
  /** Why others are not there, although the inputs mean them too. */
  readonly missing: readonly unknown[]
  /** For the log. */
  readonly said: string
}

const INSTANCE_NAMES = {
  'public-good': 'the public good instance',
  github: "GitHub's own instance",
} as const

/**
 * Loads the trust roots that the inputs mean: the given file, which is then the only one; else those of the instances.
 * @throws ActionError if there is none
 */
export async function loadTrust(
  { sigstore, trustedRoot }: ProvenanceInputs,
  world: ProvenanceWorld,
): Promise<Trust> {
  if (trustedRoot !== null) {
    const root = await rootInFile(trustedRoot)
    const log = needsLog(sigstore, root)
    const needed = log ? 'an entry of its transparency log is needed' : 'a timestamp will do'
    return {
      roots: [{ name: trustedRoot.path, root, log }],
      missing: [],
      said: `the trust root ${trustedRoot.path} (${needed})`,
    }
  }
  if (sigstore === 'custom') throw new TypeError('a custom instance of Sigstore without a trust root')
  refuseOtherServers(world.job.serverUrl)
  const instances = sigstore === 'auto' ? (['public-good', 'github'] as const) : [sigstore]
  const loaded = await Promise.allSettled(instances.map((instance) => loadRoot(instance, world)))
  const roots = loaded.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  const missing = loaded.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []))
  if (roots.length === 0) throw combineErrors(missing)
  const names = roots.map(({ name }) => name).join(' or ')
  return { roots, missing, said: `the trust root of ${names} of Sigstore` }
}

async function loadRoot(
  instance: Exclude<SigstoreInstance, 'custom'>,
  world: ProvenanceWorld,
): Promise<NamedRoot> {
  const { job } = world
  const root = await rootOfInstance(instance, await job.openTransport(), job.temporary, (url) =>
    keptTrustRoot(job.toolCache, url, world),
  )
  return { name: INSTANCE_NAMES[instance], root, log: needsLog(instance, root) }
}

/**
 * Whether an entry in a transparency log is needed, as the instance signs: GitHub's own has no log, and timestamps in its
 * place. Of an instance that is not named, its trust root says whether it has one.
 */
function needsLog(sigstore: SigstoreChoice, { tlogs }: TrustRoot): boolean {
  if (sigstore === 'public-good') return true
  return sigstore !== 'github' && tlogs.length > 0
}

/** @throws ActionError on a server whose jobs are signed for by an instance of its own */
function refuseOtherServers(serverUrl: string): void {
  const { host } = new URL(serverUrl)
  if (host === 'github.com') return
  throw new ActionError(
    `require-provenance: the trust root of the instance of Sigstore that signs for the jobs of ${host} is not known.`,
    'give it with sigstore-trusted-root; for a host of GitHub Enterprise Cloud, gh attestation trusted-root writes one line for each instance, of which that with fulcio in its host is it. The reusable workflows have no input for it: use the action in a job of your own.',
    { page: 'trust.md#trust-roots' },
  )
}
