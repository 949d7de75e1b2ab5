import type { Problem } from '../shared/errors.ts'

/** One thing that is wrong: with an input, or with a variable of the job, named like one. */
export type MetadataProblem = Problem

/** All that is wrong with tags, flavor, labels and annotations, at once. */
export class MetadataError extends Error {
  override readonly name = 'MetadataError'
  readonly problems: readonly MetadataProblem[]

  constructor(problems: readonly MetadataProblem[]) {
    super(problems.map(({ input, value, message }) => `${input}: '${value}': ${message}`).join('\n'))
    this.problems = problems
  }
}

/** Collects problems, so that all are reported at once. */
export class Problems {
  readonly #found: MetadataProblem[] = []

  get found(): readonly MetadataProblem[] {
    return this.#found
  }

  add(input: string, value: string, message: string): void {
    this.#found.push({ input, value, message })
  }

  /** @throws MetadataError if there is one */
  throwIfAny(): void {
    if (this.#found.length > 0) throw new MetadataError(this.#found)
  }
}
