import { createHash } from 'node:crypto'
import { realpath } from 'node:fs/promises'
import path from 'node:path'
import { Limiter, settled } from '../../../shared/limiter.ts'
import { type Committed, type CommittedFile, LINK_MODE, NoContentTag, SUBMODULE_MODE } from './checkout.ts'
import type { Ignored } from './ignore.ts'
import { blobId, type ContextEntry, contextEntries } from './walk.ts'

/** Files that are read at the same time. */
const READ_AT_ONCE = 16

/** A checkout in a context: the one that holds the context, or a submodule in it. */
interface CheckoutPart {
  /** Relative to the context, with a slash at the end; empty for the context itself. */
  readonly prefix: string
  readonly folder: string
  readonly files: ReadonlyMap<string, CommittedFile>
}

/** The folders that a definition's contexts are, and what is committed of them. A folder of several targets is read once. */
export class Contexts {
  readonly #checkout: Committed
  readonly #ids = new Map<string, Promise<string>>()
  readonly #shown: (file: string) => string

  /** @param shown how messages call a file */
  constructor(checkout: Committed, shown: (file: string) => string) {
    this.#checkout = checkout
    this.#shown = shown
  }

  /**
   * A hash of what docker sends of a folder, if all of that is as it was committed: each path, what it is, whether it can
   * be run, and its bytes on the disk, which differ from the committed ones where git converts them.
   * @throws NoContentTag for what is not committed; ActionError if git refuses to read another user's checkout
   */
  async hashOf(given: string, ignored: Ignored): Promise<string> {
    const folder = await realpath(given)
    const entries = await contextEntries(folder, ignored)
    const parts = await this.#partsOf(folder, entries)
    const ids = await this.#idsOf(entries, parts)
    await this.#refuseMissing(entries, parts, ignored)
    const hash = createHash('sha256')
    for (const { path: file, kind, executable } of entries) {
      hash.update(`${kind} ${executable ? 'x' : '-'} ${ids.get(file) ?? ''} ${file}\0`)
    }
    return hash.digest('hex')
  }

  /** Refuses a file that is not as it was committed. @throws as hashOf */
  async refuseUncommitted(file: string, entry: ContextEntry): Promise<void> {
    const committed = await this.#checkout.fileAt(file)
    if (committed === null) throw new NoContentTag(`${this.#shown(file)} is not committed.`)
    const folder = path.dirname(file)
    if ((await this.#idOf(folder, entry, committed)) === committed.id) return
    const [converted] = await this.#checkout.convertedIds(folder, [entry.path])
    if (converted !== committed.id) throw this.#modified(file)
  }

  /** The checkout that holds the context, and the submodules in it that are checked out; those within others first. */
  async #partsOf(folder: string, entries: readonly ContextEntry[]): Promise<CheckoutPart[]> {
    const parts: CheckoutPart[] = [{ prefix: '', folder, files: await this.#checkout.filesBelow(folder) }]
    const holds = (prefix: string) => entries.some(({ path: file }) => file.startsWith(prefix))
    for (const part of parts) {
      for (const [file, { mode, id }] of part.files) {
        const prefix = `${part.prefix}${file}/`
        if (mode !== SUBMODULE_MODE || !holds(prefix)) continue
        const inside = path.join(folder, prefix)
        if ((await this.#checkout.commitOf(inside)) !== id) throw this.#modified(inside)
        parts.push({ prefix, folder: inside, files: await this.#checkout.filesBelow(inside) })
      }
    }
    return parts.reverse()
  }

  async #idsOf(
    entries: readonly ContextEntry[],
    parts: readonly CheckoutPart[],
  ): Promise<Map<string, string>> {
    const reading = new Limiter(READ_AT_ONCE)
    const differing = new Map<CheckoutPart, [file: string, id: string][]>()
    const read = entries.map(async (entry): Promise<[string, string][]> => {
      if (entry.kind === 'folder') return []
      const part = partWith(parts, entry.path)
      const committed = this.#committedOf(part, entry)
      const id = await reading.run(() => this.#idOf(parts.at(-1)?.folder ?? '', entry, committed))
      if (id !== committed.id) {
        if (entry.kind === 'link') throw this.#modified(path.join(part.folder, entry.path))
        const file = entry.path.slice(part.prefix.length)
        differing.set(part, [...(differing.get(part) ?? []), [file, committed.id]])
      }
      return [[entry.path, id]]
    })
    const ids = new Map((await settled(read)).flat())
    for (const [part, files] of differing) await this.#refuseModified(part, files)
    return ids
  }

  #committedOf(part: CheckoutPart, entry: ContextEntry): CommittedFile {
    const file = entry.path.slice(part.prefix.length)
    const shown = this.#shown(path.join(part.folder, file))
    const committed = part.files.get(file)
    if (/(?:^|\/)\.git(?:\/|$)/.test(entry.path)) {
      throw new NoContentTag(`${shown} is in its context; name '**/.git' in .dockerignore.`)
    }
    if (committed === undefined || entry.kind === 'other') {
      throw new NoContentTag(`${shown} is in its context, and not committed.`)
    }
    // Windows has no such bit, and docker sets it there for every file.
    const isOther = process.platform !== 'win32' && entry.executable !== (committed.mode === '100755')
    if ((entry.kind === 'link') !== (committed.mode === LINK_MODE) || isOther) {
      throw this.#modified(path.join(part.folder, file))
    }
    return committed
  }

  #idOf(folder: string, entry: ContextEntry, committed: CommittedFile): Promise<string> {
    const algorithm = committed.id.length === 64 ? 'sha256' : 'sha1'
    const key = `${algorithm} ${path.join(folder, entry.path)}`
    const known = this.#ids.get(key)
    if (known !== undefined) return known
    const asked = blobId(folder, entry, algorithm)
    this.#ids.set(key, asked)
    return asked
  }

  /** Of files whose bytes are not the committed ones: git may have converted them. */
  async #refuseModified(part: CheckoutPart, files: readonly [file: string, id: string][]): Promise<void> {
    const odd = files.find(([file]) => file.includes('\n'))
    if (odd !== undefined) throw this.#modified(path.join(part.folder, odd[0]))
    const converted = await this.#checkout.convertedIds(
      part.folder,
      files.map(([file]) => file),
    )
    const modified = files.find(([, id], i) => converted[i] !== id)
    if (modified !== undefined) throw this.#modified(path.join(part.folder, modified[0]))
  }

  /** Of committed files that are not on the disk: a sparse checkout leaves them out, or somebody has removed them. */
  async #refuseMissing(
    entries: readonly ContextEntry[],
    parts: readonly CheckoutPart[],
    ignored: Ignored,
  ): Promise<void> {
    const there = new Set(entries.map(({ path: file }) => file))
    for (const { prefix, folder, files } of parts) {
      const missing = [...files.keys()].filter(
        (file) => !there.has(prefix + file) && !isIgnored(ignored, prefix + file),
      )
      if (missing.length === 0) continue
      const leftOut = await this.#checkout.leftOut(folder)
      const removed = missing.find((file) => !leftOut.has(file))
      if (removed === undefined) continue
      throw new NoContentTag(`${this.#shown(path.join(folder, removed))} is committed, and not there.`)
    }
  }

  #modified(file: string): NoContentTag {
    return new NoContentTag(`${this.#shown(file)} is not as it was committed.`)
  }
}

const partWith = (parts: readonly CheckoutPart[], file: string): CheckoutPart =>
  parts.find(({ prefix }) => file.startsWith(prefix)) as CheckoutPart

/** Of a file that is not on the disk. */
function isIgnored(ignored: Ignored, file: string): boolean {
  const names = file.split('/')
  let parent = null
  for (let i = 1; i < names.length; i++) {
    parent = ignored.decide(names.slice(0, i).join('/'), true, parent)
    if (!parent.entered) return true
  }
  return ignored.decide(file, false, parent).ignored
}
