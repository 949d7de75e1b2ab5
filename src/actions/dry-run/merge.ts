import { ask, openExisting } from '../../delivery/destination.ts'
import type { ImageMetadata } from '../../metadata/index.ts'
import { expectAttestation } from '../attest/expect.ts'
import { makeIndexOf } from '../merge/index-of.ts'
import type { MergeInputs } from '../merge/inputs.ts'
import { expectProvenance, refuseUnproven } from '../provenance/expect.ts'
import { planInputs } from '../siblings/inputs.ts'
import type { Planned } from '../step.ts'
import { usesOfMerge } from '../uses.ts'
import type { FinishWorld } from '../work.ts'
import { conclude, unasked, waitsOf } from './conclude.ts'
import { Findings } from './findings.ts'
import { findPlace, hasImage, plannedTags, tellPlace } from './place.ts'
import { homeOf } from './policies.ts'
import { findOthers, holdersOf, refuseSame, toldOther } from './registries.ts'

/** What `merge` would do: the index is made as a run makes it, and not written. */
export async function planMerge(
  inputs: MergeInputs,
  image: ImageMetadata,
  world: FinishWorld,
): Promise<Planned> {
  const findings = new Findings()
  const { repository, attest } = inputs
  const ecr = await findings.attempt(world.connectEcr(inputs))
  const asked = ecr && ask(ecr, repository.name, world)
  let digest: string | undefined
  if (ecr !== null && asked !== null) {
    const opening = openExisting(ecr, repository, asked, "'repository'")
    const reading = opening.then((source) => makeIndexOf(source, inputs, world))
    const [made] = await Promise.all([
      findings.attempt(reading),
      findings.attempt(
        refuseUnproven(
          expectProvenance(inputs.provenance, world),
          opening,
          reading.then(() => inputs.digests.map((one) => one.digest)),
        ),
      ),
    ])
    digest = made?.index.digest
  }
  const plan = planInputs(inputs)
  const [place, others] = await Promise.all([
    ecr === null || asked === null ? null : findPlace(ecr, plan, image, digest, findings, world, asked),
    findOthers(plan, image, digest, findings, world),
  ])
  await refuseSame([place, ...others], findings)
  const attester = await findings.attempt(
    expectAttestation(inputs, async () => holdersOf([place, ...others]), world),
  )
  if (place !== null) tellPlace(place, world)
  const known = digest ?? null
  const everywhere = [place, ...others].every((one) => one !== null && hasImage(one, known))
  const exists = everywhere && image.tags.length > 0 && attest.what.length === 0
  const shown = place?.image ?? image
  return conclude(
    {
      work: {
        action: 'merge',
        image: { tags: shown.tags, version: shown.version, digest: known, source: null },
        build: null,
        repositories: [
          place === null
            ? unasked(repository.name, image.tags, 'push')
            : { ...place.told, image: exists ? 'exists' : 'push', tags: plannedTags(place, known) },
          ...others.map((one) => toldOther(one, repository, image.tags, known)),
        ],
        maxSizeBytes: null,
        attest:
          attest.what.length === 0
            ? null
            : { what: attest.what, does: 'sign', signedBy: attester?.signedBy ?? null },
        ...waitsOf(inputs.after),
      },
      exists,
      uses: usesOfMerge(inputs, homeOf(inputs, place)),
    },
    findings,
    world,
  )
}
