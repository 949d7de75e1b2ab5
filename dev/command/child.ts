import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { constants } from 'node:os'
import { tied } from '../preflight.mjs'

/** Starts a program that ends with this process, however that ends. */
export function spawnTied(argv: readonly string[], options: SpawnOptions): ChildProcess {
  const [program, ...args] = tied(argv)
  return spawn(program, args, options)
}

/** How long the messages of a process that has ended are waited for. */
const LAST_MESSAGES_MS = 10_000

/** @returns the exit code of a child, or as a shell tells it, 128 and the number of the signal that ended it */
export function endOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => {
      const done = () => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0))
      // On a busy machine its last messages come after its end: the channel is closed when all have been read.
      if (!child.connected) return done()
      const timer = setTimeout(done, LAST_MESSAGES_MS)
      child.once('disconnect', () => {
        clearTimeout(timer)
        done()
      })
    })
  })
}
