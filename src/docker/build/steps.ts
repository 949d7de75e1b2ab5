import type { TimedStep } from '../port.ts'
import { Lines } from '../stall/wait.ts'

/** A build of more steps than this is told without the rest: no memory is to grow with what a build prints. */
const MOST_STEPS = 2000

/**
 * Notes when the steps in BuildKit's plain progress begin and end. Those that fail or are canceled are none. Of steps
 * that run in parallel, BuildKit shows one at a time, so that the first line of a step may come long after its
 * beginning; `DONE 9.2s` has the seconds that it has worked, and comes at its end.
 * https://github.com/moby/buildkit/blob/v0.25.0/util/progress/progressui/printer.go
 */
export class StepTimes {
  readonly #begins: (name: string) => void
  readonly #clock: () => number
  readonly #done = new Map<string, TimedStep & { readonly number: string; readonly command: number }>()
  #command = 0
  #lines = new Lines()
  #open = new Map<string, { readonly name: string; readonly from: number }>()

  /**
   * @param options `begins` gets the name of each step when its first line comes. What a command of the Dockerfile prints
   * has its time before it, and is no name
   */
  constructor({
    begins = () => undefined,
    clock = () => performance.now(),
  }: {
    readonly begins?: (name: string) => void
    readonly clock?: () => number
  } = {}) {
    this.#begins = begins
    this.#clock = clock
  }

  /** A command is run; of one that was run before, BuildKit has every step in its cache, which says nothing. */
  begin(): void {
    this.#command++
    this.#lines = new Lines()
    this.#open = new Map()
  }

  /** Takes the next piece of standard error. */
  read(output: string): void {
    for (const line of this.#lines.add(output)) this.#take(line)
  }

  /** In the order in which they ended. */
  get steps(): readonly TimedStep[] {
    return [...this.#done.values()].map(({ name, cached, from, to }) => ({ name, cached, from, to }))
  }

  #take(line: string): void {
    const [, number, rest = ''] = /^#([1-9]\d*) (.+)$/.exec(line) ?? []
    if (number === undefined) return
    const open = this.#open.get(number)
    if (open === undefined) {
      this.#begins(rest)
      if (this.#open.size < MOST_STEPS) this.#open.set(number, { name: rest, from: this.#clock() })
      return
    }
    const [, end, seconds] = /^(?:(DONE)(?: (\d+\.\d)s)?|CACHED)$/.exec(rest) ?? []
    if (end === undefined && rest !== 'CACHED') return
    const to = this.#clock()
    const began = seconds === undefined ? open.from : to - Number(seconds) * 1000
    const before = this.#done.get(open.name)
    const command = this.#command
    if (before === undefined) {
      const cached = end === undefined
      const from = cached ? to : began
      this.#done.set(open.name, { name: open.name, cached, from, to, number, command })
    } else if (end !== undefined && before.number === number && before.command === command) {
      // What had ended went on: layers of a base image, or of a step in the cache, are fetched only once they are needed.
      // BuildKit's seconds are those of all of its work, without what lies between.
      this.#done.delete(open.name)
      this.#done.set(open.name, { ...before, from: seconds === undefined ? before.from : began, to })
    }
  }
}
