import { storedLogin } from '../docker/login/login.ts'
import type { PullLogin } from '../docker/port.ts'
import { isEcrHost } from '../ecr/hosts.ts'
import { isObject } from '../shared/is-object.ts'
import type { Reader } from './reader.ts'
import { mask } from './secrets.ts'

const REGISTRY_AUTH = 'registry-auth'

/**
 * Docker Hub, as docker's configuration names it.
 * https://github.com/docker/cli/blob/v28.5.1/cli/command/registry.go (GetDefaultAuthConfig)
 */
const DOCKER_HUB = 'https://index.docker.io/v1/'
const HUB_HOSTS = [
  'docker.io',
  'index.docker.io',
  'registry-1.docker.io',
  'registry.hub.docker.com',
  'hub.docker.com',
]

const HOST = /^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::\d{1,5})?$/

/**
 * What docker/login-action's `registry-auth` has: https://github.com/docker/login-action#authenticate-to-multiple-registries.
 * `scope` and `ecr` are not for here, and are told of.
 */
const ENTRY_KEYS = ['registry', 'username', 'password', 'scope', 'ecr']

/**
 * The input `registry-auth`: YAML, a list of `registry`, `username`, `password`. Problems show the registry, and nothing
 * else of it; all else is masked, as far as it may be secret, before it is checked.
 */
export function readRegistryAuth(reader: Reader): PullLogin[] {
  const text = reader.source.get(REGISTRY_AUTH)
  if (text.trim() === '') return []
  maskPasswords(reader, text)
  const { parseYaml } = reader.source
  if (parseYaml === undefined)
    throw new Error('registry-auth is given, and nothing was loaded that reads YAML')
  const parsed = parseYaml(text)
  if (!('value' in parsed)) {
    const where = parsed.line === null ? '' : `: see its line ${parsed.line}`
    reader.problem(REGISTRY_AUTH, '', `is not YAML${where}. ${FORM}`)
    return []
  }
  if (!Array.isArray(parsed.value)) {
    reader.problem(REGISTRY_AUTH, '', `is not a list. ${FORM}`)
    return []
  }
  const entries: readonly unknown[] = parsed.value
  const logins = entries.flatMap((entry, at) =>
    readEntry(reader, entry, `entry ${at + 1} of ${entries.length}`),
  )
  for (const [at, { registry }] of logins.entries()) {
    if (logins.findIndex((login) => login.registry === registry) !== at)
      reader.problem(REGISTRY_AUTH, registry, 'is given more than once')
  }
  return logins
}

const FORM =
  'It must be a list, each entry of it like this: {"registry": "ghcr.io", "username": "…", "password": "…"}'

function readEntry(reader: Reader, entry: unknown, which: string): PullLogin[] {
  if (!isObject(entry)) {
    reader.problem(REGISTRY_AUTH, '', `${which} is no map. ${FORM}`)
    return []
  }
  const fields = new Map(Object.entries(entry))
  for (const [key, value] of fields) {
    // A password under a slip of a key is one too.
    if (key === 'password' || !ENTRY_KEYS.includes(key) || typeof value !== 'string') maskAll(reader, value)
  }
  const problems: string[] = []
  for (const [key, value] of fields) {
    if (!ENTRY_KEYS.includes(key))
      problems.push(`has a key that is not known; it can be ${ENTRY_KEYS.slice(0, 3).join(', ')}`)
    else if (typeof value !== 'string') problems.push(`has a ${key} that is no text`)
  }
  const text = (key: string) => {
    const value = fields.get(key)
    return typeof value === 'string' ? value : ''
  }
  const host = readHost(text('registry'))
  const wrongHost = host === null ? problemOfHost() : null
  if (wrongHost !== null) problems.push(wrongHost)
  if (text('scope') !== '')
    problems.push('has a scope, and the login is for this step alone; leave the scope out')
  const ecr = text('ecr').toLowerCase()
  if (!['', 'auto', 'true', 'false'].includes(ecr))
    problems.push('has an ecr that is none of auto, true and false')
  if (ecr === 'true' || (host !== null && isEcrHost(host.replace(/:\d+$/, '')))) problems.push(ECR)
  const username = text('username')
  // docker puts a colon between name and password.
  if (/[:\p{Cc}]/u.test(username)) problems.push('has a username with a colon or a control character in it')
  // As `docker login --password-stdin`: a line's end is none of it.
  const password = text('password').replace(/\r?\n$/, '')
  const missing = [
    ...(username.trim() === '' ? ['username'] : []),
    ...(password.trim() === '' ? ['password'] : []),
  ]
  if (missing.length > 0) problems.push(`has no ${missing.join(' and no ')}; ${UNSET}`)
  for (const problem of problems) reader.problem(REGISTRY_AUTH, host ?? '', `${which} ${problem}`)
  if (problems.length > 0 || host === null) return []
  const login = { registry: host === 'docker.io' ? DOCKER_HUB : host, username, password }
  // So docker's configuration has it.
  mask(reader, storedLogin(login))
  return [login]
}

const ECR =
  'is a registry of ECR, and this input is for others; the step logs in to its own registries and to those that base images come from, with a role of their own if pull-registries names one'
const UNSET = 'is the GitHub secret set, and given to this event? Pull requests from forks get none'
const problemOfHost = () => 'has a registry that is no host: it must be like ghcr.io or registry.example:5000'

/** @returns the host in lower case, `docker.io` for Docker Hub; null for what is none */
function readHost(given: string): string | null {
  const text = given.trim()
  if (text === '' || text === DOCKER_HUB) return 'docker.io'
  const host = text
    .replace(/^https?:\/\//i, '')
    .replace(/\/(?:v[12]\/?)?$/, '')
    .toLowerCase()
  // docker takes a single word in an image's name for a user of Docker Hub; here it may be a password in the wrong place.
  if (!/[.:]/.test(host) && host !== 'localhost') return null
  if (!HOST.test(host) || Number(/:(\d+)$/.exec(host)?.[1] ?? 0) > 65_535) return null
  return HUB_HOSTS.includes(host) ? 'docker.io' : host
}

/** Also in what is no YAML, or has the password where it does not belong: the runner shows no such line. */
function maskPasswords(reader: Reader, text: string): void {
  for (const [, value = ''] of text.matchAll(/["']?password["']?[ \t]*:[ \t]*(.+)$/gim)) {
    const bare = value.trim().replace(/^(["'])(.*)\1[,}\]\s]*$/, '$2')
    for (const part of new Set([value.trim(), bare])) if (part.length > 2) mask(reader, part)
  }
}

function maskAll(reader: Reader, value: unknown): void {
  if (typeof value === 'string') mask(reader, value)
  else if (Array.isArray(value)) for (const one of value) maskAll(reader, one)
  else if (isObject(value)) for (const one of Object.values(value)) maskAll(reader, one)
}
