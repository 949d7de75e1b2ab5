import { realpath } from 'node:fs/promises'
import path from 'node:path'
import { ActionError } from '../../../shared/errors.ts'
import { LIMITS } from '../../../shared/limits.ts'
import { ProcessError, TimedOut } from '../../exec.ts'
import type { RunGit } from './git.ts'
import { checkoutRoot } from './root.ts'

/** Why a target has no content tag: the message is a sentence, which names a file if one is the reason. */
export class NoContentTag extends Error {
  override readonly name = 'NoContentTag'
}

/** What Git keeps of a file: its mode as six digits, and the id of its content. */
export interface CommittedFile {
  readonly mode: string
  readonly id: string
}

export const LINK_MODE = '120000'
export const SUBMODULE_MODE = '160000'

/** What is committed, as git answers it; each question once. */
export class Committed {
  readonly #git: RunGit
  readonly #trees = new Map<string, Promise<ReadonlyMap<string, CommittedFile>>>()
  /** Of whole checkouts; null if git does not list one. */
  readonly #whole = new Map<string, Promise<ReadonlyMap<string, CommittedFile> | null>>()

  constructor(git: RunGit) {
    this.#git = git
  }

  /**
   * The files of the commit that is checked out, with their paths below a folder.
   * @throws NoContentTag; ActionError if git refuses to read another user's checkout
   */
  filesBelow(folder: string): Promise<ReadonlyMap<string, CommittedFile>> {
    const known = this.#trees.get(folder)
    if (known !== undefined) return known
    const asked = this.#below(folder)
    this.#trees.set(folder, asked)
    return asked
  }

  /** Of many contexts in one checkout, git is asked once; why it does not list one is told of the folder itself. */
  async #below(folder: string): Promise<ReadonlyMap<string, CommittedFile>> {
    const place = await placeIn(folder)
    const all = place === null ? null : await this.#all(place.root)
    if (place === null || all === null)
      return committedIn(await this.#ask(['ls-tree', '-r', '-z', 'HEAD'], folder), folder)
    if (place.prefix === '') return all
    const below = [...all].filter(([file]) => file.startsWith(place.prefix))
    return new Map(below.map(([file, committed]) => [file.slice(place.prefix.length), committed]))
  }

  #all(root: string): Promise<ReadonlyMap<string, CommittedFile> | null> {
    const known = this.#whole.get(root)
    if (known !== undefined) return known
    const asked = this.#ask(['ls-tree', '-r', '-z', 'HEAD'], root)
      .then((list) => committedIn(list, root))
      .catch(() => null)
    this.#whole.set(root, asked)
    return asked
  }

  /** One file of a folder; null if it is not committed. @throws as filesBelow */
  async fileAt(file: string): Promise<CommittedFile | null> {
    const folder = await realpath(path.dirname(file))
    const place = await placeIn(folder)
    const all = place === null ? null : await this.#all(place.root)
    if (place !== null && all !== null) return all.get(`${place.prefix}${path.basename(file)}`) ?? null
    const list = await this.#ask(['ls-tree', '-z', 'HEAD', '--', path.basename(file)], folder)
    return committedIn(list, folder).get(path.basename(file)) ?? null
  }

  /** The commit that is checked out in a submodule. @throws as filesBelow */
  async commitOf(folder: string): Promise<string> {
    return (await this.#ask(['rev-parse', '--verify', 'HEAD'], folder)).trim()
  }

  /**
   * The ids that files get by all that git converts on the way in: line ends, LFS.
   * @param files below the folder, of which no name has a line end
   * @throws as filesBelow
   */
  async convertedIds(folder: string, files: readonly string[]): Promise<string[]> {
    // git takes these paths from the root of the checkout, wherever it runs.
    const place = await this.#ask(['rev-parse', '--show-toplevel', '--show-prefix'], folder)
    const [root = '', prefix = ''] = place.split('\n')
    if (place.split('\n').length !== 3) throw new NoContentTag(`the name of ${folder} has a line end.`)
    const paths = files.map((file) => `${prefix}${file}\n`).join('')
    const ids = await this.#ask(['hash-object', '--stdin-paths'], root, paths)
    return ids.split('\n').slice(0, files.length)
  }

  /** The files below a folder that a sparse checkout leaves out. @throws as filesBelow */
  async leftOut(folder: string): Promise<ReadonlySet<string>> {
    const list = await this.#ask(['ls-files', '-t', '-z'], folder)
    return new Set(list.split('\0').flatMap((line) => (line.startsWith('S ') ? [line.slice(2)] : [])))
  }

  async #ask(args: readonly string[], folder: string, input?: string): Promise<string> {
    let output: string
    try {
      output = await this.#git(args, folder, input)
    } catch (error) {
      throw explained(error, folder)
    }
    // What is longer may have lost its beginning.
    if (Buffer.byteLength(output) < LIMITS.gitListBytes) return output
    throw new NoContentTag(
      `the list of the committed files below ${folder} has over ${LIMITS.gitListBytes >> 20} MiB.`,
    )
  }
}

/** Where a folder is in the checkout that it belongs to. @returns null if it is in none, or is not there */
async function placeIn(folder: string): Promise<{ readonly root: string; readonly prefix: string } | null> {
  const found = await checkoutRoot(folder)
  if (found === null) return null
  const inside = path.relative(found.root, found.folder)
  return { root: found.root, prefix: inside === '' ? '' : `${inside}/` }
}

function committedIn(list: string, folder: string): Map<string, CommittedFile> {
  const lines = list.split('\0').filter((line) => line !== '')
  return new Map(
    lines.map((line) => {
      const [, mode, id, file] = /^(\d{6}) \w+ ([0-9a-f]{40,64})\t(.+)$/s.exec(line) ?? []
      if (!mode || !id || !file)
        throw new NoContentTag(`git lists the files below ${folder} in an unknown form.`)
      return [file, { mode, id }]
    }),
  )
}

function explained(error: unknown, folder: string): unknown {
  if (error instanceof TimedOut) return new NoContentTag(`${error.message}.`)
  if (!(error instanceof ProcessError)) return error
  if (error.missing) return new NoContentTag('git, which knows what is committed, could not be started.')
  const dubious = /dubious ownership in repository at '(.*)'/.exec(error.stderr)
  if (dubious) {
    return new ActionError(
      `git does not read the checkout ${dubious[1]}, as it belongs to another user; without what is committed there is no content tag.`,
      `run 'git config --global --add safe.directory ${dubious[1]}' in a step before this one, or leave out 'content-tag'.`,
      { cause: error, page: 'bake.md#what-has-not-changed' },
    )
  }
  if (/not a git repository/.test(error.stderr))
    return new NoContentTag(`${folder} is in no checkout of Git.`)
  if (/HEAD/.test(error.stderr)) return new NoContentTag(`nothing is committed in ${folder}.`)
  const [said = ''] = error.stderr.trim().split('\n')
  return new NoContentTag(`${error.message}${said === '' ? '' : `: ${said}`}.`)
}
