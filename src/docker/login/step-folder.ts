import { constants, existsSync } from 'node:fs'
import { access, cp, mkdtemp, symlink } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { type Env, userFolder } from './config.ts'
import { writingUnder } from './files.ts'

/** The step's own folder, and the variables that make docker use it. */
export interface StepFolder {
  readonly path: string
  /** For docker with the user's configuration: builders that cannot be written to are used as a copy. */
  readonly user: Readonly<Record<string, string>>
  /** For docker with the step's own configuration. */
  readonly own: Readonly<Record<string, string>>
}

/**
 * Makes the step's own Docker configuration folder under RUNNER_TEMP. It sees the user's settings, logins,
 * helpers, contexts, plugins and builders, and nothing that is written to it reaches the user's.
 * @throws ActionError if RUNNER_TEMP cannot be written, or is full
 */
export async function openStepFolder(env: Env): Promise<StepFolder> {
  const temp = env['RUNNER_TEMP'] || os.tmpdir()
  return writingUnder(temp, async () => {
    const folder = await mkdtemp(path.join(temp, 'ecr-build-push-'))
    const user = path.resolve(userFolder(env))
    const contexts = path.join(user, 'contexts')
    if (existsSync(contexts)) await symlink(contexts, path.join(folder, 'contexts'), 'dir')
    const builders = {
      BUILDX_CONFIG: await openBuilders(env['BUILDX_CONFIG'] || path.join(user, 'buildx'), folder),
    }
    return { path: folder, user: builders, own: { DOCKER_CONFIG: folder, ...builders } }
  })
}

/**
 * The folder of the user's builders. buildx does not use them without writing to it: when a builder was used last, and
 * what was built. If it cannot write (a read-only home, files that root has left), or there is no such folder, it gets
 * one of the step's own, with a copy of the builders.
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
