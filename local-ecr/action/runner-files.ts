import { appendFileSync } from 'node:fs'
import { SetupError } from '../host/setup-error.ts'

/*
 * How a step speaks to GitHub's runner. Written here, so that the local ECR needs no package for it.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
 */

const FILES = ['GITHUB_ENV', 'GITHUB_OUTPUT', 'GITHUB_STATE'] as const
type File = (typeof FILES)[number]

/** @throws SetupError if one of the runner's files is not there */
export function checkFiles(): void {
  for (const file of FILES) tell(file, {})
}

/**
 * Appends values to one of the runner's files.
 * @throws SetupError if the runner would read something else of a value, or if the file is not there
 */
export function tell(file: File, values: Readonly<Record<string, string>>): void {
  const lines = Object.entries(values).map(([name, value]) => {
    // Of our own values, none has a line break; one with it would be a second variable.
    if (/[\r\n]/.test(value)) throw new Error(`The value of ${name} has a line break`)
    return `${name}=${value}\n`
  })
  const path = process.env[file]
  if (!path)
    throw new SetupError(
      `${file} is not set: this is a step for GitHub's runner. In a shell, start the local ECR with npm run local-ecr.`,
    )
  appendFileSync(path, lines.join(''))
}

/** What the main step has saved under a name; null if it has not. */
export const recalled = (name: string): string | null => process.env[`STATE_${name}`] || null

/** Has the runner hide a value from here on. */
export const mask = (secret: string): void => write(`::add-mask::${escaped(secret)}`)

/** An annotation of the run, in one line. */
export const annotate = (kind: 'error' | 'warning' | 'notice', message: string): void =>
  write(`::${kind}::${escaped(message)}`)

/** A line of the log. Whoever wrote it, the runner takes no command from it. */
export const log = (line: string): void =>
  write(
    line
      .replace(/[\r\n]+/g, ' ')
      .replaceAll('::', ':')
      .replaceAll('##[', '#['),
  )

const escaped = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')

const write = (line: string): void => void process.stdout.write(`${line}\n`)
