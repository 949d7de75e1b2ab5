import { createRequire } from 'node:module'
import type { Config } from '@jest/types'

/** Of jest's own packages, what is used here. */
interface Mocker {
  fn: (...given: unknown[]) => unknown
  spyOn: (...given: unknown[]) => unknown
  restoreAllMocks(): void
}
interface Timers {
  useFakeTimers(options?: object): void
  useRealTimers(): void
  dispose(): void
}
interface Packages {
  'jest-mock': { ModuleMocker: new (global: object) => Mocker }
  '@jest/fake-timers': { ModernFakeTimers: new (options: object) => Timers }
  'jest-util': { installCommonGlobals(global: object, globals: object): { process: NodeJS.Process } }
}

/** Packages of jest's own, which are not this project's. */
const ofJest = createRequire(createRequire(import.meta.url).resolve('jest-environment-node'))
const load = <Name extends keyof Packages>(name: Name) => ofJest(name) as Packages[Name]

/**
 * What a test file sees as its surroundings: the global object of this process, and not one of a context of its own. What
 * a file changes there is put back when it has ended.
 */
export default class NativeEnvironment {
  readonly global = globalThis
  readonly moduleMocker = new (load('jest-mock').ModuleMocker)(globalThis)
  readonly fakeTimers = null
  readonly fakeTimersModern: Timers
  readonly realProcess = globalThis.process
  readonly #kept = { console: globalThis.console, exit: process.exit }

  constructor({ projectConfig }: { projectConfig: Config.ProjectConfig }) {
    this.fakeTimersModern = new (load('@jest/fake-timers').ModernFakeTimers)({
      config: projectConfig,
      global: globalThis,
    })
  }

  /** What of `jest` needs no module. */
  get jest(): object {
    const { moduleMocker: mocks, fakeTimersModern: timers } = this
    return {
      fn: mocks.fn.bind(mocks),
      spyOn: mocks.spyOn.bind(mocks),
      restoreAllMocks: () => mocks.restoreAllMocks(),
      useFakeTimers: (options?: object) => timers.useFakeTimers(options),
      useRealTimers: () => timers.useRealTimers(),
    }
  }

  /** Gives the file a `process` of its own, as jest does: its variables, listeners and exit code end with it. */
  async setup(): Promise<void> {
    const needed = { Symbol, Date }
    const { process } = load('jest-util').installCommonGlobals(needed, {})
    const { send } = this.realProcess
    // How jest and its reporter, which see the same global object, say what happens meanwhile.
    if (send !== undefined) process.send = send.bind(this.realProcess)
    globalThis.process = process
  }

  async teardown(): Promise<void> {
    this.fakeTimersModern.dispose()
    this.moduleMocker.restoreAllMocks()
    globalThis.process = this.realProcess
    globalThis.process.exit = this.#kept.exit
    globalThis.console = this.#kept.console
  }

  /** jest asks only whether there is this method. */
  getVmContext(): null {
    return null
  }

  exportConditions(): string[] {
    return ['node', 'node-addons']
  }
}
