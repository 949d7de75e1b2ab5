import { ask, beginPlan, openExisting, planned, planOthers } from '../../delivery/destination.ts'
import { manifestReader } from '../../delivery/manifest-reader.ts'
import { imageMetadata } from '../../metadata/describe.ts'
import type { ImageMetadata } from '../../metadata/index.ts'
import { together } from '../../shared/together.ts'
import { describeTagged } from '../describe-tagged.ts'
import { expectChecks, settle } from '../destinations.ts'
import { finish } from '../finish.ts'
import { expectProvenance, refuseUnproven } from '../provenance/expect.ts'
import { withRolesReady } from '../roles.ts'
import { findImage } from '../siblings/find-image.ts'
import { planInputs } from '../siblings/inputs.ts'
import { prepared, SHORT_DIGEST, tagsSoFar } from '../stages.ts'
import { runAction } from '../step.ts'
import { warm } from '../warm.ts'
import type { FinishWorld, OuterWorld } from '../work.ts'
import type { PromoteInputs } from './inputs.ts'
import { isSameRegistry, refuseUnlistedSource } from './source.ts'

/** Connections to where the image goes that are opened before it is known how many layers there are: as few have. */
const TARGET_CONNECTIONS = 6

/**
 * Gives an image that is in ECR more tags, or copies it with all that belongs to it, digest unchanged, through the
 * registry's API alone.
 * @throws ActionError if there is no such image, a tag is taken, or a destination could not get it
 */
export async function promote(given: PromoteInputs, outer: OuterWorld): Promise<void> {
  await runAction(given, outer, async (world, progress) => {
    progress.pushes = !given.dryRun
    const inputs = await withRolesReady(given, ({ usesOfPromote }, home) => usesOfPromote(given, home), world)
    const image = await describePromoted(inputs, world)
    progress.image = image
    world.setOutputs({ version: image.version, pushed: 'false' })
    if (inputs.dryRun) {
      const { planPromote } = await import('../dry-run/promote.ts')
      return planPromote(inputs, image, world)
    }

    const { source: from, repository, role } = inputs
    const sameRegistry = isSameRegistry(from.repository, repository)
    const [ecr, sourceEcr] = await together([
      world.connectEcr(inputs),
      sameRegistry ? null : world.connectEcr({ repository: from.repository, role }),
    ])
    const asked = ask(ecr, repository.name, world)
    const isSame = sameRegistry && from.repository.name === repository.name
    const holder = sourceEcr ?? ecr
    const opening = openExisting(
      holder,
      from.repository,
      isSame ? asked : ask(holder, from.repository.name, world),
      isSame ? "'source', 'repository'" : "'source'",
    )
    const digest = opening.then((source) => findImage(source, from, "'source'", world))
    const ready = opening.then(async (at) => manifestReader(at, await digest, world))
    // It is on its way while ECR is asked for the rest. Who needs it hears of a failure.
    ready.then((read) => read()).catch(() => undefined)
    if (!isSame) {
      // What the copy needs first: a connection to a distant registry takes three times as long as a question.
      opening.then(({ session }) => warm(session, 1, world)).catch(() => undefined)
      asked.session.then((session) => warm(session, TARGET_CONNECTIONS, world)).catch(() => undefined)
    }
    const proving = refuseUnproven(
      expectProvenance(inputs.provenance, world),
      opening,
      digest.then((found) => [found]),
    )
    const plan = planInputs(inputs)
    const planning = beginPlan(ecr, plan, image, world, digest, asked)
    const planningOthers = planOthers(plan, image, world, digest)
    const [source, found, manifest, first, others, checks, verified] = await together([
      opening,
      digest,
      ready,
      planned(ecr, repository.name, planning),
      planningOthers,
      expectChecks(ecr, planning, planningOthers, inputs, world),
      proving,
      isSame && inputs.registries.length === 0
        ? null
        : together([opening, digest]).then(([from, image]) => refuseUnlistedSource(from, image, world)),
    ])
    const settled = await settle([first, ...others], image, checks, inputs, world)
    const origin = { digest: found, source, fresh: false, pushedTags: [], referrers: true, manifest }
    const deed = {
      kind: 'promote',
      // Of a tag and a digest, the digest counts.
      from: from.digest ?? from.tag ?? found,
      source: isSame ? null : source.uri,
    } as const
    const before = settled.destinations.map(({ images }) => images)
    // In one repository, the log ends with its URI and the whole digest.
    const named = isSame ? found.slice(0, SHORT_DIGEST) : `${source.uri}@${found}`
    const promoted =
      deed.from === found ? (isSame ? null : named) : `${deed.from} ${isSame ? 'names' : 'is'} ${named}`
    world.log(prepared(progress.seconds(), [promoted, tagsSoFar({ ...settled, before })]))
    return finish(
      { origin, ...settled, image, deed, verified, attester: null, sboms: [], before, built: null },
      inputs,
      world,
    )
  })
}

/** Rules as in the main action, but none by default: nobody wants a release under the names of a commit. */
async function describePromoted({ metadata }: PromoteInputs, world: FinishWorld): Promise<ImageMetadata> {
  if (metadata.tags.length > 0) return describeTagged(metadata, world)
  return { ...(await imageMetadata(metadata, world.github)), tags: [], tagWarnings: [] }
}
