import path from 'node:path'
import { LIMITS } from '../shared/limits.ts'
import { argumentsFor, type BuildxCommand, find, isExecutable, THROUGH_DOCKER } from './buildx-command.ts'
import { execute, ProcessError } from './exec.ts'
import { readUserConfig, userFolder } from './login/config.ts'

/** A buildx that has said its version. */
export interface FoundBuildx {
  readonly command: BuildxCommand
  /** Such as `0.29.1`. */
  readonly version: string
}

/** The names under which buildx is a program of its own: docker/setup-buildx-action installs the first without docker. */
const PROGRAM_NAMES = ['buildx', 'docker-buildx']

/**
 * Where docker looks for its plugins, besides the user's folder.
 * https://github.com/docker/cli/blob/v28.5.1/cli-plugins/manager/manager_unix.go
 */
const PLUGIN_FOLDERS = [
  '/usr/local/lib/docker/cli-plugins',
  '/usr/local/libexec/docker/cli-plugins',
  '/usr/lib/docker/cli-plugins',
  '/usr/libexec/docker/cli-plugins',
]

/**
 * Looks for a buildx that needs no docker command: on PATH and, as nobody else has looked there, among docker's plugins.
 * https://github.com/docker/buildx#installing
 * @param env the environment in which docker is looked for
 * @param plugins whether docker's plugins are looked through: a docker command has done that already
 * @returns null if there is none
 */
export async function findBuildx(
  env: Readonly<Record<string, string>>,
  plugins: boolean,
): Promise<FoundBuildx | null> {
  const named = await Promise.all(PROGRAM_NAMES.map((name) => find(name, env['PATH'] ?? '')))
  const files = [...named, ...(plugins ? await pluginFiles(env) : [])]
  for (const program of files) {
    if (program === null || !(await isExecutable(program))) continue
    const command = { program, env: {}, shownAs: path.basename(program), byItself: true }
    const version = await versionOf(command, env)
    if (version !== null) return { command, version }
  }
  return null
}

/** The plugin of a docker that does not tell of its plugins, as its engine does not let it; null if it has none. */
export async function askForPlugin(env: Readonly<Record<string, string>>): Promise<FoundBuildx | null> {
  const version = await versionOf(THROUGH_DOCKER, env)
  return version === null ? null : { command: THROUGH_DOCKER, version }
}

/** @returns null if it is no buildx */
async function versionOf(
  command: BuildxCommand,
  env: Readonly<Record<string, string>>,
): Promise<string | null> {
  try {
    const { stdout } = await execute(command.program, argumentsFor(command, ['buildx', 'version']), {
      env,
      limit: LIMITS.processMs,
    })
    return /^github\.com\/docker\/buildx v?(\S+)/.exec(stdout)?.[1] ?? null
  } catch (error) {
    if (error instanceof ProcessError) return null
    throw error
  }
}

/**
 * The files under which docker looks for its plugin buildx, in docker's order; they need not exist.
 * @param env the environment in which docker is started
 */
export async function pluginFiles(env: Readonly<Record<string, string>>): Promise<string[]> {
  // If the configuration cannot be read, whoever needs it says so.
  const { cliPluginsExtraDirs = [] } = await readUserConfig(env).catch(
    () => ({}) as { cliPluginsExtraDirs?: [] },
  )
  const folders = [
    ...cliPluginsExtraDirs,
    path.join(path.resolve(userFolder(env)), 'cli-plugins'),
    ...PLUGIN_FOLDERS,
  ]
  return folders
    .filter((folder) => path.isAbsolute(folder))
    .map((folder) => path.join(folder, 'docker-buildx'))
}
