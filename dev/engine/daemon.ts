import { spawn } from 'node:child_process'
import { open, readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { CommandError } from '../command/errors.ts'
import { lastLines } from './process.ts'

/** A program that runs for as long as it is needed. */
export interface Daemon {
  readonly program: string // absolute path
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly logFile: string
}

/** On a busy machine an engine has been seen to need half a minute. */
const PATIENCE_MS = 120_000

/**
 * Starts a daemon, and waits until it can be used.
 * @param ready asked every tenth of a second, until it says true
 * @returns what ends it: it is asked to, and killed if it has not ended after 15 s
 * @throws CommandError with the reason in its log, if it ends, or is not ready within two minutes
 */
export async function startDaemon(
  daemon: Daemon,
  ready: () => Promise<boolean>,
): Promise<() => Promise<void>> {
  const log = await open(daemon.logFile, 'w')
  const child = spawn(daemon.program, daemon.args, {
    // A session of its own: Ctrl-C in a terminal is not its end.
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
    env: { ...process.env, ...daemon.env },
  })
  let ended: string | undefined
  const end = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      ended = `does not start: ${error.message}`
      resolve()
    })
    child.once('exit', (code, signal) => {
      ended = `ended with ${signal ?? `code ${code}`}`
      resolve()
    })
  })
  await log.close()
  const stop = async () => {
    child.kill('SIGTERM')
    const late = setTimeout(() => child.kill('SIGKILL'), 15_000)
    await end
    clearTimeout(late)
  }
  const deadline = Date.now() + PATIENCE_MS
  while (!(await ready())) {
    if (ended === undefined && Date.now() < deadline) {
      await sleep(100)
      continue
    }
    const why = ended ?? `is not ready after ${PATIENCE_MS / 1000} s`
    if (ended === undefined) child.kill('SIGKILL')
    const written = await readFile(daemon.logFile, 'utf8').catch(() => '')
    throw new CommandError(
      `${daemon.program.split('/').at(-1)} ${why}: ${reasonIn(written)}`,
      `read ${daemon.logFile}; if its storage is damaged, delete .local/corners and try again.`,
      { cause: new Error(lastLines(written, 20)) },
    )
  }
  return stop
}

/** The last line of a log that tells of an error, without its time and level. */
function reasonIn(log: string): string {
  const lines = log.trimEnd().split('\n')
  const telling = lines.findLast((line) => /level=(error|fatal)|^failed|^panic|error/i.test(line))
  const line = telling ?? lines.at(-1) ?? ''
  return /msg="((?:[^"\\]|\\.)*)"/.exec(line)?.[1]?.replaceAll('\\"', '"') ?? line
}
