import { spawn } from 'node:child_process'
import path from 'node:path'
import { root } from '../../dev/runner.ts'

/** A command of this project, as it was started from a shell. */
export interface Running {
  /** Resolves when a line of its output holds the text. @throws Error if it ends without having said it */
  says(text: string): Promise<void>
  /** Sends a signal to all of its processes that a terminal would reach. */
  kill(signal: NodeJS.Signals): void
  readonly end: Promise<{ readonly code: number | null; readonly output: string; readonly seconds: number }>
}

/**
 * Starts `node dev/run.mjs` with these arguments.
 * @param options the environment, the checkout that it is started in, if it is not this one, and whether the launcher is
 * left out
 */
export function start(
  args: readonly string[],
  {
    env = process.env,
    folder = root,
    node = process.execPath,
    through = [],
    direct = false,
  }: StartOptions = {},
): Running {
  const started = performance.now()
  const launcher = direct ? [] : [path.join('dev', 'run.mjs')]
  const [program, ...argv] = [...through, node, ...launcher, ...args]
  // Both through one pipe, as a terminal has them: of two, the later text may be read first.
  const child = spawn('/bin/sh', ['-c', 'exec "$@" 2>&1', 'sh', program as string, ...argv], {
    cwd: folder,
    env,
    // A group of its own, as a shell gives one to each command.
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  const listeners = new Set<() => void>()
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
    for (const listener of listeners) listener()
  })
  const end = new Promise<{ code: number | null; output: string; seconds: number }>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, output, seconds: (performance.now() - started) / 1000 }))
  })
  return {
    says: (text) =>
      new Promise((resolve, reject) => {
        const listener = () => {
          if (!output.includes(text)) return
          listeners.delete(listener)
          resolve()
        }
        listeners.add(listener)
        listener()
        void end.then(() => reject(new Error(`it ended without having said '${text}':\n${output}`)), reject)
      }),
    kill(signal) {
      try {
        process.kill(-(child.pid as number), signal)
      } catch {
        // It has ended.
      }
    },
    end,
  }
}

interface StartOptions {
  readonly env?: NodeJS.ProcessEnv
  readonly folder?: string
  readonly node?: string
  /** What it is started through, such as `setpriv` for another user. */
  readonly through?: readonly string[]
  /** Starts the script as the launcher would, without the launcher's own checks. */
  readonly direct?: boolean
}
