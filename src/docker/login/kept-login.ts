import { createHash, randomUUID } from 'node:crypto'
import { mkdir, rm, rmdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { ActionError } from '../../shared/errors.ts'
import {
  type DockerConfig,
  type Env,
  parseConfig,
  readWhole,
  serialise,
  userFolder,
  withLogin,
} from './config.ts'
import { followLinks, isDiskFull, isErrno, readIfThere, replaceFile, sameBytes } from './files.ts'
import { withLock } from './lock.ts'

/** What the post step needs to take a login out of the user's configuration again; it holds no secret. */
export interface KeptLogin {
  readonly file: string
  readonly host: string
  readonly id: string
}

/**
 * What stands beside config.json while jobs of this machine are logged in in it: the file as it would be without
 * them, and their logins. As secret as the file itself. The file is always made from the two, so that jobs may come
 * and go in any order, and the last one gives back the very bytes.
 */
interface Ledger {
  /** Base64; null where there would be no file. */
  base: string | null
  mode: number
  /** The topmost folder that was made for the file; null where its folder was there. */
  readonly made: string | null
  /**
   * The logins before and after the last change: a job may have been killed between ledger and file, and others
   * find one of either there. Digests, as some of the logins are no more.
   */
  ours: readonly { readonly host: string; readonly digest: string }[]
  /** In the order in which they came; of one registry the last is in the file. */
  logins: readonly Login[]
}

interface Login {
  readonly id: string
  readonly host: string
  readonly auth: string
  readonly since: number
}

/** ECR's tokens live so long; what is older is of a job that ended without its post step. */
const LIFETIME_MS = 12 * 3600_000

/** While a token is in the file nobody else reads it, whatever mode it had. */
const MODE = 0o600

/** Names a login before it is made, so that the post step knows of it whenever the main step is killed. */
export async function nameKeptLogin(env: Env, host: string): Promise<KeptLogin> {
  const file = await followLinks(path.resolve(userFolder(env), 'config.json'))
  return { file, host, id: randomUUID() }
}

/**
 * Adds a login to the user's configuration.
 * @param auth as docker stores it
 * @throws ActionError where the file cannot be written; it is as it was then
 */
export async function addKeptLogin({ file, host, id }: KeptLogin, auth: string): Promise<void> {
  try {
    const login = { id, host, auth, since: Date.now() }
    const add = async () => {
      const made = await mkdir(path.dirname(file), { recursive: true, mode: 0o700 })
      await change(file, made ?? null, (logins) => [...logins.filter((one) => one.id !== id), login])
    }
    // The last job of a folder that was made for it may remove that just now.
    await add().catch((error) => (isErrno(error, 'ENOENT') ? add() : Promise.reject(error)))
  } catch (error) {
    if (error instanceof ActionError) throw error
    throw new ActionError(
      `keep-login cannot write Docker's configuration ${file}: ${(error as Error).message}`,
      isDiskFull(error)
        ? `free space on the disk of ${path.dirname(file)}; the file is as it was.`
        : `let the runner's user write ${path.dirname(file)}, or set DOCKER_CONFIG to a folder that it can write; without keep-login nothing is written there.`,
      { cause: error },
    )
  }
}

/**
 * Takes a login out of the user's configuration again. An older one to the same registry comes back, of a job that
 * still runs or the user's own; what somebody else has put in its place stays. With the last login the file gets
 * back its bytes and its mode, unless somebody else has changed it since.
 * @throws ActionError where the file cannot be written; it is as it was then
 */
export async function removeKeptLogin({ file, host, id }: KeptLogin): Promise<void> {
  if ((await readIfThere(ledgerOf(file))) === null) return
  const without = (logins: readonly Login[]) => logins.filter((login) => login.id !== id)
  const made = await change(file, null, without).catch((error) => {
    if (error instanceof ActionError) throw error
    throw new ActionError(
      `keep-login cannot take its login out of ${file}: ${(error as Error).message}`,
      `let the runner's user write ${path.dirname(file)}, with space left on its disk; then: docker logout ${host}`,
      { cause: error },
    )
  })
  // Only empty folders go: somebody may have begun to use them.
  for (let folder = path.dirname(file); made !== null; folder = path.dirname(folder)) {
    const gone = await rmdir(folder).then(
      () => true,
      () => false,
    )
    if (!gone || folder === made) break
  }
}

const ledgerOf = (file: string) => `${file}.ecr-build-push`

/** @returns the topmost folder that was made for the file and is not needed any more */
function change(
  file: string,
  made: string | null,
  edit: (logins: readonly Login[]) => readonly Login[],
): Promise<string | null> {
  return withLock(`${ledgerOf(file)}.lock`, async () => {
    const written = await readIfThere(ledgerOf(file))
    for (let attempt = 0; ; attempt++) {
      const now = await readWhole(file)
      const mode = (await stat(file).catch(() => null))?.mode ?? MODE
      const ledger = openLedger(file, now, mode & 0o777, written, made)
      const before = ledger.logins
      ledger.logins = edit(before.filter(({ since }) => Date.now() - since < LIFETIME_MS))
      const next = render(file, ledger)
      ledger.ours = [...before, ...ledger.logins].map(({ host, auth }) => ({ host, digest: digestOf(auth) }))
      await replaceFile(ledgerOf(file), JSON.stringify(ledger), MODE)
      // docker itself takes no lock: what it has written since the reading counts, too.
      const expected = attempt < 20 ? now : undefined
      if (!(await put(file, next, ledger.logins.length === 0 ? ledger.mode : MODE, now, expected))) continue
      if (ledger.logins.length > 0) return null
      await rm(ledgerOf(file), { force: true })
      return next === null ? ledger.made : null
    }
  })
}

async function put(
  file: string,
  next: Buffer | null,
  mode: number,
  now: Buffer | null,
  expected: Buffer | null | undefined,
): Promise<boolean> {
  if (next !== null) return replaceFile(file, next, mode, expected)
  if (expected !== undefined && !sameBytes(now, await readIfThere(file))) return false
  await rm(file, { force: true })
  return true
}

/** The ledger, brought up to what others have done to the file since it was written. */
function openLedger(
  file: string,
  now: Buffer | null,
  mode: number,
  written: Buffer | null,
  made: string | null,
): Ledger {
  const ledger = parseLedger(written)
  const config = parseConfig(file, now)
  if (ledger === null) return { base: encode(now), mode, made, ours: [], logins: [] }
  // Any other mode is somebody's wish, or that of a file which was not written yet.
  if (mode !== MODE) ledger.mode = mode
  const before = parseConfig(file, decode(ledger.base))
  for (const host of new Set(ledger.ours.map((login) => login.host))) {
    const auth = config.auths?.[host]?.auth
    const digest = auth === undefined ? null : digestOf(auth)
    const ours = ledger.ours.some((login) => login.host === host && login.digest === digest)
    if (ours) putBack(config, before, 'auths', host)
    // Somebody has logged in or out: theirs stays, and none of ours comes back.
    else ledger.logins = ledger.logins.filter((login) => login.host !== host)
    // A login of theirs is in the file only because no helper was asked, and is found there for the same reason.
    if ((ours || auth === undefined) && config.credHelpers?.[host] === '') {
      putBack(config, before, 'credHelpers', host)
    }
  }
  if (now === null) ledger.base = null
  else if (!isDeepStrictEqual(config, before)) ledger.base = encode(Buffer.from(serialise(config)))
  return ledger
}

function render(file: string, { base, logins }: Ledger): Buffer | null {
  const bytes = decode(base)
  if (logins.length === 0) return bytes
  const config = logins.reduce(
    (before: DockerConfig, { host, auth }) => withLogin(before, host, auth),
    parseConfig(file, bytes),
  )
  return Buffer.from(serialise(config))
}

function putBack(config: DockerConfig, was: DockerConfig, key: 'auths' | 'credHelpers', host: string): void {
  const section: Record<string, unknown> = { ...config[key] }
  const former = was[key]?.[host]
  if (former === undefined) delete section[host]
  else section[host] = former
  if (Object.keys(section).length === 0 && was[key] === undefined) delete config[key]
  else Object.assign(config, { [key]: section })
}

/** What is no ledger says nothing: the file itself is all there is to go by then. */
function parseLedger(bytes: Buffer | null): Ledger | null {
  try {
    const ledger = JSON.parse(bytes?.toString('utf8') ?? 'null') as Ledger | null
    return Array.isArray(ledger?.logins) && Array.isArray(ledger.ours) ? ledger : null
  } catch {
    return null
  }
}

function digestOf(auth: string): string {
  return createHash('sha256').update(auth).digest('hex')
}

const encode = (bytes: Buffer | null) => bytes?.toString('base64') ?? null
const decode = (text: string | null) => (text === null ? null : Buffer.from(text, 'base64'))
