import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { ACCOUNT, REGION, type Stage } from '../../dev/stage.ts'
import { errorOf } from '../support/annotations.ts'
import { client, ELSEWHERE, expectSuccess, parts, stageWithoutEngine } from '../support/parts.ts'
import { startSshAgent } from '../support/ssh-agent.ts'
import { EVERY_VARIANT, rows, variant } from '../support/variants.ts'

// Steps that find no engine and build somewhere else. `npm run soak -- engines` runs more of the end-to-end tests so.

jest.setTimeout(180_000)

let stage: Stage
beforeAll(async () => {
  stage = await stageWithoutEngine()
  mkdirSync(path.join(stage.folder, 'app'))
})
afterAll(() => stage?.close())

type Env = Readonly<Record<string, string>>

function build(repository: string, inputs: Record<string, string> = {}, env: Env = {}, dockerfile?: string) {
  writeFileSync(
    path.join(stage.folder, 'app', 'Dockerfile'),
    dockerfile ?? `FROM scratch\nCOPY Dockerfile /${repository}\n`,
  )
  return stage.main({ repository, 'aws-region': REGION, context: 'app', tags: 'v1\nv2', ...inputs }, { env })
}

const held = (repository: string) => stage.ecr.store.get({ account: ACCOUNT, region: REGION, repository })

function manifest(repository: string, reference: string) {
  const { tags, images } = held(repository)
  return JSON.parse(Buffer.from(images.get(tags.get(reference) ?? reference)?.bytes ?? '').toString('utf8'))
}

test('the current builder: two platforms, provenance, a secret, an SSH agent and a cache in ECR', async () => {
  const agent = await startSshAgent(path.join(stage.temp, 'agent.sock'))
  const dockerfile = `FROM --platform=$BUILDPLATFORM ${stage.baseImage} AS made
RUN --mount=type=secret,id=token --mount=type=ssh test "$(cat /run/secrets/token)" = s3cret-value && test -S "$SSH_AUTH_SOCK" && echo made > /made
FROM scratch
COPY --from=made /made /
`
  const inputs = {
    platforms: 'linux/amd64,linux/arm64',
    provenance: 'mode=min',
    secrets: 'token=s3cret-value',
    ssh: 'default',
    cache: 'ecr',
  }
  const env = { SSH_AUTH_SOCK: agent.socket, GITHUB_REF: 'refs/heads/main', GITHUB_REF_NAME: 'main' }
  const result = await build('remote', inputs, env, dockerfile).finally(() => agent.close())
  expectSuccess(result)
  expect(result.log).toContain(`building with "${ELSEWHERE}" instance using remote driver`)
  expect(result.log).toMatch(
    /^No engine is used: Docker's engine does not answer: .*nowhere.*; the builder elsewhere \(remote\)/m,
  )
  const { digest = '' } = result.outputs
  const cache = [...held('remote').tags.keys()].filter((tag) => tag.startsWith('buildcache-'))
  expect(cache).toHaveLength(1)
  const tagged = Object.fromEntries([...held('remote').tags].filter(([tag]) => !cache.includes(tag)))
  expect(tagged).toEqual({ v1: digest, v2: digest })
  const architectures = manifest('remote', 'v1').manifests.map(
    ({ platform }: { platform: { architecture: string } }) => platform.architecture,
  )
  expect(architectures).toEqual(['amd64', 'arm64', 'unknown', 'unknown'])

  // Variant: flow/if-image-exists.test.ts asks ECR alone, whatever builds.
  if (!EVERY_VARIANT) return
  const skipped = await build('remote', { ...inputs, 'if-image-exists': 'skip' }, env, dockerfile)
  expectSuccess(skipped)
  expect([skipped.outputs['pushed'], skipped.outputs['digest']]).toEqual(['false', digest])
})

describe('without a docker command', () => {
  const plugin = () =>
    path.join(parts().engines.current.pluginsDir ?? '/usr/libexec/docker/cli-plugins', 'docker-buildx')

  /** A PATH with one program, or none. */
  function pathWith(name: string | null): string {
    const folder = path.join(stage.folder, `bin-${name}`)
    mkdirSync(folder, { recursive: true })
    if (name !== null) symlinkSync(plugin(), path.join(folder, name))
    return folder
  }

  test.each([
    ['buildx', 'buildx'],
    [null, 'docker-buildx'],
  ])('buildx by itself: %s on PATH; else the plugin in its folder', async (name, shown) => {
    const repository = `by-${shown}`
    const file = path.join(stage.home, '.docker', 'config.json')
    const env = { PATH: pathWith(name) }
    const result = await build(repository, { builder: ELSEWHERE, 'keep-login': 'true' }, env)
    expectSuccess(result)
    expect(result.log).toContain(`\n[command]${shown} build `)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(Object.keys(JSON.parse(readFileSync(file, 'utf8')).auths)).toEqual([
      stage.ecr.registryHost(ACCOUNT, REGION),
    ])
    expectSuccess(await stage.post(result, { env }))
    expect(existsSync(file)).toBe(false)
    const { digest = '' } = result.outputs
    expect(Object.fromEntries(held(repository).tags)).toEqual({ v1: digest, v2: digest })
  })
})

describe('before anything is made', () => {
  const refusals = rows<[inputs: Record<string, string>, message: RegExp]>(
    [
      [
        { load: 'true' },
        /^Input 'load': 'true': needs Docker's engine, to put the image into it \(Docker's engine does not/,
      ],
    ],
    // Variants: unit/docker/build/requirements.test.ts and unit/docker/build/preflight.test.ts.
    [
      [
        { 'add-hosts': 'me:host-gateway' },
        /^Input 'add-hosts': 'me:host-gateway': host-gateway is an address/,
      ],
      [
        { builder: 'default' },
        /^Input 'builder': 'default' does not answer: Cannot connect to the Docker daemon at unix:\/\/\/nowhere/,
      ],
    ],
  )
  test.each(refusals)('%j is refused', async (inputs, message) => {
    const result = await build('refused', inputs)
    expect(result.exitCode).toBe(1)
    expect(errorOf(result)).toMatch(message)
    expect(stage.ecr.store.find({ account: ACCOUNT, region: REGION, repository: 'refused' })).toBeUndefined()
  })

  test('a token that the registry refuses is told by the step itself', async () => {
    stage.ecr.faults.order({
      match: { side: 'registry', operation: 'Ping' },
      times: Number.POSITIVE_INFINITY,
      effect: { kind: 'deny' },
    })
    const result = await build('refused').finally(() => stage.ecr.faults.clear())
    expect(result.exitCode).toBe(1)
    expect(errorOf(result)).toMatch(/^The login to \S+ failed.*40[13]/)
    expect(stage.ecr.store.find({ account: ACCOUNT, region: REGION, repository: 'refused' })).toBeUndefined()
  })
})

// Variant: 'load' is one more output too.
test.each(rows(['load'], ['outputs']))(
  '%s beside a push, with an engine: the digest is that of the push, and both tags are set',
  async (input) => {
    const repository = `loaded-${input}`
    const given = { builder: ELSEWHERE, [input]: input === 'load' ? 'true' : 'type=docker' }
    const env = { DOCKER_HOST: stage.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock' }
    const result = await build(repository, given, env)
    expectSuccess(result)
    const { digest = '' } = result.outputs
    const { tags, images } = held(repository)
    expect(Object.fromEntries(tags)).toEqual({ v1: digest, v2: digest })
    expect([...images.keys()]).toEqual([digest])
    const uri = `${stage.ecr.registryHost(ACCOUNT, REGION)}/${repository}:v1`
    const inspect = ['image', 'inspect', '--format', '{{.Id}}', uri]
    expect(await client(parts().engines.current.docker, inspect, stage.env)).toBe(result.outputs['imageid'])
  },
)

// Variant: the gate below pushes by digest
variant('push-by-digest gives ECR no tag', async () => {
  const result = await build('by-digest', { tags: '', 'push-by-digest': 'true' })
  expectSuccess(result)
  const { tags, images } = held('by-digest')
  expect([tags.size, [...images.keys()]]).toEqual([0, [result.outputs['digest']]])
})

test('gate: before-tags, by a builder that pushes by digest: the tags are put when the scan has passed', async () => {
  const findings = [{ name: 'CVE-2026-1111', severity: 'HIGH', package: 'openssl', version: '3.0.1' }]
  const given = { 'fail-on-severity': 'high', gate: 'before-tags' }
  // Variant: before-tags.test.ts has an image that does not pass.
  if (EVERY_VARIANT) {
    stage.ecr.store.scanPlans.set('gated', { findings })
    const refused = await build('gated', given)
    expect(refused.exitCode).toBe(1)
    expect([held('gated').tags.size, [...held('gated').images.keys()]]).toEqual([
      0,
      [refused.outputs['digest']],
    ])
    stage.ecr.store.scanPlans.clear()
  }
  const result = await build('gated', given)
  expectSuccess(result)
  const { digest = '' } = result.outputs
  expect(Object.fromEntries(held('gated').tags)).toEqual({ v1: digest, v2: digest })
})
