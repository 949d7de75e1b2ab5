import { execFile } from 'node:child_process'
import { cp, mkdir, readdir } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import type { StandIn } from './runner.ts'

const run = promisify(execFile)

/** Milliseconds for a call of Git. */
const GIT_LIMIT = 60_000

/**
 * The stand-ins that need nothing but this machine.
 * @param of the repository that is checked out, and where artifacts are kept
 */
export function standInsOf({
  checkout,
  folder,
}: {
  readonly checkout: string
  readonly folder: string
}): Record<string, StandIn> {
  const artifacts = path.join(folder, 'artifacts')
  return {
    'actions/checkout': async ({ with: given, workspace, env, github, permissions }) => {
      if (permissions['contents'] !== 'read' && permissions['contents'] !== 'write')
        throw new Error('Not Found: the token of this job has no permission contents: read')
      const git = (...args: string[]) => run('git', args, { cwd: workspace, env, timeout: GIT_LIMIT })
      const depth = given['fetch-depth'] ?? '1'
      await git('init', '--quiet')
      // `origin` has no credentials, as with persist-credentials: false; whoever wants others to have them says so here.
      if (given['persist-credentials'] !== 'false')
        throw new Error('the stand-in for actions/checkout persists no credentials')
      await git('remote', 'add', 'origin', checkout)
      const limit = depth === '0' ? [] : [`--depth=${depth}`]
      await git('fetch', '--quiet', ...limit, `file://${checkout}`, String(github['sha']))
      await git('checkout', '--quiet', 'FETCH_HEAD')
      return { outputs: { ref: String(github['ref']), commit: String(github['sha']) } }
    },
    'actions/upload-artifact': async ({ with: given, workspace }) => {
      const { name = 'artifact', path: files = '' } = given
      const [, source] = /^([\w./-]+)\/\*$/.exec(files) ?? []
      if (source === undefined)
        throw new Error(`the stand-in for actions/upload-artifact takes FOLDER/*, not ${files}`)
      const target = path.join(artifacts, name)
      // Of one name, there is one artifact in a run.
      await mkdir(artifacts, { recursive: true })
      await mkdir(target)
      await cp(path.join(workspace, source), target, { recursive: true })
      return {}
    },
    'actions/download-artifact': async ({ with: given, workspace }) => {
      const { name, path: into = '.' } = given
      const all = await readdir(artifacts).catch((): string[] => [])
      if (name === undefined || !all.includes(name))
        throw new Error(`Unable to download artifact(s): Artifact not found for name: ${name}`)
      await cp(path.join(artifacts, name), path.join(workspace, into), { recursive: true })
      return {}
    },
  }
}
