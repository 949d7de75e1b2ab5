import { rm } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { ending } from '../shared/ending.ts'
import { type EngineDetails, inspectEngine } from './engine.ts'
import { type Environments, environmentsOf } from './environment.ts'
import type { Annotate } from './failures/annotations.ts'
import { privateConfig, readUserConfig, writeConfig } from './login/config.ts'
import type { KeptLogin } from './login/kept-login.ts'
import { dockerLogin } from './login/login.ts'
import { openSession, type Session } from './login/session.ts'
import type { Docker, Secret } from './port.ts'

/** Longer than any write takes, and not so long as to delay the end of a step. */
const WRITE_MS = 1000

/** What is on disk because of this step, for the post step of a main step that was killed. */
export interface OnDisk {
  readonly folder: string
  readonly kept: KeptLogin | null
}

/**
 * The docker command line of the runner, behind a configuration of the step's own.
 * @param env the job's environment
 * @param remember called before anything is on disk that `close` or the post step has to remove
 * @param annotate shows what people should see who do not read the log
 */
export function openDocker(
  env: Readonly<Record<string, string | undefined>>,
  remember: (onDisk: OnDisk) => void,
  annotate: Annotate,
): Docker {
  let inspected: Promise<EngineDetails> | null = null
  let opened: Promise<Session> | null = null
  let environments: Promise<Environments> | null = null
  let kept: KeptLogin | null = null
  /** Writes that are under way: a file of the user's is not left half done, nor its lock taken. */
  let writing: Promise<void> = Promise.resolve()
  let driver = 'docker'

  const session = () => {
    ending.refuse()
    opened ??= openSession(env).then((made) => {
      remember({ folder: made.folder, kept: null })
      return made
    })
    return opened
  }

  // One step has one build, and so one set of secrets.
  const environmentsFor = (secrets: readonly Secret[]) => {
    environments ??= environmentsOf(env, secrets)
    return environments
  }

  const details = ({ engine }: Environments) => {
    inspected ??= inspectEngine(engine)
    return inspected
  }

  return {
    async inspect(build, options) {
      const envs = await environmentsFor(build.secrets)
      const engine = await details(envs)
      const { checkBuild, lambdaWarning } = await import('./build/preflight.ts')
      const builderEnv = async () => ({ ...(await envs.builder(build.builder)), ...(await session()).user })
      driver = (await checkBuild(build, options, engine, builderEnv)).driver
      const warning = options.push ? lambdaWarning(build) : null
      if (warning !== null) annotate(warning.kind, warning.message)
      return engine
    },

    async login(registry, { keep, secrets, log }) {
      const [config, { folder, own }, { engine }] = await Promise.all([
        readUserConfig(env),
        session(),
        environmentsFor(secrets),
      ])
      const auth = await dockerLogin(registry, folder, { ...engine, ...own }, log)
      const write = async () => {
        await writeConfig(folder, privateConfig(config, registry.host, auth, env))
        if (!keep) return
        const { addKeptLogin, nameKeptLogin } = await import('./login/kept-login.ts')
        if (kept === null) {
          kept = await nameKeptLogin(env, registry.host)
          remember({ folder, kept })
        }
        await addKeptLogin(kept, auth)
      }
      writing = write()
      await writing
    },

    async build(engine, request, help) {
      const [{ folder, own, user }, envs] = await Promise.all([session(), environmentsFor(request.secrets)])
      // A build without a login needs no configuration of its own, only a place for its results.
      const places = request.push ? own : user
      const buildx = engine.buildxVersion
      const buildEnv = { ...(await envs.build(request, buildx !== null)), ...places }
      const tools = { ...help, folder, env: buildEnv, workspace: process.cwd(), annotate }
      if (buildx === null) {
        const { buildWithoutBuildx } = await import('./build/classic.ts')
        return buildWithoutBuildx(request, (await details(envs)).classic, {
          ...tools,
          variables: env,
          engineEnv: { ...envs.engine, ...places },
          pushEnv: { ...envs.push, ...places },
        })
      }
      const { buildWithBuildx } = await import('./build/buildx.ts')
      // The engine's own builder puts into the engine what it pushes; told to load it as well, it does so twice at
      // once, and one of the two finds the image there already.
      const load = request.load && !(request.push && driver === 'docker')
      // Nor has it a push by digest: it writes the image into a folder.
      const layout = request.push && request.byDigest && driver === 'docker'
      return buildWithBuildx({ ...request, load }, buildx, layout, tools)
    },

    async close() {
      // One that could not be made has said so already.
      const made = await opened?.catch(() => null)
      if (!made) return
      await Promise.race([writing.catch(() => undefined), sleep(WRITE_MS, undefined, { ref: false })])
      // What was dropped may still be writing: a folder that has just got a file is emptied again.
      await rm(made.folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
