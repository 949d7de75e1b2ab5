import { Readable } from 'node:stream'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Ecr } from '../../src/ecr/port.ts'
import { connectPrivateEcr } from '../../src/ecr/private/connect.ts'
import { connectPublicEcr } from '../../src/ecr/public/connect.ts'
import { NO_SETTINGS } from '../../src/ecr/settings/settings.ts'
import type { Repository } from '../../src/ecr/types.ts'
import { DIGEST } from '../../src/oci/types.ts'
import { ActionError, explain } from '../../src/shared/errors.ts'
import { FUZZ_TIMEOUT, hold, hostileJson, hostileText, prototypes, recordOf } from '../support/fuzz.ts'

const HOST = '123456789012.dkr.ecr.eu-west-1.amazonaws.com'
const OTHER = `sha256:${'a'.repeat(64)}`
const REPOSITORY: Repository = {
  name: 'app',
  arn: 'arn:aws:ecr:eu-west-1:123456789012:repository/app',
  uri: `${HOST}/app`,
  registryId: '123456789012',
  mutability: { mode: 'MUTABLE', exclusions: [] },
  scanOnPush: false,
  encryption: { type: 'AES256', key: null },
}

/** AWS that gives the same answer to whatever it is asked. */
function answering(status: number, body: string, onRequest: () => void = () => undefined) {
  return {
    metadata: { handlerProtocol: 'http/1.1' },
    async handle() {
      onRequest()
      const headers = { 'content-type': 'application/x-amz-json-1.1' }
      return { response: { statusCode: status, headers, body: Readable.from([Buffer.from(body)]) } }
    },
    destroy(): void {},
    updateHttpClientConfig(): void {},
    httpHandlerConfigs: () => ({}),
  }
}

const credentials = { accessKeyId: 'AKIA', secretAccessKey: 'x', sessionToken: 'y' }
const common = { registryId: null, mask: () => undefined }
const clientOf = (requestHandler: ReturnType<typeof answering>) => ({
  requestHandler,
  credentials,
  maxAttempts: 1,
})
const privately = (handler: ReturnType<typeof answering>) =>
  connectPrivateEcr({ ...common, region: 'eu-west-1', client: clientOf(handler) })
const publicly = (handler: ReturnType<typeof answering>) =>
  connectPublicEcr({ ...common, region: 'us-east-1', client: clientOf(handler) })

const digest = fc.constantFrom(OTHER, 'sha256:x', `${OTHER}\n::error::x`)
const tag = fc.constantFrom('v1', 'v2', '__proto__')
const descriptor = recordOf({
  mediaType: fc.constantFrom('application/vnd.oci.image.index.v1+json', 'x'),
  digest,
  size: fc.integer(),
  platform: recordOf({ os: hostileText, architecture: hostileText }),
})
const manifest = fc
  .oneof(
    recordOf({ config: descriptor }),
    recordOf({ manifests: fc.array(descriptor, { maxLength: 3 }) }),
    hostileJson,
  )
  .map((value) => JSON.stringify(value))
const finding = recordOf({
  severity: fc.constantFrom('HIGH', '__proto__', 'constructor'),
  name: hostileText,
  attributes: fc.array(recordOf({ key: fc.constant('package_name'), value: hostileText }), { maxLength: 2 }),
  packageVulnerabilityDetails: recordOf({
    vulnerabilityId: hostileText,
    vulnerablePackages: fc.array(hostileJson),
  }),
})
const repository = recordOf({
  repositoryName: fc.constantFrom('app', 'other'),
  repositoryArn: fc.constantFrom(REPOSITORY.arn, 'arn:x\n::error::'),
  repositoryUri: fc.constantFrom(REPOSITORY.uri, '--push/app', `${HOST}\n::error::x/app`, `${HOST}/../app`),
  registryId: fc.constantFrom('123456789012', '--help'),
  imageTagMutability: fc.constantFrom('IMMUTABLE', 'toString'),
})
const members = {
  authorizationData: fc.array(
    recordOf({
      authorizationToken: hostileText.map((text) => Buffer.from(`AWS:${text}`).toString('base64')),
      proxyEndpoint: fc.constantFrom(
        `https://${HOST}`,
        'https://--config=x',
        `https://${HOST}\n::error::x`,
        'x',
      ),
      expiresAt: fc.double(),
    }),
    { maxLength: 2 },
  ),
  repositories: fc.array(repository, { maxLength: 2 }),
  repository,
  imageDetails: fc.array(
    recordOf({
      imageDigest: digest,
      imageTags: fc.array(tag),
      imageSizeInBytes: fc.double(),
      imageStatus: hostileText,
    }),
    { maxLength: 3 },
  ),
  images: fc.array(
    recordOf({ imageId: recordOf({ imageTag: tag, imageDigest: digest }), imageManifest: manifest }),
    {
      maxLength: 2,
    },
  ),
  failures: fc.array(hostileJson, { maxLength: 2 }),
  imageScanStatus: recordOf({ status: fc.constantFrom('COMPLETE', 'constructor'), description: hostileText }),
  imageScanFindings: recordOf({
    findings: fc.array(finding, { maxLength: 3 }),
    enhancedFindings: fc.array(finding, { maxLength: 3 }),
    findingSeverityCounts: recordOf({
      HIGH: fc.integer(),
      __proto__: fc.integer(),
      constructor: fc.double(),
    }),
  }),
  nextToken: fc.constantFrom('again', ''),
  registryId: fc.constantFrom('123456789012', 'x'),
  scanningConfiguration: recordOf({ scanType: hostileText }),
  replicationConfiguration: recordOf({
    rules: fc.array(
      recordOf({ destinations: fc.array(recordOf({ region: hostileText, registryId: hostileText })) }),
    ),
  }),
  replicationStatuses: fc.array(
    recordOf({ region: hostileText, status: hostileText, failureCode: hostileText }),
  ),
  signingConfiguration: recordOf({
    rules: fc.array(
      recordOf({
        signingProfileArn: hostileText,
        repositoryFilters: fc.array(
          recordOf({ filter: fc.oneof(fc.constant('*'), hostileText), filterType: hostileText }),
        ),
      }),
    ),
  }),
  signingStatuses: fc.array(
    recordOf({
      signingProfileArn: hostileText,
      status: hostileText,
      failureCode: hostileText,
      failureReason: hostileText,
    }),
  ),
  repositoryCreationTemplates: fc.array(recordOf({ prefix: hostileText, appliedFor: fc.array(hostileText) })),
  policyText: hostileText,
  lifecyclePolicyText: hostileText,
  tags: fc.array(recordOf({ Key: hostileText, Value: hostileText })),
  __type: fc.constantFrom(
    'constructor',
    '__proto__',
    'AccessDeniedException',
    'RepositoryNotFoundException',
    'x',
  ),
  message: hostileText,
}

/** What is read of an answer, by what is asked; beside it, what every answer may have. */
const READ: Readonly<Record<string, readonly (keyof typeof members)[]>> = {
  authorize: ['authorizationData'],
  findRepository: ['repositories', 'failures'],
  findRepositories: ['repositories', 'failures'],
  createRepository: ['repository'],
  createsOnPush: ['repositoryCreationTemplates'],
  findImages: ['imageDetails', 'images', 'failures'],
  isArchived: ['imageDetails'],
  policies: ['policyText', 'lifecyclePolicyText'],
  tags: ['tags'],
  expectation: ['scanningConfiguration', 'repositories'],
  scanned: ['images', 'failures'],
  findings: ['imageScanStatus', 'imageScanFindings', 'repositories'],
  'replication targets': ['replicationConfiguration', 'repositories'],
  'signing profiles': ['signingConfiguration'],
  signing: ['signingStatuses'],
  progress: ['replicationStatuses', 'imageDetails'],
}
/** An answer of all members is large: most have those alone that somebody reads. */
function answerTo(operation: string) {
  const names = [...(READ[operation] ?? []), 'nextToken', 'registryId', '__type', 'message'] as const
  const some = Object.fromEntries(names.map((name) => [name, members[name as keyof typeof members]]))
  return fc.oneof({ weight: 15, arbitrary: recordOf(some) }, { weight: 1, arbitrary: recordOf(members) })
}

const sound = ({ uri, name, arn }: Pick<Repository, 'uri' | 'name' | 'arn'>) => {
  expect([name, arn].join(' ')).toBe(`app ${REPOSITORY.arn}`)
  expect(uri).toMatch(/^[a-z0-9][a-z0-9.:-]*\/(?:[a-z0-9._-]+\/)*app$/)
}
const operations: Readonly<Record<string, (ecr: Ecr) => Promise<unknown>>> = {
  authorize: async (ecr) => {
    const { host } = await ecr.authorize()
    if (host !== null) expect(host).toMatch(/^[a-z0-9][a-z0-9.:-]*$/)
  },
  findRepository: async (ecr) => {
    const found = await ecr.findRepository('app')
    if (found !== null) sound(found)
  },
  findRepositories: async (ecr) => {
    const found = await ecr.findRepositories?.(['app', 'app/other'])
    const app = found?.get('app')
    if (app !== undefined) sound(app)
    // ECR answers for all or for none.
    expect([...(found?.keys() ?? [])]).toEqual(found ? ['app', 'app/other'] : [])
  },
  createRepository: async (ecr) => sound(await ecr.createRepository('app', NO_SETTINGS)),
  createsOnPush: (ecr) => ecr.createsOnPush('app'),
  findImages: async (ecr) => {
    for (const [name, held] of await ecr.findImages({ name: 'app' }, ['v1', '__proto__'])) {
      expect(['v1', '__proto__']).toContain(name)
      expect(held.digest).toMatch(DIGEST)
      expect(held.sizeInBytes ?? 0).toBeGreaterThanOrEqual(0)
      expect(typeof (held.sizeInBytes ?? 0)).toBe('number')
    }
  },
  isArchived: async (ecr) => {
    // ECR Public has no archive.
    const isArchived = (await ecr.isArchived?.({ name: 'app' }, OTHER)) ?? false
    expect(typeof isArchived).toBe('boolean')
  },
  policies: async (ecr) => (await ecr.settings()).readPolicies('app', { lifecycle: true, repository: true }),
  tags: async (ecr) => (await ecr.settings()).readTags(REPOSITORY),
  expectation: async (ecr) => (await ecr.scans?.())?.expectation({ ...REPOSITORY, exists: true }),
  scanned: async (ecr) =>
    (await ecr.scans?.())?.images(REPOSITORY, {
      digest: OTHER,
      mediaType: null,
      sizeInBytes: null,
      active: true,
    }),
  findings: async (ecr) => {
    const answer = await (await ecr.scans?.())?.findings(REPOSITORY, OTHER, new AbortController().signal)
    for (const count of Object.values(answer?.counts ?? {})) expect(count).toBeGreaterThan(0)
  },
  'replication targets': async (ecr) => (await ecr.replication?.())?.targets(REPOSITORY),
  'signing profiles': async (ecr) => {
    for (const one of (await (await ecr.signing?.())?.profiles(REPOSITORY)) ?? [])
      expect(one).toEqual(expect.any(String))
  },
  signing: async (ecr) => {
    for (const one of (await (await ecr.signing?.())?.progress(REPOSITORY, OTHER)) ?? [])
      expect([one.profile, one.status, one.failureCode ?? '', one.failureReason ?? '']).toEqual(
        Array.from({ length: 4 }, () => expect.any(String)),
      )
  },
  progress: async (ecr) => (await ecr.replication?.())?.progress(REPOSITORY, OTHER),
}

test(
  'whatever AWS answers, there is a checked result or an error of ours, and an end',
  async () => {
    const before = prototypes()
    const status = fc.constantFrom(200, 200, 200, 200, 400, 403, 500)
    const textTo = (operation: string) =>
      fc.oneof(
        { weight: 8, arbitrary: answerTo(operation).map((value) => JSON.stringify(value)) },
        hostileJson.map((value) => JSON.stringify(value)),
        hostileText,
      )
    const asked = fc.oneof(
      ...Object.keys(operations).map((name) => fc.tuple(fc.constant(name), textTo(name))),
    )
    expect(Object.keys(READ)).toEqual(Object.keys(operations))
    await hold(fc.tuple(asked, status, fc.boolean()), 800, async ([[name, said], code, isPublic]) => {
      let requests = 0
      const handler = answering(code, said, () => void requests++)
      const ecr = await (isPublic ? publicly(handler) : privately(handler))
      try {
        await operations[name]?.(ecr)
      } catch (error) {
        if (!(error instanceof ActionError)) throw error
        expect(explain(error)).not.toMatch(/\[object Object\]\.|\[native code/)
      }
      expect(requests).toBeLessThan(5000)
    })
    expect(prototypes()).toBe(before)
  },
  FUZZ_TIMEOUT,
)

test('a list that has no end is an error', async () => {
  const page = { nextToken: 'again', repositoryCreationTemplates: [] }
  const ecr = await privately(answering(200, JSON.stringify(page)))
  await expect(ecr.createsOnPush('app')).rejects.toThrow(
    'a list of repository creation templates that has no end',
  )
})

test('so is an index that contains itself', async () => {
  const child = { mediaType: 'application/vnd.oci.image.index.v1+json', digest: OTHER, size: 1 }
  const image = { imageId: { imageDigest: OTHER }, imageManifest: JSON.stringify({ manifests: [child] }) }
  const ecr = await privately(answering(200, JSON.stringify({ images: [image] })))
  await expect(operations['scanned']?.(ecr)).rejects.toThrow(/^It is an index with .* in each other\.$/)
})
