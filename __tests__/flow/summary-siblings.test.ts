import { beforeEach, describe, expect, test } from '@jest/globals'
import { callerOf, digestOf, invoke } from '../../local-ecr/index.ts'
import { readMergeInputs } from '../../src/actions/merge/inputs.ts'
import { merge } from '../../src/actions/merge/run.ts'
import { readPromoteInputs } from '../../src/actions/promote/inputs.ts'
import { promote } from '../../src/actions/promote/run.ts'
import { Flow } from '../support/flow.ts'
import { putImage, putManifest } from '../support/flow-images.ts'

// What the job summary says of an image that this run has not built, from the inputs to the Markdown.

const HOST = '123456789012.dkr.ecr.ap-northeast-2.amazonaws.com'
const AMD64 = { os: 'linux', architecture: 'amd64' }
const ARM64 = { os: 'linux', architecture: 'arm64', variant: 'v8' }
const INDEX = 'application/vnd.oci.image.index.v1+json'

let flow: Flow
beforeEach(async () => {
  flow = new Flow()
  await create('app')
})

const create = (repositoryName: string, region = flow.caller.region) =>
  invoke(flow.store, callerOf(flow.caller.account, region), 'CreateRepository', { repositoryName })
const source = (given: Record<string, string>) => ({
  get: (name: string) => ({ 'aws-region': 'ap-northeast-2', ...given })[name] ?? '',
  env: {},
  cwd: '/',
})
const promoted = (given: Record<string, string>) =>
  flow.within((world) => promote(readPromoteInputs(source(given)), world))
const index = (manifests: readonly object[], tag?: string, repository = 'app') =>
  putManifest(flow, repository, { schemaVersion: 2, mediaType: INDEX, manifests }, tag)

describe('the platform of a single image that was not built', () => {
  test.each([
    [AMD64, 'linux/amd64'],
    [ARM64, 'linux/arm64/v8'],
  ])('%j is what its configuration says', async (platform, name) => {
    await putImage(flow, 'app', platform, { tag: 'v1' })
    await promoted({ source: 'app:v1', tags: 'prod' })
    expect(flow.summary).toContain(`1 layer for <code>${name}</code>`)
  })

  test('is not told if it says none', async () => {
    await putImage(flow, 'app', { os: 'linux' }, { tag: 'v1' })
    await promoted({ source: 'app:v1', tags: 'prod' })
    expect(flow.summary).toMatch(/1 layer\n/)
  })

  test('of an image that exists already, too', async () => {
    await flow.put(['v1', 'latest'])
    await flow.run({ ifImageExists: 'skip' })
    expect(flow.summary).toContain('1 layer for <code>linux/amd64</code>')
    expect(flow.summary).toContain('Nothing was built or sent: ')
  })
})

describe('against what the tag held', () => {
  test('an image for another platform is compared with nothing, and the lost one is told', async () => {
    await putImage(flow, 'app', AMD64, { tag: 'prod' })
    await putImage(flow, 'app', ARM64, { tag: 'v1' })
    await promoted({ source: 'app:v1', tags: 'prod' })
    expect(flow.summary).not.toContain('against')
    expect(flow.summary).toContain('**Not for** <code>linux/amd64</code>, unlike what <code>prod</code> held')
  })

  test('a single image in place of an index: its platform is compared, the others are lost', async () => {
    const amd64 = await putImage(flow, 'app', AMD64)
    const arm64 = await putImage(flow, 'app', ARM64)
    const parts = [
      { ...amd64, platform: AMD64 },
      // As BuildKit writes it: the same platform, by another name.
      { ...arm64, platform: { os: 'linux', architecture: 'arm64' } },
    ]
    await index(parts, 'prod')
    const next = await putImage(flow, 'app', ARM64, { tag: 'v1' })
    await promoted({ source: `app@${next.digest}`, tags: 'prod' })
    expect(flow.summary).toContain('<code>linux/arm64/v8</code>: ')
    expect(flow.summary).toContain('**Not for** <code>linux/amd64</code>, unlike')
  })

  test('nothing is lost if the same platforms are in it', async () => {
    await putImage(flow, 'app', AMD64, { tag: 'prod' })
    const amd64 = await putImage(flow, 'app', AMD64, { tag: 'v1' })
    await index([{ ...amd64, platform: AMD64 }], 'v2')
    await promoted({ source: 'app:v2', tags: 'prod' })
    expect(flow.summary).toContain('against what <code>prod</code> held before')
    expect(flow.summary).not.toContain('Not for')
  })

  test('of several tags, one that held another image counts', async () => {
    const digest = await flow.put(['v1', 'v1.0'], 'new')
    const before = await flow.put(['prod'], 'old')
    await promoted({ source: `app@${digest}`, tags: 'v1.0,prod' })
    expect(flow.summary).toContain(
      `1 of 1 layer new against what <code>prod</code> held before (<code>${before.slice(0, 19)}…</code>)`,
    )
  })

  test('an image in the repository that it goes to, and not in the one that it comes from', async () => {
    await create('prod/app')
    await putImage(flow, 'prod/app', AMD64, { tag: 'v1' })
    const next = await putImage(flow, 'app', AMD64, { tag: 'next' })
    expect(flow.store.get({ ...flow.place, repository: 'prod/app' }).images.has(next.digest)).toBe(false)
    await promoted({ source: 'app:next', repository: 'prod/app', tags: 'v1' })
    expect(flow.summary).toContain(
      `### ✅ Promoted <code>${HOST}/app:next</code> → <code>prod/app</code> — <code>v1</code>\n`,
    )
    expect(flow.summary).toContain('0 of 1 layer new against what <code>v1</code> held before')
    expect(flow.summary).toContain('copies and read-back')
  })

  test('what was archived under the tag is not what it is now', async () => {
    const digest = await flow.put(['v1', 'latest'])
    Object.assign(flow.store.get(flow.place).images.get(digest) as object, { status: 'ARCHIVED' })
    await flow.run()
    expect(flow.summary).toMatch(/^### ✅ Pushed /)
    expect(flow.summary).not.toContain('against')
  })
})

test('of a tag and a digest, the heading names the digest, which counts', async () => {
  const digest = await flow.put(['other'], 'new')
  await flow.put(['v1'], 'old')
  await promoted({ source: `app:v1@${digest}`, tags: 'prod' })
  expect(flow.summary).toContain(
    `Promoted <code>app</code>: <code>${digest.slice(0, 19)}…</code> → <code>prod</code>`,
  )
})

test('an artifact is no image: nobody is told to run it', async () => {
  const blob = Buffer.from('{"name":"chart"}')
  await flow.store.backend.putBlob(flow.place, digestOf(blob), blob)
  const type = 'application/vnd.cncf.helm.config.v1+json'
  const config = { mediaType: type, digest: digestOf(blob), size: blob.length }
  const layers = [{ ...config, mediaType: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip' }]
  const mediaType = 'application/vnd.oci.image.manifest.v1+json'
  await putManifest(flow, 'app', { schemaVersion: 2, mediaType, config, layers }, 'chart-1')
  await promoted({ source: 'app:chart-1', tags: 'chart-prod' })
  expect(flow.summary).toContain(
    '### ✅ Promoted <code>app</code>: <code>chart-1</code> → <code>chart-prod</code>',
  )
  expect(flow.summary).toContain(`an artifact of the type <code>${type}</code>`)
  expect(flow.summary).not.toMatch(/docker pull|kubectl|lambda|get-login-password/)
})

test('an index in an index is measured with all its images', async () => {
  const amd64 = await putImage(flow, 'app', AMD64)
  const inner = await index([{ ...(await putImage(flow, 'app', ARM64)), platform: ARM64 }])
  await index([{ ...amd64, platform: AMD64 }, inner], 'v1')
  await promoted({ source: 'app:v1', tags: 'prod' })
  expect(flow.summary).toContain('| Platform | Compressed size | Layers |')
  expect(flow.summary.match(/^\| <code>linux\/a\S+<\/code> \|/gm)).toHaveLength(2)
})

test('merge: an index for fewer platforms than the tag had', async () => {
  const amd64 = await putImage(flow, 'app', AMD64)
  const arm64 = await putImage(flow, 'app', ARM64)
  const given = { repository: 'app', tags: 'v1' }
  const merged = (digests: string) =>
    flow.within((world) => merge(readMergeInputs(source({ ...given, digests })), world))
  await merged(`${amd64.digest}\n${arm64.digest}`)
  expect(flow.summary).not.toContain('Not for')
  await merged(amd64.digest)
  expect(flow.summary).toContain(
    '**Not for** <code>linux/arm64/v8</code>, unlike what <code>v1</code> held before',
  )
})

test.each(['merge', 'promote'])(
  '%s that fails while it describes the tags says that nothing was put',
  async (action) => {
    const given = {
      repository: 'app',
      source: 'app:src',
      digests: `sha256:${'0'.repeat(64)}`,
      tags: 'type=ref,event=tag',
    }
    const failing = flow.within((world) =>
      action === 'merge'
        ? merge(readMergeInputs(source(given)), world)
        : promote(readPromoteInputs(source(given)), world),
    )
    await expect(failing).rejects.toThrow('no rule gives a tag')
    expect(flow.log.at(-1)).toMatch(/^Failed after [\d.]+ m?s: the image was not pushed$/)
    expect(flow.summary).toContain('The image was not pushed, and this run moved none of its tags.')
    expect(JSON.parse(flow.outputs['json'] as string)).toMatchObject({ pushed: false })
  },
)
