import { Lines } from '../stall/wait.ts'

/** An instruction that the legacy builder has carried out, and the images in front of it and behind it. */
export interface LegacyStep {
  /** From 1 on, in the order of the Dockerfile, with what stands in front of the first FROM. */
  readonly number: number
  readonly keyword: string
  /** The short ID of an image; null for FROM, and if there was no layer so far. */
  readonly before: string | null
  /** Null if it has not ended, or made no image: `FROM scratch`. */
  readonly after: string | null
}

/** Of a longer Dockerfile, the rest is not noted: no memory is to grow with what a build prints. */
const MOST_NOTED = 2000

/**
 * Notes which image each step of the legacy builder has made: `Step 2/3 : WORKDIR /app`, and behind it ` ---> ID`. What a
 * RUN prints in between may look the same; its own ID is the last one in front of the next step.
 * https://github.com/moby/moby/blob/v28.5.2/builder/dockerfile/builder.go (printCommand)
 */
export class LegacyLog {
  #lines = new Lines()
  #steps: LegacyStep[] = []
  #total = ''

  /** The build is run, or run once more. */
  begin(): void {
    this.#lines = new Lines()
    this.#steps = []
  }

  /** Takes the next piece of standard output. */
  read(output: string): void {
    for (const line of this.#lines.add(output)) this.#take(line)
  }

  get steps(): readonly LegacyStep[] {
    return this.#steps
  }

  #take(line: string): void {
    const last = this.#steps.at(-1)
    const [, number, total = '', keyword = ''] = /^Step (\d+)\/(\d+) : (\w+)/.exec(line) ?? []
    if (number !== undefined) {
      if (Number(number) !== (last?.number ?? 0) + 1 || Number(number) > MOST_NOTED) return
      if (last !== undefined && total !== this.#total) return
      this.#total = total
      const upper = keyword.toUpperCase()
      const before = upper === 'FROM' ? null : (last?.after ?? null)
      this.#steps.push({ number: Number(number), keyword: upper, before, after: null })
      return
    }
    const after = /^ ---> ([0-9a-f]{12})$/.exec(line)?.[1]
    if (after !== undefined && last !== undefined) this.#steps[this.#steps.length - 1] = { ...last, after }
  }
}
