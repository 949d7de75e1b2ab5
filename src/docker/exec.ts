import { AsyncLocalStorage } from 'node:async_hooks'
import type { ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { subscribe } from 'node:diagnostics_channel'
import * as exec from '@actions/exec'
import { ending } from '../shared/ending.ts'
import { LIMITS } from '../shared/limits.ts'
import { commandValue } from '../shared/log-line.ts'
import { endDescendants, endTree, MARK, MARK_OF_STEP } from '../shared/processes.ts'
import { sleep } from '../shared/time.ts'

/** A call of `execute`, by which the toolkit's process is found. */
interface ExecuteCall {
  child: ChildProcess | null
  /** Whether nobody waits for its end any more. */
  over: boolean
}
const runningCall = new AsyncLocalStorage<ExecuteCall>()
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
  const call = runningCall.getStore()
  if (call) call.child = child
  // The toolkit looks for the program first; by then, the call may have been given up, and nobody would end the process.
  if (call?.over) child.once('spawn', () => child.kill('SIGKILL'))
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
  const own = () => [...children].flatMap(({ pid }) => pid ?? [])
  if (!(await endDescendants(signal, own, () => running > 0))) {
    abandoned.reject(new Error('a process did not end'))
    // Lets each call end its group in the log.
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** Whether a process of this step has not ended. */
export function runsProcesses(): boolean {
  return running > 0
}

/** A process that did not start, did not end with 0, or was ended because it took too long. */
export class ProcessError extends Error {
  override readonly name = 'ProcessError'
  /** Null if it did not start, or was ended. */
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string

  constructor(message: string, exitCode: number | null, stdout = '', stderr = '', options?: ErrorOptions) {
    super(message, options)
    this.exitCode = exitCode
    this.stdout = stdout
    this.stderr = stderr
  }

  /** Whether the program could not be started. */
  get missing(): boolean {
    return this.exitCode === null
  }
}

/** A process that was ended because it took longer than it may. */
export class TimedOut extends ProcessError {
  /** @param message such as `'docker info' did not end within 60 s` */
  constructor(message: string, stdout = '', stderr = '') {
    super(message, null, stdout, stderr)
  }

  override get missing(): boolean {
    return false
  }

  /** The same, with what the process had printed. */
  withOutput(stdout: string, stderr: string): TimedOut {
    return new TimedOut(this.message, stdout, stderr)
  }
}

/** Watches a process that may take any time as long as it makes progress. */
export interface Watch {
  /** Gets its output, as it comes. */
  read(output: string, stream: 'stdout' | 'stderr'): void
  /** Called every `everyMs` milliseconds. @returns what ends the process; null lets it go on */
  check(): TimedOut | null
  readonly everyMs: number
}

export interface ExecOptions {
  readonly env: Readonly<Record<string, string>>
  /** What the log and messages call the program: by what a person would type. By default the program itself. */
  readonly shownAs?: string
  /** Written to standard input: the way for secrets. */
  readonly input?: string
  /** Shows the command and its output in the job's log as it comes, in a group of this title. */
  readonly group?: string
  /** For how many milliseconds it may run at most, or what decides that. No process is waited for without an end. */
  readonly limit: number | Watch
  /** How many bytes of the end of its output are kept, at the least. */
  readonly kept?: number
}

/** In bytes: more of the end of an output than any error needs, and less than a runaway build prints. */
const KEPT = 1 << 20

/**
 * Runs a program, without a shell.
 * @param program a name on PATH, or an absolute path
 * @param args its arguments, each passed as it is
 * @returns the output; if it is very long, its end
 * @throws ProcessError if it cannot be started, or ends with another code than 0; TimedOut if it was ended, with all
 *   that it has started, because of its limit
 * @throws the reason why the step ends, if it is told to end before the program has ended
 */
export async function execute(
  program: string,
  args: readonly string[],
  options: ExecOptions,
): Promise<{ stdout: string; stderr: string }> {
  ending.refuse()
  // Node throws it where nobody can catch it.
  if (args.some((arg) => arg.includes('\0')))
    throw new ProcessError(`An argument of ${options.shownAs ?? program} has a NUL byte`, null)
  const stdout = new Tail(options.kept)
  const stderr = new Tail(options.kept)
  // What a build prints is not ours: it must not be taken for workflow commands.
  // https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#stopping-and-starting-workflow-commands
  const resume = randomUUID()
  let show = options.group !== undefined
  // What comes after the end of the group is said by the step, and what docker still prints then is shown to nobody.
  const endGroup = () => {
    if (show) process.stdout.write(`\n::${resume}::\n::endgroup::\n`)
    show = false
  }
  const forget = ending.first(endGroup)
  if (options.group !== undefined) {
    process.stdout.write(`::group::${commandValue(options.group)}\n::stop-commands::${resume}\n`)
    process.stdout.write(`[command]${[options.shownAs ?? program, ...args].join(' ')}\n`)
  }
  let exitCode: number
  const call: ExecuteCall = { child: null, over: false }
  const { limit } = options
  const { shownAs = program } = options
  const read = (stream: 'stdout' | 'stderr', tail: Tail) => (data: Buffer) => {
    tail.add(data)
    if (show) process.stdout.write(data)
    if (typeof limit !== 'number') limit.read(data.toString('utf8'), stream)
  }
  const overdue = watch(commandOf(shownAs, args), limit)
  running += 1
  try {
    const ended = runningCall.run(call, () =>
      exec.exec(quoted(program), [...args], {
        env: { ...options.env, [MARK]: MARK_OF_STEP },
        // The toolkit would show the path of the program.
        silent: true,
        ignoreReturnCode: true,
        listeners: { stdout: read('stdout', stdout), stderr: read('stderr', stderr) },
        ...(options.input === undefined ? {} : { input: Buffer.from(options.input) }),
      }),
    )
    const outcome = await Promise.race([ended, abandoned.promise, overdue.reached])
    if (outcome instanceof TimedOut) {
      call.over = true
      if (call.child?.pid !== undefined) await endTree(call.child.pid, 'SIGINT')
      // Its last words, if it ended by itself; nobody waits for more of them.
      await Promise.race([ended.catch(() => 1), sleep(LIMITS.lastWordsMs, { ref: false })])
      ending.refuse()
      throw outcome.withOutput(stdout.text(), stderr.text())
    }
    exitCode = outcome
    // If the step was told to end, so was the program: its exit code says nothing, and nothing may follow.
    ending.refuse()
  } catch (error) {
    ending.refuse()
    if (error instanceof TimedOut) throw error
    throw new ProcessError((error as Error).message, null, '', '', { cause: error })
  } finally {
    overdue.stop()
    call.over = true
    running -= 1
    forget()
    endGroup()
  }
  if (exitCode !== 0) {
    const message = `${shownAs} ${args[0] ?? ''} ended with exit code ${exitCode}`
    throw new ProcessError(message, exitCode, stdout.text(), stderr.text())
  }
  return { stdout: stdout.text(), stderr: stderr.text() }
}

/** Resolves with what ends a process, once its limit is reached. */
function watch(
  command: string,
  limit: number | Watch,
): { readonly reached: Promise<TimedOut>; stop(): void } {
  const { promise, resolve } = Promise.withResolvers<TimedOut>()
  const timer =
    typeof limit === 'number'
      ? setTimeout(() => resolve(new TimedOut(`'${command}' did not end within ${limit / 1000} s`)), limit)
      : setInterval(() => {
          const error = limit.check()
          if (error !== null) resolve(error)
        }, limit.everyMs)
  return { reached: promise, stop: () => clearInterval(timer) }
}

/** The command without its options and values: `docker image inspect`. */
function commandOf(program: string, args: readonly string[]): string {
  const end = args.findIndex((arg) => !/^[a-z]+$/.test(arg))
  return [program, ...args.slice(0, end < 0 ? 2 : Math.min(end, 2))].join(' ')
}

/** @actions/exec parses its first argument as a command line. */
function quoted(program: string): string {
  return /[\s"]/.test(program) ? `"${program.replaceAll('"', '\\"')}"` : program
}

class Tail {
  #chunks: Buffer[] = []
  #length = 0
  readonly #kept: number

  constructor(kept = KEPT) {
    this.#kept = kept
  }

  add(chunk: Buffer): void {
    this.#chunks.push(chunk)
    this.#length += chunk.length
    while (this.#length - (this.#chunks[0]?.length ?? 0) > this.#kept) {
      this.#length -= this.#chunks.shift()?.length ?? 0
    }
  }

  text(): string {
    return Buffer.concat(this.#chunks).toString('utf8')
  }
}
