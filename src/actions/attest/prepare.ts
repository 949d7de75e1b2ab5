import type { PlannedDestination } from '../../delivery/destination.ts'
import type { AttestInputs } from '../../inputs/attest.ts'
import { ActionError } from '../../shared/errors.ts'
import { together } from '../../shared/together.ts'
import { chooseInstance, type SigstoreInstance, servicesOf } from '../../sigstore/instance.ts'
import { rootInFile, rootOfInstance } from '../../sigstore/load-root.ts'
import type { Transport } from '../../sigstore/transport.ts'
import type { TrustRoot } from '../../sigstore/verify.ts'
import { attestImage } from './attest.ts'
import type { Attester, AttestWorld } from './attester.ts'
import type { SigningSetup } from './existing.ts'
import { jobIdentity, refuseWithoutToken } from './identity.ts'
import { refuseUnlisted, refuseUnlistedAfterCreation } from './referrers.ts'

/**
 * Everything about signing that can be known before the build: whether the job has an identity, which instance of
 * Sigstore signs for it, its trust root, and whether every registry tells of what is put beside an image.
 * @throws ActionError with all that stands in the way
 */
export async function prepareAttestation(
  inputs: AttestInputs,
  holders: () => Promise<readonly PlannedDestination[]>,
  world: AttestWorld,
): Promise<Attester> {
  const [setup] = await together([
    prepareSetup(inputs, world),
    holders().then((all) => together(all.map((holder) => refuseUnlisted(holder, world)))),
  ])
  return {
    signedBy: instanceName(setup.services.instance),
    confirm: async (destinations) => {
      await together(destinations.map((destination) => refuseUnlistedAfterCreation(destination, world)))
    },
    attest: (image) => attestImage(setup, image, world),
  }
}

async function prepareSetup(inputs: AttestInputs, world: AttestWorld): Promise<SigningSetup> {
  await refuseWithoutToken(world)
  const { job } = world
  const { claims } = await jobIdentity(job)
  const instance = chooseInstance(inputs.sigstore, claims.repository_visibility, job.serverUrl)
  world.debug(
    `sigstore: ${inputs.sigstore} is ${instance} for ${claims.repository}, which is ${claims.repository_visibility ?? 'public or private (its token does not say)'}; the trust root is ${inputs.trustedRoot?.path ?? "the instance's own"}`,
  )
  const transport = await job.openTransport()
  const [services, trustedRoot] = await together([
    servicesFor(inputs, instance, job.serverUrl),
    trustRootFor(inputs, instance, transport, world),
  ])
  const { refuseUnverifiable } = await import('../../sigstore/custom.ts')
  const given = inputs.trustedRoot
  refuseUnverifiable(
    services,
    trustedRoot,
    given === null ? `The trust root of ${instanceName(instance)}` : `sigstore-trusted-root: ${given.path}`,
  )
  world.log(`What this run attests is signed by ${instanceName(instance)} (${services.certificates.host})`)
  return { inputs, transport, services, trustedRoot, claims }
}

async function servicesFor({ signingConfig }: AttestInputs, instance: SigstoreInstance, serverUrl: string) {
  if (instance !== 'custom') return servicesOf(instance, serverUrl)
  const { servicesIn } = await import('../../sigstore/custom.ts')
  return servicesIn(signingConfig?.text ?? '', signingConfig?.path ?? '', new Date())
}

async function trustRootFor(
  { trustedRoot }: AttestInputs,
  instance: SigstoreInstance,
  transport: Transport,
  { job }: Pick<AttestWorld, 'job'>,
): Promise<TrustRoot> {
  if (trustedRoot !== null) return rootInFile(trustedRoot)
  if (instance === 'custom') throw new TypeError('a custom instance of Sigstore without a trust root')
  const { host } = new URL(job.serverUrl)
  if (instance === 'github' && host !== 'github.com') {
    throw new ActionError(
      `sigstore: the trust root of GitHub's own instance of Sigstore on ${host} is not known.`,
      'give it with sigstore-trusted-root: gh attestation trusted-root writes one line for each instance, of which that with fulcio in its host is it.',
      { page: 'attest.md#where-it-is-signed' },
    )
  }
  return rootOfInstance(instance, transport, job.temporary)
}

function instanceName(instance: SigstoreInstance): string {
  if (instance === 'custom') return "Sigstore's services of sigstore-signing-config"
  return instance === 'github' ? "GitHub's own instance of Sigstore" : "Sigstore's public good instance"
}
