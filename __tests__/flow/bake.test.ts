import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { callerOf, invoke } from '../../local-ecr/index.ts'
import { bake } from '../../src/actions/bake/run.ts'
import type { ContentTag } from '../../src/docker/bake/content/tags.ts'
import { BakeFailed } from '../../src/docker/bake/failure.ts'
import { type PinnedDefinition, parsePlan } from '../../src/docker/bake/plan.ts'
import type { BakeBuild, BakeDocker, BakeImage, BakeVariables } from '../../src/docker/bake/port.ts'
import { planOfRemote } from '../../src/docker/bake/remote.ts'
import { readBakeInputs } from '../../src/inputs/bake.ts'
import { renderBake } from '../../src/report/bake.ts'
import type { BakePlanned } from '../../src/report/plan.ts'
import { ActionError, explain, InputError } from '../../src/shared/errors.ts'
import type { World } from '../../src/world.ts'
import { Flow } from '../support/flow.ts'
import { putImage } from '../support/flow-images.ts'

// bake/ from its inputs on, over the local ECR's operations; the docker of it puts an image into the store for each
// target, as a push by digest would.

const HOME = '123456789012'
const REGION = 'ap-northeast-2'
const HOST = `${HOME}.dkr.ecr.${REGION}.amazonaws.com`

let flow: Flow
let builds: BakeBuild[]
let variables: BakeVariables[]
/** What the build of a target comes to instead of an image. */
let failing: string | null
/** Where the definition is from; null for the workspace. */
let definition: PinnedDefinition | null
/** Done between the questions and the build. */
let beforeBuild: () => Promise<void>
/** What the content of each target comes to, with `content-tag`. */
let content: Record<string, ContentTag>

beforeEach(() => {
  flow = new Flow()
  builds = []
  variables = []
  failing = null
  definition = null
  content = {}
  beforeBuild = async () => undefined
})

const SHOP = {
  api: { context: 'api', contexts: { base: 'target:base' } },
  web: { context: 'web', contexts: { base: 'target:base' }, labels: { a: 'definition', b: 'definition' } },
  base: { context: 'base', output: [{ type: 'cacheonly' }] },
}

function docker(plain: BakeDocker, targets: object): BakeDocker {
  return {
    ...plain,
    platformOf: async () => 'linux/amd64',
    async readBake() {
      const plan = parsePlan(JSON.stringify({ target: targets }))
      return definition === null ? plan : planOfRemote(plan, definition)
    },
    async bake(_, build, given) {
      builds.push(build)
      await beforeBuild()
      variables.push(given)
      const images = new Map<string, BakeImage>()
      for (const { name, request } of build.images) {
        if (name === failing) continue
        const [uri = ''] = request.references
        const { digest } = await putImage(flow, uri.slice(uri.indexOf('/') + 1), {
          os: 'linux',
          // Each build makes other images.
          architecture: `amd64-${builds.length}`,
        })
        const metadata = { 'containerimage.digest': digest }
        images.set(name, { digest, imageId: digest, metadata, platform: null, layout: null })
      }
      if (failing === null) return { images }
      const pushed = new Map(
        [...images].flatMap(([name, { digest }]) => (digest === null ? [] : [[name, digest]])),
      )
      throw new BakeFailed(new ActionError(`Target '${failing}': The build failed.`, 'mend it.'), pushed)
    },
  }
}

async function run(given: Record<string, string>, targets: object = SHOP): Promise<void> {
  const source = {
    get: (name: string) =>
      ({ 'aws-region': REGION, repository: 'shop/{{target}}', tags: 'v1', ...given })[name] ?? '',
    env: {},
    cwd: process.cwd(),
  }
  await flow.within((world) =>
    bake(readBakeInputs(source), {
      ...world,
      docker: docker(world.docker as BakeDocker, targets),
      readContent: async () => new Map(Object.entries(content)),
      summarizeBake: async (facts) => {
        flow.summary = renderBake(facts)
      },
    }),
  )
}

async function failure(work: Promise<void>): Promise<string> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  if (error instanceof ActionError) return explain(error)
  throw error ?? new Error('it did not fail')
}

const tagsOf = (repository: string) =>
  Object.fromEntries(flow.store.get({ account: HOME, region: REGION, repository }).tags)
const images = () => JSON.parse(flow.outputs['images'] ?? '')
const create = (repositoryName: string, more: object = {}) =>
  invoke(flow.store, callerOf(HOME, REGION), 'CreateRepository', { repositoryName, ...more })

describe('bake', () => {
  test('names every image that one build made, and tells of each', async () => {
    await run({ labels: 'b=input' })
    expect(builds.map(({ images: all }) => all.map(({ name }) => name))).toEqual([['api', 'web']])
    expect(builds[0]?.images.map(({ request }) => [request.naming, request.references])).toEqual([
      ['digest', [`${HOST}/shop/api`]],
      ['digest', [`${HOST}/shop/web`]],
    ])
    const labels = builds[0]?.images[1]?.request.labels
    expect(labels).toEqual(expect.arrayContaining(['a=definition', 'b=input']))
    const { api, web } = images()
    expect(tagsOf('shop/api')).toEqual({ v1: api.digest })
    expect(tagsOf('shop/web')).toEqual({ v1: web.digest })
    expect(api).toMatchObject({
      'digest-uri': `${HOST}/shop/api@${api.digest}`,
      'image-uri': `${HOST}/shop/api:v1`,
      'image-uris': [`${HOST}/shop/api:v1`],
      tags: ['v1'],
      pushed: true,
    })
    expect(flow.outputs['digests']).toBe(`api=${api.digest}\nweb=${web.digest}`)
    expect(flow.outputs).toMatchObject({ built: 'api\nweb', skipped: '' })
    expect(Object.keys(JSON.parse(flow.outputs['metadata'] ?? ''))).toEqual(['api', 'web'])
    expect(flow.summary).toContain('2 images pushed')
    // One token for all targets.
    expect(flow.operations().filter((one) => one === 'GetAuthorizationToken')).toHaveLength(1)
    expect(flow.log.join('\n')).toContain(`[api] Pushed ${HOST}/shop/api:v1`)
  })

  test('logs in to what a target pulls that is only built upon', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'bake-'))
    const east = `${HOME}.dkr.ecr.us-east-1.amazonaws.com`
    writeFileSync(path.join(folder, 'Dockerfile'), `FROM ${east}/base/image:1\n`)
    await run({ allow: `fs.read=${folder}` }, { ...SHOP, base: { ...SHOP.base, context: folder } })
    rmSync(folder, { recursive: true })
    expect(builds[0]?.images[0]?.request.pullAttempts).toMatchObject([{ registry: east, refused: null }])
  })

  test('asks for all repositories at once, and for each alone if one of them is not there, or may not be asked for', async () => {
    const asked = () => flow.operations().filter((one) => one === 'DescribeRepositories').length
    await create('shop/api')
    await run({})
    expect(asked()).toBe(3)
    await run({ tags: 'v2' })
    expect(asked()).toBe(4)
    expect(flow.log.filter((line) => line.includes('Found the repository'))).toHaveLength(3)
    flow.service.faults.order({ match: { operation: 'DescribeRepositories' }, effect: { kind: 'deny' } })
    await run({ tags: 'v3' })
    expect(asked()).toBe(7)
    expect(Object.keys(tagsOf('shop/web'))).toEqual(['v1', 'v2', 'v3'])
  })

  test('fails if the registry does not have what docker says that it pushed', async () => {
    await create('shop/web')
    flow.alter = (world) => ({
      ...world,
      openRegistry: async (session) => {
        const registry = await world.openRegistry(session)
        const read = registry.manifest.bind(registry)
        registry.manifest = (repository, reference) =>
          read(repository, repository === 'shop/api' ? `sha256:${'0'.repeat(64)}` : reference)
        return registry
      },
    })
    const said = await failure(run({}))
    expect(said).toMatch(
      /Target 'api': docker says that it pushed sha256:\w+ to .*shop\/api, and the registry/,
    )
    expect(tagsOf('shop/web')).toEqual({ v1: images().web.digest })
  })

  test('pushes without tags, for the images of several runners to be merged', async () => {
    await run({ 'push-by-digest': 'true', tags: '' })
    const { api } = images()
    expect(tagsOf('shop/api')).toEqual({})
    expect(api).toMatchObject({ tags: [], 'image-uris': [`${HOST}/shop/api@${api.digest}`], pushed: true })
    expect(await failure(run({ 'push-by-digest': 'true' }))).toContain(
      "Input 'tags': 'v1': goes with an image that has tags; with push-by-digest give the tags to the merge action",
    )
  })

  test('tells a job matrix what there is to build, and asks nobody', async () => {
    const api = { ...SHOP.api, platforms: ['linux/amd64', 'linux/arm64'] }
    await run({ matrix: 'true', repository: '' }, { ...SHOP, api })
    expect(JSON.parse(flow.outputs['matrix'] ?? '')).toEqual({
      include: [
        { target: 'api', platform: 'linux/amd64', runner: 'ubuntu-latest' },
        { target: 'api', platform: 'linux/arm64', runner: 'ubuntu-24.04-arm' },
        { target: 'web', platform: 'linux/amd64', runner: 'ubuntu-latest' },
      ],
    })
    expect(flow.operations()).toEqual([])
    expect([builds, flow.dockerCalls]).toEqual([[], []])
    expect(flow.summary).toContain('A matrix of 3 jobs, nothing built')
  })

  test.each<[string[], string[]]>([
    [['linux/amd64,linux/arm64'], ['linux/amd64', 'linux/arm64 on ARM']],
    [
      ['linux/arm64/v8, linux/amd64', 'linux/aarch64', 'arm64'],
      ['linux/arm64/v8 on ARM', 'linux/amd64'],
    ],
    [['local', 'linux/x86_64'], ['linux/amd64']],
    [
      ['linux', 'linux/amd64,linux/amd64/v3'],
      ['linux', 'linux/amd64/v3'],
    ],
    [
      ['windows(10.0.20348)/amd64,windows(10.0.17763)/amd64'],
      ['windows(10.0.20348)/amd64', 'windows(10.0.17763)/amd64'],
    ],
  ])('has one job for each platform, however docker is told of it: %j', async (platforms, jobs) => {
    await run({ matrix: 'true', repository: '' }, { api: { context: 'api', platforms } })
    const { include } = JSON.parse(flow.outputs['matrix'] ?? '') as { include: Record<string, string>[] }
    const told = include.map(
      ({ platform, runner }) => `${platform}${runner === 'ubuntu-24.04-arm' ? ' on ARM' : ''}`,
    )
    expect(told).toEqual(jobs)
  })

  test('says of a job which leaves no image that it is so, and builds that alone too', async () => {
    const output = [['type=cacheonly'], ['type=local,dest=out'], ['type=registry', 'type=cacheonly']]
    const [lint, files, api] = output.map((one) => ({ context: '.', output: one }))
    const row = { platform: 'linux/amd64', runner: 'ubuntu-latest' }
    await run({ matrix: 'true', repository: '' }, { api, files, lint } as object)
    expect(JSON.parse(flow.outputs['matrix'] ?? '')).toEqual({
      include: [
        { target: 'api', ...row },
        { target: 'files', ...row, image: false },
        { target: 'lint', ...row, image: false },
      ],
    })
    await run({ 'push-by-digest': 'true', tags: '' }, { lint } as object)
    expect([builds.at(-1)?.others, images()]).toEqual([['lint'], {}])
  })

  test('builds what was asked for and leaves nothing, such as a test, and all with what the inputs say', async () => {
    const secret = ['id=token,env=GITHUB_TOKEN']
    const lint = { context: 'lint', output: [{ type: 'cacheonly' }] }
    await run({ 'no-cache': 'true', pull: 'true' }, { ...SHOP, base: { ...SHOP.base, secret }, lint })
    expect(builds[0]?.others).toEqual(['lint'])
    for (const name of ['api', 'web', 'base', 'lint'])
      expect(builds[0]?.requests.get(name)).toMatchObject({ noCache: true, pull: true })
    // A secret of what is only built upon.
    expect(variables.map(({ names }) => names)).toEqual([['GITHUB_TOKEN']])
    expect(Object.keys(images())).toEqual(['api', 'web'])
    expect(flow.summary).toContain('Without an image, as the definition says: <code>lint</code>')
  })

  test('takes targets that are called as what every object has', async () => {
    const hostile = ['__proto__', 'constructor', 'toString']
    const one = (name: string, at: number) =>
      `"${name}":{"context":"a","tags":["${HOST}/own/${at}:x"],"contexts":{"__proto__":"target:base"},"labels":{"__proto__":"x"}}`
    const base = '"base":{"context":"base","output":["type=cacheonly"]}'
    const target = JSON.parse(`{${[...hostile.map(one), base].join(',')}}`) as object
    await run({ repository: '', tags: '{{target}}-v1' }, target)
    expect(Object.keys(JSON.parse(flow.outputs['images'] ?? '') as object).sort()).toEqual(hostile.sort())
    for (const [at, name] of hostile.entries())
      expect(Object.keys(tagsOf(`own/${at}`)).sort()).toEqual([`${name}-v1`, 'x'].sort())
    expect(builds[0]?.images.every(({ request }) => request.labels.includes('__proto__=x'))).toBe(true)
    expect(Object.keys(JSON.parse(flow.outputs['metadata'] ?? '') as object).sort()).toEqual(hostile.sort())
  })

  test('takes more targets than are worked on at the same time, and asks for repositories together', async () => {
    const names = Array.from({ length: 24 }, (_, at) => `service-${at}`)
    const all = Object.fromEntries(names.map((name) => [name, { context: name }]))
    const tagOf = (at: number | string) => ({ tag: `content-${`${at}`.padStart(32, '0')}` })
    content = Object.fromEntries(names.map((name, at) => [name, tagOf(at)]))
    await run({ 'content-tag': 'true' }, all)
    flow.service.recorder.clear()
    content['service-7'] = tagOf('f')
    await run({ 'content-tag': 'true', tags: 'v2' }, all)
    expect(flow.outputs['built']).toBe('service-7')
    expect(flow.outputs['skipped']?.split('\n')).toHaveLength(23)
    expect(Object.keys(images())).toHaveLength(24)
    // The first sixteen in one call.
    const described = flow.operations().filter((one) => one === 'DescribeRepositories')
    expect(described.length).toBeLessThanOrEqual(9)
  })

  test('annotates with the input before the definition', async () => {
    const own = ['a=definition', 'index:a=definition', 'b=definition']
    await run({ annotations: 'a=input' }, { ...SHOP, api: { ...SHOP.api, annotations: own } })
    const given = builds[0]?.images[0]?.request.annotations.filter((one) => /^(?:\w+:)?[ab]=/.test(one))
    expect(given).toEqual(['index:a=definition', 'b=definition', 'manifest:a=input'])
  })

  test('leaves out what exists, and builds the others', async () => {
    await create('shop/api')
    const { digest } = await putImage(flow, 'shop/api', { os: 'linux', architecture: 'amd64' }, { tag: 'v1' })
    await run({ 'if-image-exists': 'skip' })
    expect(builds.map(({ images: all }) => all.map(({ name }) => name))).toEqual([['web']])
    expect(flow.outputs).toMatchObject({ built: 'web', skipped: 'api' })
    expect(images().api).toMatchObject({ digest, pushed: false, tags: ['v1'] })
    expect(flow.summary).toContain('1 image pushed, 1 image exists already')
  })

  test('builds nothing if every image exists', async () => {
    for (const name of ['shop/api', 'shop/web']) {
      await create(name)
      await putImage(flow, name, { os: 'linux', architecture: 'amd64' }, { tag: 'v1' })
    }
    await run({ 'if-image-exists': 'skip' })
    expect(builds).toEqual([])
    expect(flow.dockerCalls).toEqual([])
    expect(flow.outputs).toMatchObject({ built: '', skipped: 'api\nweb' })
  })

  test('tells of what is in ECR if a target fails, and names none of it', async () => {
    failing = 'web'
    expect(await failure(run({}))).toContain("Target 'web': The build failed.")
    expect(Object.keys(images())).toEqual(['api'])
    expect(images().api).toMatchObject({ pushed: true, tags: [], 'image-uris': [] })
    expect(images().api['digest-uri']).toBe(`${HOST}/shop/api@${images().api.digest}`)
    expect(tagsOf('shop/api')).toEqual({})
    expect(flow.outputs).toMatchObject({ built: '', skipped: '' })
    expect(flow.summary).toContain('Failed')
    expect(flow.summary).toContain('in ECR by its digest, without its tags')
  })

  test('names the others if what follows the push fails for one', async () => {
    await create('shop/api')
    flow.alter = (world) => ({
      ...world,
      connectEcr: async (target) => {
        const ecr = await world.connectEcr(target)
        return {
          ...ecr,
          findImages: async (repository, tags) =>
            repository.name === 'shop/api' && builds.length > 0
              ? Promise.reject(new ActionError('ECR is silent.', 'wait.'))
              : ecr.findImages(repository, tags),
        }
      },
    })
    const said = await failure(run({}))
    expect(said).toContain("Target 'api': ")
    expect(said).not.toContain("Target 'web'")
    expect(tagsOf('shop/web')).toEqual({ v1: images().web.digest })
    expect(flow.outputs['built']).toBe('api\nweb')
    expect(flow.summary).toContain('Failed; 1 image pushed')
  })
})

describe('a definition of a Git repository', () => {
  const remote = {
    repository: 'https://github.com/acme/shop.git',
    ref: 'v1',
    folder: '',
    token: null,
    commit: 'a'.repeat(40),
  }
  const asRemote = (given: Record<string, string>, targets: object) => {
    definition = remote
    return run(given, targets)
  }

  test('is built from the commit that it was read from, has no content tag, and gets no variable that nobody gave it', async () => {
    const api = { ...SHOP.api, secret: ['id=npm,env=NPM_TOKEN'] }
    expect(await failure(asRemote({}, { ...SHOP, api }))).toContain(
      "Target 'api': its secret 'npm' is the variable NPM_TOKEN of this step, which a definition of a Git repository does not get by itself.",
    )
    // A file beside the variable changes nothing: BuildKit takes the variable.
    const both = { ...SHOP.api, secret: ['id=npm,src=package.json,env=NPM_TOKEN'] }
    expect(await failure(asRemote({ allow: 'fs.read=.' }, { ...SHOP, api: both }))).toContain(
      "its secret 'npm' is the variable NPM_TOKEN of this step",
    )
    expect(flow.operations()).toEqual([])
    await asRemote({ vars: 'NPM_TOKEN=x' }, { ...SHOP, api })
    const { context } = builds[0]?.requests.get('api') ?? {}
    expect(context).toBe(`${remote.repository}#${remote.commit}:api`)
    expect(flow.log).toContain(`The definition is that of ${remote.repository}#${remote.commit}`)
    expect(Object.keys(images())).toEqual(['api', 'web'])
  })

  test('reads nothing of the workspace that is not allowed', async () => {
    const api = { ...SHOP.api, context: 'cwd://api' }
    expect(await failure(asRemote({}, { ...SHOP, api }))).toMatch(
      /Target 'api': its context 'cwd:\/\/api' .*is on this runner, and the definition is not\./,
    )
    await asRemote({ allow: 'fs.read=.' }, { ...SHOP, api })
    expect(Object.keys(images())).toEqual(['api', 'web'])
  })
})

describe('dry-run', () => {
  const plan = () => JSON.parse(flow.outputs['plan'] ?? '') as BakePlanned
  const writes = () => flow.operations().filter((one) => !/^(?:Get|Describe|Batch|List)/.test(one))

  test('says of every target what a run would do, asks the engine once, and changes nothing', async () => {
    await create('shop/web')
    const { digest } = await putImage(flow, 'shop/web', { os: 'linux', architecture: 'amd64' }, { tag: 'v1' })
    flow.service.recorder.clear()
    const lint = { context: 'lint', output: [{ type: 'cacheonly' }] }
    await run({ 'dry-run': 'true', 'if-image-exists': 'skip', registries: 'us-east-1' }, { ...SHOP, lint })
    expect(plan()).toMatchObject({
      action: 'bake',
      outcome: 'push',
      problems: [],
      unknown: [],
      others: ['lint'],
      targets: {
        api: {
          outcome: 'push',
          repositories: [{ uri: `${HOST}/shop/api`, state: 'create', image: 'push' }, {}],
        },
        web: { image: { digest }, build: null, repositories: [{ image: 'exists' }, { image: 'copy' }] },
      },
    })
    expect(plan().steps).toEqual(
      expect.arrayContaining([
        `[api] Create the repository ${HOST}/shop/api`,
        `[api] Log docker in to ${HOST}, for this step alone`,
        '[lint] Build it, and leave what its definition says: it has no image in ECR',
      ]),
    )
    expect(JSON.stringify(JSON.parse(flow.outputs['iam-policy'] ?? ''))).toContain('repository/shop/api')
    expect(flow.outputs).toMatchObject({ images: '{}', digests: '', built: '', skipped: '' })
    expect([builds, flow.dockerCalls]).toEqual([[], ['inspect']])
    expect(writes()).toEqual([])
    expect(flow.service.recorder.requests.filter(({ method }) => /PUT|PATCH/.test(method ?? ''))).toEqual([])
    expect(flow.summary).toContain('Dry run, nothing changed')
  })

  test('tells all that would stop a run, of which target, and fails', async () => {
    await create('shop/web', { imageTagMutability: 'IMMUTABLE' })
    await putImage(flow, 'shop/web', { os: 'linux', architecture: 'amd64' }, { tag: 'v1' })
    const given = { 'dry-run': 'true', 'create-repository': 'false' }
    const said = await failure(run(given))
    expect(said).toMatch(/Target 'api': .*shop\/api/)
    expect(said).toMatch(/Target 'web': .*v1/)
    expect(plan()).toMatchObject({
      outcome: 'fail',
      targets: { api: { outcome: 'fail' }, web: { outcome: 'fail' } },
    })
    expect(
      plan()
        .problems.map(({ message }) => message)
        .join(),
    ).toContain("Target 'api'")
    expect(flow.summary).toContain('Dry run, a push would fail')
    expect(flow.log.at(-1)).toMatch(/^Failed after [^:]*$/)
  })

  test('knows what has not changed, and which tags it would get', async () => {
    const tag = `content-${'a'.repeat(32)}`
    content = { api: { tag }, web: { tag: `content-${'b'.repeat(32)}` } }
    await create('shop/api')
    const { digest } = await putImage(flow, 'shop/api', { os: 'linux', architecture: 'amd64' }, { tag })
    await run({ 'dry-run': 'true', 'content-tag': 'true' })
    expect(plan().targets['api']).toMatchObject({
      image: { digest },
      build: null,
      repositories: [{ image: 'tag', tags: [{ tag: 'v1', change: 'create' }] }],
    })
    expect(plan().steps).toContain(
      `[api] Build nothing: ${HOST}/shop/api has an image of the same content, ${digest}`,
    )
    expect(plan().steps.at(-1)).toMatch(/^\[web\] Put the tag content-b+ after all others/)
    expect(tagsOf('shop/api')).toEqual({ [tag]: digest })
  })

  test('is told of two targets that would be one image, and goes with no matrix', async () => {
    const said = await failure(
      run(
        { 'dry-run': 'true', repository: `${HOST}/shop` },
        { api: SHOP.api, web: SHOP.web, base: SHOP.base },
      ),
    )
    expect(said).toContain('under the same tag')
    expect(await failure(run({ 'dry-run': 'true', matrix: 'true' }))).toContain(
      "Input 'dry-run': 'true': cannot be with matrix: true",
    )
  })
})

describe('content-tag', () => {
  const tag = (digit: string) => `content-${digit.repeat(32)}`
  const contents = (api: string, web: string) => {
    content = { api: { tag: tag(api) }, web: { tag: tag(web) }, base: { tag: tag('f') } }
  }
  const built = () => builds.map(({ images: all }) => all.map(({ name }) => name))
  const tagsPut = () =>
    flow.service.recorder.requests.flatMap(({ method, path: to = '' }) =>
      method === 'PUT' ? (/\/manifests\/([^:/]+)$/.exec(to)?.[1] ?? []) : [],
    )
  const notices = () => flow.log.filter((line) => line.startsWith('notice: '))

  test('builds what has changed, and puts the tags of the others onto the images that are there', async () => {
    contents('a', 'b')
    await run({ 'content-tag': 'true' })
    const first = images()
    expect(first.api).toMatchObject({ tags: ['v1'], 'image-uri': `${HOST}/shop/api:v1`, pushed: true })
    expect(tagsOf('shop/api')).toEqual({ v1: first.api.digest, [tag('a')]: first.api.digest })
    expect(tagsOf('shop/web')).toEqual({ v1: first.web.digest, [tag('b')]: first.web.digest })
    const put = tagsPut()
    expect(put.indexOf(tag('a'))).toBeGreaterThan(put.indexOf('v1'))

    contents('a', 'c')
    await run({ 'content-tag': 'true', tags: 'v2' })
    expect(built()).toEqual([['api', 'web'], ['web']])
    expect(flow.outputs).toMatchObject({ built: 'web', skipped: 'api' })
    expect(images().api).toMatchObject({ digest: first.api.digest, tags: ['v2'] })
    expect(tagsOf('shop/api')).toMatchObject({ v1: first.api.digest, v2: first.api.digest })
    expect(tagsOf('shop/web')).toEqual({
      v1: first.web.digest,
      v2: images().web.digest,
      [tag('b')]: first.web.digest,
      [tag('c')]: images().web.digest,
    })
    expect(tagsPut().filter((one) => one === tag('a'))).toHaveLength(1)
    // Of the one that has not changed: what content tag and tags name, its manifest and its configuration, the tag, and
    // what ECR holds under it.
    const ofApi = flow.service.recorder.requests
      .filter(({ repository }) => repository === 'shop/api')
      .slice(-6)
      .map(({ side, operation }) => `${side}: ${operation}`)
    expect(ofApi.sort()).toEqual([
      'api: DescribeImages',
      'api: DescribeImages',
      'api: DescribeImages',
      'registry: BatchGetImage',
      'registry: GetDownloadUrlForLayer',
      'registry: PutImage',
    ])
    expect(flow.log.join('\n')).toContain('unchanged (content-tag): api')
  })

  test('puts tags that an immutable repository has on that very image, and builds nothing if all is unchanged', async () => {
    for (const name of ['shop/api', 'shop/web']) await create(name, { imageTagMutability: 'IMMUTABLE' })
    contents('a', 'b')
    await run({ 'content-tag': 'true' })
    await run({ 'content-tag': 'true' })
    await run({ 'content-tag': 'true', registries: 'us-east-1' })
    expect(built()).toEqual([['api', 'web']])
    expect(flow.outputs).toMatchObject({ built: '', skipped: 'api\nweb' })
    expect(images().api['image-uris']).toHaveLength(2)
  })

  test('says why a target has none, and builds it', async () => {
    content = { api: { why: 'api/x is in its context, and not committed.' }, web: { tag: tag('b') } }
    await run({ 'content-tag': 'true' })
    expect(tagsOf('shop/api')).toEqual({ v1: images().api.digest })
    expect(notices()).toEqual([
      "notice: No content tag for target 'api': api/x is in its context, and not committed.",
    ])
  })

  test('is not there beside no-cache, which has all built anew', async () => {
    contents('a', 'b')
    await run({ 'content-tag': 'true' })
    await run({ 'content-tag': 'true', 'no-cache': 'true' })
    expect(built()).toEqual([
      ['api', 'web'],
      ['api', 'web'],
    ])
    expect(notices().join()).toContain('the input no-cache has all of them built anew')
  })

  test('leaves one that another run has put meanwhile', async () => {
    contents('a', 'b')
    await create('shop/api')
    let other = ''
    beforeBuild = async () => {
      const image = await putImage(
        flow,
        'shop/api',
        { os: 'linux', architecture: 'arm64' },
        { tag: tag('a') },
      )
      other = image.digest
    }
    await run({ 'content-tag': 'true' })
    expect(tagsOf('shop/api')).toEqual({ v1: images().api.digest, [tag('a')]: other })
    expect(flow.log.join('\n')).toContain(`shop/api:${tag('a')} is there already, as ${other}, and stays`)
  })

  test('is not put on an image that fails a check', async () => {
    contents('a', 'b')
    expect(await failure(run({ 'content-tag': 'true', 'max-size': '1' }))).toContain('max-size')
    expect(tagsOf('shop/api')).toEqual({})
  })

  test('is an error beside push-by-digest', async () => {
    expect(await failure(run({ 'content-tag': 'true', 'push-by-digest': 'true', tags: '' }))).toContain(
      "Input 'content-tag': 'true': cannot be with push-by-digest: true",
    )
  })
})

describe('bake tells at once, before anything is created or built,', () => {
  test.each([
    [
      'tags of another registry',
      { tags: ['ghcr.io/octo/api:1'] },
      "Target 'api': its definition gives it the tag 'ghcr.io/octo/api:1', which is of ghcr.io",
    ],
    ['tags of Docker Hub', { tags: ['api:1'] }, "the tag 'api:1', which is of Docker Hub"],
    [
      'tags in two repositories',
      { tags: [`${HOST}/a:1`, `${HOST}/b:1`] },
      `Target 'api': its definition gives it tags in several repositories: ${HOST}/a, ${HOST}/b`,
    ],
    ['a question', { call: 'check' }, 'its definition only asks the Dockerfile something (call = "check")'],
    [
      'an image that is not to be pushed',
      { output: ['type=image,push=false'] },
      'its definition has an output that is not to be pushed (type=image,push=false), and bake pushes every image',
    ],
    [
      'an image with a name in another registry',
      { output: ['type=image,name=ghcr.io/octo/api,push=true'] },
      "the tag 'ghcr.io/octo/api', which is of ghcr.io",
    ],
    [
      'an archive beside an image',
      { output: ['type=docker,dest=api.tar', 'type=image'] },
      'its definition has an output of files (type=docker,dest=api.tar) beside that of an image',
    ],
    [
      'files beside an image',
      { output: ['type=local,dest=out', 'type=image'] },
      'its definition has an output of files (type=local,dest=out) beside that of an image',
    ],
  ])('%s', async (_, fields, message) => {
    const both = { ...SHOP, api: { ...SHOP.api, ...fields }, Web: SHOP.web }
    const said = await failure(run({}, both))
    expect(said).toContain(message)
    // All that is wrong with any of them.
    expect(said).toContain("Target 'Web': Input 'repository': 'shop/Web'")
    expect(flow.operations()).toEqual([])
  })

  test('what a definition reaches and may not, and what would allow it', async () => {
    const targets = {
      ...SHOP,
      api: { ...SHOP.api, ssh: ['default'] },
      base: { ...SHOP.base, context: '/srv/other' },
    }
    const said = await failure(run({}, targets))
    expect(said).toContain("Target 'base': its context '/srv/other' (/")
    expect(said).toContain("Target 'api': its ssh 'default' needs the entitlement ssh.")
    expect(said).toContain("then name ssh in the input 'allow'.")
    expect(flow.operations()).toEqual([])
    await run({ allow: 'ssh, fs.read=/' }, targets)
    expect(flow.outputs['built']).toBe('api\nweb')
  })

  test('two targets under one tag of one repository', async () => {
    const said = await failure(run({ repository: 'shop' }))
    expect(said).toContain(
      "Target 'api': it goes to the repository shop under the same tag as the target 'web': v1.",
    )
    expect(flow.operations()).toEqual([])
  })

  test('two targets under one tag of one repository in a further registry', async () => {
    const web = { ...SHOP.web, tags: [`${HOME}.dkr.ecr.eu-west-1.amazonaws.com/shop/api:v1`] }
    expect(await failure(run({ registries: `${HOME}/us-west-2` }, { ...SHOP, web }))).toContain(
      `Target 'api': it goes to the repository ${HOME}.dkr.ecr.us-west-2.amazonaws.com/shop/api under the same tag as the target 'web': v1.`,
    )
    expect(builds).toEqual([])
  })

  test('one report of findings for several targets', async () => {
    const given = { 'fail-on-severity': 'high', 'scan-report': 'found.sarif' }
    expect(await failure(run(given))).toContain(
      "is the report of the target 'api' too; put {{target}} into it",
    )
  })

  test('an immutable tag that exists, of whichever target', async () => {
    await create('shop/web', { imageTagMutability: 'IMMUTABLE' })
    await putImage(flow, 'shop/web', { os: 'linux', architecture: 'amd64' }, { tag: 'v1' })
    expect(await failure(run({}))).toContain(
      `Target 'web': ${HOST}/shop/web is immutable and has an image already under v1`,
    )
    expect(flow.store.find({ account: HOME, region: REGION, repository: 'shop/api' })).toBeUndefined()
    expect(builds).toEqual([])
  })

  test('a builder that gives every image a tag', async () => {
    const message = 'the builder of docker/setup-buildx-action can'
    const alter = (world: World): World => ({
      ...world,
      docker: {
        ...world.docker,
        inspect: async () => {
          throw new InputError([{ input: 'push-by-digest', value: 'true', message }])
        },
      },
    })
    flow.alter = alter
    expect(await failure(run({}))).toContain(
      `The builder cannot give bake images without a tag, which they get when all of them are in ECR: ${message}.`,
    )
    expect(flow.store.find({ account: HOME, region: REGION, repository: 'shop/api' })).toBeUndefined()
  })

  test('that no repository is named', async () => {
    expect(await failure(run({ repository: '' }))).toContain(
      "its definition names no repository of ECR, and the input 'repository' is empty.",
    )
  })

  test('that a definition has nothing to build', async () => {
    expect(await failure(run({}, {}))).toContain('has nothing to build')
  })
})
