import { retrying as again, describeRetry, type Patience, sleep } from '../retry.ts'
import { RegistryError } from './errors.ts'

export type { Patience } from '../retry.ts'

/** With somebody who hears of each retry. */
export interface TellingPatience extends Patience {
  readonly log?: (line: string) => void
}

/** Requests are small, so that they are tried more often than whole pushes of docker: for half a minute or so. */
export const PATIENCE: Patience = { attempts: 7, firstMs: 500, longestMs: 20_000, sleep }

/**
 * Tries a request again that failed of what can pass. A registry that says when to come back is believed.
 * @throws RegistryError the last failure
 */
export function retrying<T>(patience: TellingPatience, attempt: (number: number) => Promise<T>): Promise<T> {
  return again(
    patience,
    attempt,
    (error) =>
      error instanceof RegistryError && error.transient
        ? { reason: 'see before', afterMs: error.retryAfterMs, error }
        : null,
    (retry) => {
      const [what, reason = ''] = split(retry.error.message)
      patience.log?.(describeRetry(what, { ...retry, reason }))
    },
  )
}

/** `PUT https://HOST/v2/NAME/manifests/v1: 503 …` */
function split(message: string): [string, string?] {
  const at = message.indexOf(': ')
  return at < 0 ? ['A request', message] : [message.slice(0, at), message.slice(at + 2)]
}
