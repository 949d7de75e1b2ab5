import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, jest, test } from '@jest/globals'
import {
  type GitHubLookups,
  needsRepositoryData,
  readEventContext,
  withoutTags,
} from '../../../src/metadata/index.ts'
import { valueAt } from '../../../src/metadata/payload.ts'
import { event, image, SHA } from './support.ts'

function lookups() {
  return {
    repository: jest.fn<NonNullable<GitHubLookups['repository']>>(async () => ({
      name: 'demo-service',
      description: 'By the API',
      url: 'https://github.com/acme/demo-service',
      license: 'MIT',
      defaultBranch: 'trunk',
    })),
    commitDate: jest.fn<NonNullable<GitHubLookups['commitDate']>>(
      async () => new Date('2020-02-02T00:00:00Z'),
    ),
  }
}

describe('the default tags', () => {
  const cases: [string, Parameters<typeof image>[1], string[], string[]][] = [
    ['a branch', {}, [SHA, 'main'], ['main']],
    ['a tag, with latest', { ref: 'refs/tags/v1' }, [SHA, 'v1', 'latest'], ['latest']],
    ['a pull request', { eventName: 'pull_request', ref: 'refs/pull/7/merge' }, [SHA, 'pr-7'], ['pr-7']],
    ['a schedule', { eventName: 'schedule' }, [SHA, 'nightly', 'main'], ['nightly', 'main']],
    ['no ref', { ref: '' }, [SHA], []],
    ['no commit', { sha: '' }, ['main'], ['main']],
    ['a branch named as the commit', { ref: `refs/heads/${SHA}` }, [SHA], []],
  ]

  test.each(cases)('of %s, and those that move', async (_name, context, tags, moving) => {
    const found = await image({}, context)
    expect(found.tags).toEqual(tags)
    expect([...found.moving]).toEqual(moving)
  })

  test('latest that the flavor asks for is named by the user', async () => {
    const found = await image({ flavor: ['latest=true'] }, { ref: 'refs/tags/v1' })
    expect(found.tags).toEqual([SHA, 'v1', 'latest'])
    expect([...found.moving]).toEqual([])
  })

  test('a branch whose name cannot be a tag is left out with a warning, and fails as a rule of the user', async () => {
    const context = { ref: `refs/heads/${'x'.repeat(129)}` }
    const found = await image({}, context)
    expect(found.tags).toEqual([SHA])
    expect(found.tagWarnings[0]).toContain('The default rule type=ref,event=branch is left out')
    await expect(image({ tags: ['type=ref,event=branch'] }, context)).rejects.toThrow('(129 characters)')
  })

  test('of pull_request_target are never those of the base branch', async () => {
    const context = { eventName: 'pull_request_target', ref: 'refs/heads/main' }
    expect((await image({}, { ...context, payload: { number: 8 } })).tags).toEqual([SHA, 'pr-8'])
    for (const payload of [{}, null, { number: 'x/../main' }, { number: { toString: 1 } }]) {
      expect((await image({}, { ...context, payload })).tags).toEqual([SHA])
    }
  })
})

test('a tag that the user named never counts as moving; latest by itself does', async () => {
  const found = await image(
    { tags: ['type=ref,event=branch', 'type=semver,pattern={{version}},value=1.2.3', 'nightly'] },
    {},
  )
  expect(found.tags).toEqual(['1.2.3', 'main', 'nightly', 'latest'])
  expect([...found.moving]).toEqual(['latest'])
  const named = await image({ tags: ['latest', 'type=semver,pattern={{version}},value=1.2.3'] })
  expect([...named.moving]).toEqual([])
})

test('rules that give nothing for the event say so', async () => {
  const found = await image({ tags: ['type=semver,pattern={{version}}'] })
  expect(found.tags).toEqual([])
  expect(found.tagWarnings).toEqual([
    "No rule of the input 'tags' gives a tag for the event push on refs/heads/main",
  ])
})

test('a version that is none is a warning that names the rule', async () => {
  const rule = 'type=semver,pattern={{version}}'
  const found = await image({ tags: [rule, rule, 'x'] }, { ref: 'refs/tags/one' })
  expect(found.tags).toEqual(['x'])
  expect(found.tagWarnings).toEqual([`${rule}: 'one' is not a semantic version`])
})

test('without some of its tags, an image’s version is one that it has', async () => {
  const whole = await image({ tags: ['type=raw,value=x,priority=900', 'y'], annotations: ['a=1'] })
  expect(whole.version).toBe('x')
  const rest = withoutTags(whole, ['x'])
  expect(rest).toMatchObject({ tags: ['y'], version: 'y' })
  expect(rest.labels['org.opencontainers.image.version']).toBe('y')
  expect(rest.annotations).toContain('manifest:org.opencontainers.image.version=y')
  expect(withoutTags(whole, ['y'])).toMatchObject({ tags: ['x'], version: 'x', labels: whole.labels })
})
test('null characters of a payload reach no command line', async () => {
  const payload = { repository: { name: 'a\0b', description: null, license: null } }
  const { labels } = await image({ tags: ['x'] }, { payload })
  expect(labels['org.opencontainers.image.title']).toBe('ab')
})

test('what a payload inherits is not in it', () => {
  expect(valueAt({ a: [] }, 'a', 'length')).toBe(0)
  expect(valueAt({ a: {} }, 'a', 'toString')).toBeUndefined()
  expect(valueAt('text', 'length')).toBeUndefined()
})

test('a label named __proto__ is a label', async () => {
  const { labels } = await image({ tags: ['x'], labels: ['__proto__=y'] })
  expect(Object.entries(labels)).toContainEqual(['__proto__', 'y'])
})

describe('GitHub is asked', () => {
  test('nothing where the payload has it all', async () => {
    const api = lookups()
    const payload = {
      repository: { name: 'n', description: null, license: null, default_branch: 'main' },
      head_commit: { id: SHA, timestamp: '2021-01-01T12:00:00+09:00' },
    }
    expect(needsRepositoryData(event({ payload }))).toBe(false)
    const found = await image({ tags: ["{{commit_date 'YYYYMMDDHH'}}"] }, { payload }, api)
    expect(found.tags).toEqual(['2021010103'])
    expect(api.repository).not.toHaveBeenCalled()
    expect(api.commitDate).not.toHaveBeenCalled()
  })

  test('about the repository where the event has none', async () => {
    const api = lookups()
    expect(needsRepositoryData(event({ payload: { schedule: '0 0 * * *' } }))).toBe(true)
    const found = await image({ tags: ['type=edge'] }, { payload: {}, ref: 'refs/heads/trunk' }, api)
    expect(found.tags).toEqual(['edge'])
    expect(found.labels['org.opencontainers.image.description']).toBe('By the API')
    expect(api.repository.mock.calls).toEqual([['acme/demo-service']])
    expect(api.commitDate).not.toHaveBeenCalled()
  })

  test.each(['description', 'license'])('about the repository where its %s is not said', (key) => {
    const repository: Record<string, unknown> = { description: null, license: null }
    delete repository[key]
    expect(needsRepositoryData(event({ payload: { repository } }))).toBe(true)
  })

  test('about the commit where only the flavor needs its date', async () => {
    const found = await image({ tags: ['x'], flavor: ["prefix={{commit_date 'YYYY'}}-"] }, {}, lookups())
    expect(found.tags).toEqual(['2020-x'])
  })

  test('about the commit where an expression needs its date', async () => {
    const api = lookups()
    const payload = { ...(event().payload as object), head_commit: { id: 'other', timestamp: 'x' } }
    const found = await image({ tags: ['x'], labels: ["at={{commit_date 'YYYY'}}"] }, { payload }, api)
    expect(found.labels['at']).toBe('2020')
    expect(api.commitDate.mock.calls).toEqual([['acme/demo-service', SHA]])
  })

  test('in vain: a warning, and what the run itself knows', async () => {
    const fail = async () => {
      throw new Error('rate limited')
    }
    const found = await image(
      { tags: ["{{commit_date 'YYYY'}}"] },
      { payload: null },
      {
        repository: fail,
        commitDate: fail,
      },
    )
    expect(found.tags).toEqual(['2024'])
    expect(found.labels).toMatchObject({
      'org.opencontainers.image.title': 'demo-service',
      'org.opencontainers.image.source': 'https://github.com/acme/demo-service',
      'org.opencontainers.image.licenses': '',
    })
    expect(found.warnings).toEqual([
      "GitHub's API did not give the repository's description and license: rate limited",
      "GitHub's API did not give the commit's date, so that the current one stands in: rate limited",
    ])
  })
})

test('the environment is read as docker/metadata-action reads it', () => {
  const now = new Date()
  const env = {
    GITHUB_EVENT_NAME: 'pull_request',
    GITHUB_SHA: SHA,
    GITHUB_REF: 'refs/pull/1/merge',
    GITHUB_REPOSITORY: 'acme/app',
    DOCKER_METADATA_PR_HEAD_SHA: 'TRUE',
    DOCKER_METADATA_SHORT_SHA_LENGTH: '12',
    DOCKER_METADATA_ANNOTATIONS_LEVELS: 'manifest, index',
  }
  expect(readEventContext(env, { a: 1 }, now)).toEqual({
    eventName: 'pull_request',
    sha: SHA,
    ref: 'refs/pull/1/merge',
    repository: 'acme/app',
    serverUrl: 'https://github.com',
    payload: { a: 1 },
    now,
    sourceDate: null,
    prHeadSha: true,
    shortShaLength: 12,
    annotationLevels: ['manifest', 'index'],
  })
})

test('libraries that only some rules need are not loaded with the module', () => {
  const folder = fileURLToPath(new URL('../../../src/metadata/', import.meta.url))
  const packages = new Set<string>()
  const seen = new Set<string>()
  const visit = (file: string): void => {
    if (seen.has(file) || !existsSync(file)) return
    seen.add(file)
    const code = readFileSync(file, 'utf8')
    for (const match of code.matchAll(/^(?:import|export|\}).*? from '([^']+)'/gm)) {
      const from = match[1] as string
      if (from.startsWith('.')) visit(path.resolve(path.dirname(file), from))
      else packages.add(from)
    }
  }
  visit(path.join(folder, 'index.ts'))
  expect(seen.size).toBeGreaterThan(10)
  // The inputs module has loaded csv-parse already.
  expect([...packages]).toEqual(['csv-parse/sync'])
})
