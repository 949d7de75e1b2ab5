import path from 'node:path'
import { clip } from '../../shared/clip.ts'
import { ActionError } from '../../shared/errors.ts'
import { isObject } from '../../shared/is-object.ts'
import { LIMITS } from '../../shared/limits.ts'
import { execute, ProcessError } from '../exec.ts'
import { isRemote } from '../syntax/context.ts'
import type { BakePlan, BakeTarget, PinnedDefinition, RemoteDefinition } from './plan.ts'

// A definition of a Git repository: which commit it is of, and what in it is of that repository too.
// https://docs.docker.com/build/bake/remote-definition/

/** The variable with which docker gets the token of a definition's repository as a secret of the build. */
export const GIT_TOKEN = 'ECR_BAKE_GIT_TOKEN'

const WHOLE_ID = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/

/** As docker takes it: `https://HOST/NAME.git#COMMIT:FOLDER`. */
export function gitAddress(
  { repository, commit, folder }: Pick<PinnedDefinition, 'repository' | 'commit' | 'folder'>,
  below = '',
): string {
  const inside = path.posix.join(folder, below).replace(/^\/+|\/+$/g, '')
  return `${repository}#${commit}${inside === '' || inside === '.' ? '' : `:${inside}`}`
}

/**
 * Asks which commit a definition is of, so that what is checked is what is built, whatever is pushed meanwhile.
 * @param env the job's environment, of which git gets what its settings are found by
 * @throws ActionError if the repository cannot be asked, or has no such reference
 */
export async function pinned(
  remote: RemoteDefinition,
  env: Readonly<Record<string, string | undefined>>,
): Promise<PinnedDefinition> {
  const { repository, ref } = remote
  if (WHOLE_ID.test(ref)) return { ...remote, commit: ref }
  const given = Object.entries(env).filter(
    (entry): entry is [string, string] =>
      /^(?:PATH|HOME|XDG_CONFIG_HOME|SystemRoot|USERPROFILE|SSH_AUTH_SOCK|SSL_CERT_.*|(?:https?|no|all)_proxy)$/i.test(
        entry[0],
      ) && entry[1] !== undefined,
  )
  const url = repository.startsWith('github.com/') ? `https://${repository}` : repository
  const wanted = ref === '' ? ['HEAD'] : [ref, `${ref}^{}`]
  try {
    const { stdout } = await execute('git', ['ls-remote', '--quiet', '--', url, ...wanted], {
      shownAs: 'git ls-remote',
      env: {
        ...Object.fromEntries(given),
        ...authorization(url, remote.token),
        GIT_TERMINAL_PROMPT: '0',
        GIT_ALLOW_PROTOCOL: 'https:http:ssh:git',
        GIT_SSH_COMMAND: 'ssh -o BatchMode=yes',
        LC_ALL: 'C',
      },
      limit: LIMITS.processMs,
      kept: LIMITS.gitListBytes,
    })
    const commit = commitIn(stdout, ref)
    if (commit !== null) return { ...remote, commit }
  } catch (error) {
    if (!(error instanceof ProcessError)) throw error
    throw new ActionError(
      `Which commit ${remoteName(remote)} is cannot be asked: ${clip(error.missing ? 'git is not installed' : error.stderr.trim() || error.message, 500)}`,
      "see whether this runner may read that repository, or name the commit by its whole id in the input 'source' (URL#COMMIT).",
      { cause: error, page: 'bake.md#a-definition-of-a-git-repository' },
    )
  }
  throw new ActionError(
    `The repository ${repository} has no ${ref === '' ? 'default branch' : `'${ref}'`}.`,
    "correct the input 'source': behind # stands a branch, a tag or the whole id of a commit.",
    { page: 'bake.md#a-definition-of-a-git-repository' },
  )
}

const remoteName = ({ repository, ref }: RemoteDefinition) =>
  ref === '' ? repository : `${repository}#${ref}`

/** A header for that repository alone, by git's own way to be given settings without a file or a command line. */
function authorization(url: string, token: string | null): Record<string, string> {
  if (token === null) return {}
  const basic = Buffer.from(`x-access-token:${token}`).toString('base64')
  return {
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: `http.${url}.extraheader`,
    GIT_CONFIG_VALUE_0: `AUTHORIZATION: basic ${basic}`,
  }
}

/**
 * The commit that BuildKit would take for a reference: that very name first, then a branch, then a tag.
 * https://github.com/moby/buildkit/blob/v0.26.2/source/git/source.go
 * @param listed what `git ls-remote` wrote
 */
export function commitIn(listed: string, ref: string): string | null {
  const held = new Map(
    listed.split('\n').flatMap((line): [string, string][] => {
      const [commit = '', name] = line.split('\t')
      return name !== undefined && WHOLE_ID.test(commit) ? [[name, commit]] : []
    }),
  )
  if (ref === '') return held.get('HEAD') ?? null
  const names = [ref, `refs/${ref}`, `refs/heads/${ref}`, `refs/tags/${ref}`]
  for (const name of names) {
    // Of a tag with a message, the commit that it is of.
    const found = held.get(`${name}^{}`) ?? held.get(name)
    if (found !== undefined) return found
  }
  return null
}

/**
 * The plan of a definition of a repository, in terms that mean the same anywhere: a folder in it is its Git address.
 * @throws ActionError for a folder that is not in the part of the repository that the definition is of
 */
export function planOfRemote(plan: BakePlan, remote: PinnedDefinition): BakePlan {
  return { ...plan, remote, targets: plan.targets.map((target) => ofRemote(target, remote)) }
}

function ofRemote(target: BakeTarget, remote: PinnedDefinition): BakeTarget {
  const context = addressIn(target, 'context', target.context, remote)
  const contexts = Object.fromEntries(
    Object.entries(target.contexts).map(([name, value]) => [
      name,
      addressIn(target, `contexts.${name}`, value, remote),
    ]),
  )
  const secret = context.startsWith(`${remote.repository}#`) ? withToken(target, remote) : {}
  const raw = {
    ...target.raw,
    context,
    ...(Object.keys(contexts).length === 0 ? {} : { contexts }),
    ...secret,
  }
  return { ...target, context, contexts, raw }
}

function addressIn({ name }: BakeTarget, field: string, value: string, remote: PinnedDefinition): string {
  if (isRemote(value) || /^(?:cwd|target|docker-image|oci-layout):/.test(value)) return value
  const inside = path.posix.normalize(value)
  if (inside !== '..' && !inside.startsWith('../')) return gitAddress(remote, inside)
  throw new ActionError(
    `Target '${name}': its ${field} '${value}' is outside of what the definition is of, ${gitAddress(remote)}.`,
    "name a folder further up in the input 'source' (URL#REF:FOLDER), and the definition from there in 'files'.",
    { page: 'bake.md#a-definition-of-a-git-repository' },
  )
}

/** A secret that BuildKit fetches its own context with, and for no other host. */
function withToken({ raw }: BakeTarget, { repository, token }: RemoteDefinition): { secret?: unknown[] } {
  if (token === null || !URL.canParse(repository)) return {}
  const id = `GIT_AUTH_TOKEN.${new URL(repository).host}`
  const given = Array.isArray(raw['secret']) ? (raw['secret'] as unknown[]) : []
  const own = given.some(isObject) ? { id, env: GIT_TOKEN } : `id=${id},env=${GIT_TOKEN}`
  return { secret: [...given, own] }
}
