import { readdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ending } from '../ending.ts'
import type { Annotate } from './annotations.ts'
import {
  addKeptLogin,
  type KeptLogin,
  makePrivateFolder,
  planKeptLogin,
  privateConfig,
  readUserConfig,
  writeConfig,
} from './config.ts'
import { type EngineDetails, inspectEngine } from './engine.ts'
import { childEnvironment } from './environment.ts'
import { dockerLogin } from './login.ts'
import type { Docker } from './port.ts'

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
  const userEnv = childEnvironment(env)
  let inspected: Promise<EngineDetails> | null = null
  let own: Promise<{ folder: string; env: Record<string, string> }> | null = null
  let kept: KeptLogin | null = null
  /** Writes that are under way: a file of the user's is not left half done. */
  let writing: Promise<void> = Promise.resolve()
  let driver = 'docker'

  const session = () => {
    ending.refuse()
    own ??= makePrivateFolder(env).then((made) => {
      remember({ folder: made.folder, kept: null })
      return { folder: made.folder, env: { ...userEnv, ...made.env } }
    })
    return own
  }

  const details = () => {
    inspected ??= inspectEngine(userEnv)
    return inspected
  }

  return {
    async inspect(build, options) {
      const engine = await details()
      const { checkBuild, lambdaWarning } = await import('./preflight.ts')
      driver = (await checkBuild(build, options, engine, userEnv)).driver
      const warning = options.push ? lambdaWarning(build) : null
      if (warning !== null) annotate(warning.kind, warning.message)
      return engine
    },

    async login(login, options) {
      const [config, { folder, env: privateEnv }] = await Promise.all([readUserConfig(env), session()])
      const auth = await dockerLogin(login, folder, privateEnv)
      const write = async () => {
        await writeConfig(folder, privateConfig(config, login.host, auth, env))
        if (!options.keep) return
        kept = await planKeptLogin(env, login.host, folder)
        remember({ folder, kept })
        await addKeptLogin(kept, auth)
      }
      writing = write()
      await writing
    },

    async build(engine, request) {
      // A build without a login needs no configuration of its own, only a place for its results.
      const { folder, env: privateEnv } = await session()
      const tools = { folder, env: request.push ? privateEnv : userEnv, workspace: process.cwd(), annotate }
      if (engine.buildxVersion === null) {
        const { buildWithoutBuildx } = await import('./classic.ts')
        return buildWithoutBuildx(request, (await details()).classic, tools)
      }
      const { buildWithBuildx } = await import('./buildx.ts')
      // The engine's own builder puts into the engine what it pushes; told to load it as well, it does so twice at
      // once, and one of the two finds the image there already.
      const load = request.load && !(request.push && driver === 'docker')
      // Nor has it a push by digest: it writes the image into a folder.
      const layout = request.push && request.byDigest && driver === 'docker'
      return buildWithBuildx({ ...request, load }, engine.buildxVersion, layout, tools)
    },

    async close() {
      if (own === null) return
      const { folder } = await own
      await Promise.race([writing.catch(() => undefined), sleep(WRITE_MS, undefined, { ref: false })])
      // What was dropped may still be writing: a folder that has just got a file is emptied again.
      const options = { recursive: true, force: true, maxRetries: 5 }
      if (kept === null) return rm(folder, options)
      const backup = kept.backup && path.basename(kept.backup)
      const entries = (await readdir(folder)).filter((entry) => entry !== backup)
      await Promise.all(entries.map((entry) => rm(path.join(folder, entry), options)))
    },
  }
}
