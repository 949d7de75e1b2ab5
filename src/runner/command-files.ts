import { appendFileSync } from 'node:fs'
import { ActionError } from '../shared/errors.ts'

/**
 * Appends to one of the files through which a step speaks to GitHub's runner.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#environment-files
 * @param name the variable that names the file; without a value, nobody listens
 * @throws ActionError if it cannot be written
 */
export function appendToCommandFile(
  env: Readonly<Record<string, string | undefined>>,
  name: 'GITHUB_OUTPUT' | 'GITHUB_STATE',
  text: string,
): void {
  const file = env[name]
  if (!file) return
  try {
    appendFileSync(file, text)
  } catch (error) {
    // A full disk has a remedy of its own.
    if (/^(?:ENOSPC|EDQUOT)$/.test((error as NodeJS.ErrnoException).code ?? '')) throw error
    throw new ActionError(
      `The step cannot write the file that ${name} names: ${(error as Error).message}`,
      `GitHub's runner makes that file, and sets the variable: leave ${name} out of env, and see that the folder of the file exists in the container of the job, and that the step's user may write to it.`,
      { cause: error },
    )
  }
}

/**
 * Makes sure, before anything is done, that the step can tell its outputs.
 * @throws ActionError if it cannot
 */
export function checkOutputFile(env: Readonly<Record<string, string | undefined>>): void {
  appendToCommandFile(env, 'GITHUB_OUTPUT', '')
}
