/** A part of the summary. */
export interface Part {
  readonly text: string
  /** What is missing without it, in words; null if it is never left out. */
  readonly leftOut: string | null
}

/**
 * Puts parts together, and leaves out the largest ones as long as they do not fit. What is left out is said.
 * @param limit in bytes
 */
export function fitInto(parts: readonly Part[], limit: number): string {
  const kept = new Set(parts)
  const left: string[] = []
  for (;;) {
    const note =
      left.length === 0
        ? []
        : [
            `Left out, as GitHub takes ${Math.floor(limit / 1024)} KiB of a summary: ${[...new Set(left)].join(', ')}.`,
          ]
    const text = `${[...parts.filter((part) => kept.has(part)).map((part) => part.text), ...note].join('\n\n')}\n`
    if (Buffer.byteLength(text) <= limit) return text
    const largest = [...kept]
      .filter(({ leftOut }) => leftOut !== null)
      .sort((a, b) => Buffer.byteLength(b.text) - Buffer.byteLength(a.text))[0]
    // Every part that is always there has a bound of its own; if their sum is too much, the first ones say most.
    const next = largest ?? [...kept].at(-1)
    if (next === undefined) return ''
    kept.delete(next)
    left.push(next.leftOut ?? 'what follows')
  }
}
