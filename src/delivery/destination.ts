import type { RoleInput } from '../aws/workflow.ts'
import { describeRegistry } from '../ecr/hosts.ts'
import type { Ecr } from '../ecr/port.ts'
import type { Teller } from '../ecr/settings/update.ts'
import { type RegistryToken, TokenSession } from '../ecr/tokens.ts'
import type { HeldImage, Repository } from '../ecr/types.ts'
import { inputsFor, type RegistryTarget } from '../inputs/registries.ts'
import type { RepositoryInput } from '../inputs/repository.ts'
import type { ImageMetadata } from '../metadata/index.ts'
import type { RegistrySession } from '../oci/registry-session.ts'
import { ActionError } from '../shared/errors.ts'
import { tellInFew } from '../shared/in-few.ts'
import { together } from '../shared/together.ts'
import type { World } from '../world.ts'
import { planRepository, type RepositoryPlan, type RepositoryPlanInputs } from './repository-plan.ts'

/** A repository in ECR, and the session with its registry. */
export interface OpenRepository {
  readonly ecr: Ecr
  readonly name: string
  readonly uri: string
  readonly session: RegistrySession
}

/** A repository that an image goes to, ready for it. */
export interface Destination extends OpenRepository {
  /** Null if ECR creates it on the push. */
  readonly repository: Repository | null
  /** Whether this run has created it. */
  readonly created: 'yes' | 'no' | 'on push'
  /** The image as it is to be here. */
  readonly image: ImageMetadata
  /** Its tags here; an immutable repository can lack some of the wanted. */
  readonly tags: readonly string[]
  /** What those tags named before, as far as it was necessary to ask. */
  readonly images: ReadonlyMap<string, HeldImage>
}

/** A destination before anything has been changed there. */
export interface PlannedDestination {
  readonly ecr: Ecr
  readonly name: string
  readonly plan: RepositoryPlan
  readonly token: RegistryToken
  /** Null if the registry's host is not known before the repository exists (ECR Public). */
  readonly session: RegistrySession | null
  /** Tells, of several registries in one, what their plans have noticed since it was told last. */
  readonly tellNotices?: () => void
}

/** What is asked about a repository, whatever it is for. */
export interface RepositoryAnswers {
  readonly found: Promise<Repository | null>
  readonly token: Promise<RegistryToken>
  /** Null if the registry's host is not known before the repository exists (ECR Public). */
  readonly session: Promise<RegistrySession | null>
}

/** What is asked about a destination. */
export interface Planning extends RepositoryAnswers {
  readonly plan: Promise<RepositoryPlan>
}

export type PlanningWorld = Teller & Pick<World, 'clock'>

/** The repository's path in its registry: a public one has the registry's alias before its name. */
export function pathOf({ uri }: Pick<Destination, 'uri'>): string {
  return uri.slice(uri.indexOf('/') + 1)
}

/** Asks for the repository and for a token, at the same time. */
export function ask(ecr: Ecr, name: string, world: PlanningWorld): RepositoryAnswers {
  const found = ecr.findRepository(name)
  const token = ecr.authorize()
  const session = token.then(async (issued) => {
    const host = issued.host ?? hostOf(await found)
    return host === null ? null : openSession(ecr, issued, host, world)
  })
  return { found, token, session }
}

/**
 * Asks everything about a destination that has to be known before anything is changed there.
 * @param expected the digest that the tags are to name, if it is known without a build, or null: a tag that names it
 * already is not taken
 */
export function beginPlan(
  ecr: Ecr,
  inputs: RepositoryPlanInputs,
  wanted: ImageMetadata,
  world: PlanningWorld,
  expected: Promise<string | null> | null = null,
  asked = ask(ecr, inputs.repository.name, world),
): Planning {
  return { ...asked, plan: planRepository(ecr, asked.found, inputs, wanted, world, expected) }
}

/** @throws ActionError with all that failed */
export async function planned(ecr: Ecr, name: string, planning: Planning): Promise<PlannedDestination> {
  const [plan, token, session] = await together([planning.plan, planning.token, planning.session])
  return { ecr, name, plan, token, session }
}

/**
 * Plans every further registry, at the same time: the repository of the same name there, as the inputs want it.
 * @throws ActionError with all that failed
 */
export function planOthers<
  T extends RepositoryPlanInputs & {
    readonly role: RoleInput | null
    readonly registries: readonly RegistryTarget[]
  },
>(
  inputs: T,
  wanted: ImageMetadata,
  world: PlanningWorld & Pick<World, 'connectEcr'>,
  expected: Promise<string | null> | null = null,
): Promise<PlannedDestination[]> {
  const notices: string[] = []
  const tellNotices = () => tellInFew(notices.splice(0), world.notice, world.log)
  const gathering = { ...world, notice: (line: string) => void notices.push(line) }
  return together(
    inputs.registries.map(async (target) => {
      const own = inputsFor(inputs, target)
      // Whose the job's own credentials are, the first connection has asked.
      const ecr = await world.connectEcr({ repository: own.repository, role: own.role })
      const found = await planned(ecr, own.repository.name, beginPlan(ecr, own, wanted, gathering, expected))
      return { ...found, tellNotices }
    }),
  ).finally(tellNotices)
}

/**
 * Creates what is to be created and changes what is to be changed, everywhere at the same time.
 * @throws ActionError with all that ECR refused
 */
export function carryOut(
  destinations: readonly PlannedDestination[],
  world: PlanningWorld,
): Promise<Destination[]> {
  return together(
    destinations.map(async ({ ecr, name, plan, token, session: early }): Promise<Destination> => {
      const { repository, created, image, images } = await plan.carryOut()
      const session = early ?? openSession(ecr, token, knownHost(token, repository), world)
      return {
        ecr,
        name,
        // A repository that ECR creates on the push has the URI that the registry's host makes of its name.
        uri: repository?.uri ?? `${session.host}/${name}`,
        session,
        repository,
        created: repository === null ? 'on push' : created ? 'yes' : 'no',
        image,
        tags: image.tags,
        images,
      }
    }),
  ).finally(() => {
    for (const { tellNotices } of destinations) tellNotices?.()
  })
}

/** @throws ActionError if two of them are the same repository, which only ECR could tell */
export function refuseTwins(destinations: readonly PlannedDestination[]): void {
  const seen = new Set<string>()
  for (const { name, plan, session } of destinations) {
    const uri = plan.repository?.uri ?? `${session?.host}/${name}`
    if (seen.has(uri)) {
      throw new ActionError(
        `The input 'registries' leads to ${uri}, which is a destination already.`,
        'give every registry once, and that of repository not at all.',
        { page: 'many-places.md#more-registries' },
      )
    }
    seen.add(uri)
  }
}

/**
 * The repository that an image is read from, or put into with what is there already.
 * @param input the inputs that name it, for the remedy
 * @throws ActionError if there is no such repository: nobody creates one that must hold something already
 */
export async function openExisting(
  ecr: Ecr,
  { name, region, registryId }: Pick<RepositoryInput, 'name' | 'region' | 'registryId'>,
  { found, token, session }: RepositoryAnswers,
  input: string,
): Promise<OpenRepository> {
  const [repository, issued, early] = await together([found, token, session])
  if (repository === null) {
    const registry = describeRegistry({ region: region ?? "the environment's region", registryId })
    throw new ActionError(
      `The repository '${name}' does not exist in ${registry}, so that no image can be read from it.`,
      `correct ${input}, 'aws-region' or 'registry-id'.`,
    )
  }
  if (early === null) knownHost(issued, repository)
  return { ecr, name, uri: repository.uri, session: early as RegistrySession }
}

function openSession(
  ecr: Ecr,
  token: RegistryToken,
  host: string,
  { clock, log }: PlanningWorld,
): RegistrySession {
  return new TokenSession({ ...token, host }, () => ecr.authorize(), clock, log)
}

/** If the API names no host with the token, every repository is on the same one. */
function hostOf(repository: Repository | null): string | null {
  return repository?.uri.split('/')[0] || null
}

function knownHost(token: RegistryToken, repository: Repository | null): string {
  const host = token.host ?? hostOf(repository)
  if (host !== null) return host
  throw new ActionError(
    'ECR named no host to log in to.',
    'check AWS_ENDPOINT_URL and proxies on the way to ECR.',
  )
}
