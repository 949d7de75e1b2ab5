import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { callerOf, inProcess, invoke, Service, Store } from '../../local-ecr/index.ts'
import { run } from '../../src/actions/build-push/run.ts'
import { FailedAfterPush } from '../../src/docker/failures/failed-after-push.ts'
import type { BuildHelp, BuildRequest, Docker, Engine } from '../../src/docker/port.ts'
import { connectPrivateEcr } from '../../src/ecr/private/connect.ts'
import type { Inputs } from '../../src/inputs/index.ts'
import { readEventContext } from '../../src/metadata/index.ts'
import type { AnyFacts } from '../../src/report/facts.ts'
import { ActionError, explain, InputError } from '../../src/shared/errors.ts'
import type { World } from '../../src/world.ts'
import { ABLE_ENGINE } from '../support/engine.ts'
import { type Front, openFront } from '../support/front.ts'
import { buildInputs, inRegion, mainInputs } from '../support/inputs.ts'
import { JOB_WITHOUT_TOKEN } from '../support/signing-job.ts'
import { digest, imageManifest } from '../unit/local-ecr/images.ts'

// The main path over the local ECR's operations, through the real SDK, without a process or a network: for the
// branches that no real engine can be brought to on demand.

// After a refusal for its rate, the SDK sends at a rate that it has measured itself.
jest.setTimeout(30_000)

const caller = callerOf()
const place = { account: caller.account, region: caller.region, repository: 'app' }

let service: Service
let front: Front
let slept = 0
let outputs: Record<string, string>
let log: string[]
let summaries: AnyFacts[]
let dockerCalls: string[]
let notices: string[]
const event = {
  GITHUB_EVENT_NAME: 'push',
  GITHUB_SHA: '0123456789abcdef0123456789abcdef01234567',
  GITHUB_REF: 'refs/heads/main',
  GITHUB_REPOSITORY: 'octo/app',
}

beforeEach(async () => {
  service = new Service(new Store())
  front = await openFront(service)
  outputs = {}
  log = []
  summaries = []
  dockerCalls = []
  notices = []
})

afterEach(() => front.close())

/** A docker that puts an image into the store as a push would; `change` takes the place of parts of it. */
function docker(change: Partial<Docker> = {}): Docker {
  return {
    begin: () => undefined,
    findInEngine: async () => null,
    digestsInEngine: async () => null,
    async inspect() {
      dockerCalls.push('inspect')
      return ABLE_ENGINE
    },
    async login({ host }, { keep }) {
      dockerCalls.push(`login ${host} keep=${keep}`)
    },
    async build(_, request) {
      dockerCalls.push(`build ${request.references.join(' ')}`)
      const pushed = await push(request)
      return {
        digest: pushed,
        imageId: `sha256:${'1'.repeat(64)}`,
        metadata: { 'containerimage.digest': pushed },
      }
    },
    async close() {},
    ...change,
  }
}

async function push(request: Pick<BuildRequest, 'references'>, content = 'a'): Promise<string> {
  const manifest = await imageManifest(service.store, service.store.get(place), content)
  for (const reference of request.references) {
    const imageTag = reference.slice(reference.lastIndexOf(':') + 1)
    const image = { repositoryName: 'app', imageManifest: manifest, imageTag }
    await invoke(service.store, caller, 'PutImage', image).catch((error: Error) => {
      // A push of what is there already succeeds.
      if (error.name !== 'ImageAlreadyExistsException') throw error
    })
  }
  return digest(manifest)
}

function world(change: Partial<World> = {}): World {
  return {
    connectEcr: ({ repository: { region, registryId } }) => {
      const {
        accessKeyId,
        secretAccessKey,
        sessionToken = '',
      } = service.store.issueCredentials(caller.account)
      const credentials = { accessKeyId, secretAccessKey, sessionToken }
      const client = { requestHandler: inProcess(service), credentials }
      return connectPrivateEcr({ region, registryId, mask: () => undefined, client })
    },
    openRegistry: (login) => front.open(login),
    docker: docker(),
    job: JOB_WITHOUT_TOKEN,
    github: { event: async () => readEventContext(event, {}, new Date()), lookups: {} },
    notice: (line) => notices.push(line),
    setOutputs: (some) => Object.assign(outputs, some),
    summarize: async (facts) => {
      summaries.push(facts)
    },
    log: (line) => log.push(line),
    debug: () => undefined,
    warn: (line) => log.push(`warning: ${line}`),
    // A wait takes no time, but the clock counts it.
    clock: () => performance.now() + slept,
    began: performance.now(),
    sleep: async (milliseconds) => {
      slept += milliseconds
    },
    ...change,
  }
}

function inputs(change: Partial<Inputs> = {}): Inputs {
  const metadata = {
    context: 'workflow' as const,
    tags: ['v1', 'latest'],
    flavor: [],
    labels: [],
    annotations: [],
  }
  return mainInputs({ ...inRegion(caller.region), metadata, ...change })
}

async function failure(promise: Promise<unknown>): Promise<string> {
  try {
    await promise
  } catch (error) {
    expect(error).toBeInstanceOf(ActionError)
    return explain(error)
  }
  throw new Error('it did not fail')
}

const requests = (side: 'api' | 'registry') =>
  service.recorder.requests.filter((request) => request.side === side).map(({ operation }) => operation)
const operations = () => requests('api')

describe('the calls', () => {
  test('a new repository: nothing is asked that need not be', async () => {
    await run(inputs(), world())
    expect(operations().sort()).toEqual([
      'CreateRepository',
      'DescribeImages',
      'DescribeRepositories',
      'GetAuthorizationToken',
    ])
    expect(dockerCalls).toEqual([
      'inspect',
      `login ${outputs['registry']} keep=false`,
      // One push; the other tag is a request, and the rest is read for platform-digests.
      `build ${outputs['repository-uri']}:v1`,
    ])
    expect(requests('registry').sort()).toEqual([
      // Once, for the other tag and for its platform and size.
      'BatchGetImage',
      // The configuration, once for its platform and, in the summary, for what made each layer.
      'GetDownloadUrlForLayer',
      // So many connections are open before they are needed.
      'Ping',
      'Ping',
      'PutImage',
    ])
  })

  test.each([
    ['push', ['asked']],
    ['fail', ['asked']],
    ['skip', []],
  ] as const)(
    'with if-image-exists: %s, the engine is asked before AWS is: %j',
    async (ifImageExists, expected) => {
      const asked: string[] = []
      const outer = world({ docker: docker({ begin: () => asked.push('asked') }) })
      const atFirst = { ...outer, connectEcr: async () => Promise.reject(new Error(`connecting: ${asked}`)) }
      await expect(run(inputs({ ifImageExists }), atFirst)).rejects.toThrow(`connecting: ${expected}`)
    },
  )

  test('those that do not depend on each other go side by side', async () => {
    await invoke(service.store, caller, 'CreateRepository', { repositoryName: 'app' })
    const operations = ['GetAuthorizationToken', 'DescribeRepositories']
    for (const operation of operations) {
      service.faults.order({ match: { operation }, effect: { kind: 'delay', ms: 2000 } })
    }
    let underWay: string[] = []
    const slow = docker({
      inspect: async () => {
        // Waits until both requests have come: for ever, if they wait for this.
        while (service.faults.pending.length > 0) await new Promise((resolve) => setTimeout(resolve, 5))
        const answered = service.recorder.requests.map(({ operation }) => operation)
        underWay = operations.filter((operation) => !answered.includes(operation))
        return ABLE_ENGINE
      },
    })
    await run(inputs(), world({ docker: slow }))
    expect(underWay).toEqual(operations)
  })

  test('push: false asks AWS nothing', async () => {
    const local = docker({
      build: async () => ({ digest: null, imageId: 'sha256:1', metadata: {} }),
    })
    await run(inputs({ push: false }), world({ docker: local }))
    expect(operations()).toEqual([])
    expect(dockerCalls).toEqual(['inspect'])
    expect(outputs).toMatchObject({ pushed: 'false', 'image-name': 'app:v1', imageid: 'sha256:1' })
    expect(summaries[0]).toMatchObject({
      outcome: 'built',
      localUris: ['app:v1', 'app:latest'],
      digest: null,
    })
  })
})

describe('ECR', () => {
  test('two runs that create the same repository at once both succeed', async () => {
    const created: string[] = []
    const one = () => {
      const own: Record<string, string> = {}
      return run(inputs(), world({ setOutputs: (some) => Object.assign(own, some) })).then(() => {
        created.push(own['repository-created'] as string)
      })
    }
    // Both have seen that it is absent before either creates it.
    service.faults.order({
      match: { operation: 'DescribeRepositories' },
      times: 2,
      effect: { kind: 'delay', ms: 100 },
    })
    service.faults.order({
      match: { operation: 'CreateRepository' },
      times: 2,
      effect: { kind: 'delay', ms: 100 },
    })
    await Promise.all([one(), one()])
    expect(created.sort()).toEqual(['false', 'true'])
  })

  test('throttling passes by itself', async () => {
    service.faults.order({
      match: { operation: 'GetAuthorizationToken' },
      times: 2,
      effect: { kind: 'throttle' },
    })
    await run(inputs(), world())
    expect(operations().filter((name) => name === 'GetAuthorizationToken')).toHaveLength(3)
    // The SDK's own pauses.
  }, 30_000)

  test('a role that may not describe images, but get them', async () => {
    service.faults.order({ match: { operation: 'DescribeImages' }, times: 9, effect: { kind: 'deny' } })
    await run(inputs(), world())
    expect(operations()).toContain('BatchGetImage')
    expect(outputs['digest']).toMatch(/^sha256:/)
  })

  test('a role that may do neither is told of DescribeImages', async () => {
    for (const operation of ['DescribeImages', 'BatchGetImage']) {
      service.faults.order({ match: { operation }, times: 9, effect: { kind: 'deny' } })
    }
    const message = await failure(
      run(inputs({ metadata: { tags: ['v1'], flavor: [], labels: [], annotations: [] } }), world()),
    )
    expect(message).toContain('"Action":"ecr:DescribeImages"')
    expect(log.join('\n')).toMatch(/The output platform-digests stays empty: .* ecr:BatchGetImage/)
    expect(outputs['platform-digests']).toBeUndefined()
  })

  test('a role that may not put a second tag is told so', async () => {
    service.faults.order({ match: { side: 'registry', operation: 'PutImage' }, effect: { kind: 'deny' } })
    const message = await failure(run(inputs(), world()))
    expect(message).toMatch(
      /^The push of sha256:[0-9a-f]{64} to .*\/app failed: PUT .*\/manifests\/latest: 403 DENIED/,
    )
    expect(message).toContain('"Action":"ecr:PutImage"')
    const digest = outputs['digest'] as string
    const uri = outputs['repository-uri'] as string
    expect(message).toContain(`\n  All the same, the push of v1 as ${digest} was confirmed.\n`)
    // docker had put the first one.
    expect(outputs).toMatchObject({ pushed: 'true', 'image-uris': `${uri}:v1`, tags: 'v1' })
    expect(log.slice(-3)).toEqual([
      `Pushed ${uri}:v1`,
      `Digest ${uri}@${digest}`,
      expect.stringMatching(/^Failed after [\d.]+ m?s$/),
    ])
    expect(summaries).toMatchObject([{ left: { put: [`${uri}:v1`], existed: [], lost: [], unknown: [] } }])
  })

  test('a tag that another job moved in the meantime: the error says what is where', async () => {
    const meddled = docker({
      build: async (_, request) => {
        const ours = await push(request)
        await push({ references: ['app:v1'] }, 'theirs')
        return { digest: ours, imageId: 'sha256:1', metadata: {} }
      },
    })
    const message = await failure(run(inputs(), world({ docker: meddled })))
    expect(message).toMatch(
      /^After the push, ECR does not hold sha256:[0-9a-f]{64} under every tag of .*\/app: v1 is sha256:[0-9a-f]{64}\.\n/,
    )
    expect(message).not.toContain('latest is')
    const uri = outputs['repository-uri'] as string
    expect(outputs).toMatchObject({
      pushed: 'true',
      imageid: 'sha256:1',
      // It was set when docker had pushed, and is not true any more.
      'image-uri': '',
      'image-uris': `${uri}:latest`,
      tags: 'latest',
    })
    expect(message).toContain(`\n  All the same, the push of latest as ${outputs['digest']} was confirmed.\n`)
    expect(log.join('\n')).toContain(
      `Pushed ${uri}:v1, under which ECR has another image by now, or none\nPushed ${uri}:latest\n`,
    )
  })

  test('a tag that is not there after the push', async () => {
    const forgetful = docker({
      build: async () => ({
        digest: await push({ references: ['app:another'] }),
        imageId: 'x',
        metadata: {},
      }),
    })
    expect(await failure(run(inputs(), world({ docker: forgetful })))).toMatch(
      /ECR does not list sha256:[0-9a-f]{64} in .*\/app: v1 absent, asked \d times in 10 s\./,
    )
  })
})

describe('default tags on an immutable repository', () => {
  const byDefault = inputs({ metadata: { tags: [], flavor: [], labels: [], annotations: [] } })

  test('those that move are left out, with a notice', async () => {
    await invoke(service.store, caller, 'CreateRepository', {
      repositoryName: 'app',
      imageTagMutability: 'IMMUTABLE',
    })
    await run(byDefault, world())
    expect(outputs['tags']).toBe(event.GITHUB_SHA)
    expect(notices).toEqual([
      expect.stringMatching(/\/app is immutable: the default tags that move are left out \(main\)\./),
    ])
    expect(JSON.parse(outputs['json'] as string)).toMatchObject({
      tags: [event.GITHUB_SHA],
      digest: outputs['digest'],
      pushed: true,
    })
  })

  test('on a mutable one they are pushed', async () => {
    await run(byDefault, world())
    expect(outputs['tags']).toBe(`${event.GITHUB_SHA}\nmain`)
    expect(outputs['labels']).toContain(`org.opencontainers.image.revision=${event.GITHUB_SHA}`)
    expect(notices).toEqual([])
  })

  test('one that the user named is not left out', async () => {
    await invoke(service.store, caller, 'CreateRepository', {
      repositoryName: 'app',
      imageTagMutability: 'IMMUTABLE',
    })
    await run(
      inputs({ metadata: { tags: ['type=ref,event=branch'], flavor: [], labels: [], annotations: [] } }),
      world(),
    )
    expect(outputs['tags']).toBe('main')
  })
})

test('no rule gives a tag: an error where one pushes, an image without a name where not', async () => {
  const metadata = { tags: ['type=ref,event=tag'], flavor: [], labels: [], annotations: [] }
  expect(await failure(run(inputs({ metadata }), world()))).toContain(
    "Input 'tags': no rule gives a tag for this event",
  )
  expect(dockerCalls).toEqual([])
  const local = docker({
    build: async (_, { references }) => ({ digest: null, imageId: `built as ${references}`, metadata: {} }),
  })
  await run(inputs({ metadata, push: false }), world({ docker: local }))
  expect(outputs).toMatchObject({ imageid: 'built as ', 'image-name': 'app', tags: '' })
})

test('a summary that cannot be written is a warning: the image is in ECR', async () => {
  const warnings: string[] = []
  const change: Partial<World> = {
    summarize: async () => {
      throw new Error('EACCES: permission denied')
    },
    warn: (line) => warnings.push(line),
  }
  await run(inputs(), world(change))
  expect(outputs).toMatchObject({ pushed: 'true', 'image-uri': expect.stringMatching(/:v1$/) })
  expect(warnings).toEqual(['The job summary could not be written: EACCES: permission denied'])
})

describe('what is wrong before the build', () => {
  test('comes in one error, and nothing is built', async () => {
    const broken = docker({
      login: async () => {
        throw new ActionError('docker cannot log in', 'look at the registry.')
      },
    })
    const message = await failure(run(inputs({ createRepository: false }), world({ docker: broken })))
    expect(message.split('\n').sort()).toEqual([
      "The repository 'app' does not exist in ap-northeast-2, and create-repository is false.",
      'What to do: look at the registry.',
      "What to do: set create-repository: true, create it beforehand, correct 'repository', 'aws-region' or 'registry-id', or give the registry a repository creation template for CREATE_ON_PUSH whose prefix fits the name.",
      'docker cannot log in',
    ])
    expect(dockerCalls).toEqual(['inspect'])
  })

  test('what this docker cannot do comes with it, and without an empty remedy', async () => {
    const old = docker({
      inspect: async (build, options) => {
        expect([build.target, options]).toEqual([
          null,
          {
            push: true,
            byDigest: false,
            beforeTags: false,
            sbomApart: false,
            annotations: ['a=b'],
            startsNothing: false,
          },
        ])
        throw new InputError([{ input: 'annotations', value: 'a=b', message: 'needs buildx' }])
      },
    })
    const metadata = { tags: ['v1'], flavor: [], labels: [], annotations: ['a=b'] }
    const running = run(inputs({ createRepository: false, metadata }), world({ docker: old }))
    expect((await failure(running)).split('\n').sort()).toEqual([
      "Input 'annotations': 'a=b': needs buildx",
      "The repository 'app' does not exist in ap-northeast-2, and create-repository is false.",
      "What to do: set create-repository: true, create it beforehand, correct 'repository', 'aws-region' or 'registry-id', or give the registry a repository creation template for CREATE_ON_PUSH whose prefix fits the name.",
    ])
  })

  test('the same cause twice is told once', async () => {
    for (const operation of ['GetAuthorizationToken', 'DescribeRepositories']) {
      service.faults.order({
        match: { operation },
        effect: { kind: 'error', name: 'ExpiredTokenException', message: 'expired', status: 400 },
      })
    }
    const message = await failure(run(inputs(), world()))
    expect(message.match(/What to do/g)).toHaveLength(1)
    expect(message).toContain('the credentials have expired')
  })
})

describe('a cache preset', () => {
  test('is worked out for the repository, and what is missing of it is warned of', async () => {
    const requests: BuildRequest[] = []
    const recording = () => {
      const real = docker()
      return {
        ...real,
        build: (engine: Engine, request: BuildRequest, help: BuildHelp) => {
          requests.push(request)
          return real.build(engine, request, help)
        },
      }
    }
    const cache = { kind: 'ecr', scopes: ['main'], variant: '', hasGitHubCache: false } as const
    await invoke(service.store, caller, 'CreateRepository', {
      repositoryName: 'app',
      imageTagMutability: 'IMMUTABLE',
    })
    await run(inputs({ build: buildInputs({ cache }) }), world({ docker: recording() }))
    const ref = `type=registry,ref=${outputs['repository-uri']}:buildcache-main`
    expect(requests.map(({ cacheFrom, cacheTo }) => ({ cacheFrom, cacheTo }))).toEqual([
      { cacheFrom: [ref], cacheTo: [] },
    ])
    expect(log.filter((line) => line.startsWith('warning: '))).toEqual([
      expect.stringContaining('cache: ecr is read but not written'),
    ])
  })
})

test('push-by-digest tells too that another commit is checked out: the labels name one', async () => {
  const warnings: string[] = []
  const other = 'f'.repeat(40)
  const change: Partial<World> = {
    github: {
      event: async () => readEventContext(event, {}, new Date()),
      lookups: {},
      checkout: async () => ({ sha: other, date: new Date(), ref: async () => null }),
    },
    docker: docker({ inspect: async () => Promise.reject(new ActionError('no docker', 'x.')) }),
    warn: (line) => warnings.push(line),
  }
  const metadata = { tags: [], flavor: [], labels: [], annotations: [] }
  await failure(run(inputs({ metadata, pushByDigest: true }), world(change)))
  expect(warnings).toEqual([expect.stringContaining(`The commit ${other} is checked out`)])
})

describe('the image has been pushed, and the build fails after that', () => {
  const failing = () =>
    docker({
      async build(_, request) {
        const digest = await push({
          references: request.references.filter((reference) => /:[^/]*$/.test(reference)),
        })
        const reason = new ActionError('The export of the cache failed.', 'look at the cache.')
        throw new FailedAfterPush(reason, request.references[0] ?? '', digest)
      },
    })

  test('the outputs are what is true: it is pushed, under the tag that docker has pushed', async () => {
    await invoke(service.store, caller, 'CreateRepository', { repositoryName: 'app' })
    const metadata = { tags: ['v1', 'latest'], flavor: [], labels: [], annotations: [] }
    const message = await failure(run(inputs({ metadata }), world({ docker: failing() })))
    expect(message).toMatch(
      /^The export of the cache failed\.\n {2}The image itself was pushed before that: the registry has sha256:/,
    )
    const uri = outputs['repository-uri'] as string
    const digest = outputs['digest'] as string
    expect(message).toContain(`${digest} as ${uri}:v1.`)
    expect(outputs).toMatchObject({
      pushed: 'true',
      'image-uri': `${uri}:v1`,
      'image-uris': `${uri}:v1`,
      'digest-uri': `${uri}@${digest}`,
      'image-name': 'app:v1',
      tags: 'v1',
    })
    expect(JSON.parse(outputs['json'] as string)).toMatchObject({ pushed: true, digest, tags: ['v1'] })
    expect(summaries).toMatchObject([{ state: 'failed', left: { put: [`${uri}:v1`] } }])
  })
})

describe('a cache that is written to another repository of ECR', () => {
  const HOST = `${caller.account}.dkr.ecr.${caller.region}.amazonaws.com`
  const to = (place: string, more = '') => ({
    build: buildInputs({ cacheTo: [`type=registry,ref=${HOST}/${place}:c${more}`, 'type=gha'] }),
    createRepository: true,
  })

  test('which does not exist: nothing is built, and no repository made', async () => {
    const message = await failure(run(inputs(to('absent/cache')), world()))
    expect(message).toMatch(
      new RegExp(
        `^The repository of the cache ${HOST}/absent/cache \\(cache-to\\) does not exist; create-repository .*\nWhat to do: create it`,
      ),
    )
    expect(dockerCalls.filter((call) => call.startsWith('build'))).toEqual([])
    expect(service.store.find(place)).toBeUndefined()
  })

  test.each<[string, () => Promise<unknown>, string]>([
    [
      'which exists',
      () => invoke(service.store, caller, 'CreateRepository', { repositoryName: 'cache' }),
      '',
    ],
    [
      'which ECR creates on the push',
      () =>
        invoke(service.store, caller, 'CreateRepositoryCreationTemplate', {
          prefix: 'ROOT',
          appliedFor: ['CREATE_ON_PUSH'],
        }),
      '',
    ],
    ['without which the build goes on', async () => undefined, ',ignore-error=true'],
    ['which nobody may ask for', async () => deny('DescribeRepositories', 'cache'), ''],
    [
      'of which it is not known whether ECR creates it',
      async () => deny('DescribeRepositoryCreationTemplates'),
      '',
    ],
  ])('%s: the image is built', async (_, prepare, more) => {
    await prepare()
    await run(inputs(to('cache', more)), world())
    expect(outputs['pushed']).toBe('true')
    const warned = log.some((line) =>
      /^warning: The repository of the cache .* will not be written/.test(line),
    )
    expect(warned).toBe(more !== '')
  })

  const deny = (operation: string, repository?: string) =>
    service.faults.order({
      match: { operation, ...(repository === undefined ? {} : { repository }) },
      times: Number.POSITIVE_INFINITY,
      effect: { kind: 'deny' },
    })

  test('the repository of the image itself is made, and not missed', async () => {
    await run(inputs(to('app')), world())
    expect(outputs['repository-created']).toBe('true')
  })
})
