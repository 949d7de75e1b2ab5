import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { root } from '../../dev/runner.ts'
import { ACCOUNT, REGION, type Stage } from '../../dev/stage.ts'
import { callerOf, invoke } from '../../local-ecr/index.ts'
import { registryPassword } from '../support/docker-login.ts'
import { client, EACH_ENGINE, expectSuccess, parts, stageOfEnginePush, stageOn } from '../support/parts.ts'
import { variant, variants } from '../support/variants.ts'

jest.setTimeout(120_000)

const SHA = '0123456789abcdef0123456789abcdef01234567'

describe.each(EACH_ENGINE)('the main job on the %s engine', (name) => {
  let stage: Stage
  let host: string
  const docker = (...args: string[]) => client(parts().engines[name].docker, args, stage.env)
  const skopeo = (...args: string[]) => client(parts().skopeo, args, stage.env)
  const insecure = () => (stage.ecr.mode === 'localhost' ? ['--tls-verify=false'] : [])
  const aws = (...args: string[]) => {
    const endpoint = stage.env['AWS_ENDPOINT_URL']
    return client(parts().aws, [...(endpoint ? ['--endpoint-url', endpoint] : []), ...args], stage.env)
  }
  const held = (repository: string) =>
    Object.fromEntries(stage.ecr.store.get({ account: ACCOUNT, region: REGION, repository }).tags)

  beforeAll(async () => {
    stage = await stageOn(name)
    host = stage.ecr.registryHost(ACCOUNT, REGION)
    cpSync(path.join(root, 'examples', 'demo-service'), path.join(stage.folder, 'demo'), { recursive: true })
  })

  afterAll(() => stage?.close())

  test('creates, builds, pushes under several tags, and reports what ECR holds', async () => {
    const result = await stage.main({
      repository: 'team/demo-service',
      'aws-region': REGION,
      context: 'demo',
      tags: `v1\n${SHA},latest`,
      'build-args': `BASE=${stage.baseImage}\nVERSION=v1`,
      labels: 'org.example.team=tools, and more\n"org.example.quoted=a,b"',
    })
    expect(result.log).toContain(`Created the repository ${host}/team/demo-service`)
    expectSuccess(result)
    const { outputs } = result
    const uri = `${host}/team/demo-service`
    expect(outputs).toMatchObject({
      'image-uri': `${uri}:v1`,
      'image-uris': `${uri}:v1\n${uri}:${SHA}\n${uri}:latest`,
      'digest-uri': `${uri}@${outputs['digest']}`,
      'image-name': 'team/demo-service:v1',
      registry: host,
      'repository-uri': uri,
      'repository-arn': `arn:aws:ecr:${REGION}:${ACCOUNT}:repository/team/demo-service`,
      'repository-created': 'true',
      tags: `v1\n${SHA}\nlatest`,
      pushed: 'true',
    })
    expect(outputs['imageid']).toMatch(/^sha256:[0-9a-f]{64}$/)
    expect(JSON.parse(outputs['metadata'] as string)).toMatchObject({
      'containerimage.digest': outputs['digest'],
    })
    expect(result.summary).toContain(`\n${uri}@${outputs['digest']}\n`)

    const digest = outputs['digest']
    expect(held('team/demo-service')).toEqual({ v1: digest, [SHA]: digest, latest: digest })
    // Once as others find it, with clients of their own; which engine it comes from makes no difference to them.
    const password = name === 'current' ? await aws('ecr', 'get-login-password') : registryPassword(stage)
    if (name === 'current') {
      const creds = ['--creds', `AWS:${password}`]
      const described = JSON.parse(
        await aws('ecr', 'describe-images', '--repository-name', 'team/demo-service', '--output', 'json'),
      )
      expect(described.imageDetails).toHaveLength(1)
      expect(described.imageDetails[0]).toMatchObject({ imageDigest: digest })
      expect(described.imageDetails[0].imageTags.sort()).toEqual([SHA, 'latest', 'v1'])
      const manifest = await skopeo('inspect', '--raw', ...insecure(), ...creds, `docker://${uri}:v1`)
      expect(`sha256:${createHash('sha256').update(manifest).digest('hex')}`).toBe(digest)
      const inspected = JSON.parse(await skopeo('inspect', ...insecure(), ...creds, `docker://${uri}:v1`))
      expect(inspected.RepoTags.sort()).toEqual([SHA, 'latest', 'v1'])
    }
    const image = stage.ecr.store
      .get({ account: ACCOUNT, region: REGION, repository: 'team/demo-service' })
      .images.get(digest as string)
    const bytes = Buffer.from(image?.bytes as Uint8Array)
    expect(`sha256:${createHash('sha256').update(bytes).digest('hex')}`).toBe(digest)
    // One platform: an image that Lambda takes, not an index.
    expect(JSON.parse(bytes.toString('utf8')).config).toBeDefined()

    // A pull by that digest, as a later job would make it, runs what was built.
    const post = await stage.post(result)
    expect(post.exitCode).toBe(0)
    await client(
      'sh',
      ['-c', `printf %s "$PASSWORD" | "$DOCKER" login --username AWS --password-stdin ${host}`],
      {
        ...stage.env,
        DOCKER: parts().engines[name].docker,
        DOCKER_CONFIG: path.join(stage.folder, 'puller'),
        PASSWORD: password,
      },
    )
    await docker('image', 'rm', '--force', ...(outputs['image-uris'] as string).split('\n'))
    const puller = { ...stage.env, DOCKER_CONFIG: path.join(stage.folder, 'puller') }
    await client(parts().engines[name].docker, ['pull', '--quiet', outputs['digest-uri'] as string], puller)
    const labels = await docker(
      'image',
      'inspect',
      '--format',
      '{{json .Config.Labels}}',
      outputs['digest-uri'] as string,
    )
    expect(JSON.parse(labels)).toMatchObject({
      'org.example.team': 'tools, and more',
      'org.example.quoted': 'a,b',
    })
    const page = await docker(
      'run',
      '--rm',
      '--network=none',
      outputs['digest-uri'] as string,
      'cat',
      '/www/index.html',
    )
    expect(page).toContain('demo-service v1')
    await docker('image', 'rm', '--force', outputs['digest-uri'] as string)
  })

  // Variant: push-again.test.ts pushes other content under a tag, and flow/main-job.test.ts finds a repository
  variant('a second push of another content moves the tag; the repository is found', async () => {
    const folder = path.join(stage.folder, 'small')
    mkdirSync(folder, { recursive: true })
    const push = async (content: string) => {
      writeFileSync(path.join(folder, 'Dockerfile'), 'FROM scratch\nCOPY file /\n')
      writeFileSync(path.join(folder, 'file'), content)
      return stage.main({ repository: 'small', 'aws-region': REGION, context: 'small', tags: 'one' })
    }
    const first = await push('1')
    const second = await push('2')
    expect([first.exitCode, second.exitCode]).toEqual([0, 0])
    expect([first, second].map(({ outputs }) => outputs['repository-created'])).toEqual(['true', 'false'])
    expect(second.outputs['digest']).not.toBe(first.outputs['digest'])
    expect(held('small')).toEqual({ one: second.outputs['digest'] })
  })

  // Variant: build-inputs.test.ts has a target and such an argument, self-hosted.test.ts another Dockerfile
  variant('a target, another Dockerfile, a build argument from the environment', async () => {
    const folder = path.join(stage.folder, 'stages')
    mkdirSync(folder, { recursive: true })
    const dockerfile = `FROM ${stage.baseImage} AS first\nARG WHO\nARG HOW=none\nRUN echo "$WHO $HOW" > /who\nFROM first AS second\nRUN echo never > /who\n`
    writeFileSync(path.join(folder, 'Dockerfile.other'), dockerfile)
    const result = await stage.main(
      {
        repository: 'stages',
        'aws-region': REGION,
        context: 'stages',
        file: 'stages/Dockerfile.other',
        target: 'first',
        'build-args': 'WHO\nHOW=a=b,c',
        tags: 'x',
      },
      { env: { WHO: 'from the job' } },
    )
    expectSuccess(result)
    expect(
      await docker('run', '--rm', '--network=none', result.outputs['image-uri'] as string, 'cat', '/who'),
    ).toBe('from the job a=b,c')
  })

  // Variant on the old engine: the first test has all that it does in another way.
  const onCurrent = name === 'current' ? test : variant
  onCurrent('push: false builds without AWS', async () => {
    const { HOME, PATH, DOCKER_HOST } = stage.env
    const env = { HOME, PATH, ...(DOCKER_HOST === undefined ? {} : { DOCKER_HOST }) } as Record<
      string,
      string
    >
    const folder = path.join(stage.folder, 'local')
    mkdirSync(folder, { recursive: true })
    writeFileSync(path.join(folder, 'Dockerfile'), 'FROM scratch\nCOPY Dockerfile /\n')
    const before = stage.ecr.requests.length
    const step = {
      ...stage.step({ repository: 'local-only', context: 'local', push: 'false' }),
      env: { ...env, GITHUB_SHA: SHA },
    }
    const { runMain } = await import('../../dev/runner.ts')
    const result = await runMain(step)
    expectSuccess(result)
    expect(stage.ecr.requests.length).toBe(before)
    expect(result.outputs).toMatchObject({ pushed: 'false', tags: SHA, 'image-name': `local-only:${SHA}` })
    expect(result.outputs['image-uri']).toBeUndefined()
    expect(result.summary).toContain(`docker run --rm local-only:${SHA}\n`)
    expect(result.summary).toMatch(/\*\*Size\*\* \S+ k?B, as the engine counts it/)
    // In the containerd image store an image's Id is its manifest; buildx's image ID is the configuration's digest.
    const [id, configured] = (
      await docker('image', 'inspect', '--format', '{{.Id}} {{json .RootFS.Layers}}', `local-only:${SHA}`)
    ).split(' ')
    expect(JSON.parse(configured as string)).toHaveLength(1)
    expect([id, JSON.parse(result.outputs['metadata'] as string)['containerimage.config.digest']]).toContain(
      result.outputs['imageid'],
    )
    expect(result.summary).toContain('Built, not pushed')
  })
})

// For an engine, it is one more registry.
// Variant: flow/registries.test.ts: a registry of another account
variant('another account’s registry takes the push where its policy allows it', async () => {
  const stage = await stageOn('current')
  try {
    mkdirSync(path.join(stage.folder, 'local'))
    writeFileSync(path.join(stage.folder, 'local', 'Dockerfile'), 'FROM scratch\nCOPY Dockerfile /\n')
    const other = '210987654321'
    const caller = callerOf(other, REGION)
    await invoke(stage.ecr.store, caller, 'CreateRepository', { repositoryName: 'shared' })
    const given = {
      repository: 'shared',
      'registry-id': other,
      'aws-region': REGION,
      context: 'local',
      tags: 'x',
    }
    const refused = await stage.main(given)
    expect(refused.exitCode).toBe(1)
    const policy = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'ecr:*' }],
    }
    const policyText = JSON.stringify(policy)
    await invoke(stage.ecr.store, caller, 'SetRepositoryPolicy', { repositoryName: 'shared', policyText })
    const result = await stage.main(given)
    expect(result.log).not.toContain('error')
    expectSuccess(result)
    expect(result.outputs['image-uri']).toBe(`${stage.ecr.registryHost(other, REGION)}/shared:x`)
  } finally {
    await stage.close()
  }
})

// Variant: attest-own-image.test.ts has that builder, and signs what it has pushed
variants('buildx whose engine pushes for it', () => {
  let stage: Stage
  beforeAll(async () => {
    stage = await stageOfEnginePush()
  })
  afterAll(() => stage?.close())

  const push = (name: string, tags = 'v1') => {
    mkdirSync(path.join(stage.folder, name), { recursive: true })
    writeFileSync(path.join(stage.folder, name, 'Dockerfile'), `FROM scratch\nCOPY Dockerfile /${name}\n`)
    return stage.main({ repository: 'pushed', 'aws-region': REGION, context: name, tags })
  }

  test('the digest is that of what was built, and no other job’s that has the tag meanwhile', async () => {
    const foreign = await push('foreign', 'other')
    expectSuccess(foreign)
    expect(foreign.log).toMatch(/^#\d+ pushing \S+\/pushed:other with docker$/m)
    const { tags } = stage.ecr.store.get({ account: ACCOUNT, region: REGION, repository: 'pushed' })
    expect(tags.get('other')).toBe(foreign.outputs['digest'])

    const set = tags.set.bind(tags)
    tags.set = (tag, digest) => set(tag, tag === 'v1' ? (foreign.outputs['digest'] as string) : digest)
    const moved = await push('own')
    expect(moved.exitCode).toBe(1)
    expect(moved.log).toMatch(
      /The push was accepted, and after it \S+\/pushed has another image under its tag: sha256:/,
    )
    expect(moved.outputs['digest']).toBeUndefined()
    for (const { exitCode } of [await stage.post(foreign), await stage.post(moved)]) expect(exitCode).toBe(0)
  })
})
