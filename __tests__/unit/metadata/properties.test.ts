import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  describeImage,
  type EventContext,
  type ImageMetadata,
  MetadataError,
  type MetadataInputs,
} from '../../../src/metadata/index.ts'
import { anyCharacter, FUZZ_TIMEOUT, hold } from '../../support/fuzz.ts'
import { event, inputs, SHA } from './support.ts'

const TAG = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/

const refName = fc.oneof(
  fc.string({ maxLength: 200 }),
  fc.string({ unit: anyCharacter, maxLength: 60 }),
  fc.tuple(fc.nat(), fc.nat(), fc.nat()).map((parts) => `v${parts.join('.')}`),
  fc.constantFrom('v1.2.3-rc.1+b', '1.0.post1', '1!2.0a1', '__proto__', 'a'.repeat(5000), '0'.repeat(400)),
)
const ref = fc.oneof(
  fc
    .tuple(fc.constantFrom('refs/heads/', 'refs/tags/', 'refs/pull/', ''), refName)
    .map((parts) => parts.join('')),
  fc.string(),
)
const eventName = fc.oneof(
  fc.constantFrom('push', 'pull_request', 'pull_request_target', 'release', 'schedule', 'merge_group'),
  fc.constantFrom('workflow_dispatch', 'workflow_run', 'repository_dispatch', 'create'),
  fc.string(),
)
const anything = fc.oneof(fc.jsonValue(), fc.string(), fc.constant(undefined))
const payload = fc.oneof(
  anything,
  fc.record(
    {
      number: anything,
      base_ref: anything,
      pull_request: fc.oneof(
        anything,
        fc.record({ head: fc.record({ sha: anything }), base: fc.record({ ref: anything }) }),
      ),
      repository: fc.oneof(
        anything,
        fc.record(
          {
            name: anything,
            description: anything,
            html_url: anything,
            license: anything,
            default_branch: anything,
          },
          { requiredKeys: [] },
        ),
      ),
      commits: fc.oneof(anything, fc.array(fc.record({ id: fc.constant(SHA), timestamp: anything }))),
      head_commit: anything,
    },
    { requiredKeys: [] },
  ),
)
const context: fc.Arbitrary<EventContext> = fc
  .record({
    eventName,
    ref,
    payload,
    sha: fc.oneof(fc.constant(SHA), fc.string()),
    repository: fc.string(),
    now: fc.date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }),
    prHeadSha: fc.boolean(),
    shortShaLength: fc.integer({ min: 1, max: 64 }),
  })
  .map((given) => event(given))

const rule = fc.constantFrom(
  'type=schedule',
  "type=schedule,pattern={{date 'YYYYMMDD' tz='Asia/Seoul'}}",
  'type=semver,pattern={{version}}',
  'type=semver,pattern={{major}}.{{minor}},value={{branch}}',
  'type=pep440,pattern={{raw}}',
  'type=pep440,pattern={{version}},value={{tag}}',
  'type=match,pattern=\\d+',
  'type=match,pattern=/(.*)x/g,group=1,value={{base_ref}}',
  'type=edge',
  'type=ref,event=branch',
  'type=ref,event=tag',
  'type=ref,event=pr',
  'type=raw,value={{branch}}{{{tag}}}{{base_ref}}',
  "type=raw,value={{commit_date 'x'}},enable={{is_default_branch}}",
  'type=sha',
  'type=sha,format=long,prefix={{base_ref}}',
  'plain',
)
const someInputs: fc.Arbitrary<MetadataInputs> = fc
  .record({
    tags: fc.array(rule, { maxLength: 4 }),
    flavor: fc.subarray(['latest=true', 'prefix={{branch}},onlatest=true', 'suffix=-s', 'latest=auto']),
    labels: fc.subarray(['a=1', 'b={{branch}}', '{{tag}}c=2', 'org.opencontainers.image.title=x']),
    annotations: fc.subarray(['a=1', 'index:b={{base_ref}}']),
  })
  .map((given) => inputs(given))

/** Checks a result; an error of our kind is one, any other is a crash. */
async function outcome(given: MetadataInputs, context: EventContext): Promise<ImageMetadata | string> {
  try {
    const image = await describeImage(given, context)
    for (const tag of image.tags) expect(tag).toMatch(TAG)
    expect(new Set(image.tags).size).toBe(image.tags.length)
    for (const tag of image.moving) expect(image.tags).toContain(tag)
    if (image.version !== '') expect(image.tags).toContain(image.version)
    for (const text of [...Object.values(image.labels), ...image.annotations]) {
      expect(typeof text).toBe('string')
    }
    return image
  } catch (error) {
    if (!(error instanceof MetadataError)) throw error
    expect(error.problems.length).toBeGreaterThan(0)
    return error.message
  }
}

test(
  'whatever the event is, tags are valid or there is an error of ours',
  async () => {
    await hold(fc.tuple(someInputs, context), 500, async ([given, context]) => {
      await outcome(given, context)
    })
  },
  FUZZ_TIMEOUT,
)

test(
  'whatever the event is, the default tags are valid, and there is one where there is a commit',
  async () => {
    await hold(context, 300, async (context) => {
      const image = await outcome(inputs(), { ...context, sha: SHA, prHeadSha: false })
      expect(image).toMatchObject({ tags: expect.arrayContaining([SHA]) })
    })
  },
  FUZZ_TIMEOUT,
)

test(
  'whatever the inputs are, there is a result or an error of ours',
  async () => {
    const piece = fc.oneof(
      rule,
      fc.string({ unit: anyCharacter }),
      fc.constantFrom(
        '{{',
        '}}',
        '{{{',
        '\\{{',
        "{{date '",
        'type=',
        ',',
        '=',
        '"',
        'match,pattern=/',
        '/g',
        '\n',
      ),
      fc.constantFrom(
        'type=match,pattern=',
        'type=semver,pattern={{version}},match=',
        'value=',
        'group=',
        'onlatest=',
      ),
    )
    const line = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(''))
    const lines = fc.array(line, { maxLength: 4 })
    const hostile = fc.record({ tags: lines, flavor: lines, labels: lines, annotations: lines })
    await hold(fc.tuple(hostile, context), 500, async ([given, context]) => {
      await outcome(given, context)
    })
  },
  FUZZ_TIMEOUT,
)

test(
  'the order depends on the input only',
  async () => {
    const reversed = (value: unknown): unknown => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([key, inner]) => [key, reversed(inner)]),
      )
    }
    await hold(fc.tuple(someInputs, context), 200, async ([given, context]) => {
      const again = { ...context, payload: reversed(context.payload) }
      const [one, other] = [await outcome(given, context), await outcome(given, again)]
      expect(JSON.stringify(other)).toBe(JSON.stringify(one))
    })
  },
  FUZZ_TIMEOUT,
)

test(
  'tags of one priority stay in the order that the user gave, each once',
  async () => {
    const name = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f')
    await hold(fc.array(name, { minLength: 1, maxLength: 12 }), 100, async (tags) => {
      expect((await describeImage(inputs({ tags }), event())).tags).toEqual([...new Set(tags)])
    })
  },
  FUZZ_TIMEOUT,
)
