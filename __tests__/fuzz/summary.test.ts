import { expect, test } from '@jest/globals'
import { githubHtml } from '../../dev/pictures/github.ts'
import { wrapped } from '../../src/report/escaping.ts'
import type { SummaryFacts } from '../../src/report/facts.ts'
import { renderSummary } from '../../src/report/summary.ts'
import { FUZZ_TIMEOUT, hold, hostileText } from '../support/fuzz.ts'
import { failedBuild, failedFacts, failure, summaryFacts } from '../support/summary-facts.ts'

// What others wrote into a summary, as GitHub shows it: by its renderer and its sanitizer, and not by rules of ours.

/** Summaries in which everything that others can write is the text. */
function summariesWith(text: string): string[] {
  const { places, sizes } = summaryFacts()
  const place = places[0] as SummaryFacts['places'][number]
  const size = sizes[0] as SummaryFacts['sizes'][number]
  const steps = [{ name: `[${text} 1/2] RUN ${text}`, cached: false, from: 2, to: 3 }]
  const layers = [{ digest: `sha256:${'b'.repeat(64)}`, bytes: 1_200_000, madeBy: `RUN ${text}` }]
  const texts = {
    name: text,
    engine: text,
    steps,
    places: [{ ...place, tags: [text], uris: [text] }],
    sizes: [{ ...size, platform: text, layers }],
    compared: { tag: text, digest: `sha256:${'9'.repeat(64)}` },
    gone: [text],
    verifyCommands: [text],
  }
  return [
    renderSummary(summaryFacts(texts)),
    renderSummary(summaryFacts({ ...texts, deed: { kind: 'promote', from: text, source: null } })),
    renderSummary(
      summaryFacts({ ...texts, deed: { kind: 'promote', from: text, source: text }, artifactType: text }),
    ),
    renderSummary(summaryFacts({ ...texts, deed: { kind: 'verify' }, outcome: 'exists' })),
    renderSummary(summaryFacts({ ...texts, failure: failure({ message: text, remedy: text }) })),
    renderSummary(
      summaryFacts({
        ...texts,
        outcome: 'unnamed',
        heldBack: { tags: [text], left: [text, text] },
        failure: failure({ message: text, remedy: text }),
      }),
    ),
    renderSummary(
      failedFacts({
        name: text,
        failure: failure({ message: text, remedy: text, build: failedBuild(text) }),
      }),
    ),
  ]
}

/** The elements of a page and their attributes' names, without any text. */
const skeleton = (html: string) =>
  html
    .replace(/<pre class="mermaid">[\s\S]*?<\/pre>/g, '<pre>')
    .replace(/>[^<]*/g, '>')
    .replace(/="[^"]*"/g, '')
    .replace(/^[^<]*/, '')
    // The lines of a message.
    .replaceAll('</code><br><code>', '')
    .replaceAll('<br>', '')

/** The renderer takes seconds for many thousands of lines. */
const LONGEST = 400

const render = async (text: string) => (await Promise.all(summariesWith(text).map(githubHtml))).map(skeleton)

test(
  'a line that wraps is shown as it is, and holds it as it is, so that a secret in it is masked',
  () =>
    hold(hostileText, 60, async (text) => {
      const line = `a${text.slice(0, LONGEST).replace(/[\p{Cc}\u202A-\u202E\u2066-\u2069]/gu, ' ')}a`
      for (const markdown of [wrapped(line), `> ${wrapped(line)}`]) {
        expect(markdown).toContain(line)
        const [, shown = ''] = /<p><code>([\s\S]*)<\/code><\/p>/.exec(await githubHtml(markdown)) ?? []
        expect(shown.replaceAll('&#x3C;', '<').replaceAll('&#x26;', '&')).toBe(line)
      }
    }),
  FUZZ_TIMEOUT,
)

test(
  'whatever others wrote, the page has the same elements: nothing of it is more than text',
  async () => {
    const plain = await render('plain')
    await hold(hostileText, 60, async (text) => {
      // An empty message, name or reason leaves its element out.
      expect(await render(`a${text.slice(0, LONGEST)}a`)).toEqual(plain)
    })
  },
  FUZZ_TIMEOUT,
)
