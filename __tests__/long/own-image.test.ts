import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { type Sigstore, startSigstore } from '../../dev/sigstore/services.ts'
import { digestOf, invoke } from '../../local-ecr/index.ts'
import type { AttestInputs } from '../../src/inputs/attest.ts'
import { readEventContext } from '../../src/metadata/index.ts'
import { ActionError, explain } from '../../src/shared/errors.ts'
import { Flow } from '../support/flow.ts'
import { lowerLimits } from '../support/limits.ts'
import { tokenOf } from '../support/sigstore/job.ts'
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

/** Puts an image under the tag whose configuration is that of another, as anybody can who may push. */
async function putWithOtherLayers(digest: string): Promise<string> {
  const { bytes } = flow.store.get(flow.place).images.get(digest) as { bytes: Uint8Array }
  const manifest = JSON.parse(Buffer.from(bytes).toString('utf8'))
  const layer = Buffer.from('of another job')
  await flow.store.backend.putBlob(flow.place, digestOf(layer), layer)
  manifest.layers = [{ ...manifest.layers[0], digest: digestOf(layer), size: layer.length }]
  const imageManifest = JSON.stringify(manifest)
  const input = { repositoryName: 'app', imageManifest, imageTag: 'v1' }
  await invoke(flow.store, flow.caller, 'PutImage', input)
  return digestOf(Buffer.from(imageManifest))
}

/** Puts an index of that very image under the tag, as `docker buildx imagetools create` does. */
async function putIndexOf(digest: string): Promise<string> {
  const { bytes, mediaType } = flow.store.get(flow.place).images.get(digest) as Image
  const platform = { os: 'linux', architecture: 'amd64' }
  const imageManifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests: [{ mediaType, digest, size: bytes.length, platform }],
  })
  const input = { repositoryName: 'app', imageManifest, imageTag: 'v1' }
  await invoke(flow.store, flow.caller, 'PutImage', input)
  return digestOf(Buffer.from(imageManifest))
}

type Image = { readonly bytes: Uint8Array; readonly mediaType: string }
type Told = 'by the engine’s push' | 'by nobody'
type Moved = 'not' | 'to another image' | 'to the same configuration with other layers' | 'to an index'

/** A docker with buildx whose engine pushes for it; another job may put its image under the tag right after. */
function pushesForBuildx(
  told: Told,
  {
    moved,
    config,
    known = (own) => [own],
    alsoByBuildKit = false,
  }: {
    moved: Moved
    config: 'imageid' | 'metadata' | 'none'
    /** What the engine says that it pushed; null if it does not have the image. */
    known?: (own: string) => readonly string[] | null
    /** Whether BuildKit has pushed before the engine, as with the containerd image store and buildx 0.13. */
    alsoByBuildKit?: boolean
  },
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
        if (moved === 'to another image') digests.foreign = await flow.put(['v1'], 'another job’s')
        else if (moved === 'to an index') digests.foreign = await putIndexOf(digests.own)
        else if (moved !== 'not') digests.foreign = await putWithOtherLayers(digests.own)
        const steps = [{ name: 'pushing HOST/app:v1 with docker', cached: false, from: 0, to: 1 }]
        return {
          ...built,
          digest: told === 'by nobody' ? null : digests.foreign || digests.own,
          pushedDigest: alsoByBuildKit ? digests.own : null,
          imageId: config === 'imageid' ? configDigest : '',
          metadata: config === 'metadata' ? { 'containerimage.config.digest': configDigest } : {},
          steps: told === 'by nobody' ? [] : steps,
        }
      },
      digestsInEngine: async (id, repository) =>
        id === configOf(digests.own) && repository.endsWith('/app') ? known(digests.own) : null,
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
    const digests = pushesForBuildx(told, { moved: 'not', config })
    await flow.run()
    expect(flow.outputs['digest']).toBe(digests.own)
  })

  test('is no output if another job has moved the tag', async () => {
    const digests = pushesForBuildx(told, { moved: 'to another image', config })
    const message = await flow.failure()
    expect(message).toMatch(
      /^The push was accepted, and after it \S+\/app has another image under its tag: sha256:[0-9a-f]{64}, whose configuration is sha256:[0-9a-f]{64} and not the sha256:[0-9a-f]{64} of the image that was built\.\nWhat to do: look at who pushes this tag/,
    )
    expect(message).toContain(digests.foreign)
    expect(flow.outputs['digest']).toBeUndefined()
  })
})

test.each(['imageid', 'metadata', 'none'] as const)(
  'is no output if another job has put an index under the tag, which no engine pushes: %s',
  async (config) => {
    const digests = pushesForBuildx('by the engine’s push', { moved: 'to an index', config })
    const message = await flow.failure()
    expect(message).toContain(
      `/app has another image under its tag: ${digests.foreign}, which has no configuration`,
    )
    expect(flow.outputs['digest']).toBeUndefined()
  },
)

test('what cannot be compared is ECR’s answer, and is not signed', async () => {
  pushesForBuildx('by nobody', { moved: 'not', config: 'none' })
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

  let sigstore: Sigstore
  beforeAll(async () => {
    sigstore = await startSigstore()
  })
  afterAll(() => sigstore.stop())
  beforeEach(() => {
    sigstore.requests.length = 0
  })

  test('nothing is signed if the repository became private in the build', async () => {
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
      /^The attestation \(provenance\) of \S+\/app@sha256:\w+ was not signed: before the build, GitHub's token chose the instance 'public-good' of Sigstore, and now it calls the repository private, for which another one signs\.\nWhat to do: run the job again\.$/,
    )
    expect(flow.outputs).toMatchObject({ pushed: 'true', attested: 'false' })
    expect(sigstore.requests).toEqual([])
  })

  /** Runs with provenance signed by the local services. */
  async function attesting(): Promise<string | null> {
    const { alter } = flow
    flow.alter = (world) => ({
      ...alter(world),
      job: signingJob(),
      github: { ...world.github, event: async () => readEventContext({}, {}, new Date()) },
    })
    const attest: AttestInputs = {
      ...auto,
      sigstore: 'custom',
      signingConfig: {
        path: 'signing_config.json',
        text: sigstore.signingConfig({ log: 1, timestamps: false }),
      },
      trustedRoot: { path: 'trusted_root.json', text: sigstore.trustedRoot },
    }
    try {
      await flow.run({ attest })
      return null
    } catch (error) {
      if (error instanceof ActionError) return explain(error)
      throw error
    }
  }

  test.each<[string, Told, (own: string) => readonly string[]]>([
    ['it alone', 'by the engine’s push', (own) => [own]],
    ['it, and that of an earlier push', 'by the engine’s push', (own) => [`sha256:${'7'.repeat(64)}`, own]],
    ['it, and nobody told it', 'by nobody', (own) => [own]],
  ])('the digest is signed if the engine knows %s', async (_, told, known) => {
    const digests = pushesForBuildx(told, { moved: 'not', config: 'metadata', known })
    expect(await attesting()).toBeNull()
    expect(flow.outputs).toMatchObject({ digest: digests.own, attested: 'true' })
  })

  test('the digest is signed if BuildKit has said it, although the engine pushed as well and does not know the image', async () => {
    const digests = pushesForBuildx('by the engine’s push', {
      moved: 'not',
      config: 'metadata',
      known: () => null,
      alsoByBuildKit: true,
    })
    expect(await attesting()).toBeNull()
    expect(flow.outputs).toMatchObject({ digest: digests.own, attested: 'true' })
  })

  test('nothing is signed if the engine has pushed another image than BuildKit', async () => {
    const digests = pushesForBuildx('by the engine’s push', {
      moved: 'to the same configuration with other layers',
      config: 'metadata',
      known: () => null,
      alsoByBuildKit: true,
    })
    expect(await attesting()).toContain(
      `ECR's ${digests.foreign} cannot be compared with it, so that nothing is signed.`,
    )
    expect(sigstore.requests).toEqual([])
  })

  test.each<[Told, 'imageid' | 'metadata']>([
    ['by the engine’s push', 'imageid'],
    ['by the engine’s push', 'metadata'],
    ['by nobody', 'metadata'],
  ])(
    'nothing is signed of the same configuration with other layers, told %s, in %s',
    async (told, config) => {
      const moved = 'to the same configuration with other layers'
      const digests = pushesForBuildx(told, { moved, config })
      const message = await attesting()
      expect(message).toMatch(
        /^The push was accepted, and after it \S+\/app has another image under its tag: sha256:[0-9a-f]{64}\. The engine knows what it pushed there as sha256:[0-9a-f]{64}, so that nothing is signed\.\nWhat to do: look at who pushes this tag/,
      )
      expect(message).toContain(
        `${digests.foreign}. The engine knows what it pushed there as ${digests.own},`,
      )
      expect(flow.outputs['digest']).toBeUndefined()
      expect(sigstore.requests).toEqual([])
    },
  )

  test.each<[string, Told, 'metadata' | 'none', () => readonly string[] | null]>([
    ['the engine does not have the image', 'by the engine’s push', 'metadata', () => null],
    ['the engine knows no digest of it there', 'by the engine’s push', 'metadata', () => []],
    ['the builder is not the engine', 'by nobody', 'metadata', () => null],
    ['nobody tells the configuration', 'by nobody', 'none', () => null],
  ])('what cannot be compared with what was pushed is not signed: %s', async (_, told, config, known) => {
    pushesForBuildx(told, { moved: 'not', config, known })
    const message = await attesting()
    expect(message).toMatch(
      /^attest: docker does not say which digest it pushed to \S+\/app, and ECR's sha256:[0-9a-f]{64} cannot be compared with it, so that nothing is signed\.\nWhat to do: use a builder that says it/,
    )
    expect(sigstore.requests).toEqual([])
  })
})
