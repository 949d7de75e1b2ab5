import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { callerOf, invoke, type Vulnerability } from '../../local-ecr/index.ts'
import { readPromoteInputs } from '../../src/actions/promote/inputs.ts'
import { promote } from '../../src/actions/promote/run.ts'
import type { Ecr } from '../../src/ecr/port.ts'
import type { AfterInputs } from '../../src/inputs/after-push.ts'
import { NO_SCAN_RULES } from '../../src/inputs/scan.ts'
import { explain } from '../../src/shared/errors.ts'
import { Flow } from '../support/flow.ts'
import { mainInputs } from '../support/inputs.ts'
import { putSigningRules } from '../unit/local-ecr/signing-rules.ts'

// Whoever has created a repository, and whenever: what is to follow the push is checked in it.

const EAST = 'us-east-1'
const profileIn = (region: string) => `arn:aws:signer:${region}:123456789012:/signing-profiles/demo`
const high: Vulnerability = { name: 'CVE-2026-1', severity: 'HIGH', package: 'openssl', version: '3.0.1' }

/** How the repository comes to exist; `meanwhile`: somebody creates it after this run has looked for it. */
type Creation = 'exists' | 'by this run' | 'meanwhile' | 'on push'
const CREATIONS: readonly Creation[] = ['exists', 'by this run', 'meanwhile', 'on push']

let flow: Flow
beforeEach(() => {
  flow = new Flow()
})

/** @returns the change of the inputs that this takes */
async function arrange(creation: Creation, name = 'app', region = flow.caller.region, oldTag?: string) {
  const caller = callerOf(flow.caller.account, region)
  const create = async () => {
    await invoke(flow.store, caller, 'CreateRepository', { repositoryName: name })
    if (oldTag !== undefined) await flow.put([oldTag], 'old', region)
  }
  if (creation === 'exists') await create()
  if (creation === 'on push') {
    await invoke(flow.store, caller, 'CreateRepositoryCreationTemplate', {
      prefix: 'ROOT',
      appliedFor: ['CREATE_ON_PUSH'],
    })
    return { createRepository: false }
  }
  if (creation === 'meanwhile') {
    const before = flow.alter
    flow.alter = (world) => {
      const { connectEcr, ...rest } = before(world)
      const racing = (ecr: Ecr): Ecr =>
        new Proxy(ecr, {
          get(target, key) {
            const value: unknown = Reflect.get(target, key)
            if (key === 'createRepository')
              return async (...given: Parameters<Ecr['createRepository']>) => {
                await create()
                return target.createRepository(...given)
              }
            return typeof value === 'function' ? value.bind(target) : value
          },
        })
      return {
        ...rest,
        connectEcr: async (inputs) => {
          const ecr = await connectEcr(inputs)
          return inputs.repository.region === region ? racing(ecr) : ecr
        },
      }
    }
  }
  return { createRepository: true }
}

const afterOf = (change: Partial<AfterInputs>): AfterInputs => ({ ...mainInputs().after, ...change })

const scanning = () =>
  invoke(flow.store, flow.caller, 'PutRegistryScanningConfiguration', {
    scanType: 'BASIC',
    rules: [{ scanFrequency: 'SCAN_ON_PUSH', repositoryFilters: [{ filter: '*', filterType: 'WILDCARD' }] }],
  })

const tagsIn = (repository = 'app') => [
  ...(flow.store.find({ ...flow.place, repository })?.tags.keys() ?? []),
]

describe.each(CREATIONS)('a repository: %s', (creation) => {
  test.each(['after-push', 'before-tags'] as const)('the scan decides, gate: %s', async (gate) => {
    await scanning()
    flow.store.scanPlans.set('app', { findings: [high] })
    const change = await arrange(creation)
    const after = afterOf({ failOnSeverity: 'HIGH', gate })
    expect(await flow.failure({ ...change, after, tags: ['v1'] })).toContain('ECR found 1 vulnerability')
    expect(flow.outputs['scan-findings']).toBe('{"HIGH":1}')
    expect(tagsIn()).toEqual(gate === 'after-push' ? ['v1'] : [])
    expect(flow.outputs['image-name']).toBe(gate === 'after-push' ? 'app:v1' : '')
  })

  test.each(['after-push', 'before-tags'] as const)(
    'the scan decides of what is promoted, gate: %s',
    async (gate) => {
      await scanning()
      await invoke(flow.store, flow.caller, 'CreateRepository', { repositoryName: 'app' })
      await flow.put(['rc'])
      flow.store.scanPlans.set('prod', { findings: [high] })
      const { createRepository } = await arrange(creation, 'prod')
      const given: Record<string, string> = {
        repository: 'prod',
        'aws-region': flow.caller.region,
        source: `${flow.caller.account}.dkr.ecr.${flow.caller.region}.amazonaws.com/app:rc`,
        'create-repository': String(createRepository),
        tags: 'v1',
        'fail-on-severity': 'high',
        gate,
      }
      const inputs = readPromoteInputs({ get: (key) => given[key] ?? '', env: {}, cwd: '/' })
      const said = await flow.within((world) => promote(inputs, world)).then(() => 'passed', explain)
      expect(said).toContain('ECR found 1 vulnerability')
      expect(tagsIn('prod')).toEqual(gate === 'after-push' ? ['v1'] : [])
    },
  )

  test('what an earlier run has left of its report is removed before the build', async () => {
    await scanning()
    const folder = mkdtempSync(path.join(os.tmpdir(), 'report-'))
    const file = path.join(folder, 'scan.sarif')
    writeFileSync(file, 'of an earlier run')
    let atPush: boolean | null = null
    flow.beforePush = () => {
      atPush = existsSync(file)
    }
    const change = await arrange(creation)
    const scan = { ...NO_SCAN_RULES, report: { file, within: folder, dockerfile: null } }
    await flow.run({ ...change, after: afterOf({ failOnSeverity: 'HIGH', scan }) })
    const written = readFileSync(file, 'utf8')
    rmSync(folder, { recursive: true })
    expect(atPush).toBe(false)
    expect(JSON.parse(written)).toMatchObject({ version: '2.1.0' })
  })

  test('replication and signing are waited for', async () => {
    const replicationConfiguration = {
      rules: [{ destinations: [{ region: 'us-west-2', registryId: flow.caller.account }] }],
    }
    await invoke(flow.store, flow.caller, 'PutReplicationConfiguration', { replicationConfiguration })
    await putSigningRules(flow.store, flow.caller, { [profileIn(flow.caller.region)]: ['*'] })
    const change = await arrange(creation)
    await flow.run({ ...change, after: afterOf({ waitForReplication: true, waitForSigning: true }) })
    expect(flow.log).toContainEqual(expect.stringMatching(/^Replicated in /))
    expect(flow.log).toContainEqual(expect.stringMatching(/^Signed in /))
  })

  test('in a further registry, signing is waited for', async () => {
    await invoke(flow.store, flow.caller, 'CreateRepository', { repositoryName: 'app' })
    for (const region of [flow.caller.region, EAST])
      await putSigningRules(flow.store, callerOf(flow.caller.account, region), { [profileIn(region)]: ['*'] })
    const change = await arrange(creation, 'app', EAST)
    const registries = [{ region: EAST, registryId: null, role: null }]
    await flow.run({ ...change, registries, after: afterOf({ waitForSigning: true }) })
    expect(flow.log.filter((line) => /^Signed in .*us-east-1/.test(line))).toHaveLength(1)
  })
})

test('a repository that somebody creates meanwhile may have an image before', async () => {
  await scanning()
  const change = await arrange('meanwhile', 'app', flow.caller.region, 'v1')
  flow.store.scanPlans.set('app', { findings: [high] })
  const scan = { ...NO_SCAN_RULES, baseline: 'previous' as const }
  await flow
    .run({ ...change, after: afterOf({ failOnSeverity: 'HIGH', scan }), tags: ['v1'] })
    .catch(() => undefined)
  expect(flow.log).toContainEqual(expect.stringMatching(/^scan-baseline: .*\bv1 \(sha256:/))
})
