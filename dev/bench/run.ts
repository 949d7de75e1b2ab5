import { execFile } from 'node:child_process'
import type { StepResult } from '../runner.ts'

/**
 * Runs a program to its end.
 * @returns what it wrote to standard output
 * @throws Error with the end of its output if it fails
 */
export function run(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  input?: string,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { env: { ...env }, maxBuffer: 1 << 26 }
    const child = execFile(program, args, options, (error, stdout, stderr) => {
      if (error) reject(new Error(`${error.message}\n${stderr}`))
      else resolve(stdout)
    })
    child.stdin?.end(input ?? '')
  })
}

/** @throws Error with the step's log if it has failed */
export function succeeded(result: StepResult): StepResult {
  if (result.exitCode !== 0) throw new Error(`a step failed:\n${result.log}`)
  return result
}
