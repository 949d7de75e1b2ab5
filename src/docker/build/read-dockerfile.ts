import { readFile } from 'node:fs/promises'
import type { BuildInputs } from '../port.ts'
import { isRemote } from '../syntax/context.ts'

/**
 * The Dockerfile of a build, as text.
 * @returns null if docker fetches it; nothing of one that cannot be read, which docker says itself
 */
export async function readDockerfile({
  context,
  file,
}: Pick<BuildInputs, 'context' | 'file'>): Promise<string | null> {
  if (file === null || isRemote(context) || isRemote(file)) return null
  return readFile(file, 'utf8').catch(() => '')
}
