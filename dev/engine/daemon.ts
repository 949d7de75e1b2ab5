import { spawn } from 'node:child_process'
import { open, readdir, readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { lastLines } from './process.ts'

/** A program that outlives this process, known by its command line. */
export interface Daemon {
  readonly program: string // absolute path
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly logFile: string
}

/**
 * Starts a daemon in a session of its own, so that the end of this process, or a Ctrl-C, is not its end.
 * @param ready asked again and again, until it says true
 * @throws with the end of its log, where it ends, or is not ready within 60 s
 */
export async function startDaemon(daemon: Daemon, ready: () => Promise<boolean>): Promise<void> {
  const log = await open(daemon.logFile, 'w')
  const child = spawn(daemon.program, daemon.args, {
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
    env: { ...process.env, ...daemon.env },
  })
  let ended: string | undefined
  child.once('error', (error) => {
    ended = error.message
  })
  child.once('exit', (code, signal) => {
    ended = `ended with ${signal ?? `code ${code}`}`
  })
  child.unref()
  await log.close()
  const deadline = Date.now() + 60_000
  while (!(await ready())) {
    if (ended === undefined && Date.now() < deadline) {
      await sleep(100)
      continue
    }
    if (ended === undefined) child.kill('SIGKILL')
    const written = await readFile(daemon.logFile, 'utf8').catch(() => '')
    throw new Error(
      `${daemon.program} ${ended ?? 'is not ready after 60 s'}; the end of ${daemon.logFile}:\n${lastLines(written, 20)}`,
    )
  }
}

/**
 * The running processes whose arguments include the given one: a path in this checkout, or in its run
 * folder, so that they are surely ours, however they were left behind.
 */
export async function findOurs(program: string, argument: string): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  const ours = await Promise.all(
    pids.map(async (pid) => {
      const [first = '', ...rest] = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split(
        '\0',
      )
      return (first === program || first.endsWith(`/${program}`)) && rest.includes(argument)
    }),
  )
  return pids.filter((_, index) => ours[index])
}

/** Ends our processes of this kind: asks, and after `patience` milliseconds kills. */
export async function endOurs(program: string, argument: string, patience: number): Promise<void> {
  const deadline = Date.now() + patience
  const asked = new Set<number>()
  for (;;) {
    const pids = await findOurs(program, argument)
    if (pids.length === 0) return
    for (const pid of pids) {
      const late = Date.now() > deadline
      if (late || !asked.has(pid)) signal(pid, late ? 'SIGKILL' : 'SIGTERM')
      asked.add(pid)
    }
    if (Date.now() > deadline + 5000) throw new Error(`${program} (${pids.join(', ')}) cannot be ended`)
    await sleep(100)
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // It has ended meanwhile.
  }
}
