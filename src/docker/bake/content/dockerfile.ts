import { createHash } from 'node:crypto'
import { lstat, readdir, readFile, realpath } from 'node:fs/promises'
import path from 'node:path'
import type { BakeTarget } from '../plan.ts'
import { NoContentTag } from './checkout.ts'
import { Ignored } from './ignore.ts'
import type { Contexts } from './tree.ts'

/** Where the paths of a definition start, and how messages call a file. */
export interface DefinitionPlace {
  readonly workspace: string
  readonly shown: (file: string) => string
}

/** A folder of a definition: `cwd://` is where the step runs. */
export function contextFolder({ workspace }: DefinitionPlace, given: string): string {
  return path.resolve(workspace, given.replace(/^cwd:\/\//, ''))
}

/**
 * The Dockerfile of a target, and what it leaves out of the context.
 * @returns a hash of its text
 * @throws NoContentTag; the file system's error; ActionError if git refuses to read another user's checkout
 */
export async function readDockerfileOf(
  target: BakeTarget,
  place: DefinitionPlace,
  contexts: Contexts,
): Promise<{ readonly hash: string; readonly ignored: Ignored }> {
  const context = contextFolder(place, target.context)
  const ofContext = path.join(context, '.dockerignore')
  if (target.dockerfileInline !== null) {
    return { hash: hashOf(target.dockerfileInline), ignored: await ignoredBy(ofContext, place) }
  }
  const file = await withItsCase(
    target.dockerfile.startsWith('cwd://')
      ? contextFolder(place, target.dockerfile)
      : path.resolve(context, target.dockerfile),
  )
  // docker follows a link only within the folder of the Dockerfile.
  const [real, folder] = [await realpath(file), await realpath(path.dirname(file))]
  if (!real.startsWith(folder + path.sep)) {
    throw new NoContentTag(`${place.shown(file)} is a link to another folder.`)
  }
  const stat = await lstat(real)
  await contexts.refuseUncommitted(real, {
    path: path.basename(real),
    kind: 'file',
    executable: (stat.mode & 0o100) !== 0,
    bytes: stat.size,
  })
  const own = `${file}.dockerignore`
  return {
    hash: hashOf(await readFile(real)),
    ignored: await ignoredBy((await existsAt(own)) ? own : ofContext, place),
  }
}

/** What the .dockerignore of a named context leaves out of it. @throws NoContentTag; the file system's error */
export function ignoredIn(folder: string, place: DefinitionPlace): Promise<Ignored> {
  return ignoredBy(path.join(folder, '.dockerignore'), place)
}

async function ignoredBy(file: string, { shown }: DefinitionPlace): Promise<Ignored> {
  if (!(await existsAt(file))) return new Ignored('')
  if ((await lstat(file)).isSymbolicLink()) throw new NoContentTag(`${shown(file)} is a link.`)
  try {
    return new Ignored(
      new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await readFile(file)),
    )
  } catch (error) {
    if (error instanceof TypeError) throw new NoContentTag(`${shown(file)} is not text in UTF-8.`)
    throw new NoContentTag(`of ${shown(file)}, ${(error as Error).message}.`)
  }
}

/** docker takes a `dockerfile` where there is no `Dockerfile`. */
async function withItsCase(file: string): Promise<string> {
  if (path.basename(file) !== 'Dockerfile') return file
  const names = await readdir(path.dirname(file))
  return names.includes('Dockerfile') || !names.includes('dockerfile')
    ? file
    : path.join(path.dirname(file), 'dockerfile')
}

async function existsAt(file: string): Promise<boolean> {
  return lstat(file).then(
    () => true,
    () => false,
  )
}

const hashOf = (content: string | Buffer): string => createHash('sha256').update(content).digest('hex')
