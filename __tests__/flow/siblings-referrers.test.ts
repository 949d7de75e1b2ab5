import { beforeEach, describe, expect, test } from '@jest/globals'
import { invoke } from '../../local-ecr/index.ts'
import { readPromoteInputs } from '../../src/actions/promote/inputs.ts'
import { promote } from '../../src/actions/promote/run.ts'
import { ActionError, explain } from '../../src/shared/errors.ts'
import { Flow } from '../support/flow.ts'
import { putImage, putManifest } from '../support/flow-images.ts'

// A copy of a signed image is signed wherever its tag leads to it, or the tag is not there.

const HOME = '123456789012'
const HOST = `${HOME}.dkr.ecr.ap-northeast-2.amazonaws.com`
const EAST = `${HOME}.dkr.ecr.us-east-1.amazonaws.com`
const PLATFORM = { os: 'linux', architecture: 'amd64' }

let flow: Flow
beforeEach(async () => {
  flow = new Flow()
  await invoke(flow.store, flow.caller, 'CreateRepository', { repositoryName: 'app' })
})

async function failure(given: Record<string, string>): Promise<string> {
  const all: Record<string, string> = { 'aws-region': 'ap-northeast-2', source: 'app:v1', ...given }
  const inputs = readPromoteInputs({ get: (name) => all[name] ?? '', env: {}, cwd: '/' })
  try {
    await flow.within((world) => promote(inputs, world))
  } catch (error) {
    if (error instanceof ActionError) return explain(error)
    throw error
  }
  throw new Error('it did not fail')
}

const place = (name: string, region = 'ap-northeast-2') => ({ account: HOME, region, repository: name })
const tagsOf = (name: string, region?: string) => Object.fromEntries(flow.store.get(place(name, region)).tags)
const requests = () => flow.service.recorder.requests

type Match = Parameters<typeof flow.service.faults.order>[0]['match']
const refuse = (match: Match, effect: 'deny' | 500 = 'deny') =>
  flow.service.faults.order({
    match: { side: 'registry', ...match },
    times: 1000,
    effect: effect === 'deny' ? { kind: 'deny' } : { kind: 'status', status: effect },
  })

/** An image of one platform in an index, with a signature of the index, one of the image, and one as cosign tagged them. */
async function signedIndex() {
  const child = await putImage(flow, 'app', PLATFORM)
  const manifests = [{ ...child, platform: PLATFORM }]
  const mediaType = 'application/vnd.oci.image.index.v1+json'
  const index = await putManifest(flow, 'app', { schemaVersion: 2, mediaType, manifests }, 'v1')
  const signature = await putImage(flow, 'app', { os: 'signature' }, { subject: index })
  const sbom = await putImage(flow, 'app', { os: 'sbom' }, { subject: child })
  const tag = `${index.digest.replace(':', '-')}.sig`
  const cosign = await putImage(flow, 'app', { os: 'cosign' }, { tag })
  return { child, index, signature, sbom, cosign, tag }
}
type Signed = Awaited<ReturnType<typeof signedIndex>>

describe('what refers to the image cannot be copied', () => {
  test.each<[string, (signed: Signed) => { method: string; path: string }]>([
    [
      'the target refuses a signature',
      ({ signature }) => ({ method: 'PUT', path: `/v2/prod/manifests/${signature.digest}` }),
    ],
    [
      'the target refuses what refers to the image of a platform',
      ({ sbom }) => ({ method: 'PUT', path: `/v2/prod/manifests/${sbom.digest}` }),
    ],
    [
      'the target refuses the tag of a signature',
      ({ tag }) => ({ method: 'PUT', path: `/v2/prod/manifests/${tag}` }),
    ],
    [
      'the source does not give a signature',
      ({ signature }) => ({ method: 'GET', path: `/v2/app/manifests/${signature.digest}` }),
    ],
    [
      'the source does not list what refers to the image of a platform',
      ({ child }) => ({ method: 'GET', path: `/v2/app/referrers/${child.digest}` }),
    ],
  ])('%s: the tag is not there, and the error says what failed', async (_, match) => {
    const signed = await signedIndex()
    const { method, path } = match(signed)
    refuse({ method, path })
    const message = await failure({ repository: 'prod', tags: 'r1,r2' })
    expect(message.startsWith(`The copy of what refers to ${signed.index.digest} `)).toBe(true)
    expect(message).toContain(
      ` (signatures, attestations) to ${HOST}/prod, before the image gets its tags there, failed: ${method} http://${HOST}${path}: 403 `,
    )
    expect(Object.keys(tagsOf('prod')).filter((tag) => !tag.startsWith('sha256-'))).toEqual([])
    // The image itself is there by then, by its digest.
    const uri = `${HOST}/prod@${signed.index.digest}`
    expect(flow.outputs).toMatchObject({ pushed: 'true', digest: signed.index.digest, 'digest-uri': uri })
    expect(flow.outputs['image-uri']).toBeUndefined()
    expect(flow.log).toContain(`Pushed ${uri}`)

    flow.service.faults.clear()
    await expect(failure({ repository: 'prod', tags: 'r1,r2' })).rejects.toThrow('it did not fail')
    const { digest } = signed.index
    expect(tagsOf('prod')).toEqual({ r1: digest, r2: digest, [signed.tag]: signed.cosign.digest })
    expect([...flow.store.get(place('prod')).images.keys()].sort()).toEqual(
      [...flow.store.get(place('app')).images.keys()].sort(),
    )
    expect(flow.outputs).toMatchObject({ pushed: 'true', digest })
  })

  test('a tag that another image has stays with that', async () => {
    const { signature } = await signedIndex()
    await invoke(flow.store, flow.caller, 'CreateRepository', { repositoryName: 'prod' })
    const other = await putImage(flow, 'prod', { os: 'linux', architecture: 'arm64' }, { tag: 'r1' })
    refuse({ method: 'PUT', path: `/v2/prod/manifests/${signature.digest}` })
    await failure({ repository: 'prod', tags: 'r1' })
    expect(tagsOf('prod')['r1']).toBe(other.digest)
  })

  test('of two registries, the one that has it all has the tag, and the outputs say so', async () => {
    const { index, signature } = await signedIndex()
    refuse({ region: 'us-east-1', method: 'PUT', path: `/manifests/${signature.digest}` })
    const message = await failure({ repository: 'prod', tags: 'r1', registries: 'us-east-1' })
    expect(message).toContain(
      `${index.digest} is known to be under every tag in 1 of 2 registries.\nDone: ${HOST}/prod (r1)`,
    )
    expect(message).toContain(`Failed: ${EAST}/prod (r1): The copy of what refers to ${index.digest} `)
    expect([tagsOf('prod')['r1'], tagsOf('prod', 'us-east-1')['r1']]).toEqual([index.digest, undefined])
    expect(flow.outputs).toMatchObject({
      pushed: 'true',
      digest: index.digest,
      'image-uris': `${HOST}/prod:r1`,
    })
  })
})

test.each([
  ['the first registry fails, and another one takes the image', { region: 'ap-northeast-2' }, 'true'],
  ['every registry fails', {}, 'false'],
])('%s: outputs, log and summary say so', async (_, where, pushed) => {
  const { index } = await signedIndex()
  refuse({ ...where, method: 'PUT', path: '/v2/prod/manifests/' })
  const message = await failure({ repository: 'prod', tags: 'r1', registries: 'us-east-1' })
  expect(message).toContain(`Failed: ${HOST}/prod (r1): `)
  expect(flow.outputs['pushed']).toBe(pushed)
  // What is only about the first registry is not there.
  for (const name of ['digest-uri', 'image-uri', 'tags']) expect(flow.outputs[name]).toBeUndefined()
  const name = `${EAST}/prod:r1`
  if (pushed === 'false') {
    expect(flow.outputs['digest']).toBeUndefined()
    expect(flow.summary).toContain("This run moved none of the image's tags.")
  } else {
    expect(flow.outputs).toMatchObject({ digest: index.digest, 'image-uris': name })
    expect(flow.log).toContain(`Pushed ${name}`)
    expect(flow.summary).toContain(`In ECR all the same, put by this run:\n\n\`\`\`text\n${name}\n`)
  }
})

describe('the source does not say what refers to the image', () => {
  test.each<[string, 'deny' | 500, Record<string, string>, RegExp]>([
    ['denied', 'deny', { repository: 'prod' }, /"Action":"ecr:ListImageReferrers"/],
    ['an outage', 500, { repository: 'prod' }, /What to do: run the job again/],
    ['to a further registry', 'deny', { registries: 'us-east-1' }, /"Action":"ecr:ListImageReferrers"/],
  ])('%s: nothing is written', async (_, effect, given, remedy) => {
    const { index } = await signedIndex()
    refuse({ path: '/v2/app/referrers/' }, effect)
    flow.service.recorder.clear()
    const message = await failure({ tags: 'r1', ...given })
    expect(message).toContain(
      `Listing what refers to ${HOST}/app@${index.digest} (signatures, attestations), to copy it too, failed`,
    )
    expect(message).toMatch(remedy)
    expect(requests().filter(({ method }) => method === 'PUT' || method === 'PATCH')).toEqual([])
    expect(flow.store.find(place('prod'))).toBeUndefined()
    expect(flow.store.find(place('app', 'us-east-1'))).toBeUndefined()
  })

  test('it is not asked for new tags in the same repository', async () => {
    await signedIndex()
    refuse({ path: '/v2/app/referrers/' })
    await expect(failure({ tags: 'r1' })).rejects.toThrow('it did not fail')
  })
})
