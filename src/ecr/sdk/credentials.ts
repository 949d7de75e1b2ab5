import { AsyncLocalStorage } from 'node:async_hooks'
import type { ChildProcess } from 'node:child_process'
import { subscribe } from 'node:diagnostics_channel'
import { ending } from '../../shared/ending.ts'
import { ActionError } from '../../shared/errors.ts'
import { LIMITS } from '../../shared/limits.ts'
import { endTree } from '../../shared/processes.ts'
import { SeenRequests } from '../../shared/seen-requests.ts'

/**
 * What the SDK's chain of credential sources is doing. Its sources for a container and for a machine have clients of
 * their own, and its `credential_process` has no limit at all: what they start is seen here as Node starts it.
 * https://nodejs.org/api/diagnostics_channel.html#built-in-channels
 */
class Asking {
  readonly requests = new SeenRequests(LIMITS.awsBodyBytes)
  readonly #children = new Set<ChildProcess>()
  /** Nobody waits any more; but the chain goes on to its next source, which may be the same process. */
  #over = false

  started(child: ChildProcess): void {
    if (this.#over) refuse(child)
    this.#children.add(child)
    for (const event of ['exit', 'error']) child.once(event, () => this.#children.delete(child))
  }

  /** What is still awaited, in words. */
  describe(): string {
    const hosts = this.requests.hosts.map((host) => `an answer of ${host}`)
    const processes = [...this.#children].map(() => 'a credential_process')
    return [...new Set([...processes, ...hosts])].join(' and ') || 'its sources'
  }

  /** Ends what was started, processes with all that descend from them, and lets nothing more be started. */
  async end(signal: NodeJS.Signals): Promise<void> {
    this.#over = true
    this.requests.end()
    await Promise.all([...this.#children].map((child) => endChild(child, signal)))
  }
}

/**
 * Lets a process not start of which Node has only made the object: once it runs, it may fork at the moment in which it
 * is ended, and leave what nobody knows of.
 */
function refuse(child: ChildProcess): void {
  Object.assign(child, {
    spawn: () => {
      throw new Error('nobody waits for it any more')
    },
  })
}

async function endChild({ pid }: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (pid !== undefined) await endTree(pid, signal)
}

const asking = new AsyncLocalStorage<Asking>()
subscribe('child_process', (message) => {
  asking.getStore()?.started((message as { process: ChildProcess }).process)
})

type Provider = (properties?: unknown) => Promise<unknown>

/**
 * Limits how long a client waits for its credentials, and how much it takes, whatever sources there are. When the time
 * is over, or the step ends, the sources' requests and processes are ended.
 * @param client changed in place
 */
export function limitCredentials(client: { readonly config: object }): void {
  const config = client.config as { credentials: Provider }
  const given = config.credentials
  config.credentials = (properties) => {
    const work = new Asking()
    return asking.run(work, () => work.requests.run(() => within(work, given(properties))))
  }
}

/** @throws ActionError if the sources have given no credentials in time */
async function within<T>(work: Asking, credentials: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(noCredentialsInTime(work.describe())), LIMITS.credentialsMs)
  let settled = false
  try {
    const given = await ending.before(Promise.race([credentials, late.promise]))
    settled = true
    return given
  } finally {
    clearTimeout(timer)
    work.requests.stop()
    if (!settled) await work.end(ending.reason?.signal ?? 'SIGTERM')
  }
}

function noCredentialsInTime(awaited: string): ActionError {
  return new ActionError(
    `There are no AWS credentials after ${LIMITS.credentialsMs / 1000} s: ${awaited} was waited for.`,
    'check the source that the job names: credential_process or sso_session of the profile in use (AWS_PROFILE, AWS_CONFIG_FILE), AWS_CONTAINER_CREDENTIALS_FULL_URI, or the metadata of the machine (AWS_EC2_METADATA_DISABLED=true leaves that one out); or give role-to-assume.',
    { page: 'limits.md' },
  )
}
