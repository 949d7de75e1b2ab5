import type { RoleInput } from '../../aws/workflow.ts'
import { type PlannedDestination, refuseTwins } from '../../delivery/destination.ts'
import { afterElsewhere } from '../../inputs/after-push.ts'
import { inputsFor, type RegistryTarget } from '../../inputs/registries.ts'
import type { ImageMetadata } from '../../metadata/index.ts'
import type { PlannedRepository } from '../../report/plan.ts'
import { tellInFew } from '../../shared/in-few.ts'
import type { World } from '../../world.ts'
import { unasked } from './conclude.ts'
import type { Findings } from './findings.ts'
import {
  findPlace,
  hasImage,
  type PlaceFound,
  type PlaceInputs,
  type PlaceWorld,
  plannedTags,
} from './place.ts'

/**
 * Asks about the repository in every further registry, at the same time.
 * @param digest as {@link findPlace} takes it
 * @returns by the order of `registries`; null for one whose ECR could not be connected to
 */
export async function findOthers<
  T extends PlaceInputs & { readonly role: RoleInput | null; readonly registries: readonly RegistryTarget[] },
>(
  inputs: T,
  wanted: ImageMetadata,
  digest: string | null | undefined,
  findings: Findings,
  world: PlaceWorld & Pick<World, 'connectEcr'>,
): Promise<(PlaceFound | null)[]> {
  const notices: string[] = []
  const gathering = { ...world, notice: (line: string) => void notices.push(line) }
  const found = await Promise.all(
    inputs.registries.map(async (target) => {
      const own = { ...inputsFor(inputs, target), after: afterElsewhere(inputs.after) }
      const ecr = await findings.attempt(world.connectEcr(own))
      return ecr === null ? null : findPlace(ecr, own, wanted, digest, findings, gathering)
    }),
  )
  tellInFew(notices, world.notice, world.log)
  return found
}

/** Those that could be planned. */
export const holdersOf = (places: readonly (PlaceFound | null)[]): PlannedDestination[] =>
  places.flatMap((place) => place?.destination ?? [])

/** Notes if two of the registries are one and the same. */
export async function refuseSame(places: readonly (PlaceFound | null)[], findings: Findings): Promise<void> {
  // One of an unknown host is like no other.
  const known = holdersOf(places).filter(({ plan, session }) => plan.repository ?? session)
  await findings.attempt(() => refuseTwins(known))
}

/** A further registry, for the plan. */
export function toldOther(
  place: PlaceFound | null,
  { name }: PlaceInputs['repository'],
  tags: readonly string[],
  digest: string | null,
): PlannedRepository {
  if (place === null) return unasked(name, tags, 'copy')
  return {
    ...place.told,
    image: hasImage(place, digest) ? 'exists' : 'copy',
    tags: plannedTags(place, digest),
  }
}
