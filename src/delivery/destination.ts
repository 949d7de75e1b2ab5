import type { RoleInput } from '../aws/workflow.ts'
import type { Ecr } from '../ecr/port.ts'
import { TokenSession } from '../ecr/tokens.ts'
import type { HeldImage, Repository } from '../ecr/types.ts'
import type { Teller } from '../ecr/update.ts'
import { inputsFor, type RegistryTarget } from '../inputs/registries.ts'
import type { RepositoryInput } from '../inputs/repository.ts'
import type { ImageMetadata } from '../metadata/index.ts'
import type { RegistrySession } from '../oci/registry-session.ts'
import { ActionError } from '../shared/errors.ts'
import { together } from '../shared/together.ts'
import { type Ensured, type EnsureInputs, ensureRepository } from './ensure-repository.ts'

/** A repository that an image goes to, as it was found before, and the session with its registry. */
export interface Destination {
  readonly ecr: Ecr
  readonly name: string
  readonly uri: string
  readonly session: RegistrySession
  /** Null where ECR is to create it on the push. */
  readonly repository: Repository | null
  readonly created: 'yes' | 'no' | 'on push'
  /** The tags that this repository is to have; an immutable one can lack some of the wanted. */
  readonly tags: readonly string[]
  /** What those tags named, as far as it was necessary to ask. */
  readonly images: ReadonlyMap<string, HeldImage>
}

/** The repository's name in its registry: public ones have the registry's alias before it. */
export function pathOf({ uri }: Pick<Destination, 'uri'>): string {
  return uri.slice(uri.indexOf('/') + 1)
}

/** The two calls that do not depend on each other, under way. */
export interface Preparing {
  readonly ensured: Promise<Ensured>
  readonly session: Promise<RegistrySession>
}

export function prepare(
  ecr: Ecr,
  inputs: EnsureInputs,
  wanted: ImageMetadata,
  teller: Teller & TokenWorld,
): Preparing {
  const ensured = ensureRepository(ecr, inputs, wanted, teller)
  const session = openSession(ecr, async () => (await ensured).repository, teller)
  return { ensured, session }
}

/** Gets a token for the registry, and opens a session that renews it. */
export async function openSession(
  ecr: Ecr,
  repository: () => Promise<Repository | null>,
  { clock, log }: TokenWorld,
): Promise<RegistrySession> {
  const issue = () => ecr.authorize()
  const token = await issue()
  const host = token.host ?? hostOf(await repository())
  return new TokenSession({ ...token, host }, issue, clock, log)
}

/** What a token's life needs. */
export interface TokenWorld {
  readonly clock: () => number
  readonly log: (line: string) => void
}

/** @throws ActionError with all that failed */
export async function prepared(ecr: Ecr, name: string, preparing: Preparing): Promise<Destination> {
  const [{ repository, created, image, images }, session] = await together([
    preparing.ensured,
    preparing.session,
  ])
  return {
    ecr,
    name,
    // A repository that ECR creates on the push has the URI that the registry's host makes of its name.
    uri: repository?.uri ?? `${session.host}/${name}`,
    session,
    repository,
    created: repository === null ? 'on push' : created ? 'yes' : 'no',
    tags: image.tags,
    images,
  }
}

/**
 * Prepares every further registry, at the same time: the repository of the same name there, as the inputs want it,
 * and a token of its own.
 */
export function prepareOthers<
  T extends EnsureInputs & {
    readonly repository: RepositoryInput
    readonly role: RoleInput | null
    readonly registries: readonly RegistryTarget[]
  },
>(
  inputs: T,
  wanted: ImageMetadata,
  connectEcr: (inputs: T) => Promise<Ecr>,
  teller: Teller & TokenWorld,
): Promise<Destination[]> {
  return together(
    inputs.registries.map(async (target) => {
      const own = inputsFor(inputs, target)
      const ecr = await connectEcr(own)
      return prepared(ecr, own.repository.name, prepare(ecr, own, wanted, teller))
    }),
  )
}

/** @throws ActionError where two of them are the same repository, which only ECR could tell */
export function refuseTwins(destinations: readonly Destination[]): void {
  const seen = new Set<string>()
  for (const { uri } of destinations) {
    if (seen.has(uri)) {
      throw new ActionError(
        `The input 'registries' leads to ${uri}, which is there already.`,
        'give every registry once, and that of repository not at all.',
      )
    }
    seen.add(uri)
  }
}

/** Where the API names no host with the token, every repository is on the same one. */
export function hostOf(repository: Repository | null): string {
  const host = repository?.uri.split('/')[0]
  if (host) return host
  throw new ActionError(
    'ECR named no host to log in to.',
    'check AWS_ENDPOINT_URL and proxies on the way to ECR.',
  )
}
