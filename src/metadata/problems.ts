/** One thing that is wrong with what the user gave. */
export interface MetadataProblem {
  /** The input's name in action.yml, or the environment variable's. */
  readonly input: string
  /** What the user gave: the whole rule or line. */
  readonly value: string
  /** What is wrong with it (naming the attribute) and what is allowed. */
  readonly message: string
}

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

  /** @throws MetadataError where there is one */
  throwIfAny(): void {
    if (this.#found.length > 0) throw new MetadataError(this.#found)
  }
}
