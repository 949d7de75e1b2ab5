import { ask, openExisting } from '../../delivery/destination.ts'
import type { Ecr } from '../../ecr/port.ts'
import type { ImageMetadata } from '../../metadata/index.ts'
import { together } from '../../shared/together.ts'
import type { PromoteInputs } from '../promote/inputs.ts'
import { isSameRegistry, refuseUnlistedSource } from '../promote/source.ts'
import { expectProvenance, refuseUnproven } from '../provenance/expect.ts'
import { findImage } from '../siblings/find-image.ts'
import { planInputs } from '../siblings/inputs.ts'
import type { Planned } from '../step.ts'
import { usesOfPromote } from '../uses.ts'
import type { FinishWorld } from '../work.ts'
import { conclude, unasked, waitsOf } from './conclude.ts'
import { Findings } from './findings.ts'
import { findPlace, hasImage, plannedTags, tellPlace } from './place.ts'
import { homeOf } from './policies.ts'
import { findOthers, refuseSame, toldOther } from './registries.ts'

/** What `promote` would do: the image is found, and neither named nor copied. */
export async function planPromote(
  inputs: PromoteInputs,
  image: ImageMetadata,
  world: FinishWorld,
): Promise<Planned> {
  const findings = new Findings()
  const { source: from, repository, role, allowedAccounts } = inputs
  const sameRegistry = isSameRegistry(from.repository, repository)
  const isSame = sameRegistry && from.repository.name === repository.name
  const [ecr, sourceEcr] = await Promise.all([
    findings.attempt(world.connectEcr(inputs)),
    // One that is refused keeps the other from nothing here.
    sameRegistry
      ? null
      : findings.attempt(world.connectEcr({ repository: from.repository, role, allowedAccounts })),
  ])
  const asked = ecr && ask(ecr, repository.name, world)
  const holder = sameRegistry ? ecr : sourceEcr
  const answers = isSame ? asked : holder && ask(holder, from.repository.name, world)
  const source = holder === null || answers === null ? null : await findSource(holder, answers)
  const digest = source?.digest
  const plan = planInputs(inputs)
  const [place, others] = await Promise.all([
    ecr === null || asked === null ? null : findPlace(ecr, plan, image, digest, findings, world, asked),
    findOthers(plan, image, digest, findings, world),
  ])
  await refuseSame([place, ...others], findings)
  if (place !== null) tellPlace(place, world)
  const known = digest ?? null
  const everywhere = [place, ...others].every((one) => one !== null && hasImage(one, known))
  const exists = everywhere && image.tags.length > 0
  const shown = place?.image ?? image
  const name = from.digest !== null ? `@${from.digest}` : `:${from.tag}`
  return conclude(
    {
      work: {
        action: 'promote',
        image: {
          tags: shown.tags,
          version: shown.version,
          digest: known,
          source: `${source?.uri ?? from.repository.name}${name}`,
        },
        build: null,
        repositories: [
          place === null
            ? unasked(repository.name, image.tags, isSame ? 'tag' : 'copy')
            : {
                ...place.told,
                image: exists ? 'exists' : isSame ? 'tag' : 'copy',
                tags: plannedTags(place, known),
              },
          ...others.map((one) => toldOther(one, repository, image.tags, known)),
        ],
        maxSizeBytes: null,
        attest: null,
        ...waitsOf(inputs.after),
      },
      exists,
      uses: usesOfPromote(inputs, homeOf(inputs, place)),
    },
    findings,
    world,
  )

  /** Finds the image, and whether it has what it needs for the promotion. */
  async function findSource(held: Ecr, answered: ReturnType<typeof ask>) {
    const opening = openExisting(
      held,
      from.repository,
      answered,
      isSame ? "'source', 'repository'" : "'source'",
    )
    const finding = opening.then((opened) => findImage(opened, from, "'source'", world))
    const [opened, found] = await Promise.all([
      findings.attempt(opening),
      findings.attempt(finding),
      findings.attempt(
        refuseUnproven(
          expectProvenance(inputs.provenance, world),
          opening,
          finding.then((one) => [one]),
        ),
      ),
      isSame && inputs.registries.length === 0
        ? null
        : findings.attempt(
            together([opening, finding]).then(([at, one]) => refuseUnlistedSource(at, one, world)),
          ),
    ])
    return { uri: opened?.uri ?? null, digest: found ?? undefined }
  }
}
