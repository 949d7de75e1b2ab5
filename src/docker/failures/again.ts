import { describeRetry, type RetryPolicy, withRetries } from '../../shared/retry.ts'
import { sleep } from '../../shared/time.ts'
import { ProcessError } from '../exec.ts'
import type { BuildHelp } from '../port.ts'
import { mayBeExpired, passingReason } from './passing.ts'

/**
 * Engines have a patience of their own, which comes on top for each attempt: BuildKit 7 s after 5xx and breaks, and
 * none after 429; dockerd 50 s for a layer, and none for a manifest.
 */
const PATIENCE: RetryPolicy = { attempts: 4, firstMs: 2000, longestMs: 30_000, sleep }

/** What one of docker's programs failed at. */
export interface Trouble {
  /** `The push of HOST/NAME:TAG` */
  readonly what: string
  readonly phase: 'push' | 'pull'
  /** docker's own last word. */
  readonly said: string
}

/**
 * Runs a program of docker's that speaks to a registry, and once more where it failed of what can pass. A token that
 * the registry calls expired is renewed, once.
 * @param run its argument says whether an attempt before has built everything
 * @param look what a failure is about; null where it is about no registry
 * @param explain makes the error of the last failure
 */
export async function again<T>(
  run: (built: boolean) => Promise<T>,
  look: (error: ProcessError) => Trouble | null,
  explain: (error: ProcessError, attempts: number) => Promise<Error> | Error,
  { log, renewal }: BuildHelp,
): Promise<T> {
  let built = false
  let renewed = false
  let attempts = 1
  const troubleOf = (error: unknown) => (error instanceof ProcessError ? look(error) : null)

  const withNewToken = async (): Promise<T> => {
    try {
      return await run(built)
    } catch (error) {
      const trouble = troubleOf(error)
      if (renewed || renewal === null || trouble?.phase !== 'push' || !mayBeExpired(trouble.said)) throw error
      renewed = true
      if (!(await renewal.renew())) throw error
      log(`${trouble.what} failed (the registry token has expired); again with a new one, ${NOTHING_BUILT}`)
      built = true
      return run(built)
    }
  }

  try {
    return await withRetries(
      PATIENCE,
      withNewToken,
      (error) => {
        const trouble = troubleOf(error)
        const reason = trouble === null ? null : passingReason(trouble.said)
        if (trouble === null || reason === null) return null
        built ||= trouble.phase === 'push'
        return { reason, afterMs: null, trouble }
      },
      (retry) => {
        attempts = retry.attempt
        const { what, phase } = retry.trouble
        log(`${describeRetry(what, retry)}${phase === 'push' ? `, ${NOTHING_BUILT}` : ''}`)
      },
    )
  } catch (error) {
    if (error instanceof ProcessError) throw await explain(error, attempts)
    throw error
  }
}

const NOTHING_BUILT = 'nothing is built again'
