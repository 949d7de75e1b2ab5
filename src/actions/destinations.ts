import { expectAfter } from '../after-push/expect.ts'
import type { After, AfterWorld } from '../after-push/index.ts'
import {
  carryOut,
  type Destination,
  type PlannedDestination,
  type Planning,
  refuseTwins,
} from '../delivery/destination.ts'
import type { Ecr } from '../ecr/port.ts'
import type { Teller } from '../ecr/settings/update.ts'
import type { Inputs } from '../inputs/index.ts'
import type { ImageMetadata } from '../metadata/index.ts'
import { metadataOutputs, repositoryOutputs } from '../report/outputs.ts'

type CheckInputs = Pick<Inputs, 'after' | 'repository'>
type CheckWorld = AfterWorld & Teller

/** Where an image goes. */
export interface Destinations {
  /** The first is that of `repository`. */
  readonly destinations: readonly [Destination, ...Destination[]]
  /** The checks that follow the push; null if none are wanted, or the push is to create the repository. */
  readonly after: After | null
}

/**
 * Finds out which checks can follow the push. Of a repository that does not exist, the registry's rules are checked.
 * @throws ActionError if what the inputs ask for cannot come
 */
export async function expectChecks(
  ecr: Ecr,
  { plan }: Planning,
  inputs: CheckInputs,
  world: CheckWorld,
): Promise<After | null> {
  const { repository } = await plan
  if (repository !== null) world.setOutputs(repositoryOutputs(repository, false))
  return expectAfter(ecr, repository, inputs, world)
}

/**
 * Everything has been checked, and from here on things are created and changed: repositories, and their settings.
 * @param wanted the image as the inputs name it
 * @param checks what follows the push, as it was prepared; null if there is nothing, or the repository has to exist first
 * @throws ActionError with all that ECR refused
 */
export async function settle(
  plans: readonly [PlannedDestination, ...PlannedDestination[]],
  wanted: ImageMetadata,
  checks: After | null,
  inputs: CheckInputs,
  world: CheckWorld,
): Promise<Destinations> {
  refuseTwins(plans)
  const destinations = (await carryOut(plans, world)) as [Destination, ...Destination[]]
  const [{ ecr, name, session, repository, created, image, uri }] = destinations
  world.setOutputs({
    registry: session.host,
    ...(repository === null ? { 'repository-uri': uri } : repositoryOutputs(repository, created === 'yes')),
    ...(image === wanted ? {} : metadataOutputs(name, image)),
  })
  return {
    destinations,
    after: created === 'yes' ? await expectAfter(ecr, repository, inputs, world) : checks,
  }
}
