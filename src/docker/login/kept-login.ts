import { randomUUID } from 'node:crypto'
import { mkdir, readdir, rm, rmdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { ActionError } from '../../shared/errors.ts'
import { type Env, readWhole, userFolder } from './config.ts'
import { followLinks, isDiskFull, isErrno, readIfExists, replaceFile, sameBytes } from './files.ts'
import { fingerprint, type Login, openLedger, PRIVATE_MODE, render } from './ledger.ts'
import { withLock } from './lock.ts'
import { removeLeftovers } from './temporary.ts'

/** What the post step needs to take a login out of the user's configuration again; it holds no secret. */
export interface KeptLogin {
  readonly file: string
  readonly host: string
  readonly id: string
}

/** ECR's tokens live so long; an older login is of a job that ended without its post step. */
const LOGIN_LIFETIME_MS = 12 * 3600_000

/** Names a login before it is made, so that the post step knows of it even if the main step is killed at once. */
export async function nameKeptLogin(env: Env, host: string): Promise<KeptLogin> {
  const file = await followLinks(path.resolve(userFolder(env), 'config.json'))
  return { file, host, id: randomUUID() }
}

/**
 * Adds a login to the user's configuration.
 * @param auth as docker stores it
 * @throws ActionError if the file cannot be written; then it is unchanged
 */
export async function addKeptLogin({ file, host, id }: KeptLogin, auth: string): Promise<void> {
  try {
    const login = { id, host, auth, since: Date.now() }
    const add = async () => {
      const made = await mkdir(path.dirname(file), { recursive: true, mode: 0o700 })
      await changeLedger(file, made ?? null, (logins) => [...logins.filter((one) => one.id !== id), login])
    }
    // Another job that made the folder may be removing it just now.
    await add().catch((error) => (isErrno(error, 'ENOENT') ? add() : Promise.reject(error)))
  } catch (error) {
    if (error instanceof ActionError) throw error
    throw new ActionError(
      `keep-login cannot write Docker's configuration ${file}: ${(error as Error).message}`,
      isDiskFull(error)
        ? `free space on the disk of ${path.dirname(file)}; the file is as it was.`
        : `let the runner's user write ${path.dirname(file)}, or set DOCKER_CONFIG to a folder that it can write; without keep-login nothing is written there.`,
      { cause: error, page: 'runners.md#dockers-configuration' },
    )
  }
}

/**
 * Removes a login from the user's configuration. An older one to the same registry comes back, of a job that still
 * runs or the user's own; what somebody else has put in its place stays. With the last login the file gets back its
 * bytes and its mode, unless somebody else has changed it since. What killed jobs have left beside the file goes too.
 * @throws ActionError if the file cannot be written; then it is unchanged
 */
export async function removeKeptLogin({ file, host, id }: KeptLogin): Promise<void> {
  if ((await readIfExists(ledgerFile(file))) === null) {
    if (await hasOursBeside(file)) await withLock(lockFile(file), () => removeLeftoversOf(file))
    return
  }
  const without = (logins: readonly Login[]) => logins.filter((login) => login.id !== id)
  let made = await changeLedger(file, null, without).catch((error) => {
    if (error instanceof ActionError) throw error
    throw new ActionError(
      `keep-login cannot take its login out of ${file}: ${(error as Error).message}`,
      `let the runner's user write ${path.dirname(file)}, with space left on its disk; then: docker logout ${host}`,
      { cause: error, page: 'runners.md#dockers-configuration' },
    )
  })
  for (let attempt = 0; made !== null && attempt < HAND_OVERS; attempt++) {
    if ((await removeFolders(path.dirname(file), made)) || !(await hasOursBeside(file))) return
    // Another job has just begun to use the folder: the last one to leave removes it.
    made = await changeLedger(file, made, (logins) => logins).catch(() => null)
  }
}

/** Jobs that may come and go between two looks at a folder. */
const HAND_OVERS = 20

/**
 * Removes a folder and those above it, up to the topmost that was made for it. Only empty ones are removed: somebody
 * may have begun to use them.
 * @returns whether the first is gone
 */
async function removeFolders(first: string, last: string): Promise<boolean> {
  for (let folder = first; ; folder = path.dirname(folder)) {
    const removed = await rmdir(folder).then(
      () => true,
      (error: unknown) => isErrno(error, 'ENOENT'),
    )
    if (!removed) return folder !== first
    if (folder === last) return true
  }
}

const ledgerFile = (file: string) => `${file}.ecr-build-push`
const lockFile = (file: string) => `${ledgerFile(file)}.lock`

/** A job may have been killed before it had written its ledger: its lock, or half a ledger, is beside the file. */
async function hasOursBeside(file: string): Promise<boolean> {
  const ours = [ledgerFile(file), `${file}.tmp-`].map((one) => path.basename(one))
  const names = await readdir(path.dirname(file)).catch(() => [])
  return names.some((name) => ours.some((one) => name.startsWith(one)))
}

/** To be called under the lock. */
const removeLeftoversOf = (file: string) => removeLeftovers([file, ledgerFile(file), lockFile(file)])

/**
 * Changes the logins in a ledger and makes the file from it, under the lock.
 * @param made the topmost folder that was just made for the file; null if its folder existed
 * @returns the topmost folder that was made for the file and is not needed any more; null if there is none
 */
function changeLedger(
  file: string,
  made: string | null,
  edit: (logins: readonly Login[]) => readonly Login[],
): Promise<string | null> {
  return withLock(lockFile(file), async () => {
    await removeLeftoversOf(file)
    const written = await readIfExists(ledgerFile(file))
    for (let attempt = 0; ; attempt++) {
      const now = await readWhole(file)
      const mode = ((await stat(file).catch(() => null))?.mode ?? PRIVATE_MODE) & 0o777
      const ledger = openLedger({ file, now, mode, written, made })
      const before = ledger.logins
      ledger.logins = edit(before.filter(({ since }) => Date.now() - since < LOGIN_LIFETIME_MS))
      const next = render(file, ledger)
      ledger.ours = [...before, ...ledger.logins].map(({ host, auth }) => ({
        host,
        digest: fingerprint(auth),
      }))
      await replaceFile(ledgerFile(file), JSON.stringify(ledger), PRIVATE_MODE)
      // docker itself takes no lock: if it has written since, its change counts and this starts over.
      const expected = attempt < 20 ? now : undefined
      if (!(await put(file, next, ledger.logins.length === 0 ? ledger.mode : PRIVATE_MODE, expected)))
        continue
      if (ledger.logins.length > 0) return null
      await rm(ledgerFile(file), { force: true })
      return next === null ? ledger.made : null
    }
  })
}

/** @returns false if the file no longer holds what is expected: then nothing is written */
async function put(
  file: string,
  next: Buffer | null,
  mode: number,
  expected: Buffer | null | undefined,
): Promise<boolean> {
  if (next !== null) return replaceFile(file, next, mode, expected)
  if (expected !== undefined && !sameBytes(expected, await readIfExists(file))) return false
  await rm(file, { force: true })
  return true
}
