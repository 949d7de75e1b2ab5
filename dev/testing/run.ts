import path from 'node:path'
import { endOf, spawnTied } from '../command/child.ts'
import { temporaryFolder } from '../command/temporary.ts'
import { root } from '../root.ts'
import type { WithEngines } from '../with-engines.ts'
import type { Progress } from './progress.ts'

export const JEST = path.join(root, 'node_modules', 'jest', 'bin', 'jest.js')
/**
 * Node calls it an experiment that it strips types (`native/modules.ts`). With the 16 MB that it has for young objects,
 * a sixth of a test file's time goes into clearing them.
 */
export const NODE_OPTIONS_OF_JEST = ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=64']

/** From the last test's end to jest's, which waits for what a failed test has left open. */
const MOST_MS_TO_END = 30_000

const REPORTER = path.join(import.meta.dirname, 'reporter.ts')

export interface Run {
  /** jest's arguments. */
  readonly args: readonly string[]
  readonly progress: Progress
  readonly interruption: AbortSignal
  /** Whether jest prints its own report, which is made for one run at a time. */
  readonly ownReport: boolean
  /** Undefined: the tests need none. */
  readonly withEngines: WithEngines | undefined
  /** How many processes share the files. */
  readonly workers: number
}

/** Runs jest once. @returns whether all tests passed, as jest and its report both say */
export async function runJest(run: Run): Promise<boolean> {
  const { args, progress, interruption, ownReport, withEngines, workers } = run
  const reporters = ownReport ? ['default', REPORTER] : [REPORTER]
  const command = [
    process.execPath,
    ...NODE_OPTIONS_OF_JEST,
    JEST,
    ...(workers === 1 ? ['--runInBand'] : [`--maxWorkers=${workers}`]),
    ...args,
    ...reporters.map((one) => `--reporters=${one}`),
  ]
  let ended = false
  let late: NodeJS.Timeout | undefined
  const tooLate = new AbortController()
  const onMessage = (message: unknown) => {
    if (!isReport(message)) return
    if (message.type === 'end') {
      ended = true
      late = setTimeout(() => {
        console.error(
          `jest has not ended ${MOST_MS_TO_END / 1000} s after the last test: a test has left something open. It is stopped.`,
        )
        tooLate.abort('SIGTERM')
      }, MOST_MS_TO_END)
    } else if (message.type === 'test') progress.addTest(message)
    else progress.add(message)
  }
  const stop = AbortSignal.any([interruption, tooLate.signal])
  if (withEngines) {
    const status = await withEngines({ command, interruption: stop, onMessage }).finally(() =>
      clearTimeout(late),
    )
    return status === 0 && ended
  }
  const temporary = temporaryFolder()
  const child = spawnTied(command, {
    cwd: root,
    env: { ...process.env, ...temporary.env },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  child.on('message', onMessage)
  const pass = () => child.kill(stop.reason as NodeJS.Signals)
  if (stop.aborted) pass()
  stop.addEventListener('abort', pass)
  const status = await endOf(child).finally(() => {
    clearTimeout(late)
    stop.removeEventListener('abort', pass)
    temporary.remove()
  })
  return status === 0 && ended
}

function isReport(message: unknown): message is import('./reporter.ts').Report {
  return typeof message === 'object' && message !== null && 'type' in message
}
