import { expectAfter } from '../after-push/expect.ts'
import type { After, AfterWorld } from '../after-push/index.ts'
import {
  carryOut,
  type Destination,
  type PlannedDestination,
  type Planning,
  refuseTwins,
} from '../delivery/destination.ts'
import { tagsBefore } from '../delivery/measure.ts'
import type { WantedTags } from '../ecr/image-before.ts'
import type { Ecr } from '../ecr/port.ts'
import type { Teller } from '../ecr/settings/update.ts'
import { afterElsewhere } from '../inputs/after-push.ts'
import type { Inputs } from '../inputs/index.ts'
import type { ImageMetadata } from '../metadata/index.ts'
import { metadataOutputs, repositoryOutputs } from '../report/outputs.ts'
import { together } from '../shared/together.ts'

type CheckInputs = Pick<Inputs, 'after' | 'repository' | 'registries'>
type CheckWorld = AfterWorld & Teller

/** Where an image goes. */
export interface Destinations {
  /** The first is that of `repository`. */
  readonly destinations: readonly [Destination, ...Destination[]]
  /** The checks that follow the push, by destination; null if none are wanted, or ECR creates the repository on the push. */
  readonly after: readonly (After | null)[]
}

/**
 * Finds out which checks can follow the push, by destination. Of a repository that does not exist, the registry's rules
 * are checked.
 * @param others the destinations of `registries`
 * @param before what the tags of the first one name; by default as far as the plan has asked for it
 * @throws ActionError if what the inputs ask for cannot come
 */
export async function expectChecks(
  ecr: Ecr,
  { plan }: Planning,
  others: Promise<readonly PlannedDestination[]>,
  inputs: CheckInputs,
  world: CheckWorld,
  before: WantedTags['before'] = async () => (await plan).images,
): Promise<(After | null)[]> {
  const first = plan.then(({ repository, image }) => {
    if (repository !== null) world.setOutputs(repositoryOutputs(repository, false))
    return expectAfter(ecr, repository, inputs, { tags: image.tags, before }, world)
  })
  const elsewhere = others.then((all) =>
    together(all.map((one, at) => expectElsewhere(one, at, inputs, world))),
  )
  const [checks, more] = await together([first, elsewhere])
  return [checks, ...more]
}

/** What is checked in a registry of `registries`. */
function expectElsewhere(
  { ecr, name, plan, session }: PlannedDestination,
  at: number,
  { after, registries }: CheckInputs,
  world: CheckWorld,
): Promise<After | null> {
  const repository = {
    name,
    registryId: registries[at]?.registryId ?? null,
    ...(session === null ? {} : { uri: `${session.host}/${name}` }),
  }
  return expectAfter(ecr, plan.repository, { after: afterElsewhere(after), repository }, null, world)
}

/**
 * Everything has been checked, and from here on things are created and changed: repositories, and their settings.
 * @param wanted the image as the inputs name it
 * @param checks what follows the push, by destination, as it was prepared
 * @throws ActionError with all that ECR refused
 */
export async function settle(
  plans: readonly [PlannedDestination, ...PlannedDestination[]],
  wanted: ImageMetadata,
  checks: readonly (After | null)[],
  inputs: CheckInputs,
  world: CheckWorld,
): Promise<Destinations> {
  refuseTwins(plans)
  const destinations = (await carryOut(plans, world)) as [Destination, ...Destination[]]
  const [{ name, session, repository, created, image, uri }] = destinations
  world.setOutputs({
    registry: session.host,
    ...(repository === null ? { 'repository-uri': uri } : repositoryOutputs(repository, created === 'yes')),
    ...(image === wanted ? {} : metadataOutputs(name, image)),
  })
  return {
    destinations,
    after: await together(
      destinations.map((destination, at) => {
        const { ecr, repository } = destination
        // Prepared already; or it is prepared once ECR has created the repository on the push.
        if (plans[at]?.plan.repository !== null || repository === null) return checks[at] ?? null
        const after = at === 0 ? inputs.after : afterElsewhere(inputs.after)
        return expectAfter(ecr, repository, { ...inputs, after }, tagsOfNew(destination, world), world)
      }),
    ),
  }
}

/**
 * What the tags of a repository name that did not exist when this run looked for it.
 * @returns null if this run has created it: then they name nothing
 */
function tagsOfNew(
  { ecr, name, uri, created, image: { tags }, images }: Destination,
  world: CheckWorld,
): WantedTags | null {
  if (created === 'yes') return null
  const before = () =>
    tagsBefore({ ecr, name }, tags, images, ({ message }) =>
      world.log(`What the tags of ${uri} name before the push is not known: ${message}`),
    )
  return { tags, before }
}
