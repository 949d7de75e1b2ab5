// biome-ignore-all lint/suspicious/noTemplateCurlyInString: expressions of HCL.
import { describe, expect, test } from '@jest/globals'
import { definitionOf } from '../../../../src/docker/bake/definition.ts'
import { parsePlan } from '../../../../src/docker/bake/plan.ts'
import { ActionError } from '../../../../src/shared/errors.ts'

/** What buildx 0.29 prints of a definition with every field. */
const PRINTED = {
  group: { default: { targets: ['api'] } },
  target: {
    api: {
      annotations: ['index:a=$${b}'],
      attest: [{ mode: 'max', type: 'provenance' }],
      context: 'api',
      contexts: { base: 'target:base' },
      dockerfile: 'Dockerfile',
      args: { A: 'x$${HOME}y', C: '%%{if}', NONE: null },
      labels: { 'org.x.y': 'z' },
      tags: ['123456789012.dkr.ecr.us-east-1.amazonaws.com/shop/api:1.0'],
      'cache-from': [{ type: 'gha' }, 'type=registry,ref=x/y'],
      secret: [
        { id: 'foo', env: 'FOO' },
        { id: 'b', src: './x,y' },
      ],
      ssh: [{ id: 'default', paths: ['./key', './other'] }, 'agent'],
      platforms: ['linux/amd64'],
      output: [{ dest: 'out', type: 'local' }],
      pull: true,
      'no-cache': true,
      network: 'host',
      'no-cache-filter': ['x'],
      'shm-size': '64m',
      ulimits: ['nofile=1:2'],
      entitlements: ['network.host'],
      'extra-hosts': { a: '1.2.3.4' },
    },
    base: { context: 'base', dockerfile: 'Dockerfile', output: [{ type: 'cacheonly' }] },
  },
}

describe('what buildx prints of a definition', () => {
  test("is read with every field, in the forms of docker's options", () => {
    const [api, base] = parsePlan(JSON.stringify(PRINTED)).targets
    const { raw: _, ...fields } = api ?? { raw: null }
    expect(fields).toEqual({
      name: 'api',
      context: 'api',
      contexts: { base: 'target:base' },
      dockerfile: 'Dockerfile',
      dockerfileInline: null,
      args: { A: 'x${HOME}y', C: '%{if}' },
      labels: { 'org.x.y': 'z' },
      tags: ['123456789012.dkr.ecr.us-east-1.amazonaws.com/shop/api:1.0'],
      annotations: ['index:a=${b}'],
      platforms: ['linux/amd64'],
      target: null,
      cacheFrom: ['type=gha', 'type=registry,ref=x/y'],
      cacheTo: [],
      output: ['dest=out,type=local'],
      attest: ['mode=max,type=provenance'],
      secret: ['id=foo,env=FOO', 'id=b,"src=./x,y"'],
      ssh: ['default=./key,./other', 'agent'],
      noCache: true,
      noCacheFilter: ['x'],
      pull: true,
      network: 'host',
      entitlements: ['network.host'],
      extraHosts: { a: '1.2.3.4' },
      shmSize: '64m',
      ulimits: ['nofile=1:2'],
      call: null,
      cacheOnly: false,
    })
    expect(base).toMatchObject({ name: 'base', cacheOnly: true })
  })

  test.each(['', 'no JSON', '[]', '{}', '{"target":[]}', '{"target":{"a":1}}'])(
    'is nothing else: %s',
    (text) => {
      expect(() => parsePlan(text)).toThrow(ActionError)
    },
  )
})

test.each<[string[], string[]]>([
  [['linux/amd64,linux/arm64'], ['linux/amd64', 'linux/arm64']],
  [
    ['linux/arm64, local', 'linux/arm64/v8'],
    ['linux/arm64', 'local'],
  ],
  [['linux/x86_64', 'linux/amd64,'], ['linux/x86_64']],
  [['', ' '], []],
])('the platforms of a target are told apart as docker does: %j', (platforms, read) => {
  const [target] = parsePlan(JSON.stringify({ target: { a: { platforms } } })).targets
  expect(target?.platforms).toEqual(read)
})

describe('a target whose output stays in the cache', () => {
  const cached = { output: [{ type: 'cacheonly' }] }
  const cacheOnly = (groups: object) =>
    parsePlan(
      JSON.stringify({
        ...groups,
        target: { api: { contexts: { base: 'target:base' } }, base: cached, lint: cached },
      }),
    ).targets.flatMap((one) => (one.cacheOnly ? [one.name] : []))

  test.each([
    ['is only built upon', { group: { default: { targets: ['api'] } } }, ['base']],
    ['was asked for', { group: { default: { targets: ['all'] }, all: { targets: ['base', 'api'] } } }, []],
    ['is there without groups', {}, ['base']],
    ['is in a group that nobody asked for', { group: { more: { targets: ['base'] } } }, ['base']],
    ['is in groups that hold each other', { group: { default: { targets: ['default', 'api'] } } }, ['base']],
  ])('%s', (_, groups, names) => {
    expect(cacheOnly(groups)).toEqual(names)
  })
})

describe('the definition that is built', () => {
  const plan = parsePlan(JSON.stringify(PRINTED))
  const AS_IT_IS = { requests: new Map(), built: new Set<string>() }
  const build = {
    name: 'api',
    labels: ['a=${b}%{c}', 'empty='],
    annotations: [],
    cacheFrom: ['type=registry,ref=x/y'],
    cacheTo: [],
    output: ['type=image,name=host/shop/api,push-by-digest=true,name-canonical=true,push=true'],
    attest: [],
    noCache: false,
    pull: false,
  }

  test('is the plan, without names, with what HCL would evaluate escaped once', () => {
    const { target } = JSON.parse(definitionOf(plan, [build], AS_IT_IS))
    expect(target.api).toEqual({
      context: 'api',
      contexts: { base: 'target:base' },
      dockerfile: 'Dockerfile',
      args: { A: 'x$${HOME}y', C: '%%{if}', NONE: null },
      labels: { a: '$${b}%%{c}', empty: '' },
      'cache-from': ['type=registry,ref=x/y'],
      secret: PRINTED.target.api.secret,
      ssh: PRINTED.target.api.ssh,
      platforms: ['linux/amd64'],
      output: build.output,
      pull: false,
      'no-cache': false,
      network: 'host',
      'no-cache-filter': ['x'],
      'shm-size': '64m',
      ulimits: ['nofile=1:2'],
      entitlements: ['network.host'],
      'extra-hosts': { a: '1.2.3.4' },
    })
    expect(target.base).toEqual({ context: 'base', dockerfile: 'Dockerfile', output: ['type=cacheonly'] })
  })

  test('leaves what is not built itself in the cache, for those that build upon it', () => {
    const { target } = JSON.parse(definitionOf(plan, [], AS_IT_IS))
    expect(target.api.output).toEqual(['type=cacheonly'])
  })

  test('builds what is built upon without its cache too, and what has been built from it', () => {
    const anew = { noCache: true, pull: true }
    const requests = new Map(plan.targets.map(({ name }) => [name, anew]))
    const of = (built: readonly string[]) =>
      JSON.parse(definitionOf(plan, [{ ...build, ...anew }], { requests, built: new Set(built) })).target
    expect(of([])).toMatchObject({
      api: { 'no-cache': true, pull: true, 'no-cache-filter': ['x'] },
      base: { 'no-cache': true, pull: true },
    })
    const { api, base } = of(['api'])
    expect([api['no-cache'], api.pull, api['no-cache-filter']]).toEqual([false, false, undefined])
    expect(base).toMatchObject({ 'no-cache': true, pull: true })
  })

  test('keeps the cache of what is only built upon, and not of what is left out', () => {
    const cached = { 'cache-to': [{ type: 'gha' }] }
    const all = {
      api: { contexts: { base: 'target:base' }, ...cached },
      base: { ...cached, output: [{ type: 'cacheonly' }] },
    }
    const { target } = JSON.parse(definitionOf(parsePlan(JSON.stringify({ target: all })), [], AS_IT_IS))
    expect(target.base).toMatchObject(cached)
    expect(target.api).not.toHaveProperty('cache-to')
  })
})
