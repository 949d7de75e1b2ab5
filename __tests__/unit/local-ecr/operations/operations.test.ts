import { beforeEach, describe, expect, test } from '@jest/globals'
import { invoke } from '../../../../local-ecr/operations/dispatch.ts'
import { callerOf } from '../../../../local-ecr/store/names.ts'
import { Store } from '../../../../local-ecr/store/store.ts'
import type { Repository } from '../../../../local-ecr/store/types.ts'
import { caller, digest, imageManifest, indexManifest, indexType, other } from '../images.ts'

const place = { account: '123456789012', region: 'ap-northeast-2', repository: 'demo-service' }
const repositoryName = 'demo-service'

let store: Store
let repository: Repository

beforeEach(async () => {
  store = new Store({ now: () => new Date('2026-01-02T03:04:05Z') })
  await invoke(store, caller, 'CreateRepository', { repositoryName })
  repository = store.get(place)
})

const refusal = async (call: Promise<unknown>) => {
  const error = await call.then(
    () => undefined,
    (reason: Error) => reason,
  )
  return error && { name: error.name, message: error.message }
}

describe('repositories', () => {
  test('a new one has what ECR gives by default', async () => {
    const { repositories } = await invoke(store, caller, 'DescribeRepositories', {
      repositoryNames: [repositoryName],
    })
    expect(repositories).toEqual([
      {
        repositoryArn: 'arn:aws:ecr:ap-northeast-2:123456789012:repository/demo-service',
        registryId: '123456789012',
        repositoryName,
        repositoryUri: '123456789012.dkr.ecr.ap-northeast-2.amazonaws.com/demo-service',
        createdAt: new Date('2026-01-02T03:04:05Z'),
        imageTagMutability: 'MUTABLE',
        imageScanningConfiguration: { scanOnPush: false },
        encryptionConfiguration: { encryptionType: 'AES256' },
      },
    ])
  })

  test('the same name twice is refused', async () => {
    expect(await refusal(invoke(store, caller, 'CreateRepository', { repositoryName }))).toEqual({
      name: 'RepositoryAlreadyExistsException',
      message:
        "The repository with name 'demo-service' already exists in the registry with id '123456789012'",
    })
  })

  test('the same name in another region, or account, is another repository', async () => {
    for (const elsewhere of [callerOf('123456789012', 'us-east-1'), other])
      expect(await refusal(invoke(store, elsewhere, 'CreateRepository', { repositoryName }))).toBeUndefined()
  })

  test('one that nobody created is not found', async () => {
    expect(
      await refusal(invoke(store, caller, 'DescribeRepositories', { repositoryNames: ['nope'] })),
    ).toEqual({
      name: 'RepositoryNotFoundException',
      message: "The repository with name 'nope' does not exist in the registry with id '123456789012'",
    })
  })

  test.each([
    [
      'Demo',
      "must satisfy regular expression '(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*'",
    ],
    ['a', 'must have length greater than or equal to 2'],
    ['a'.repeat(257), 'must have length less than or equal to 256'],
  ])('the name %s is refused in the words of ECR', async (name, constraint) => {
    expect(await refusal(invoke(store, caller, 'CreateRepository', { repositoryName: name }))).toEqual({
      name: 'InvalidParameterException',
      message: `Invalid parameter at 'repositoryName' failed to satisfy constraint: '${constraint}'`,
    })
  })

  test('a page begins after the end of the last one', async () => {
    for (const name of ['aa', 'bb', 'cc'])
      await invoke(store, caller, 'CreateRepository', { repositoryName: name })
    const names: unknown[] = []
    let nextToken: string | undefined
    do {
      const answer = await invoke(store, caller, 'DescribeRepositories', { maxResults: 3, nextToken })
      names.push(...(answer.repositories ?? []).map((one) => one.repositoryName))
      nextToken = answer.nextToken
    } while (nextToken)
    expect(names).toEqual([repositoryName, 'aa', 'bb', 'cc'])
  })

  test('one that holds images is deleted only by force', async () => {
    await invoke(store, caller, 'PutImage', {
      repositoryName,
      imageManifest: await imageManifest(store, repository, 'one'),
    })
    expect(await refusal(invoke(store, caller, 'DeleteRepository', { repositoryName }))).toEqual({
      name: 'RepositoryNotEmptyException',
      message:
        "The repository with name 'demo-service' in registry with id '123456789012' cannot be deleted because it still contains images",
    })
    await invoke(store, caller, 'DeleteRepository', { repositoryName, force: true })
    expect(store.find(place)).toBeUndefined()
  })
})

describe('tag mutability', () => {
  const exclusions = [{ filterType: 'WILDCARD' as const, filter: 'sha256-*' }]
  test.each([
    ['MUTABLE', undefined, 'v1', true],
    ['IMMUTABLE', undefined, 'v1', false],
    ['IMMUTABLE_WITH_EXCLUSION', exclusions, 'v1', false],
    ['IMMUTABLE_WITH_EXCLUSION', exclusions, 'sha256-abc', true],
    ['MUTABLE_WITH_EXCLUSION', exclusions, 'v1', true],
    ['MUTABLE_WITH_EXCLUSION', exclusions, 'sha256-abc', false],
  ] as const)('%s with %j: %s may move: %s', async (imageTagMutability, filters, imageTag, moves) => {
    await invoke(store, caller, 'PutImageTagMutability', {
      repositoryName,
      imageTagMutability,
      ...(filters ? { imageTagMutabilityExclusionFilters: [...filters] } : {}),
    })
    const put = async (content: string) =>
      invoke(store, caller, 'PutImage', {
        repositoryName,
        imageTag,
        imageManifest: await imageManifest(store, repository, content),
      })
    await put('one')
    expect(await refusal(put('two'))).toEqual(
      moves
        ? undefined
        : {
            name: 'ImageTagAlreadyExistsException',
            message: `The image tag '${imageTag}' already exists in the 'demo-service' repository and cannot be overwritten because the repository is immutable.`,
          },
    )
  })

  test('filters go with the values that have exclusions, and only with them', async () => {
    const set = (imageTagMutability: 'IMMUTABLE' | 'IMMUTABLE_WITH_EXCLUSION', filters?: typeof exclusions) =>
      invoke(store, caller, 'PutImageTagMutability', {
        repositoryName,
        imageTagMutability,
        ...(filters ? { imageTagMutabilityExclusionFilters: filters } : {}),
      })
    expect((await refusal(set('IMMUTABLE', exclusions)))?.name).toBe('InvalidParameterException')
    expect((await refusal(set('IMMUTABLE_WITH_EXCLUSION')))?.name).toBe('InvalidParameterException')
  })
})

describe('images', () => {
  let manifest: string
  beforeEach(async () => {
    manifest = await imageManifest(store, repository, 'one')
    await invoke(store, caller, 'PutImage', { repositoryName, imageManifest: manifest, imageTag: 'v1' })
  })

  test('DescribeImages tells digest, tags, type and size', async () => {
    const { imageDetails } = await invoke(store, caller, 'DescribeImages', { repositoryName })
    expect(imageDetails).toEqual([
      expect.objectContaining({
        imageDigest: digest(manifest),
        imageTags: ['v1'],
        imageSizeInBytes:
          '{"architecture":"amd64","os":"linux","content":"one"}'.length + 'layer of one'.length,
        imageManifestMediaType: 'application/vnd.oci.image.manifest.v1+json',
        artifactMediaType: 'application/vnd.oci.image.config.v1+json',
      }),
    ])
  })

  test('a second tag is put over the same manifest', async () => {
    await invoke(store, caller, 'PutImage', { repositoryName, imageManifest: manifest, imageTag: 'v2' })
    const { images } = await invoke(store, caller, 'BatchGetImage', {
      repositoryName,
      imageIds: [{ imageTag: 'v2' }],
    })
    expect(images).toEqual([
      expect.objectContaining({
        imageId: { imageTag: 'v2', imageDigest: digest(manifest) },
        imageManifest: manifest,
      }),
    ])
  })

  test('the same tag over the same manifest changes nothing, and ECR says so', async () => {
    const second = invoke(store, caller, 'PutImage', {
      repositoryName,
      imageManifest: manifest,
      imageTag: 'v1',
    })
    expect((await refusal(second))?.name).toBe('ImageAlreadyExistsException')
  })

  test('an index needs its children', async () => {
    const child = await imageManifest(store, repository, 'two')
    const put = () =>
      invoke(store, caller, 'PutImage', {
        repositoryName,
        imageManifest: indexManifest([manifest, child]),
        imageTag: 'multi',
      })
    expect(await refusal(put())).toEqual({
      name: 'ReferencedImagesNotFoundException',
      message: `Images with digests '[${digest(child)}]' required for pushing image into repository with name 'demo-service' in the registry with id '123456789012' do not exist`,
    })
    await invoke(store, caller, 'PutImage', { repositoryName, imageManifest: child })
    expect((await put()).image?.imageManifestMediaType).toBe(indexType)
    const { failures } = await invoke(store, caller, 'BatchDeleteImage', {
      repositoryName,
      imageIds: [{ imageDigest: digest(child) }],
    })
    expect(failures?.[0]?.failureCode).toBe('ImageReferencedByManifestList')
  })

  test('a manifest needs its layers', async () => {
    const lost = (await imageManifest(store, repository, 'two')).replace(/"layers".*/, (rest) =>
      rest.replace(/sha256:[0-9a-f]{64}/, `sha256:${'0'.repeat(64)}`),
    )
    expect(
      (await refusal(invoke(store, caller, 'PutImage', { repositoryName, imageManifest: lost })))?.name,
    ).toBe('LayersNotFoundException')
  })

  test('an image that does not exist: DescribeImages throws, BatchGetImage lists it', async () => {
    const imageIds = [{ imageTag: 'nope' }]
    expect(await refusal(invoke(store, caller, 'DescribeImages', { repositoryName, imageIds }))).toEqual({
      name: 'ImageNotFoundException',
      message:
        "The image with imageId {imageDigest:'null', imageTag:'nope'} does not exist within the repository with name 'demo-service' in the registry with id '123456789012'",
    })
    const { failures } = await invoke(store, caller, 'BatchGetImage', { repositoryName, imageIds })
    expect(failures).toEqual([
      {
        imageId: { imageTag: 'nope' },
        failureCode: 'ImageNotFound',
        failureReason: 'Requested image not found',
      },
    ])
  })

  test('the last tag that goes takes the image along', async () => {
    await invoke(store, caller, 'PutImage', { repositoryName, imageManifest: manifest, imageTag: 'v2' })
    const remove = (imageTag: string) =>
      invoke(store, caller, 'BatchDeleteImage', { repositoryName, imageIds: [{ imageTag }] })
    await remove('v1')
    expect(repository.images.size).toBe(1)
    await remove('v2')
    expect(repository.images.size).toBe(0)
  })
})

describe('another account', () => {
  const input = { registryId: '123456789012', repositoryName }

  test('is refused without a policy', async () => {
    expect(await refusal(invoke(store, other, 'DescribeImages', input))).toEqual({
      name: 'AccessDeniedException',
      message:
        'User: arn:aws:sts::210987654321:assumed-role/ci/local-ecr is not authorized to perform: ecr:DescribeImages on resource: arn:aws:ecr:ap-northeast-2:123456789012:repository/demo-service because no resource-based policy allows the ecr:DescribeImages action',
    })
  })

  test.each([
    ['arn:aws:iam::210987654321:root', 'ecr:*', true],
    ['210987654321', 'ecr:Describe*', true],
    ['arn:aws:iam::210987654321:role/ci', 'ecr:DescribeImages', true],
    ['arn:aws:iam::210987654321:role/other', 'ecr:*', false],
    ['210987654321', 'ecr:PutImage', false],
  ])('with a policy for %s to do %s: %s', async (AWS, Action, may) => {
    const policyText = JSON.stringify({ Statement: [{ Effect: 'Allow', Principal: { AWS }, Action }] })
    await invoke(store, caller, 'SetRepositoryPolicy', { repositoryName, policyText })
    expect((await refusal(invoke(store, other, 'DescribeImages', input)))?.name).toBe(
      may ? undefined : 'AccessDeniedException',
    )
  })
})

test('a required member is asked for', async () => {
  expect(await refusal(invoke(store, caller, 'DescribeImages', { repositoryName: undefined }))).toEqual({
    name: 'InvalidParameterException',
    message: "Invalid parameter at 'repositoryName' failed to satisfy constraint: 'must not be null'",
  })
})

test('a token is good for its time', async () => {
  const { authorizationData } = await invoke(store, caller, 'GetAuthorizationToken', {})
  const [data] = authorizationData ?? []
  expect(data?.proxyEndpoint).toBe('https://123456789012.dkr.ecr.ap-northeast-2.amazonaws.com')
  expect(data?.expiresAt).toEqual(new Date('2026-01-02T15:04:05Z'))
  const [user, password = ''] = Buffer.from(data?.authorizationToken ?? '', 'base64')
    .toString()
    .split(':')
  expect(user).toBe('AWS')
  expect(store.token(password)?.account).toBe('123456789012')
})

test('an upload belongs to the repository that it was begun in', async () => {
  const store = new Store()
  for (const repositoryName of ['one', 'two'])
    await invoke(store, caller, 'CreateRepository', { repositoryName })
  const { uploadId } = await invoke(store, caller, 'InitiateLayerUpload', { repositoryName: 'one' })
  const part = { uploadId, partFirstByte: 0, partLastByte: 0, layerPartBlob: Buffer.from('x') }
  await expect(
    invoke(store, caller, 'UploadLayerPart', { repositoryName: 'two', ...part }),
  ).rejects.toMatchObject({
    name: 'UploadNotFoundException',
  })
  expect(await invoke(store, caller, 'UploadLayerPart', { repositoryName: 'one', ...part })).toMatchObject({
    lastByteReceived: 0,
  })
})

describe('referrers', () => {
  const list = async (filter?: object) => {
    const { referrers } = (await invoke(store, caller, 'ListImageReferrers', {
      repositoryName,
      subjectId: { imageDigest: 'sha256:a' },
      ...(filter ? { filter } : {}),
    })) as { referrers: { digest: string; artifactStatus: string }[] }
    return referrers.map((one) => [one.digest, one.artifactStatus])
  }

  test('are listed by their status: without a filter, those that can be pulled', async () => {
    for (const content of ['one', 'two']) {
      const manifest = await imageManifest(store, repository, content)
      await invoke(store, caller, 'PutImage', { repositoryName, imageManifest: manifest })
    }
    const [first, second] = [...repository.images.values()]
    if (first === undefined || second === undefined) throw new Error('no images')
    const subject = 'sha256:a'
    repository.images.set(first.digest, { ...first, subject })
    repository.images.set(second.digest, { ...second, subject, status: 'ARCHIVED' })
    expect(await list()).toEqual([[first.digest, 'ACTIVE']])
    expect(await list({ artifactStatus: 'ARCHIVED' })).toEqual([[second.digest, 'ARCHIVED']])
    expect(await list({ artifactStatus: 'ANY' })).toEqual([
      [first.digest, 'ACTIVE'],
      [second.digest, 'ARCHIVED'],
    ])
  })
})
