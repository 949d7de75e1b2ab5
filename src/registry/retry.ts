import { retrying as again, type Patience, sleep } from '../retry.ts'
import { RegistryError } from './errors.ts'

export type { Patience } from '../retry.ts'

export const PATIENCE: Patience = { attempts: 7, firstMs: 300, longestMs: 20_000, sleep }

export function retrying<T>(patience: Patience, attempt: (number: number) => Promise<T>): Promise<T> {
  return again(
    patience,
    attempt,
    (error) =>
      error instanceof RegistryError && error.transient
        ? { reason: error.message, afterMs: error.retryAfterMs }
        : null,
    () => undefined,
  )
}
