import { setTimeout as sleep } from 'node:timers/promises'

const bold = (text: string) => (process.stdout.isTTY ? `\u001b[1m${text}\u001b[0m` : text)

/** A title of the walk. */
export const heading = (text: string) => console.log(`\n${bold(text)}`)
/** Lines below a title. */
export const detail = (text: string) => console.log(`    ${text.replaceAll('\n', '\n    ')}`)

/** BuildKit has lines such as `#10 ...`, which tell nobody what goes on. */
const WORD = /[a-z]{3}/i

/** After so long without a line, one shows that something goes on; in milliseconds. */
const QUIET_MS = 2000

/**
 * Shows a step's log as GitHub's page does: a group is a line that can be unfolded, by --verbose here.
 * @returns what {@link Step} takes
 */
export function foldedLog(verbose: boolean) {
  if (verbose) return { onLine: detail }
  let hidden: number | null = null
  let shownAt = performance.now()
  const show = (line: string) => {
    shownAt = performance.now()
    detail(line)
  }
  return {
    onLine(line: string) {
      if (hidden === null) return show(line)
      // The first line of a group is its title.
      if (hidden === 0) show(line)
      else if (performance.now() - shownAt > QUIET_MS && WORD.test(line)) show(`  … ${line.slice(0, 100)}`)
      hidden += 1
    },
    onGroup(open: boolean) {
      if (open) hidden = 0
      else if (hidden !== null) {
        show(`  ${hidden - 1} lines, which --verbose shows`)
        hidden = null
      }
    },
  }
}

/** Waits for what has been started to answer. */
export async function fetchWhenUp(url: string): Promise<string> {
  for (let tries = 0; ; tries++) {
    try {
      return await (await fetch(url)).text()
    } catch (error) {
      if (tries === 50) throw error
      await sleep(100)
    }
  }
}
