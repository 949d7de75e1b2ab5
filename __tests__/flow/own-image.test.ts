import { beforeEach, describe, expect, test } from '@jest/globals'
import type { AttestInputs } from '../../src/inputs/attest.ts'
import { readEventContext } from '../../src/metadata/index.ts'
import { Flow } from '../support/flow.ts'
import { lowerLimits } from '../support/limits.ts'
import { tokenOf } from '../support/sigstore/job.ts'
import { type Sigstore, startSigstore } from '../support/sigstore/services.ts'
import { signingJob } from '../support/sigstore/signing-job.ts'

// Whose image a digest is, where nobody but the registry says it, and for whom is signed.

let flow: Flow
beforeEach(() => {
  flow = new Flow()
})

/** The digest of the configuration of the image that the flow's docker pushes. */
function configOf(digest: string): string {
  const { bytes } = flow.store.get(flow.place).images.get(digest) as { bytes: Uint8Array }
  return JSON.parse(Buffer.from(bytes).toString('utf8')).config.digest
}

type Told = 'by the engine’s push' | 'by nobody'

/** A docker with buildx whose engine pushes for it; another job may put its image under the tag right after. */
function pushesForBuildx(
  told: Told,
  { moved, config }: { moved: boolean; config: 'imageid' | 'metadata' | 'none' },
): { own: string; foreign: string } {
  const digests = { own: '', foreign: '' }
  flow.alter = (world) => ({
    ...world,
    docker: {
      ...world.docker,
      build: async (...args) => {
        const built = await world.docker.build(...args)
        digests.own = built.digest as string
        const configDigest = configOf(digests.own)
        if (moved) digests.foreign = await flow.put(['v1'], 'another job’s')
        const steps = [{ name: 'pushing HOST/app:v1 with docker', cached: false, from: 0, to: 1 }]
        return {
          ...built,
          digest: told === 'by nobody' ? null : moved ? digests.foreign : digests.own,
          imageId: config === 'imageid' ? configDigest : '',
          metadata: config === 'metadata' ? { 'containerimage.config.digest': configDigest } : {},
          steps: told === 'by nobody' ? [] : steps,
        }
      },
    },
  })
  return digests
}

describe.each<[Told, 'imageid' | 'metadata']>([
  ['by the engine’s push', 'imageid'],
  ['by the engine’s push', 'metadata'],
  ['by nobody', 'metadata'],
])('a digest that is told %s, with the configuration in %s', (told, config) => {
  test('is the image’s if its configuration is', async () => {
    const digests = pushesForBuildx(told, { moved: false, config })
    await flow.run()
    expect(flow.outputs['digest']).toBe(digests.own)
  })

  test('is no output if another job has moved the tag', async () => {
    const digests = pushesForBuildx(told, { moved: true, config })
    const message = await flow.failure()
    expect(message).toMatch(
      /^The push was accepted, and after it \S+\/app has another image under its tag: sha256:[0-9a-f]{64}, whose configuration is sha256:[0-9a-f]{64} and not the sha256:[0-9a-f]{64} of the image that was built\.\nWhat to do: look at who pushes this tag/,
    )
    expect(message).toContain(digests.foreign)
    expect(flow.outputs['digest']).toBeUndefined()
  })
})

test('what cannot be compared is ECR’s answer, and is not signed', async () => {
  pushesForBuildx('by nobody', { moved: false, config: 'none' })
  await flow.run()
  expect(flow.outputs['digest']).toMatch(/^sha256:/)
  expect(flow.debug.join('\n')).toContain('docker does not say what it pushed')
})

describe('who signs', () => {
  const auto: AttestInputs = {
    what: ['provenance'],
    sbom: null,
    sigstore: 'auto',
    signingConfig: null,
    trustedRoot: null,
  }

  async function withSigstore(work: (sigstore: Sigstore) => Promise<void>): Promise<void> {
    const sigstore = await startSigstore()
    try {
      await work(sigstore)
    } finally {
      await sigstore.stop()
    }
  }

  test('nothing is signed if the repository became private in the build', () =>
    withSigstore(async (sigstore) => {
      lowerLimits({ trustRootMs: 2000 })
      let tokens = 0
      const job = {
        ...signingJob(),
        idToken: async () => tokenOf({ repository_visibility: tokens++ === 0 ? 'public' : 'private' }),
      }
      flow.alter = (world) => ({
        ...world,
        job,
        github: { ...world.github, event: async () => readEventContext({}, {}, new Date()) },
      })
      const trustedRoot = { path: 'trusted_root.json', text: sigstore.trustedRoot }
      const message = await flow.failure({ attest: { ...auto, trustedRoot } })
      expect(message).toMatch(
        /^attest: before the build, GitHub's token chose the instance 'public-good' of Sigstore, and now it calls the repository private, for which another one signs: nothing is signed\.\nWhat to do: run the job again\.$/,
      )
      expect(flow.outputs).toMatchObject({ pushed: 'true', attested: 'false' })
      expect(sigstore.requests).toEqual([])
    }))

  test('what cannot be compared with what was built is not signed', () =>
    withSigstore(async (sigstore) => {
      pushesForBuildx('by nobody', { moved: false, config: 'none' })
      const { alter } = flow
      flow.alter = (world) => ({
        ...(alter?.(world) ?? world),
        job: signingJob(),
        github: { ...world.github, event: async () => readEventContext({}, {}, new Date()) },
      })
      const message = await flow.failure({
        attest: {
          ...auto,
          sigstore: 'custom',
          signingConfig: {
            path: 'signing_config.json',
            text: sigstore.signingConfig({ log: 1, timestamps: false }),
          },
          trustedRoot: { path: 'trusted_root.json', text: sigstore.trustedRoot },
        },
      })
      expect(message).toMatch(/^attest: docker does not say which digest it pushed to \S+\/app, /)
      expect(sigstore.requests).toEqual([])
    }))
})
