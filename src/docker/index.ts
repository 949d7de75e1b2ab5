import { rm } from 'node:fs/promises'
import type { RegistrySession } from '../oci/registry-session.ts'
import { clip } from '../shared/clip.ts'
import { ending } from '../shared/ending.ts'
import type { BakePlan } from './bake/plan.ts'
import type { BakeBuild, BakeBuilt, BakeDocker, BakeSource, BakeVariables } from './bake/port.ts'
import type { AskBuilder } from './build/builder.ts'
import type { BuildTools } from './build/run.ts'
import { type EngineDetails, inspectEngine } from './engine.ts'
import { type Environments, environmentsOf } from './environment.ts'
import { endChildren, runsProcesses } from './exec.ts'
import type { Annotate } from './failures/annotations.ts'
import type { Env } from './login/config.ts'
import type { KeptLogin } from './login/kept-login.ts'
import { openStepFolder, type StepFolder } from './login/step-folder.ts'
import { StepLogin } from './login/step-login.ts'
import type {
  BuildHelp,
  BuildInputs,
  BuildRequest,
  Built,
  Engine,
  EngineImage,
  InspectOptions,
  LoginOptions,
  Secret,
} from './port.ts'

/** What is on disk because of this step: the post step removes it if the main step was killed. */
export interface OnDisk {
  readonly folder: string
  readonly kept: KeptLogin | null
}

/**
 * The docker command line of the runner, behind a configuration of the step's own.
 * @param env the job's environment
 * @param remember called with what is on disk, or is about to be, that `close` or the post step has to remove
 * @param annotate shows what people should see who do not read the log
 */
export function openDocker(env: Env, remember: (onDisk: OnDisk) => void, annotate: Annotate): BakeDocker {
  return new DockerCommand(env, remember, annotate)
}

const NO_HELP: BuildHelp = { log: () => undefined, renewal: null, held: null, pushing: null }

class DockerCommand implements BakeDocker {
  readonly #env: Env
  readonly #remember: (onDisk: OnDisk) => void
  readonly #annotate: Annotate
  readonly #login: StepLogin
  #loggedIn = false
  // Each is made once, when it is first needed, and whoever needs it at the same time waits for the same one.
  #folder: Promise<StepFolder> | null = null
  #environments: Promise<Environments> | null = null
  #engine: Promise<EngineDetails> | null = null
  /** A builder is asked for its platform and for what it can do: buildx is started once for both. */
  #askBuilder: AskBuilder | undefined

  constructor(env: Env, remember: (onDisk: OnDisk) => void, annotate: Annotate) {
    this.#env = env
    this.#remember = remember
    this.#annotate = annotate
    this.#login = new StepLogin(env)
  }

  begin({ secrets }: Pick<BuildInputs, 'secrets'>): void {
    // What fails is told by who needs the answer.
    this.#environmentsFor(secrets)
      .then((environments) => this.#inspectEngine(environments))
      .catch(() => undefined)
  }

  async inspect(build: BuildInputs, options: InspectOptions): Promise<Engine> {
    const environments = await this.#environmentsFor(build.secrets)
    const engine = await this.#inspectEngine(environments)
    const { attestsByItself, checkBuild, compressionNotice, lambdaWarning } = await import(
      './build/preflight.ts'
    )
    const builderEnv = async () => ({
      ...(await environments.builder(build.builder)),
      ...(await this.#openFolder()).user,
    })
    const chosen = () => environments.choosesBuilder(build.builder)
    const { capabilities, builder, unknownVersion } = await checkBuild(
      build,
      options,
      engine,
      builderEnv,
      chosen,
      environments.choosesUnknown,
      environments.context,
      this.#askBuilder,
    )
    const setting = this.#env['BUILDX_NO_DEFAULT_ATTESTATIONS']
    const byItself = attestsByItself(build, setting, engine, capabilities)
    const warning = options.push ? lambdaWarning(build, options.sbomApart, byItself) : null
    if (warning !== null) this.#annotate(warning.kind, warning.message)
    const notice = options.push ? compressionNotice(build) : null
    if (notice !== null) this.#annotate('notice', notice)
    const { serverVersion, podman = false, buildxVersion, missing, classic } = engine
    const legacy = buildxVersion === null && classic === 'legacy'
    const noEngine = missing?.message ?? null
    return { serverVersion, podman, buildxVersion, legacy, capabilities, builder, noEngine, unknownVersion }
  }

  async login(registry: RegistrySession, { keep, secrets, ...options }: LoginOptions): Promise<void> {
    const [folder, environments] = await Promise.all([this.#openFolder(), this.#environmentsFor(secrets)])
    const remember = (kept: KeptLogin) => this.#remember({ folder: folder.path, kept })
    await this.#login.logIn(registry, folder, environments.engine, keep ? remember : null, {
      ...options,
      sharesNetwork: await environments.engineSharesNetwork(),
      hasEngine: () => this.#hasEngine(environments),
    })
    this.#loggedIn = true
  }

  async build(engine: Engine, request: BuildRequest, help: BuildHelp): Promise<Built> {
    const [folder, environments] = await Promise.all([
      this.#openFolder(),
      this.#environmentsFor(request.secrets),
    ])
    if (!this.#loggedIn && request.pullLogins.length > 0) {
      await this.#login.writeForPulls(request.pullLogins, folder)
      this.#loggedIn = true
    }
    // A build without a login needs no configuration of its own, only a folder for its results.
    const own = this.#loggedIn || request.naming !== 'local'
    const { configuration, ...tools } = await this.#toolsFor(
      request,
      engine.buildxVersion !== null,
      own,
      help,
    )
    if (engine.buildxVersion !== null) {
      const [{ buildx }, { buildWithBuildx }] = await Promise.all([
        this.#inspectEngine(environments),
        import('./build/buildx.ts'),
      ])
      return buildWithBuildx(request, engine.buildxVersion, engine.capabilities, { ...tools, buildx })
    }
    const { buildWithoutBuildx } = await import('./build/classic.ts')
    return buildWithoutBuildx(request, await this.#inspectEngine(environments), {
      ...tools,
      variables: this.#env,
      pushEnv: { ...environments.push, ...configuration },
    })
  }

  async readBake(source: BakeSource): Promise<BakePlan> {
    const environments = await this.#environmentsFor([])
    const [{ buildx, buildxVersion, missing }, { readDefinition, noBuildx }] = await Promise.all([
      this.#inspectEngine(environments),
      import('./bake/print.ts'),
    ])
    if (buildxVersion === null) throw missing ?? noBuildx()
    const own = { builder: source.builder, cacheFrom: [], cacheTo: [], buildArgs: [] }
    const { env, workspace } = await this.#toolsFor(own, true, this.#loggedIn, NO_HELP)
    return readDefinition(source, { buildx, env, workspace, variables: this.#env })
  }

  async platformOf(builder: string | null): Promise<string | null> {
    const environments = await this.#environmentsFor([])
    const [{ buildx, missing, platform = null }, chosen] = await Promise.all([
      this.#inspectEngine(environments),
      environments.choosesBuilder(builder),
    ])
    // The engine's own builder builds for the engine.
    if (!chosen && missing === null && /^linux\/(?:amd64|arm64)$/.test(platform ?? '')) return platform
    const [env, { user }, { builderAskedOnce, platformOfBuilder }] = await Promise.all([
      environments.builder(builder),
      this.#openFolder(),
      import('./bake/platform.ts'),
    ])
    this.#askBuilder ??= builderAskedOnce()
    return platformOfBuilder(builder, { ...env, ...user }, buildx, this.#askBuilder)
  }

  async bake(
    engine: Engine,
    build: BakeBuild,
    { names, ...request }: BakeVariables,
    { log }: Pick<BuildHelp, 'log'>,
  ): Promise<BakeBuilt> {
    const [{ configuration: _, ...tools }, { buildx }, { bakeTargets }] = await Promise.all([
      this.#toolsFor({ ...request, buildArgs: names }, true, true, { ...NO_HELP, log }),
      this.#inspectEngine(await this.#environmentsFor([])),
      import('./bake/build.ts'),
    ])
    return bakeTargets(build, engine.buildxVersion ?? '', { ...tools, buildx })
  }

  async findInEngine(ids: readonly string[], name: string | null): Promise<EngineImage | null> {
    const [folder, environments, { findInEngine }] = await Promise.all([
      this.#openFolder(),
      this.#environmentsFor([]),
      import('./build/engine-image.ts'),
    ])
    if (!(await this.#hasEngine(environments))) return null
    const { engine } = environments
    return findInEngine(ids, name, { ...engine, ...folder.user })
  }

  async digestsInEngine(id: string, repository: string): Promise<readonly string[] | null> {
    const [folder, environments, { digestsInEngine }] = await Promise.all([
      this.#openFolder(),
      this.#environmentsFor([]),
      import('./build/engine-image.ts'),
    ])
    if (!(await this.#hasEngine(environments))) return null
    const { engine } = environments
    return digestsInEngine(id, repository, { ...engine, ...folder.user })
  }

  async close(): Promise<void> {
    // What was begun early may not have been needed.
    if (runsProcesses()) await endChildren('SIGTERM')
    // If it could not be made, that has been reported already.
    const folder = await this.#folder?.catch(() => null)
    if (!folder) return
    await this.#login.settled()
    // Work that was abandoned may still be writing: a folder that has just got a file is emptied again.
    await rm(folder.path, { recursive: true, force: true, maxRetries: 5 })
  }

  /** @param own whether docker is to read the step's configuration, and not the user's */
  async #toolsFor(
    request: Pick<BuildRequest, 'builder' | 'cacheFrom' | 'cacheTo' | 'buildArgs'>,
    buildx: boolean,
    own: boolean,
    help: BuildHelp,
  ): Promise<BuildTools & { readonly configuration: Readonly<Record<string, string>> }> {
    const [folder, environments] = await Promise.all([this.#openFolder(), this.#environmentsFor([])])
    const configuration = own ? this.#login.variables(folder) : folder.user
    return {
      ...help,
      folder: folder.path,
      env: { ...(await environments.build(request, buildx)), ...configuration },
      engineEnv: { ...environments.engine, ...configuration },
      workspace: process.cwd(),
      annotate: this.#annotate,
      sharesNetwork: await environments.sharesNetwork(request.builder),
      configuration,
    }
  }

  #openFolder(): Promise<StepFolder> {
    ending.refuse()
    this.#folder ??= openStepFolder(this.#env).then((folder) => {
      this.#remember({ folder: folder.path, kept: null })
      return folder
    })
    return this.#folder
  }

  /** One step has one build, and so one set of secrets. */
  #environmentsFor(secrets: readonly Secret[]): Promise<Environments> {
    this.#environments ??= environmentsOf(this.#env, secrets)
    return this.#environments
  }

  #inspectEngine({ engine, engineSocket, engineHost }: Environments): Promise<EngineDetails> {
    this.#engine ??= inspectEngine(engine, engineSocket, engineHost).then((details) => {
      const { brokenBuildx = null } = details
      if (brokenBuildx !== null)
        this.#annotate(
          'notice',
          `docker's plugin buildx does not work, so that docker builds without it (${clip(brokenBuildx, 300)}); docker/setup-buildx-action in a step before this one installs one that does.`,
        )
      return details
    })
    return this.#engine
  }

  async #hasEngine(environments: Environments): Promise<boolean> {
    return (await this.#inspectEngine(environments)).missing === null
  }
}
