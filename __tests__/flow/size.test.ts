import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { digestOf, invoke } from '../../local-ecr/index.ts'
import { readMergeInputs } from '../../src/actions/merge/inputs.ts'
import { merge } from '../../src/actions/merge/run.ts'
import { readPromoteInputs } from '../../src/actions/promote/inputs.ts'
import { promote } from '../../src/actions/promote/run.ts'
import type { Inputs } from '../../src/inputs/index.ts'
import type { Registry } from '../../src/registry/client.ts'
import type { World } from '../../src/world.ts'
import { BuildKitLayout, sbomStatement } from '../support/buildkit-layout.ts'
import { Flow } from '../support/flow.ts'
import { type Descriptor, putManifest } from '../support/flow-images.ts'
import { mainInputs } from '../support/inputs.ts'

// The outputs size and size-diff, and what max-size refuses, over the local ECR's operations and its registry.

const HOST = '123456789012.dkr.ecr.ap-northeast-2.amazonaws.com'
const IMAGE = 'application/vnd.oci.image.manifest.v1+json'
const INDEX = 'application/vnd.oci.image.index.v1+json'

let flow: Flow
beforeEach(async () => {
  flow = new Flow()
  await invoke(flow.store, flow.caller, 'CreateRepository', { repositoryName: 'app' })
})

const json = () => JSON.parse(flow.outputs['json'] ?? '')
const tags = (region = flow.caller.region) =>
  Object.fromEntries(flow.store.find({ ...flow.place, region })?.tags ?? [])
/** The only one is docker's, so that the step itself need not read the manifest. */
const one = { tags: ['latest'] }
const limited = (bytes: number, change: Partial<Inputs> & { tags?: readonly string[] } = {}) => ({
  maxSize: { bytes, given: `${bytes}B` },
  ...change,
})

/** Lets the registry's client do something else in place of what it does. */
const withRegistry = (other: (real: Registry) => Partial<Registry>) => {
  const { alter } = flow
  flow.alter = (world) => {
    const whole = alter(world)
    const openRegistry: World['openRegistry'] = async (session) => {
      const real = await whole.openRegistry(session)
      const changed = other(real)
      return new Proxy(real, {
        get: (target, key) => {
          if (key in changed) return changed[key as keyof Registry]
          const value = target[key as keyof Registry] as unknown
          return typeof value === 'function' ? value.bind(target) : value
        },
      })
    }
    return { ...whole, openRegistry }
  }
}
const unreadable = () =>
  withRegistry(() => ({ manifest: async () => Promise.reject(new Error('not to be read')) }))

/** What ECR's own API says of the size of every image. */
function ecrSays(sizeInBytes: number | null): void {
  const { alter } = flow
  flow.alter = (world) => ({
    ...alter(world),
    connectEcr: async (inputs) => {
      const ecr = await world.connectEcr(inputs)
      const findImages: typeof ecr.findImages = async (...given) =>
        new Map([...(await ecr.findImages(...given))].map(([tag, held]) => [tag, { ...held, sizeInBytes }]))
      return { ...ecr, findImages }
    },
  })
}

/** An image with layers of these sizes, of a platform that its configuration says. */
async function image(architecture: string, layers: readonly string[], repository = 'app') {
  const config = Buffer.from(JSON.stringify({ os: 'linux', architecture, rootfs: {} }))
  const blobs = [config, ...layers.map((layer) => Buffer.from(layer))]
  for (const blob of blobs)
    await flow.store.backend.putBlob({ ...flow.place, repository }, digestOf(blob), blob)
  const descriptor = (mediaType: string, blob: Buffer): Descriptor => ({
    mediaType,
    digest: digestOf(blob),
    size: blob.length,
  })
  const manifest = {
    schemaVersion: 2,
    mediaType: IMAGE,
    config: descriptor('application/vnd.oci.image.config.v1+json', config),
    layers: blobs.slice(1).map((blob) => descriptor('application/vnd.oci.image.layer.v1.tar', blob)),
  }
  return { manifest, config: config.length }
}
const put = async (architecture: string, layers: readonly string[], tag?: string) => {
  const made = await image(architecture, layers)
  return { ...(await putManifest(flow, 'app', made.manifest, tag)), config: made.config }
}

/** Docker's build pushes this. */
function pushes(manifest: { mediaType: string }): void {
  flow.put = async (names) => {
    for (const name of names.length === 0 ? [undefined] : names) {
      await putManifest(flow, 'app', manifest, name).catch((error: Error) => {
        // A push of what is there already succeeds.
        if (error.name !== 'ImageAlreadyExistsException') throw error
      })
    }
    return digestOf(Buffer.from(JSON.stringify(manifest)))
  }
}

/** @returns how large its configuration is */
async function builds(architecture: string, layers: readonly string[]): Promise<number> {
  const { manifest, config } = await image(architecture, layers)
  pushes(manifest)
  return config
}

describe('the outputs', () => {
  test('a first push has a size, and is compared with nothing', async () => {
    const config = await builds('amd64', ['x'.repeat(100), 'y'.repeat(50)])
    await flow.run()
    expect(flow.outputs['size']).toBe(String(config + 150))
    expect(flow.outputs).not.toHaveProperty('size-diff')
    expect(json()).toMatchObject({
      size: config + 150,
      sizes: [
        { platform: 'linux/amd64', size: config + 150, 'size-diff': null, layers: 2, 'layers-new': null },
      ],
    })
    expect(json()).not.toHaveProperty('size-diff')
    expect(json()).not.toHaveProperty('size-compared-with')
  })

  test.each([true, false])(
    'a change is compared with what the first tag named, with the summary %s',
    async (summary) => {
      const before = await put('amd64', ['base', 'old'.repeat(40)], 'latest')
      const config = await builds('amd64', ['base', 'new'.repeat(10), 'more'])
      await flow.run({ summary })
      expect(flow.outputs).toMatchObject({ size: String(config + 38), 'size-diff': String(38 - 124) })
      expect(json()).toMatchObject({
        size: config + 38,
        'size-diff': -86,
        'size-compared-with': { tag: 'latest', digest: before.digest },
        sizes: [{ 'size-diff': -86, layers: 3, 'layers-new': 2, 'layers-reused': 1 }],
      })
    },
  )

  test('a layer that an image has twice is fetched once', async () => {
    const config = await builds('amd64', ['twice', 'other', 'twice'])
    await flow.run()
    expect(flow.outputs['size']).toBe(String(config + 10))
    expect(json().sizes).toMatchObject([{ layers: 2 }])
  })

  test('the same image once more is no byte larger', async () => {
    const config = await builds('amd64', ['base'])
    await put('amd64', ['base'], 'v1')
    await put('amd64', ['base'], 'latest')
    await flow.run()
    expect(flow.outputs).toMatchObject({ size: String(config + 4), 'size-diff': '0' })
  })

  test('so is one that exists, and is not built', async () => {
    await put('amd64', ['base'], 'v1')
    const { config } = await put('amd64', ['base'], 'latest')
    await flow.run({ ifImageExists: 'skip' })
    expect(flow.outputs).toMatchObject({ pushed: 'false', size: String(config + 4), 'size-diff': '0' })
  })

  test('by its digest alone, it is compared with nothing', async () => {
    const config = await builds('amd64', ['base'])
    await flow.run({ pushByDigest: true })
    expect(flow.outputs['size']).toBe(String(config + 4))
    expect(flow.outputs).not.toHaveProperty('size-diff')
  })

  test('nothing is known without a push', async () => {
    await flow.run({ push: false })
    expect(json()).not.toHaveProperty('size')
    expect(flow.outputs).not.toHaveProperty('size')
  })

  test('what the registry does not tell is what ECR says, of both images', async () => {
    await put('amd64', ['base', 'old'.repeat(40)], 'latest')
    const config = await builds('amd64', ['base', 'new'.repeat(10)])
    unreadable()
    await flow.run(one)
    expect(flow.outputs).toMatchObject({ size: String(config + 34), 'size-diff': '-90' })
    expect(json()).not.toHaveProperty('sizes')
    expect(flow.log).toContain('The sizes of the image by platform are not known: not to be read')
  })

  test('what neither tells is empty, never 0', async () => {
    ecrSays(0)
    unreadable()
    await flow.run(one)
    expect(flow.outputs).not.toHaveProperty('size')
    expect(json()).not.toHaveProperty('size')
  })

  test('a manifest of another form has no sizes, not none', async () => {
    const manifest = {
      schemaVersion: 2,
      mediaType: IMAGE,
      config: { mediaType: 'x/y', digest: digestOf(Buffer.from('{}')), size: 2 },
      layers: [],
    }
    await flow.store.backend.putBlob(flow.place, digestOf(Buffer.from('{}')), Buffer.from('{}'))
    pushes(manifest)
    withRegistry((real) => ({
      manifest: async (...given) => {
        const held = await real.manifest(...given)
        return { ...held, content: { schemaVersion: 1 } as object }
      },
    }))
    await flow.run()
    expect(json()).not.toHaveProperty('sizes')
  })
})

describe('an index', () => {
  const attestation = {
    platform: { os: 'unknown', architecture: 'unknown' },
    annotations: { 'vnd.docker.reference.type': 'attestation-manifest' },
  }
  const index = (...manifests: readonly object[]) => ({ schemaVersion: 2, mediaType: INDEX, manifests })
  const of = (architecture: string, { config: _, ...descriptor }: Descriptor & { config: number }) => ({
    ...descriptor,
    platform: { os: 'linux', architecture },
  })

  test('has the size of its largest platform, and no attestation counts', async () => {
    const [amd64, arm64, beside] = [
      await put('amd64', ['base', 'a'.repeat(10)]),
      await put('arm64', ['base', 'b'.repeat(90)]),
      await put('unknown', ['c'.repeat(5000)]),
    ]
    const old = await put('amd64', ['base', 'a'.repeat(30)])
    await putManifest(flow, 'app', index(of('amd64', old)), 'v1')
    const made = index(of('amd64', amd64), of('arm64', arm64), { ...of('unknown', beside), ...attestation })
    pushes(made)
    await flow.run()
    const [small, large] = [amd64.config + 14, arm64.config + 94]
    expect(flow.outputs).toMatchObject({
      size: String(large),
      'size-diff': String(large - (old.config + 34)),
    })
    expect(json().sizes).toMatchObject([
      { platform: 'linux/amd64', size: small, 'size-diff': -20, 'layers-new': 1, 'layers-reused': 1 },
      { platform: 'linux/arm64', size: large, 'size-diff': null, 'layers-new': null, 'layers-reused': null },
    ])
  })

  test('that merge makes, and an image that promote names, have them too', async () => {
    const source = (given: Record<string, string>) => ({
      get: (name: string) => ({ 'aws-region': flow.caller.region, ...given })[name] ?? '',
      env: {},
      cwd: '/',
    })
    const amd64 = await put('amd64', ['base', 'a'.repeat(10)], 'old')
    const arm64 = await put('arm64', ['base', 'b'.repeat(90)])
    const digests = `${amd64.digest}\n${arm64.digest}`
    await flow.within((world) =>
      merge(readMergeInputs(source({ repository: 'app', digests, tags: 'old' })), world),
    )
    const size = arm64.config + 94
    expect(flow.outputs).toMatchObject({ size: String(size), 'size-diff': String(size - amd64.config - 14) })
    await put('amd64', ['base', 'a'.repeat(10)], 'live')
    await flow.within((world) =>
      promote(readPromoteInputs(source({ source: 'app:old', repository: 'app', tags: 'live' })), world),
    )
    expect(flow.outputs).toMatchObject({ size: String(size), 'size-diff': String(size - amd64.config - 14) })
  })

  test('of which each platform counts for itself is refused by those that are too large', async () => {
    const [amd64, arm64] = [await put('amd64', ['a'.repeat(10)]), await put('arm64', ['b'.repeat(90)])]
    const made = index(of('amd64', amd64), of('arm64', arm64))
    pushes(made)
    const most = arm64.config + 89
    const message = await flow.failure(limited(most))
    expect(message).toContain(
      `is too large: ${most + 1} B compressed (${most + 1} bytes) for linux/arm64; max-size is ${most}B (${most} bytes).`,
    )
    expect(message).not.toContain('amd64')
    // Together they are more.
    await flow.run(limited(most + 1))
    expect(flow.summary).toContain(`- ✅ Passed: Size: ${most + 1} B compressed for the largest platform`)
  })
})

describe('max-size', () => {
  const gate = () => ({
    after: { ...mainInputs().after, failOnSeverity: 'HIGH', gate: 'before-tags' } as const,
  })

  test('lets an image pass that has as many bytes', async () => {
    const config = await builds('amd64', ['x'.repeat(100)])
    await flow.run(limited(config + 100))
    expect(flow.summary).toContain(
      `- ✅ Passed: Size: ${config + 100} B compressed; <code>max-size</code> is <code>${config + 100}B</code>.`,
    )
  })

  test('fails the step after the push if docker names the image: what is there is told', async () => {
    const config = await builds('amd64', ['x'.repeat(100)])
    const most = config + 99
    expect(await flow.failure(limited(most))).toBe(
      `${HOST}/app@${flow.outputs['digest']} is too large: ${most + 1} B compressed (${most + 1} bytes) for linux/amd64; max-size is ${most}B (${most} bytes).\nWhat to do: make the image smaller (the summary lists its layers, the largest first), or raise max-size.`,
    )
    expect(tags()).toEqual({ v1: flow.outputs['digest'], latest: flow.outputs['digest'] })
    expect(flow.outputs).toMatchObject({
      pushed: 'true',
      size: String(most + 1),
      'image-uri': `${HOST}/app:v1`,
    })
    expect(flow.summary).toMatch(/^### ⛔ /)
    expect(flow.summary).toContain('- ❌ Failed: Size: ')
    expect(flow.summary).not.toMatch(/docker pull/)
  })

  test('and gate: before-tags refuse the image before its scan', async () => {
    await builds('amd64', ['x'.repeat(100)])
    const message = await flow.failure(limited(50, gate()))
    expect(message).toContain('is too large')
    expect(tags()).toEqual({})
    expect(flow.operations()).not.toContain('DescribeImageScanFindings')
    expect(flow.log).toContain('No tag was put on the image, in any registry (max-size): v1, latest')
    expect(flow.summary).toContain('neither put nor moved, in any registry (<code>max-size</code>)')
    expect(flow.outputs).toMatchObject({ pushed: 'true', tags: '', version: '', digest: expect.any(String) })
    expect(flow.outputs).not.toHaveProperty('image-uri')
  })

  test('a small one is scanned, and tagged', async () => {
    await builds('amd64', ['x'])
    await flow.run(limited(5000, gate()))
    expect(tags()).toEqual({ v1: flow.outputs['digest'], latest: flow.outputs['digest'] })
    expect(flow.summary).toMatch(/✅ Passed: Size: .*\n- ✅ Passed: /)
  })

  test('gives an image no further tag that exists, and is too large', async () => {
    await put('amd64', ['x'.repeat(100)], 'v1')
    await put('amd64', ['x'.repeat(100)], 'latest')
    const registries = [{ region: 'us-east-1', registryId: null, role: null }]
    expect(await flow.failure(limited(50, { ifImageExists: 'skip', registries }))).toContain('is too large')
    expect(tags('us-east-1')).toEqual({})
    expect(flow.outputs['pushed']).toBe('false')
    // The names in it are none that the image has not.
    expect(flow.outputs['metadata']).not.toContain('us-east-1')
    expect(flow.summary).toContain('neither put nor moved')
  })

  test('takes ECR at its word if the registry tells nothing', async () => {
    const size = (await builds('amd64', ['x'.repeat(100)])) + 100
    unreadable()
    expect(await flow.failure(limited(size - 1, one))).toContain(
      `is too large: ${size} B compressed (${size} bytes); max-size`,
    )
    await flow.run(limited(size, one))
  })

  test('does not let pass what nobody tells', async () => {
    ecrSays(null)
    unreadable()
    const message = await flow.failure(limited(1_000_000, one))
    expect(message).toMatch(
      /^The size of \S+@sha256:\S+ is not known, so that it may be larger than max-size \(1000000B\) allows\.\nWhat to do: run the job again; the role needs ecr:BatchGetImage/,
    )
    expect(flow.summary).toContain('- ❔ Not known: Size; <code>max-size</code> is <code>1000000B</code>.')
  })

  test('is one of two that fail, and both are told', async () => {
    await builds('amd64', ['x'.repeat(100)])
    flow.store.scanPlans.set('app', {
      findings: [{ name: 'CVE-2026-1111', severity: 'HIGH', package: 'openssl', version: '3.0.1' }],
    })
    const after = { ...mainInputs().after, failOnSeverity: 'HIGH' } as const
    const message = await flow.failure(limited(50, { after }))
    expect(message).toContain('is too large')
    expect(message).toContain('fail-on-severity')
  })
})

describe('an image that the step names without a scan', () => {
  let layout: BuildKitLayout
  beforeEach(() => {
    layout = new BuildKitLayout()
  })
  afterEach(() => layout.remove())

  /** Docker leaves an index in a folder, with an SBOM of each platform's image: whereupon the step pushes and names it. */
  const leaves = (...architectures: readonly string[]): Partial<Inputs> => {
    const images = architectures.map((architecture) => layout.image(architecture))
    const sbom = sbomStatement({ spdxVersion: 'SPDX-2.3', SPDXID: 'SPDXRef-DOCUMENT' })
    const beside = images.map((one) => layout.attestation(one.digest, [sbom]))
    const digest = layout.index(...images, ...beside)
    flow.alter = (world) => ({
      ...world,
      docker: {
        ...world.docker,
        build: async () => ({ digest, imageId: digest, layout: layout.folder, metadata: {} }),
      },
    })
    // Nothing is signed here.
    return { attest: { ...mainInputs().attest, sbom: { from: 'build' } } }
  }
  const several = Array.from({ length: 17 }, (_, at) => `a${at + 10}`)

  test.each([
    ['one platform', ['amd64']],
    ['more platforms than a summary has', several],
  ])('gets no tag if it is too large: %s', async (_, architectures) => {
    const change = leaves(...architectures)
    expect(await flow.failure(limited(5, change))).toContain('is too large')
    expect(tags()).toEqual({})
    const { digest } = flow.outputs
    expect(flow.log).toEqual(
      expect.arrayContaining([
        `Pushed ${HOST}/app@${digest}; it gets no tag (max-size)`,
        'No tag was put on the image, in any registry (max-size): v1, latest',
        `Left in ECR, by its digest alone: ${HOST}/app@${digest}`,
      ]),
    )
    expect(flow.log.join('\n')).not.toContain('before-tags')
    expect(flow.summary).not.toContain('before-tags')
    expect(flow.summary).toContain('#### What is left in ECR')
    expect(flow.outputs).toMatchObject({ pushed: 'true', tags: '', 'image-name': '' })
  })

  test.each([
    ['one platform', ['amd64']],
    ['more platforms than a summary has', several],
  ])('gets its tags if it is not: %s', async (_, architectures) => {
    await flow.run(limited(5000, leaves(...architectures)))
    expect(Object.keys(tags())).toEqual(['v1', 'latest'])
    expect(flow.summary.match(/Passed: Size/g)).toHaveLength(1)
    expect(flow.log.join('\n')).not.toContain('max-size')
  })
})
