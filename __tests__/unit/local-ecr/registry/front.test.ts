import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { type LocalEcr, startLocalEcr } from '../../../../local-ecr/host/start.ts'
import { invoke } from '../../../../local-ecr/operations/dispatch.ts'
import { caller, digest, imageManifest, imageType, indexManifest, indexType, other } from '../images.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'local-ecr-test-'))
const place = { account: '123456789012', region: 'ap-northeast-2', repository: 'team/demo' }
let ecr: LocalEcr
let base: string

beforeAll(async () => {
  ecr = await startLocalEcr({ mode: 'localhost', registryBinary: null, dataDir })
  base = `http://${ecr.registryHost(place.account, place.region)}/v2`
})
afterAll(async () => {
  await ecr.stop()
  rmSync(dataDir, { recursive: true })
})
beforeEach(async () => {
  ecr.faults.clear()
  if (ecr.store.find(place))
    await invoke(ecr.store, caller, 'DeleteRepository', { repositoryName: place.repository, force: true })
  await invoke(ecr.store, caller, 'CreateRepository', { repositoryName: place.repository })
})

async function ask(method: string, path: string, body?: string, type?: string, who = caller) {
  const password = ecr.store.issueToken(who).password
  const response = await fetch(`${base}/${path}`, {
    method,
    headers: {
      authorization: `Basic ${Buffer.from(`AWS:${password}`).toString('base64')}`,
      ...(type ? { 'content-type': type } : {}),
    },
    ...(body === undefined ? {} : { body }),
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, text }
}

const error = (code: string, message: string) => JSON.stringify({ errors: [{ code, message }] })
const manifest = (content: string) => imageManifest(ecr.store, ecr.store.get(place), content)

test('a layer and a manifest go in, and come out as they were', async () => {
  const layer = 'some layer'
  const start = await ask('POST', 'team/demo/blobs/uploads/')
  const location = start.headers.get('location') ?? ''
  expect(location.startsWith(`${base}/team/demo/blobs/uploads/`)).toBe(true)
  const upload = location.slice(base.length + 1)
  expect((await ask('PATCH', upload, layer)).status).toBe(202)
  expect((await ask('PUT', `${upload}?digest=${digest(layer)}`)).status).toBe(201)
  expect((await ask('GET', `team/demo/blobs/${digest(layer)}`)).text).toBe(layer)
  const text = await manifest('one')
  const put = await ask('PUT', 'team/demo/manifests/v1', text, imageType)
  expect([put.status, put.headers.get('docker-content-digest')]).toEqual([201, digest(text)])
  const got = await ask('GET', 'team/demo/manifests/v1')
  expect([got.text, got.headers.get('content-type')]).toEqual([text, imageType])
  const head = await ask('HEAD', `team/demo/manifests/${digest(text)}`)
  expect([head.status, head.headers.get('docker-content-digest')]).toEqual([200, digest(text)])
  expect((await ask('GET', 'team/demo/tags/list')).text).toBe('{"name":"team/demo","tags":["v1"]}')
})

test('the API and the registry tell one story', async () => {
  const text = await manifest('one')
  await ask('PUT', 'team/demo/manifests/v1', text, imageType)
  await invoke(ecr.store, caller, 'PutImage', {
    repositoryName: place.repository,
    imageManifest: text,
    imageTag: 'v2',
  })
  expect((await ask('GET', 'team/demo/manifests/v2')).text).toBe(text)
  await invoke(ecr.store, caller, 'BatchDeleteImage', {
    repositoryName: place.repository,
    imageIds: [{ imageTag: 'v1' }],
  })
  const gone = await ask('GET', 'team/demo/manifests/v1')
  expect([gone.status, gone.text]).toEqual([404, error('MANIFEST_UNKNOWN', 'Requested image not found')])
})

test('a repository that nobody created is unknown', async () => {
  const answer = await ask('POST', 'nope/blobs/uploads/')
  expect([answer.status, answer.text]).toEqual([
    404,
    error(
      'NAME_UNKNOWN',
      "The repository with name 'nope' does not exist in the registry with id '123456789012'",
    ),
  ])
})

test('an immutable tag stays, for the same manifest too', async () => {
  await invoke(ecr.store, caller, 'PutImageTagMutability', {
    repositoryName: place.repository,
    imageTagMutability: 'IMMUTABLE',
  })
  const text = await manifest('one')
  expect((await ask('PUT', 'team/demo/manifests/v1', text, imageType)).status).toBe(201)
  for (const one of [text, await manifest('two')]) {
    const second = await ask('PUT', 'team/demo/manifests/v1', one, imageType)
    expect([second.status, second.text]).toEqual([
      400,
      error(
        'TAG_INVALID',
        "The image tag 'v1' already exists in the 'team/demo' repository and cannot be overwritten because the tag is immutable.",
      ),
    ])
  }
  expect((await ask('PUT', `team/demo/manifests/${digest(text)}`, text, imageType)).status).toBe(201)
})

test('an index is refused while its children are missing', async () => {
  const child = await manifest('child')
  const index = indexManifest([child])
  const answer = await ask('PUT', 'team/demo/manifests/multi', index, indexType)
  expect([answer.status, JSON.parse(answer.text).errors[0].code]).toEqual([400, 'MANIFEST_BLOB_UNKNOWN'])
  await ask('PUT', `team/demo/manifests/${digest(child)}`, child, imageType)
  expect((await ask('PUT', 'team/demo/manifests/multi', index, indexType)).status).toBe(201)
})

test('referrers are listed by what they are', async () => {
  const subject = await manifest('subject')
  await ask('PUT', 'team/demo/manifests/v1', subject, imageType)
  const signature = JSON.stringify({
    ...JSON.parse(await manifest('signature')),
    artifactType: 'application/example',
    subject: { mediaType: imageType, digest: digest(subject), size: subject.length },
  })
  const put = await ask('PUT', `team/demo/manifests/${digest(signature)}`, signature, imageType)
  expect(put.headers.get('oci-subject')).toBe(digest(subject))
  const list = await ask('GET', `team/demo/referrers/${digest(subject)}?artifactType=application/example`)
  expect(JSON.parse(list.text).manifests).toEqual([
    {
      mediaType: imageType,
      digest: digest(signature),
      size: signature.length,
      artifactType: 'application/example',
    },
  ])
  const none = await ask('GET', `team/demo/referrers/${digest(subject)}?artifactType=application/other`)
  expect(JSON.parse(none.text).manifests).toEqual([])
})

test('another account is denied, until a policy lets it in', async () => {
  const text = await manifest('one')
  await ask('PUT', 'team/demo/manifests/v1', text, imageType)
  const denied = await ask('GET', 'team/demo/manifests/v1', undefined, undefined, other)
  expect([denied.status, denied.text]).toEqual([
    403,
    error(
      'DENIED',
      'User: arn:aws:sts::210987654321:assumed-role/ci/local-ecr is not authorized to perform: ecr:BatchGetImage on resource: arn:aws:ecr:ap-northeast-2:123456789012:repository/team/demo because no resource-based policy allows the ecr:BatchGetImage action',
    ),
  ])
  await invoke(ecr.store, caller, 'SetRepositoryPolicy', {
    repositoryName: place.repository,
    policyText: JSON.stringify({
      Statement: [{ Effect: 'Allow', Principal: { AWS: '210987654321' }, Action: ['ecr:BatchGetImage'] }],
    }),
  })
  expect((await ask('GET', 'team/demo/manifests/v1', undefined, undefined, other)).status).toBe(200)
  expect((await ask('PUT', 'team/demo/manifests/v2', text, imageType, other)).status).toBe(403)
})

test('nothing is deleted through the registry', async () => {
  const answer = await ask('DELETE', `team/demo/manifests/sha256:${'0'.repeat(64)}`)
  expect([answer.status, JSON.parse(answer.text).errors[0].code]).toEqual([405, 'UNSUPPORTED'])
})

test('a layer is mounted only if the account has it on and an image of the source refers to it', async () => {
  await invoke(ecr.store, caller, 'CreateRepository', { repositoryName: 'source' }).catch(() => undefined)
  const source = ecr.store.get({ ...place, repository: 'source' })
  const text = await imageManifest(ecr.store, source, 'shared')
  const [layer] = JSON.parse(text).layers as { digest: string }[]
  const mount = async () =>
    (await ask('POST', `team/demo/blobs/uploads/?mount=${layer?.digest}&from=source`)).status
  const setting = (value: string) =>
    invoke(ecr.store, caller, 'PutAccountSetting', { name: 'BLOB_MOUNTING', value })
  await setting('ENABLED')
  expect(await mount()).toBe(202)
  await invoke(ecr.store, caller, 'PutImage', { repositoryName: 'source', imageManifest: text })
  expect(await mount()).toBe(201)
  await setting('DISABLED')
  expect(await mount()).toBe(202)
})

test('failures on order reach the registry, and the record has them', async () => {
  ecr.faults.order(
    { match: { side: 'registry', operation: 'PutImage' }, effect: { kind: 'deny' } },
    { match: { side: 'registry', path: '/blobs/' }, effect: { kind: 'throttle' } },
    { match: { side: 'registry', method: 'GET' }, effect: { kind: 'drop' } },
  )
  const text = await manifest('one')
  const denied = await ask('PUT', 'team/demo/manifests/v1', text, imageType)
  expect([denied.status, denied.text]).toEqual([
    403,
    error(
      'DENIED',
      'User: arn:aws:sts::123456789012:assumed-role/ci/local-ecr is not authorized to perform: ecr:PutImage on resource: arn:aws:ecr:ap-northeast-2:123456789012:repository/team/demo because no identity-based policy allows the ecr:PutImage action',
    ),
  ])
  const busy = await ask('HEAD', `team/demo/blobs/${digest('x')}`)
  expect(busy.status).toBe(429)
  await expect(ask('GET', 'team/demo/tags/list')).rejects.toThrow('fetch failed')
  expect(ecr.requests.slice(-3)).toMatchObject([
    { operation: 'PutImage', status: 403, error: 'DENIED' },
    { operation: 'BatchCheckLayerAvailability', status: 429, error: 'TOOMANYREQUESTS' },
    { operation: 'ListImages', status: 0, error: 'Dropped' },
  ])
  expect((await ask('PUT', 'team/demo/manifests/v1', text, imageType)).status).toBe(201)
  expect(ecr.requests.at(-1)).toMatchObject({
    side: 'registry',
    repository: 'team/demo',
    bytes: text.length,
    caller: caller.arn,
  })
})
