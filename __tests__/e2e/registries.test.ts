import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { root } from '../../dev/runner.ts'
import { ACCOUNT, REGION, type Stage } from '../../dev/stage.ts'
import { callerOf, invoke } from '../../local-ecr/index.ts'
import { errorOf } from '../support/annotations.ts'
import { ANY_ENGINE, client, expectSuccess, parts, stageOn } from '../support/parts.ts'
import { shareRepository } from '../support/shared-repository.ts'
import { EVERY_VARIANT, variant, variants } from '../support/variants.ts'

// A copy of a large layer takes seconds, and on a busy machine many times that.
jest.setTimeout(600_000)

const OTHER = '210987654321'
const MERGE = path.join(root, 'merge')
const PROMOTE = path.join(root, 'promote')

let stage: Stage

const passwordOf = (account: string, region: string) =>
  stage.ecr.store.issueToken(callerOf(account, region)).password
/** What a client that is not ours finds in a registry. */
function raw(reference: string, account: string, region: string): Promise<string> {
  const creds = `AWS:${passwordOf(account, region)}`
  const insecure = stage.ecr.mode === 'localhost' ? ['--tls-verify=false'] : []
  return client(
    parts().skopeo,
    ['inspect', '--raw', ...insecure, '--creds', creds, `docker://${reference}`],
    stage.env,
  )
}
const digestOf = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}`
const hostOf = (account: string, region: string) => stage.ecr.registryHost(account, region)

/** Lets the first account push to a repository of the other. */
const share = (repository: string, region: string) =>
  shareRepository(stage.ecr.store, { account: OTHER, region, repository }, ACCOUNT)

function app(folder: string, content: string): void {
  mkdirSync(path.join(stage.folder, folder), { recursive: true })
  writeFileSync(
    path.join(stage.folder, folder, 'Dockerfile'),
    `FROM ${stage.baseImage}\nCOPY content /content\n`,
  )
  writeFileSync(path.join(stage.folder, folder, 'content'), content)
}

describe.each(ANY_ENGINE)('registries, from the %s engine', (name) => {
  beforeAll(async () => {
    stage = await stageOn(name)
  })
  afterAll(() => stage?.close())

  test('three regions and two accounts have the same digest under every tag', async () => {
    app('many', `many ${name}`)
    await share('many', 'us-east-1')
    stage.ecr.faults.order({
      match: { side: 'registry', region: 'eu-west-1', method: 'PUT', path: '/manifests/' },
      effect: { kind: 'status', status: 503 },
    })
    const result = await stage.main({
      repository: 'many',
      'aws-region': REGION,
      context: 'many',
      tags: 'v1,latest',
      registries: `us-east-1\neu-west-1\n${OTHER}/us-east-1`,
    })
    expectSuccess(result)
    const { digest } = result.outputs
    const places = [
      [ACCOUNT, REGION],
      [ACCOUNT, 'us-east-1'],
      [ACCOUNT, 'eu-west-1'],
      [OTHER, 'us-east-1'],
    ] as const
    const uris = places.flatMap(([account, region]) =>
      ['v1', 'latest'].map((tag) => `${hostOf(account, region)}/many:${tag}`),
    )
    expect(result.outputs['image-uris']).toBe(uris.join('\n'))
    for (const [account, region] of places) {
      for (const tag of ['v1', 'latest']) {
        expect(digestOf(await raw(`${hostOf(account, region)}/many:${tag}`, account, region))).toBe(digest)
      }
    }
    expect(JSON.parse(result.outputs['platform-digests'] as string)).toEqual({ 'linux/amd64': digest })
    const tokens = stage.ecr.requests.filter(({ operation }) => operation === 'GetAuthorizationToken')
    // The retry says what was done to what; the request itself is in the debug log.
    const europe = hostOf(ACCOUNT, 'eu-west-1').replaceAll('.', '\\.')
    const [retry] = result.log.split('\n').filter((line) => line.includes('503 Service Unavailable'))
    expect(retry).toMatch(
      new RegExp(`^Pushing the manifest of ${europe}/many:v1 failed \\(503 Service Unavailable\\); `),
    )
    expect(result.raw).toMatch(
      new RegExp(`^::debug::PUT https?://${europe}/v2/many/manifests/v1: 503 Service Unavailable$`, 'm'),
    )
    // No secret of any of the registries stands anywhere.
    expect(tokens.length).toBeGreaterThan(3)
    expect(result.raw.replace(/^::add-mask::.*$/gm, '')).not.toMatch(/QVdTO[A-Za-z0-9+/]{40}/)
  })

  // Variant: flow/registries.test.ts and flow/what-is-put.test.ts
  variant(
    'a registry that fails in the middle stops no other, and the next run does only what is missing',
    async () => {
      app('broken', `broken ${name}`)
      const inputs = {
        repository: 'broken',
        'aws-region': REGION,
        context: 'broken',
        tags: 'v1',
        registries: 'us-east-1,eu-west-1',
        'image-tag-mutability': 'IMMUTABLE',
      }
      stage.ecr.faults.order({
        match: { side: 'registry', region: 'us-east-1', operation: 'CompleteLayerUpload' },
        times: Number.POSITIVE_INFINITY,
        effect: { kind: 'deny' },
      })
      const first = await stage.main(inputs)
      expect(first.exitCode).toBe(1)
      const { digest } = first.outputs
      const message = errorOf(first)
      expect(message).toContain(`${digest} is known to be under every tag in 2 of 3 registries.`)
      expect(message).toContain(`Done: ${hostOf(ACCOUNT, 'eu-west-1')}/broken (v1)`)
      expect(message).toContain(`Failed: ${hostOf(ACCOUNT, 'us-east-1')}/broken (v1)`)
      expect(first.outputs['image-uris']).toBe(
        `${hostOf(ACCOUNT, REGION)}/broken:v1\n${hostOf(ACCOUNT, 'eu-west-1')}/broken:v1`,
      )

      stage.ecr.faults.clear()
      const before = stage.ecr.requests.length
      const second = await stage.main({ ...inputs, 'if-image-exists': 'skip' })
      expectSuccess(second)
      expect(second.outputs).toMatchObject({ digest, pushed: 'true' })
      expect(second.log).not.toContain('buildx')
      expect(digestOf(await raw(`${hostOf(ACCOUNT, 'us-east-1')}/broken:v1`, ACCOUNT, 'us-east-1'))).toBe(
        digest,
      )
      const sent = stage.ecr.requests
        .slice(before)
        .filter(({ side, method }) => side === 'registry' && method !== 'GET' && method !== 'HEAD')
        .map(({ region }) => region)
      expect(new Set(sent)).toEqual(new Set(['us-east-1']))
    },
  )
})

// Variant: flow/what-is-put.test.ts: the put of one tag fails
variants('a tag that is refused when others have been put', () => {
  beforeAll(async () => {
    stage = await stageOn('current')
  })
  afterAll(() => stage?.close())

  test('outputs, log and summary say which tags name the image, in each registry', async () => {
    const inputs = {
      repository: 'half',
      'aws-region': REGION,
      context: 'half',
      tags: 'prod,latest',
      registries: 'us-east-1',
    }
    app('half', 'half of the first')
    expectSuccess(await stage.main(inputs))
    app('half', 'half of the second')
    stage.ecr.faults.order({
      match: { side: 'registry', method: 'PUT', path: '/v2/half/manifests/latest' },
      times: Number.POSITIVE_INFINITY,
      effect: { kind: 'deny' },
    })
    const result = await stage.main(inputs)
    stage.ecr.faults.clear()
    expect(result.exitCode).toBe(1)
    const uris = [REGION, 'us-east-1'].map((region) => `${hostOf(ACCOUNT, region)}/half`)
    const { digest } = result.outputs
    for (const [at, region] of [REGION, 'us-east-1'].entries()) {
      expect(digestOf(await raw(`${uris[at]}:prod`, ACCOUNT, region))).toBe(digest)
      expect(digestOf(await raw(`${uris[at]}:latest`, ACCOUNT, region))).not.toBe(digest)
    }
    const named = uris.map((uri) => `${uri}:prod`)
    expect(result.outputs).toMatchObject({
      pushed: 'true',
      'image-uri': named[0],
      'image-uris': named.join('\n'),
      'digest-uri': `${uris[0]}@${digest}`,
      tags: 'prod',
    })
    for (const name of named) expect(result.log).toContain(`\nPushed ${name}\n`)
    expect(result.log).not.toContain(':latest\n')
    expect(result.summary).toContain(
      `In ECR all the same, put by this run:\n\n\`\`\`text\n${named.join('\n')}\n\`\`\``,
    )
    const message = errorOf(result)
    expect(message).toContain(`${digest} is known to be under every tag in 0 of 2 registries.`)
    expect(message?.split(`All the same, the push of prod as ${digest} was confirmed.`)).toHaveLength(3)
  })
})

describe('several runners, one image', () => {
  beforeAll(async () => {
    stage = await stageOn('current')
  })
  afterAll(() => stage?.close())

  test('two pushes by digest and a merge; the image then runs, and its provenance is promoted with it', async () => {
    const runner = async (platform: string) => {
      const folder = `runner-${platform.replace('/', '-')}`
      mkdirSync(path.join(stage.folder, folder), { recursive: true })
      writeFileSync(
        path.join(stage.folder, folder, 'Dockerfile'),
        `FROM ${platform === 'linux/amd64' ? stage.baseImage : 'scratch'}\nCOPY where /where\n`,
      )
      writeFileSync(path.join(stage.folder, folder, 'where'), `for ${platform}`)
      const result = await stage.main({
        repository: 'native',
        'aws-region': REGION,
        context: folder,
        platforms: platform,
        provenance: 'true',
        'push-by-digest': 'true',
      })
      expectSuccess(result)
      const { digest = '' } = result.outputs
      const uri = `${hostOf(ACCOUNT, REGION)}/native@${digest}`
      expect(result.outputs).toMatchObject({
        'image-uri': uri,
        'image-uris': uri,
        'image-name': `native@${digest}`,
        tags: '',
      })
      await stage.post(result)
      return result.outputs
    }
    const amd64 = await runner('linux/amd64')
    const arm64 = await runner('linux/arm64')
    const native = { account: ACCOUNT, region: REGION, repository: 'native' }
    expect([...stage.ecr.store.get(native).tags]).toEqual([])

    const merged = await stage.main(
      {
        repository: 'native',
        'aws-region': REGION,
        digests: `${amd64['digest']}\n${arm64['digest-uri']}`,
        platforms: 'linux/amd64,linux/arm64',
        tags: 'v1\nlatest',
        registries: 'eu-west-1',
        annotations: 'org.example.team=tools',
      },
      { action: MERGE },
    )
    expectSuccess(merged)
    const index = JSON.parse(await raw(`${hostOf(ACCOUNT, 'eu-west-1')}/native:v1`, ACCOUNT, 'eu-west-1'))
    expect(index.annotations).toEqual({ 'org.example.team': 'tools' })
    const platforms = index.manifests.map(
      ({ platform }: { platform: { os: string; architecture: string } }) =>
        `${platform.os}/${platform.architecture}`,
    )
    expect(platforms).toEqual(['linux/amd64', 'unknown/unknown', 'linux/arm64', 'unknown/unknown'])
    expect(Object.keys(JSON.parse(merged.outputs['platform-digests'] as string))).toEqual([
      'linux/amd64',
      'linux/arm64',
    ])

    // What the engine wrote as provenance is no image, and an image of elsewhere is none of this repository.
    const refuse = async (digests: string) => {
      const inputs = { repository: 'native', 'aws-region': REGION, digests, tags: 'v2' }
      const result = await stage.main(inputs, { action: MERGE })
      expect(result.exitCode).toBe(1)
      return errorOf(result)
    }
    expect(await refuse(index.manifests[1].digest)).toContain(
      `${hostOf(ACCOUNT, REGION)}/native@${index.manifests[1].digest} is an attestation (provenance or SBOM), and not an image.`,
    )
    // Variants: flow/merge-parts.test.ts has what is not of this repository.
    if (EVERY_VARIANT) {
      expect(await refuse(`${hostOf(ACCOUNT, REGION)}/other@${amd64['digest']}`)).toContain(
        "is not in the repository that the input 'repository' names (native)",
      )
      expect(await refuse(`${hostOf(OTHER, REGION)}/native@${amd64['digest']}`)).toContain(
        `The input 'digests' names images of another repository than ${hostOf(ACCOUNT, REGION)}/native`,
      )
    }

    // No engine: docker would have to be found.
    const promoted = await stage.main(
      {
        source: merged.outputs['image-uri'] as string,
        repository: `${hostOf(ACCOUNT, 'us-east-1')}/prod/native`,
        tags: 'v1,prod',
      },
      { action: PROMOTE, env: { PATH: '/nowhere', DOCKER_HOST: 'unix:///nowhere' } },
    )
    if (stage.ecr.mode === 'tls') {
      expectSuccess(promoted)
      const uri = `${hostOf(ACCOUNT, 'us-east-1')}/prod/native`
      expect(promoted.outputs).toMatchObject({
        digest: merged.outputs['digest'],
        'image-uris': `${uri}:v1\n${uri}:prod`,
        'repository-created': 'true',
      })
      expect(digestOf(await raw(`${uri}:prod`, ACCOUNT, 'us-east-1'))).toBe(merged.outputs['digest'])
      // The provenance is there, and is about this image.
      const attestation = JSON.parse(await raw(`${uri}@${index.manifests[1].digest}`, ACCOUNT, 'us-east-1'))
      expect(attestation.layers[0].annotations).toEqual({
        'in-toto.io/predicate-type': expect.stringContaining('slsa.dev/provenance'),
      })
      expect(index.manifests[1].annotations['vnd.docker.reference.digest']).toBe(index.manifests[0].digest)
    }

    const { docker } = parts().engines.current
    const env = { ...stage.env, DOCKER_CONFIG: path.join(stage.folder, 'puller') }
    await client(
      'sh',
      [
        '-c',
        `printf %s "$PASSWORD" | "$DOCKER" login --username AWS --password-stdin ${hostOf(ACCOUNT, REGION)}`,
      ],
      {
        ...env,
        DOCKER: docker,
        PASSWORD: passwordOf(ACCOUNT, REGION),
      },
    )
    const reference = merged.outputs['digest-uri'] as string
    await client(docker, ['pull', '--quiet', reference], env)
    expect(await client(docker, ['run', '--rm', '--network=none', reference, 'cat', '/where'], env)).toBe(
      'for linux/amd64',
    )
    await client(docker, ['image', 'rm', '--force', reference], env)
  })
})

// Variant: unit/docker/build/requirements.test.ts
variants('an engine without buildx', () => {
  beforeAll(async () => {
    stage = await stageOn('old')
  })
  afterAll(() => stage?.close())

  test('is told what push-by-digest needs', async () => {
    app('alone', 'x')
    const inputs = { repository: 'alone', 'aws-region': REGION, context: 'alone', 'push-by-digest': 'true' }
    const result = await stage.main(inputs)
    expect(result.exitCode).toBe(1)
    expect(errorOf(result)).toContain("Input 'push-by-digest': 'true': needs buildx")
  })
})

describe('a large image', () => {
  beforeAll(async () => {
    stage = await stageOn('current')
  })
  afterAll(() => stage?.close())

  test('of more than the memory of the process that copies it', async () => {
    const SIZE = 192 * 1024 * 1024
    const place = { account: ACCOUNT, region: REGION, repository: 'large' }
    const { store } = stage.ecr
    await invoke(store, callerOf(ACCOUNT, REGION), 'CreateRepository', { repositoryName: 'large' })
    // Random in parts: equal blocks would not tell whether all of them arrive in their order.
    const layer = Buffer.alloc(SIZE)
    const block = randomBytes(1024 * 1024)
    for (let at = 0; at < SIZE; at += block.length) {
      block.writeUInt32BE(at, 0)
      block.copy(layer, at)
    }
    const config = Buffer.from(JSON.stringify({ architecture: 'amd64', os: 'linux', rootfs: {} }))
    const descriptor = (mediaType: string, bytes: Buffer) => ({
      mediaType,
      digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`,
      size: bytes.length,
    })
    const manifest = {
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      config: descriptor('application/vnd.oci.image.config.v1+json', config),
      layers: [descriptor('application/vnd.oci.image.layer.v1.tar', layer)],
    }
    await store.backend.putBlob(place, manifest.config.digest, config)
    await store.backend.putBlob(place, manifest.layers[0]?.digest as string, layer)
    await invoke(store, callerOf(ACCOUNT, REGION), 'PutImage', {
      repositoryName: 'large',
      imageManifest: JSON.stringify(manifest),
      imageTag: 'v1',
    })
    let pid = 0
    let peak = 0
    const watch = setInterval(() => {
      try {
        const status = readFileSync(`/proc/${pid}/status`, 'utf8')
        peak = Math.max(peak, Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0))
      } catch {
        // Not yet there, or gone.
      }
    }, 20)
    const result = await stage.main(
      { source: 'large:v1', repository: 'larger', 'aws-region': REGION },
      {
        action: PROMOTE,
        onStart: (started) => {
          pid = started
        },
      },
    )
    clearInterval(watch)
    expectSuccess(result)
    expect(result.log).toMatch(/2 blobs sent \(201\.3 MB\)/)
    const there = { ...place, repository: 'larger' }
    expect(await store.backend.blobSize(there, manifest.layers[0]?.digest as string)).toBe(SIZE)
    console.log(`192 MiB copied in ${result.seconds.toFixed(1)} s, at most ${(peak / 1024).toFixed(0)} MiB`)
    expect(peak).toBeGreaterThan(0)
    expect(peak).toBeLessThan(SIZE / 1024)
  })
})
