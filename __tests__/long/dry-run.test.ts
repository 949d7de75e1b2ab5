import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { examplesIn } from '../../dev/docs.ts'
import { root } from '../../dev/runner.ts'
import { writeSigstoreFiles } from '../../dev/sigstore/job.ts'
import { type Sigstore, startSigstore } from '../../dev/sigstore/services.ts'
import type { RecordedRequest, Repository } from '../../local-ecr/index.ts'
import type { Statement } from '../../src/aws/policy.ts'
import type { DryRunPlan, PlannedRepository } from '../../src/report/plan.ts'
import { writesIn } from '../support/access.ts'
import type { Flow } from '../support/flow.ts'
import { isAllowed, permissionsIn, permissionsOf } from '../support/iam.ts'
import { OTHER_REGION, SCENARIOS } from '../support/permission-scenarios.ts'
import { ScenarioRun } from '../support/scenario-run.ts'

// Every run of the table of permissions, first with dry-run: that writes nothing, and the run behind it writes what the
// plan said, and is allowed by the policy that the dry run gave.

jest.setTimeout(60_000)

let workspace = ''
let sigstore: Sigstore
beforeAll(async () => {
  workspace = mkdtempSync(path.join(tmpdir(), 'dry-run-'))
  writeFileSync(path.join(workspace, 'Dockerfile'), 'FROM scratch\n')
  sigstore = await startSigstore()
  writeSigstoreFiles(workspace, sigstore)
})
afterAll(async () => {
  await sigstore.stop()
  rmSync(workspace, { recursive: true })
})

interface Policy {
  readonly Statement: readonly Statement[]
}

/** What the dry runs of the table ask AWS for. */
const asked = new Set<string>()

const cases = Object.entries(SCENARIOS).filter(([, { action }]) => action !== 'verify')

describe.each(cases)('%s', (_, scenario) => {
  test('is planned without a write, and done as planned', async () => {
    const run = new ScenarioRun(workspace, sigstore)
    const { flow } = run
    const digests = await run.prepare(scenario)
    const { recorder } = flow.service
    recorder.clear()
    const before = repositoriesOf(flow)
    await run.act(scenario, digests, '1', { 'dry-run': 'true' })

    expect(writesIn(recorder.requests)).toEqual([])
    expect(recorder.requests.filter(({ method = 'GET' }) => !/^(?:GET|HEAD)$/.test(method))).toEqual([])
    expect(repositoriesOf(flow)).toEqual(before)
    expect(flow.dockerCalls.filter((call) => call !== 'inspect')).toEqual([])
    expect(flow.outputs).toMatchObject({ pushed: 'false' })
    const plan = JSON.parse(flow.outputs['plan'] ?? '') as DryRunPlan
    expect(plan).toMatchObject({ problems: [], unknown: [] })
    expect(plan.attest?.does ?? null).toBe(scenario.signs ? 'sign' : null)
    for (const { action } of recorder.requests.flatMap(permissionsOf)) asked.add(action)
    const allowed = permissionsIn((JSON.parse(flow.outputs['iam-policy'] ?? '') as Policy).Statement)
    expect(run.asked.filter((one) => !isAllowed(allowed, one))).toEqual([])

    recorder.clear()
    await run.act(scenario, digests, '1')
    expect(run.asked.filter((one) => !isAllowed(allowed, one))).toEqual([])
    const after = repositoriesOf(flow)
    expect(callsIn(recorder.requests)).toEqual(plan.repositories.flatMap(callsOf).sort())
    expect(
      recorder.requests.some(({ operation }) => operation === 'StartImageScan') && plan.scan === null,
    ).toBe(false)
    for (const planned of plan.repositories) {
      const [was, is] = [before.get(String(planned.uri)), after.get(String(planned.uri))]
      expect(was !== undefined).toBe(planned.state === 'exists')
      expect(tagChanges(planned, was, is)).toEqual(planned.tags.map(({ tag, change }) => `${tag}: ${change}`))
      const sends = planned.image === 'push' || planned.image === 'copy' || plan.attest?.does === 'sign'
      expect(`${planned.uri} ${newImages(was, is).length > 0}`).toBe(`${planned.uri} ${sends}`)
    }
    // Nothing else has changed.
    const others = [...after].filter(([uri]) => !plan.repositories.some((one) => one.uri === uri))
    expect(new Map(others)).toEqual(new Map(others.map(([uri]) => [uri, before.get(uri)])))
  })
})

// It is the policy of a role for dry runs: no less, and no more.
afterAll(() => {
  const [policy] = examplesIn(readFileSync(path.join(root, 'docs', 'dry-run.md'), 'utf8')).filter(
    ({ language }) => language === 'json',
  )
  const { Statement } = JSON.parse(policy?.text ?? '') as Policy
  expect([...asked].sort()).toEqual(
    permissionsIn(Statement)
      .map(({ action }) => action)
      .sort(),
  )
})

type Held = Omit<Repository, 'images' | 'tags'> & {
  readonly images: readonly string[]
  readonly tags: Readonly<Record<string, string>>
}

/** All repositories of the flow's ECR, by URI. */
function repositoriesOf({ store, caller }: Flow): Map<string, Held> {
  return new Map(
    [caller.region, OTHER_REGION].flatMap((region) =>
      [...store.registry(caller.account, region).repositories.values()].map(
        (repository) =>
          [
            repository.uri,
            {
              ...repository,
              images: [...repository.images.keys()],
              tags: Object.fromEntries(repository.tags),
            },
          ] as const,
      ),
    ),
  )
}

const newImages = (was: Held | undefined, is: Held | undefined) =>
  (is?.images ?? []).filter((digest) => !was?.images.includes(digest))

/** What became of the tags, in the words of a plan; those that it says nothing of are only told if they changed. */
function tagChanges({ tags }: PlannedRepository, was: Held | undefined, is: Held | undefined): string[] {
  const planned = tags.map(({ tag, change, names }) => {
    const [old, now] = [was?.tags[tag] ?? null, is?.tags[tag]]
    if (now === undefined) return `${tag}: absent`
    if (old !== names) return `${tag} named ${old} and not ${names}`
    if (old === null) return `${tag}: create`
    // A build may come to what is there.
    return `${tag}: ${old === now && change === 'keep' ? 'keep' : 'move'}`
  })
  const more = Object.entries(is?.tags ?? {}).filter(
    ([tag, digest]) => was?.tags[tag] !== digest && !tags.some((one) => one.tag === tag),
  )
  return [...planned, ...more.map(([tag]) => `${tag}: not planned`)]
}

/** The calls that make or change a repository itself. */
function callsIn(requests: readonly RecordedRequest[]): string[] {
  const changes = requests.filter(
    ({ side, operation }) => side === 'api' && /^(?:Create|Set|Tag|Put(?!Image$))/.test(operation),
  )
  return (
    changes
      .flatMap(permissionsOf)
      // What ECR itself does with a key is no call of the run.
      .filter(({ action }) => !action.startsWith('kms:'))
      .map(({ action, resource }) => `${action} on ${resource}`)
      .sort()
  )
}

const CALLS: Readonly<Record<string, string>> = {
  'image-tag-mutability': 'PutImageTagMutability',
  'scan-on-push': 'PutImageScanningConfiguration',
  'repository-tags': 'TagResource',
  'lifecycle-policy': 'PutLifecyclePolicy',
  'repository-policy': 'SetRepositoryPolicy',
}
/** What comes with the creation. */
const CREATED_WITH = ['image-tag-mutability', 'scan-on-push', 'encryption-type', 'repository-tags']

/** The calls that a plan stands for. */
function callsOf({ uri, state, settings, changes }: PlannedRepository): string[] {
  const [, account, region, name] = /^(\d+)\.dkr\.ecr\.([^.]+)\.[^/]+\/(.*)$/.exec(uri ?? '') ?? []
  const operations = [
    ...(state === 'create' ? ['CreateRepository'] : []),
    ...Object.keys(settings).flatMap((input) =>
      CREATED_WITH.includes(input) ? [] : (CALLS[input] ?? input),
    ),
    ...changes.map(({ input }) => CALLS[input] ?? input),
  ]
  return operations.map(
    (operation) => `ecr:${operation} on arn:aws:ecr:${region}:${account}:repository/${name}`,
  )
}
