import type { RoleInput } from '../../aws/workflow.ts'
import { findPulledImages } from '../../docker/build/pulled-images.ts'
import type { PullAttempt, PullLogin } from '../../docker/port.ts'
import { UNKNOWN } from '../../docker/syntax/expand.ts'
import { isHostOf, PUBLIC_REGION, parsePrivateHost, parsePublicUri, partitionOf } from '../../ecr/hosts.ts'
import { TokenSession } from '../../ecr/tokens.ts'
import type { RepositoryInput } from '../../inputs/repository.ts'
import type { RegistrySession } from '../../oci/registry-session.ts'
import { messageOf } from '../../shared/errors.ts'
import { LIMITS } from '../../shared/limits.ts'
import { inTime } from '../../shared/time.ts'
import type { PullInputs, Pulls, PullsOf, PullWorld } from './pull-logins.ts'

/** A registry that the build reads from, and as whom. */
interface PullSource {
  /** What connects to it. */
  readonly at: { readonly repository: RepositoryInput; readonly role: RoleInput | null }
  /** As it is written in what the build reads; none if only an input names the registry. */
  readonly hosts: readonly string[]
  readonly kind: 'given' | 'found' | 'public'
}

/** A registry that has given a token. */
interface Opened {
  readonly hosts: readonly string[]
  readonly session: Pick<RegistrySession, 'credentials' | 'current'>
  readonly kind: PullSource['kind']
}

/**
 * Finds out which registries of ECR's the build reads from, and asks for their tokens, all at the same time.
 * @returns the logins, and what came of each registry; one that gives no token is no error
 */
export async function askForPulls(inputs: PullInputs, of: PullsOf, world: PullWorld): Promise<Pulls> {
  const { needed, besides, isRead } = await findPulledImages(inputs.build, inputs.buildArgValues)
  const bases = hostsIn(needed)
  const late = hostsIn(besides).filter((host) => !bases.includes(host))
  const hosts = late.length > 0 && (await of.legacy().catch(() => false)) ? [...bases, ...late] : bases
  const attempts: PullAttempt[] = []
  const tried = await Promise.all([
    ...pullSources(inputs, hosts, isRead, of).map((source) => open(source, inputs, of, world, attempts)),
    openPublic(inputs, hosts, of, world, attempts),
  ])
  const opened = tried.filter((one) => one !== null)
  if (opened.length > 0)
    world.log(`Has tokens for what the build reads from ${opened.flatMap((one) => one.hosts).join(', ')}`)
  const loginsOf = async ({ session, hosts: some, kind }: Opened): Promise<PullLogin[]> => {
    const { username, password } = await session.current()
    const ofEcr = kind === 'given' ? 'given' : 'found'
    return some.map((registry) => ({ registry, username, password, ofEcr }))
  }
  return { attempts, logins: async () => (await Promise.all(opened.map(loginsOf))).flat() }
}

/** The hosts of images, as far as they are known; docker compares them letter by letter. */
function hostsIn(images: readonly string[]): string[] {
  const hosts = images.map((image) => image.slice(0, Math.max(0, image.indexOf('/'))))
  return [...new Set(hosts.filter((host) => host !== '' && !host.includes(UNKNOWN)))]
}

/** Each registry once, whatever its hosts are, with the role that an input has for it. */
function pullSources(
  { repository, role, registries, pullRegistries }: PullInputs,
  hosts: readonly string[],
  isRead: boolean,
  { own }: PullsOf,
): PullSource[] {
  const elsewhere = { ...repository, registryType: 'private', host: null, alias: null } as const
  const given = pullRegistries.map((target) => {
    const { region, registryId } = target
    const at = { repository: { ...elsewhere, region, registryId }, role: target.role }
    return {
      at,
      hosts: [] as string[],
      account: accountOfRegistry(registryId, target.role),
      region,
      kind: 'given' as const,
    }
  })
  const found = new Map<string, PullSource & { readonly hosts: string[] }>()
  const add = (key: string, at: PullSource['at'], some: readonly string[]) => {
    const source = found.get(key) ?? { at, hosts: [], kind: 'found' }
    source.hosts.push(...some)
    found.set(key, source)
  }
  const givenFor = (region: string | null, account: string | null) =>
    given.find((one) => one.region === region && one.account === account)
  // Without a push docker is logged in nowhere else, and its own registry may be one that only a local ECR has.
  const isOwn = (host: string) => own === null && host === repository.host
  if (own === null && repository.registryType === 'private' && (!isRead || hosts.some(isOwn))) {
    // Docker has one login to a host: that of an input is before that of the step.
    const named = givenFor(repository.region, accountOfRegistry(repository.registryId, role))
    if (named === undefined) add('own', { repository, role }, hosts.filter(isOwn))
    else named.hosts.push(...hosts.filter(isOwn))
  }
  for (const host of hosts) {
    const place = isOwn(host) ? null : parsePrivateHost(host)
    if (place === null) continue
    const { region, registryId } = place
    const named = givenFor(region, registryId)
    if (named !== undefined) {
      named.hosts.push(host)
      continue
    }
    const target = registries.find(
      (one) => one.region === region && accountOfRegistry(one.registryId, one.role) === registryId,
    )
    const as = target === undefined ? role : target.role
    add(`${registryId}/${region}`, { repository: { ...elsewhere, region, registryId }, role: as }, [host])
  }
  return [...given, ...found.values()]
}

/** Of a registry without an account it is that of the credentials. @returns null if nobody knows it so far */
function accountOfRegistry(registryId: string | null, role: RoleInput | null): string | null {
  return registryId ?? role?.arn.split(':')[4] ?? null
}

async function open(
  source: PullSource,
  inputs: PullInputs,
  of: PullsOf,
  world: PullWorld,
  attempts: PullAttempt[],
): Promise<Opened | null> {
  const { at, kind } = source
  const own = kind === 'found' ? await ownSession(source, inputs, of) : null
  if (own !== null) {
    // Docker is logged in to that host itself, but to no other one of the same registry.
    const hosts = source.hosts.filter((host) => host !== own.host && isHostOf(host, own.host))
    return hosts.length === 0 ? null : { hosts, session: own, kind }
  }
  const asked = (async (): Promise<Opened> => {
    const ecr = await world.connectEcr({ ...at, allowedAccounts: accountsToAsk(inputs, of) })
    const token = await ecr.authorize()
    const said = token.host as string
    for (const host of source.hosts)
      if (!isHostOf(host, said)) world.debug(`No login to ${host}: ECR calls that registry ${said}`)
    const known = source.hosts.filter((host) => isHostOf(host, said))
    const all = kind === 'given' || source.hosts.length === 0 ? [...new Set([said, ...known])] : known
    if (all.length === 0) throw new Error(`ECR calls that registry ${said}`)
    const pushed = kind === 'given' ? ((await of.own?.catch(() => null))?.host ?? null) : null
    const hosts = all.filter((host) => host !== pushed)
    if (hosts.length < all.length && at.role?.arn !== inputs.role?.arn)
      world.log(
        `pull-registries: docker has one login to ${said}, that of the push, and ${at.role?.arn ?? 'another one'} is not used there`,
      )
    const issue = () => ecr.authorize()
    return { hosts, session: new TokenSession({ ...token, host: said }, issue, world.clock, world.log), kind }
  })()
  const patient = kind === 'given' && of.own !== null
  const names = source.hosts.length > 0 ? source.hosts : [registryName(at.repository)]
  const tell = patient || accountsToAsk(inputs, of).length > 0 ? world.log : world.debug
  const opened = await noted(patient ? asked : orLate(asked, LIMITS.pullTokenMs), {
    names,
    at,
    tell,
    attempts,
  })
  return opened === null || opened.hosts.length === 0 ? null : opened
}

/** The accounts that the job's own credentials have to be of: a push has asked for that before. */
const accountsToAsk = ({ allowedAccounts }: PullInputs, { own }: PullsOf) =>
  own === null ? allowedAccounts : []

const registryName = ({ registryId, region }: RepositoryInput) =>
  `ECR in ${region ?? "the environment's region"}${registryId === null ? '' : ` of account ${registryId}`}`

/** The session with the registry that is pushed to, if the build reads from that one; null if from another one. */
async function ownSession(
  { at, hosts }: PullSource,
  { repository, role }: PullInputs,
  { own }: PullsOf,
): Promise<RegistrySession | null> {
  if (own === null || repository.registryType === 'public') return null
  const account = accountOfRegistry(repository.registryId, role)
  const isAnother =
    (repository.region !== null && repository.region !== at.repository.region) ||
    (account !== null && account !== at.repository.registryId)
  if (isAnother) return null
  const session = await own.catch(() => null)
  return session !== null && hosts.some((host) => isHostOf(host, session.host)) ? session : null
}

/** ECR Public lets everybody pull, and those more who are logged in; there is one only in the partition `aws`. */
async function openPublic(
  inputs: PullInputs,
  hosts: readonly string[],
  of: PullsOf,
  world: PullWorld,
  attempts: PullAttempt[],
): Promise<Opened | null> {
  const { repository, role } = inputs
  const { own } = of
  const names = hosts.filter((host) => parsePublicUri(host) !== null)
  if (names.length === 0 || (own !== null && repository.registryType === 'public')) return null
  const pushed = repository.region === null ? await own?.catch(() => null) : null
  const region = repository.region ?? parsePrivateHost(pushed?.host ?? '')?.region ?? null
  const partitions = [region === null ? 'aws' : partitionOf(region), role?.arn.split(':')[1] ?? 'aws']
  if (partitions.some((partition) => partition !== 'aws')) return null
  const open = { name: '', host: null, alias: null, registryId: null, registryType: 'public' } as const
  const at = { repository: { ...open, region: PUBLIC_REGION }, role }
  const asked = (async (): Promise<Opened> => {
    const ecr = await world.connectEcr({ ...at, allowedAccounts: accountsToAsk(inputs, of) })
    const token = await ecr.authorize()
    const issue = () => ecr.authorize()
    const host = names[0] as string
    const session = new TokenSession({ ...token, host }, issue, world.clock, world.log)
    return { hosts: names, session, kind: 'public' }
  })()
  const quick = orLate(asked, LIMITS.publicPullTokenMs)
  return noted(quick, { names, at, tell: world.debug, attempts })
}

/** Nobody waits longer for what a build may do without. @throws Error if it takes longer */
async function orLate<T>(work: Promise<T>, limitMs: number): Promise<T> {
  const done = await inTime(work, limitMs)
  if (done === null) throw new Error(`no answer within ${limitMs / 1000} s`)
  return done
}

async function noted(
  opening: Promise<Opened>,
  {
    names,
    at: { repository, role },
    tell,
    attempts,
  }: {
    readonly names: readonly string[]
    readonly at: PullSource['at']
    readonly tell: (line: string) => void
    readonly attempts: PullAttempt[]
  },
): Promise<Opened | null> {
  const { region, registryId } = repository
  const about = { region, registryId, as: role?.arn ?? null }
  const note = (registries: readonly string[], refused: string | null) =>
    attempts.push(...registries.map((registry) => ({ registry, ...about, refused })))
  try {
    const opened = await opening
    note(opened.hosts, null)
    return opened
  } catch (error) {
    const refused = messageOf(error)
    note(names, refused)
    tell(`No login to ${names.join(', ')} for what the build reads: ${refused}`)
    return null
  }
}
