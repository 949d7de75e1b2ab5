import { beforeEach, describe, expect, test } from '@jest/globals'
import { digestOf, invoke } from '../../local-ecr/index.ts'
import { readMergeInputs } from '../../src/actions/merge/inputs.ts'
import { merge } from '../../src/actions/merge/run.ts'
import { ActionError, explain } from '../../src/shared/errors.ts'
import { Flow } from '../support/flow.ts'
import { type Descriptor, putImage, putManifest } from '../support/flow-images.ts'

// What merge is given as `digests`, and what of it becomes part of the index.

const HOST = '123456789012.dkr.ecr.ap-northeast-2.amazonaws.com'
const OCI_INDEX = 'application/vnd.oci.image.index.v1+json'
const OCI_IMAGE = 'application/vnd.oci.image.manifest.v1+json'
const LINUX = { os: 'linux', architecture: 'amd64' }
const UNKNOWN = { os: 'unknown', architecture: 'unknown' }

let flow: Flow
beforeEach(async () => {
  flow = new Flow()
  await invoke(flow.store, flow.caller, 'CreateRepository', { repositoryName: 'app' })
})

const run = (given: Record<string, string>) => {
  const values: Record<string, string> = {
    repository: 'app',
    'aws-region': 'ap-northeast-2',
    tags: 'v1',
    ...given,
  }
  const inputs = { get: (name: string) => values[name] ?? '', env: {}, cwd: '/' }
  return flow.within((world) => merge(readMergeInputs(inputs), world))
}
async function failure(given: Record<string, string>): Promise<string> {
  try {
    await run(given)
  } catch (error) {
    if (error instanceof ActionError) return explain(error)
    throw error
  }
  throw new Error('it did not fail')
}
const repository = () =>
  flow.store.get({ account: '123456789012', region: 'ap-northeast-2', repository: 'app' })

const index = (...manifests: readonly (Descriptor & { platform?: object; annotations?: object })[]) =>
  putManifest(flow, 'app', { schemaVersion: 2, mediaType: OCI_INDEX, manifests })

/** A manifest that is no image, with a configuration and a layer of these types. */
async function manifest(
  config: { type: string; content: object },
  layerType: string,
  more: object = {},
): Promise<Descriptor> {
  const blobs = [JSON.stringify(config.content), `a layer of ${layerType}`].map((text) => Buffer.from(text))
  const [first, second] = await Promise.all(
    blobs.map(async (blob) => {
      const digest = digestOf(blob)
      await flow.store.backend.putBlob({ ...flow.place, repository: 'app' }, digest, blob)
      return { digest, size: blob.length }
    }),
  )
  return putManifest(flow, 'app', {
    schemaVersion: 2,
    mediaType: OCI_IMAGE,
    config: { mediaType: config.type, ...first },
    layers: [{ mediaType: layerType, ...second }],
    ...more,
  })
}
const IMAGE_CONFIG = 'application/vnd.oci.image.config.v1+json'
const EMPTY = { type: 'application/vnd.oci.empty.v1+json', content: {} }
const IN_TOTO = 'application/vnd.in-toto+json'

/** Nothing may be tagged or made by a step that was refused. */
async function refused(digests: string, message: string): Promise<void> {
  const before = [...repository().images.keys()]
  expect(await failure({ digests })).toContain(message)
  expect([...repository().images.keys()]).toEqual(before)
  expect(flow.outputs['pushed']).not.toBe('true')
}

describe('a digest that is not of an image is refused, with what it is', () => {
  const GIVE = 'What to do: give the digests of images, as push-by-digest put them out.'

  test.each([
    ['as BuildKit writes it', { type: IMAGE_CONFIG, content: UNKNOWN }, {}],
    ['as an OCI artifact', EMPTY, { artifactType: 'application/vnd.docker.attestation.manifest.v1+json' }],
  ])('an attestation, %s', async (_, config, more) => {
    const { digest } = await manifest(config, IN_TOTO, more)
    await refused(
      digest,
      `${HOST}/app@${digest} is an attestation (provenance or SBOM), and not an image.\n${GIVE}`,
    )
  })

  test.each([
    [
      'a signature, by its artifact type',
      EMPTY,
      { artifactType: 'application/vnd.dev.sigstore.bundle.v0.3+json' },
      "is an artifact of the type 'application/vnd.dev.sigstore.bundle.v0.3+json', and not an image.",
    ],
    [
      'a Helm chart, by the type of its configuration',
      { type: 'application/vnd.cncf.helm.config.v1+json', content: { name: 'x' } },
      {},
      "is an artifact of the type 'application/vnd.cncf.helm.config.v1+json', and not an image.",
    ],
    [
      'a configuration without a platform',
      { type: IMAGE_CONFIG, content: {} },
      {},
      'is for no platform: its configuration does not say one.',
    ],
    [
      'a configuration for an unknown platform',
      { type: IMAGE_CONFIG, content: UNKNOWN },
      {},
      "is for no platform: its configuration says 'unknown/unknown'.",
    ],
  ])('%s', async (_, config, more, message) => {
    const { digest } = await manifest(config, 'application/octet-stream', more)
    await refused(digest, `${HOST}/app@${digest} ${message}\n${GIVE}`)
  })

  test('an index in an index', async () => {
    const image = { ...(await putImage(flow, 'app', LINUX)), platform: LINUX }
    const inner = await index(image)
    const outer = await index(inner, image)
    await refused(
      outer.digest,
      `${HOST}/app@${outer.digest} is an index that contains another index, ${inner.digest}.`,
    )
  })

  test('an index with an entry that says no platform', async () => {
    const image = await putImage(flow, 'app', LINUX)
    const other = await putImage(flow, 'app', { os: 'linux', architecture: 'arm64' })
    const outer = await index({ ...other, platform: { os: 'linux', architecture: 'arm64' } }, image)
    await refused(
      outer.digest,
      `${HOST}/app@${outer.digest} is an index that does not say the platform of ${image.digest}.`,
    )
  })

  test('an index of attestations alone, and an empty one', async () => {
    const attestation = await manifest({ type: IMAGE_CONFIG, content: UNKNOWN }, IN_TOTO)
    const outer = await index({ ...attestation, platform: UNKNOWN })
    await refused(outer.digest, `${HOST}/app@${outer.digest} is an index without images.`)
    const empty = await index()
    await refused(empty.digest, `${HOST}/app@${empty.digest} is an index without images.`)
  })

  test('all of them at once', async () => {
    const attestation = await manifest({ type: IMAGE_CONFIG, content: UNKNOWN }, IN_TOTO)
    const empty = await index()
    const message = await failure({ digests: `${attestation.digest},${empty.digest}` })
    expect(message).toContain('is an attestation')
    expect(message).toContain('is an index without images')
  })
})

test('an attestation in an index counts as one without its annotation too, and stays with its image', async () => {
  const image = { ...(await putImage(flow, 'app', LINUX)), platform: LINUX }
  const attestation = {
    ...(await manifest({ type: IMAGE_CONFIG, content: UNKNOWN }, IN_TOTO)),
    platform: UNKNOWN,
  }
  const { digest } = await index(image, attestation)
  await run({ digests: digest, platforms: 'linux/amd64' })
  expect(JSON.parse(flow.outputs['platform-digests'] as string)).toEqual({ 'linux/amd64': image.digest })
  const made = repository().images.get(flow.outputs['digest'] as string)
  expect(JSON.parse(Buffer.from(made?.bytes ?? []).toString()).manifests).toEqual([image, attestation])
})

describe('platforms that differ only by the version or the features of the system', () => {
  const windows = (version: string, features?: readonly string[]) => ({
    os: 'windows',
    architecture: 'amd64',
    'os.version': version,
    ...(features ? { 'os.features': features } : {}),
  })
  const two = async () => {
    const [old, current] = await Promise.all(
      ['10.0.17763.5458', '10.0.20348.587'].map((version) => putImage(flow, 'app', windows(version))),
    )
    return { old: old as Descriptor, current: current as Descriptor }
  }

  test('are both in platform-digests, each by its full name; others keep their short one', async () => {
    const { old, current } = await two()
    const linux = await putImage(flow, 'app', LINUX)
    await run({ digests: [old, current, linux].map(({ digest }) => digest).join(',') })
    expect(JSON.parse(flow.outputs['platform-digests'] as string)).toEqual({
      'windows(10.0.17763.5458)/amd64': old.digest,
      'windows(10.0.20348.587)/amd64': current.digest,
      'linux/amd64': linux.digest,
    })
    expect(flow.log.join('\n')).toContain(
      'has windows(10.0.17763.5458)/amd64, windows(10.0.20348.587)/amd64, linux/amd64',
    )
    const made = repository().images.get(flow.outputs['digest'] as string)
    const { manifests } = JSON.parse(Buffer.from(made?.bytes ?? []).toString())
    expect(manifests.map(({ platform }: { platform: unknown }) => platform)).toEqual([
      windows('10.0.17763.5458'),
      windows('10.0.20348.587'),
      LINUX,
    ])
  })

  test('features too, which come into the index', async () => {
    const plain = await putImage(flow, 'app', windows('10.0.1'))
    const graphical = await putImage(flow, 'app', windows('10.0.1', ['win32k']))
    await run({ digests: `${plain.digest},${graphical.digest}` })
    expect(JSON.parse(flow.outputs['platform-digests'] as string)).toEqual({
      'windows(10.0.1)/amd64': plain.digest,
      'windows(10.0.1+win32k)/amd64': graphical.digest,
    })
  })

  test('one alone keeps its short name', async () => {
    const { current } = await two()
    await run({ digests: current.digest })
    expect(JSON.parse(flow.outputs['platform-digests'] as string)).toEqual({
      'windows/amd64': current.digest,
    })
  })

  test('the same one twice is refused', async () => {
    const { old } = await two()
    const again = await putImage(flow, 'app', windows('10.0.17763.5458'), { tag: 'again' })
    expect(await failure({ digests: `${old.digest},${again.digest}` })).toContain(
      `More than one image is for the same platform: windows(10.0.17763.5458)/amd64 (${old.digest}, ${again.digest}).`,
    )
  })

  test.each([
    ['windows/amd64', null],
    ['windows(10.0.17763.5458)/amd64,windows(10.0.20348.587)/x86_64', null],
    [
      'windows(10.0.17763.5458)/amd64',
      "and the input 'platforms' says windows(10.0.17763.5458)/amd64: windows(10.0.20348.587)/amd64 is not wanted.",
    ],
    [
      'windows/amd64,windows(10.0.1)/amd64',
      'The digests are for windows(10.0.17763.5458)/amd64, windows(10.0.20348.587)/amd64, and',
    ],
  ])('platforms: %s', async (platforms, message) => {
    const { old, current } = await two()
    const given = { digests: `${old.digest},${current.digest}`, platforms }
    if (message === null) await run(given)
    else expect(await failure(given)).toContain(message)
  })
})

describe('an image URI in digests', () => {
  const D = `sha256:${'a'.repeat(64)}`

  test.each([
    ['of this repository', (digest: string) => `${HOST}/app@${digest}`],
    ['by its name', (digest: string) => `app@${digest}`],
    ['with a tag', (digest: string) => `${HOST}/app:v3@${digest}`],
    [
      'at another host of the same registry',
      (digest: string) => `123456789012.dkr-ecr.ap-northeast-2.on.aws/app@${digest}`,
    ],
  ])('%s is accepted', async (_, uri) => {
    const { digest } = await putImage(flow, 'app', LINUX)
    await run({ digests: uri(digest) })
    expect(JSON.parse(flow.outputs['platform-digests'] as string)).toEqual({ 'linux/amd64': digest })
  })

  test('a repository whose name begins like a host is known by its name', async () => {
    await invoke(flow.store, flow.caller, 'CreateRepository', { repositoryName: 'my.org/app' })
    const { digest } = await putImage(flow, 'my.org/app', LINUX)
    await run({ repository: 'my.org/app', digests: `my.org/app@${digest}` })
    expect(flow.outputs['pushed']).toBe('true')
  })

  test.each([
    ['another name', `${HOST}/other@${D}`],
    ['another name alone', `other@${D}`],
    ['a name that ends alike', `${HOST}/team/app@${D}`],
    ['a name without a host that looks like one', `team/app@${D}`],
    ['another region', `123456789012.dkr.ecr.us-east-1.amazonaws.com/app@${D}`],
  ])('of another repository, by %s, is an input error', async (_, uri) => {
    expect(await failure({ digests: uri })).toMatch(
      new RegExp(
        `^Input 'digests': '${uri}': is not in the repository that the input 'repository' names \\(app\\); merge takes images of one repository`,
      ),
    )
    expect(flow.service.recorder.requests).toEqual([])
  })

  test.each([
    ['another account', '210987654321.dkr.ecr.ap-northeast-2.amazonaws.com/app'],
    ['a registry that is not of ECR', 'registry.example.com:5000/app'],
  ])('of another repository, by %s, is refused even if its digest exists here', async (_, uri) => {
    const { digest } = await putImage(flow, 'app', LINUX)
    await refused(
      `${uri}@${digest}`,
      `The input 'digests' names images of another repository than ${HOST}/app: ${uri}@${digest}.`,
    )
  })
})
