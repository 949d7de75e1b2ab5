import { expect, test } from '@jest/globals'
import { escapeMarkdown, renderSummary, type SummaryFacts } from '../../../src/report/summary.ts'

const FACTS: SummaryFacts = {
  name: 'app',
  outcome: 'pushed',
  uris: ['HOST/app:v1', 'HOST/app:latest'],
  digestUri: 'HOST/app@sha256:abc',
  imageId: 'sha256:def',
  sizeInBytes: 12_345_678,
  repositoryCreated: true,
  engine: 'buildx',
  seconds: { build: 3.21, total: 4.56 },
  failure: null,
  sections: ['### Scan\n'],
}
/** The table's rows, as the first column and the second. */
const rowsOf = (facts: Partial<SummaryFacts>) =>
  renderSummary({ ...FACTS, ...facts })
    .split('\n')
    .filter((line) => /^\| [^-|]/.test(line))
    .map((line) => line.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '')))

test('all that is known has a row', () => {
  expect(rowsOf({})).toEqual([
    ['Image', '<code>HOST/app:v1</code><br><code>HOST/app:latest</code>'],
    ['Deploy by digest', '<code>HOST/app@sha256:abc</code>'],
    ['Image ID', '<code>sha256:def</code>'],
    ['Size in ECR', '12.35 MB (compressed)'],
    ['Repository', '<code>app</code>, created by this run'],
    ['Built by', '<code>buildx</code>'],
    ['Time', '4.6 s, of which build and push 3.2 s'],
  ])
})

test('what a check has refused is not offered for a deployment, and says why', () => {
  const failure = 'ECR found 1 <vulnerability>.\nWhat to do: do not deploy it.'
  const text = renderSummary({ ...FACTS, failure })
  expect(text.split('\n').slice(0, 3)).toEqual([
    '### In ECR, but not to be deployed: <code>app</code>',
    '',
    '> ECR found 1 &#60;vulnerability&#62;.<br>What to do: do not deploy it.',
  ])
  expect(text).not.toMatch(/Pushed|Deploy by/)
  expect(rowsOf({ failure })).toContainEqual(['Digest', '<code>HOST/app@sha256:abc</code>'])
})

test('what is not known has none, also if the rest is zero', () => {
  const facts = { digestUri: null, imageId: null, sizeInBytes: null, engine: null, repositoryCreated: false }
  expect(rowsOf(facts).map(([key]) => key)).toEqual(['Image', 'Repository', 'Time'])
  expect(rowsOf({ ...facts, sizeInBytes: 0 })).toContainEqual(['Size in ECR', '0.00 MB (compressed)'])
})

test.each([
  ['pushed', '### Pushed <code>app</code>', 'Image'],
  ['built', '### Built <code>app</code>', 'Built, not pushed'],
  ['exists', '### Already in ECR: <code>app</code>', 'Exists already'],
] as const)('%s', (outcome, title, row) => {
  expect(renderSummary({ ...FACTS, outcome })).toContain(`${title}\n`)
  expect(rowsOf({ outcome })[0]?.[0]).toBe(row)
})

test('the sections stand after the table', () => {
  expect(renderSummary(FACTS)).toMatch(/\|\n\n### Scan\n$/)
})

test('nothing that others wrote is Markdown or HTML', () => {
  const hostile = 'a|b`c`<img src=x>[d](https://evil.example)\n| e'
  expect(escapeMarkdown(hostile)).not.toMatch(/[|`<>[\]()\n]|:\/\//)
  expect(rowsOf({ engine: hostile, uris: [hostile] })).toHaveLength(7)
})
