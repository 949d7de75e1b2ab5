import os from 'node:os'
import type { OnDisk } from '../docker/index.ts'
import { appendToCommandFile } from './command-files.ts'

const NAME = 'left'

/** What the main step leaves behind. */
export interface Left {
  readonly onDisk: OnDisk | null
  /** The mark of its processes; null once it has ended, and they with it. */
  readonly running: string | null
}

/**
 * Tells the post step what to remove. The file's last value of a name counts, so that this may be called again.
 * Written here and not through the toolkit: post needs nothing else of it, and is to start in no time.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#sending-values-to-the-pre-and-post-actions
 * @throws ActionError if it cannot be told
 */
export function rememberForPost(left: Left): void {
  // JSON has no line break outside of strings, and none inside of them.
  appendToCommandFile(process.env, 'GITHUB_STATE', `${NAME}=${JSON.stringify(left)}${os.EOL}`)
}

/** What the main step left behind; null if it ended before it could tell, and so before it did anything. */
export function recallInPost(): Left | null {
  const value = process.env[`STATE_${NAME}`]
  return value ? (JSON.parse(value) as Left) : null
}
