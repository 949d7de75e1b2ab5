import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { ACCOUNT, REGION, type Stage } from '../../dev/stage.ts'
import { type BuildKit, serveBuildKit } from '../support/buildkit.ts'
import { client, expectSuccess, parts, stageOn } from '../support/parts.ts'
import { rows, variant } from '../support/variants.ts'

// A builder that the engine knows nothing of, beside an engine with the containerd image store.

jest.setTimeout(180_000)

const NAME = 'elsewhere'
let stage: Stage
let buildkit: BuildKit

beforeAll(async () => {
  stage = await stageOn('current')
  mkdirSync(path.join(stage.folder, 'app'))
  const engine = stage.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock'
  buildkit = await serveBuildKit(engine, path.join(stage.folder, 'buildkit.sock'))
  await docker('buildx', 'create', '--name', NAME, '--driver', 'remote', buildkit.address)
})
afterAll(async () => {
  await buildkit?.stop()
  await stage?.close()
})

const docker = (...args: string[]) => client(parts().engines.current.docker, args, stage.env)

function build(repository: string, inputs: Record<string, string> = {}) {
  writeFileSync(
    path.join(stage.folder, 'app', 'Dockerfile'),
    `FROM scratch\nCOPY Dockerfile /${repository}\n`,
  )
  const given = { repository, 'aws-region': REGION, context: 'app', tags: 'v1\nv2', builder: NAME }
  return stage.main({ ...given, ...inputs })
}

const held = (repository: string) => stage.ecr.store.get({ account: ACCOUNT, region: REGION, repository })

test('pushes, and the other tag is put beside it', async () => {
  const result = await build('remote')
  expectSuccess(result)
  expect(result.log).toContain(`building with "${NAME}" instance using remote driver`)
  const { digest = '' } = result.outputs
  expect(Object.fromEntries(held('remote').tags)).toEqual({ v1: digest, v2: digest })
})

// Variant: 'load' is one more output too.
test.each(rows(['load'], ['outputs']))(
  '%s beside a push: the digest is that of the push, and both tags are set',
  async (input) => {
    const repository = `loaded-${input}`
    const result = await build(repository, { [input]: input === 'load' ? 'true' : 'type=docker' })
    expectSuccess(result)
    const { digest = '' } = result.outputs
    const { tags, images } = held(repository)
    expect(Object.fromEntries(tags)).toEqual({ v1: digest, v2: digest })
    expect([...images.keys()]).toEqual([digest])
    const uri = `${stage.ecr.registryHost(ACCOUNT, REGION)}/${repository}:v1`
    expect(await docker('image', 'inspect', '--format', '{{.Id}}', uri)).toBe(result.outputs['imageid'])
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
  stage.ecr.store.scanPlans.set('gated', { findings })
  const given = { 'fail-on-severity': 'high', gate: 'before-tags' }
  const refused = await build('gated', given)
  expect(refused.exitCode).toBe(1)
  expect([held('gated').tags.size, [...held('gated').images.keys()]]).toEqual([
    0,
    [refused.outputs['digest']],
  ])
  stage.ecr.store.scanPlans.clear()
  const result = await build('gated', given)
  expectSuccess(result)
  const { digest = '' } = result.outputs
  expect(Object.fromEntries(held('gated').tags)).toEqual({ v1: digest, v2: digest })
})
