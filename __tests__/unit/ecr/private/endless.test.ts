import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from '@jest/globals'
import { findingsDeadline } from '../../../../src/after-push/scan.ts'
import { connectPrivateEcr } from '../../../../src/ecr/private/connect.ts'
import type { HeldImage, Repository } from '../../../../src/ecr/types.ts'
import { OCI_IMAGE, OCI_INDEX } from '../../../../src/oci/media-types.ts'
import { sleep } from '../../../../src/shared/time.ts'
import { lowerLimits } from '../../../support/limits.ts'

// What is read of ECR in many calls, as long as the other side goes on: it ends all the same.

const repository: Repository = {
  name: 'app',
  arn: 'arn:aws:ecr:eu-west-1:123456789012:repository/app',
  uri: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/app',
  registryId: '123456789012',
  mutability: { mode: 'MUTABLE', exclusions: [] },
  scanOnPush: false,
  encryption: { type: 'AES256', key: null },
}
const digestOf = (number: number) => `sha256:${String(number).padStart(64, '0')}`
const image: HeldImage = { digest: digestOf(0), mediaType: OCI_INDEX, sizeInBytes: null, active: true }

const ends: (() => void)[] = []
afterEach(() => {
  for (const end of ends.splice(0)) end()
})

/** The ECR of a server that takes its time for each answer. */
async function answering(answer: (asked: Record<string, unknown>) => object, afterMs = 0) {
  let calls = 0
  const log: string[] = []
  const server = createServer(async (request, response) => {
    calls++
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part)
    const said = JSON.stringify(answer(JSON.parse(Buffer.concat(parts).toString())))
    setTimeout(() => {
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': 'x' })
      response.end(said)
    }, afterMs)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  ends.push(() => {
    server.closeAllConnections()
    server.close()
  })
  const ecr = await connectPrivateEcr({
    region: 'eu-west-1',
    registryId: null,
    mask: () => undefined,
    log: (line) => log.push(line),
    client: {
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      credentials: { accessKeyId: 'AKIA', secretAccessKey: 'x' },
    },
  })
  return { ecr, scans: await ecr.scans?.(), calls: () => calls, log }
}

/** Pages whose tokens are always new. */
function pages(more: object) {
  let page = 0
  return () => ({ ...more, nextToken: String(page++) })
}

describe('the time of all calls together', () => {
  test('of the findings of an image: each page comes soon, and there is always one more', async () => {
    lowerLimits({ findingsReadMs: 600 })
    const { scans } = await answering(pages({ imageScanStatus: { status: 'COMPLETE' } }), 100)
    const reading = scans?.findings(repository, image.digest, findingsDeadline(repository, image))
    await expect(reading).rejects.toThrow(
      `ECR has not given all findings of ${repository.uri}@${image.digest} within 0.6 s.`,
    )
  })

  test('of the findings, in the middle of an answer: nothing is retried after that', async () => {
    lowerLimits({ findingsReadMs: 300 })
    const { scans, calls, log } = await answering(pages({}), 5000)
    const reading = scans?.findings(repository, image.digest, findingsDeadline(repository, image))
    await expect(reading).rejects.toThrow('ECR has not given all findings')
    await sleep(300)
    expect([calls(), log]).toEqual([1, []])
  })

  test('each call of which has a limit of its own besides', async () => {
    lowerLimits({ findingsReadMs: 4000, awsCallMs: 300 })
    const { scans } = await answering(pages({}), 3000)
    const started = performance.now()
    const reading = scans?.findings(repository, image.digest, findingsDeadline(repository, image))
    await expect(reading).rejects.not.toThrow('ECR has not given all findings')
    expect(performance.now() - started).toBeLessThan(2500)
  })

  test('of the list of an image’s referrers', async () => {
    lowerLimits({ awsCallMs: 600 })
    const { ecr } = await answering(pages({ referrers: [] }), 100)
    await expect(ecr.listReferrers?.(repository, image.digest)).rejects.toThrow(
      `ECR has not given the whole list of referrers of ${image.digest} within 0.6 s.`,
    )
  })

  test('of the list of repository creation templates', async () => {
    lowerLimits({ awsCallMs: 600 })
    const { ecr } = await answering(pages({ repositoryCreationTemplates: [] }), 100)
    await expect(ecr.createsOnPush('app')).rejects.toThrow(
      'ECR has not given the whole list of repository creation templates within 0.6 s.',
    )
  })

  test('of an index in an index in an index', async () => {
    lowerLimits({ indexReadMs: 600 })
    let level = 0
    const { scans } = await answering(
      () => indexOf([{ digest: digestOf(++level), mediaType: OCI_INDEX }]),
      200,
    )
    await expect(scans?.images(repository, image)).rejects.toThrow(
      `ECR has not given all manifests of ${repository.uri}@${image.digest} within 0.6 s.`,
    )
  })
})

test('a list of referrers without an end is none', async () => {
  lowerLimits({ referrerPages: 3 })
  const { ecr, calls } = await answering(pages({ referrers: [] }))
  await expect(ecr.listReferrers?.(repository, image.digest)).rejects.toThrow(
    'ECR answered with a list of referrers that has no end.',
  )
  expect(calls()).toBe(3)
})

function indexOf(manifests: readonly object[]) {
  const imageManifest = JSON.stringify({
    schemaVersion: 2,
    manifests: manifests.map((one) => ({ size: 1, ...one })),
  })
  return { images: [{ imageManifest }] }
}

describe('an index whose indexes list the same ones over and over', () => {
  /** Each of the indexes of a level lists all of those of the next one; those of the last one, images. */
  const levels = (height: number, width: number) =>
    answering(({ imageIds }) => {
      const [{ imageDigest }] = imageIds as [{ imageDigest: string }]
      const number = Number(imageDigest.slice('sha256:'.length))
      const level = number === 0 ? 0 : Math.ceil(number / width)
      const mediaType = level + 1 < height ? OCI_INDEX : OCI_IMAGE
      const of = (at: number) => ({ mediaType, digest: digestOf(level * width + at + 1) })
      return indexOf(Array.from({ length: width }, (_, at) => of(at)))
    })

  test.each([3, 5, 8])('is read once for each digest: %i levels', async (height) => {
    const { scans, calls } = await levels(height, 6)
    expect(await scans?.images(repository, image)).toHaveLength(6)
    expect(calls()).toBe(1 + (height - 1) * 6)
  })

  test('has an end of its levels', async () => {
    const { scans } = await levels(11, 2)
    await expect(scans?.images(repository, image)).rejects.toThrow('more than 8 in each other')
  })

  test.each([
    ['images', 1, 101],
    ['indexes', 2, 100],
  ])('has an end of its %s', async (_, height, width) => {
    const { scans, calls } = await levels(height, width)
    await expect(scans?.images(repository, image)).rejects.toThrow('more than 100 images')
    expect(calls()).toBe(1)
  })
})

test('one image for several platforms is one image, as its first platform', async () => {
  const of = (architecture: string) => ({
    mediaType: OCI_IMAGE,
    digest: digestOf(1),
    platform: { os: 'linux', architecture },
  })
  const { scans } = await answering(() => indexOf([of('amd64'), of('arm64')]))
  expect(await scans?.images(repository, image)).toEqual([{ digest: digestOf(1), platform: 'linux/amd64' }])
})
