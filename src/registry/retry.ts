import { retrying as again, describeRetry, type Patience, sleep } from '../shared/retry.ts'
import { RegistryError } from './errors.ts'

export type { Patience } from '../shared/retry.ts'

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
    (error) => {
      if (!(error instanceof RegistryError && error.transient)) return null
      return { ...split(error.message), afterMs: error.retryAfterMs }
    },
    (retry) => patience.log?.(describeRetry(retry.what, retry)),
  )
}

/** `PUT https://HOST/v2/NAME/manifests/v1: 503 …` */
function split(message: string): { readonly what: string; readonly reason: string } {
  const at = message.indexOf(': ')
  if (at < 0) return { what: 'A request', reason: message }
  return { what: message.slice(0, at), reason: message.slice(at + 2) }
}
