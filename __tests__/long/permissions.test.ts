import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { writeSigstoreFiles } from '../../dev/sigstore/job.ts'
import { type Sigstore, startSigstore } from '../../dev/sigstore/services.ts'
import { MemoryBackend, type Repository, type Store } from '../../local-ecr/index.ts'
import type { Feature } from '../../src/aws/features.ts'
import type { Need } from '../../src/aws/permission-row.ts'
import { PRIVATE } from '../../src/aws/permissions.ts'
import { necessityOf, neededActions, type Statement, type Use } from '../../src/aws/policy.ts'
import { explain } from '../../src/shared/errors.ts'
import type { Flow } from '../support/flow.ts'
import { isAllowed, type Permission, permissionsIn } from '../support/iam.ts'
import {
  BAKE_SCENARIOS,
  type BakeScenario,
  OTHER_REGION,
  SCENARIOS,
  type Scenario,
} from '../support/permission-scenarios.ts'
import { ScenarioRun } from '../support/scenario-run.ts'

// The table of permissions against runs on the local ECR, each under the session policy that it writes for itself
// (`role-session-policy: minimal`), which the local ECR enforces: a run ends well with it; without any one permission
// that is required the run fails, and names it; without an optional one it does not.

// Each run is one for every permission of a scenario.
jest.setTimeout(60_000)

const MINIMAL = {
  'role-to-assume': 'arn:aws:iam::123456789012:role/ci',
  'role-session-policy': 'minimal',
}

let workspace = ''
beforeAll(() => {
  workspace = mkdtempSync(path.join(tmpdir(), 'permissions-'))
  writeFileSync(path.join(workspace, 'Dockerfile'), 'FROM scratch\n')
})
afterAll(() => rmSync(workspace, { recursive: true }))

let sigstore: Sigstore
beforeAll(async () => {
  sigstore = await startSigstore()
  writeSigstoreFiles(workspace, sigstore)
})
afterAll(() => sigstore.stop())

type AnyScenario = Scenario | BakeScenario

/** What the first run of a scenario that signs leaves: to sign it for each permission would take half of the time. */
const signedBefore = new Map<AnyScenario, Kept[]>()

interface Kept {
  readonly repository: Repository
  readonly blobs: ReadonlyMap<string, Uint8Array>
}

/** The repositories of all regions that a scenario pushes to, with what they hold. */
function keep({ store, caller }: Flow): Kept[] {
  const regions = [caller.region, OTHER_REGION]
  const repositories = regions.flatMap((region) => [
    ...store.registry(caller.account, region).repositories.values(),
  ])
  return repositories.map((repository) => {
    const digests = [...repository.images.values()].flatMap(({ blobs }) => blobs)
    const blobs = digests.map((digest) => [digest, blobOf(store, repository, digest)] as const)
    return { repository: copyOf(repository), blobs: new Map(blobs) }
  })
}

async function restore({ store }: Flow, kept: readonly Kept[]): Promise<void> {
  for (const { repository, blobs } of kept) {
    const own = copyOf(repository)
    store.registry(own.account, own.region).repositories.set(own.repository, own)
    for (const [digest, bytes] of blobs) await store.backend.putBlob(own, digest, bytes)
  }
}

function copyOf(repository: Repository): Repository {
  const images = [...repository.images].map(([digest, image]) => [digest, { ...image }] as const)
  return { ...repository, images: new Map(images), tags: new Map(repository.tags) }
}

function blobOf({ backend }: Store, repository: Repository, digest: string): Uint8Array {
  const bytes = backend instanceof MemoryBackend ? backend.blob(repository, digest) : undefined
  if (bytes === undefined) throw new Error(`${digest} is not in ${repository.arn}`)
  return bytes
}

/** One run of a scenario, with what a run before it has signed. */
class Run extends ScenarioRun {
  constructor() {
    super(workspace, sigstore)
  }

  async start(scenario: AnyScenario, denied?: Permission): Promise<void> {
    const digests = await this.prepare(scenario)
    const { flow } = this
    if (scenario.signs) {
      const before = signedBefore.get(scenario)
      if (before !== undefined) await restore(this.flow, before)
      else {
        await this.act(scenario, digests, '1', MINIMAL)
        signedBefore.set(scenario, keep(this.flow))
      }
    }
    flow.service.recorder.clear()
    if (denied !== undefined) flow.narrow = (policy) => without(policy, denied)
    await this.act(scenario, digests, '2', MINIMAL)
  }
}

/** A session policy that allows all but this. */
function without(policy: string, { action, resource }: Permission): string {
  const { Statement, ...rest } = JSON.parse(policy) as { Statement: Statement[] }
  const left = permissionsIn(Statement).filter((one) => one.action !== action || one.resource !== resource)
  return JSON.stringify({
    ...rest,
    Statement: left.map((one) => ({ Effect: 'Allow', Action: one.action, Resource: one.resource })),
  })
}

/** What the whole table was asked for, by all scenarios. */
const everAsked = new Set<string>()
/** Reasons to call that alone decided what is needed in some scenario: no other one would hide that they are wrong. */
const aloneAsked = new Set<Need>()
/** What was denied: of the scenarios of an action, the first one that needs a permission for the same reasons is enough. */
const denied = new Set<string>()

/** Whether nobody has seen yet what this action does without a permission that it needs for these reasons. */
function isNew(
  { action, signs, proven }: AnyScenario,
  uses: readonly Use[],
  permission: Permission,
): boolean {
  const reasons = needsOf(uses, permission).map((need) => PRIVATE.flatMap(({ needs }) => needs).indexOf(need))
  const key = JSON.stringify([action, signs, proven, permission, reasons])
  if (denied.has(key)) return false
  denied.add(key)
  return true
}

describe.each(Object.entries<AnyScenario>({ ...SCENARIOS, ...BAKE_SCENARIOS }))('%s', (_, scenario) => {
  test('is allowed by the policy of its inputs, and by nothing less', async () => {
    const whole = new Run()
    await whole.start(scenario)
    const allowed = permissionsIn(neededActions(whole.uses))
    expect(whole.asked.filter((permission) => !isAllowed(allowed, permission))).toEqual([])
    for (const permission of whole.asked) {
      everAsked.add(permission.action)
      const needs = needsOf(whole.uses, permission)
      const required = needs.filter(({ without }) => without === undefined)
      const [reason, ...more] = required.length > 0 ? required : needs
      if (reason !== undefined && more.length === 0) aloneAsked.add(reason)
    }

    const surprises: string[] = []
    for (const permission of allowed) {
      if (!whole.asked.some((asked) => isAllowed([permission], asked))) continue
      // The local ECR knows a blob that comes in one piece by the request that ends its upload, as docker's too.
      if (permission.action === 'ecr:UploadLayerPart') continue
      if (scenario.reportsBy === undefined && !isNew(scenario, whole.uses, permission)) continue
      const { said } = await denying(scenario, permission)
      const reports = scenario.reportsBy !== undefined && isAllowed([permission], scenario.reportsBy)
      const needed = reports ? 'optional' : necessity(whole.uses, permission)
      if (needed === 'optional' && said !== null) surprises.push(`${permission.action} is needed: ${said}`)
      // A registry's answer to a HEAD has no words.
      if (needed === 'required' && !said?.includes(permission.action) && !/HEAD \S+: 403/.test(said ?? '')) {
        surprises.push(`${permission.action} on ${permission.resource}: ${said ?? 'nobody missed it'}`)
      }
    }
    expect(surprises).toEqual([])
  })
})

/** @returns what the run without one permission says; null if it ends well */
async function denying(scenario: AnyScenario, permission: Permission): Promise<{ said: string | null }> {
  const less = new Run()
  try {
    await less.start(scenario, permission)
    return { said: null }
  } catch (error) {
    return { said: explain(error) }
  }
}

function necessity(uses: readonly Use[], permission: Permission) {
  const needs = needsOf(uses, permission)
  if (needs.length === 0) return 'none'
  return needs.some(({ without }) => without === undefined) ? 'required' : 'optional'
}

/** The reasons of the table for a permission. */
function needsOf(uses: readonly Use[], { action, resource }: Permission): Need[] {
  const row = PRIVATE.find((one) => one.action === action)
  if (row === undefined) return []
  const about = uses.filter(({ repository }) => row.on !== 'repository' || repository === resource)
  return row.needs.filter((need) =>
    about.some(({ features }) => necessityOf({ ...row, needs: [need] }, features) !== 'none'),
  )
}

/** What docker asks for, which the end-to-end tests have, and what the role is assumed with. */
const ELSEWHERE: readonly Feature[] = ['cache', 'cache-to', 'pull', 'pull-through', 'chained-role']

const isElsewhere = ({ any, askedByEcr }: Need) =>
  askedByEcr || any.every((some) => [some].flat().some((one) => ELSEWHERE.includes(one)))

afterAll(() => {
  const never = PRIVATE.filter(({ action, needs }) => !everAsked.has(action) && !needs.every(isElsewhere))
  expect(never.map(({ action }) => action)).toEqual([])
  const hidden = PRIVATE
    // What is part of every run hides the other reasons for the same call, and their rows need none of them.
    .filter(({ needs }) => !needs.some(({ any }) => any.includes('push') && any.includes('merge')))
    .flatMap(({ action, needs }) =>
      needs
        .filter((need) => !aloneAsked.has(need) && !isElsewhere(need))
        .map(({ says }) => `${action}: ${says}`),
    )
  expect(hidden).toEqual([])
})
