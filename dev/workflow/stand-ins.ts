import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { cp, mkdir, readdir, rm } from 'node:fs/promises'
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
    'actions/checkout': async ({ with: given, workspace, temp, env, github, permissions }) => {
      if (permissions['contents'] !== 'read' && permissions['contents'] !== 'write')
        throw new Error('Not Found: the token of this job has no permission contents: read')
      const git = (...args: string[]) => run('git', args, { cwd: workspace, env, timeout: GIT_LIMIT })
      const depth = given['fetch-depth'] ?? '1'
      await git('init', '--quiet')
      await git('remote', 'add', 'origin', checkout)
      const limit = depth === '0' ? [] : [`--depth=${depth}`]
      await git('fetch', '--quiet', ...limit, `file://${checkout}`, String(github['sha']))
      await git('checkout', '--quiet', 'FETCH_HEAD')
      const outputs = { ref: String(github['ref']), commit: String(github['sha']) }
      if (given['persist-credentials'] === 'false') return { outputs }
      // As actions/checkout since v6: the token is in a file outside of the checkout, which its Git reads.
      const credentials = path.join(temp, `git-credentials-${randomUUID()}.config`)
      const header = `basic ${Buffer.from(`x-access-token:${github['token']}`).toString('base64')}`
      const key = `includeIf.gitdir:${path.join(workspace, '.git')}.path`
      await git(
        'config',
        '--file',
        credentials,
        `http.${github['server_url']}/.extraheader`,
        `AUTHORIZATION: ${header}`,
      )
      await git('config', '--local', key, credentials)
      const post = async () => {
        await git('config', '--local', '--unset-all', key)
        await rm(credentials)
      }
      return { outputs, masks: [header.slice('basic '.length)], post }
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
