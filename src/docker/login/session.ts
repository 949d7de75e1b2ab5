import { constants, existsSync } from 'node:fs'
import { access, cp, mkdtemp, symlink } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { type Env, userFolder } from './config.ts'
import { writingUnder } from './files.ts'

/** The step's own folder, and what makes docker use it. */
export interface Session {
  readonly folder: string
  /** For what docker does with the user's configuration: builders that cannot be written to are used as a copy. */
  readonly user: Readonly<Record<string, string>>
  /** For what it does with the step's own. */
  readonly own: Readonly<Record<string, string>>
}

/**
 * Makes the step's own Docker configuration folder under RUNNER_TEMP. It sees the user's settings, logins,
 * helpers, contexts, plugins and builders, and nothing that is written to it reaches the user's.
 * @throws ActionError where RUNNER_TEMP cannot be written, or is full
 */
export async function openSession(env: Env): Promise<Session> {
  const temp = env['RUNNER_TEMP'] || os.tmpdir()
  return writingUnder(temp, async () => {
    const folder = await mkdtemp(path.join(temp, 'ecr-build-push-'))
    const user = path.resolve(userFolder(env))
    const contexts = path.join(user, 'contexts')
    if (existsSync(contexts)) await symlink(contexts, path.join(folder, 'contexts'), 'dir')
    const builders = {
      BUILDX_CONFIG: await openBuilders(env['BUILDX_CONFIG'] || path.join(user, 'buildx'), folder),
    }
    return { folder, user: builders, own: { DOCKER_CONFIG: folder, ...builders } }
  })
}

/**
 * The user's builders, which buildx does not use without writing to their folder: when a builder was used last, and
 * what was built. Where it cannot (a read-only home, what root has left behind), or there are none, it gets a folder
 * of the step's own, with a copy of them.
 * https://github.com/docker/buildx/blob/v0.29.1/store/store.go, localstate/localstate.go
 */
async function openBuilders(users: string, folder: string): Promise<string> {
  if (!existsSync(users)) return path.join(folder, 'buildx')
  if (await isWritable(users)) return users
  const copy = path.join(folder, 'buildx')
  const notes = ['activity', 'refs', '.lock'].map((name) => path.join(users, name))
  await cp(users, copy, { recursive: true, filter: (source) => !notes.includes(source) })
  return copy
}

async function isWritable(folder: string): Promise<boolean> {
  const parts = ['', 'activity', 'refs', 'instances', 'defaults', '.lock']
  const tried = parts.map((part) =>
    access(path.join(folder, part), constants.W_OK).then(
      () => true,
      (error: NodeJS.ErrnoException) => error.code === 'ENOENT',
    ),
  )
  return (await Promise.all(tried)).every(Boolean)
}
