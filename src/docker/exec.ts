import type { ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { subscribe } from 'node:diagnostics_channel'
import * as exec from '@actions/exec'
import { ending } from '../shared/ending.ts'
import { commandValue } from '../shared/log-line.ts'
import { endProcesses, MARK, markedProcesses } from '../shared/processes.ts'

/** A mark in the environment of every process of this step, by which its children and theirs are found. */
export const MARK_OF_STEP = randomUUID()

/** Processes that this one has started itself and that have not ended. */
const children = new Set<ChildProcess>()
/** How many calls of `execute` have not returned. */
let running = 0
/** Rejects if a process cannot be ended: then nobody waits for it any more. */
const abandoned = Promise.withResolvers<never>()
abandoned.promise.catch(() => undefined)

// The toolkit does not hand out the processes that it starts; Node does. They have neither a number nor pipes yet.
// https://nodejs.org/api/diagnostics_channel.html#event-child_process
subscribe('child_process', (message) => {
  const { process: child } = message as { process: ChildProcess }
  children.add(child)
  child.once('exit', () => children.delete(child))
  child.once('error', () => children.delete(child))
  // If a process ends before it has read its input, its exit code says why.
  child.once('spawn', () => child.stdin?.on('error', () => undefined))
})

/**
 * Ends every process of this step, and whatever these have started. The signal goes to all of them: before Docker
 * 25, docker relies on a terminal to pass it to its plugins. On other systems than Linux, only the children are known.
 * @param signal sent to them before they are killed
 */
export async function endChildren(signal: NodeJS.Signals): Promise<void> {
  const alive = () => {
    const own = [...children].flatMap(({ pid }) => pid ?? [])
    return [...new Set([...own, ...markedProcesses(MARK_OF_STEP)])]
  }
  if (!(await endProcesses(alive, signal, () => running > 0))) {
    abandoned.reject(new Error('a process did not end'))
    // Lets each call end its group in the log.
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** A process that did not start, or did not end with 0. */
export class ProcessError extends Error {
  override readonly name = 'ProcessError'
  /** Null if it did not start. */
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string

  constructor(message: string, exitCode: number | null, stdout = '', stderr = '', options?: ErrorOptions) {
    super(message, options)
    this.exitCode = exitCode
    this.stdout = stdout
    this.stderr = stderr
  }

  get missing(): boolean {
    return this.exitCode === null
  }
}

export interface ExecOptions {
  readonly env: Readonly<Record<string, string>>
  /** Written to standard input: the way for secrets. */
  readonly input?: string
  /** Shows the command and its output in the job's log as it comes, in a group of this title. */
  readonly group?: string
}

/** More of the end of an output than any error needs, and less than a runaway build prints. */
const KEPT_CHARACTERS = 1 << 20

/**
 * Runs a program, without a shell.
 * @param program a name on PATH, or an absolute path
 * @param args its arguments, each passed as it is
 * @returns the output; if it is very long, its end
 * @throws ProcessError if it cannot be started, or ends with another code than 0
 * @throws the reason why the step ends, if it is told to end before the program has ended
 */
export async function execute(
  program: string,
  args: readonly string[],
  options: ExecOptions,
): Promise<{ stdout: string; stderr: string }> {
  ending.refuse()
  const stdout = new Tail()
  const stderr = new Tail()
  // What a build prints is not ours: it must not be taken for workflow commands.
  // https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#stopping-and-starting-workflow-commands
  const resume = randomUUID()
  const show = options.group !== undefined
  if (options.group !== undefined) {
    process.stdout.write(`::group::${commandValue(options.group)}\n::stop-commands::${resume}\n`)
  }
  let exitCode: number
  running += 1
  try {
    const ended = exec.exec(quoted(program), [...args], {
      env: { ...options.env, [MARK]: MARK_OF_STEP },
      silent: !show,
      ignoreReturnCode: true,
      listeners: { stdout: (data) => stdout.add(data), stderr: (data) => stderr.add(data) },
      ...(options.input === undefined ? {} : { input: Buffer.from(options.input) }),
    })
    exitCode = await Promise.race([ended, abandoned.promise])
    // If the step was told to end, so was the program: its exit code says nothing, and nothing may follow.
    ending.refuse()
  } catch (error) {
    ending.refuse()
    throw new ProcessError((error as Error).message, null, '', '', { cause: error })
  } finally {
    running -= 1
    if (show) process.stdout.write(`\n::${resume}::\n::endgroup::\n`)
  }
  if (exitCode !== 0) {
    const message = `${program} ${args[0] ?? ''} ended with exit code ${exitCode}`
    throw new ProcessError(message, exitCode, stdout.text(), stderr.text())
  }
  return { stdout: stdout.text(), stderr: stderr.text() }
}

/** @actions/exec parses its first argument as a command line. */
function quoted(program: string): string {
  return /[\s"]/.test(program) ? `"${program.replaceAll('"', '\\"')}"` : program
}

class Tail {
  #chunks: Buffer[] = []
  #length = 0

  add(chunk: Buffer): void {
    this.#chunks.push(chunk)
    this.#length += chunk.length
    while (this.#length - (this.#chunks[0]?.length ?? 0) > KEPT_CHARACTERS) {
      this.#length -= this.#chunks.shift()?.length ?? 0
    }
  }

  text(): string {
    return Buffer.concat(this.#chunks).toString('utf8')
  }
}
