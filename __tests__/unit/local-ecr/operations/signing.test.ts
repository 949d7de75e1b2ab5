import { beforeEach, describe, expect, test } from '@jest/globals'
import { invoke } from '../../../../local-ecr/operations/dispatch.ts'
import { Store } from '../../../../local-ecr/store/store.ts'
import { caller, digest, imageManifest, imageType, other } from '../images.ts'
import { putSigningRules } from '../signing-rules.ts'

const repositoryName = 'team/app'
const place = { account: caller.account, region: caller.region, repository: repositoryName }
const profile = (name: string, region = caller.region) =>
  `arn:aws:signer:${region}:${caller.account}:/signing-profiles/${name}`

let store: Store

beforeEach(async () => {
  store = new Store()
  await invoke(store, caller, 'CreateRepository', { repositoryName })
})

/** Rules of the registry: the name of a profile, and the filters of its rule. */
const put = (...rules: [string, ...string[]][]) =>
  putSigningRules(
    store,
    caller,
    Object.fromEntries(rules.map(([name, ...filters]) => [profile(name), filters])),
  )

async function push(name: string, more: object = {}): Promise<string> {
  const manifest = JSON.parse(await imageManifest(store, store.get(place), name))
  const imageManifestText = JSON.stringify({ ...manifest, ...more })
  await invoke(store, caller, 'PutImage', { repositoryName, imageManifest: imageManifestText })
  return digest(imageManifestText)
}

const statuses = async (imageDigest: string) =>
  (await invoke(store, caller, 'DescribeImageSigningStatus', { repositoryName, imageId: { imageDigest } }))
    .signingStatuses

describe('the configuration of a registry', () => {
  test('is kept, belongs to one account and region, and is gone once it is deleted', async () => {
    await put(['one', 'team/*'])
    const rules = [
      {
        signingProfileArn: profile('one'),
        repositoryFilters: [{ filter: 'team/*', filterType: 'WILDCARD_MATCH' }],
      },
    ]
    const kept = { registryId: caller.account, signingConfiguration: { rules } }
    expect(await invoke(store, caller, 'GetSigningConfiguration', {})).toEqual(kept)
    await expect(invoke(store, other, 'GetSigningConfiguration', {})).rejects.toMatchObject({
      name: 'SigningConfigurationNotFoundException',
    })
    expect(await invoke(store, caller, 'DeleteSigningConfiguration', {})).toEqual(kept)
    for (const operation of ['GetSigningConfiguration', 'DeleteSigningConfiguration'] as const)
      await expect(invoke(store, caller, operation, {})).rejects.toMatchObject({
        name: 'SigningConfigurationNotFoundException',
      })
  })

  test.each([
    ['a profile of another region', [profile('one', 'us-east-1')], 'in the region of the registry'],
    ['what is no profile', ['arn:aws:kms:ap-northeast-2:123456789012:key/x'], 'is not the ARN of'],
    ['more than 10 rules', Array.from({ length: 11 }, (_, at) => profile(`p${at}x`)), 'at most 10 rules'],
  ])('%s is refused', async (_, arns, message) => {
    const rules = arns.map((signingProfileArn) => ({ signingProfileArn }))
    await expect(
      invoke(store, caller, 'PutSigningConfiguration', { signingConfiguration: { rules } }),
    ).rejects.toThrow(message)
  })
})

describe('the status of an image', () => {
  test.each<[string[], boolean]>([
    [[], true],
    [['team/*'], true],
    [['*/app'], true],
    [['other', '*eam/a*'], true],
    [['team/app'], true],
    [['team'], false],
    [['app'], false],
    [['team.app'], false],
  ])('a rule with the filters %j: %j', async (filters, signs) => {
    await put(['one', ...filters])
    expect(await statuses(await push('new'))).toEqual(
      signs ? [{ signingProfileArn: profile('one'), status: 'COMPLETE' }] : [],
    )
  })

  test('one for each profile, as its plan says; the plan of an image comes first', async () => {
    await put(['one'], ['two', 'team/*'], ['one', 'team/app'], ['three', 'other'])
    store.signingPlans.set(profile('one'), {
      absent: 1,
      underWay: 1,
      failureCode: 'X',
      failureReason: 'Why.',
    })
    const image = await push('new')
    const two = { signingProfileArn: profile('two'), status: 'COMPLETE' }
    const one = { signingProfileArn: profile('one') }
    expect(await statuses(image)).toEqual([two])
    expect(await statuses(image)).toEqual([{ ...one, status: 'IN_PROGRESS' }, two])
    const failed = { ...one, status: 'FAILED', failureCode: 'X', failureReason: 'Why.' }
    expect(await statuses(image)).toEqual([failed, two])
    store.signingPlans.set(image, {})
    expect(await statuses(image)).toEqual([{ ...one, status: 'COMPLETE' }, two])
  })

  test('an image from before the rule, and a signature, are not signed', async () => {
    const before = await push('before')
    await put(['one'])
    const subject = { mediaType: imageType, digest: before, size: 1 }
    const signature = await push('signature', { subject })
    expect([await statuses(before), await statuses(signature)]).toEqual([[], []])
  })
})
