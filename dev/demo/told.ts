import { setTimeout as sleep } from 'node:timers/promises'

const bold = (text: string) => (process.stdout.isTTY ? `\u001b[1m${text}\u001b[0m` : text)

/** A title of the walk. */
export const heading = (text: string) => console.log(`\n${bold(text)}`)
let acts = 0
let title = ''
/** The next act's title, with its number. */
export function act(next: string): void {
  title = `${++acts}. ${next}`
  heading(title)
}
/** The title of the act that is shown. */
export const actTitle = (): string => title
/** Lines below a title. */
export const detail = (text: string) => console.log(`    ${shortened(text).replaceAll('\n', '\n    ')}`)

const DIGEST = /sha256:[0-9a-f]{64}/g
const seen = new Set<string>()
let registry: string | null = null

/** From its second mention on, the host of this registry is shown as `…`. */
export function shorten(host: string): void {
  registry = host
}

/** What was shown as a whole is news no more: a digest is cut as docker does, and the registry's host left out. */
function shortened(text: string): string {
  const parts = text.replaceAll(DIGEST, (digest) =>
    isNews(digest) ? digest : `${digest.slice(0, 'sha256:'.length + 12)}…`,
  )
  if (registry === null) return parts
  const [before = '', ...after] = parts.split(`${registry}/`)
  if (after.length === 0) return parts
  const first = isNews(registry) ? `${registry}/` : '…/'
  return `${before}${first}${after.join('…/')}`
}

function isNews(what: string): boolean {
  const news = !seen.has(what)
  seen.add(what)
  return news
}

/** A line of BuildKit that names a step: `#10 [3/5] RUN make`. Others, such as `#10 DONE 3.0s`, have its number alone. */
const NAMED = /^#(\d+) ((?:\[[^\]]*\d+\/\d+\] |exporting to |exporting cache |importing cache ).*)$/
const NUMBERED = /^#(\d+) /

/** Longer names of steps are cut. */
const NAME_SHOWN = 100
const cut = (text: string) => (text.length <= NAME_SHOWN ? text : `${text.slice(0, NAME_SHOWN - 1)}…`)

/** After so long without a line, one shows that something goes on; in milliseconds. */
const QUIET_MS = 2000

/**
 * Shows a step's log as GitHub's page does: a group is a line that can be unfolded, by --verbose here.
 * @returns what {@link Step} takes
 */
export function foldedLog(verbose: boolean) {
  // A message of several lines is one: what follows the first line stands below it.
  const line = (text: string) => detail(text.replaceAll('\n', '\n  '))
  if (verbose) return { onLine: line }
  let hidden: number | null = null
  let shownAt = performance.now()
  let steps = new Map<string, string>()
  const show = (text: string) => {
    shownAt = performance.now()
    line(text)
  }
  return {
    onLine(text: string) {
      if (hidden === null) return show(text)
      // The first line of a group is its title.
      if (hidden === 0) show(text)
      const [, named, name = ''] = NAMED.exec(text) ?? []
      if (named !== undefined) steps.set(named, name)
      const step = steps.get(NUMBERED.exec(text)?.[1] ?? '')
      if (hidden > 0 && step !== undefined && performance.now() - shownAt > QUIET_MS)
        show(`  … ${cut(shortened(step))}`)
      hidden += 1
    },
    onGroup(open: boolean) {
      if (open) {
        hidden = 0
        steps = new Map()
      } else if (hidden !== null) {
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
