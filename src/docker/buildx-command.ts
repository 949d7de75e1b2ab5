import { constants } from 'node:fs'
import { access, open, realpath, stat } from 'node:fs/promises'
import path from 'node:path'

/** How buildx is started. */
export interface BuildxCommand {
  /** `docker`, or buildx itself by its path. */
  readonly program: string
  /** What the process gets besides its environment. */
  readonly env: Readonly<Record<string, string>>
  /** What a person would type: the log and messages call it so. */
  readonly shownAs: string
  /** Whether it is started without docker, and so takes `build …` where docker takes `buildx build …`. */
  readonly byItself: boolean
}

/** As anybody starts it: docker asks every plugin that may be meant for its metadata, and starts the one. */
export const THROUGH_DOCKER: BuildxCommand = {
  program: 'docker',
  env: {},
  shownAs: 'docker',
  byItself: false,
}

/** @param args as docker takes them */
export function argumentsFor({ byItself }: BuildxCommand, args: readonly string[]): readonly string[] {
  return byItself ? args.slice(1) : args
}

/**
 * What docker does once it has found its plugin, without finding it: on a small build that is a sixth of the time.
 * Only if docker is docker's own program, and the plugin a file that this process can start: a wrapper script
 * (sudo, another host, Podman) or a confined program (snap) may mean something else by both.
 * https://github.com/docker/cli/blob/v28.5.1/cli-plugins/manager/manager.go (PluginRunCommand)
 * @param plugin the path that `docker info` gives
 * @param env in which docker is looked for
 */
export async function buildxCommand(
  plugin: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): Promise<BuildxCommand> {
  if (plugin === undefined || !path.isAbsolute(plugin)) return THROUGH_DOCKER
  const docker = await find('docker', env['PATH'] ?? '')
  if (docker === null || !(await isProgram(docker, 'docker')) || !(await isExecutable(plugin))) {
    return THROUGH_DOCKER
  }
  return { ...THROUGH_DOCKER, program: plugin, env: { DOCKER_CLI_PLUGIN_ORIGINAL_CLI_COMMAND: docker } }
}

/**
 * The file of a program, as a shell would find it.
 * @param searched folders, as PATH has them
 */
export async function find(name: string, searched: string): Promise<string | null> {
  for (const folder of searched.split(path.delimiter)) {
    const file = path.join(folder, name)
    if (path.isAbsolute(folder) && (await isExecutable(file))) return file
  }
  return null
}

const ELF = Buffer.from('\x7fELF', 'latin1')

/** Whether a file is machine code of Linux, under its own name: snap, for one, starts its programs by links. */
async function isProgram(file: string, name: string): Promise<boolean> {
  if (path.basename(await realpath(file)) !== name) return false
  const handle = await open(file)
  try {
    const { buffer } = await handle.read(Buffer.alloc(ELF.length), 0, ELF.length, 0)
    return buffer.equals(ELF)
  } finally {
    await handle.close()
  }
}

export async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK)
    return (await stat(file)).isFile()
  } catch {
    return false
  }
}
