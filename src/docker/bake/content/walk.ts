import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { lstat, readdir, readlink } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { NoContentTag } from './checkout.ts'
import type { Decision, Ignored } from './ignore.ts'

/** One thing that docker would send of a context. */
export interface ContextEntry {
  /** Relative to the context, with slashes. */
  readonly path: string
  /** `other` is a device, a pipe or a socket. */
  readonly kind: 'file' | 'link' | 'folder' | 'other'
  /** Whether its owner may run it: the one bit of its mode that Git keeps. */
  readonly executable: boolean
  readonly bytes: number
}

/**
 * What docker would send of a context, sorted by path: what is ignored is left out, and a folder is there if it is not
 * ignored or holds what is not. Nothing is read but folders.
 * @param folder absolute
 * @throws the file system's error
 */
export async function contextEntries(folder: string, ignored: Ignored): Promise<ContextEntry[]> {
  const found = await entriesBelow(folder, '', null, ignored)
  return found.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
}

async function entriesBelow(
  folder: string,
  inside: string,
  parent: Decision | null,
  ignored: Ignored,
): Promise<ContextEntry[]> {
  const found: ContextEntry[] = []
  for (const child of await readdir(path.join(folder, inside), { withFileTypes: true })) {
    const at = inside === '' ? child.name : `${inside}/${child.name}`
    const decision = ignored.decide(at, child.isDirectory(), parent)
    const below = decision.entered ? await entriesBelow(folder, at, decision, ignored) : []
    if (!decision.ignored || below.length > 0) found.push(await entryAt(folder, at))
    found.push(...below)
  }
  return found
}

async function entryAt(folder: string, at: string): Promise<ContextEntry> {
  const stat = await lstat(path.join(folder, at))
  const kind = stat.isDirectory()
    ? 'folder'
    : stat.isSymbolicLink()
      ? 'link'
      : stat.isFile()
        ? 'file'
        : 'other'
  return { path: at, kind, executable: kind === 'file' && (stat.mode & 0o100) !== 0, bytes: stat.size }
}

/**
 * The id that Git would give to what is on the disk, byte for byte, before any of its conversions.
 * @param algorithm of the repository: `sha1` or `sha256`
 * @throws the file system's error; NoContentTag if the file changes while it is read
 */
export async function blobId(
  folder: string,
  entry: ContextEntry,
  algorithm: 'sha1' | 'sha256',
): Promise<string> {
  const file = path.join(folder, entry.path)
  const hash = createHash(algorithm)
  if (entry.kind === 'link') {
    const target = await readlink(file, 'buffer')
    return hash.update(`blob ${target.length}\0`).update(target).digest('hex')
  }
  hash.update(`blob ${entry.bytes}\0`)
  const content = createReadStream(file)
  await pipeline(content, hash)
  if (content.bytesRead !== entry.bytes) {
    throw new NoContentTag(`${entry.path}, in its context, changes while it is read.`)
  }
  return (hash.read() as Buffer).toString('hex')
}
