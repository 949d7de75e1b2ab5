import type { RegistrySession } from '../../oci/registry-session.ts'
import { ActionError } from '../../shared/errors.ts'
import { LIMITS } from '../../shared/limits.ts'
import { sleep } from '../../shared/time.ts'
import type { LoginOptions } from '../port.ts'
import { type Env, privateConfig, readUserConfig, writeConfig } from './config.ts'
import type { KeptLogin } from './kept-login.ts'
import { dockerLogin, storedLogin } from './login.ts'
import type { StepFolder } from './step-folder.ts'

/** The step's login to the registry that it pushes to, in its own folder and, if it is kept, in the user's. */
export class StepLogin {
  readonly #env: Env
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
      optional,
      sharesNetwork,
      hasEngine,
    }: Pick<LoginOptions, 'accepted' | 'confirm' | 'log' | 'debug' | 'optional'> & {
      readonly sharesNetwork: boolean
      readonly hasEngine: () => Promise<boolean>
    },
  ): Promise<void> {
    const { host } = registry
    const [config, saidAtOnce] = await Promise.all([readUserConfig(this.#env), sharesNetwork && accepted()])
    const isAccepted =
      saidAtOnce || (!(await hasEngine()) && (await isConfirmed(host, optional, accepted, confirm)))
    const why = sharesNetwork
      ? 'the registry did not say that it accepts the token'
      : "the engine's network is another"
    debug(
      `The login to ${host} is ${isAccepted ? 'written: the registry accepts the token' : `left to docker login: ${why}`}`,
    )
    const auth = isAccepted
      ? storedLogin(registry.credentials)
      : await dockerLogin(registry, folder.path, { ...engineEnv, ...folder.own }, log, optional)
    const write = async () => {
      await writeConfig(folder.path, privateConfig(config, registry.host, auth, this.#env))
      if (remember !== null) await this.#keep(registry.host, auth, remember)
    }
    this.#writing = write()
    await this.#writing
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

/**
 * Whether the registry accepts the token, if nobody but this process can ask.
 * @param optional asked once only
 * @returns true
 * @throws ActionError if it does not
 */
async function isConfirmed(
  host: string,
  optional: boolean,
  accepted: () => Promise<boolean>,
  confirm: () => Promise<void>,
): Promise<boolean> {
  if (!optional) await confirm()
  else if (!(await accepted())) {
    throw new ActionError(
      `${host} did not say that it accepts the token.`,
      'check the way from the runner to the registry, and the policies on it.',
    )
  }
  return true
}
