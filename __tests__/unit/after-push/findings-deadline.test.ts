import { expect, test } from '@jest/globals'
import { prepareBaseline } from '../../../src/after-push/baseline.ts'
import { awaitScans } from '../../../src/after-push/scan.ts'
import type { Scans } from '../../../src/ecr/scans.ts'
import type { HeldImage, Repository } from '../../../src/ecr/types.ts'
import { REAL_TIME } from '../../../src/shared/time.ts'
import { lowerLimits } from '../../support/limits.ts'

// Findings that do not come: the gate fails, and the image before is not compared with.

const repository = { name: 'app', uri: 'HOST/app' } as Repository
const image: HeldImage = {
  digest: `sha256:${'a'.repeat(64)}`,
  mediaType: null,
  sizeInBytes: null,
  active: true,
}
const expectation = { type: 'BASIC', frequency: 'SCAN_ON_PUSH', because: null } as const
/** Each reading goes on until it is ended. */
const scans: Scans = {
  expectation: async () => expectation,
  images: async () => ['a', 'b'].map((letter) => ({ digest: `sha256:${letter.repeat(64)}`, platform: null })),
  findings: (_, __, ended) =>
    new Promise((_, reject) => ended.addEventListener('abort', () => reject(ended.reason))),
  start: async () => null,
}
const late = `ECR has not given all findings of HOST/app@${image.digest} within 0.2 s.`

test('the gate ends, whatever scan-timeout is', async () => {
  lowerLimits({ findingsReadMs: 200 })
  const ask = { scans, repository, image, expectation, timeoutMs: 3_600_000 }
  await expect(awaitScans(ask, { ...REAL_TIME, log: () => undefined })).rejects.toThrow(late)
})

test('so does the comparison with the image before, and then every finding is new', async () => {
  lowerLimits({ findingsReadMs: 200 })
  const wanted = { tags: ['v1'], before: async () => new Map([['v1', image]]) }
  const compare = await prepareBaseline(scans, repository, wanted, {} as never)
  const { line, digest } = await compare(`sha256:${'c'.repeat(64)}`)
  expect(line).toContain(`are not known: ${late}, so that every finding is new`)
  expect(digest).toBeNull()
})
