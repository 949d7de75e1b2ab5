import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as sdk from '@aws-sdk/client-ecr'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { inProcess } from '../../../../local-ecr/api/sdk-handler.ts'
import { type LocalEcr, startLocalEcr } from '../../../../local-ecr/host/start.ts'
import { operations } from '../../../../local-ecr/operations/index.ts'
import { Service } from '../../../../local-ecr/service/service.ts'
import { Store } from '../../../../local-ecr/store/store.ts'
import { digest, imageManifest, imageType } from '../images.ts'

const repositoryName = 'demo-service'
const resourceArn = `arn:aws:ecr:ap-northeast-2:123456789012:repository/${repositoryName}`
const place = { account: '123456789012', region: 'ap-northeast-2', repository: repositoryName }
const lifecyclePolicyText = JSON.stringify({
  rules: [
    {
      rulePriority: 1,
      selection: { tagStatus: 'untagged', countType: 'imageCountMoreThan', countNumber: 5 },
      action: { type: 'expire' },
    },
  ],
})
const policyText = JSON.stringify({ Statement: [] })
const layer = Buffer.from('a layer that comes through the API')
const layerDigest = digest(layer.toString())

function clientOf(store: Store, more: sdk.ECRClientConfig): sdk.ECRClient {
  const issued = store.issueCredentials('123456789012')
  const { accessKeyId, secretAccessKey, sessionToken = '' } = issued
  return new sdk.ECRClient({
    region: 'ap-northeast-2',
    maxAttempts: 1,
    credentials: { accessKeyId, secretAccessKey, sessionToken },
    ...more,
  })
}

/** What the call throws, as the SDK's own error. */
async function thrown(call: Promise<unknown>): Promise<sdk.ECRServiceException> {
  try {
    await call
  } catch (error) {
    return error as sdk.ECRServiceException
  }
  throw new Error('the call did not fail')
}

/** One walk through every operation, whose outputs must come back whole through the SDK. */
async function walk(client: sdk.ECRClient, store: Store): Promise<Record<string, object>> {
  const seen: Record<string, object> = {}
  const send = async (name: keyof typeof operations, input: object) => {
    const Command = (sdk as unknown as Record<string, new (input: object) => never>)[`${name}Command`]
    if (!Command) throw new Error(`The SDK has no ${name}`)
    const { $metadata, ...output } = (await client.send(new Command(input))) as { $metadata: object }
    seen[name] = output
    return output as Record<string, never>
  }
  const named = { repositoryName }
  await send('GetAuthorizationToken', {})
  await send('CreateRepository', { ...named, tags: [{ Key: 'team', Value: 'ci' }] })
  await send('DescribeRepositories', {})
  await send('PutImageTagMutability', { ...named, imageTagMutability: 'MUTABLE' })
  await send('PutImageScanningConfiguration', {
    ...named,
    imageScanningConfiguration: { scanOnPush: true },
  })
  await send('BatchGetRepositoryScanningConfiguration', { repositoryNames: [repositoryName, 'nope'] })
  await send('PutLifecyclePolicy', { ...named, lifecyclePolicyText })
  await send('GetLifecyclePolicy', named)
  await send('DeleteLifecyclePolicy', named)
  await send('SetRepositoryPolicy', { ...named, policyText })
  await send('GetRepositoryPolicy', named)
  await send('DeleteRepositoryPolicy', named)
  await send('TagResource', { resourceArn, tags: [{ Key: 'stage', Value: 'test' }] })
  await send('UntagResource', { resourceArn, tagKeys: ['team'] })
  await send('ListTagsForResource', { resourceArn })
  const { uploadId } = await send('InitiateLayerUpload', named)
  await send('UploadLayerPart', {
    ...named,
    uploadId,
    partFirstByte: 0,
    partLastByte: layer.byteLength - 1,
    layerPartBlob: layer,
  })
  await send('CompleteLayerUpload', { ...named, uploadId, layerDigests: [layerDigest] })
  await send('BatchCheckLayerAvailability', { ...named, layerDigests: [layerDigest] })
  await send('GetDownloadUrlForLayer', { ...named, layerDigest })
  const manifest = await imageManifest(store, store.get(place), 'one')
  await send('PutImage', { ...named, imageManifest: manifest, imageTag: 'v1' })
  const attached = JSON.stringify({
    ...JSON.parse(await imageManifest(store, store.get(place), 'signature')),
    artifactType: 'application/example',
    subject: { mediaType: imageType, digest: digest(manifest), size: manifest.length },
  })
  await client.send(new sdk.PutImageCommand({ ...named, imageManifest: attached }))
  await send('ListImageReferrers', { ...named, subjectId: { imageDigest: digest(manifest) } })
  await send('StartLifecyclePolicyPreview', { ...named, lifecyclePolicyText })
  await client.send(new sdk.GetLifecyclePolicyPreviewCommand(named))
  await send('GetLifecyclePolicyPreview', named)
  await send('DescribeImages', named)
  await send('ListImages', named)
  await send('BatchGetImage', { ...named, imageIds: [{ imageTag: 'v1' }, { imageTag: 'nope' }] })
  await send('BatchDeleteImage', { ...named, imageIds: [{ imageTag: 'v1' }, { imageTag: 'nope' }] })
  await send('DescribeRegistry', {})
  await send('GetRegistryScanningConfiguration', {})
  await send('PutRegistryScanningConfiguration', { scanType: 'BASIC', rules: [] })
  const rule = { destinations: [{ region: 'us-east-1', registryId: place.account }] }
  await send('PutReplicationConfiguration', { replicationConfiguration: { rules: [rule] } })
  await client.send(new sdk.PutImageCommand({ ...named, imageManifest: manifest, imageTag: 'v2' }))
  const imageId = { imageTag: 'v2' }
  await send('DescribeImageReplicationStatus', { ...named, imageId })
  const signingProfileArn = `arn:aws:signer:${place.region}:${place.account}:/signing-profiles/demo`
  const repositoryFilters = [{ filter: `${repositoryName}*`, filterType: 'WILDCARD_MATCH' }]
  const signingConfiguration = { rules: [{ signingProfileArn, repositoryFilters }] }
  await send('PutSigningConfiguration', { signingConfiguration })
  await send('GetSigningConfiguration', {})
  const signed = await imageManifest(store, store.get(place), 'signed')
  await client.send(new sdk.PutImageCommand({ ...named, imageManifest: signed, imageTag: 'signed' }))
  store.signingPlans.set(signingProfileArn, { failureCode: 'ACCESS_DENIED', failureReason: 'No.' })
  await send('DescribeImageSigningStatus', { ...named, imageId: { imageTag: 'signed' } })
  await send('DeleteSigningConfiguration', {})
  await client.send(
    new sdk.PutImageScanningConfigurationCommand({
      ...named,
      imageScanningConfiguration: { scanOnPush: false },
    }),
  )
  const late = await imageManifest(store, store.get(place), 'late')
  await client.send(new sdk.PutImageCommand({ ...named, imageManifest: late, imageTag: 'late' }))
  store.scanPlans.set(repositoryName, {
    findings: [{ name: 'CVE-2026-1', severity: 'HIGH', package: 'zlib', version: '1.2' }],
  })
  await send('StartImageScan', { ...named, imageId: { imageTag: 'late' } })
  await send('DescribeImageScanFindings', { ...named, imageId: { imageTag: 'late' } })
  await send('CreateRepositoryCreationTemplate', { prefix: 'team', appliedFor: ['CREATE_ON_PUSH'] })
  await send('DescribeRepositoryCreationTemplates', {})
  await send('PutAccountSetting', { name: 'BLOB_MOUNTING', value: 'ENABLED' })
  await send('GetAccountSetting', { name: 'BLOB_MOUNTING' })
  await send('DeleteRepository', { ...named, force: true })
  return seen
}

describe('in process, through the real client', () => {
  let service: Service
  let client: sdk.ECRClient
  beforeEach(() => {
    service = new Service(new Store())
    client = clientOf(service.store, { requestHandler: inProcess(service) })
  })

  test('no member of an output is lost on its way through the SDK', async () => {
    const { invokeByName } = await import('../../../../local-ecr/operations/dispatch.ts')
    const seen = await walk(client, service.store)
    expect(Object.keys(seen).sort()).toEqual(Object.keys(operations).sort())
    // The same walk without the SDK: its outputs have the same members, and dates are dates.
    const store = new Store()
    const direct: Record<string, object> = {}
    const bypass = {
      async send(command: { constructor: { name: string }; input: Record<string, unknown> }) {
        const name = command.constructor.name.replace(/Command$/, '')
        const caller = {
          account: place.account,
          region: place.region,
          arn: 'arn:aws:iam::123456789012:user/x',
        }
        const output = await invokeByName(store, caller, name, command.input)
        direct[name] ??= output
        return { $metadata: {}, ...output }
      },
    }
    await walk(bypass as never, store)
    for (const name of Object.keys(seen))
      expect([name, shape(seen[name])]).toEqual([name, shape(direct[name])])
  })

  test("an exception is the SDK's own class, with ECR's text", async () => {
    const error = await thrown(client.send(new sdk.DescribeImagesCommand({ repositoryName: 'nope' })))
    expect(error).toBeInstanceOf(sdk.RepositoryNotFoundException)
    expect(error.message).toBe(
      "The repository with name 'nope' does not exist in the registry with id '123456789012'",
    )
    expect(error.$metadata.httpStatusCode).toBe(400)
  })

  test.each([
    ['a wrong secret', { secretAccessKey: 'wrong' }, 'InvalidSignatureException'],
    ['an unknown key', { accessKeyId: 'ASIAUNKNOWN' }, 'UnrecognizedClientException'],
    ['another session token', { sessionToken: 'other' }, 'UnrecognizedClientException'],
  ])('%s is refused', async (_, change, name) => {
    const { accessKeyId, secretAccessKey, sessionToken = '' } = service.store.issueCredentials(place.account)
    const bad = clientOf(service.store, {
      requestHandler: inProcess(service),
      credentials: { accessKeyId, secretAccessKey, sessionToken, ...change },
    })
    expect((await thrown(bad.send(new sdk.DescribeRegistryCommand({})))).name).toBe(name)
    expect(service.recorder.requests.at(-1)).toMatchObject({ operation: 'DescribeRegistry', error: name })
  })

  test('expired credentials are refused', async () => {
    const {
      accessKeyId,
      secretAccessKey,
      sessionToken = '',
    } = service.store.issueCredentials(place.account, {
      expires: new Date(0),
    })
    const late = clientOf(service.store, {
      requestHandler: inProcess(service),
      credentials: { accessKeyId, secretAccessKey, sessionToken },
    })
    expect((await thrown(late.send(new sdk.DescribeRegistryCommand({})))).name).toBe('ExpiredTokenException')
  })

  test('a request whose body was changed on the way is refused', async () => {
    const honest = inProcess(service)
    const altered = clientOf(service.store, {
      requestHandler: {
        ...honest,
        handle: (request) => honest.handle({ ...request, body: '{"repositoryName":"other"}' }),
      } as typeof honest,
    })
    const error = await thrown(altered.send(new sdk.CreateRepositoryCommand({ repositoryName })))
    expect(error.name).toBe('InvalidSignatureException')
    expect(service.store.find(place)).toBeUndefined()
  })

  test('a date is the moment that the store has, to the millisecond', async () => {
    const now = new Date('2026-01-02T03:04:05.678Z')
    const exact = new Service(new Store({ now: () => now }))
    const through = clientOf(exact.store, { requestHandler: inProcess(exact) })
    const { repository } = await through.send(new sdk.CreateRepositoryCommand({ repositoryName }))
    expect(repository?.createdAt?.toISOString()).toBe(now.toISOString())
  })

  test('the record has the input, without the layers in it', async () => {
    await walk(client, service.store)
    const upload = service.recorder.requests.find(({ operation }) => operation === 'UploadLayerPart')
    expect(upload?.input).toMatchObject({ repositoryName, partFirstByte: 0, layerPartBlob: '***' })
  })

  test('no token is in the record', async () => {
    const { authorizationData } = await client.send(new sdk.GetAuthorizationTokenCommand({}))
    const token = authorizationData?.[0]?.authorizationToken ?? ''
    expect(token).not.toBe('')
    expect(JSON.stringify(service.recorder.requests)).not.toContain(token)
    expect(service.recorder.operations()).toEqual(['GetAuthorizationToken'])
  })
})

/** Members and kinds of value, without the values, which differ from run to run. */
function shape(value: unknown): unknown {
  if (Object.prototype.toString.call(value) === '[object Date]') return 'date'
  if (Array.isArray(value)) return value.map(shape)
  if (typeof value !== 'object' || value === null) return typeof value
  const members = Object.entries(value).filter(([, held]) => held !== undefined)
  return Object.fromEntries(
    members.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, held]) => [name, shape(held)]),
  )
}

describe('over HTTP, on localhost', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'local-ecr-test-'))
  let ecr: LocalEcr
  let client: sdk.ECRClient
  beforeAll(async () => {
    ecr = await startLocalEcr({ mode: 'localhost', registryBinary: null, dataDir })
    client = clientOf(ecr.store, { endpoint: ecr.apiUrl })
  })
  afterAll(async () => {
    client.destroy()
    await ecr.stop()
    rmSync(dataDir, { recursive: true })
  })

  test('every operation is served', async () => {
    expect(Object.keys(await walk(client, ecr.store)).length).toBe(Object.keys(operations).length)
  })

  test('a registry asks for a password, and takes the token', async () => {
    const url = `http://${ecr.registryHost('123456789012', 'us-east-1')}/v2/`
    const asked = await fetch(url)
    expect(asked.status).toBe(401)
    expect(asked.headers.get('www-authenticate')).toBe(
      `Basic realm="${url.replace('v2/', '')}",service="ecr.amazonaws.com"`,
    )
    const { authorizationData } = await client.send(new sdk.GetAuthorizationTokenCommand({}))
    const authorization = `Basic ${authorizationData?.[0]?.authorizationToken}`
    expect((await fetch(url, { headers: { authorization } })).status).toBe(200)
    ecr.store.expireTokens()
    const late = await fetch(url, { headers: { authorization } })
    expect([late.status, await late.json()]).toEqual([
      403,
      {
        errors: [
          {
            code: 'DENIED',
            message: 'Your authorization token has expired. Reauthenticate and try again.',
          },
        ],
      },
    ])
  })

  test('another process orders failures and reads the record', async () => {
    const order = { match: { operation: 'DescribeRegistry' }, effect: { kind: 'throttle' } }
    await fetch(`${ecr.apiUrl}/_local/faults`, { method: 'POST', body: JSON.stringify(order) })
    expect((await thrown(client.send(new sdk.DescribeRegistryCommand({})))).name).toBe('ThrottlingException')
    const answer = await fetch(`${ecr.apiUrl}/_local/requests`)
    const { requests } = (await answer.json()) as { requests: object[] }
    expect(requests.at(-1)).toMatchObject({ operation: 'DescribeRegistry', error: 'ThrottlingException' })
  })
})
