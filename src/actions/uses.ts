import type { Feature } from '../aws/features.ts'
import { repositoryArn, type Use } from '../aws/policy.ts'
import type { RoleInput } from '../aws/workflow.ts'
import { cacheRepositories } from '../delivery/cache-repositories.ts'
import type { RepositoryPlanInputs } from '../delivery/repository-plan.ts'
import type { Inputs } from '../inputs/index.ts'
import { type Logins, type RegistryTarget, roleAt } from '../inputs/registries.ts'
import type { RepositoryInput } from '../inputs/repository.ts'
import { accountOfRole } from '../inputs/role.ts'
import { asksForScan } from '../inputs/scan.ts'
import type { MergeInputs } from './merge/inputs.ts'
import type { PromoteInputs } from './promote/inputs.ts'
import type { SiblingInputs } from './siblings/inputs.ts'
import type { VerifyInputs } from './verify/inputs.ts'

/** Where the credentials are at home: what the inputs leave open is there. */
export interface Home {
  /** Such as `aws` or `aws-cn`. */
  readonly partition: string
  readonly account: string
  readonly region: string
}

/** What is done with one repository, and as whom. */
export interface RoleUse extends Use {
  /** The ARN of the role that does it; null for the job's own credentials. */
  readonly as: string | null
}

/**
 * What a run of the main action does with which repository. It knows what the inputs say: a base image in ECR that
 * `pull-registries` does not name (`pull`, `pull-through`), a builder that does not say the platform
 * (`platform-unknown`) and the credentials that a role is assumed with (`chained-role`) are for the caller to add.
 * @returns nothing if nothing is pushed: what such a build pulls is for the caller to add too
 */
export function usesOfBuildPush(
  inputs: RepositoryPlanInputs &
    Pick<
      Inputs,
      | 'push'
      | 'build'
      | 'role'
      | 'registries'
      | 'pullRegistries'
      | 'keepLogin'
      | 'after'
      | 'attest'
      | 'summary'
    >,
  home: Home,
): RoleUse[] {
  if (!inputs.push) return []
  const { settings, build } = inputs
  const everywhere: (Feature | false)[] = [
    'push',
    inputs.createRepository ? 'create-repository' : 'create-on-push',
    settings.mutability !== null && 'image-tag-mutability',
    settings.scanOnPush !== null && 'scan-on-push',
    settings.resourceTags !== null && 'repository-tags',
    settings.lifecyclePolicy !== null && 'lifecycle-policy',
    settings.repositoryPolicy !== null && 'repository-policy',
    (settings.encryption?.key ?? null) !== null && 'kms-key',
    inputs.updateRepository && 'update-repository',
    inputs.ifImageExists !== 'push' && 'if-image-exists',
    inputs.after.waitForSigning && 'wait-for-signing',
  ]
  // A cache beside the image is in its repository by whatever name its host has.
  const hasOwnCache = [...build.cacheFrom, ...build.cacheTo]
    .flatMap(cacheRepositories)
    .some(({ name }) => name === inputs.repository.name)
  const first: (Feature | false)[] = [
    ...everywhere,
    (build.cache?.kind === 'ecr' || hasOwnCache) && 'cache',
    inputs.keepLogin && 'pull',
    inputs.attest.what.length > 0 && 'attest',
    ...afterPush(inputs),
  ]
  const key = settings.encryption?.key ?? null
  const use = (repository: RepositoryInput, role: RoleInput | null, features: (Feature | false)[]) => ({
    ...useOf(repository, role, home, features),
    ...(key === null ? {} : kmsKeyOf(key, locate(repository, home))),
  })
  const main = use(inputs.repository, inputs.role, first)
  return [
    main,
    ...inputs.registries.map((target) =>
      use(elsewhere(inputs.repository, target), target.role, [
        ...everywhere,
        inputs.attest.what.length > 0 && 'attest-copy',
      ]),
    ),
    ...usesOfPullRegistries(inputs, home),
    ...usesOfCaches(inputs, home).filter(({ repository }) => repository !== main.repository),
  ]
}

/** What a build pulls from the registries of `pull-registries`: which of their repositories, the inputs do not say. */
export function usesOfPullRegistries(
  { repository, pullRegistries }: Pick<Inputs, 'repository' | 'pullRegistries'>,
  home: Home,
): RoleUse[] {
  return pullRegistries.map((target) =>
    useOf({ ...elsewhere(repository, target), registryType: 'private', name: '*' }, target.role, home, [
      'pull',
    ]),
  )
}

/** The registry that docker is logged in to for the push; null if there is no push to private ECR. */
export function pushedTo(
  { push, repository }: Pick<Inputs, 'push' | 'repository'>,
  home: Home,
): Pick<RegistryTarget, 'region' | 'registryId'> | null {
  if (!push || repository.registryType === 'public') return null
  const { region, account: registryId } = locate(repository, home)
  return { region, registryId }
}

/** What a build does with the caches that it keeps in private ECR (`cache-from`, `cache-to`). */
export function usesOfCaches(
  inputs: Logins & Pick<Inputs, 'build' | 'push' | 'repository'>,
  home: Home,
): RoleUse[] {
  const { build } = inputs
  const pushed = pushedTo(inputs, home)
  const used = (caches: readonly string[], features: readonly Feature[]) =>
    caches
      .flatMap(cacheRepositories)
      .flatMap(({ place, name }) =>
        place === null
          ? []
          : [
              useOf({ ...place, name, registryType: 'private' }, roleAt(place, inputs, pushed), home, [
                ...features,
              ]),
            ],
      )
  // Without a push of the image, a cache is all that docker logs in for.
  return [...used(build.cacheFrom, ['cache', 'pull']), ...used(build.cacheTo, ['cache', 'cache-to', 'pull'])]
}

/** What a run of `merge` does with which repository. */
export function usesOfMerge(inputs: MergeInputs, home: Home): RoleUse[] {
  const { repository, role, attest, provenance } = inputs
  const signs = attest.what.length > 0
  return [
    useOf(repository, role, home, [
      'merge',
      signs && 'attest',
      provenance !== null && 'require-provenance',
      ...afterPush(inputs),
    ]),
    ...copiesOf(inputs, home, [signs && 'attest-copy']),
  ]
}

/** What a run of `promote` does with which repository. */
export function usesOfPromote(inputs: PromoteInputs, home: Home): RoleUse[] {
  const { repository, role, source } = inputs
  const proves = inputs.provenance !== null && 'require-provenance'
  const [from, to] = [source.repository, repository].map((one) => useOf(one, role, home, []))
  const copies = copiesOf(inputs, home)
  if (from?.repository === to?.repository) {
    const features: (Feature | false)[] = [
      'promote',
      copies.length > 0 && 'promote-from',
      proves,
      ...afterPush(inputs),
    ]
    return [useOf(repository, role, home, features), ...copies]
  }
  return [
    useOf(source.repository, role, home, ['promote-from', proves]),
    // The summary tells of the image as it is in the source.
    useOf(repository, role, home, ['push', creation(inputs), ...afterPush({ ...inputs, summary: false })]),
    ...copies,
  ]
}

/** What a run of `verify` does with which repository. */
export function usesOfVerify({ repository, role }: VerifyInputs, home: Home): RoleUse[] {
  return [useOf(repository, role, home, ['verify'])]
}

/** What is asked of the first repository when the image is in it. */
function afterPush({
  after,
  registries,
  summary,
}: Pick<SiblingInputs, 'after' | 'registries' | 'summary'>): (Feature | false)[] {
  return [
    summary && 'summary',
    asksForScan(after) && 'fail-on-severity',
    after.waitForReplication && 'wait-for-replication',
    after.waitForSigning && 'wait-for-signing',
    registries.length > 0 && 'registries',
  ]
}

const creation = ({ createRepository }: Pick<SiblingInputs, 'createRepository'>): Feature =>
  createRepository ? 'create-repository' : 'create-on-push'

/** The further registries of a sibling action. */
function copiesOf(inputs: SiblingInputs, home: Home, more: readonly (Feature | false)[] = []): RoleUse[] {
  return inputs.registries.map((target) =>
    useOf(elsewhere(inputs.repository, target), target.role, home, [
      'push',
      creation(inputs),
      inputs.after.waitForSigning && 'wait-for-signing',
      ...more,
    ]),
  )
}

/** A registry of which no account is given is that of whoever calls it: of its role. */
const elsewhere = (
  repository: RepositoryInput,
  { region, registryId, role }: RegistryTarget,
): RepositoryInput => ({
  ...repository,
  region,
  registryId: registryId ?? (role === null ? null : accountOfRole(role.arn)),
})

/** A repository's partition, account and region. */
const locate = (
  { region, registryId }: Pick<RepositoryInput, 'region' | 'registryId'>,
  home: Home,
): Home => ({
  ...home,
  region: region ?? home.region,
  account: registryId ?? home.account,
})

const KEY = /^(arn:[^:]+:kms:[^:]+:\d+:)?(?:key\/)?((alias\/)?.+)$/

/**
 * A KMS key as a policy has it: its ARN; of one that is named by its alias, all keys of that account and region, which
 * are to have the alias.
 * @param given its ARN, its id, the ARN of an alias, or an alias
 * @param home of the repository: an id or an alias alone is of the same account and region
 */
function kmsKeyOf(given: string, { partition, account, region }: Home): Pick<Use, 'key' | 'keyAlias'> {
  const [, place = `arn:${partition}:kms:${region}:${account}:`, name = '', isAlias] = KEY.exec(given) ?? []
  return isAlias === undefined ? { key: `${place}key/${name}` } : { key: `${place}key/*`, keyAlias: name }
}

/**
 * What is done with a repository of the inputs.
 * @param role null for the job's own credentials
 */
export function useOf(
  {
    name,
    registryType,
    region,
    registryId,
  }: Pick<RepositoryInput, 'name' | 'registryType' | 'region' | 'registryId'>,
  role: RoleInput | null,
  home: Home,
  features: (Feature | false)[],
): RoleUse {
  const named = { ...locate({ region, registryId }, home), name }
  return {
    registry: registryType,
    repository: repositoryArn(registryType, named),
    features: features.filter((feature) => feature !== false),
    as: role?.arn ?? null,
  }
}
