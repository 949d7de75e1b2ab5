import { existsSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { ActionError } from '../../shared/errors.ts'
import { isObject } from '../../shared/is-object.ts'
import { LIMITS } from '../../shared/limits.ts'
import { type Pauses, poll, REAL_TIME } from '../../shared/time.ts'
import { readIfExists, replaceFile, writingUnder } from './files.ts'

/**
 * Docker's config.json, as far as logins are concerned; everything else in it is carried along.
 * https://docs.docker.com/reference/cli/docker/#docker-cli-configuration-file-configjson-properties
 */
export interface DockerConfig {
  auths?: Record<string, { auth?: string } & Record<string, unknown>>
  credHelpers?: Record<string, string>
  credsStore?: string
  currentContext?: string
  cliPluginsExtraDirs?: string[]
  [key: string]: unknown
}

export type Env = Readonly<Record<string, string | undefined>>

/** The folder in which docker looks for the user's configuration. */
export function userFolder(env: Env): string {
  return env['DOCKER_CONFIG'] || path.join(env['HOME'] || os.homedir(), '.docker')
}

/** Reads the user's configuration. @throws ActionError if it cannot be read or is not JSON */
export async function readUserConfig(env: Env): Promise<DockerConfig> {
  const file = path.join(userFolder(env), 'config.json')
  return parseConfig(file, await readWhole(file))
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

/**
 * As {@link withLogin} for each login, and with the user's plugins, which docker would look for in the step's own folder.
 * @param logins by registry, as docker stores them
 */
export function privateConfig(
  config: DockerConfig,
  logins: ReadonlyMap<string, string>,
  env: Env,
): DockerConfig {
  const plugins = path.join(path.resolve(userFolder(env)), 'cli-plugins')
  return {
    ...[...logins].reduce((made, [host, auth]) => withLogin(made, host, auth), config),
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

/**
 * The variable through which a job gives docker logins, without those for some registries: docker would take them instead
 * of those of the step's own file.
 * https://docs.docker.com/reference/cli/docker/#environment-variables (DOCKER_AUTH_CONFIG)
 * @returns empty if nothing is left of it
 */
export function withoutLogins(variable: string, registries: readonly string[]): string {
  let auths: unknown
  try {
    auths = (JSON.parse(variable) as { auths?: unknown } | null)?.auths
  } catch {
    // docker takes nothing of it either, and says so.
    return variable
  }
  if (!isObject(auths)) return variable
  const left = Object.entries(auths).filter(([registry]) => !registries.includes(registry))
  if (left.length === Object.keys(auths).length) return variable
  return left.length === 0 ? '' : JSON.stringify({ auths: Object.fromEntries(left) })
}

/**
 * Whether the user has a login to a registry, or a helper that has one: in the file, or in the variable of
 * {@link withoutLogins}. A store may have logins that the file does not tell of; docker names in the file those that it
 * has put there itself.
 */
export function hasLogin(registry: string, config: DockerConfig, env: Env): boolean {
  const named = [...Object.keys(config.auths ?? {}), ...namesIn(env['DOCKER_AUTH_CONFIG'] ?? '')]
  // The one store that knows registries without a login: https://github.com/awslabs/amazon-ecr-credential-helper
  if (/(?:^|-)ecr-login$/.test(config.credsStore ?? '')) return true
  return Boolean(config.credHelpers?.[registry]) || named.some((name) => hostOfLogin(name) === registry)
}

/** As docker finds it: https://github.com/docker/cli/blob/v28.5.1/cli/config/credentials/file_store.go (ConvertToHostname) */
const hostOfLogin = (name: string) => name.replace(/^https?:\/\//, '').split('/', 1)[0]

function namesIn(variable: string): string[] {
  try {
    const { auths } = JSON.parse(variable) as { auths?: unknown }
    return isObject(auths) ? Object.keys(auths) : []
  } catch {
    return []
  }
}

/** Writes a config.json that only its owner reads, whole or not at all. @throws ActionError if it cannot */
export async function writeConfig(folder: string, config: DockerConfig): Promise<void> {
  await writingUnder(folder, () => replaceFile(path.join(folder, 'config.json'), serialise(config), 0o600))
}

/** Whether a helper or a store, and not the file, answers for the host. */
function needsNoHelper(config: DockerConfig, host: string): boolean {
  return Boolean(config.credsStore) || Boolean(config.credHelpers?.[host])
}

/** @throws ActionError if it is not a JSON object; no file, and an empty one, are an empty configuration */
export function parseConfig(file: string, bytes: Buffer | null): DockerConfig {
  if (bytes === null || bytes.length === 0) return {}
  try {
    const config: unknown = JSON.parse(bytes.toString('utf8'))
    if (typeof config === 'object' && config !== null && !Array.isArray(config)) return config as DockerConfig
    throw new Error('not a JSON object')
  } catch (error) {
    // The parser quotes what it has read, and a login may be part of that.
    throw new ActionError(
      `Docker's configuration ${file} is not valid: it is not a JSON object`,
      'correct or remove it on the runner, or set DOCKER_CONFIG to a folder without one.',
      { cause: error instanceof SyntaxError ? undefined : error },
    )
  }
}

/** As docker writes it itself. */
export function serialise(config: DockerConfig): string {
  return JSON.stringify(config, null, '\t')
}

/** Between two readings of a file that is half written. */
const REREADS: Pauses = { firstMs: 25, longestMs: 400, factor: 3 }
/** Somebody's file may be empty for good; a writer's is for a moment. */
const LOOKS_AT_EMPTY = 3

/**
 * Other tools write the file in place: if it is half written, it is read once more for a while.
 * @returns what the file holds, as soon as it can be parsed; after that time, whatever it holds; null if there is none
 */
export async function readWhole(file: string): Promise<Buffer | null> {
  let bytes: Buffer | null = null
  let looks = 0
  await poll(REAL_TIME, LIMITS.halfWrittenMs, REREADS, async () => {
    bytes = await readIfExists(file)
    looks++
    return isWhole(bytes) || (bytes?.length === 0 && looks >= LOOKS_AT_EMPTY) ? true : undefined
  })
  return bytes
}

function isWhole(bytes: Buffer | null): boolean {
  if (bytes === null) return true
  try {
    JSON.parse(bytes.toString('utf8'))
    return true
  } catch {
    return false
  }
}
