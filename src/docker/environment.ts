import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { attribute, splitCsv } from '../shared/csv.ts'
import { type Env, readUserConfig, userFolder } from './login/config.ts'
import type { BuildRequest, Secret } from './port.ts'
import { sharesNetwork } from './stall/network.ts'

/** Where docker looks for an engine if nothing says where it is. */
const DEFAULT_HOST = 'unix:///var/run/docker.sock'

/** What the runner gives to an action and none of its child processes needs. */
const NOT_FOR_CHILDREN =
  /^(?:INPUT_|STATE_|ACTIONS_ID_TOKEN_REQUEST_|GITHUB_(?:OUTPUT|ENV|PATH|STATE|STEP_SUMMARY)$)/

/**
 * Credentials of the job: for AWS, as its SDKs read them, and for GitHub.
 * https://docs.aws.amazon.com/sdkref/latest/guide/environment-variables.html
 */
const CREDENTIALS =
  /^(?:AWS_(?:ACCESS_KEY(?:_ID)?|SECRET_(?:ACCESS_)?KEY|SESSION_TOKEN|SECURITY_TOKEN|CONTAINER_AUTHORIZATION_TOKEN|CONTAINER_CREDENTIALS_(?:FULL|RELATIVE)_URI|BEARER_TOKEN_\w+)|GITHUB_TOKEN|GH_TOKEN)$/

/** The variables that buildx reads for a cache of type=gha: https://github.com/docker/buildx/blob/v0.29.1/build/opt.go */
const GITHUB_CACHE = /^ACTIONS_(?:RUNTIME_TOKEN|RUNTIME_URL|CACHE_URL|RESULTS_URL)$/

/**
 * What makes docker speak to an engine in another way, if it is set.
 * https://docs.docker.com/reference/cli/docker/#environment-variables
 */
const OTHER_SPEECH = ['DOCKER_TLS', 'DOCKER_TLS_VERIFY', 'DOCKER_API_VERSION', 'DOCKER_CUSTOM_HEADERS']

/** What a docker process needs besides what all of them get. */
interface Uses {
  readonly credentials: boolean
  readonly githubCache: boolean
  readonly names: readonly string[]
}

/** The environments of docker's processes, each with what that process needs. */
export interface Environments {
  /** `docker info`, `docker login`, `docker image inspect`: they speak to the engine. */
  readonly engine: Readonly<Record<string, string>>
  /** `docker buildx inspect`: it speaks to a builder. */
  builder(name: string | null): Promise<Readonly<Record<string, string>>>
  /** Whether the user has chosen a builder, by name or as the current one: else it is the engine's own. */
  choosesBuilder(name: string | null): Promise<boolean>
  /** Whether BUILDX_BUILDER names neither a builder that buildx has made, nor the engine in use: it may not exist. */
  choosesUnknown(): Promise<boolean>
  /** The docker context in use; the builder that the engine has by itself is called so. */
  readonly context: string
  /** `docker push`: it may ask a credential helper. */
  readonly push: Readonly<Record<string, string>>
  /** `docker build`, with buildx or without. */
  build(
    request: Pick<BuildRequest, 'builder' | 'cacheFrom' | 'cacheTo' | 'buildArgs'>,
    buildx: boolean,
  ): Promise<Readonly<Record<string, string>>>
  /** Whether what a builder sends and gets goes through the network that this process sees. */
  sharesNetwork(builder: string | null): Promise<boolean>
  /** The same of the engine itself, whatever builds. */
  engineSharesNetwork(): Promise<boolean>
  /** The socket of the engine, if docker speaks to it as anybody would; null if it does in another way. */
  readonly engineSocket: string | null
  /** The address of the engine, such as `ssh://user@host`; null if nobody has given one. */
  readonly engineHost: string | null
}

/**
 * Decides which process gets which secret of the job. All get the job's environment without this action's inputs,
 * without the files and tokens through which a step speaks to the runner, and without these:
 *
 * | variables | processes that get them |
 * | --- | --- |
 * | credentials for AWS and GitHub | those that ask a credential helper or store, an engine over ssh (whose proxy command may be AWS's), or a builder elsewhere (`kubernetes`, `remote`: kubeconfig has such commands); a build with a cache of type=s3 |
 * | access to GitHub's cache | a build with a cache of type=gha |
 * | what `secret-envs` names | the build, if buildx reads them |
 * | any of these that `secret-envs` or a build argument without a value names | the build |
 *
 * A build's progress is plain, whatever BUILDKIT_PROGRESS says.
 *
 * @param env the job's environment
 * @param secrets of the build
 */
export async function environmentsOf(env: Env, secrets: readonly Secret[]): Promise<Environments> {
  const hidden = new Set(secrets.flatMap((secret) => (secret.from === 'env' ? [secret.name] : [])))
  // If the file cannot be read, whoever needs it says so.
  const config = await readUserConfig(env).catch(() => ({}) as Awaited<ReturnType<typeof readUserConfig>>)
  const asksHelper = Boolean(config.credsStore) || Object.values(config.credHelpers ?? {}).some(Boolean)
  const context = env['DOCKER_CONTEXT'] || config.currentContext
  const host = env['DOCKER_HOST'] || (context && (await endpointOf(context, env)))
  const engineContext = (env['DOCKER_HOST'] ? null : context) || 'default'
  const overSsh = isSsh(host)
  const make = (uses: Partial<Uses>) =>
    childEnvironment(env, hidden, {
      githubCache: false,
      names: [],
      ...uses,
      credentials: overSsh || uses.credentials === true,
    })
  const socket = /^unix:\/\/(.+)$/.exec(host || DEFAULT_HOST)?.[1] ?? null
  const engineSharesNetwork = () => sharesNetwork(socket)
  // docker refuses a context that it does not find.
  const isLost = !host && Boolean(context) && context !== 'default'
  const isPlain = !isLost && !OTHER_SPEECH.some((name) => env[name]) && config['HttpHeaders'] === undefined
  return {
    engine: make({}),
    engineSharesNetwork,
    engineSocket: isPlain && socket !== null && path.isAbsolute(socket) ? socket : null,
    engineHost: host || null,
    builder: async (name) => make({ credentials: await bypassesEngine(name, env) }),
    choosesBuilder: async (name) => (await buildersOf(name, env)).length > 0,
    async choosesUnknown() {
      const named = env['BUILDX_BUILDER'] || engineContext
      return named !== engineContext && (await instanceOf(named, env)) === null
    },
    context: engineContext,
    push: make({ credentials: asksHelper }),
    async build({ builder, cacheFrom, cacheTo, buildArgs }, buildx) {
      const caches = [...cacheFrom, ...cacheTo].map((cache) => attribute(splitCsv(cache), 'type'))
      const uses = {
        credentials: asksHelper || caches.includes('s3') || (buildx && (await bypassesEngine(builder, env))),
        githubCache: caches.includes('gha'),
        names: [...(buildx ? hidden : []), ...buildArgs.filter((arg) => !arg.includes('='))],
      }
      // Failures are read from the plain progress, and there is no terminal for `tty`: the job's setting, `quiet` or
      // `rawjson`, would take away retries and what an error tells.
      return { ...make(uses), BUILDKIT_PROGRESS: 'plain' }
    },
    sharesNetwork: async (name) => (await usesEngine(name, env)) && engineSharesNetwork(),
  }
}

/** @param hidden variables that are secrets of the build */
export function childEnvironment(
  env: Env,
  hidden: ReadonlySet<string>,
  { credentials, githubCache, names }: Uses,
): Record<string, string> {
  const result: Record<string, string> = {}
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined || NOT_FOR_CHILDREN.test(name)) continue
    const withheld =
      hidden.has(name) ||
      (!credentials && CREDENTIALS.test(name)) ||
      (!githubCache && GITHUB_CACHE.test(name))
    if (!withheld || names.includes(name)) result[name] = value
  }
  return result
}

/** The address of the engine that a context names. https://docs.docker.com/engine/manage-resources/contexts/ */
async function endpointOf(context: string, env: Env): Promise<string | undefined> {
  const id = createHash('sha256').update(context).digest('hex')
  const meta = await readJson<{ Endpoints?: { docker?: { Host?: string } } }>(
    path.join(userFolder(env), 'contexts', 'meta', id, 'meta.json'),
  )
  return meta?.Endpoints?.docker?.Host
}

/**
 * Whether a builder that may be used is not reached through the engine: the named one, or those that the user has
 * chosen. https://github.com/docker/buildx/blob/v0.29.1/store/store.go
 */
async function bypassesEngine(name: string | null, env: Env): Promise<boolean> {
  for (const { driver, endpoints } of await buildersOf(name, env)) {
    if (!/^docker(?:-container)?$/.test(driver)) return true
    for (const endpoint of endpoints) {
      if (isSsh(endpoint) || isSsh(await endpointOf(endpoint, env))) return true
    }
  }
  return false
}

/** Whether every builder that may be used runs on the engine that docker uses by itself. */
async function usesEngine(name: string | null, env: Env): Promise<boolean> {
  const current = env['DOCKER_CONTEXT'] || 'default'
  return (await buildersOf(name, env)).every(
    ({ driver, endpoints }) =>
      /^docker(?:-container)?$/.test(driver) &&
      endpoints.every((endpoint) =>
        ['', 'default', current, env['DOCKER_HOST'] ?? DEFAULT_HOST].includes(endpoint),
      ),
  )
}

/** The builders that may be used: the named one, or those that the user has chosen. */
async function buildersOf(
  name: string | null,
  env: Env,
): Promise<{ readonly driver: string; readonly endpoints: readonly string[] }[]> {
  const chosen = name ?? env['BUILDX_BUILDER']
  const names = chosen ? [chosen] : await chosenBuilders(buildxFolder(env))
  return Promise.all(
    names.map(async (one) => {
      const instance = await instanceOf(one, env)
      // A builder that is no instance is a context, and so may be a node's endpoint.
      if (instance === null) return { driver: 'docker', endpoints: [one] }
      const endpoints = instance.Nodes?.map((node) => node.Endpoint ?? '') ?? [one]
      return { driver: instance.Driver ?? '', endpoints }
    }),
  )
}

function buildxFolder(env: Env): string {
  return env['BUILDX_CONFIG'] || path.join(userFolder(env), 'buildx')
}

interface Instance {
  readonly Driver?: string
  readonly Nodes?: readonly { readonly Endpoint?: string }[]
}

/** What buildx has noted of a builder that it has made. */
function instanceOf(name: string, env: Env): Promise<Instance | null> {
  // buildx takes a name in any letters, and keeps it in small ones: `ValidateName` of the same file.
  return readJson<Instance>(path.join(buildxFolder(env), 'instances', name.toLowerCase()))
}

async function chosenBuilders(folder: string): Promise<string[]> {
  const current = await readJson<{ Name?: string }>(path.join(folder, 'current'))
  const defaults = path.join(folder, 'defaults')
  const files = await readdir(defaults).catch(() => [])
  const named = await Promise.all(
    files.map((file) => readFile(path.join(defaults, file), 'utf8').catch(() => '')),
  )
  return [current?.Name ?? '', ...named].filter((one) => one !== '')
}

async function readJson<T>(file: string): Promise<T | null> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as T
  } catch {
    return null
  }
}

function isSsh(endpoint: string | undefined): boolean {
  return endpoint?.startsWith('ssh://') ?? false
}
