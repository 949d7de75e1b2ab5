import {
  type Service,
  type ServiceConfiguration,
  ServiceSelector,
  SigningConfig,
  TrustedRoot,
} from '@sigstore/protobuf-specs'
import { toTrustMaterial } from '@sigstore/verify'
import { ActionError } from '../shared/errors.ts'
import { isObject } from '../shared/is-object.ts'
import type { SigstoreServices } from './instance.ts'

/** Sigstore's own formats: https://github.com/sigstore/protobuf-specs/blob/main/protos/sigstore_trustroot.proto */
const SIGNING_CONFIG = 'application/vnd.dev.sigstore.signingconfig.v0.2+json'
const TRUSTED_ROOT = /^application\/vnd\.dev\.sigstore\.trustedroot(?:\.v0\.[12]\+json|\+json;version=0\.1)$/

const TRUSTED_LISTS = ['tlogs', 'certificateAuthorities', 'ctlogs', 'timestampAuthorities'] as const
const NOTHING_TRUSTED = TrustedRoot.fromJSON({})

/**
 * Reads the services of an instance from a signing config.
 * @param text the file's content
 * @param file its path, for messages
 * @param now services that have ended, or have not begun, are left out
 * @throws ActionError that says what is missing in the file
 */
export function servicesIn(text: string, file: string, now: Date): SigstoreServices {
  const wrong = (what: string) =>
    new ActionError(
      `sigstore-signing-config: ${file}: ${what}.`,
      'give the signing config of your instance of Sigstore (cosign signing-config create writes one).',
      { page: 'attest.md#where-it-is-signed' },
    )
  const config = parsedAs(text, wrong, (content) => SigningConfig.fromJSON(content))
  if (config.mediaType !== SIGNING_CONFIG) {
    throw wrong(`its mediaType is '${config.mediaType}', and only ${SIGNING_CONFIG} is known`)
  }
  const pick = (list: string, services: readonly Service[], version: number) => {
    const service = newest(validServices(services, version, now))
    if (service === null)
      throw wrong(
        `${list} has no service that is valid now with an API of version 1${version === 1 ? '' : ` to ${version}`}`,
      )
    return { url: checkedUrl(service.url, list, wrong), version: service.majorApiVersion }
  }
  const { rekorTlogConfig, rekorTlogUrls, tsaConfig, tsaUrls } = config
  const isUsed = (
    name: string,
    given: ServiceConfiguration | undefined,
    services: readonly Service[],
    version: number,
  ) => {
    const how = given?.selector ?? ServiceSelector.SERVICE_SELECTOR_UNDEFINED
    // cosign writes an empty one if there are no such services.
    if (how === ServiceSelector.SERVICE_SELECTOR_UNDEFINED) {
      if (given === undefined || services.length === 0) return false
      throw wrong(`${name} has no selector`)
    }
    // All of them is one of each operator.
    const operators = new Set(validServices(services, version, now).map(({ operator }) => operator))
    const wantsSeveral =
      how === ServiceSelector.ALL ? operators.size > 1 : how === ServiceSelector.EXACT && given?.count !== 1
    if (wantsSeveral) throw wrong(`${name} wants several services at the same time, which is not supported`)
    return true
  }
  const log = isUsed('rekorTlogConfig', rekorTlogConfig, rekorTlogUrls, 2)
    ? pick('rekorTlogUrls', rekorTlogUrls, 2)
    : null
  const timestamps = isUsed('tsaConfig', tsaConfig, tsaUrls, 1) ? pick('tsaUrls', tsaUrls, 1).url : null
  if (timestamps === null && log?.version !== 1) {
    throw wrong('nothing in it attests the time of a signature: it needs tsaConfig, or a log of version 1')
  }
  return {
    instance: 'custom',
    certificates: pick('caUrls', config.caUrls, 1).url,
    log: log === null ? null : { url: log.url, version: log.version === 2 ? 2 : 1 },
    timestamps: timestamps === null ? null : timestampsAt(timestamps),
  }
}

/**
 * Reads a trust root that the user gives.
 * @param text the file's content
 * @param file its path, for messages
 * @throws ActionError that says what is wrong with the file
 */
export function trustedRootIn(text: string, file: string): TrustedRoot {
  return readTrustedRoot(
    text,
    (what) =>
      new ActionError(
        `sigstore-trusted-root: ${file}: ${what}.`,
        'give the trusted_root.json of your instance of Sigstore (cosign trusted-root create writes one).',
        { page: 'trust.md#trust-roots' },
      ),
  )
}

/**
 * Reads a trust root that came by TUF, which has verified it.
 * @param origin of the TUF repository, for messages
 * @throws ActionError that says what of it is not understood
 */
export function fetchedRootIn(text: string, origin: string): TrustedRoot {
  return readTrustedRoot(
    text,
    (what) =>
      new ActionError(
        `The trust root of Sigstore at ${origin} is not understood: ${what}.`,
        'use a newer version of this action, which may know this form; sigstore-trusted-root gives a trust root as a file.',
      ),
  )
}

function readTrustedRoot(text: string, wrong: (what: string) => ActionError): TrustedRoot {
  const root = parsedAs(text, wrong, (content) => TrustedRoot.fromJSON(content))
  if (!TRUSTED_ROOT.test(root.mediaType))
    throw wrong(`its mediaType is '${root.mediaType}', and not that of a trust root`)
  if (root.certificateAuthorities.length === 0) throw wrong('it has no certificateAuthorities')
  if (root.tlogs.length + root.timestampAuthorities.length === 0) {
    throw wrong(
      'it has neither tlogs nor timestampAuthorities, so that no time of a signature can be trusted',
    )
  }
  for (const list of TRUSTED_LISTS) {
    for (const [index, member] of root[list].entries()) {
      try {
        toTrustMaterial({ ...NOTHING_TRUSTED, [list]: [member] })
      } catch (error) {
        throw wrong(`a key or a certificate in it cannot be read (${list}[${index}]${saidOf(error)})`)
      }
    }
  }
  return root
}

/**
 * Makes sure, before anything is signed, that what the services sign can be verified.
 * @param origin what the trust root is, to begin a message with: the input and the file, or the instance
 * @throws ActionError that says what the trust root lacks
 */
export function refuseUnverifiable(
  { certificates, log, timestamps }: Pick<SigstoreServices, 'certificates' | 'log' | 'timestamps'>,
  root: TrustedRoot,
  origin: string,
): void {
  const lacking = [
    ...(log !== null && root.tlogs.length === 0 ? [`no tlogs, and ${log.url.host} is the log`] : []),
    ...(timestamps !== null && root.timestampAuthorities.length === 0
      ? [`no timestampAuthorities, and ${timestamps.host} signs the time`]
      : []),
  ]
  if (lacking.length === 0) return
  throw new ActionError(
    `${origin}: it has ${lacking.join('; and it has ')}, so that nothing that is signed could be verified.`,
    `give the trust root of the instance that ${certificates.host} is of.`,
  )
}

function parsedAs<T>(text: string, wrong: (what: string) => ActionError, as: (content: object) => T): T {
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch (error) {
    throw wrong(`it is not JSON (${(error as Error).message})`)
  }
  if (!isObject(content)) throw wrong('it is not a JSON object')
  try {
    return as(content)
  } catch (error) {
    throw wrong(`it cannot be read (${faultIn(content, as) ?? 'the whole of it'}${saidOf(error)})`)
  }
}

/** The first field, or member of a list, that cannot be read by itself: `caUrls[0]`. */
function faultIn(
  content: Readonly<Record<string, unknown>>,
  as: (content: object) => unknown,
): string | null {
  const isRead = (field: string, value: unknown) => {
    try {
      as({ [field]: value })
      return true
    } catch {
      return false
    }
  }
  for (const [field, value] of Object.entries(content)) {
    if (isRead(field, value)) continue
    const index = Array.isArray(value) ? value.findIndex((member) => !isRead(field, [member])) : -1
    return index === -1 ? field : `${field}[${index}]`
  }
  return null
}

/** What an error says to people: a TypeError of a library tells of the library's own code. */
function saidOf(error: unknown): string {
  return error instanceof TypeError
    ? ' is not of the form that it has to be of'
    : `: ${(error as Error).message}`
}

/** The services that are valid now, with an API of at most this version. */
function validServices(services: readonly Service[], version: number, now: Date): Service[] {
  return services.filter(
    ({ majorApiVersion, validFor }) =>
      majorApiVersion >= 1 &&
      majorApiVersion <= version &&
      (validFor?.start ?? now) <= now &&
      (validFor?.end ?? now) >= now,
  )
}

/** The one that began last. */
function newest(services: readonly Service[]): Service | null {
  const begin = ({ validFor }: Service) => validFor?.start?.getTime() ?? 0
  return services.toSorted((a, b) => begin(b) - begin(a))[0] ?? null
}

/** The OIDC token goes to one of these: without TLS, to this machine only. */
function checkedUrl(text: string, list: string, wrong: (what: string) => ActionError): URL {
  const url = URL.canParse(text) ? new URL(text) : null
  const local = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(url?.hostname ?? '')
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && local)) return url
  throw wrong(`${list} has '${text}', which is not an address with https`)
}

/** A signing config has the whole address of a timestamp authority; older ones its host only, as sigstore-js has it. */
function timestampsAt(url: URL): URL {
  return url.pathname === '/' ? new URL('/api/v1/timestamp', url) : url
}
