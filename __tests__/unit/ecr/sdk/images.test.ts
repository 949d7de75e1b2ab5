import { describe, expect, test } from '@jest/globals'
import { askForTags, describeTags, inCalls } from '../../../../src/ecr/sdk/images.ts'
import type { HeldImage } from '../../../../src/ecr/types.ts'

const digestOf = (digit: string) => `sha256:${digit.repeat(64)}`
const image = (digit: string): HeldImage => ({
  digest: digestOf(digit),
  mediaType: null,
  sizeInBytes: 1,
  active: true,
})
const thrown = (name: string) => Object.assign(new Error(name), { name })

describe('in as many calls as ECR needs', () => {
  test.each([
    [0, []],
    [1, [1]],
    [100, [100]],
    [101, [100, 1]],
    [250, [100, 100, 50]],
  ])('%d tags', async (count, sizes) => {
    const tags = Array.from({ length: count }, (_, index) => `v${index}`)
    const asked: string[][] = []
    const found = await inCalls(tags, async (some) => {
      asked.push([...some])
      return new Map(some.map((tag) => [tag, image('a')]))
    })
    expect(asked.map(({ length }) => length)).toEqual(sizes)
    expect(asked.flat()).toEqual(tags)
    expect([...found.keys()]).toEqual(tags)
  })
})

describe('if one tag fails the call for all', () => {
  const held = new Map([
    ['v1', image('a')],
    ['v3', image('b')],
  ])
  const ask = async (tags: readonly string[]) => {
    const found = new Map<string, HeldImage>()
    for (const tag of tags) {
      const one = held.get(tag)
      if (one === undefined) throw thrown('ImageNotFoundException')
      found.set(tag, one)
    }
    return found
  }

  test('each is asked for alone', async () => {
    expect(await askForTags(['v1', 'v2', 'v3'], 'ImageNotFoundException', ask)).toEqual(held)
    expect(await askForTags(['v2'], 'ImageNotFoundException', ask)).toEqual(new Map())
  })

  test('but not if the repository does not exist, or for another failure', async () => {
    let calls = 0
    const failing = (name: string) => async () => {
      calls++
      throw thrown(name)
    }
    const absent = await askForTags(
      ['v1', 'v2'],
      'ImageNotFoundException',
      failing('RepositoryNotFoundException'),
    )
    expect(absent).toEqual(new Map())
    const denied = askForTags(['v1', 'v2'], 'ImageNotFoundException', failing('AccessDeniedException'))
    await expect(denied).rejects.toThrow('AccessDeniedException')
    expect(calls).toBe(2)
  })
})

describe('what DescribeImages says', () => {
  test('of tags that nobody asked for is left out', async () => {
    const detail = { imageDigest: digestOf('a'), imageTags: ['v1', 'latest', 'old'], imageSizeInBytes: 1 }
    const found = await describeTags(['latest', 'v1'], async () => ({ imageDetails: [detail] }))
    expect(found).toEqual(
      new Map([
        ['v1', image('a')],
        ['latest', image('a')],
      ]),
    )
  })

  test('of an image without a digest or without tags names nothing', async () => {
    const details = [{ imageTags: ['v1'] }, { imageDigest: digestOf('a') }]
    expect(await describeTags(['v1'], async () => ({ imageDetails: details }))).toEqual(new Map())
    expect(await describeTags(['v1'], async () => ({}))).toEqual(new Map())
  })

  test('is checked', async () => {
    const detail = { imageDigest: 'sha256:x', imageTags: ['v1'] }
    const asking = describeTags(['v1'], async () => ({ imageDetails: [detail] }))
    await expect(asking).rejects.toThrow('ECR answered with an invalid digest.')
  })

  test.each([
    ['ACTIVE', true],
    [undefined, true],
    ['ARCHIVED', false],
    ['ACTIVATING', false],
  ])('of an image with the status %s', async (imageStatus, active) => {
    const detail = { imageDigest: digestOf('a'), imageTags: ['v1'], imageSizeInBytes: -1, imageStatus }
    const found = await describeTags(['v1'], async () => ({ imageDetails: [detail] }))
    expect(found.get('v1')).toEqual({ ...image('a'), sizeInBytes: null, active })
  })
})
