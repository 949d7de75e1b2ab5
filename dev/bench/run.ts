import { execFile } from 'node:child_process'
import { CommandError } from '../command/errors.ts'
import type { StepResult } from '../runner.ts'

/**
 * Runs a program to its end.
 * @param onStart is told which process it is
 * @returns what it wrote to standard output
 * @throws Error with the end of its output if it fails
 */
export function run(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  input?: string,
  onStart: (pid: number) => void = () => undefined,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { env: { ...env }, maxBuffer: 1 << 26 }
    const child = execFile(program, args, options, (error, stdout, stderr) => {
      if (error) reject(new Error(`${error.message}\n${stderr}`))
      else resolve(stdout)
    })
    if (child.pid !== undefined) onStart(child.pid)
    child.stdin?.end(input ?? '')
  })
}

/** @throws CommandError if a step has failed, whose log is then printed */
export function succeeded(result: StepResult): StepResult {
  if (result.exitCode === 0) return result
  console.error(result.log)
  throw new CommandError('A step that was to be measured failed.', 'see its log above.')
}
