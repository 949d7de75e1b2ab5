import { realpathSync } from 'node:fs'
import path from 'node:path'

/**
 * A file of the workspace, as it is behind symbolic links.
 * @param given a path, relative to the workspace or absolute
 * @returns its real path; null if that is outside of the workspace
 * @throws the file system's error if there is no such file
 */
export function insideOf(workspace: string, given: string): string | null {
  const file = realpathSync(path.resolve(workspace, given))
  const relative = path.relative(realpathSync(workspace), file)
  return relative === '..' || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative) ? null : file
}
