import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { ACCOUNT, REGION, type Stage } from '../../dev/stage.ts'
import { type BuildKit, serveBuildKit } from '../support/buildkit.ts'
import { client, expectSuccess, parts, stageOfEnginePush, stageOn } from '../support/parts.ts'
import { variant, variants } from '../support/variants.ts'

// The media types that the registry has of each compression: for each way in which an image leaves the engine's builder
// one of them, and the others as variants.

jest.setTimeout(180_000)

const OCI_LAYER = 'application/vnd.oci.image.layer.v1.tar'
const TOC = 'containerd.io/snapshot/stargz/toc.digest'

describe('on the engine with the containerd image store', () => {
  let stage: Stage
  beforeAll(async () => {
    stage = await stageOn('current')
    mkdirSync(path.join(stage.folder, 'app'))
  })
  afterAll(() => stage?.close())

  async function build(inputs: Record<string, string>, base = stage.baseImage) {
    writeFileSync(path.join(stage.folder, 'app', 'Dockerfile'), `FROM ${base}\nCOPY Dockerfile /made\n`)
    const given = { repository: 'app', 'aws-region': REGION, context: 'app', tags: 'v1', ...inputs }
    return stage.main(given)
  }

  interface Manifest {
    readonly mediaType: string
    readonly layers: readonly { readonly mediaType: string; readonly annotations?: Record<string, string> }[]
  }

  /** A manifest of the repository, by its digest or a tag. */
  function manifestOf(reference: string, repository = 'app'): Manifest {
    const { tags, images } = stage.ecr.store.get({ account: ACCOUNT, region: REGION, repository })
    const image = images.get(tags.get(reference) ?? reference)
    return JSON.parse(Buffer.from(image?.bytes ?? []).toString('utf8')) as Manifest
  }

  /** Of each layer, those of the base image first. */
  const layerTypes = ({ layers }: Manifest) => layers.map(({ mediaType }) => mediaType)

  const zstd = Array(2).fill(`${OCI_LAYER}+zstd`)
  const gzip = Array(2).fill(`${OCI_LAYER}+gzip`)

  test('zstd, of a push under its tags, and of its cache', async () => {
    const result = await build({
      compression: 'zstd',
      'compression-level': '3',
      cache: 'ecr',
      tags: 'v1\nv2',
    })
    expectSuccess(result)
    const image = manifestOf('v2')
    expect([image.mediaType, layerTypes(image)]).toEqual(['application/vnd.oci.image.manifest.v1+json', zstd])
    const { tags } = stage.ecr.store.get({ account: ACCOUNT, region: REGION, repository: 'app' })
    const cache = [...tags.keys()].find((tag) => tag.startsWith('buildcache-')) ?? ''
    expect(layerTypes(manifestOf(cache))).not.toEqual([])
    expect(new Set(layerTypes(manifestOf(cache)))).toEqual(new Set(zstd))
    expect(result.log).toContain('AWS Lambda may refuse all but gzip')
    // What it holds can be run.
    const uri = result.outputs['digest-uri'] ?? ''
    const { docker } = parts().engines.current
    expect(await client(docker, ['run', '--rm', '--network=none', uri, 'cat', '/made'], stage.env)).toContain(
      'FROM',
    )
  })

  test('estargz, of an image that is left in a folder and pushed by its digest', async () => {
    const result = await build({
      compression: 'estargz',
      'push-by-digest': 'true',
      tags: '',
      repository: 'lazy',
    })
    expectSuccess(result)
    const image = manifestOf(result.outputs['digest'] ?? '', 'lazy')
    expect(layerTypes(image)).toEqual(gzip)
    for (const { annotations } of image.layers) expect(annotations?.[TOC]).toMatch(/^sha256:/)
  })

  // Variants: the two tests above have an algorithm each, with and without a push by the builder
  variants('all the others', () => {
    test.each([
      ['uncompressed', '', OCI_LAYER],
      ['gzip', '9', `${OCI_LAYER}+gzip`],
      ['estargz', '1', `${OCI_LAYER}+gzip`],
      ['zstd', '22', `${OCI_LAYER}+zstd`],
    ])('%s %s', async (compression, level, type) => {
      const repository = `all-${compression}`
      expectSuccess(await build({ compression, 'compression-level': level, repository }))
      expect(layerTypes(manifestOf('v1', repository))).toEqual([type, type])
    })

    test('gzip of a base image that is zstd', async () => {
      expectSuccess(await build({ compression: 'zstd', repository: 'base' }))
      const base = `${stage.ecr.registryHost(ACCOUNT, REGION)}/base:v1`
      expectSuccess(await build({ compression: 'gzip', repository: 'from-zstd' }, base))
      expect(new Set(layerTypes(manifestOf('v1', 'from-zstd')))).toEqual(new Set(gzip))
    })

    test.each(['type=oci,dest=out.tar', 'type=image,name=other'])('beside the output %s', async (outputs) => {
      expectSuccess(await build({ compression: 'zstd', repository: 'beside', outputs }))
      expect(layerTypes(manifestOf('v1', 'beside'))).toEqual(zstd)
    })

    test('of a builder that pushes by digest itself', async () => {
      const engine = stage.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock'
      const buildkit: BuildKit = await serveBuildKit(engine, path.join(stage.folder, 'buildkit.sock'))
      try {
        const create = ['buildx', 'create', '--name', 'elsewhere', '--driver', 'remote', buildkit.address]
        await client(parts().engines.current.docker, create, stage.env)
        const given = { builder: 'elsewhere', 'push-by-digest': 'true', tags: '', repository: 'remote' }
        const result = await build({ compression: 'zstd', ...given })
        expectSuccess(result)
        expect(layerTypes(manifestOf(result.outputs['digest'] ?? '', 'remote'))).toEqual(zstd)
      } finally {
        await buildkit.stop()
      }
    })
  })
})

// Variant: unit/docker/build/requirements.test.ts
variant(
  "the engine's old image store, which would make gzip of it, is refused before the build",
  async () => {
    const old = await stageOfEnginePush()
    try {
      mkdirSync(path.join(old.folder, 'app'))
      writeFileSync(path.join(old.folder, 'app', 'Dockerfile'), 'FROM scratch\nCOPY Dockerfile /\n')
      const given = { repository: 'app', 'aws-region': REGION, context: 'app', tags: 'v1' }
      const result = await old.main({ ...given, compression: 'zstd' })
      expect(result.exitCode).toBe(1)
      expect(result.annotations.at(-1)?.message).toContain(
        "Input 'compression': 'zstd': the builder's driver (docker) cannot do it without the containerd image store",
      )
      expect(result.log).not.toContain('[command]')
    } finally {
      await old.close()
    }
  },
)
