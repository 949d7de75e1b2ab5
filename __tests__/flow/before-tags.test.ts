import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { root } from '../../dev/runner.ts'
import { type Sigstore, startSigstore } from '../../dev/sigstore/services.ts'
import { callerOf, type Effect, invoke, type ScanPlan, type Vulnerability } from '../../local-ecr/index.ts'
import { readMergeInputs } from '../../src/actions/merge/inputs.ts'
import { merge } from '../../src/actions/merge/run.ts'
import { readPromoteInputs } from '../../src/actions/promote/inputs.ts'
import { promote } from '../../src/actions/promote/run.ts'

import type { Inputs } from '../../src/inputs/index.ts'
import { ActionError, explain } from '../../src/shared/errors.ts'
import { Flow } from '../support/flow.ts'
import { putImage } from '../support/flow-images.ts'
import { mainInputs } from '../support/inputs.ts'
import { signingJob } from '../support/sigstore/signing-job.ts'

// gate: before-tags. Nothing is named, in any registry, before the scan has passed, and all is attested and copied.

jest.setTimeout(60_000)

const HOME = '123456789012'
const FIRST = 'ap-northeast-2'
const REGIONS = [FIRST, 'us-east-1', 'eu-west-1']
const hostOf = (region: string) => `${HOME}.dkr.ecr.${region}.amazonaws.com`
const uriOf = (region: string, name = 'app') => `${hostOf(region)}/${name}`
const registries = REGIONS.slice(1).map((region) => ({ region, registryId: null, role: null }))
const high: Vulnerability = { name: 'CVE-2026-1111', severity: 'HIGH', package: 'openssl', version: '3.0.1' }

let sigstore: Sigstore
let flow: Flow
beforeAll(async () => {
  sigstore = await startSigstore()
})
afterAll(() => sigstore.stop())
beforeEach(() => {
  flow = new Flow()
  flow.alter = (world) => ({ ...world, job: signingJob() })
  for (const faults of Object.values(sigstore.faults)) faults.length = 0
})

const attest = () =>
  ({
    what: ['provenance'],
    sbom: null,
    sigstore: 'custom',
    signingConfig: {
      path: 'signing_config.json',
      text: sigstore.signingConfig({ log: 1, timestamps: false }),
    },
    trustedRoot: { path: 'trusted_root.json', text: sigstore.trustedRoot },
  }) as const
const gated = (change: Partial<Inputs> & { readonly tags?: readonly string[] } = {}) => ({
  after: { ...mainInputs().after, failOnSeverity: 'HIGH', gate: 'before-tags' } as const,
  ...change,
})
const plan = (given: ScanPlan, name = 'app') => flow.store.scanPlans.set(name, given)
const tagsIn = (region = FIRST, repository = 'app') =>
  Object.fromEntries(flow.store.find({ account: HOME, region, repository })?.tags ?? [])
const imagesIn = (region: string, repository = 'app') => [
  ...(flow.store.find({ account: HOME, region, repository })?.images.keys() ?? []),
]
const create = (region = FIRST) =>
  invoke(flow.store, callerOf(HOME, region), 'CreateRepository', { repositoryName: 'app' })
const allTags = (name?: string) => REGIONS.map((region) => Object.keys(tagsIn(region, name)).sort())

/** What happened to the image, in the order of the record: `REGION what`. */
function story(): string[] {
  const { digest } = flow.outputs
  const all = flow.service.recorder.requests.flatMap(
    ({ side, region, operation, method, path = '', status }) => {
      if (operation === 'DescribeImageScanFindings') return [`${region} scan`]
      if (side !== 'registry' || method !== 'PUT' || !path.includes('/manifests/') || status >= 400) return []
      const reference = path.slice(path.lastIndexOf('/') + 1)
      if (reference === digest) return [`${region} image`]
      return [`${region} ${reference.startsWith('sha256:') ? 'attestation' : `tag ${reference}`}`]
    },
  )
  // A scan is asked for until it has ended.
  return all.filter((line, at) => !line.endsWith(' scan') || line !== all[at - 1])
}

/** What a run that got no tag says of itself. */
function expectHeldBack(why: RegExp, left: readonly string[], name = 'app') {
  expect(flow.outputs).toMatchObject({ digest: expect.any(String), 'digest-uri': expect.any(String) })
  expect(flow.outputs).not.toHaveProperty('image-uri')
  expect(flow.outputs).not.toHaveProperty('image-uris')
  expect(flow.outputs['pushed']).toBe(String(left.length > 0))
  expect(flow.summary).toMatch(
    new RegExp(`^### ⛔ Not tagged, and not to be deployed: <code>${name}</code>\n`),
  )
  expect(flow.summary).toMatch(why)
  expect(flow.summary).not.toMatch(/#### What now|docker pull/)
  const log = flow.log.join('\n')
  expect(log).toMatch(/^No tag was put on the image, in any registry \(gate: before-tags\)/m)
  expect(log).not.toMatch(/^Pushed \S+:v1$|^Read back/m)
  const told = flow.log.flatMap((line) => /^Left in ECR, by its digest alone: (.*)/.exec(line)?.[1] ?? [])
  expect(told).toEqual(left)
  for (const uri of left) expect(flow.summary).toContain(uri)
  expect(flow.summary.includes('#### What is left in ECR')).toBe(left.length > 0)
}

describe('an image that passes', () => {
  test('gets its tags last: after the scan, its attestation, and the copies, in every registry', async () => {
    plan({ underWay: 1, findings: [{ ...high, severity: 'LOW' }] })
    await flow.run(gated({ attest: attest(), registries }))
    const { digest } = flow.outputs
    for (const region of REGIONS) expect(tagsIn(region)).toEqual({ v1: digest, latest: digest })
    const told = story()
    expect(told.slice(0, 2)).toEqual([`${FIRST} scan`, `${FIRST} attestation`])
    // Of the others, each gets the image before what is about it, and all of them before a tag is put anywhere.
    expect(told.slice(2, 6).sort()).toEqual(
      REGIONS.slice(1)
        .flatMap((region) => [`${region} attestation`, `${region} image`])
        .sort(),
    )
    for (const region of REGIONS.slice(1)) {
      expect(told.indexOf(`${region} image`)).toBeLessThan(told.indexOf(`${region} attestation`))
    }
    expect(told.slice(6).sort()).toEqual(
      REGIONS.flatMap((region) => [`${region} tag latest`, `${region} tag v1`]).sort(),
    )
    expect(flow.outputs).toMatchObject({
      'image-uri': `${uriOf(FIRST)}:v1`,
      'image-uris': REGIONS.flatMap((region) => [`${uriOf(region)}:v1`, `${uriOf(region)}:latest`]).join(
        '\n',
      ),
      'digest-uri': `${uriOf(FIRST)}@${digest}`,
      'image-name': 'app:v1',
      pushed: 'true',
      attested: 'true',
      'scan-status': 'COMPLETE',
    })
    expect(flow.outputs['verify-commands']).toContain(`${uriOf(FIRST)}@${digest}`)
    expect(flow.summary).toMatch(
      /^### ✅ Pushed <code>app<\/code> — <code>v1<\/code>, <code>latest<\/code>\n/,
    )
    const log = flow.log.join('\n')
    expect(log).toContain(
      `Pushed ${uriOf(FIRST)}@${digest}; its scan decides about the tags (gate: before-tags)`,
    )
    expect(log).toMatch(/: ECR has this digest under all 6 tags in 3 registries$/m)
    expect(log).not.toMatch(/Left in ECR|No tag was put/)
    // It reads as it happened.
    const order = [/^Built and pushed/, /decides about the tags/, /^Scanned in/, /^Attested in/, /^Copied to/]
    const at = [...order, /^Pushed \S+:v1$/, /^Copied and read back/].map((one) =>
      flow.log.findIndex((line) => one.test(line)),
    )
    expect(at).toEqual([...at].sort((one, other) => one - other))
    expect(at).not.toContain(-1)
  })

  test('without more registries or an attestation: scan, then tags', async () => {
    await flow.run(gated())
    expect(story()).toEqual([`${FIRST} scan`, ...['v1', 'latest'].map((tag) => `${FIRST} tag ${tag}`)])
    // What ECR has under the tags is asked for when they are there.
    const { requests } = flow.service.recorder
    const lastTag = requests.findLastIndex(({ method }) => method === 'PUT')
    expect(requests.findLastIndex(({ operation }) => operation === 'DescribeImages')).toBeGreaterThan(lastTag)
    expect(flow.log.join('\n')).toMatch(/^Read back in .*: ECR has this digest under both tags$/m)
  })

  test('an unchanged rerun puts no tag once more', async () => {
    await flow.run(gated({ registries }))
    flow.service.recorder.clear()
    await flow.run(gated({ registries }))
    // That of the first registry is not asked for before the build, as it is mutable.
    expect(story().filter((line) => line.startsWith('us-east-1'))).toEqual([])
    expect(flow.summary).toMatch(/^### ✅ Unchanged: /)
  })

  test('what follows a push is asked for when it has its tags', async () => {
    const replicationConfiguration = {
      rules: [{ destinations: [{ region: 'us-west-2', registryId: HOME }] }],
    }
    await invoke(flow.store, flow.caller, 'PutReplicationConfiguration', { replicationConfiguration })
    const after = { ...gated().after, waitForReplication: true }
    await flow.run({ after })
    const { requests } = flow.service.recorder
    const lastTag = requests.findLastIndex(({ method }) => method === 'PUT')
    const asked = requests.findIndex(({ operation }) => operation === 'DescribeImageReplicationStatus')
    expect(asked).toBeGreaterThan(lastTag)
    expect(flow.summary).toMatch(/✅ Passed: Scan:[\s\S]*✅ Passed: Replicated to/)
  })

  test('in a repository that ECR creates on the push', async () => {
    await invoke(flow.store, flow.caller, 'CreateRepositoryCreationTemplate', {
      prefix: 'ROOT',
      appliedFor: ['CREATE_ON_PUSH'],
    })
    await flow.run(gated({ createRepository: false }))
    expect(story()).toEqual([`${FIRST} scan`, ...['v1', 'latest'].map((tag) => `${FIRST} tag ${tag}`)])
    expect(flow.outputs['repository-created']).toBe('true')
    expect(flow.log.filter((line) => line.startsWith('ECR created the repository'))).toHaveLength(1)
  })

  test('in one that ECR creates on the push, and does not describe after it: a check that failed', async () => {
    await invoke(flow.store, flow.caller, 'CreateRepositoryCreationTemplate', {
      prefix: 'ROOT',
      appliedFor: ['CREATE_ON_PUSH'],
    })
    flow.afterBuild = () => {
      flow.service.faults.order({
        match: { side: 'api', operation: 'DescribeRepositories' },
        times: Number.POSITIVE_INFINITY,
        effect: { kind: 'deny' },
      })
    }
    expect(await flow.failure(gated({ createRepository: false }))).toContain('ecr:DescribeRepositories')
    expectHeldBack(/ecr:DescribeRepositories/, [`${uriOf(FIRST)}@${flow.outputs['digest']}`])
  })
})

describe('an image that does not pass', () => {
  test('has no tag anywhere, and nothing is signed, or sent to another registry', async () => {
    plan({ findings: [high] })
    const message = await flow.failure(gated({ attest: attest(), registries }))
    expect(message).toMatch(
      /^ECR found 1 vulnerability of HIGH severity or worse in \S+@sha256:\w+: HIGH 1\.\n.*This run put no tag on the image: do not deploy it by its digest\.$/s,
    )
    expect(story()).toEqual([`${FIRST} scan`])
    expect(allTags()).toEqual([[], [], []])
    expect(imagesIn(FIRST)).toEqual([flow.outputs['digest']])
    expect(imagesIn('us-east-1')).toEqual([])
    expect(flow.outputs).toMatchObject({ attested: 'false', 'scan-findings': '{"HIGH":1}' })
    // What the tags name is another image, or none.
    expect(flow.outputs).toMatchObject({
      'image-name': '',
      tags: '',
      version: '',
      labels: expect.any(String),
    })
    expect(JSON.parse(flow.outputs['json'] ?? '')).toMatchObject({ 'image-name': '', tags: [], version: '' })
    expect(flow.outputs['image-uri']).toBeUndefined()
    expectHeldBack(/❌ Failed: Scan: found HIGH 1/, [`${uriOf(FIRST)}@${flow.outputs['digest']}`])
    expect(flow.summary).toContain(
      '<code>v1</code>, <code>latest</code> were neither put nor moved, in any registry (<code>gate: before-tags</code>).',
    )
    expect(flow.log).toContain('No tag was put on the image, in any registry (gate: before-tags): v1, latest')
  })

  test('the lifecycle policy of the log removes it', async () => {
    plan({ findings: [high] })
    await flow.failure(gated())
    const [lifecyclePolicyText = ''] = flow.log.flatMap(
      (line) =>
        /^This lifecycle policy removes images without a tag after 14 days: (.*)/.exec(line)?.[1] ?? [],
    )
    await invoke(flow.store, flow.caller, 'PutLifecyclePolicy', {
      repositoryName: 'app',
      lifecyclePolicyText,
    })
    const documented = readFileSync(path.join(root, 'docs', 'scan.md'), 'utf8')
    for (const shown of [flow.summary, documented]) {
      expect(shown.replace(/\s/g, '')).toContain(lifecyclePolicyText.replace(/\s/g, ''))
    }
    const image = flow.store.get(flow.place).images.get(flow.outputs['digest'] as string)
    Object.assign(image as object, { pushedAt: new Date(Date.now() - 15 * 24 * 3600_000) })
    await invoke(flow.store, flow.caller, 'StartLifecyclePolicyPreview', { repositoryName: 'app' })
    const ask = { repositoryName: 'app' }
    // The first answer is that it is being worked out.
    await invoke(flow.store, flow.caller, 'GetLifecyclePolicyPreview', ask)
    const preview = (await invoke(flow.store, flow.caller, 'GetLifecyclePolicyPreview', ask)) as {
      previewResults: { imageDigest: string }[]
    }
    expect(preview.previewResults.map(({ imageDigest }) => imageDigest)).toEqual([flow.outputs['digest']])
  })

  test.each<[string, ScanPlan, RegExp]>([
    ['that ECR cannot scan', { status: 'UNSUPPORTED_IMAGE' }, /❔ Not known: Scan: <code>UNSUPPORTED_IMAGE/],
    ['whose scan failed', { status: 'FAILED' }, /❔ Not known: Scan: <code>FAILED/],
    ['whose scan does not end in time', { underWay: 10_000 }, /❔ Not known: Scan: <code>IN_PROGRESS/],
  ])('nor has one %s', async (_, given, why) => {
    plan(given)
    await flow.failure(gated())
    expect(allTags()).toEqual([[], [], []])
    expectHeldBack(why, [`${uriOf(FIRST)}@${flow.outputs['digest']}`])
  })

  test('nor one whose scan cannot be asked for', async () => {
    flow.service.faults.order({
      match: { operation: 'DescribeImageScanFindings' },
      times: Number.POSITIVE_INFINITY,
      effect: { kind: 'deny' },
    })
    expect(await flow.failure(gated())).toContain('ecr:DescribeImageScanFindings')
    expect(allTags()).toEqual([[], [], []])
    expectHeldBack(/❔ Not known: Scan\n/, [`${uriOf(FIRST)}@${flow.outputs['digest']}`])
  })

  test('a tag that named another image before names it still', async () => {
    await create()
    const before = await flow.put(['latest'], 'another')
    plan({ findings: [high] })
    await flow.failure(gated())
    expect(tagsIn()).toEqual({ latest: before })
    expect(flow.outputs['digest']).not.toBe(before)
  })

  test('what a tag names already is not called untagged, nor left to a lifecycle rule', async () => {
    await flow.run({ tags: ['v1'] })
    plan({ findings: [high] })
    const said = await flow.failure(gated({ summary: true }))
    expect(said).toMatch(/The image is in ECR already: do not deploy it\.$/)
    expect(tagsIn()).toEqual({ v1: flow.outputs['digest'] })
    expect(flow.outputs).toMatchObject({ 'image-name': 'app:v1', tags: 'v1', version: '' })
    expect(flow.log.join('\n')).not.toContain('Left in ECR')
    expect(flow.summary).toMatch(/^### ⛔ Not tagged/)
    expect(flow.summary).toContain('<code>v1</code> named this image already.')
    expect(flow.summary).not.toContain('What is left in ECR')
  })
})

describe('what fails after the scan', () => {
  const one = registries.slice(0, 1)
  const isPut = (region: string, path: string) =>
    ({
      match: { side: 'registry', region, method: 'PUT', path },
      times: Number.POSITIVE_INFINITY,
      effect: { kind: 'deny' },
    }) as const

  test('the signature: no tag, no copy', async () => {
    sigstore.faults.fulcio.push({ status: 400, body: '{}' })
    await flow.failure(gated({ attest: attest(), registries }))
    expect(allTags()).toEqual([[], [], []])
    expect(story()).toEqual([`${FIRST} scan`])
    expect(flow.outputs).toMatchObject({ attested: 'false', 'scan-status': 'COMPLETE' })
    expectHeldBack(/✅ Passed: Scan[\s\S]*❌ Failed: Attestation: provenance is missing/, [
      `${uriOf(FIRST)}@${flow.outputs['digest']}`,
    ])
  })

  test('the copy to one registry: no tag in any, and attested says what is not everywhere', async () => {
    flow.service.faults.order(isPut('us-east-1', '/manifests/'))
    const message = await flow.failure(gated({ attest: attest(), registries }))
    expect(message).toMatch(
      /is known to be in 2 of 3 registries\.\nDone: \S+ap-northeast-2\S+\/app\nDone: \S+eu-west-1\S+\/app\nFailed: /,
    )
    expect(message).not.toContain('(v1')
    expect(allTags()).toEqual([[], [], []])
    expect(flow.outputs['attested']).toBe('false')
    const { digest } = flow.outputs
    expectHeldBack(
      /✅ Passed: Attestation/,
      [FIRST, 'eu-west-1'].map((region) => `${uriOf(region)}@${digest}`),
    )
  })

  test('the copy of the attestation to one registry: no tag in any', async () => {
    // It has the image itself already.
    await create('us-east-1')
    await flow.put([], flow.content, 'us-east-1')
    flow.service.faults.order(isPut('us-east-1', '/manifests/'))
    const message = await flow.failure(gated({ attest: attest(), registries: one }))
    expect(message).toMatch(/^The attestation sha256:\w+ is known to be in 1 of 2 registries\./)
    expect(imagesIn('us-east-1')).toEqual([flow.outputs['digest']])
    expect(allTags()).toEqual([[], [], []])
    expect(flow.outputs['attested']).toBe('false')
    const { digest } = flow.outputs
    expectHeldBack(/Attestation: provenance is missing in a registry/, [`${uriOf(FIRST)}@${digest}`])
  })

  test('the first tag: the summary of the failure has what is in ECR all the same', async () => {
    flow.service.faults.order(isPut(FIRST, '/manifests/v1'))
    expect(await flow.failure(gated({ tags: ['v1'] }))).toMatch(
      /^Putting tags on \S+@sha256:\w+ \(v1\) failed/,
    )
    expect(flow.summary).toMatch(/^### ❌ Failed: <code>app<\/code>\n/)
    expect(flow.summary).toMatch(
      /This run moved none of the image's tags\.\n\nIn ECR all the same, put by this run:\n\n```text\n\S+\/app@sha256:\w+\n```\n/,
    )
    expect(flow.outputs).not.toHaveProperty('image-uri')
    expect(flow.outputs).toMatchObject({ pushed: 'true', tags: '', 'image-name': '', version: '' })
  })

  test('a tag that the first registry got meanwhile names another image, and is no output', async () => {
    const immutable = { repositoryName: 'app', imageTagMutability: 'IMMUTABLE' } as const
    await invoke(flow.store, flow.caller, 'CreateRepository', immutable)
    flow.afterBuild = () => {
      flow.afterBuild = () => undefined
      void flow.put(['v1'], 'another')
    }
    await flow.failure(gated())
    expect(tagsIn()['v1']).not.toBe(flow.outputs['digest'])
    expect(tagsIn()['latest']).toBe(flow.outputs['digest'])
    expect(flow.outputs).toMatchObject({ tags: 'latest', 'image-name': 'app:latest', version: '' })
  })

  test('a tag that an immutable repository got meanwhile is told; the other registries have theirs', async () => {
    const immutable = { repositoryName: 'app', imageTagMutability: 'IMMUTABLE' } as const
    await invoke(flow.store, callerOf(HOME, 'us-east-1'), 'CreateRepository', immutable)
    flow.afterBuild = () => {
      flow.afterBuild = () => undefined
      void flow.put(['v1'], 'another', 'us-east-1')
    }
    const message = await flow.failure(gated({ registries: one, tags: ['v1'] }))
    expect(message).toMatch(/Failed: \S+us-east-1\S+ \(v1\): Putting tags on \S+ \(v1\) failed/)
    expect(message).toContain('immutable')
    const { digest } = flow.outputs
    expect(tagsIn()).toEqual({ v1: digest })
    expect(tagsIn('us-east-1')['v1']).not.toBe(digest)
    expect(flow.outputs['image-uris']).toBe(`${uriOf(FIRST)}:v1`)
    expect(flow.summary).toContain(`${uriOf(FIRST)}:v1`)
  })

  test.each<[string, Effect]>([
    ['is refused', { kind: 'deny' }],
    ['has no answer', { kind: 'drop', when: 'in the request' }],
  ])('the put of a tag that named this image, and that another job has moved, %s', async (_, effect) => {
    await create('us-east-1')
    const theirs = await flow.put(['theirs'], 'theirs', 'us-east-1')
    await flow.put(['latest'], flow.content, 'us-east-1')
    flow.service.faults.order({ ...isPut('us-east-1', '/manifests/latest'), effect })
    flow.alter = (world) => ({
      ...world,
      job: signingJob(),
      log: (line) => {
        world.log(line)
        if (!/us-east-1\S* has the image already/.test(line)) return
        flow.store.find({ account: HOME, region: 'us-east-1', repository: 'app' })?.tags.set('latest', theirs)
      },
    })
    await flow.failure(gated({ registries: one }))
    expect(tagsIn('us-east-1')).toMatchObject({ latest: theirs })
    const name = `${uriOf('us-east-1')}:latest`
    expect(flow.outputs['image-uris']).not.toContain(name)
    expect(flow.log).not.toContain(`${name} exists already`)
    expect(flow.log.includes(`Not known whether this run has pushed ${name}`)).toBe(effect.kind === 'drop')
    expect(flow.summary).not.toMatch(/Named this image before this run:[^#]*us-east-1/)
  })
})

describe('if-image-exists: skip', () => {
  const skip = { ifImageExists: 'skip' } as const

  test('an image that exists under its tags, and passes: nothing is put', async () => {
    await flow.run()
    flow.service.recorder.clear()
    await flow.run(gated(skip))
    expect(story()).toEqual([`${FIRST} scan`])
    expect(flow.summary).toMatch(/^### ✅ Exists already/)
    expect(flow.outputs).toMatchObject({ pushed: 'false', 'image-uri': `${uriOf(FIRST)}:v1` })
  })

  test('one that does not pass is called what it is: in ECR under its tags', async () => {
    await flow.run()
    plan({ findings: [high] })
    expect(await flow.failure(gated(skip))).toMatch(/The image is in ECR already: do not deploy it\.$/)
    expect(flow.outputs).toMatchObject({ 'image-name': 'app:v1', tags: 'v1\nlatest', version: 'v1' })
    expect(flow.summary).toMatch(/^### ⛔ In ECR already, but not to be deployed/)
    expect(flow.summary).not.toContain('What is left in ECR')
    expect(flow.log.join('\n')).not.toContain('Left in ECR')
  })

  test('it gets to another registry only if it passes', async () => {
    await flow.run()
    plan({ findings: [high] })
    await flow.failure(gated({ ...skip, registries }))
    expect(allTags().slice(1)).toEqual([[], []])
    expect(imagesIn('us-east-1')).toEqual([])
    expect(flow.summary).toMatch(/^### ⛔ Not tagged/)
    plan({})
    // ECR scans an image once a day; the plan is what it finds.
    await flow.run(gated({ ...skip, registries }))
    expect(allTags()).toEqual(REGIONS.map(() => ['latest', 'v1']))
  })

  test('one that nobody has attested gets no tag in another registry', async () => {
    await flow.run()
    const message = await flow.failure(gated({ ...skip, registries, attest: attest() }))
    expect(message).toMatch(
      /^sha256:\w+ is not attested as attest asks for, so that gate: before-tags puts no tag on it in \S+us-east-1\S+ \(v1, latest\), \S+eu-west-1\S+ \(v1, latest\)\.\nWhat to do: let a run build and push it/,
    )
    expect(allTags().slice(1)).toEqual([[], []])
    expect(imagesIn('us-east-1')).toEqual([])
    expect(imagesIn('eu-west-1')).toEqual([])
    expect(flow.summary).not.toContain('What is left in ECR')
    // Where it has all of them, it is as without the gate: a warning.
    await flow.run({ registries })
    await flow.run(gated({ ...skip, registries, attest: attest() }))
    expect(flow.log.some((line) => /^warning: .* has no valid attestation/.test(line))).toBe(true)
  })
})

const source = (given: Record<string, string>) => ({
  get: (name: string) =>
    ({ 'aws-region': FIRST, 'fail-on-severity': 'high', gate: 'before-tags', ...given })[name] ?? '',
  env: {},
  cwd: '/',
})

async function failureOf(work: Promise<void>): Promise<string> {
  try {
    await work
  } catch (error) {
    if (error instanceof ActionError) return explain(error)
    throw error
  }
  throw new Error(`it did not fail:\n${flow.log.join('\n')}`)
}

describe('merge', () => {
  const merging = async (more: Record<string, string> = {}) => {
    await create()
    const parts = [
      await putImage(flow, 'app', { os: 'linux', architecture: 'amd64' }),
      await putImage(flow, 'app', { os: 'linux', architecture: 'arm64' }),
    ]
    const digests = parts.map(({ digest }) => digest).join('\n')
    const inputs = readMergeInputs(
      source({ repository: 'app', digests, tags: 'v1,latest', registries: more['registries'] ?? '' }),
    )
    return flow.within((world) =>
      merge({ ...inputs, ...(more['attest'] === undefined ? {} : { attest: attest() }) }, world),
    )
  }

  test('passes: index, scans of its platforms, attestation, copies, tags', async () => {
    await merging({ registries: 'us-east-1', attest: 'provenance' })
    const told = story()
    expect(told.slice(0, 3)).toEqual([`${FIRST} image`, `${FIRST} scan`, `${FIRST} attestation`])
    // The platforms' images count as what is not the index here.
    const [lastCopy, firstTag] = [
      told.findLastIndex((line) => !line.includes(' tag ')),
      told.findIndex((line) => line.includes(' tag ')),
    ]
    expect(lastCopy).toBeLessThan(firstTag)
    expect(allTags().slice(0, 2)).toEqual([
      ['latest', 'v1'],
      ['latest', 'v1'],
    ])
    expect(flow.summary).toMatch(/^### ✅ Merged/)
  })

  test('does not pass: the index is there by its digest alone', async () => {
    plan({ findings: [high] })
    const message = await failureOf(merging({ registries: 'us-east-1' }))
    expect(message).toContain('HIGH 2.')
    expect(allTags()).toEqual([[], [], []])
    expect(imagesIn('us-east-1')).toEqual([])
    expectHeldBack(/❌ Failed: Scan/, [`${uriOf(FIRST)}@${flow.outputs['digest']}`])
  })
})

describe('promote', () => {
  const promoting = (given: Record<string, string>) =>
    flow.within((world) => promote(readPromoteInputs(source(given)), world))

  test('in one repository: the source is scanned, and gets its new tags only if it passes', async () => {
    await create()
    const digest = await flow.put(['rc'], 'a')
    plan({ findings: [high] })
    const promotion = { repository: 'app', source: 'rc', tags: 'v1' }
    await failureOf(promoting(promotion))
    expect(tagsIn()).toEqual({ rc: digest })
    // It is what it was, and no lifecycle rule is to remove it.
    expectHeldBack(/❌ Failed: Scan/, [])
    plan({})
    await promoting(promotion)
    expect(tagsIn()).toEqual({ rc: digest, v1: digest })
    expect(flow.summary).toMatch(/^### ✅ Promoted/)
  })

  test('a tag that named the image before, and that somebody moved during the scan, is put', async () => {
    await create()
    const digest = await flow.put(['rc', 'latest'], 'a')
    plan({ underWay: 1 })
    flow.alter = (world) => ({
      ...world,
      job: signingJob(),
      sleep: async (milliseconds) => {
        await flow.put(['latest'], 'another')
        flow.alter = (as) => as
        return world.sleep(milliseconds)
      },
    })
    await promoting({ repository: 'app', source: 'rc', tags: 'v1,latest' })
    expect(tagsIn()).toEqual({ rc: digest, v1: digest, latest: digest })
  })

  test.each<[string, string, Effect, RegExp]>([
    [
      'cannot be asked for',
      'HEAD',
      { kind: 'deny' },
      /^This run has pushed nothing to \S+\/app, and it is not known whether ECR still holds sha256:\w+ there\. The check of sha256:\w+ in \S+\/app failed/,
    ],
    [
      'is gone',
      'HEAD',
      { kind: 'status', status: 404 },
      /^This run has pushed nothing, and ECR does not list sha256:\w+ in \S+\/app: its digest absent, asked \d times in 1\d s\./,
    ],
  ])('an image that was there before, and then %s: no push is told of', async (_, method, effect, said) => {
    await create()
    const digest = await flow.put(['rc'], 'a')
    flow.service.faults.order({
      match: { side: 'registry', method, path: new RegExp(`/manifests/${digest}`) },
      times: Number.POSITIVE_INFINITY,
      effect,
    })
    const message = await failureOf(promoting({ repository: 'app', source: 'rc', tags: 'v1' }))
    expect(message).toMatch(said)
    expect(message).not.toMatch(/After the push|has accepted/)
  })

  test('of a copy that arrived and cannot be read back, pushed and what is left say so', async () => {
    await create()
    await create('us-east-1')
    const digest = await flow.put(['rc'], 'a')
    plan({})
    flow.alter = (world) => ({
      ...world,
      job: signingJob(),
      log: (line) => {
        world.log(line)
        if (!/^Copied to \S+us-east-1/.test(line)) return
        flow.service.faults.order({
          match: { side: 'registry', region: 'us-east-1', method: 'HEAD', path: new RegExp(`/${digest}$`) },
          times: Number.POSITIVE_INFINITY,
          effect: { kind: 'deny' },
        })
      },
    })
    const promotion = { repository: 'app', source: 'rc', tags: 'v1', registries: 'us-east-1' }
    await failureOf(promoting(promotion))
    expect(imagesIn('us-east-1')).toEqual([digest])
    expect(allTags().slice(0, 2)).toEqual([['rc'], []])
    expectHeldBack(/known to be in 1 of 2 registries/, [`${uriOf('us-east-1')}@${digest}`])
  })

  test('of what is new in a further registry alone, pushed says so', async () => {
    await create()
    const digest = await flow.put(['rc'], 'a')
    plan({})
    flow.service.faults.order({
      match: { side: 'registry', region: 'eu-west-1', method: 'PUT', path: /\/manifests\// },
      times: 1000,
      effect: { kind: 'deny' },
    })
    await failureOf(
      promoting({ repository: 'app', source: 'rc', tags: 'v1', registries: 'us-east-1,eu-west-1' }),
    )
    expect(tagsIn()).toEqual({ rc: digest })
    expect(imagesIn('us-east-1')).toEqual([digest])
    expectHeldBack(/known to be in 2 of 3 registries/, [`${uriOf('us-east-1')}@${digest}`])
  })

  test('to another repository: it is copied and scanned there by its digest', async () => {
    await create()
    const digest = await flow.put(['rc'], 'a')
    plan({ findings: [high] }, 'prod')
    const promotion = {
      repository: 'prod',
      source: `${uriOf(FIRST)}:rc`,
      tags: 'v1',
      registries: 'us-east-1',
    }
    await failureOf(promoting(promotion))
    expect(imagesIn(FIRST, 'prod')).toEqual([digest])
    expect(allTags('prod')).toEqual([[], [], []])
    expect(imagesIn('us-east-1', 'prod')).toEqual([])
    expect(JSON.parse(flow.outputs['metadata'] as string)['image.name']).toBe(
      `${uriOf(FIRST, 'prod')}@${digest}`,
    )
    expectHeldBack(/❌ Failed: Scan/, [`${uriOf(FIRST, 'prod')}@${digest}`], 'prod')
    flow.store.scanPlans.clear()
    flow.service.recorder.clear()
    await promoting(promotion)
    expect(allTags('prod').slice(0, 2)).toEqual([['v1'], ['v1']])
    expect(story()).toEqual([
      `${FIRST} scan`,
      'us-east-1 image',
      ...[`${FIRST} tag v1`, 'us-east-1 tag v1'].filter((line) => story().includes(line)),
    ])
  })

  test('a copy without a tag has none to wait for, and is scanned before it goes to more registries', async () => {
    await create()
    const digest = await flow.put([], 'a')
    plan({ findings: [high] }, 'prod')
    const promotion = { repository: 'prod', source: `${uriOf(FIRST)}@${digest}`, registries: 'us-east-1' }
    await failureOf(promoting(promotion))
    expect(imagesIn('us-east-1', 'prod')).toEqual([])
    flow.store.scanPlans.clear()
    await promoting(promotion)
    expect(imagesIn('us-east-1', 'prod')).toEqual([digest])
    expect(allTags('prod')).toEqual([[], [], []])
  })
})
