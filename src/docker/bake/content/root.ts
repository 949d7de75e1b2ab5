import { lstat, realpath } from 'node:fs/promises'
import path from 'node:path'

/** A folder in a checkout of Git, both without links on the way. */
export interface InCheckout {
  readonly root: string
  readonly folder: string
}

/**
 * The checkout that a folder belongs to: the nearest folder above it that has a `.git`, as git looks for it; one of a
 * submodule is a file.
 * @returns null if there is none, or the folder is not there
 */
export async function checkoutRoot(folder: string): Promise<InCheckout | null> {
  const there = await realpath(folder).catch(() => null)
  if (there === null) return null
  const names = there.split(path.sep)
  const above = names.map((_, at) => names.slice(0, names.length - at).join(path.sep) || path.sep)
  const found = await Promise.all(
    above.map((one) =>
      lstat(path.join(one, '.git')).then(
        () => true,
        () => false,
      ),
    ),
  )
  const root = above.find((_, at) => found[at])
  return root === undefined ? null : { root, folder: there }
}
