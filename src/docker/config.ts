import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import {
  chmod,
  mkdir,
  mkdtemp,
  readFile,
  realpath,
  rename,
  rm,
  rmdir,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { ActionError } from '../errors.ts'

/**
 * Docker's config.json, as far as logins are concerned; everything else in it is carried along.
 * https://docs.docker.com/reference/cli/docker/#docker-cli-configuration-file-configjson-properties
 */
export interface DockerConfig {
  auths?: Record<string, { auth?: string } & Record<string, unknown>>
  credHelpers?: Record<string, string>
  cliPluginsExtraDirs?: string[]
  [key: string]: unknown
}

/** What the post step needs to put the user's configuration back; it holds no secret. */
export interface KeptLogin {
  readonly file: string
  readonly host: string
  /** A copy of the file as it was, in the step's own folder; null where there was none. */
  readonly backup: string | null
  /** Whether the folder of the file was made for it. */
  readonly madeFolder: boolean
}

type Env = Readonly<Record<string, string | undefined>>

/** Where docker looks for the user's configuration. */
export function userFolder(env: Env): string {
  return env['DOCKER_CONFIG'] || path.join(env['HOME'] || os.homedir(), '.docker')
}

/**
 * Makes the step's own Docker configuration folder under RUNNER_TEMP. It sees the user's settings, logins,
 * helpers, contexts, plugins and builders, and nothing that is written to it reaches the user's.
 * @returns the folder's path, and the environment that makes docker use it
 */
export async function makePrivateFolder(env: Env): Promise<{ folder: string; env: Record<string, string> }> {
  const folder = await mkdtemp(path.join(env['RUNNER_TEMP'] || os.tmpdir(), 'ecr-build-push-'))
  const user = path.resolve(userFolder(env))
  const contexts = path.join(user, 'contexts')
  if (existsSync(contexts)) await symlink(contexts, path.join(folder, 'contexts'), 'dir')
  const builders = env['BUILDX_CONFIG'] || path.join(user, 'buildx')
  return {
    folder,
    env: { DOCKER_CONFIG: folder, ...(existsSync(builders) ? { BUILDX_CONFIG: builders } : {}) },
  }
}

/** Reads the user's configuration. @throws ActionError where it is not JSON */
export async function readUserConfig(env: Env): Promise<DockerConfig> {
  const file = path.join(userFolder(env), 'config.json')
  return parseConfig(file, await readIfThere(file))
}

/** The user's configuration with this step's login in it, for the step's own folder. */
export function withLogin(config: DockerConfig, host: string, auth: string): DockerConfig {
  return {
    ...config,
    auths: { ...config.auths, [host]: { auth } },
    // An empty helper for the host makes docker read the file for it, whatever store or helper is configured.
    ...(needsNoHelper(config, host) ? { credHelpers: { ...config.credHelpers, [host]: '' } } : {}),
  }
}

/** As {@link withLogin}, and with the user's plugins, which docker would look for in the step's own folder. */
export function privateConfig(config: DockerConfig, host: string, auth: string, env: Env): DockerConfig {
  const plugins = path.join(path.resolve(userFolder(env)), 'cli-plugins')
  return {
    ...withLogin(config, host, auth),
    ...(existsSync(plugins) ? { cliPluginsExtraDirs: [...(config.cliPluginsExtraDirs ?? []), plugins] } : {}),
  }
}

/**
 * The configuration that `docker login` itself gets. Without any login or helper in its file, docker would pick
 * a store of the platform (a keychain, pass); an empty helper makes it write to the file.
 */
export function loginConfig(host: string): DockerConfig {
  return { auths: {}, credHelpers: { [host]: '' } }
}

/** Writes a config.json that only its owner reads, whole or not at all. */
export async function writeConfig(folder: string, config: DockerConfig): Promise<void> {
  await replaceFile(path.join(folder, 'config.json'), serialise(config), 0o600)
}

/**
 * Prepares a login in the user's configuration: what post needs is on disk before anything is changed.
 * @param keepIn the step's own folder, which holds the copy until the post step
 */
export async function planKeptLogin(env: Env, host: string, keepIn: string): Promise<KeptLogin> {
  const folder = path.resolve(userFolder(env))
  const file = path.join(folder, 'config.json')
  const before = await readIfThere(file)
  const backup = before === null ? null : path.join(keepIn, 'config.json.before')
  if (before !== null && backup !== null) await writeFile(backup, before, { mode: 0o600 })
  return { file, host, backup, madeFolder: !existsSync(folder) }
}

/** Adds the login to the user's configuration. @throws ActionError where it cannot be written */
export async function addKeptLogin(kept: KeptLogin, auth: string): Promise<void> {
  const config = parseConfig(kept.file, await readIfThere(kept.file))
  try {
    await mkdir(path.dirname(kept.file), { recursive: true, mode: 0o700 })
    await replaceFile(kept.file, serialise(withLogin(config, kept.host, auth)), 0o600)
  } catch (error) {
    throw new ActionError(
      `keep-login cannot write Docker's configuration: ${(error as Error).message}`,
      `let the runner's user write ${kept.file}, or set DOCKER_CONFIG to a folder that it can write; without keep-login the file is left alone.`,
      { cause: error },
    )
  }
}

/**
 * Takes the login out of the user's configuration again. Where nobody else has changed the file since, it
 * gets back the very bytes that it had; otherwise only what this step put in is taken out.
 */
export async function removeKeptLogin(kept: KeptLogin): Promise<void> {
  const now = await readIfThere(kept.file)
  if (now === null) return
  const before = kept.backup === null ? null : await readIfThere(kept.backup)
  const was = parseConfig(kept.file, before)
  const config = parseConfig(kept.file, now)
  const auth = config.auths?.[kept.host]?.auth
  if (auth !== undefined && serialise(withLogin(was, kept.host, auth)) === now.toString('utf8')) {
    if (before !== null) return replaceFile(kept.file, before, 0o600)
    await rm(kept.file)
    // Only an empty folder goes: somebody may have begun to use it.
    if (kept.madeFolder) await rmdir(path.dirname(kept.file)).catch(() => undefined)
    return
  }
  putBack(config, was, 'auths', kept.host)
  putBack(config, was, 'credHelpers', kept.host)
  await replaceFile(kept.file, serialise(config), 0o600)
}

function putBack(config: DockerConfig, was: DockerConfig, key: 'auths' | 'credHelpers', host: string): void {
  const section: Record<string, unknown> = { ...config[key] }
  const former = was[key]?.[host]
  if (former === undefined) delete section[host]
  else section[host] = former
  if (Object.keys(section).length === 0 && was[key] === undefined) delete config[key]
  else Object.assign(config, { [key]: section })
}

function needsNoHelper(config: DockerConfig, host: string): boolean {
  return Boolean(config['credsStore']) || Boolean(config.credHelpers?.[host])
}

function parseConfig(file: string, bytes: Buffer | null): DockerConfig {
  if (bytes === null || bytes.length === 0) return {}
  try {
    const config: unknown = JSON.parse(bytes.toString('utf8'))
    if (typeof config === 'object' && config !== null && !Array.isArray(config)) return config as DockerConfig
    throw new Error('not a JSON object')
  } catch (error) {
    throw new ActionError(
      `Docker's configuration ${file} is not valid: ${(error as Error).message}`,
      'correct or remove it on the runner, or set DOCKER_CONFIG to a folder without one.',
      { cause: error },
    )
  }
}

/** As docker writes it itself. */
function serialise(config: DockerConfig): string {
  return JSON.stringify(config, null, '\t')
}

async function readIfThere(file: string): Promise<Buffer | null> {
  try {
    return await readFile(file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw new ActionError(
      `${file} cannot be read: ${(error as Error).message}`,
      "let the runner's user read it, or set DOCKER_CONFIG to another folder.",
      { cause: error },
    )
  }
}

/** Another process reads the old content or the new, never half; a symbolic link and the mode stay. */
async function replaceFile(file: string, content: string | Buffer, mode: number): Promise<void> {
  const target = await realpath(file).catch(() => file)
  const former = await stat(target).catch(() => null)
  const temporary = `${target}.${randomBytes(6).toString('hex')}`
  try {
    await writeFile(temporary, content, { mode, flag: 'wx' })
    if (former !== null) await chmod(temporary, former.mode & 0o777)
    await rename(temporary, target)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}
