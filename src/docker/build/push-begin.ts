/**
 * The step with which BuildKit begins to export, or buildx to have the engine push: no push is before it.
 * https://github.com/moby/buildkit/blob/v0.25.1/util/progress/progressui/printer.go
 */
const BEGINS_EXPORT = /^(?:exporting|pushing) /

/**
 * The step with which buildx gives BuildKit a login: `[auth] sharing credentials for HOST`, or with a token
 * `[auth] REPOSITORY:pull,push token for HOST`.
 * https://github.com/moby/buildkit/blob/v0.25.1/util/resolver/authorizer.go
 */
const LOGIN_FOR = /^\[auth\] .* for (\S+)$/

/** Learns from the steps that buildx shows whether a build may have begun to push. */
export class PushBegin {
  readonly #hosts: ReadonlySet<string>
  readonly #pushing: (() => void) | null
  #loggedIn = false

  /**
   * @param references what buildx pushes; empty if it pushes nothing
   * @param pushing called as soon as something may have been pushed; it may be called several times
   */
  constructor(references: readonly string[], pushing: (() => void) | null) {
    this.#hosts = new Set(references.map((reference) => reference.split('/', 1)[0] ?? ''))
    this.#pushing = pushing
  }

  /** @param step the name of a step, when its first line comes */
  shown(step: string): void {
    if (this.#hosts.size === 0) return
    if (BEGINS_EXPORT.test(step)) this.#pushing?.()
    if (this.#hosts.has(LOGIN_FOR.exec(step)?.[1] ?? '')) this.#loggedIn = true
  }

  /**
   * The build is ended before its time. Of steps that run in parallel, buildx shows one at a time: the export may have
   * begun without being shown, but not before the login to the registry of the push. That login may be for a base image
   * of the same registry, too: which of both it was for is not shown.
   */
  cut(): void {
    if (this.#loggedIn) this.#pushing?.()
  }
}
