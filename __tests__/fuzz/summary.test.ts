import { describe, expect, test } from '@jest/globals'
import { githubHtml } from '../../dev/pictures/github.ts'
import { wrapped } from '../../src/report/escaping.ts'
import type { SummaryFacts } from '../../src/report/facts.ts'
import { renderSummary } from '../../src/report/summary.ts'
import { rememberSecret } from '../../src/shared/secrets.ts'
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
        heldBack: { by: 'gate: before-tags', tags: [text], left: [text, text] },
        failure: failure({ message: text, remedy: text }),
      }),
    ),
    renderSummary(
      failedFacts({
        name: text,
        failure: failure({ message: text, remedy: text, build: failedBuild(text) }),
        // One is a tag, whatever the text is.
        left: { put: [text, 'app:v1'], existed: [text], lost: [text], unknown: [text], begun: true },
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
    // A remedy is sentences, or a span for each line.
    .replace(/<p><strong><\/strong>(?:<code><\/code>)+<\/p>/g, '<p><strong></strong></p>')

/** The renderer takes seconds for many thousands of lines. */
const LONGEST = 400

/** Characters that are shown as another one. */
const CHANGED = /[\p{Cc}\u00AD\u061C\u180E\u200B\u200E\u200F\u202A-\u202E\u2060-\u206F\uFEFF]/gu

const render = async (text: string) => (await Promise.all(summariesWith(text).map(githubHtml))).map(skeleton)

test(
  'a line that wraps is shown as it is, and holds it as it is, so that a secret in it is masked',
  () =>
    hold(hostileText, 60, async (text) => {
      const line = `a${text.slice(0, LONGEST).replace(CHANGED, ' ')}a`
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

describe('the page shows no secret, once the runner has masked what stands in the summary as it is', () => {
  /** As a reader sees it, without the elements. */
  async function shownOf(summary: string, secret: string): Promise<string> {
    const html = await githubHtml(summary.replaceAll(secret, '***'))
    return html
      .replace(/<[^>]*>/g, '')
      .replace(/&#x([0-9A-F]+);/gi, (_, code) => String.fromCodePoint(Number.parseInt(code, 16)))
  }
  let secrets = 0
  /** None is a part of another, or of what the summary says itself. */
  const secretOf = (text: string) => `s3cr3t${secrets++}${text.slice(0, 60).replace(/[\r\n]/g, '')}`
  const HARD = 'p_w&x@y$z|q*_<b>`h`\\#1 :tada: www.x.y https://x.y/'

  test(
    'that this run knows of, wherever it stands',
    async () => {
      const check = async (text: string) => {
        const secret = secretOf(text)
        rememberSecret(secret)
        for (const summary of summariesWith(`it said ${secret}, and ${secret}.`)) {
          expect(await shownOf(summary, secret)).not.toContain(secret)
        }
      }
      await check(HARD)
      await hold(hostileText, 40, check)
    },
    FUZZ_TIMEOUT,
  )

  test(
    'of the job that nobody has told it, in what a failed run says',
    async () => {
      const check = async (text: string) => {
        const secret = secretOf(text.replace(CHANGED, ' '))
        const said = `it said ${secret}, and ${secret}.`
        const told = failure({ message: said, remedy: said })
        for (const summary of [
          renderSummary(failedFacts({ name: said, failure: told })),
          renderSummary(failedFacts({ failure: { ...told, build: failedBuild(said) } })),
          renderSummary(summaryFacts({ failure: told })),
        ]) {
          expect(await shownOf(summary, secret)).not.toContain(secret)
        }
      }
      await check(HARD)
      await hold(hostileText, 40, check)
    },
    FUZZ_TIMEOUT,
  )
})
