import { describe, expect, test } from '@jest/globals'
import { otherContextWarning } from '../../../src/metadata/checkout.ts'
import { imageMetadata } from '../../../src/metadata/describe.ts'
import { type Checkout, readEventContext } from '../../../src/metadata/index.ts'
import { event, image, inputs, problemsOf, SHA } from './support.ts'

const OTHER = '0'.repeat(40)
const MERGE = 'f'.repeat(40)
const checkout = (given: Partial<Checkout> = {}) => ({
  checkout: async () => ({
    sha: OTHER,
    date: new Date('2024-02-02T02:02:02Z'),
    ref: async () => 'refs/heads/topic',
    ...given,
  }),
})
const revision = 'org.opencontainers.image.revision'
const created = 'org.opencontainers.image.created'

describe('another commit is checked out than the event’s', () => {
  test('a warning names both, and how to take the other', async () => {
    const { warnings, labels, tags } = await image({}, {}, checkout())
    expect(warnings).toEqual([
      `The commit ${OTHER} is checked out, and the event is about ${SHA}: tags and labels name the event's. Set metadata-context: git to have them name what is checked out, or check out the event's commit.`,
    ])
    expect([labels[revision], tags[0]]).toEqual([SHA, SHA])
  })

  test('with metadata-context: git they name what is checked out', async () => {
    const { warnings, labels, tags } = await image({ context: 'git' }, {}, checkout())
    expect(warnings).toEqual([])
    expect(labels[revision]).toBe(OTHER)
    expect(tags).toEqual([OTHER, 'topic'])
  })

  test.each([
    ['a tag', 'refs/tags/v2.0.0', [OTHER, 'v2.0.0', 'latest']],
    ['nothing but the commit', null, [OTHER]],
  ])('with %s checked out', async (_, ref, tags) => {
    const found = await image({ context: 'git' }, {}, checkout({ ref: async () => ref }))
    expect(found.tags).toEqual(tags)
  })

  test('the event’s commit without a branch keeps the event’s ref', async () => {
    const found = await image({ context: 'git' }, {}, checkout({ sha: SHA, ref: async () => null }))
    expect(found.tags).toEqual([SHA, 'main'])
  })

  const url = 'https://lib.example/acme/lib'
  test.each([
    ['https://lib.example/acme/lib.git', url],
    ['https://x:secret@lib.example/acme/lib/', url],
    ['git@lib.example:acme/lib.git', url],
    ['ssh://git@lib.example:2222/acme/lib.git', url],
    ['https://lib.example:8443/acme/lib', 'https://lib.example:8443/acme/lib'],
    ['/srv/lib.git', ''],
    ['file:///srv/lib.git', ''],
    ['../lib', ''],
  ])('a submodule of %s is the source of its commit', async (origin, expected) => {
    const payload = { repository: { html_url: 'https://outer.example', description: 'outer', license: null } }
    const found = await image({ context: 'git' }, { payload }, checkout({ origin: async () => origin }))
    const label = (name: string) => found.labels[`org.opencontainers.image.${name}`]
    expect([label('revision'), label('source'), label('url'), label('title'), label('description')]).toEqual([
      OTHER,
      expected,
      expected,
      expected === '' ? '' : 'lib',
      '',
    ])
    expect(found.annotations).toContain(`manifest:org.opencontainers.image.source=${expected}`)
    expect(found.warnings).toEqual(
      expected === ''
        ? [expect.stringContaining('org.opencontainers.image.source, url and title are left empty')]
        : [],
    )
  })

  test.each([
    ['another commit of the run’s own repository', 'git@github.com:Acme/demo-service.git', OTHER],
    ['the event’s commit, from a mirror', '/srv/mirror.git', SHA],
    ['a commit without an origin', null, OTHER],
  ])('%s has the run’s repository as its source', async (_, origin, sha) => {
    const found = await image({ context: 'git' }, {}, checkout({ sha, origin: async () => origin }))
    expect(found.labels['org.opencontainers.image.source']).toBe('https://github.com/acme/demo-service')
    expect(found.warnings).toEqual([])
  })

  test('without a checkout, metadata-context: git is an error', async () => {
    expect(await problemsOf({ context: 'git' })).toEqual([
      'metadata-context: git: needs a git checkout at the context, and git; check the repository out in a step before this one, or leave metadata-context out',
    ])
  })

  test.each([
    ['the event’s own', {}, { sha: SHA }],
    ['the head of a pull request that is named after it', pullRequest(), { sha: SHA }],
    [
      'the merge of a pull request that is named after it',
      { ...pullRequest(), prHeadSha: false },
      { sha: MERGE },
    ],
    ['no commit in the event', { sha: '' }, {}],
  ])('%s is nothing to warn of', async (_, context, given) => {
    expect((await image({ tags: ['v1'] }, context, checkout(given))).warnings).toEqual([])
  })
})

test.each<[string, Partial<Parameters<typeof imageMetadata>[1]>, string]>([
  ['checked out', { checkout: checkout({ sha: MERGE }).checkout }, '/workspace'],
  ['fetched by docker', {}, `https://github.com/acme/demo-service.git#${MERGE}`],
])(
  'the merge of a pull request is %s, and its head is named: a warning says so',
  async (_, github, context) => {
    const given = { event: async () => event(pullRequest()), lookups: {}, ...github }
    const { warnings, labels } = await imageMetadata(inputs(), given, context)
    expect(labels[revision]).toBe(SHA)
    expect(warnings).toEqual([
      expect.stringMatching(
        new RegExp(
          `those of ${MERGE}, the merge .* name the head of the pull request, ${SHA} \\(DOCKER_METADATA_PR_HEAD_SHA\\)`,
        ),
      ),
    ])
  },
)

function pullRequest() {
  return {
    eventName: 'pull_request',
    ref: 'refs/pull/42/merge',
    sha: 'f'.repeat(40),
    prHeadSha: true,
    payload: { pull_request: { head: { sha: SHA } } },
  }
}

describe('an image is dated so that a rerun of the same commit makes the same image', () => {
  const committed = '2024-01-01T01:01:01.000Z'
  const pushed = { payload: { head_commit: { id: SHA, timestamp: committed } } }

  test.each([
    ['SOURCE_DATE_EPOCH', { ...pushed, sourceDate: new Date(1e12) }, {}, '2001-09-09T01:46:40.000Z'],
    ['the event', pushed, checkout({ sha: SHA }), committed],
    ['the checkout', {}, checkout({ sha: SHA }), '2024-02-02T02:02:02.000Z'],
    [
      'the checkout, which has the commit beside the one that is checked out',
      {},
      checkout({ dateOf: async (sha) => new Date(sha === SHA ? '2024-02-03T02:02:02Z' : 0) }),
      '2024-02-03T02:02:02.000Z',
    ],
    [
      'the checkout, which has the head of the pull request beside its merge',
      pullRequest(),
      checkout({
        sha: 'f'.repeat(40),
        dateOf: async (sha) => new Date(sha === SHA ? '2024-02-03T02:02:02Z' : 0),
      }),
      '2024-02-03T02:02:02.000Z',
    ],
    [
      'the clock, if the checkout has only another',
      {},
      checkout({ dateOf: async () => null }),
      '2024-03-01T00:30:45.678Z',
    ],
    ['the clock, if another commit is checked out', {}, checkout(), '2024-03-01T00:30:45.678Z'],
    ['the clock, if nobody knows', {}, {}, '2024-03-01T00:30:45.678Z'],
  ])('by %s', async (_, context, lookups, expected) => {
    const { labels, annotations } = await image({ tags: ['v1'] }, context, lookups)
    expect(labels[created]).toBe(expected)
    expect(annotations).toContain(`manifest:${created}=${expected}`)
  })

  test.each(['x', '-1', '1.5', '1e9', '253402300800', ' 1'])('SOURCE_DATE_EPOCH=%j is refused', (value) => {
    expect(() => readEventContext({ SOURCE_DATE_EPOCH: value }, {}, new Date())).toThrow(
      `SOURCE_DATE_EPOCH: '${value}': must be a time in whole seconds since 1970`,
    )
  })

  test('SOURCE_DATE_EPOCH is read from the environment', () => {
    const read = (value: string) =>
      readEventContext({ SOURCE_DATE_EPOCH: value }, {}, event().now).sourceDate?.toISOString()
    expect(read('0')).toBe('1970-01-01T00:00:00.000Z')
    expect(read('253402300799')).toBe('9999-12-31T23:59:59.000Z')
    expect(read('')).toBeUndefined()
  })
})

describe('docker fetches the context', () => {
  const OWN = 'https://github.com/acme/demo-service'

  test.each([
    `${OWN}.git#${SHA}`,
    `${OWN}.git#${SHA}:services/demo`,
    `${OWN}#${SHA.toUpperCase()}`,
    `${OWN}.git?ref=main&checksum=${SHA}`,
    `https://x-access-token:secret@github.com/acme/demo-service.git#${SHA}`,
    `git@github.com:acme/demo-service.git#${SHA}`,
    `ssh://git@github.com/acme/demo-service.git#${SHA}`,
    `github.com/Acme/demo-service#${SHA}`,
  ])('%s is what the event is about', (context) => {
    expect(otherContextWarning(event(), context)).toBeNull()
  })

  test.each([
    'https://github.com/other/tool.git',
    `https://github.com/other/tool.git#${SHA}`,
    `${OWN}.git`,
    `${OWN}.git#main`,
    `${OWN}.git#${OTHER}`,
    `${OWN}-more.git#${SHA}`,
    `${OWN}.git#main:${SHA}`,
    `https://git.example.com/acme/demo-service.git#${SHA}`,
    'https://example.com/context.tar.gz',
    'git@github.com:other/tool.git',
  ])('%s is another source, which a warning names beside what tags and labels claim', (context) => {
    const warning = otherContextWarning(event(), context)
    expect(warning).toContain(`another source (${context})`)
    expect(warning).toContain(`${SHA} of acme/demo-service`)
  })

  test('a password in it is not shown, and without an event there is nothing to claim', () => {
    const context = 'https://me:secret@github.com/other/tool.git'
    expect(otherContextWarning(event(), context)).not.toContain('secret')
    expect(otherContextWarning(event({ sha: '' }), context)).toBeNull()
  })

  test('the image’s description tells it', async () => {
    const github = { event: async () => event(), lookups: {} }
    const told = async (context: string) => (await imageMetadata(inputs(), github, context)).warnings
    expect(await told('https://github.com/other/tool.git')).toHaveLength(1)
    expect(await told(`${OWN}.git#${SHA}`)).toEqual([])
    expect(await told('/workspace')).toEqual([])
  })
})
