import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { ACCOUNT, REGION, type Stage } from '../../dev/stage.ts'
import { errorOf } from '../support/annotations.ts'
import { dockerLogin, registryPassword } from '../support/docker-login.ts'
import { client, expectSuccess, parts, stageOn } from '../support/parts.ts'
import { variant } from '../support/variants.ts'

// What only buildx has, seen in the image, in the registry or in the log.

jest.setTimeout(180_000)

let stage: Stage
let folder: string
let host: string

beforeAll(async () => {
  stage = await stageOn('current')
  folder = path.join(stage.folder, 'app')
  host = stage.ecr.registryHost(ACCOUNT, REGION)
  mkdirSync(folder)
  // Without a push the step logs in nowhere, and the base image is in ECR.
  await dockerLogin(stage, 'current')
})

afterAll(() => stage?.close())

const docker = (...args: string[]) => client(parts().engines.current.docker, args, stage.env)

async function build(
  dockerfile: string,
  inputs: Record<string, string> = {},
  env: Record<string, string> = {},
) {
  writeFileSync(path.join(folder, 'Dockerfile'), dockerfile.replaceAll('BASE', stage.baseImage))
  const given = { repository: 'app', 'aws-region': REGION, context: 'app', tags: 'v1', ...inputs }
  return stage.main(given, { env: { GITHUB_WORKSPACE: stage.folder, ...env } })
}

async function skopeo(...args: string[]): Promise<string> {
  const password = registryPassword(stage)
  const [command = '', ...rest] = args
  const tls =
    stage.ecr.mode !== 'localhost'
      ? []
      : [command === 'copy' ? '--src-tls-verify=false' : '--tls-verify=false']
  const creds = [command === 'copy' ? '--src-creds' : '--creds', `AWS:${password}`]
  return client(parts().skopeo, [command, ...tls, ...creds, ...rest], stage.env)
}

/** What ECR holds under a tag or a digest of a repository. */
function manifestOf(repository: string, reference: string) {
  const { tags, images } = stage.ecr.store.get({ account: ACCOUNT, region: REGION, repository })
  const image = images.get(tags.get(reference) ?? reference)
  return JSON.parse(Buffer.from(image?.bytes as Uint8Array).toString('utf8'))
}
/** What files of an image hold, each a line of its own. */
const cat = (image: string, ...files: string[]) =>
  docker('run', '--rm', '--network=none', image, 'cat', ...files)

describe('an index', () => {
  test('of two platforms, each with its own content and the annotations', async () => {
    for (const arch of ['amd64', 'arm64']) writeFileSync(path.join(folder, `${arch}.txt`), `made for ${arch}`)
    const result = await build('FROM scratch\nARG TARGETARCH\nCOPY $TARGETARCH.txt /arch\n', {
      repository: 'both',
      platforms: 'linux/amd64,linux/arm64',
      tags: 'v1,latest',
      annotations: 'org.example.a=b, c\nmanifest:org.example.d=e',
    })
    expectSuccess(result)
    const index = manifestOf('both', 'latest')
    expect(
      index.manifests.map(({ platform }: { platform: { architecture: string } }) => platform.architecture),
    ).toEqual(['amd64', 'arm64'])
    for (const { digest, platform } of index.manifests) {
      expect(manifestOf('both', digest).annotations).toMatchObject({
        'org.example.a': 'b, c',
        'org.example.d': 'e',
      })
      const copy = path.join(stage.folder, `copy-${platform.architecture}`)
      await skopeo('copy', `docker://${host}/both@${digest}`, `dir:${copy}`)
      const [layer] = JSON.parse(readFileSync(path.join(copy, 'manifest.json'), 'utf8')).layers
      const tar = gunzipSync(readFileSync(path.join(copy, layer.digest.slice('sha256:'.length))))
      expect(tar.toString('latin1')).toContain(`made for ${platform.architecture}`)
    }
    expect(result.annotations.find(({ kind }) => kind === 'notice')?.message).toContain(
      'several platforms (linux/amd64, linux/arm64)',
    )
  })

  test('with provenance that names the run, read back from the registry', async () => {
    const env = {
      GITHUB_SERVER_URL: 'https://github.example',
      GITHUB_REPOSITORY: 'acme/shop',
      GITHUB_RUN_ID: '4711',
      GITHUB_RUN_ATTEMPT: '2',
    }
    const result = await build(
      'FROM scratch\nCOPY Dockerfile /\n',
      { repository: 'attested', provenance: 'mode=max' },
      env,
    )
    expectSuccess(result)
    expect(result.annotations.find(({ kind }) => kind === 'warning')?.message).toContain(
      'AWS Lambda takes only an image of one platform without attestations',
    )
    const index = manifestOf('attested', 'v1')
    const attestation = index.manifests.find(
      ({ annotations }: { annotations?: Record<string, string> }) =>
        annotations?.['vnd.docker.reference.type'] === 'attestation-manifest',
    )
    const copy = path.join(stage.folder, 'copy-attestation')
    await skopeo('copy', `docker://${host}/attested@${attestation.digest}`, `dir:${copy}`)
    const [layer] = JSON.parse(readFileSync(path.join(copy, 'manifest.json'), 'utf8')).layers
    const statement = JSON.parse(readFileSync(path.join(copy, layer.digest.slice('sha256:'.length)), 'utf8'))
    expect(statement.predicateType).toMatch(/^https:\/\/slsa\.dev\/provenance\//)
    expect(JSON.stringify(statement.predicate)).toContain(
      'https://github.example/acme/shop/actions/runs/4711/attempts/2',
    )
  })

  // Variant: main-job.test.ts pushes one, and unit/docker/build/requirements.test.ts warns of the others
  variant('not by default: a plain image, which Lambda takes', async () => {
    const result = await build('FROM scratch\nCOPY Dockerfile /\n', { repository: 'plain' })
    expectSuccess(result)
    expect(manifestOf('plain', 'v1').manifests).toBeUndefined()
    expect(result.annotations).toEqual([])
  })
})

// Variant: unit/docker/build/arguments.test.ts; build-inputs.test.ts has no-cache
variant('no-cache-filters builds one stage anew', async () => {
  const uuid = 'RUN cat /proc/sys/kernel/random/uuid'
  const dockerfile = `FROM BASE AS first\n${uuid} > /first\nFROM BASE AS second\n${uuid} > /second\nFROM BASE\nCOPY --from=first /first /\nCOPY --from=second /second /\n`
  const built = async (inputs: Record<string, string>) => {
    expectSuccess(await build(dockerfile, { push: 'false', ...inputs }))
    return (await cat('app:v1', '/first', '/second')).split('\n')
  }
  const [first, second] = await built({})
  const [other, same] = await built({ 'no-cache-filters': 'first' })
  expect(other).not.toBe(first)
  expect(same).toBe(second)
})

test('a build context in the place of an image, shared memory, limits, and the network of the host, which needs allow', async () => {
  const dockerfile =
    'FROM registry.invalid/not/there:1\nRUN df -m /dev/shm > /shm; ulimit -n > /files; echo replaced > /it\nRUN --network=host ls /sys/class/net > /net\n'
  const inputs = {
    push: 'false',
    'build-contexts': `registry.invalid/not/there:1=${parts().busyboxRoot}`,
    'shm-size': '128m',
    ulimit: 'nofile=1234:1234',
    'no-cache': 'true',
  }
  const refused = await build(dockerfile, inputs)
  expect(refused.exitCode).toBe(1)
  expect(errorOf(refused)).toContain('network.host')
  expectSuccess(await build(dockerfile, { ...inputs, allow: 'network.host' }))
  expect(await cat('app:v1', '/shm', '/files', '/it', '/net')).toMatch(
    /\b128\b.*\n1234\nreplaced\n(?:.*\n)?lo\b/s,
  )
})

test('a folder and the registry in one build', async () => {
  const result = await build('FROM scratch\nCOPY Dockerfile /copied\n', {
    repository: 'twice',
    outputs: 'out',
  })
  expectSuccess(result)
  expect(readdirSync(path.join(stage.folder, 'out'))).toEqual(['copied'])
  expect(result.outputs['imageid']).toBe('')
  expect(result.log).toContain('The output imageid stays empty: docker gives no image ID beside an output')
  expect(manifestOf('twice', 'v1').layers).toHaveLength(1)
})

// Variant: unit/docker/build/preflight.test.ts
variant('a builder that is not there, before the build', async () => {
  const result = await build('FROM scratch\nCOPY Dockerfile /\n', { push: 'false', builder: 'nobody' })
  expect(result.exitCode).toBe(1)
  expect(errorOf(result)).toMatch(
    /^Input 'builder': 'nobody': there is no such builder: .*\nWhat to do: make one with docker\/setup-buildx-action/,
  )
  expect(result.log).not.toContain('[command]')
})

test('an image that is pushed and loaded, by a builder that is named', async () => {
  const result = await build('FROM scratch\nCOPY Dockerfile /\n', {
    repository: 'loaded',
    load: 'true',
    builder: 'default',
  })
  expectSuccess(result)
  expect(await docker('image', 'inspect', '--format', '{{len .RootFS.Layers}}', `${host}/loaded:v1`)).toBe(
    '1',
  )
  expect(manifestOf('loaded', 'v1').layers).toHaveLength(1)
})

// Variant: pushed by digest: registries.test.ts; loaded: above
variant('an image that is pushed by its digest and loaded', async () => {
  const result = await build('FROM scratch\nLABEL loaded=by-digest\nCOPY Dockerfile /\n', {
    repository: 'loaded-by-digest',
    tags: '',
    load: 'true',
    'push-by-digest': 'true',
  })
  expectSuccess(result)
  const { digest = '' } = result.outputs
  expect(manifestOf('loaded-by-digest', digest).layers).toHaveLength(1)
  expect(await docker('images', '--all', '--quiet', '--filter', 'label=loaded=by-digest')).not.toBe('')
})

// Variant: remote-builder.test.ts has the ID of what is loaded
variant('the ID of an image that is pushed and loaded is the engine’s', async () => {
  const given = { repository: 'loaded-id', outputs: 'type=docker' }
  const result = await build('FROM scratch\nCOPY Dockerfile /\n', given)
  expectSuccess(result)
  const id = await docker('image', 'inspect', '--format', '{{.Id}}', `${host}/loaded-id:v1`)
  expect(result.outputs['imageid']).toBe(id)
  expect(manifestOf('loaded-id', 'v1').layers).toHaveLength(1)
})

// Variant: unit/docker/build/requirements.test.ts has rewrite-timestamp by the driver
variant(
  'rewrite-timestamp on the engine’s own builder: an error before the build, whose remedy works',
  async () => {
    const attempt = (more: string) =>
      build(
        'FROM scratch\nCOPY Dockerfile /\n',
        {
          repository: 'rewritten',
          outputs: `type=image,push=true,rewrite-timestamp=true${more}`,
          'no-cache': 'true',
        },
        { SOURCE_DATE_EPOCH: '1700000000' },
      )
    const refused = await attempt('')
    expect(refused.exitCode).toBe(1)
    expect(errorOf(refused)).toContain('add unpack=false,store=false, or use the builder of')
    expect(refused.log).not.toContain('[command]')
    const digests = []
    for (let times = 0; times < 2; times++) {
      const result = await attempt(',unpack=false,store=false')
      expectSuccess(result)
      digests.push(result.outputs['digest'])
    }
    expect(digests[1]).toBe(digests[0])
  },
)

// Variant: self-hosted.test.ts has odd paths
variant('a quote in the name of the runner’s folder', async () => {
  const temp = path.join(stage.folder, 'a "quoted", folder')
  mkdirSync(temp)
  writeFileSync(path.join(folder, 'Dockerfile'), 'FROM scratch\nCOPY Dockerfile /\n')
  const given = { repository: 'quoted', 'aws-region': REGION, context: 'app', 'push-by-digest': 'true' }
  const result = await stage.main(given, { env: { GITHUB_WORKSPACE: stage.folder }, temp })
  expectSuccess(result)
  expect(manifestOf('quoted', result.outputs['digest'] ?? '').layers).toHaveLength(1)
})
