import { execFileSync } from 'node:child_process'
import path from 'node:path'
import { CommandError } from '../command/errors.ts'

/** Where a checkout comes from. */
export interface Origin {
  /** `github.com`, or that of GitHub Enterprise. */
  readonly host: string
  /** `OWNER/NAME` */
  readonly repository: string
}

/** An answer of git that takes longer is none, in milliseconds. */
const LONGEST_MS = 10_000

/** What git says in a folder; null if it says nothing, or there is no git. */
function git(folder: string, ...args: readonly string[]): string | null {
  try {
    const stdio: ['ignore', 'pipe', 'ignore'] = ['ignore', 'pipe', 'ignore']
    return execFileSync('git', ['-C', folder, ...args], {
      encoding: 'utf8',
      stdio,
      timeout: LONGEST_MS,
    }).trim()
  } catch {
    return null
  }
}

/** The folder of the repository that a workflow file belongs to. */
export function rootOf(file: string): string {
  const folder = path.dirname(path.resolve(file))
  if (path.basename(folder) === 'workflows' && path.basename(path.dirname(folder)) === '.github')
    return path.dirname(path.dirname(folder))
  return git(folder, 'rev-parse', '--show-toplevel') ?? folder
}

/** @returns null if the remote called origin is not on a GitHub, or there is none */
export function originOf(root: string): Origin | null {
  return parseRemote(git(root, 'remote', 'get-url', 'origin') ?? '')
}

/** `https://HOST/OWNER/NAME.git`, `git@HOST:OWNER/NAME.git` or `ssh://git@HOST/OWNER/NAME`. */
export function parseRemote(url: string): Origin | null {
  const [, host, repository] =
    /^(?:https?:\/\/(?:[^@/]+@)?|ssh:\/\/(?:[^@/]+@)?|(?:[\w-]+@)?(?=[^/:]+:[^/]))([\w.-]+)(?::\d+)?[/:]([\w.-]+\/[\w.-]+?)(?:\.git)?\/?$/.exec(
      url,
    ) ?? []
  return host === undefined || repository === undefined
    ? null
    : { host: host.replace(/^ssh\./, ''), repository }
}

/** The default branch of the remote, as the checkout knows it; null if it does not. */
export function defaultBranchOf(root: string): string | null {
  return git(root, 'symbolic-ref', '--short', 'refs/remotes/origin/HEAD')?.replace(/^origin\//, '') || null
}

/** @throws CommandError if the text is no `OWNER/NAME`, with or without ids */
export function checkRepository(text: string): string {
  if (/^[\w.-]+(?:@\d+)?\/[\w.-]+(?:@\d+)?$/.test(text)) return text
  throw new CommandError(
    `'${text}' is no repository on GitHub.`,
    'give it as OWNER/NAME, or as OWNER@ID/NAME@ID if its tokens say the ids.',
  )
}
