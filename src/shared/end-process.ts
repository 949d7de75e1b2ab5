import { LIMITS } from './limits.ts'
import { sleep } from './time.ts'

/**
 * Ends the process once its work is done, with the exit code that was set: a connection that is still open, or an
 * answer that nobody waits for any more, would keep it. Outputs and state are written by then, since they go to files
 * at once. What has been said is passed on first; a runner that does not take it costs the time of the limit.
 */
export async function endProcess(): Promise<never> {
  const flushed = Promise.all([process.stdout, process.stderr].map(flush))
  await Promise.race([flushed, sleep(LIMITS.lastLinesMs)])
  process.exit()
}

/** Waits until what was written before has been passed on; an error on the way is as good. */
function flush(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.once('error', () => resolve())
    stream.write('', () => resolve())
  })
}
