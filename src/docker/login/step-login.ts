import type { RegistrySession } from '../../oci/registry-session.ts'
import { InputError } from '../../shared/errors.ts'
import { LIMITS } from '../../shared/limits.ts'
import { sleep } from '../../shared/time.ts'
import type { LoginOptions, PullLogin } from '../port.ts'
import {
  type DockerConfig,
  type Env,
  hasLogin,
  privateConfig,
  readUserConfig,
  withoutLogins,
  writeConfig,
} from './config.ts'
import type { KeptLogin } from './kept-login.ts'
import { dockerLogin, storedLogin } from './login.ts'
import type { StepFolder } from './step-folder.ts'

/**
 * The step's login to the registry that it pushes to, in its own folder and, if it is kept, in the user's; and those to
 * registries that it pulls from, in its own folder alone.
 */
export class StepLogin {
  readonly #env: Env
  #registries: readonly string[] = []
  #kept: KeptLogin | null = null
  #writing: Promise<void> = Promise.resolve()

  /** @param env the job's environment, which says where the user's configuration is */
  constructor(env: Env) {
    this.#env = env
  }

  /**
   * Logs in, instead of an earlier login of this step. If the engine shares this process's network, and the registry
   * says that it accepts the token, the login is written as docker would write it; else docker logs in, by the
   * engine's own way to the registry, which retries, and says what is wrong. Without an engine this process alone asks.
   * @param engineEnv for docker processes that speak to the engine only
   * @param sharesNetwork whether the engine's requests go through the network that this process sees
   * @param remember called before the user's configuration is changed, with what restores it; null if the later steps
   *   of the job are not to be logged in
   * @throws ActionError if the registry refuses or cannot be reached, or a configuration cannot be read or written
   */
  async logIn(
    registry: RegistrySession,
    folder: StepFolder,
    engineEnv: Readonly<Record<string, string>>,
    remember: ((kept: KeptLogin) => void) | null,
    {
      accepted,
      confirm,
      log,
      debug,
      pullLogins,
      sharesNetwork,
      hasEngine,
    }: Pick<LoginOptions, 'accepted' | 'confirm' | 'log' | 'debug' | 'pullLogins'> & {
      readonly sharesNetwork: boolean
      readonly hasEngine: () => Promise<boolean>
    },
  ): Promise<void> {
    const { host } = registry
    const [config, saidAtOnce, pulls] = await Promise.all([
      readUserConfig(this.#env),
      sharesNetwork && accepted(),
      pullLogins(),
    ])
    const isAccepted = saidAtOnce || (!(await hasEngine()) && (await confirm().then(() => true)))
    const why = sharesNetwork
      ? 'the registry did not say that it accepts the token'
      : "the engine's network is another"
    debug(
      `The login to ${host} is ${isAccepted ? 'written: the registry accepts the token' : `left to docker login: ${why}`}`,
    )
    const auth = isAccepted
      ? storedLogin(registry.credentials)
      : await dockerLogin(registry, folder.path, { ...engineEnv, ...folder.own }, log)
    refuseForPush(pulls, registry.host)
    this.#writing = (async () => {
      await this.#write(folder, config, new Map([...this.#stored(pulls, config), [registry.host, auth]]))
      if (remember !== null) await this.#keep(registry.host, auth, remember)
    })()
    await this.#writing
  }

  /**
   * Writes the logins of a build that is logged in nowhere else. Nobody is asked about them: the pull does.
   * @throws ActionError if a configuration cannot be read or written
   */
  async writeForPulls(pullLogins: readonly PullLogin[], folder: StepFolder): Promise<void> {
    const config = await readUserConfig(this.#env)
    this.#writing = this.#write(folder, config, this.#stored(pullLogins, config))
    await this.#writing
  }

  /** Variables that make docker use the step's own logins; once they have been written. */
  variables(folder: StepFolder): Readonly<Record<string, string>> {
    const given = this.#env['DOCKER_AUTH_CONFIG'] ?? ''
    return given === ''
      ? folder.own
      : { ...folder.own, DOCKER_AUTH_CONFIG: withoutLogins(given, this.#registries) }
  }

  /** A registry that was found by itself may be one that the user has logged in to as somebody else. */
  #stored(logins: readonly PullLogin[], config: DockerConfig): Map<string, string> {
    const wanted = logins.filter(
      ({ ofEcr, registry }) => ofEcr !== 'found' || !hasLogin(registry, config, this.#env),
    )
    return new Map(wanted.map((login) => [login.registry, storedLogin(login)]))
  }

  async #write(folder: StepFolder, config: DockerConfig, logins: ReadonlyMap<string, string>): Promise<void> {
    await writeConfig(folder.path, privateConfig(config, logins, this.#env))
    this.#registries = [...logins.keys()]
  }

  /** Waits for a write that is under way: no file of the user's is left half done, and no lock is left behind. */
  async settled(): Promise<void> {
    await Promise.race([this.#writing.catch(() => undefined), sleep(LIMITS.loginWriteMs, { ref: false })])
  }

  async #keep(host: string, auth: string, remember: (kept: KeptLogin) => void): Promise<void> {
    const { addKeptLogin, nameKeptLogin } = await import('./kept-login.ts')
    if (this.#kept === null) {
      this.#kept = await nameKeptLogin(this.#env, host)
      remember(this.#kept)
    }
    await addKeptLogin(this.#kept, auth)
  }
}

/** The token of the registry that is pushed to is the step's, and not for others to choose. */
function refuseForPush(pullLogins: readonly PullLogin[], host: string): void {
  if (!pullLogins.some(({ registry, ofEcr }) => registry === host && ofEcr === undefined)) return
  const message = 'is the registry that the image is pushed to, which the step is logged in to; leave it out'
  throw new InputError([{ input: 'registry-auth', value: host, message }])
}
