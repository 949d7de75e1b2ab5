import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { root, type StepResult } from '../../dev/runner.ts'
import { CUSTOM, writeSigstoreFiles } from '../../dev/sigstore/job.ts'
import { type Sigstore, startSigstore } from '../../dev/sigstore/services.ts'
import { ACCOUNT, REGION, type Stage } from '../../dev/stage.ts'
import { callerOf, invoke } from '../../local-ecr/index.ts'
import { errorOf } from '../support/annotations.ts'
import { client, expectSuccess, parts, stageOfEnginePush, stageOn } from '../support/parts.ts'
import { signingEnv } from '../support/sigstore/stage.ts'
import { rows, variant } from '../support/variants.ts'

// gate: before-tags, seen with the AWS CLI and skopeo: what does not pass has no tag in any registry.

jest.setTimeout(180_000)

const EAST = 'us-east-1'
const MERGE = path.join(root, 'merge')
const PROMOTE = path.join(root, 'promote')
const HIGH = { name: 'CVE-2026-1111', severity: 'HIGH', package: 'openssl', version: '3.0.1' }
const GATE = { 'fail-on-severity': 'high', gate: 'before-tags', 'aws-region': REGION }

let stage: Stage

const uriOf = (repository: string, region = REGION) =>
  `${stage.ecr.registryHost(ACCOUNT, region)}/${repository}`

type Images = { readonly imageDetails?: { imageDigest?: string; imageTags?: string[] }[] }
const tagsOf = ({ imageDetails = [] }: Images) =>
  Object.fromEntries(
    imageDetails.map(({ imageDigest = '', imageTags = [] }) => [imageDigest, [...imageTags].sort()]),
  )

/** Tags by digest, as ECR lists them; null if there is no such repository. */
async function listed(repository: string, region = REGION): Promise<Record<string, string[]> | null> {
  const caller = callerOf(ACCOUNT, region)
  return invoke(stage.ecr.store, caller, 'DescribeImages', { repositoryName: repository }).then(
    (images) => tagsOf(images as Images),
    (error: Error) => {
      if (error.name === 'RepositoryNotFoundException') return null
      throw error
    },
  )
}

/** The same as the AWS CLI lists it, which takes a second of processor time. */
async function listedByCli(repository: string): Promise<Record<string, string[]>> {
  const endpoint = stage.env['AWS_ENDPOINT_URL']
  const place = ['--repository-name', repository, '--output', 'json']
  const args = [...(endpoint ? ['--endpoint-url', endpoint] : []), 'ecr', 'describe-images', ...place]
  return tagsOf(JSON.parse(await client(parts().aws, args, stage.env)))
}

/** What skopeo finds under a reference: a digest, or nothing. */
async function found(reference: string, region = REGION): Promise<string | null> {
  const creds = `AWS:${stage.ecr.store.issueToken(callerOf(ACCOUNT, region)).password}`
  const insecure = stage.ecr.mode === 'localhost' ? ['--tls-verify=false'] : []
  const args = ['inspect', '--format', '{{.Digest}}', '--no-tags', ...insecure, '--creds', creds]
  return client(parts().skopeo, [...args, `docker://${reference}`], stage.env).catch((error: Error) => {
    if (/manifest unknown|name unknown|not found/i.test(error.message)) return null
    throw error
  })
}

function app(folder: string): string {
  mkdirSync(path.join(stage.folder, folder), { recursive: true })
  const dockerfile = `FROM scratch\nCOPY Dockerfile /${folder}\n`
  writeFileSync(path.join(stage.folder, folder, 'Dockerfile'), dockerfile)
  return folder
}

const scans = (repository: string, findings: readonly (typeof HIGH)[]) =>
  stage.ecr.store.scanPlans.set(repository, { underWay: 1, findings })

function expectHeldBack(result: StepResult, uri: string): void {
  expect(result.exitCode).toBe(1)
  expect(result.annotations.map(({ message }) => message).join()).toContain('of HIGH severity or worse')
  expect(result.outputs).not.toHaveProperty('image-uri')
  expect(result.outputs['image-uris']).toBeUndefined()
  expect(result.outputs['digest-uri']).toBe(`${uri}@${result.outputs['digest']}`)
  expect(result.summary).toContain('### ⛔ Not tagged, and not to be deployed: ')
  expect(result.log).toContain(`Left in ECR, by its digest alone: ${uri}@${result.outputs['digest']}`)
  expect(result.log).toContain(
    'This lifecycle policy removes images without a tag after 14 days: {"rules":[{',
  )
}

describe("the engine's own builder", () => {
  let sigstore: Sigstore
  beforeAll(async () => {
    ;[stage, sigstore] = await Promise.all([stageOn('current'), startSigstore()])
    writeSigstoreFiles(stage.folder, sigstore)
  })
  afterAll(async () => {
    await sigstore?.stop()
    await stage?.close()
  })

  const step = (repository: string, more: Record<string, string> = {}) =>
    stage.main(
      {
        repository,
        context: app(repository),
        tags: 'v1,latest',
        registries: EAST,
        ...GATE,
        ...CUSTOM,
        ...more,
      },
      { env: signingEnv(stage) },
    )

  test('an image that does not pass has no tag in two registries, is not signed, and not copied', async () => {
    scans('held', [HIGH])
    const result = await step('held', { cache: 'ecr' })
    expectHeldBack(result, uriOf('held'))
    const { digest = '' } = result.outputs
    // The build's cache has a tag of its own, and is no image.
    const images = await listedByCli('held')
    expect(images[digest]).toEqual([])
    expect(
      Object.values(images)
        .flat()
        .filter((tag) => !tag.startsWith('buildcache-')),
    ).toEqual([])
    expect(await listed('held', EAST)).toEqual({})
    expect(await found(`${uriOf('held')}@${digest}`)).toBe(digest)
    for (const tag of ['v1', 'latest']) {
      expect(await found(`${uriOf('held')}:${tag}`)).toBeNull()
      expect(await found(`${uriOf('held', EAST)}:${tag}`, EAST)).toBeNull()
    }
    expect(sigstore.requests).toEqual([])
    expect(result.outputs).toMatchObject({ pushed: 'true', attested: 'false', 'scan-status': 'COMPLETE' })
  })

  test('one that passes has every tag in both, after the scan, its attestation, and the copy of both', async () => {
    scans('passed', [])
    const result = await step('passed')
    expectSuccess(result)
    const { digest = '' } = result.outputs
    for (const region of [REGION, EAST]) {
      expect((await listed('passed', region))?.[digest]).toEqual(['latest', 'v1'])
      expect(await found(`${uriOf('passed', region)}:v1`, region)).toBe(digest)
    }
    expect(result.outputs).toMatchObject({ attested: 'true', 'image-uri': `${uriOf('passed')}:v1` })
    const [{ referrer = '' } = {}] = JSON.parse(result.outputs['attestations'] as string) as {
      referrer: string
    }[]
    const told = stage.ecr.requests.flatMap(
      ({ side, region, operation, repository, method, path: at = '' }) => {
        if (repository !== 'passed') return []
        if (operation === 'DescribeImageScanFindings') return ['scan']
        const name = at.slice(at.lastIndexOf('/') + 1)
        return side === 'registry' && method === 'PUT' && at.includes('/manifests/')
          ? [`${region} ${name}`]
          : []
      },
    )
    const order = told.filter((line, index) => line !== told[index - 1])
    expect(order.slice(0, 5)).toEqual([
      `${REGION} ${digest}`,
      'scan',
      `${REGION} ${referrer}`,
      `${EAST} ${digest}`,
      `${EAST} ${referrer}`,
    ])
    expect(order.slice(5).sort()).toEqual(
      [REGION, EAST].flatMap((region) => [`${region} latest`, `${region} v1`]),
    )
  })

  // Variant: flow/before-tags.test.ts: merge, promote
  variant('merge and promote: what does not pass has no new tag anywhere', async () => {
    const [digest = ''] = Object.entries((await listed('passed')) ?? {}).flatMap(([one, tags]) =>
      tags.includes('v1') ? [one] : [],
    )
    scans('passed', [HIGH])
    // ECR scans an image once a day: the merge is of one that it has not scanned.
    const image = await stage.main({
      repository: 'passed',
      'aws-region': REGION,
      context: app('part'),
      'push-by-digest': 'true',
    })
    expectSuccess(image)
    const merging = {
      repository: 'passed',
      digests: image.outputs['digest'] as string,
      tags: 'merged',
      ...GATE,
    }
    const merged = await stage.main({ ...merging, registries: EAST }, { action: MERGE })
    expectHeldBack(merged, uriOf('passed'))
    for (const region of [REGION, EAST])
      expect(await found(`${uriOf('passed', region)}:merged`, region)).toBeNull()

    scans('prod', [HIGH])
    const promoting = { source: `${uriOf('passed')}@${digest}`, repository: 'prod', tags: 'stable', ...GATE }
    const promoted = await stage.main({ ...promoting, registries: EAST }, { action: PROMOTE })
    expectHeldBack(promoted, uriOf('prod'))
    expect(promoted.outputs['digest']).toBe(digest)
    expect((await listed('prod'))?.[digest]).toEqual([])
    expect(await listed('prod', EAST)).toEqual({})

    // The lifecycle policy of the log is one that ECR takes.
    const lines = promoted.log.split('\n')
    const [lifecyclePolicyText = ''] = lines.flatMap((line) => /after 14 days: (.*)/.exec(line)?.[1] ?? [])
    const policy = { repositoryName: 'prod', lifecyclePolicyText }
    await invoke(stage.ecr.store, callerOf(ACCOUNT, REGION), 'PutLifecyclePolicy', policy)

    stage.ecr.store.scanPlans.clear()
    for (const again of [
      await stage.main({ ...merging, registries: EAST }, { action: MERGE }),
      await stage.main({ ...promoting, registries: EAST }, { action: PROMOTE }),
    ]) {
      expectSuccess(again)
    }
    for (const region of [REGION, EAST]) {
      expect(await found(`${uriOf('passed', region)}:merged`, region)).toBe(merged.outputs['digest'])
      expect(await found(`${uriOf('prod', region)}:stable`, region)).toBe(digest)
    }
  })
})

const unable = rows<[what: string, open: () => Promise<Stage>, why: string]>(
  [['an engine without buildx', () => stageOn('old'), 'needs buildx 0.10.0 or later']],
  // Variant: unit/docker/build/requirements.test.ts has each builder.
  [
    [
      'the driver of an engine without the containerd image store',
      stageOfEnginePush,
      "the builder's driver (docker) cannot do it without the containerd image store; use the builder of",
    ],
  ],
)
test.each(unable)('%s is refused before the build', async (_, open, why) => {
  stage = await open()
  try {
    const inputs = { repository: 'old', context: app('old'), tags: 'v1', ...GATE }
    const result = await stage.main(inputs)
    expect(result.exitCode).toBe(1)
    expect(errorOf(result)).toContain(`Input 'gate': 'before-tags': ${why}`)
    expect(result.log).not.toContain('[command]docker build')
    expect(await listed('old')).toBeNull()
  } finally {
    await stage.close()
  }
})
