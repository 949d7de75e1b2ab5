import { expectAfter } from '../../after-push/expect.ts'
import type { AfterWorld } from '../../after-push/index.ts'
import {
  ask,
  beginPlan,
  type PlannedDestination,
  type PlanningWorld,
  type RepositoryAnswers,
} from '../../delivery/destination.ts'
import { existingImage } from '../../delivery/existing-images.ts'
import { explaining } from '../../delivery/explaining.ts'
import { tagsBefore } from '../../delivery/measure.ts'
import type { RepositoryPlan, RepositoryPlanInputs } from '../../delivery/repository-plan.ts'
import type { TagsBefore } from '../../ecr/image-before.ts'
import type { Ecr } from '../../ecr/port.ts'
import { type Difference, describeSettings, INPUT_OF } from '../../ecr/settings/differences.ts'
import type { Repository } from '../../ecr/types.ts'
import type { Inputs } from '../../inputs/index.ts'
import { type ImageMetadata, withoutTags } from '../../metadata/index.ts'
import { repositoryOutputs } from '../../report/outputs.ts'
import type { PlannedRepository, PlannedTag } from '../../report/plan.ts'
import type { World } from '../../world.ts'
import { type AskedEcr, askOnly } from './ask-only.ts'
import { type Findings, mayNotAsk } from './findings.ts'

export type PlaceWorld = PlanningWorld & AfterWorld & Pick<World, 'openRegistry'>

/** What is known of a repository that the image is to go to. */
export interface PlaceFound {
  readonly ecr: Ecr
  /** Null if it could not be planned. */
  readonly destination: PlannedDestination | null
  /** Null if it does not exist, or that is not known. */
  readonly repository: Repository | null
  /** The registry's; null if it is not known. */
  readonly host: string | null
  /** What AWS said as it did not allow to ask for the repository or a token: it names the identity. */
  readonly refusal: string | null
  /** With the tags that the repository can take. */
  readonly image: ImageMetadata
  readonly before: TagsBefore
  /** How it is to be told, but for what becomes of the image. */
  readonly told: Omit<PlannedRepository, 'image' | 'tags'>
}

/** What a place is planned from: the inputs as they are for it. */
export type PlaceInputs = RepositoryPlanInputs & Pick<Inputs, 'after'>

/**
 * Asks everything about one repository that has to be known before a run changes anything there, and changes nothing.
 * Whatever fails is noted.
 * @param digest what the tags are to name; null if it is built first, undefined if it could not be found
 * @param asked what has been asked of the repository already
 */
export async function findPlace(
  connected: Ecr,
  inputs: PlaceInputs,
  wanted: ImageMetadata,
  digest: string | null | undefined,
  findings: Findings,
  world: PlaceWorld,
  asked?: RepositoryAnswers,
): Promise<PlaceFound> {
  const { name } = inputs.repository
  const { ecr, unread } = askOnly(connected, inputs.settings, findings)
  const answers = asked ?? ask(ecr, name, world)
  // Whether a tag is taken depends on the digest.
  const checked = digest === undefined ? withoutTags(wanted, wanted.tags) : wanted
  const expected = typeof digest === 'string' ? Promise.resolve(digest) : null
  const planning = beginPlan(ecr, inputs, checked, world, expected, answers)
  const [plan, token, session, exists] = await Promise.all([
    findings.attempt(planning.plan),
    findings.attempt(planning.token),
    findings.attempt(planning.session),
    planning.found.then(
      (repository) => ({ repository }),
      (error: unknown) => (mayNotAsk(error) ? ('not allowed' as const) : null),
    ),
  ])
  const refusals = await Promise.allSettled([planning.found, planning.token])
  const repository = exists === null || exists === 'not allowed' ? null : exists.repository
  const image = plan === null || digest === undefined ? wanted : plan.image
  const [before] = await Promise.all([
    exists === null || (exists !== 'not allowed' && repository === null)
      ? new Map()
      : tagsBefore({ ecr: connected, name }, image.tags, plan?.images ?? new Map(), (error) =>
          findings.note(error),
        ),
    session === null
      ? null
      : findings.attempt(
          explaining(`The login to ${session.host}`, async () =>
            (await world.openRegistry(session)).confirmToken(),
          ),
        ),
  ])
  // Who cannot ask for the repository at all asks for no rules of its registry either.
  if (exists !== null) {
    const wantedTags = repository === null ? null : { tags: image.tags, before: async () => before }
    const own = {
      ...inputs.repository,
      ...(session === null ? {} : { uri: repository?.uri ?? `${session.host}/${name}` }),
    }
    await findings.attempt(
      expectAfter(
        ecr,
        repository,
        { after: withoutReport(inputs.after), repository: own },
        wantedTags,
        world,
      ),
    )
  }
  const host = session?.host ?? token?.host ?? null
  return {
    ecr,
    destination: plan === null || token === null ? null : { ecr, name, plan, token, session },
    repository,
    host,
    refusal: refusals.find(isRefusal)?.reason.message ?? null,
    image,
    before: exists === null ? null : before,
    told: {
      name,
      uri: repository?.uri ?? (host === null ? null : `${host}/${name}`),
      state: stateOf(plan, exists),
      ...settingsOf(plan, inputs, unread),
    },
  }
}

const isRefusal = (
  result: PromiseSettledResult<unknown>,
): result is PromiseRejectedResult & { reason: Error } =>
  result.status === 'rejected' && mayNotAsk(result.reason)

/** A report of an earlier run stays where it is. */
const withoutReport = (after: Inputs['after']): Inputs['after'] => ({
  ...after,
  scan: { ...after.scan, report: null },
})

function stateOf(
  plan: RepositoryPlan | null,
  exists: { readonly repository: Repository | null } | 'not allowed' | null,
): PlannedRepository['state'] {
  if (plan !== null) {
    return plan.createdBy === null ? 'exists' : plan.createdBy === 'run' ? 'create' : 'create-on-push'
  }
  if (exists === null || exists === 'not allowed') return 'unknown'
  return exists.repository === null ? 'absent' : 'exists'
}

function settingsOf(
  plan: RepositoryPlan | null,
  { settings, updateRepository }: Pick<PlaceInputs, 'settings' | 'updateRepository'>,
  unread: AskedEcr['unread'],
): Pick<PlannedRepository, 'settings' | 'changes' | 'differences' | 'unread'> {
  const told = (plan?.differences ?? []).map(({ input, is, wanted }: Difference) => ({ input, is, wanted }))
  return {
    settings: plan?.createdBy === 'run' ? describeSettings(settings) : {},
    changes: updateRepository ? told : [],
    differences: updateRepository ? [] : told,
    unread: [...unread].map((setting) => INPUT_OF[setting]),
  }
}

/**
 * What becomes of the tags.
 * @param digest what they are to name; null if it is not known yet
 */
export function plannedTags({ image, before }: PlaceFound, digest: string | null): PlannedTag[] {
  return image.tags.map((tag): PlannedTag => {
    if (before === null) return { tag, change: 'unknown', names: null }
    const held = before.get(tag)
    if (held === undefined) return { tag, change: 'create', names: null }
    return { tag, change: held.digest === digest ? 'keep' : 'move', names: held.digest }
  })
}

/** Whether the repository has the image under every tag, and nothing is to be sent to it. */
export function hasImage({ image, before }: PlaceFound, digest: string | null): boolean {
  return digest !== null && before !== null && existingImage(before, image.tags)?.digest === digest
}

/** The outputs that are true of a repository before the push. */
export function tellPlace(
  { repository, host, image, told: { name } }: PlaceFound,
  { setOutputs }: Pick<World, 'setOutputs'>,
): void {
  const [tag] = image.tags
  setOutputs({
    ...(host === null ? {} : { registry: host }),
    ...(repository === null ? {} : repositoryOutputs(repository, false)),
    'image-name': tag === undefined ? name : `${name}:${tag}`,
    tags: image.tags.join('\n'),
    version: image.version,
  })
}
