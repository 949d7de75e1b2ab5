import { describe, expect, test } from '@jest/globals'
import { parseBuilder } from '../../../../src/docker/build/builder.ts'
import { type BuilderFacts, capabilitiesOf, unmet } from '../../../../src/docker/build/needs.ts'
import { attestsByItself, compressionNotice, lambdaWarning } from '../../../../src/docker/build/preflight.ts'
import { requirementsOf } from '../../../../src/docker/build/requirements.ts'
import type { Attestation, BuildInputs } from '../../../../src/docker/port.ts'
import { atLeast } from '../../../../src/docker/syntax/versions.ts'
import { buildInputs } from '../../../support/inputs.ts'

/** Attestations as the inputs that their types have ask for them. */
function attests(...values: string[]): Attestation[] {
  return values.map((value) => {
    const [, type = ''] = /^type=(\w+)/.exec(value) ?? []
    return { input: type === 'provenance' || type === 'sbom' ? type : 'attests', given: value, value }
  })
}

/** A builder that can do everything. */
const able: BuilderFacts = {
  buildxVersion: '0.29.1',
  classic: 'legacy',
  store: true,
  driver: 'docker-container',
  buildkitVersion: '0.25.0',
  noEngine: null,
}
const old: BuilderFacts = {
  ...able,
  buildxVersion: null,
  classic: 'buildkit',
  store: false,
  driver: 'docker',
}
const legacy: BuilderFacts = { ...old, classic: 'legacy' }
const moby: BuilderFacts = { ...able, store: false, driver: 'docker', buildkitVersion: null }

type Asked = Partial<BuildInputs> & { readonly annotations?: readonly string[] }

function messages({ annotations = [], ...build }: Asked, facts: BuilderFacts, push = true): string[] {
  return unmet(requirementsOf(buildInputs(build), push, annotations), facts).map(
    ({ input, message }) => `${input} ${message}`,
  )
}

describe('what BuildKit knows and other builders may not', () => {
  const network = (name: string | null, facts: BuilderFacts) => messages({ network: name }, facts)

  test.each(['bridge', 'container:abc', 'my_network'])(
    'the network %s is for the builder before it',
    (name) => {
      for (const facts of [able, old, moby, { ...able, driver: 'remote' }]) {
        expect(network(name, facts)).toEqual([
          expect.stringMatching(/^network must be default, host or none: .* driver-opts: network=NAME/),
        ])
      }
      expect(network(name, legacy)).toEqual([])
    },
  )

  test.each(['default', 'host', 'none', null])('the network %s is for all', (name) => {
    for (const facts of [able, old, moby, legacy]) expect(network(name, facts)).toEqual([])
  })

  test.each([{ cacheFrom: ['type=registy,ref=a/b'] }, { cacheTo: ['type=GHA'] }])(
    'a cache of an unknown type (%j) is for a builder that is somewhere else',
    (build) => {
      const message = 'the type must be one of azblob, gha, inline, local, registry, s3'
      for (const driver of ['docker', 'docker-container', 'kubernetes'])
        expect(messages(build, { ...able, driver })).toEqual([expect.stringContaining(message)])
      for (const driver of ['remote', 'cloud']) expect(messages(build, { ...able, driver })).toEqual([])
    },
  )

  test('the known types of caches are for all', () => {
    const types = ['azblob', 'gha', 'inline', 'local', 'registry', 's3'].map((type) => `type=${type},x=y`)
    expect(messages({ cacheFrom: [...types, 'a/b:c'], cacheTo: types }, able)).toEqual([])
  })
})

test('a common build asks for nothing', () => {
  const common = {
    buildArgs: ['A=1'],
    target: 'x',
    pull: true,
    noCache: true,
    network: 'host',
  }
  expect(requirementsOf(buildInputs(common), true)).toEqual([])
  expect(requirementsOf(buildInputs({ platforms: ['linux/arm64'], addHosts: ['a:b'] }), false)).toEqual([])
})

const withoutBuildx: [name: string, build: Asked, who: 'none' | 'buildkit' | 'legacy'][] = [
  ['allow', { allow: ['network.host'] }, 'none'],
  ['annotations', { annotations: ['a=b'] }, 'none'],
  ['attests', { attests: attests('type=acme') }, 'none'],
  ['build-contexts', { buildContexts: ['a=b'] }, 'none'],
  ['builder', { builder: 'x' }, 'none'],
  ['cache', { cache: { kind: 'gha', scopes: [], variant: '', hasGitHubCache: true } }, 'none'],
  ['cache-from', { cacheFrom: ['type=gha'] }, 'none'],
  ['cache-to', { cacheTo: ['type=inline'] }, 'none'],
  ['call', { call: 'check' }, 'none'],
  ['build-args', { buildArgs: ['BUILDKIT_SYNTAX=x'] }, 'buildkit'],
  ['build-args', { buildArgs: ['SOURCE_DATE_EPOCH=1'] }, 'none'],
  ['cgroup-parent', { cgroupParent: 'x' }, 'legacy'],
  ['compression', { compression: { type: 'zstd', level: null } }, 'none'],
  ['no-cache-filters', { noCacheFilters: ['x'] }, 'none'],
  ['outputs', { outputs: ['type=oci,dest=x'] }, 'none'],
  ['platforms', { platforms: ['linux/amd64', 'linux/arm64'] }, 'none'],
  ['platforms', { platforms: ['Local'] }, 'none'],
  [
    'DOCKER_DEFAULT_PLATFORM',
    { platforms: ['linux/amd64', 'linux/arm64'], platformsFrom: 'DOCKER_DEFAULT_PLATFORM' },
    'none',
  ],
  ['provenance', { attests: attests('type=provenance,mode=max') }, 'none'],
  ['sbom', { attests: attests('type=sbom,disabled=false') }, 'none'],
  ['reproducible', { reproducible: true }, 'none'],
  ['secrets', { secrets: [{ id: 'x', from: 'value', value: 'y' }] }, 'buildkit'],
  ['shm-size', { shmSize: '1g' }, 'legacy'],
  ['ssh', { ssh: ['default'] }, 'buildkit'],
  ['ulimit', { ulimits: ['nproc=3'] }, 'legacy'],
]

describe('without buildx', () => {
  test.each(withoutBuildx)('%s', (name, build, who) => {
    const expected = expect.stringMatching(
      new RegExp(
        `^${name} needs buildx( \\d+\\.\\d+\\.0 or later)?, which this runner's docker does not have; install it with docker/setup-buildx-action`,
      ),
    )
    expect(messages(build, old)).toEqual(who === 'buildkit' ? [] : [expected])
    expect(messages(build, legacy)).toEqual(who === 'legacy' ? [] : [expected])
    expect(messages(build, able)).toEqual([])
  })

  test('one result on the disk instead of an image is written by docker’s own BuildKit', () => {
    expect(messages({ outputs: ['type=local,dest=x'] }, old, false)).toEqual([])
    expect(messages({ outputs: ['type=local,dest=x'] }, old, true)).toHaveLength(1)
    expect(messages({ outputs: ['x', 'y'] }, old, false)).toHaveLength(2)
  })

  test('an attestation that is turned off, a cache that is an image', () => {
    const off = { attests: attests('type=provenance,disabled=true'), cacheFrom: ['acme/app:cache'] }
    expect(messages(off, old)).toEqual([])
  })

  test('a secret is named by its input', () => {
    const secrets = [
      { id: 'a', from: 'value', value: 'hunter2' },
      { id: 'b', from: 'env', name: 'B' },
      { id: 'c', from: 'file', path: '/c' },
    ] as const
    const found = unmet(requirementsOf(buildInputs({ secrets }), true), legacy)
    expect(found.map(({ input, value }) => [input, value])).toEqual([
      ['secrets', 'a'],
      ['secret-envs', 'b'],
      ['secret-files', 'c'],
    ])
  })

  test('an attestation is shown as it was given', () => {
    const value = 'type=provenance,builder-id=https://github.example/run'
    const given: Attestation[] = [
      { input: 'provenance', given: 'true', value },
      { input: 'attests', given: 'type=sbom', value: 'type=sbom' },
    ]
    const found = unmet(requirementsOf(buildInputs({ attests: given }), true), legacy)
    expect(found.map((problem) => [problem.input, problem.value])).toEqual([
      ['provenance', 'true'],
      ['attests', 'type=sbom'],
    ])
  })

  test('what the legacy builder has, Docker 20.10 gets by either update', () => {
    const setup = 'install it with docker/setup-buildx-action in a step before this one'
    expect(messages({ shmSize: '2g' }, old)).toEqual([
      `shm-size needs buildx 0.7.0 or later, which this runner's docker does not have; ${setup}, or update Docker to 23.0 or later, which needs no buildx for it`,
    ])
    expect(messages({ ssh: ['default'] }, legacy)).toEqual([
      `ssh needs buildx, which this runner's docker does not have; ${setup}`,
    ])
  })

  test('what docker would fetch is refused with its reason', () => {
    expect(messages({ context: 'git@example.com:acme/shop.git' }, legacy)).toEqual([
      "context needs buildx, which this runner's docker does not have: without it, docker ignores much of a Dockerfile, and this one cannot be read before docker fetches it; of a Git repository, .git is added to the context, and master is built if no branch is named; install it with docker/setup-buildx-action in a step before this one, or check the repository out (actions/checkout) and give its folder",
    ])
    expect(messages({ context: '/src/github.com/acme' }, legacy)).toEqual([])
  })

  test('no value of a secret is in a message', () => {
    const build = buildInputs({ secrets: [{ id: 'TOKEN', from: 'value', value: 'hunter2' }] })
    expect(JSON.stringify(unmet(requirementsOf(build, true), legacy))).not.toContain('hunter2')
  })
})

describe('the version of buildx that an input came with', () => {
  test.each<[string, Asked, last: string, first: string]>([
    ['annotations', { annotations: ['a=b'] }, '0.11.2', '0.12.0'],
    ['provenance', { attests: attests('type=provenance') }, '0.9.1', '0.10.0'],
    ['build-contexts', { buildContexts: ['a=b'] }, '0.7.1', '0.8.0'],
    ['call', { call: 'check' }, '0.14.1', '0.15.0'],
    ['cgroup-parent', { cgroupParent: 'x' }, '0.6.3', '0.7.0'],
    ['no-cache-filters', { noCacheFilters: ['x'] }, '0.7.1', '0.8.0'],
    ['outputs', { outputs: ['x', 'y'] }, '0.12.1', '0.13.0'],
    ['shm-size', { shmSize: '1g' }, '0.6.3', '0.7.0'],
    ['ulimit', { ulimits: ['nproc=3'] }, '0.6.3', '0.7.0'],
  ])('%s', (name, build, last, first) => {
    expect(messages(build, { ...able, buildxVersion: last }, false)).toEqual([
      `${name} needs buildx ${first} or later, and this runner has ${last}; update it with docker/setup-buildx-action in a step before this one`,
    ])
    expect(messages(build, { ...able, buildxVersion: first }, false)).toEqual([])
  })

  test('load and a push at once are two results', () => {
    const facts = { ...able, buildxVersion: '0.12.0' }
    expect(messages({ load: true }, facts, true)).toEqual([
      expect.stringMatching(/^load needs buildx 0\.13\.0/),
    ])
    expect(messages({ load: true }, facts, false)).toEqual([])
    expect(messages({ outputs: ['type=image,name=x'] }, facts, true)).toEqual([])
  })
})

describe('the docker driver without the containerd image store', () => {
  test.each<[string, Partial<BuildInputs>]>([
    ['platforms', { platforms: ['linux/amd64', 'linux/arm64'] }],
    ['provenance', { attests: attests('type=provenance') }],
    ['sbom', { attests: attests('type=sbom') }],
    ['cache-to', { cacheTo: ['type=gha'] }],
    ['cache', { cache: { kind: 'ecr', scopes: ['main'], variant: '', hasGitHubCache: true } }],
    ['outputs', { outputs: ['type=oci,dest=x'] }],
    ['outputs', { outputs: ['type=docker,dest=x'] }],
    ['compression', { compression: { type: 'gzip', level: null } }],
    ['reproducible', { reproducible: true }],
  ])('%s', (name, build) => {
    const [message, ...others] = messages(build, moby, false)
    expect(message).toContain(
      `${name} the builder's driver (docker) cannot do it without the containerd image store; use the builder of docker/setup-buildx-action`,
    )
    expect(others).toEqual([])
    expect(messages(build, { ...moby, store: true }, false)).toEqual([])
  })

  test('an inline cache, one platform, the image itself', () => {
    const build = { cacheTo: ['type=inline'], platforms: ['linux/amd64'], outputs: ['type=docker'] }
    expect(messages(build, moby, false)).toEqual([])
  })
})

describe('what the docker driver passes over without the containerd image store', () => {
  const lacks = "the builder's driver (docker) cannot do it without the containerd image store"
  test.each<[string, Asked]>([
    ['annotations', { annotations: ['a=b'] }],
    ...[
      'type=image,push=true,compression=zstd',
      'type=registry,compression-level=3',
      'type=image,push=true,force-compression=true',
      'type=image,push=true,"annotation.a=b, c"',
      'type=image,push=true,annotation-index.a=b',
      'type=image,push=true,annotation-manifest-descriptor[linux/amd64].a=b',
      'type=image,push=true,oci-mediatypes=true',
    ].map((output): [string, Asked] => ['outputs', { outputs: [output] }]),
  ])('%s: %j', (name, build) => {
    expect(messages(build, moby, true)).toEqual([expect.stringContaining(`${name} ${lacks}`)])
    for (const facts of [able, { ...moby, store: true }]) expect(messages(build, facts, true)).toEqual([])
  })
})

describe('an index that is loaded', () => {
  const message =
    'an index (several platforms, or an attestation) can be loaded only into an engine with the containerd image store; turn it on ("features": {"containerd-snapshotter": true} in the engine\'s daemon.json), or do not load it'
  const builder = { ...able, store: false }
  const both = { platforms: ['linux/amd64', 'linux/arm64'] }

  test.each<[string, Partial<BuildInputs>]>([
    ['load', { ...both, load: true }],
    ['load', { load: true, attests: attests('type=sbom') }],
    ['outputs', { ...both, outputs: ['type=docker'] }],
  ])('%s', (name, build) => {
    expect(messages(build, builder, false)).toEqual([`${name} ${message}`])
    expect(messages(build, able, false)).toEqual([])
  })

  test.each<Partial<BuildInputs>>([
    { load: true },
    { load: true, attests: attests('type=sbom,disabled=true') },
    { ...both, outputs: ['type=oci,dest=x'] },
  ])('%j is not', (build) => {
    expect(messages(build, builder, false)).toEqual([])
  })
})

describe('rewrite-timestamp, by the driver', () => {
  const stored: BuilderFacts = { ...moby, store: true }
  const plain = 'type=image,push=true,rewrite-timestamp=true'
  const right = `${plain},unpack=false,store=false`
  const remedy = 'use the builder of docker/setup-buildx-action in a step before this one'

  test.each([plain, 'type=registry,rewrite-timestamp=true', `${plain},unpack=false`])(
    "the engine's own builder cannot do it as it is: %s",
    (output) => {
      expect(messages({ outputs: [output] }, stored, true)).toEqual([
        `outputs the docker driver unpacks the image into the engine, which rewrite-timestamp excludes; add unpack=false,store=false, or ${remedy}`,
      ])
      expect(messages({ outputs: [output] }, able, true)).toEqual([])
    },
  )

  test('what works there needs the containerd image store', () => {
    expect(messages({ outputs: [right] }, stored, true)).toEqual([])
    expect(messages({ outputs: [right] }, moby, true)).toEqual([
      expect.stringContaining("outputs the builder's driver (docker) cannot do it without the containerd"),
    ])
  })

  test.each(['type=image,push=true', 'type=image,push=true,rewrite-timestamp=false'])(
    '%s asks for nothing',
    (output) => {
      expect(messages({ outputs: [output] }, moby, true)).toEqual([])
    },
  )
})

test('the docker driver loads no image that is reproducible; another builder does', () => {
  const stored = { ...moby, store: true }
  for (const build of [{ load: true }, { outputs: ['type=docker'] }]) {
    const given = { ...build, reproducible: true }
    expect(messages(given, stored, false)).toEqual([
      expect.stringContaining('the docker driver does not load an image that is reproducible; leave it out'),
    ])
    expect(messages(given, able, false)).toEqual([])
    expect(messages(build, stored, false)).toEqual([])
  }
})

describe('what only an engine can do', () => {
  const noEngine = "Docker's engine does not answer: Cannot connect to the Docker daemon"
  const refused = `needs Docker's engine, to put the image into it (${noEngine}); leave it out, or give the step an engine`

  test.each<[string, Partial<BuildInputs>]>([
    ['load', { load: true }],
    ['outputs', { outputs: ['type=docker'] }],
    ['outputs', { outputs: ['type=docker,name=other'] }],
  ])('%s %j', (name, build) => {
    for (const push of [true, false]) {
      expect(messages(build, { ...able, driver: 'remote', noEngine }, push)).toEqual([`${name} ${refused}`])
      expect(messages(build, able, push)).toEqual([])
    }
  })

  test.each(['type=docker,dest=x', 'type=oci,dest=x', 'type=local,dest=x'])('not %s', (output) => {
    expect(messages({ outputs: [output] }, { ...able, noEngine }, false)).toEqual([])
  })

  test.each(['docker-container', 'remote', 'kubernetes', 'cloud'])(
    'its address, which a builder of the driver %s does not know',
    (driver) => {
      const build = { addHosts: ['me:host-gateway', 'you=host-gateway', 'she:10.0.0.1'] }
      const message = expect.stringMatching(
        /^add-hosts host-gateway is an address that only the engine knows/,
      )
      expect(messages(build, { ...able, driver })).toEqual([message, message])
      for (const facts of [moby, old, legacy]) expect(messages(build, facts)).toEqual([])
    },
  )
})

test('the version of BuildKit, if the builder says it', () => {
  const cache = { cache: { kind: 'ecr', scopes: ['main'], variant: '', hasGitHubCache: true } } as const
  expect(messages(cache, { ...able, buildkitVersion: '0.11.6' })).toEqual([
    'cache needs BuildKit 0.12.0 or later, and the builder has 0.11.6; update it, or use the builder of docker/setup-buildx-action in a step before this one',
  ])
  expect(messages(cache, { ...able, buildkitVersion: null })).toEqual([])
  const silent: [string, Asked, string, string][] = [
    ['annotations', { annotations: ['a=b'] }, '0.10.6', '0.11.0'],
    ['build-args', { buildArgs: ['SOURCE_DATE_EPOCH=1'] }, '0.10.6', '0.11.0'],
    ['cgroup-parent', { cgroupParent: 'x' }, '0.9.3', '0.10.0'],
    ['shm-size', { shmSize: '1g' }, '0.8', '0.10.0'],
    ['ulimit', { ulimits: ['nproc=3'] }, '0.9.3', '0.10.0'],
  ]
  for (const [name, build, last, first] of silent) {
    expect(messages(build, { ...able, buildkitVersion: last })).toEqual([
      expect.stringMatching(`^${name} needs BuildKit ${first} or later, and the builder has ${last}`),
    ])
    for (const buildkitVersion of [first, '0.0.0+unknown', null])
      expect(messages(build, { ...able, buildkitVersion })).toEqual([])
  }
  const compression = { compression: { type: 'zstd', level: 3 } } as const
  expect(messages(compression, { ...able, buildkitVersion: '0.9.3' })).toEqual([
    expect.stringMatching(/^compression needs BuildKit 0\.10\.0 or later, and the builder has 0\.9\.3/),
  ])
  expect(messages(compression, { ...able, buildkitVersion: '0.10.0' })).toEqual([])
})

describe('what a builder can do', () => {
  const stored: BuilderFacts = { ...moby, store: true }
  test.each<[string, BuilderFacts, pushByDigest: boolean, layout: boolean, loadsWhatItPushes: boolean]>([
    ['a builder of its own', able, true, true, false],
    ['one that does not run yet', { ...able, buildkitVersion: null }, true, true, false],
    ["the engine's own, with the containerd image store", stored, false, true, true],
    ["the engine's own, without it", moby, false, false, true],
    ['docker before 23.0 without buildx', old, false, false, true],
    ['docker since 23.0 without buildx', { ...legacy, store: true }, false, false, true],
    ['an old buildx', { ...able, buildxVersion: '0.9.1' }, false, false, false],
    ['an old BuildKit', { ...able, buildkitVersion: '0.10.6' }, false, false, false],
  ])('%s', (_, facts, pushByDigest, layout, loadsWhatItPushes) => {
    expect(capabilitiesOf(facts)).toEqual({ pushByDigest, layout, loadsWhatItPushes })
    // An image without a tag is refused before the build exactly if the builder can do neither.
    for (const [input, asked] of [
      ['push-by-digest', { byDigest: true }],
      ['gate', { beforeTags: true }],
    ] as const) {
      const refused = unmet(requirementsOf(buildInputs(), true, [], asked), facts)
      expect(refused.map((problem) => problem.input)).toEqual(pushByDigest || layout ? [] : [input])
    }
  })
})

test.each([
  ['0.12.0', '0.12.0', true],
  ['v0.13.1-desktop.1', '0.13.0', true],
  ['0.13.1+ds1-3', '0.13.2', false],
  ['0.9.1', '0.12.0', false],
  ['1.0.0', '0.30.0', true],
  ['0.13', '0.13.0', true],
  ['37657a1', '0.13.0', true],
  ['0.0.0+unknown', '0.13.0', true],
  ['', '0.13.0', true],
])('version %s is at least %s: %s', (version, wanted, expected) => {
  expect(atLeast(version, wanted)).toBe(expected)
})

test.each([
  [
    'Name:   b\nDriver: docker-container\n\nNodes:\nName:      b0\nStatus:    running\nBuildKit version: v0.15.2\n',
    { name: 'b', driver: 'docker-container', buildkitVersion: '0.15.2', problem: null },
  ],
  [
    'Name:   default\nDriver: docker\n\nNodes:\nBuildkit:  v0.11.7+d3e6c1360f6e\n',
    { name: 'default', driver: 'docker', buildkitVersion: '0.11.7+d3e6c1360f6e', problem: null },
  ],
  [
    'Name:   default\nDriver: \nError:  Cannot connect to the Docker daemon. Is it running?\n',
    {
      name: 'default',
      driver: 'docker',
      buildkitVersion: null,
      problem: 'Cannot connect to the Docker daemon. Is it running?',
    },
  ],
  [
    'Name:   r\nDriver: remote\n\nNodes:\nName:     r0\nEndpoint: tcp://b:1\nStatus:   inactive\n',
    {
      name: 'r',
      driver: 'remote',
      buildkitVersion: null,
      problem: 'there is no BuildKit that answers at tcp://b:1',
    },
  ],
  [
    'Name:   k\nDriver: kubernetes\n\nNodes:\nName:     k0\nEndpoint: kubernetes:///k\nStatus:   inactive\n',
    { name: 'k', driver: 'kubernetes', buildkitVersion: null, problem: null },
  ],
  [
    'Name:   k\nDriver: kubernetes\n\nNodes:\nName:     k0\nEndpoint: kubernetes:///k\nError:    no namespace\n\nName:     k1\nStatus: running\n',
    { name: 'k', driver: 'kubernetes', buildkitVersion: null, problem: null },
  ],
  [
    'Name:   k\nDriver: kubernetes\n\nNodes:\nName:     k0\nEndpoint: kubernetes:///k\nError:    no namespace\n',
    { name: 'k', driver: 'kubernetes', buildkitVersion: null, problem: 'no namespace' },
  ],
])('what buildx inspect says: %j', (text, expected) => {
  expect(parseBuilder(text)).toEqual(expected)
})

describe('Lambda', () => {
  test.each<[string, Partial<BuildInputs>]>([
    ['a plain build', {}],
    ['one platform', { platforms: ['linux/arm64'] }],
    [
      'attestations turned off',
      { attests: attests('type=provenance,disabled=true', 'type=sbom,disabled=true') },
    ],
  ])('%s makes an image for it', (_, build) => {
    expect(lambdaWarning(buildInputs(build), false)).toBeNull()
  })

  test('an attestation is warned of', () => {
    expect(lambdaWarning(buildInputs({ attests: attests('type=provenance,mode=max') }), false)).toEqual({
      kind: 'warning',
      message: expect.stringMatching(
        /index because of an attestation .* AWS Lambda takes only an image of one platform/,
      ),
    })
  })

  test.each<[string, string | undefined, Attestation[], Partial<BuilderFacts>, boolean]>([
    ['what buildx adds by itself', '0', [], {}, true],
    ['the same, in a word', 'false', attests('type=sbom'), {}, true],
    ['the setting of this action', undefined, [], {}, false],
    ['one that turns it off', '1', [], {}, false],
    ['provenance that is asked for', '0', attests('type=provenance'), {}, false],
    ['provenance that is turned off', '0', attests('type=provenance,disabled=true'), {}, false],
    ['no buildx', '0', [], { buildxVersion: null }, false],
    ['an old buildx', '0', [], { buildxVersion: '0.9.1' }, false],
    ["the engine's builder without the image store", '0', [], { driver: 'docker', store: false }, false],
    ['the same with it', '0', [], { driver: 'docker' }, true],
    ['another builder', '0', [], { store: false }, true],
  ])('%s: %j', (_, setting, asked, change, expected) => {
    const facts = { ...able, ...change }
    const build = buildInputs({ attests: asked })
    const engine = { ...facts, containerdStore: facts.store }
    expect(attestsByItself(build, setting, engine, capabilitiesOf(facts))).toBe(expected)
    expect(lambdaWarning(buildInputs({}), true, expected)).toEqual(
      expected
        ? {
            kind: 'warning',
            message: expect.stringContaining("because of buildx's own provenance (BUILDX_NO_DEFAULT"),
          }
        : null,
    )
  })

  test('an SBOM that is taken out of the image makes no index', () => {
    expect(lambdaWarning(buildInputs({ attests: attests('type=sbom') }), true)).toBeNull()
  })

  test.each(['zstd', 'uncompressed'] as const)('layers that are %s are told', (type) => {
    expect(compressionNotice({ compression: { type, level: null } })).toMatch(
      /AWS Lambda may refuse all but gzip\.$/,
    )
  })

  test.each([null, { type: 'gzip', level: 9 }, { type: 'estargz', level: null }] as const)(
    'gzip is for all: %j',
    (compression) => {
      expect(compressionNotice({ compression })).toBeNull()
    },
  )

  test('several platforms are told', () => {
    expect(lambdaWarning(buildInputs({ platforms: ['linux/amd64', 'linux/arm64'] }), true)).toEqual({
      kind: 'notice',
      message: expect.stringContaining('several platforms (linux/amd64, linux/arm64)'),
    })
  })
})
