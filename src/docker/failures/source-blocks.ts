/** Lines of a Dockerfile that BuildKit prints with an error or a finding. */
export interface SourceBlock {
  /** As BuildKit names it: relative to the context, or the name alone. */
  readonly file: string
  readonly line: number
  readonly endLine: number
  /** What the marked lines say. */
  readonly text: string
  /** Indexes into the output's lines: where the block begins, and the line after it. */
  readonly start: number
  readonly end: number
}

const BLOCK_RULER = /^-{20}$/
const BLOCK_HEAD = /^(.+):(\d+)$/
const BLOCK_LINE = /^ +(\d{1,9}) \| (>>>| {3})(?: (.*))?$/

/**
 * Finds every block of the form
 *
 *     Dockerfile:2
 *     --------------------
 *        1 |     FROM scratch
 *        2 | >>> RUN false
 *     --------------------
 *
 * https://github.com/moby/buildkit/blob/master/solver/errdefs/source.go
 */
export function sourceBlocks(lines: readonly string[]): SourceBlock[] {
  const blocks: SourceBlock[] = []
  for (let at = 0; at < lines.length - 1; at++) {
    const head = BLOCK_HEAD.exec(lines[at] as string)
    if (head === null || !BLOCK_RULER.test(lines[at + 1] as string)) continue
    let end = at + 2
    while (end < lines.length && !BLOCK_RULER.test(lines[end] as string)) end++
    if (end === lines.length) break
    const marked = lines
      .slice(at + 2, end)
      .map((line) => BLOCK_LINE.exec(line))
      .filter((match) => match?.[2] === '>>>')
    const numbers = marked.map((match) => Number(match?.[1]))
    if (numbers.length > 0) {
      blocks.push({
        file: head[1] as string,
        line: numbers[0] as number,
        endLine: numbers.at(-1) as number,
        text: marked.map((match) => match?.[3] ?? '').join('\n'),
        start: at,
        end: end + 1,
      })
    }
    at = end
  }
  return blocks
}
