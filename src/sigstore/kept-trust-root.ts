import { randomUUID } from 'node:crypto'
import { lstat, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { isObject } from '../shared/is-object.ts'
import { LIMITS } from '../shared/limits.ts'
import type { KeptFiles, TufFiles } from './trust-root.ts'

/**
 * Keeps what a TUF repository gave where the runner keeps its disk. Whoever may write there can write anything: what is
 * read is verified by TUF, from the first root on, and expires as it does at the repository.
 * @param folder RUNNER_TOOL_CACHE; null if there is none
 * @param url of the repository
 * @returns null if nothing can be kept
 */
export function keptTrustRoot(
  folder: string | null,
  url: URL,
  { debug, warn }: { readonly debug: (line: string) => void; readonly warn: (line: string) => void },
): KeptFiles | null {
  if (folder === null) return null
  const file = path.join(folder, ...FOLDERS, `${url.host.replaceAll(':', '_')}.json`)
  return {
    async read() {
      try {
        const text = await readLimited(file)
        return { files: filesIn(text), since: (await stat(file)).mtime }
      } catch (error) {
        const { code, message } = error as NodeJS.ErrnoException
        if (code !== 'ENOENT') debug(`No copy of the trust root of ${url.origin} is used: ${message}`)
        return null
      }
    },
    async write(files) {
      try {
        await makeFolders(folder)
        await putInPlace(file, serialize(files))
      } catch (error) {
        debug(`No copy of the trust root of ${url.origin} is kept: ${(error as Error).message}`)
        return
      }
      await removeLeft(file, debug)
    },
    tell: (since, why) =>
      warn(
        `The trust root of Sigstore at ${url.origin} could not be fetched (${why}): the copy of ${since.toISOString()} on this runner is used, which TUF has verified`,
      ),
  }
}

/** Within RUNNER_TOOL_CACHE. */
const FOLDERS = ['ecr-build-push', 'trust-roots']

/** @throws Error if one of them is something else: another user of the machine may have put a link there */
async function makeFolders(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  let at = folder
  for (const name of FOLDERS) {
    at = path.join(at, name)
    await mkdir(at).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
    if (!(await lstat(at)).isDirectory()) throw new Error(`${at} is no folder, or a link to one`)
  }
}

/**
 * Another job of the machine may read the file at this moment: it is there whole, or not at all. And another user of it
 * may have put a link there: nothing is written through one.
 */
async function putInPlace(file: string, text: string): Promise<void> {
  const other = `${file}.${randomUUID()}.new`
  try {
    await writeFile(other, text, { flag: 'wx' })
    await rename(other, file)
  } catch (error) {
    await rm(other, { force: true })
    throw error
  }
}

/** Removes what a job that was killed has left beside the file; what cannot be removed, as it is another user's, stays. */
async function removeLeft(file: string, debug: (line: string) => void): Promise<void> {
  const [folder, name] = [path.dirname(file), path.basename(file)]
  for (const entry of await readdir(folder).catch(() => [])) {
    if (!entry.startsWith(`${name}.`) || !entry.endsWith('.new')) continue
    const left = path.join(folder, entry)
    // Another job may have moved or removed it meanwhile.
    const about = await lstat(left).catch(() => null)
    if (about === null || about.mtimeMs >= Date.now() - LIMITS.staleFileMs) continue
    await rm(left, { force: true }).catch(({ message }: Error) =>
      debug(`What an earlier job has left stays: ${message}`),
    )
  }
}

async function readLimited(file: string): Promise<string> {
  const about = await stat(file)
  if (!about.isFile()) throw new Error(`${file} is no file`)
  if (about.size > LIMITS.sigstoreBodyBytes) throw new Error(`${file} has ${about.size} bytes`)
  return readFile(file, 'utf8')
}

const serialize = (files: TufFiles): string =>
  JSON.stringify(Object.fromEntries([...files].map(([name, bytes]) => [name, bytes.toString('base64')])))

function filesIn(text: string): TufFiles {
  const content: unknown = JSON.parse(text)
  if (!isObject(content)) throw new Error('it is no JSON object')
  const files = Object.entries(content).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  )
  return new Map(files.map(([name, base64]) => [name, Buffer.from(base64, 'base64')]))
}
