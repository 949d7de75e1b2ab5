import { describe, expect, test } from '@jest/globals'
import { commitUrl, consoleUrl } from '../../../src/report/console.ts'
import { code, escapeMarkdown, fence, link, wrapped } from '../../../src/report/escaping.ts'
import type { ConsolePlace, LeftInEcr, SummaryFacts } from '../../../src/report/facts.ts'
import { fitInto } from '../../../src/report/limit.ts'
import { renderSummary, SUMMARY_LIMIT } from '../../../src/report/summary.ts'
import { cacheShare } from '../../../src/report/time.ts'
import { failedFacts, failure, summaryFacts } from '../../support/summary-facts.ts'

const render = (change: Partial<SummaryFacts> = {}) => renderSummary(summaryFacts(change))
const heading = (change: Partial<SummaryFacts>) => render(change).split('\n')[0]
const [place] = summaryFacts().places as [SummaryFacts['places'][number]]
const digest = summaryFacts().digest as string
const IMAGE = '<code>team/demo-service</code> — <code>v1.4.0</code>, <code>latest</code>'
const NOTHING_TO_DEPLOY = /What now|docker pull|kubectl|update-function-code|Deploy it/

describe('the verdict is the heading', () => {
  test.each<[string, Partial<SummaryFacts>, string]>([
    ['pushed', {}, `### ✅ Pushed ${IMAGE}`],
    ['unchanged', { outcome: 'unchanged' }, `### ✅ Unchanged: ${IMAGE}`],
    ['exists', { outcome: 'exists' }, `### ✅ Exists already: ${IMAGE}`],
    [
      'promoted',
      {
        deed: { kind: 'promote', from: 'v1', source: null },
        places: [{ ...place, tags: ['prod'], put: ['prod'] }],
      },
      '### ✅ Promoted <code>team/demo-service</code>: <code>v1</code> → <code>prod</code>',
    ],
    [
      'promoted from another repository',
      {
        deed: { kind: 'promote', from: 'v1', source: 'HOST/other' },
        places: [{ ...place, tags: ['prod'], put: ['prod'] }],
      },
      '### ✅ Promoted <code>HOST/other:v1</code> → <code>team/demo-service</code> — <code>prod</code>',
    ],
    [
      'promoted from another repository by its digest',
      {
        deed: { kind: 'promote', from: digest, source: 'HOST/other' },
        places: [{ ...place, tags: ['prod'], put: ['prod'] }],
      },
      '### ✅ Promoted <code>HOST/other<!-- -->@sha256:aaaaaaaaaaaa…</code> → <code>team/demo-service</code> — <code>prod</code>',
    ],
    [
      'merged of many platforms',
      { deed: { kind: 'merge', parts: ['a', 'b', 'c', 'd', 'e', 'f'] } },
      `### ✅ Merged <code>a</code>, <code>b</code>, <code>c</code>, <code>d</code> and 2 more into ${IMAGE}`,
    ],
    [
      'merged',
      { deed: { kind: 'merge', parts: ['linux/amd64', 'linux/arm64'] } },
      `### ✅ Merged <code>linux/amd64</code>, <code>linux/arm64</code> into ${IMAGE}`,
    ],
    [
      'built',
      { outcome: 'built', places: [], digest: null },
      '### ✅ Built, not pushed: <code>team/demo-service</code>',
    ],
    [
      'by digest',
      { places: [{ ...place, tags: [], put: [], uris: [`${place.uri}@${digest}`] }] },
      '### ✅ Pushed <code>team/demo-service</code> by its digest, without a tag',
    ],
    [
      'failed check',
      { failure: failure() },
      '### ⛔ Pushed, but not to be deployed: <code>team/demo-service</code>',
    ],
    [
      'failed check of what was promoted',
      { failure: failure(), deed: { kind: 'promote', from: 'v1', source: null } },
      '### ⛔ Promoted, but not to be deployed: <code>team/demo-service</code>',
    ],
    [
      'failed check of what exists',
      { failure: failure(), outcome: 'exists' },
      '### ⛔ In ECR already, but not to be deployed: <code>team/demo-service</code>',
    ],
  ])('%s', (_, change, expected) => {
    expect(heading(change)).toBe(expected)
  })

  test('of what failed', () => {
    const first = (change: Parameters<typeof failedFacts>[0]) =>
      renderSummary(failedFacts(change)).split('\n')[0]
    expect(first({})).toBe('### ❌ Failed: <code>team/demo-service</code>')
    expect(first({ name: null })).toBe('### ❌ Failed')
    expect(first({ failure: failure({ cancelled: true }) })).toMatch(/^### ⛔ Cancelled: /)
  })
})

describe('a tag that named the image already is not told as done', () => {
  const some = { ...place, tags: ['prod', 'prod2'], put: ['prod2'] }
  const promoted = { kind: 'promote', from: 'v1', source: null } as const
  const merged = { kind: 'merge', parts: ['linux/amd64'] } as const
  test.each<[string, Partial<SummaryFacts>, string, string | null]>([
    [
      'promoted',
      { deed: promoted, places: [some] },
      '### ✅ Promoted <code>team/demo-service</code>: <code>v1</code> → <code>prod2</code>',
      '<code>prod</code> named this image already.',
    ],
    [
      'merged',
      { deed: merged, places: [{ ...some, tags: ['a', 'b', 'c'], put: ['b'] }] },
      '### ✅ Merged <code>linux/amd64</code> into <code>team/demo-service</code> — <code>b</code>',
      '<code>a</code>, <code>c</code> named this image already.',
    ],
    [
      'put into one registry of two',
      { places: [{ ...some, put: [] }, some] },
      '### ✅ Pushed <code>team/demo-service</code> — <code>prod2</code>',
      '<code>prod</code> named this image already.',
    ],
    [
      'put into a registry each',
      { places: [{ ...some, put: ['prod'] }, some] },
      '### ✅ Pushed <code>team/demo-service</code> — <code>prod</code>, <code>prod2</code>',
      null,
    ],
    [
      'nothing is put if all of it is as before',
      { deed: promoted, outcome: 'exists', places: [{ ...some, put: [] }] },
      '### ✅ Exists already: <code>team/demo-service</code> — <code>prod</code>, <code>prod2</code>',
      null,
    ],
  ])('%s', (_, change, expected, note) => {
    expect(heading(change)).toBe(expected)
    if (note === null) expect(render(change)).not.toContain('named this image already')
    else expect(render(change)).toContain(note)
  })
})

test.each<[readonly boolean[], string | null]>([
  [[false], null],
  [[true], 'This run created the repository.'],
  [[true, true], 'This run created the repository in both registries.'],
  [[true, true, true], 'This run created the repository in all 3 registries.'],
  [[false, true], 'This run created 1 of the 2 repositories: <code>HOST1/app</code>.'],
  [
    [true, false, true],
    'This run created 2 of the 3 repositories: <code>HOST0/app</code>, <code>HOST2/app</code>.',
  ],
  [[false, false], null],
])('the repositories that the run created are told: %j', (created, expected) => {
  const text = render({ places: created.map((is, at) => ({ ...place, uri: `HOST${at}/app`, created: is })) })
  if (expected === null) expect(text).not.toContain('This run created')
  else expect(text).toContain(expected)
})

test('of a run that found the image, nothing says that it built one', () => {
  expect(render({ outcome: 'exists', engine: null })).toContain('Nothing was built or sent: ')
  // The other registries got it.
  expect(render({ outcome: 'pushed', engine: null })).toContain('Nothing was built: ')
  expect(render({ outcome: 'exists' })).not.toContain('Nothing was built')
  const promoted = { deed: { kind: 'promote', from: 'v1', source: null }, engine: null } as const
  expect(render(promoted)).not.toContain('Nothing was built')
})

test('of what is not pushed, the names that docker knows it by, and nothing about what is in ECR', () => {
  const local = { outcome: 'built', places: [], localUris: ['app:v1'], digest } as const
  const blocks = (change: Partial<SummaryFacts>) =>
    [...render({ ...local, ...change }).matchAll(/^```text\n(.*)\n```$/gm)].map(([, text]) => text)
  const imageId = `sha256:${'1'.repeat(64)}`
  expect(blocks({}).slice(0, 3)).toEqual([imageId, digest, 'app:v1'])
  expect(blocks({ imageId: digest }).slice(0, 2)).toEqual([digest, 'app:v1'])
  expect(render(local)).toContain('This run pushed nothing to ECR (<code>push: false</code>).')
  expect(render({ ...local, leftImage: false })).not.toMatch(/Image ID|Digest/)
})

test('each URI is in a block of its own, and the digest comes first', () => {
  const blocks = [...render().matchAll(/^```text\n(.*)\n```$/gm)].map(([, text]) => text)
  expect(blocks.slice(0, 3)).toEqual([`${place.uri}@${digest}`, ...place.uris])
  const bare = render({ places: [{ ...place, tags: [], put: [], uris: [`${place.uri}@${digest}`] }] })
  expect(bare.split(`\n${place.uri}@${digest}\n`)).toHaveLength(2)
})

test('of several registries, each has a row', () => {
  const text = render({ places: [place, { ...place, uri: 'HOST/app', tags: [], console: null }] })
  expect(text).toContain('| Repository | Tags | ECR console |\n| --- | --- | --- |\n')
  expect(text).toContain('| <code>HOST/app</code> | none | not known |')
})

test('of several registries, each tag is read once: in the heading; the URIs are in a fold', () => {
  const other = { ...place, uri: 'HOST/app', uris: ['HOST/app:v1.4.0', 'HOST/app:latest'] }
  const text = render({ places: [place, other] })
  expect(text).toContain('| Repository | ECR console |\n')
  const open = text.replaceAll(/<details>[\s\S]*?<\/details>/g, '')
  expect(open.match(/v1\.4\.0/g)).toHaveLength(1)
  for (const uri of [...place.uris, ...other.uris]) expect(text).toContain(`\`\`\`text\n${uri}\n\`\`\``)
})

test('of more registries than are shown, that is said', () => {
  const many = Array.from({ length: 60 }, (_, at) => ({ ...place, uri: `HOST${at}/app` }))
  expect(render({ places: many })).toContain(
    '\n\n… and 10 more registries, in the output <code>image-uris</code>.\n',
  )
  expect(render({ places: many.slice(0, 50) })).not.toContain('more registries')
})

test.each([
  [5, false],
  [6, true],
  [100, true],
])('%d tags of one registry: in a fold is %s', (count, folded) => {
  const tags = Array.from({ length: count }, (_, at) => `t${at}`)
  const uris = tags.map((tag) => `${place.uri}:${tag}`)
  const text = render({ places: [{ ...place, tags, put: tags, uris }] })
  expect(text.includes('<details><summary>Images by their tags, to copy</summary>')).toBe(folded)
  expect(text.includes('**Images by their tags**')).toBe(!folded)
  expect(text).toContain(`\`\`\`text\n${place.uri}:t4\n\`\`\``)
})

test.each<[string, Partial<SummaryFacts>, string | null]>([
  ['as the heading says', {}, null],
  ['exists', { outcome: 'exists' }, 'The source is <code>v1</code>.'],
  ['unchanged', { outcome: 'unchanged' }, 'The source is <code>v1</code>.'],
  ['failed a check', { failure: failure() }, 'The source is <code>v1</code>.'],
  [
    'from elsewhere',
    { outcome: 'exists', deed: { kind: 'promote', from: 'v1', source: 'HOST/other' } },
    'The source is <code>HOST/other:v1</code>.',
  ],
])('what was promoted is told once: %s', (_, change, note) => {
  const text = render({ deed: { kind: 'promote', from: 'v1', source: null }, ...change })
  if (note === null) expect(text).not.toContain('The source is')
  else expect(text).toContain(note)
})

describe('links', () => {
  const at = (change: Partial<ConsolePlace>) =>
    consoleUrl({ ...(place.console as ConsolePlace), ...change }, digest)
  test.each([
    ['aws', 'us-east-1', 'us-east-1.console.aws.amazon.com'],
    ['aws-cn', 'cn-north-1', 'cn-north-1.console.amazonaws.cn'],
    ['aws-us-gov', 'us-gov-west-1', 'us-gov-west-1.console.amazonaws-us-gov.com'],
    ['aws-eusc', 'eusc-de-east-1', 'eusc-de-east-1.console.amazonaws-eusc.eu'],
  ])('to the console of %s', (partition, region, host) => {
    expect(at({ partition, region })).toBe(
      `https://${host}/ecr/repositories/private/123456789012/team/demo-service/_/image/${digest}/details?region=${region}`,
    )
  })

  test('to a public repository, and to none that has no known console', () => {
    expect(at({ type: 'public', region: 'us-east-1' })).toBe(
      'https://us-east-1.console.aws.amazon.com/ecr/repositories/public/123456789012/team/demo-service?region=us-east-1',
    )
    expect(at({ partition: 'aws-iso' })).toBeNull()
  })

  test('of a public image to its repository, which is what the console shows', () => {
    const shown = { ...(place.console as ConsolePlace), type: 'public' } as const
    expect(render({ places: [{ ...place, console: shown }] })).toContain('[Repository in the ECR console](')
    expect(render()).toContain('[Image in the ECR console](')
  })

  test('to the commit, if the runner tells of one', () => {
    const run = {
      serverUrl: 'https://github.com',
      repository: 'octo/app',
      sha: 'a'.repeat(40),
      isPullRequestHead: false,
    }
    expect(commitUrl(run)).toBe(`https://github.com/octo/app/commit/${run.sha}`)
    for (const change of [{ sha: '](x)' }, { repository: 'a/b/c' }, { serverUrl: 'javascript:alert(1)' }]) {
      expect(commitUrl({ ...run, ...change })).toBeNull()
    }
    expect(renderSummary(summaryFacts(), run)).toContain(`[Commit aaaaaaa of this run](${commitUrl(run)})`)
    expect(renderSummary(summaryFacts(), { ...run, isPullRequestHead: true })).toContain(
      '[Commit aaaaaaa of the pull request](',
    )
  })
})

describe('size', () => {
  test('of one platform, against what the tag held before', () => {
    expect(render()).toContain(
      '**Size** 41.2 MB compressed, 2 layers for <code>linux/amd64</code>: +1.20 MB, 1 of 2 layers new against what <code>latest</code> held before (<code>sha256:999999999999…</code>)',
    )
  })

  test('of several platforms: a table, with those that were not in it before', () => {
    const [size] = summaryFacts().sizes as [SummaryFacts['sizes'][number]]
    const text = render({ sizes: [size, { ...size, platform: 'linux/arm64', before: null }] })
    expect(text).toContain('| <code>linux/amd64</code> | 41.2 MB | 2 | +1.20 MB, 1 of 2 layers new |')
    expect(text).toContain('| <code>linux/arm64</code> | 41.2 MB | 2 | not in it |')
  })

  test('platforms that are lost are told', () => {
    const held = 'unlike what <code>latest</code> held before'
    expect(render({ gone: ['linux/arm64', 'windows/amd64'] })).toContain(
      `**Not for** <code>linux/arm64</code>, <code>windows/amd64</code>, ${held}`,
    )
    const many = Array.from({ length: 40 }, (_, at) => `linux/${at}`)
    expect(render({ gone: many })).toContain(` and 10 more, ${held}`)
    expect(render()).not.toContain('Not for')
  })

  test.each([
    [false, '**Size** 41.2 MB, compressed\n'],
    [true, '**Size** 41.2 MB, compressed, of the largest image in it\n'],
    [null, '**Size** 41.2 MB, compressed, as ECR says it\n'],
  ])('what ECR says of an image (an index: %s)', (isIndex, expected) => {
    expect(render({ sizes: [], isIndex })).toContain(expected)
  })

  test('layers, the largest first, with the line that made each', () => {
    expect(render()).toContain(
      `\`\`\`text\n 40.0 MB  as before  sha256:${'c'.repeat(64)}\n 1.20 MB  new        RUN npm ci\n\`\`\``,
    )
  })

  test.each([
    ['RUN a\nb', 'RUN a …'],
    [`RUN ${'x'.repeat(150)} && secret word && c`, `RUN ${'x'.repeat(150)} …`],
    [`RUN ${'a && '.repeat(100)}b`, /^RUN a( && a){20,40} …$/],
    [`COPY ${'x'.repeat(2000)} /`, /^sha256:b+$/],
    ['RUN `a` | <b> $PASS_word', 'RUN `a` | <b> $PASS_word'],
  ])('a line that is long is cut between its commands, and shown as it is: %.20s', (madeBy, expected) => {
    const [size] = summaryFacts().sizes as [SummaryFacts['sizes'][number]]
    const layer = { digest: `sha256:${'b'.repeat(64)}`, bytes: 1_200_000, madeBy }
    const line = render({ sizes: [{ ...size, layers: [layer] }] })
      .split('\n')
      .find((text) => text.startsWith(' 1.20 MB  new        '))
    const shown = line?.slice(' 1.20 MB  new        '.length)
    if (typeof expected === 'string') expect(shown).toBe(expected)
    else expect(shown).toMatch(expected)
  })

  test('nothing is compared if ECR had the image under every tag', () => {
    const text = render({ outcome: 'exists' })
    expect(text).toContain('41.2 MB compressed, 2 layers for <code>linux/amd64</code>\n')
    expect(text).not.toMatch(/held before|as before|[0-9] new/)
  })

  test('nothing is compared if nothing is known, and ECR says the size if the manifest does not', () => {
    const [size] = summaryFacts().sizes as [SummaryFacts['sizes'][number]]
    expect(render({ sizes: [{ ...size, before: null }], compared: null })).not.toMatch(/against|as before/i)
    expect(render({ sizes: [] })).toContain('**Size** 41.2 MB, compressed')
    expect(render({ sizes: [], sizeInBytes: null })).not.toContain('Size')
  })
})

describe('time', () => {
  test('in words: the phases, the share of the cache, the slowest steps', () => {
    const text = render()
    expect(text).toContain(
      '**Time** 46 s: preparation 2.0 s, build and push 43 s, tags and read-back 1.5 s. 1 of 3 build steps from the cache. Built by Docker 28.1.1, buildx 0.23.0.',
    )
    expect(text).toContain(
      '    27 s  [build 3/4] RUN npm ci\n    13 s  export and push\n   1.5 s  [build 4/4] COPY . .\n```',
    )
  })

  test.each([
    ['auth-service 2/2', true],
    ['internal 2/2', true],
    ['linux/arm64 auth 2/2', true],
    ['2/2', true],
    ['internal', false],
    ['auth', false],
  ])('a step of [%s] counts as one of the Dockerfile: %s', (stage, counts) => {
    const share = cacheShare([{ name: `[${stage}] RUN make`, cached: true, from: 0, to: 0 }])
    expect(share).toBe(counts ? '1 of 1 build step from the cache' : null)
  })

  test('as a chart, in which a cached step is called so', () => {
    expect(render()).toContain(
      '    step build 2/4 COPY cached :done, 2000-01-01 00:00:03.000, 2000-01-01 00:00:03.000\n',
    )
    expect(render({ steps: [] })).not.toContain('mermaid')
    const short = { name: '[internal] load build definition', cached: false, from: 2, to: 2.01 }
    expect(render({ steps: [short] })).toContain('    section Step\n')
    expect(render({ steps: [short] })).not.toContain('section Build')
  })

  test.each(['load build context', 'load build definition from Dockerfile', 'load .dockerignore'])(
    'what BuildKit loads has its own name in the chart: %s',
    (work) => {
      const steps = [{ name: `[internal] ${work}`, cached: false, from: 1, to: 3 }]
      const chart = /```mermaid\n([\s\S]*?)\n```/.exec(render({ steps }))?.[1]
      expect(chart).toContain(`${work.replace(/ from .*/, '')} 2.0 s`)
      expect(chart).not.toContain('other work')
    },
  )

  test.each([
    'exporting cache to registry',
    'exporting cache to Amazon S3',
    'exporting to GitHub Actions Cache',
  ])('a cache that is written is called so: %s', (name) => {
    const steps = [{ name, cached: false, from: 1, to: 3 }]
    expect(render({ steps })).toMatch(/^ {4}export of the cache 2\.0 s :/m)
  })

  test('no command, and nothing that ends a label, is in the chart', () => {
    const name = '[a:b;c#d%%\nclick x 1/1] RUN echo $SECRET :done'
    const steps = [{ name, cached: false, from: 3, to: 4 }]
    const chart = /```mermaid\n([\s\S]*?)\n```/.exec(render({ steps }))?.[1] as string
    expect(chart).not.toMatch(/SECRET|[;#]|%%/)
    for (const line of chart.split('\n').slice(6)) {
      expect(line).toMatch(/^ {4}(?:section (?:Step|Build)|[\w ./-]+ :(?:done, )?[\d :.-]+, [\d :.-]+)$/)
    }
  })
})

test('a check has a line, and what did not fail is in a fold', () => {
  const check = { outcome: 'passed', line: 'Scan: LOW 1', detail: '| a |\n| --- |\n| b |' } as const
  expect(render({ checks: [check] })).toContain(
    '- ✅ Passed: Scan: LOW 1\n\n<details><summary>Details of the check</summary>\n\n| a |',
  )
  const text = render({ checks: [{ ...check, outcome: 'failed' }], failure: failure() })
  expect(text).toContain('- ❌ Failed: Scan: LOW 1\n\n| a |')
})

describe('what now', () => {
  test.each<[string, Partial<SummaryFacts>, RegExp, RegExp]>([
    [
      'an image',
      {},
      /```text\naws ecr get-login-password .*\ndocker pull .*@sha256[\s\S]*kubectl[\s\S]*update-function-code --region ap-northeast-2/,
      /not an index/,
    ],
    [
      'an index',
      { isIndex: true },
      /"image": ".*@sha256[\s\S]*Lambda takes an image for one/,
      /update-function-code/,
    ],
    ['an unknown kind', { isIndex: null }, /docker pull/, /Lambda takes|update-function-code/],
    ['ECR Public', { places: [{ ...place, console: null }] }, /docker pull/, /kubectl|get-login-password/],
    [
      'a part of an index',
      { places: [{ ...place, tags: [], put: [], uris: [`${place.uri}@${digest}`] }] },
      /<code>merge<\/code>/,
      /docker pull|kubectl/,
    ],
    [
      'an artifact',
      { artifactType: 'application/vnd.cncf.helm.config.v1+json' },
      /artifact of the type <code>application\/vnd\.cncf\.helm/,
      /docker pull|kubectl|update-function-code|get-login-password/,
    ],
    [
      'what is not pushed, if the engine has it',
      {
        outcome: 'built',
        places: [],
        digest: null,
        sizes: [],
        sizeInBytes: null,
        inEngine: { reference: 'app:v1', sizeInBytes: 1_234_567 },
      },
      /\*\*Size\*\* 1\.23 MB, as the engine counts it[\s\S]*What now\n\nRun it:\n\n```text\ndocker run --rm app:v1\n```/,
      /docker pull|kubectl|update-function-code|Deploy it/,
    ],
    ['what is not pushed', { outcome: 'built', places: [], digest: null }, /not pushed/, NOTHING_TO_DEPLOY],
    ['what failed a check', { failure: failure() }, /ECR refuses it/, NOTHING_TO_DEPLOY],
  ])('%s', (_, change, wanted, unwanted) => {
    expect(render(change)).toMatch(wanted)
    expect(render(change)).not.toMatch(unwanted)
  })
})

test.each([
  [0.4, '%-S.%L s', '200millisecond'],
  [2.2, '%-S.%L s', '500millisecond'],
  [5.4, '%-S s', '1second'],
  [46, '%-S s', '15second'],
  [61, '%M:%S', '15second'],
  [700, '%M:%S', '2minute'],
  [20_000, '%H:%M:%S', '1hour'],
  [80_000, '%H:%M:%S', '4hour'],
])('the axis of a chart of %d s has few marks', (totalSeconds, format, tick) => {
  expect(render({ totalSeconds })).toContain(`    axisFormat ${format}\n    tickInterval ${tick}\n`)
})

describe('how to verify what is beside the image', () => {
  const commands = ['cosign verify-attestation --type a app@sha256:1', 'gh attestation verify oci://app']

  test('each command can be copied, below what to do with the image', () => {
    expect(render({ verifyCommands: commands })).toMatch(
      /#### What now[\s\S]*docker pull[\s\S]*<summary>Verify who made it<\/summary>[\s\S]*```text\ncosign verify-attestation --type a app@sha256:1\n```\n\n```text\ngh attestation verify oci:\/\/app\n```\n\n<\/details>\n*$/,
    )
  })

  test('nothing if nothing is beside it, or a check failed', () => {
    expect(render()).not.toContain('Verify')
    expect(render({ verifyCommands: commands, failure: failure() })).not.toContain('cosign')
  })

  test('of very many, the rest is in the output', () => {
    const text = render({ verifyCommands: Array.from({ length: 45 }, (_, at) => `cosign ${at}.`) })
    expect(text).toContain('cosign 19.')
    expect(text).not.toContain('cosign 20.')
    expect(text).toContain('… and 25 more, in the output <code>verify-commands</code>.')
  })
})

describe('a step that failed', () => {
  test('of a build: the step, the lines of the Dockerfile, the last lines, the remedy', () => {
    const text = renderSummary(failedFacts())
    expect(text).toContain('```text\n[build 3/4] RUN npm ci\n```')
    expect(text).toContain(
      'In <code>Dockerfile</code>, line 3:\n\n```text\n    2 | COPY package.json .\n>>> 3 | RUN npm ci\n    4 | COPY . .\n```',
    )
    expect(text).toContain('npm error code EUSAGE')
    expect(text).toContain('**What to do:** correct what that command complains of.')
    expect(text).not.toMatch(NOTHING_TO_DEPLOY)
  })

  const put = 'HOST/app:v1'
  const nothing = { put: [], existed: [], lost: [], unknown: [], begun: false }
  test.each<[string, string, Partial<LeftInEcr>]>([
    ['nothing', 'The image was not pushed, and this run moved none of its tags.', {}],
    [
      'nothing that has a name',
      "This run moved none of the image's tags. Parts of the image may be in ECR, under no tag.",
      { begun: true },
    ],
    [
      'an image without a tag',
      "This run moved none of the image's tags.\n\nIn ECR all the same, put by this run:\n\n```text\nHOST/app@sha256:a\n```",
      { begun: true, put: ['HOST/app@sha256:a'] },
    ],
    ['a tag', `\n\nIn ECR all the same, put by this run:\n\n\`\`\`text\n${put}\n\`\`\``, { put: [put] }],
    [
      'a tag that another job has moved',
      `Put by this run, and ECR has another image under it by now, or none:\n\n\`\`\`text\n${put}\n`,
      { lost: [put] },
    ],
    [
      'what is not known',
      `Not known whether this run has put it:\n\n\`\`\`text\n${put}\n`,
      { unknown: [put] },
    ],
    [
      'a tag that named it before',
      `The image was not pushed, and this run moved none of its tags.\n\nNamed this image before this run:\n\n\`\`\`text\n${put}\n`,
      { existed: [put] },
    ],
    [
      'very much',
      'HOST/app:49\n… and 1 more, in the log\n```',
      { put: Array.from({ length: 51 }, (_, at) => `HOST/app:${at}`) },
    ],
  ])('has left %s in ECR', (_, wanted, left) => {
    const text = renderSummary(failedFacts({ left: { ...nothing, ...left } }))
    expect(text).toContain(wanted)
    const mayHaveMoved = [...(left.put ?? []), ...(left.lost ?? []), ...(left.unknown ?? [])]
    expect(text.includes('moved none of')).toBe(mayHaveMoved.every((name) => name.includes('@')))
    expect(text).not.toMatch(NOTHING_TO_DEPLOY)
  })

  test('has the commit of the run, and nothing of ECR if it was not to push', () => {
    const run = { serverUrl: 'https://github.com', repository: 'octo/app', sha: 'a'.repeat(40) }
    const text = renderSummary(failedFacts(), { ...run, isPullRequestHead: false })
    expect(text).toContain(
      `\n\n[Commit aaaaaaa of this run](https://github.com/octo/app/commit/${run.sha})\n\n`,
    )
    expect(text).not.toMatch(/pushed|ECR/)
  })

  test('of another kind: the message, written as it is so that a secret in it is masked', () => {
    const text = renderSummary(failedFacts({ failure: failure({ message: 'it said: pa*ss|w_o`rd' }) }))
    expect(text).toContain('`` it said: pa*ss|w_o`rd ``\n\n**What to do:** ask for it.')
  })

  test.each([
    [
      'add this statement to the policy: {"Effect":"Allow","Action":"ecr:PutImage","Resource":"arn:*"}',
      '**What to do:** add this statement to the policy:\n\n```text\n{\n  "Effect": "Allow",\n  "Action": "ecr:PutImage",\n  "Resource": "arn:*"\n}\n```\n\n**Time**',
    ],
    [
      'allow {"Effect":"Allow","Principal":{"AWS":"a"},"Condition":{"StringEquals":{"b:aud":"c"}}}, and *wait*.\nOr: {"Effect":"Allow"}.',
      '**What to do:** allow\n\n```text\n{\n  "Effect": "Allow",\n  "Principal": {\n    "AWS": "a"\n  },\n  "Condition": {\n    "StringEquals": {\n      "b:aud": "c"\n    }\n  }\n}\n```\n\n` and *wait*. `<br>Or:\n\n```text\n{\n  "Effect": "Allow"\n}\n```\n\n**Time**',
    ],
  ])('a statement of a policy can be copied: %s', (remedy, wanted) => {
    for (const text of [
      renderSummary(failedFacts({ failure: failure({ remedy }) })),
      `${render({ failure: failure({ remedy }) })}**Time**`,
    ])
      expect(text.replace(/\*\*Image by its[\s\S]*?(?=\*\*Time)/, '')).toContain(wanted)
  })
})

describe('several things that failed', () => {
  const parts = [
    { message: 'ECR found 1 vulnerability.', remedy: 'update the packages.' },
    { message: 'It is not attested.', remedy: 'allow {"Effect":"Allow","Action":"ecr:PutImage"}.' },
    { message: "Input 'tags': is required", remedy: '' },
  ]

  test('each has a message and a remedy of its own, also of what is in ECR', () => {
    const wanted = (quote: string) =>
      [
        `${quote}\` ECR found 1 vulnerability. \``,
        '**What to do:** update the packages.',
        `${quote}\` It is not attested. \``,
        '**What to do:** allow',
        '```text\n{\n  "Effect": "Allow",\n  "Action": "ecr:PutImage"\n}\n```',
        `${quote}\` Input 'tags': is required \``,
      ].join('\n\n')
    expect(render({ failure: failure({ parts }) })).toContain(wanted('> '))
    expect(renderSummary(failedFacts({ failure: failure({ parts }) }))).toContain(wanted(''))
  })

  test('of very many, the first ones, each of them short, and how many more there are', () => {
    const many = Array.from({ length: 50 }, (_, at) => ({
      message: `No. ${at}: ${'word '.repeat(2000)}`,
      remedy: '',
    }))
    const text = renderSummary(failedFacts({ failure: failure({ parts: many }) }))
    expect(text).toMatch(
      /No\. 19: (?:word ){200,}`<br>` … the rest is in the log `\n\n… and 30 more failures, in the log\./,
    )
    expect(text).not.toContain('No. 20')
  })
})

describe('the limit of GitHub', () => {
  test('a line that is too long is cut between words, and what follows it stays', () => {
    const long = `begin ${'word '.repeat(300_000)}`
    const build = { doing: 'The build', step: long, reason: long, lines: [long], excerpt: null }
    const text = renderSummary(failedFacts({ failure: failure({ message: long, remedy: 'fix it.', build }) }))
    expect(text.length).toBeLessThan(100_000)
    expect(text.match(/begin (?:word ){4000,}/g)).toHaveLength(3)
    expect(text).toContain('**What to do:** fix it.\n\n**Time** 12 s.')
    expect(renderSummary(failedFacts({ failure: failure({ message: long }) }))).toMatch(
      /` begin (?:word ){4000,}`<br>` … the rest is in the log `/,
    )
  })

  test('a word that is too long is not cut: it may be a secret', () => {
    const text = renderSummary(
      failedFacts({ failure: failure({ message: `It said ${'x'.repeat(30_000)}` }) }),
    )
    expect(text).toContain('` It said `<br>` … the rest is in the log `')
  })

  test('the largest parts are left out, and that is said', () => {
    const part = (text: string, leftOut: string | null) => ({ text, leftOut })
    const parts = [
      part('a'.repeat(50), null),
      part('b'.repeat(900), 'the bees'),
      part('c'.repeat(100), 'the seas'),
    ]
    expect(fitInto(parts, 2000)).toContain('bbb')
    const text = fitInto(parts, 1024)
    expect(text).toBe(
      `${'a'.repeat(50)}\n\n${'c'.repeat(100)}\n\nLeft out, as GitHub takes 1 KiB of a summary: the bees.\n`,
    )
  })

  test('holds for whatever is long, many, or of several bytes a character', () => {
    const long = '😀"'.repeat(200_000)
    const detail = `| ${long} |`
    const checks = [1, 2, 3].map(() => ({ outcome: 'passed', line: 'x', detail }) as const)
    const steps = Array.from({ length: 5000 }, (_, at) => ({
      name: long,
      cached: false,
      from: at,
      to: at + 1,
    }))
    const many = Array.from({ length: 500 }, (_, at) => ({
      ...place,
      uri: `HOST${at}/app`,
      uris: place.uris,
    }))
    const build = { doing: 'The build', step: long, reason: long, lines: [long], excerpt: null }
    for (const text of [
      render({ checks, steps, places: many }),
      render({ checks, failure: failure({ message: long, remedy: long }) }),
      renderSummary(failedFacts({ failure: failure({ message: long, remedy: long, build }) })),
    ]) {
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(SUMMARY_LIMIT)
      expect(text).toMatch(/^### /)
    }
    expect(render({ checks })).toContain(
      'Left out, as GitHub takes 1024 KiB of a summary: details of a check.',
    )
  })
})

test('what failed has the same name as in the log', () => {
  const build = { doing: 'The push', step: 'exporting to image', reason: 'no', lines: [], excerpt: null }
  const text = renderSummary(failedFacts({ failure: failure({ build }) }))
  expect(text).toContain('The push failed at this step:')
  expect(text).not.toContain('The build failed')
})

test('of a long instruction, it is said which lines are shown', () => {
  const heading = (failed: readonly number[], endLine: number) => {
    const lines = failed.map((number) => ({ number, text: 'x', failed: true }))
    const build = {
      doing: 'The build',
      step: null,
      reason: 'no',
      lines: [],
      excerpt: { file: 'Dockerfile', endLine, lines },
    }
    return renderSummary(failedFacts({ failure: failure({ build }) }))
  }
  expect(heading([3, 4], 90)).toContain('In <code>Dockerfile</code>, lines 3 to 90 (3 to 4 are shown):')
  expect(heading([3, 4], 4)).toContain('In <code>Dockerfile</code>, lines 3 to 4:')
})

test('nothing that others wrote is Markdown or HTML', () => {
  const hostile = 'a|b`c`<img src=x>[d](https://evil.example)\n| e \u202Ef'
  expect(escapeMarkdown(hostile)).toContain(':<!-- -->//')
  expect(escapeMarkdown(hostile).replace('<!-- -->', ' ')).not.toMatch(/[|`<>[\]()\n\u202E]|:\/\//)
  expect(code(hostile)).not.toContain('<img')
  expect(fence('```\n</details>\n````')).toMatch(/^`````text\n/)
  expect(fence('a\r\nb\u0007\u202Ec')).toBe('```text\na\nb \uFFFDc\n```')
  expect(wrapped('a ``` b\n\n`c`\u0007\u202E')).toBe('```` a ``` b ````<br>`` `c` \uFFFD ``')
  expect(link('a](b', 'https://x.example/a)(b')).toBe('[a&#93;&#40;b](https://x.example/a%29%28b)')
})

describe('an image that was refused its tags', () => {
  const refused = (left: readonly string[], change: Partial<SummaryFacts> = {}) => {
    const [place] = summaryFacts().places as [SummaryFacts['places'][number]]
    const [one] = left
    return renderSummary(
      summaryFacts({
        outcome: 'unnamed',
        places: [{ ...place, tags: [], put: [], uris: [] }],
        heldBack: { by: 'gate: before-tags', tags: ['v1.4.0', 'latest'], left },
        digest: one?.split('@')[1] ?? summaryFacts().digest,
        failure: failure(),
        ...change,
      }),
    )
  }
  const uri = `${summaryFacts().places[0]?.uri}@sha256:${'a'.repeat(64)}`

  test('says so first, then which tags were not put, and how to get rid of it', () => {
    const summary = refused([uri])
    expect(summary).toMatch(/^### ⛔ Not tagged, and not to be deployed: <code>team\/demo-service<\/code>\n/)
    expect(summary).toContain(
      '<code>v1.4.0</code>, <code>latest</code> were neither put nor moved, in any registry (<code>gate: before-tags</code>).',
    )
    // The one that is left stands there once.
    expect(summary.split(uri)).toHaveLength(2)
    expect(summary).toMatch(/#### What is left in ECR\n\nThe image, by its digest alone\.\n/)
    const policy = /```text\n(\{[\s\S]*?\n\})\n```/.exec(summary)?.[1] ?? ''
    expect(JSON.parse(policy)).toMatchObject({ rules: [{ selection: { tagStatus: 'untagged' } }] })
    expect(summary).not.toContain('What now')
  })

  test('lists every registry that has it, and not more than can be read', () => {
    const many = Array.from({ length: 60 }, (_, at) => `host-${at}/app@sha256:${'a'.repeat(64)}`)
    const summary = refused(many)
    expect(summary).toContain(`\n${many[49]}\n… and 10 more\n`)
  })

  test('of what a tag names, nothing is left, and the tag is told', () => {
    const [place] = summaryFacts().places as [SummaryFacts['places'][number]]
    const summary = refused([], { places: [{ ...place, tags: ['latest'], put: [] }] })
    expect(summary).toContain('<code>latest</code> named this image already.')
    expect(summary).not.toContain('What is left in ECR')
  })

  test('without tags, it only says that none was put', () => {
    expect(refused([uri], { heldBack: { by: 'gate: before-tags', tags: [], left: [uri] } })).toContain(
      'This run put no tag on the image, in any registry (<code>gate: before-tags</code>).',
    )
  })
})
