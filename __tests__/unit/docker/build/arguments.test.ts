import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { root } from '../../../../dev/runner.ts'
import { buildxArguments } from '../../../../src/docker/build/arguments.ts'
import type { BuildRequest } from '../../../../src/docker/port.ts'
import { splitCsv } from '../../../../src/shared/csv.ts'
import { argumentsFor, type Desk, type Job } from '../../../support/arguments.ts'
import { buildInputs } from '../../../support/inputs.ts'

let desk: Desk

beforeEach(() => {
  const cwd = mkdtempSync(path.join(os.tmpdir(), 'workspace-'))
  writeFileSync(path.join(cwd, 'Dockerfile'), 'FROM scratch\n')
  writeFileSync(path.join(cwd, 'secret, and more.txt'), 'from a file')
  mkdirSync(path.join(cwd, 'shared'))
  desk = { cwd, folder: mkdtempSync(path.join(os.tmpdir(), 'step-')) }
})

afterEach(() => {
  rmSync(desk.cwd, { recursive: true })
  rmSync(desk.folder, { recursive: true })
})

/** What every build of the table has, beside what its input adds. */
const COMMON = [
  '--file=WORKSPACE/Dockerfile',
  '--iidfile=STEP/iid',
  '--metadata-file=STEP/metadata.json',
  '--push',
  '--tag=registry/demo-service:v1',
]

describe('an input is these arguments and no other', () => {
  const table: [input: string, value: string, expected: string[], job?: Job][] = [
    ['tags', 'a,b\nc', ['a', 'b', 'c'].map((tag) => `--tag=registry/demo-service:${tag}`)],
    ['add-hosts', 'db:10.0.0.2,cache=10.0.0.3', ['--add-host=db:10.0.0.2', '--add-host=cache=10.0.0.3']],
    ['allow', 'network.host\nsecurity.insecure', ['--allow=network.host', '--allow=security.insecure']],
    [
      'annotations',
      'a.b=c, d\nindex,manifest[linux/arm64]:e=f=g',
      ['--annotation=a.b=c, d', '--annotation=index,manifest[linux/arm64]:e=f=g'],
    ],
    ['attests', 'type=sbom,generator=acme/scan:1', ['--attest=type=sbom,generator=acme/scan:1']],
    [
      'build-args',
      'A=1,2 3\nB\n"C=x\ny"\nD=a#b',
      ['--build-arg=A=1,2 3', '--build-arg=B', '--build-arg=C=x\ny', '--build-arg=D=a#b'],
    ],
    [
      'build-contexts',
      'lib=shared\nbase=docker-image://busybox:1\nsrc={{ defaultContext }}:docs',
      [
        '--build-context=lib=shared',
        '--build-context=base=docker-image://busybox:1',
        '--build-context=src=https://github.com/acme/shop.git#c0ffeec0ffeec0ffeec0ffeec0ffeec0ffeec0ff:docs',
      ],
    ],
    ['builder', 'builder-1', ['--builder=builder-1']],
    [
      'cache-from',
      'acme/app:cache\ntype=gha,scope=x',
      ['--cache-from=acme/app:cache', '--cache-from=type=gha,scope=x'],
    ],
    ['cache-to', 'type=local,dest=out/cache,mode=max', ['--cache-to=type=local,dest=out/cache,mode=max']],
    ['cgroup-parent', '/builds', ['--cgroup-parent=/builds']],
    ['file', 'shared/../Dockerfile', []],
    ['labels', 'a=b, c\nd=', ['--label=a=b, c', '--label=d=']],
    ['load', 'true', ['--load']],
    ['network', 'none', ['--network=none']],
    ['no-cache', 'True', ['--no-cache']],
    ['no-cache-filters', 'one,two', ['--no-cache-filter=one', '--no-cache-filter=two']],
    [
      'outputs',
      'type=image,"name=registry/a,registry/b",push=true\ntype=oci,dest=out.tar',
      ['--output=type=image,"name=registry/a,registry/b",push=true', '--output=type=oci,dest=out.tar'],
    ],
    ['platforms', 'linux/amd64, linux/arm/v7\nlinux/amd64', ['--platform=linux/amd64,linux/arm/v7']],
    [
      'provenance',
      'mode=max',
      [
        '--attest=type=provenance,mode=max,builder-id=https://github.com/acme/shop/actions/runs/4711/attempts/2',
      ],
    ],
    ['pull', 'true', ['--pull']],
    ['sbom', 'true', ['--attest=type=sbom,disabled=false']],
    ['secret-envs', 'a=HERE', ['--secret=id=a,env=HERE'], { env: { HERE: 'x' } }],
    ['secret-files', 'a=secret, and more.txt', ['--secret=id=a,"src=WORKSPACE/secret, and more.txt"']],
    ['secrets', 'a=b', ['--secret=id=a,src=STEP/secret-0']],
    ['shm-size', '512m', ['--shm-size=512m']],
    [
      'ssh',
      'default,git=/run/agent.sock\n"keys=/a,/b"',
      ['--ssh=default', '--ssh=git=/run/agent.sock', '--ssh=keys=/a,/b'],
    ],
    ['target', 'build', ['--target=build']],
    ['ulimit', 'nofile=1024:2048\nnproc=3', ['--ulimit=nofile=1024:2048', '--ulimit=nproc=3']],
  ]

  // All four, since jest takes a missing one for its callback.
  const rows = table.map(([input, value, expected, job = {}]) => [input, value, expected, job] as const)

  test.each(rows)('%s: %j', async (input, value, expected, job) => {
    const { options, context, command } = await argumentsFor({ [input]: value }, desk, job)
    const common = input === 'tags' ? COMMON.filter((arg) => !arg.startsWith('--tag')) : COMMON
    expect(options).toEqual([...common, ...expected].sort())
    expect([command, context]).toEqual(['buildx build', 'WORKSPACE'])
  })

  test('every input of the build that action.yml has is in the table', () => {
    // Those with a test of their own.
    const elsewhere = [
      'github-token',
      'cache',
      'call',
      'stall-timeout',
      'pull-registries',
      'registry-auth',
      'compression',
      'compression-level',
      'reproducible',
    ]
    const { inputs } = parse(readFileSync(path.join(root, 'action.yml'), 'utf8'))
    const names = Object.keys(inputs)
    const build = names.slice(names.indexOf('file'), names.indexOf('push'))
    expect(build.length).toBeGreaterThanOrEqual(30)
    const tested = [...table.map(([input]) => input), ...elsewhere]
    expect(build.filter((name) => !tested.includes(name))).toEqual([])
  })
})

test('push: false', async () => {
  const { options } = await argumentsFor({ push: 'false' }, desk)
  expect(options).toEqual(COMMON.filter((arg) => arg !== '--push'))
})

describe('push-by-digest', () => {
  const given = { 'push-by-digest': 'true', tags: '' }
  const common = () => COMMON.filter((arg) => arg !== '--push' && !arg.startsWith('--tag'))

  test('a builder of its own pushes under no tag', async () => {
    const { options } = await argumentsFor(given, desk)
    const output = 'type=image,name=registry/demo-service,push-by-digest=true,name-canonical=true,push=true'
    expect(options).toEqual([...common(), `--output=${output}`].sort())
  })
  test("the engine's own leaves the image in a folder", async () => {
    const { options } = await argumentsFor(given, desk, { layout: true })
    expect(options).toEqual([...common(), '--output=type=oci,tar=false,dest=STEP/layout'].sort())
  })
  test('whatever the folder is called', async () => {
    const folder = path.join(desk.folder, 'a "quoted", b')
    mkdirSync(folder)
    const { options } = await argumentsFor(given, { ...desk, folder }, { layout: true })
    const output = options.find((option) => option.startsWith('--output='))?.slice('--output='.length) ?? ''
    expect(splitCsv(output)).toEqual(['type=oci', 'tar=false', `dest=${folder}/layout`])
  })
  test('with push: false it is a build as any other', async () => {
    const { options } = await argumentsFor({ ...given, push: 'false' }, desk)
    expect(options).toEqual(common())
  })
})

describe('compression', () => {
  const zstd = 'compression=zstd,force-compression=true,oci-mediatypes=true'
  const outputsOf = async (given: Record<string, string>, job: Job = {}) => {
    const { options } = await argumentsFor({ compression: 'zstd', ...given }, desk, job)
    return options.filter((option) => /^--(?:output|push|cache-to)/.test(option))
  }

  test('of a push, which is an output then', async () => {
    expect(await outputsOf({})).toEqual([`--output=type=image,push=true,${zstd}`])
    expect(await outputsOf({ compression: 'gzip', 'compression-level': '9' })).toEqual([
      '--output=type=image,push=true,compression=gzip,compression-level=9,force-compression=true,oci-mediatypes=true',
    ])
    const { options } = await argumentsFor({ compression: 'estargz' }, desk)
    expect(options).toContain('--tag=registry/demo-service:v1')
  })

  test('of a push by digest, and of what is left in a folder', async () => {
    const given = { 'push-by-digest': 'true', tags: '' }
    expect(await outputsOf(given)).toEqual([
      `--output=type=image,name=registry/demo-service,push-by-digest=true,name-canonical=true,push=true,${zstd}`,
    ])
    expect(await outputsOf(given, { layout: true })).toEqual([
      `--output=type=oci,tar=false,dest=STEP/layout,${zstd}`,
    ])
  })

  test.each<[string, string[]]>([
    // The push is a part of such an output.
    [
      'type=image,"name=registry/a,registry/b"',
      [`--output=type=image,"name=registry/a,registry/b",${zstd}`, '--push'],
    ],
    ['type=registry,name=registry/a', [`--output=type=registry,name=registry/a,${zstd}`, '--push']],
    [
      'type=oci,dest=out.tar',
      [`--output=type=image,push=true,${zstd}`, `--output=type=oci,dest=out.tar,${zstd}`],
    ],
    [
      'type=docker,dest=out.tar',
      ['--output=type=docker,dest=out.tar', `--output=type=image,push=true,${zstd}`],
    ],
    ['out', ['--output=out', `--output=type=image,push=true,${zstd}`]],
  ])('beside the output %s', async (outputs, expected) => {
    expect(await outputsOf({ outputs })).toEqual(expected)
  })

  test.each<[string, string[]]>([
    ['type=registry,ref=acme/app:c,mode=max', [`type=registry,ref=acme/app:c,mode=max,${zstd}`]],
    ['type=local,dest=out', [`type=local,dest=out,${zstd}`]],
    ['acme/app:c', [`type=registry,ref=acme/app:c,${zstd}`]],
    ['type=gha,mode=max', ['type=gha,mode=max']],
    ['type=inline', ['type=inline']],
    // What the user says of it counts.
    ['type=registry,ref=acme/app:c,compression=gzip', ['type=registry,ref=acme/app:c,compression=gzip']],
    [
      'type=registry,ref=acme/app:c,oci-mediatypes=false',
      ['type=registry,ref=acme/app:c,oci-mediatypes=false'],
    ],
  ])('of the cache %s', async (cache, expected) => {
    const found = (await outputsOf({ 'cache-to': cache })).filter((option) => option.startsWith('--cache-to'))
    expect(found).toEqual(expected.map((value) => `--cache-to=${value}`))
  })

  test('without a push, of what the outputs make; of nothing else', async () => {
    expect(await outputsOf({ push: 'false' })).toEqual([])
    expect(await outputsOf({ push: 'false', outputs: 'type=oci,dest=out.tar' })).toEqual([
      `--output=type=oci,dest=out.tar,${zstd}`,
    ])
  })
})

describe('reproducible', () => {
  const request = (change: Partial<BuildRequest>): BuildRequest => ({
    ...buildInputs({ reproducible: true }),
    annotations: [],
    labels: [],
    naming: 'docker',
    references: ['registry/app:v1'],
    sourceDate: 1_700_000_000,
    ...change,
  })
  const optionsOf = (change: Partial<BuildRequest>, inEngine = false) => {
    const files = { inEngine, metadata: 'm', imageId: 'i', layout: 'l', secrets: [] }
    const args = buildxArguments(request(change), files, '0.29.0')
    return args.filter((arg) => /^--(?:output|push|build-arg)/.test(arg))
  }
  const DATE = '--build-arg=SOURCE_DATE_EPOCH=1700000000'

  test("a builder of its own rewrites times; the engine's leaves the image out of the engine for it", () => {
    expect(optionsOf({})).toEqual([DATE, '--output=type=image,push=true,rewrite-timestamp=true'])
    expect(optionsOf({}, true)).toEqual([
      DATE,
      '--output=type=image,push=true,rewrite-timestamp=true,unpack=false,store=false',
    ])
  })

  test('also of a layout, an archive and an output of the user’s', () => {
    expect(optionsOf({ naming: 'layout' }, true)).toContain(
      '--output=type=oci,tar=false,dest=l,rewrite-timestamp=true',
    )
    expect(optionsOf({ outputs: ['type=oci,dest=o'] }, true)).toContain(
      '--output=type=oci,dest=o,rewrite-timestamp=true',
    )
    expect(optionsOf({ outputs: ['type=image,name=x'] }, true)).toEqual([
      DATE,
      '--output=type=image,name=x,rewrite-timestamp=true,unpack=false,store=false',
      '--push',
    ])
  })

  test('the user’s own date counts', () => {
    const buildArgs = ['SOURCE_DATE_EPOCH=1']
    expect(optionsOf({ buildArgs })[0]).toBe('--build-arg=SOURCE_DATE_EPOCH=1')
    expect(optionsOf({ buildArgs })).not.toContain(DATE)
  })

  test.each(['SOURCE_DATE_EPOCH', 'SOURCE_DATE_EPOCH='])('%s has no value: ours counts', (arg) => {
    const dates = optionsOf({ buildArgs: ['A=1', arg, 'SOURCE_DATE_EPOCH_2=3'] })
    expect(dates.slice(0, -1)).toEqual(['--build-arg=A=1', '--build-arg=SOURCE_DATE_EPOCH_2=3', DATE])
    expect(optionsOf({ buildArgs: [arg], sourceDate: null })[0]).toBe(`--build-arg=${arg}`)
  })
})

test.each(['check', 'outline,format=json', 'targets'])('call: %s asks and builds nothing', async (call) => {
  const { options } = await argumentsFor({ call }, desk)
  expect(options).toEqual([...COMMON.filter((arg) => arg !== '--push'), `--call=${call}`].sort())
})

test('call: build is a build', async () => {
  expect((await argumentsFor({ call: 'build' }, desk)).options).toEqual(COMMON)
})

test('no value can be an option of docker', async () => {
  const { options, context } = await argumentsFor({ 'build-args': 'A=--push', labels: '--x=y' }, desk)
  expect(options).toEqual([...COMMON, '--build-arg=A=--push', '--label=--x=y'].sort())
  expect(context).toBe('WORKSPACE')
})

describe('docker build, without buildx', () => {
  test('has the same options, but for buildx’s own', async () => {
    const given = {
      'add-hosts': 'db:10.0.0.2',
      'build-args': 'A=1',
      labels: 'a=b',
      target: 'build',
      pull: 'true',
      'no-cache': 'true',
      network: 'none',
      platforms: 'linux/amd64',
      ssh: 'default',
    }
    const { command, options, context } = await argumentsFor(given, desk, { version: 'none' })
    expect([command, context]).toEqual(['build', 'WORKSPACE'])
    expect(options).toEqual(
      [
        '--add-host=db:10.0.0.2',
        '--build-arg=A=1',
        '--file=WORKSPACE/Dockerfile',
        '--iidfile=STEP/iid',
        '--label=a=b',
        '--network=none',
        '--no-cache',
        '--platform=linux/amd64',
        '--pull',
        '--ssh=default',
        '--tag=registry/demo-service:v1',
        '--target=build',
      ].sort(),
    )
  })

  test('the value of a variable goes into a file', async () => {
    const job = { version: 'none', env: { HERE: 'the value' } }
    const { options } = await argumentsFor({ 'secret-envs': 'a=HERE' }, desk, job)
    expect(options).toContain('--secret=id=a,src=STEP/secret-0')
    expect(readFileSync(path.join(desk.folder, 'secret-0'), 'utf8')).toBe('the value')
  })
})

test('secrets: values go, byte by byte, into files that only their owner reads', async () => {
  const secrets = `A=x=y, "z"
"KEY=first line

second line
"
B=  spaces  #and a hash`
  const { options } = await argumentsFor({ secrets }, desk)
  expect(options.filter((option) => option.startsWith('--secret'))).toEqual([
    '--secret=id=A,src=STEP/secret-0',
    '--secret=id=B,src=STEP/secret-2',
    '--secret=id=KEY,src=STEP/secret-1',
  ])
  const files = [0, 1, 2].map((number) => path.join(desk.folder, `secret-${number}`))
  expect(files.map((file) => readFileSync(file, 'utf8'))).toEqual([
    'x=y, "z"',
    'first line\n\nsecond line\n',
    '  spaces  #and a hash',
  ])
  expect(files.map((file) => statSync(file).mode & 0o777)).toEqual([0o600, 0o600, 0o600])
})

describe('what an older buildx lacks and a build does not need is left out', () => {
  test('the metadata file, before 0.6', async () => {
    const at = async (version: string) => (await argumentsFor({}, desk, { version })).options
    expect(await at('0.5.1')).toEqual(COMMON.filter((arg) => !arg.startsWith('--metadata')))
    expect(await at('0.6.0')).toEqual(COMMON)
  })

  test('an attestation that is turned off, before 0.10', async () => {
    const at = async (version: string) =>
      (await argumentsFor({ provenance: 'false', sbom: 'false' }, desk, { version })).options
    expect(await at('0.9.1')).toEqual(COMMON)
    expect(await at('0.10.0')).toEqual(
      [...COMMON, '--attest=type=provenance,disabled=true', '--attest=type=sbom,disabled=true'].sort(),
    )
  })

  test.each(['out', 'type=local,dest=out', 'type=tar,dest=out.tar'])(
    'the image ID, where there is none: %s',
    async (outputs) => {
      const { options } = await argumentsFor({ outputs, push: 'false' }, desk)
      expect(options.filter((option) => option.startsWith('--iidfile'))).toEqual([])
    },
  )
})

describe('github-token', () => {
  const own = 'https://github.com/acme/shop.git'
  const secretOf = async (given: Record<string, string>, job: Job = {}) => {
    const { options } = await argumentsFor({ 'github-token': 'ghs_token', ...given }, desk, job)
    return options.filter((option) => option.startsWith('--secret'))
  }

  test.each(['{{defaultContext}}', '{{ defaultContext }}:docs', `${own}#main`])(
    'is a secret where docker fetches the run’s own repository: %s',
    async (context) => {
      expect(await secretOf({ context })).toEqual(['--secret=id=GIT_AUTH_TOKEN.github.com,src=STEP/secret-0'])
      expect(readFileSync(path.join(desk.folder, 'secret-0'), 'utf8')).toBe('ghs_token')
    },
  )

  test('on GitHub Enterprise Server it is the server’s, with its port', async () => {
    const env = { GITHUB_SERVER_URL: 'http://10.0.0.7:8443' }
    expect(await secretOf({ context: '{{defaultContext}}' }, { env })).toEqual([
      '--secret=id=GIT_AUTH_TOKEN.10.0.0.7:8443,src=STEP/secret-0',
    ])
  })

  test.each([['.'], ['https://github.com/acme/shop-evil.git'], ['https://git.example/acme/shop.git']])(
    'is given to nobody else: %s',
    async (context) => {
      expect(await secretOf({ context })).toEqual([])
      expect(existsSync(path.join(desk.folder, 'secret-0'))).toBe(false)
    },
  )

  test('the user’s own token takes precedence', async () => {
    for (const id of ['GIT_AUTH_TOKEN', 'GIT_AUTH_TOKEN.github.com']) {
      rmSync(path.join(desk.folder, 'secret-0'), { force: true })
      const context = '{{defaultContext}}'
      expect(await secretOf({ context, secrets: `${id}=mine` })).toEqual([
        `--secret=id=${id},src=STEP/secret-0`,
      ])
    }
  })
})
