import { appendFileSync } from 'node:fs'
import os from 'node:os'
import type { OnDisk } from './docker/index.ts'

const NAME = 'onDisk'

/**
 * Tells the post step what to remove. The file's last value of a name counts, so that this may be called again.
 * Written here and not through the toolkit: post needs nothing else of it, and is to start in no time.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#sending-values-to-the-pre-and-post-actions
 */
export function rememberForPost(onDisk: OnDisk | null): void {
  const file = process.env['GITHUB_STATE']
  // JSON has no line break outside of strings, and none inside of them.
  if (file) appendFileSync(file, `${NAME}=${JSON.stringify(onDisk)}${os.EOL}`)
}

/** What the main step left behind; undefined in the main step itself. */
export function recallInPost(): OnDisk | null | undefined {
  const value = process.env[`STATE_${NAME}`]
  return value ? (JSON.parse(value) as OnDisk | null) : undefined
}
