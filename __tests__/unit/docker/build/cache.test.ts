import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { presetCache } from '../../../../src/docker/build/cache.ts'
import type { Mutability } from '../../../../src/ecr/settings/mutability.ts'
import { slug } from '../../../../src/inputs/cache.ts'
import { type Desk, read } from '../../../support/arguments.ts'

const URI = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/shop'
const mutable: Mutability = { mode: 'MUTABLE', exclusions: [] }
let desk: Desk

beforeAll(() => {
  const cwd = mkdtempSync(path.join(os.tmpdir(), 'workspace-'))
  mkdirSync(path.join(cwd, 'api'))
  for (const file of ['Dockerfile', 'web.Dockerfile', 'api/Dockerfile']) {
    writeFileSync(path.join(cwd, file), 'FROM scratch\n')
  }
  writeFileSync(path.join(cwd, 'event.json'), JSON.stringify({ repository: { default_branch: 'main' } }))
  desk = { cwd, folder: cwd }
})

afterAll(() => rmSync(desk.cwd, { recursive: true }))

function cacheOf(
  given: Record<string, string>,
  env: Record<string, string>,
  image: Parameters<typeof presetCache>[2] = { uri: URI, mutability: mutable },
) {
  const GITHUB_EVENT_PATH = path.join(desk.cwd, 'event.json')
  const { build } = read(given, desk, { env: { GITHUB_EVENT_PATH, ...env } })
  if (build.cache === null) throw new Error('there is no preset')
  return presetCache(build.cache, 'team/shop', image)
}

const tagsOf = (refs: readonly string[]) => refs.map((ref) => new RegExp(`ref=${URI}:([^,]+)`).exec(ref)?.[1])

test('none is none', () => {
  expect(read({ cache: 'none' }, desk).build.cache).toBeNull()
  expect(read({}, desk).build.cache).toBeNull()
})

describe('cache: ecr', () => {
  test('is an image that ECR takes, and never an error', () => {
    expect(cacheOf({ cache: 'ecr' }, { GITHUB_REF: 'refs/heads/main' })).toEqual({
      cacheFrom: [`type=registry,ref=${URI}:buildcache-main`],
      cacheTo: [
        `type=registry,ref=${URI}:buildcache-main,mode=max,image-manifest=true,oci-mediatypes=true,ignore-error=true`,
      ],
      warnings: [],
    })
  })

  test.each<[string, Record<string, string>, string[]]>([
    ['a branch', { GITHUB_REF: 'refs/heads/fix' }, ['buildcache-fix', 'buildcache-main']],
    [
      'a branch with a slash',
      { GITHUB_REF: 'refs/heads/feature/x' },
      [`buildcache-${slug('feature/x')}`, 'buildcache-main'],
    ],
    [
      'a pull request: into which branch, then the default one',
      { GITHUB_REF: 'refs/pull/12/merge', GITHUB_BASE_REF: 'release-1' },
      [`buildcache-${slug('pull/12')}`, 'buildcache-release-1', 'buildcache-main'],
    ],
    ['Git tags share one', { GITHUB_REF: 'refs/tags/v1.2.3' }, ['buildcache-tags', 'buildcache-main']],
    [
      'an event without a branch',
      { GITHUB_REF: 'refs/heads/fix', GITHUB_EVENT_PATH: '' },
      ['buildcache-fix'],
    ],
    ['outside of GitHub', { GITHUB_REF: '', GITHUB_EVENT_PATH: '' }, ['buildcache-local']],
  ])('%s', (_, env, expected) => {
    const { cacheFrom, cacheTo } = cacheOf({ cache: 'ecr' }, env)
    expect(tagsOf(cacheFrom)).toEqual(expected)
    expect(tagsOf(cacheTo)).toEqual(expected.slice(0, 1))
  })

  test('builds of other platforms and targets have caches of their own', () => {
    const tagOf = (given: Record<string, string>) =>
      tagsOf(cacheOf({ cache: 'ecr', ...given }, { GITHUB_REF: 'refs/heads/main' }).cacheTo)[0]
    expect(tagOf({ platforms: 'linux/arm64' })).toBe('buildcache-main-linux-arm64')
    expect(tagOf({ platforms: 'linux/arm64', target: 'test' })).toBe('buildcache-main-linux-arm64-test')
  })

  describe('builds of other Dockerfiles and folders have caches of their own', () => {
    const tagOf = (given: Record<string, string>) =>
      tagsOf(cacheOf({ cache: 'ecr', ...given }, { GITHUB_REF: 'refs/heads/main' }).cacheTo)[0]

    test.each<[string, Record<string, string>]>([
      ['nothing', {}],
      ['the default context', { context: '.' }],
      ['the default Dockerfile', { file: 'Dockerfile' }],
      ['both, by another name', { context: './', file: './Dockerfile' }],
      ["the run's own repository", { context: '{{defaultContext}}' }],
      ['its Dockerfile', { context: '{{defaultContext}}', file: 'Dockerfile' }],
    ])('%s: the tag is the default one', (_, given) => expect(tagOf(given)).toBe('buildcache-main'))

    test('any other context or file is told apart, however alike the names are', () => {
      const given = [
        {},
        { target: 'api' },
        { target: 'file-web.Dockerfile' },
        { context: 'api' },
        { context: 'api', target: 'api' },
        { file: 'web.Dockerfile' },
        { file: 'api/Dockerfile' },
        { context: 'api', file: 'web.Dockerfile' },
        { context: '{{defaultContext}}:web' },
        { context: 'https://github.com/acme/other.git#main' },
        { context: 'https://github.com/acme/other.git#main:web' },
      ]
      const tags = given.map(tagOf)
      expect(new Set(tags).size).toBe(given.length)
      for (const tag of tags) expect(tag).toMatch(/^[\w][\w.-]{0,127}$/)
      expect(tagOf({ file: 'web.Dockerfile' })).toMatch(/^buildcache-main-file-web\.Dockerfile-[0-9a-f]{8}$/)
    })

    test('a commit is no part of it: the next run finds the cache', () => {
      const at = (commit: string) => tagOf({ context: `https://github.com/acme/shop.git#${commit}:api` })
      expect(at('a'.repeat(40))).toBe(at('b'.repeat(40)))
      expect(at('a'.repeat(40))).toBe(tagOf({ context: 'api' }))
    })
  })

  test('where the tag cannot move, it is read, not written, and said so', () => {
    const env = { GITHUB_REF: 'refs/heads/main' }
    const fixed = cacheOf({ cache: 'ecr' }, env, {
      uri: URI,
      mutability: { mode: 'IMMUTABLE', exclusions: [] },
    })
    expect(tagsOf(fixed.cacheFrom)).toEqual(['buildcache-main'])
    expect(fixed.cacheTo).toEqual([])
    expect(fixed.warnings).toEqual([expect.stringContaining('Exclude buildcache-* from the repository')])
    const mutability: Mutability = { mode: 'IMMUTABLE_WITH_EXCLUSION', exclusions: ['buildcache-*'] }
    const excluded = cacheOf({ cache: 'ecr' }, env, { uri: URI, mutability })
    expect([excluded.cacheTo.length, excluded.warnings]).toEqual([1, []])
  })

  test('without a push there is none, and a warning', () => {
    expect(cacheOf({ cache: 'ecr' }, {}, null)).toEqual({
      cacheFrom: [],
      cacheTo: [],
      warnings: [expect.stringContaining('without a push nobody logs in to ECR')],
    })
  })
})

test('cache: gha, with a scope of the repository, also without a push', () => {
  const env = { ACTIONS_RUNTIME_TOKEN: 'x', ACTIONS_RESULTS_URL: 'https://results.example' }
  expect(cacheOf({ cache: 'gha', target: 'test' }, env, null)).toEqual({
    cacheFrom: ['type=gha,scope=team/shop-test'],
    cacheTo: ['type=gha,scope=team/shop-test,mode=max,ignore-error=true'],
    warnings: [],
  })
  expect(cacheOf({ cache: 'gha' }, { ...env, ACTIONS_RUNTIME_TOKEN: '' }, null)).toEqual({
    cacheFrom: [],
    cacheTo: [],
    warnings: [expect.stringContaining('no access to GitHub')],
  })
})

describe('a part of a tag', () => {
  test.each(['main', 'release-1.2', 'a_b'])('%s stays', (name) => expect(slug(name)).toBe(name))

  test('names that would become the same are told apart', () => {
    const slugs = ['a/b', 'a-b', 'a b', 'a//b', 'ä'].map(slug)
    expect(new Set(slugs).size).toBe(slugs.length)
    for (const part of slugs) expect(part).toMatch(/^[a-zA-Z0-9_.-]+$/)
  })

  test('the longest names make a tag of at most 128 characters', () => {
    const env = { GITHUB_REF: `refs/heads/${'x'.repeat(250)}` }
    const platforms = 'linux/amd64,linux/arm64,linux/arm/v7,linux/ppc64le,linux/s390x'
    const [tag] = tagsOf(cacheOf({ cache: 'ecr', platforms, target: 't'.repeat(80) }, env).cacheTo)
    expect(tag?.length).toBeLessThanOrEqual(128)
  })
})
