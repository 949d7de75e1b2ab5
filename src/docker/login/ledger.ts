import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { type DockerConfig, parseConfig, serialise, withLogin } from './config.ts'

/**
 * What is kept beside config.json while jobs of this machine are logged in in it: the file as it would be without
 * them, and their logins. As secret as the file itself. The file is always made from the two, so that jobs may come
 * and go in any order, and the last one restores the very bytes.
 * Other versions of this action on the same machine read and write it.
 */
export interface Ledger {
  /** Base64; null if there would be no file. */
  base: string | null
  mode: number
  /** The topmost folder that was made for the file; null if its folder existed. */
  made: string | null
  /**
   * The logins before and after the last change. If a job dies after writing the ledger but before the file, the next
   * job may find either login in the file. Digests, as some of the logins are valid no more.
   */
  ours: readonly { readonly host: string; readonly digest: string }[]
  /** From the first to the last; of those to the same registry, the last is in the file. */
  logins: readonly Login[]
}

/** The login of one job. */
export interface Login {
  readonly id: string
  readonly host: string
  /** As docker stores it. */
  readonly auth: string
  /** Milliseconds since 1970. */
  readonly since: number
}

/** While a token is in the file nobody else reads it, whatever mode it had. */
export const PRIVATE_MODE = 0o600

/** A ledger as it was written, and the config.json that is beside it now. */
interface Found {
  readonly file: string
  /** Null if there is no file. */
  readonly now: Buffer | null
  /** The mode of the file, or that of a new one. */
  readonly mode: number
  /** Null if there is no ledger. */
  readonly written: Buffer | null
  /** The topmost folder that was made for the file; null if its folder existed. */
  readonly made: string | null
}

/**
 * The ledger, brought up to what others have done to the file since it was written.
 * @throws ActionError if the file is not a JSON object
 */
export function openLedger({ file, now, mode, written, made }: Found): Ledger {
  const ledger = parseLedger(written)
  const config = parseConfig(file, now)
  if (ledger === null) return { base: toBase64(now), mode, made, ours: [], logins: [] }
  // Of jobs that begin at the same moment, the one that made the folder need not be the first to write the ledger.
  ledger.made ??= made
  // Any other mode is somebody's wish, or that of a file which was not written yet.
  if (mode !== PRIVATE_MODE) ledger.mode = mode
  const before = parseConfig(file, fromBase64(ledger.base))
  for (const host of new Set(ledger.ours.map((login) => login.host))) {
    const auth = config.auths?.[host]?.auth
    const digest = auth === undefined ? null : fingerprint(auth)
    const ours = ledger.ours.some((login) => login.host === host && login.digest === digest)
    if (ours) restore(config, before, 'auths', host)
    // If someone runs `docker login` or `docker logout` meanwhile, their change wins and we do not restore ours.
    else ledger.logins = ledger.logins.filter((login) => login.host !== host)
    // A login of theirs came into the file because of our empty helper: without it docker would ask their helper, and
    // not find the login.
    if ((ours || auth === undefined) && config.credHelpers?.[host] === '') {
      restore(config, before, 'credHelpers', host)
    }
  }
  if (now === null) ledger.base = null
  else if (!isDeepStrictEqual(config, before)) ledger.base = toBase64(Buffer.from(serialise(config)))
  return ledger
}

/** The content of config.json that a ledger stands for; null if there is no file. */
export function render(file: string, { base, logins }: Ledger): Buffer | null {
  const bytes = fromBase64(base)
  if (logins.length === 0) return bytes
  const config = logins.reduce(
    (before: DockerConfig, { host, auth }) => withLogin(before, host, auth),
    parseConfig(file, bytes),
  )
  return Buffer.from(serialise(config))
}

/** What tells a login without giving it away. */
export function fingerprint(auth: string): string {
  return createHash('sha256').update(auth).digest('hex')
}

function restore(config: DockerConfig, was: DockerConfig, key: 'auths' | 'credHelpers', host: string): void {
  const section: Record<string, unknown> = { ...config[key] }
  const former = was[key]?.[host]
  if (former === undefined) delete section[host]
  else section[host] = former
  if (Object.keys(section).length === 0 && was[key] === undefined) delete config[key]
  else Object.assign(config, { [key]: section })
}

/** @returns null for what is no ledger: then the file alone counts */
function parseLedger(bytes: Buffer | null): Ledger | null {
  try {
    const ledger = JSON.parse(bytes?.toString('utf8') ?? 'null') as Ledger | null
    return Array.isArray(ledger?.logins) && Array.isArray(ledger.ours) ? ledger : null
  } catch {
    return null
  }
}

const toBase64 = (bytes: Buffer | null) => bytes?.toString('base64') ?? null
const fromBase64 = (text: string | null) => (text === null ? null : Buffer.from(text, 'base64'))
