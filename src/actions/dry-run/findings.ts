import { lacksPermission } from '../../ecr/errors/denied.ts'
import { RegistryError } from '../../registry/errors.ts'
import { combineAny, partsOf } from '../../shared/combine.ts'

/**
 * What a dry run finds: one check that fails, or that the identity may not make, hides no other. A check that AWS does
 * not allow says nothing about the run, which may have another identity: it is not known how it would end.
 */
export class Findings {
  readonly #problems: unknown[] = []
  readonly #unknown: unknown[] = []

  /** @returns what came of it; null if it failed, which is noted */
  async attempt<T>(work: Promise<T> | (() => T | Promise<T>)): Promise<T | null> {
    try {
      return await (typeof work === 'function' ? work() : work)
    } catch (error) {
      this.note(error)
      return null
    }
  }

  /** Notes a failure; one of several parts is as many failures. */
  note(error: unknown): void {
    for (const part of partsOf(error)) (mayNotAsk(part) ? this.#unknown : this.#problems).push(part)
  }

  /** Notes what a dry run does not find out for another reason than a permission. */
  noteUnknown(error: unknown): void {
    this.#unknown.push(error)
  }

  /** What would stop a run, each once, as one error; null if nothing would. */
  get failure(): unknown {
    return combineAny(this.#problems)
  }

  /** What could not be asked, each once, as one error; null if nothing. */
  get unknown(): unknown {
    return combineAny(this.#unknown)
  }
}

/** Whether the failure says that a permission to read is missing, to ECR's API or to its registry. */
export function mayNotAsk(error: unknown): boolean {
  if (lacksPermission(error)) return true
  if (error instanceof RegistryError) return error.status === 403
  return error instanceof Error && error.cause !== undefined && mayNotAsk(error.cause)
}
