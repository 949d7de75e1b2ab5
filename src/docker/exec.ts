import { randomUUID } from 'node:crypto'
import * as exec from '@actions/exec'
import { commandValue } from '../report/log-line.ts'

/** A process that did not start, or did not end with 0. */
export class ProcessError extends Error {
  override readonly name = 'ProcessError'
  /** Null where it did not start. */
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
 * @returns the output, of which the end is kept where it is very long
 * @throws ProcessError where it cannot be started, or ends with another code than 0
 */
export async function execute(
  program: string,
  args: readonly string[],
  options: ExecOptions,
): Promise<{ stdout: string; stderr: string }> {
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
  try {
    exitCode = await exec.exec(quoted(program), [...args], {
      env: { ...options.env },
      silent: !show,
      ignoreReturnCode: true,
      listeners: { stdout: (data) => stdout.add(data), stderr: (data) => stderr.add(data) },
      ...(options.input === undefined ? {} : { input: Buffer.from(options.input) }),
    })
  } catch (error) {
    throw new ProcessError((error as Error).message, null, '', '', { cause: error })
  } finally {
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
