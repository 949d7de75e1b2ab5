/** What docker waits for, as its output says. */
export interface Wait {
  /** In docker's own words, such as `pushing layers`. */
  readonly what: string
  /** `start`: the builder has not said anything yet. */
  readonly phase: 'push' | 'pull' | 'start'
  /**
   * Whether docker's output shows all progress: it is a few kilobytes that are waited for, or docker prints how many
   * bytes have come. If not, only the network shows whether it moves.
   */
  readonly shown: boolean
  /** Whether it may as well be work of the engine's, of which nothing shows how it goes on. */
  readonly mayWork?: boolean
}

/** Reads the output of a docker command as it comes. */
export interface OutputReader {
  /** Takes the next piece, which may end in the middle of a line. */
  read(output: string, stream: 'stdout' | 'stderr'): void
  /** Counts what the output has shown of progress. A line that repeats what was known is none. */
  readonly progress: number
  /** @returns null while anything else goes on than a push or a pull, such as a command of the Dockerfile */
  waitsFor(): Wait | null
}

/** Cuts a stream of text into its lines. */
export class Lines {
  #rest = ''

  /** @returns the lines that are complete now */
  add(text: string): string[] {
    const lines = (this.#rest + text).split(/\r?\n/)
    // A command of the Dockerfile may write for ever without an end of line.
    this.#rest = (lines.pop() ?? '').slice(0, 10_000)
    return lines
  }
}
