import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { describeImage, MetadataError, readEventContext } from '../../../src/metadata/index.ts'

interface Result {
  readonly fails?: true
  readonly tags?: readonly string[]
  readonly version?: string
  /** Those that differ from the event's standard ones. */
  readonly labels?: Record<string, string>
  /** Null: the standard ones on the manifest. */
  readonly annotations?: readonly string[]
}

interface Case {
  readonly event: string
  readonly tags?: readonly string[]
  readonly flavor?: readonly string[]
  readonly labels?: readonly string[]
  readonly annotations?: readonly string[]
  readonly env?: Record<string, string>
  /** What GitHub's API says of the commit. */
  readonly commitDate?: string
  /** What docker/metadata-action gave. */
  readonly expected: Result
  /** A difference that is kept: its name in docs/metadata.md, and what is given instead. */
  readonly differs?: string
  readonly ours?: Result
}

interface Repository {
  readonly name: string
  readonly description: string | null
  readonly html_url: string
  readonly default_branch: string
  readonly license: { readonly spdx_id: string } | null
}

interface Event {
  readonly eventName: string
  readonly ref: string
  readonly sha: string
  readonly payload: {
    readonly repository?: Repository
    readonly head_commit?: { readonly id: string; readonly timestamp: string } | null
  }
}

const table = JSON.parse(readFileSync(new URL('./cases.json', import.meta.url), 'utf8')) as {
  readonly now: string
  readonly apiRepository: Repository
  readonly events: Record<string, Event>
  readonly cases: readonly Case[]
}
const documentation = readFileSync(new URL('../../../docs/metadata.md', import.meta.url), 'utf8')

async function describe(given: Case): Promise<Required<Omit<Result, 'fails'>> | { fails: true }> {
  const { eventName, ref, sha, payload } = table.events[given.event] as Event
  const repository = payload.repository ?? table.apiRepository
  const env = {
    GITHUB_EVENT_NAME: eventName,
    GITHUB_REF: ref,
    GITHUB_SHA: sha,
    GITHUB_REPOSITORY: 'acme/demo-service',
    ...given.env,
  }
  try {
    const { tags = [], flavor = [], labels = [], annotations = [] } = given
    const context = readEventContext(env, payload, new Date(table.now))
    const image = await describeImage({ tags, flavor, labels, annotations }, context, {
      repository: async () => ({
        name: repository.name,
        description: repository.description,
        url: repository.html_url,
        license: repository.license?.spdx_id ?? null,
        defaultBranch: repository.default_branch,
      }),
      commitDate: async () => (given.commitDate === undefined ? null : new Date(given.commitDate)),
    })
    return {
      tags: image.tags,
      version: image.version,
      labels: image.labels,
      annotations: image.annotations,
    }
  } catch (error) {
    if (error instanceof MetadataError) return { fails: true }
    throw error
  }
}

/** Everywhere a kept difference: docker/metadata-action gives the time of the run (`table.now`). */
function createdOf({ sha, payload: { head_commit: commit } }: Event): string {
  return commit?.id === sha ? new Date(commit.timestamp).toISOString() : table.now
}

/** A result of the table with the event's standard labels and annotations filled in. */
function complete(name: string, result: Result): Result {
  if (result.fails) return result
  const { payload, sha } = table.events[name] as Event
  const repository = payload.repository ?? table.apiRepository
  const values = {
    created: createdOf(table.events[name] as Event),
    description: repository.description ?? '',
    licenses: repository.license?.spdx_id ?? '',
    revision: sha,
    source: repository.html_url,
    title: repository.name,
    url: repository.html_url,
    version: result.version ?? '',
  }
  const standard = Object.entries(values).map(([key, value]) => [`org.opencontainers.image.${key}`, value])
  return {
    ...result,
    labels: { ...Object.fromEntries(standard), ...result.labels },
    annotations:
      result.annotations?.map((line) =>
        line.replace(`image.created=${table.now}`, `image.created=${values.created}`),
      ) ?? standard.map(([key, value]) => `manifest:${key}=${value}`),
  }
}

const titled = table.cases.map((given): [string, Case] => {
  const { event, tags, flavor, labels, annotations, env } = given
  return [JSON.stringify({ event, tags, flavor, labels, annotations, env }), given]
})
const agreeing = titled.filter(([, { differs }]) => differs === undefined)
const differing = titled.filter(([, { differs }]) => differs !== undefined)

test.each(agreeing)('as docker/metadata-action: %s', async (_title, given) => {
  expect(await describe(given)).toEqual(complete(given.event, given.expected))
})

test.each(differing)('differs on purpose: %s', async (_title, given) => {
  const result = await describe(given)
  expect(result).toEqual(complete(given.event, given.ours ?? {}))
  expect(result).not.toEqual(complete(given.event, given.expected))
  expect(documentation).toContain(`**${given.differs}**`)
})

test('the date of creation is a difference that the documentation has', () => {
  const events = Object.values(table.events)
  expect(events.some((event) => createdOf(event) !== table.now)).toBe(true)
  expect(events.some((event) => createdOf(event) === table.now)).toBe(true)
  expect(documentation).toContain('**the date of creation**')
})

test('the table is wide enough: cases, events, rule types', () => {
  expect(table.cases.length).toBeGreaterThanOrEqual(150)
  expect(new Set(table.cases.map(({ event }) => event))).toEqual(new Set(Object.keys(table.events)))
  const rules = table.cases.flatMap(({ tags = [] }) => tags).join('\n')
  for (const type of ['schedule', 'semver', 'pep440', 'match', 'edge', 'ref', 'raw', 'sha']) {
    expect(rules).toContain(`type=${type}`)
  }
})
