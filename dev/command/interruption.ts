const controller = new AbortController()
const notes: string[] = []

/** Aborted by the first SIGINT, SIGTERM or SIGHUP that this process gets, which is its reason. */
export const interruption = controller.signal

/** Lets the signals interrupt, and not end, this process. Later ones change nothing. */
export function catchSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => controller.abort(signal))
}

/** Keeps what is so after an interruption, for the last line; called once it is so, and not before. */
export function noteEnd(sentence: string): void {
  if (!notes.includes(sentence)) notes.push(sentence)
}

/** @returns the last line after an interruption */
export function describeInterruption(): string {
  return [`Interrupted (${interruption.reason}).`, ...notes].join(' ')
}
