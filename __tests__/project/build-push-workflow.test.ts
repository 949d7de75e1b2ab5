// biome-ignore-all lint/suspicious/noTemplateCurlyInString: expressions of GitHub's
import { describe, expect, jest, test } from '@jest/globals'
import fc from 'fast-check'
import { Reader } from '../../src/inputs/reader.ts'
import { runStepScript } from '../support/scripts.ts'
import {
  combinations,
  evaluate,
  evaluateMap,
  type Job,
  readWorkflow,
  type Step,
} from '../support/workflows.ts'

// build-push.yml, job by job: its scripts in bash with jq, its expressions by GitHub's evaluator, and outputs put
// together as GitHub does for a matrix.

// The first run may have to fetch jq.
jest.setTimeout(120_000)

const { jobs } = readWorkflow('.github/workflows/build-push.yml')
const [plan, build, name] = ['plan', 'build', 'name'].map((key) => jobs[key] as Job) as [Job, Job, Job]
const stepOf = (job: Job, id: string) => job.steps?.find((step) => step.id === id) as Step
const RUNNERS = '{"linux/amd64":"ubuntu-24.04","linux/arm64":"ubuntu-24.04-arm"}'

const planned = (platforms: string, runners = RUNNERS) =>
  runStepScript(stepOf(plan, 'plan'), { inputs: { platforms, runners } }, ({ status, log, outputs }) => ({
    status,
    log,
    outputs: evaluateMap(plan.outputs, { steps: { plan: { outputs } } }),
  }))

interface Row {
  readonly platform: string
  readonly index: number
  readonly runner: string
}

async function rowsFor(platforms: string, runners?: string): Promise<Row[]> {
  const { status, log, outputs } = await planned(platforms, runners)
  expect({ status, log }).toEqual({ status: 0, log: '' })
  return combinations(build, { needs: { plan: { outputs } } }) as unknown as Row[]
}

describe('the plan', () => {
  test('has a row for each platform, with its runner', async () => {
    expect(await rowsFor('linux/amd64,linux/arm64, linux/s390x')).toEqual([
      { platform: 'linux/amd64', index: 0, runner: 'ubuntu-24.04' },
      { platform: 'linux/arm64', index: 1, runner: 'ubuntu-24.04-arm' },
      { platform: 'linux/s390x', index: 2, runner: 'ubuntu-latest' },
    ])
  })

  test.each([
    ['lines', 'linux/amd64\nlinux/arm64\n'],
    ['a platform that is given twice', 'linux/amd64,linux/arm64,linux/amd64'],
    ['empty items', ' ,linux/amd64,, linux/arm64 ,'],
  ])('takes %s', async (_, platforms) => {
    expect((await rowsFor(platforms)).map(({ platform }) => platform)).toEqual(['linux/amd64', 'linux/arm64'])
  })

  const many = (count: number) => Array.from({ length: count }, (_, at) => `linux/p${at}`).join()

  test('takes 20 platforms, for each of which the build has an output', async () => {
    expect(await rowsFor(many(20))).toHaveLength(20)
    expect(Object.keys(build.outputs ?? {})).toHaveLength(20)
  })

  test.each([
    [
      '21 platforms',
      many(21),
      RUNNERS,
      '::error::The input platforms names 21, and this workflow builds at most 20.',
    ],
    ['no platform', ' , ', RUNNERS, '::error::The input platforms names none.'],
    [
      'runners that are no JSON',
      'linux/amd64',
      'ubuntu-latest',
      '::error::The input runners must be a JSON object from platforms to runners.',
    ],
    [
      'runners that are no object',
      'linux/amd64',
      '["ubuntu-latest"]',
      '::error::The input runners must be a JSON object from platforms to runners.',
    ],
  ])('%s fail, and say why', async (_, platforms, runners, message) => {
    const { status, log, outputs } = await planned(platforms, runners)
    expect(status).not.toBe(0)
    expect(log.trim()).toBe(message)
    expect(outputs['matrix']).toBe('')
  })
})

/** What the job of one platform puts out, as GitHub takes it: what is empty is left out. */
function outputsOf(row: Row, digest: string): Record<string, string> {
  const steps = { ecr: { outputs: { digest } } }
  return Object.fromEntries(
    Object.entries(evaluateMap(build.outputs, { matrix: row, steps })).filter(([, value]) => value !== ''),
  )
}

/** What merge gets of its input `digests`, read as it reads it. */
function merged(outputs: Readonly<Record<string, string>>): string[] {
  const { digests = '' } = evaluateMap(
    { digests: stepOf(name, 'ecr').with?.['digests'] },
    { needs: { build: { outputs } } },
  )
  const get = (input: string) => (input === 'digests' ? digests : '')
  return new Reader({ get, env: {}, cwd: '/' }).list('digests', 'words')
}

const digestOf = (index: number) => `sha256:${String(index).padStart(64, '0')}`

describe('the digests', () => {
  test('come to merge, all of them and in the order of the platforms, whichever job ends first', async () => {
    const all = await rowsFor(
      'a/0,a/1,a/2,a/3,a/4,a/5,a/6,a/7,a/8,a/9,a/10,a/11,a/12,a/13,a/14,a/15,a/16,a/17,a/18,a/19',
    )
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.infiniteStream(fc.nat()), (count, chances) => {
        const rows = all.slice(0, count)
        const ending = rows
          .map((row) => ({ row, when: chances.next().value as number }))
          .sort((one, other) => one.when - other.when)
        let outputs: Record<string, string> = {}
        for (const { row } of ending) outputs = { ...outputs, ...outputsOf(row, digestOf(row.index)) }
        expect(merged(outputs)).toEqual(rows.map(({ index }) => digestOf(index)))
      }),
    )
  })

  test('of a run whose failed jobs were repeated: those that had succeeded stay, the others are new', async () => {
    const rows = await rowsFor('linux/amd64,linux/arm64')
    const [amd64, arm64] = rows as [Row, Row]
    const first = outputsOf(amd64, digestOf(1))
    const second = outputsOf(arm64, digestOf(2))
    expect(merged({ ...first, ...second })).toEqual([digestOf(1), digestOf(2)])
  })

  test('of a job that has pushed nothing are none', async () => {
    const [row] = (await rowsFor('linux/amd64')) as [Row]
    expect(outputsOf(row, '')).toEqual({})
  })
})

test('merge is told which platforms have to be there', () => {
  const { with: given = {} } = stepOf(name, 'ecr')
  expect(evaluate(String(given['platforms']), { inputs: { platforms: 'linux/amd64' } })).toBe('linux/amd64')
})

describe('the builder that others can trust', () => {
  const attesting = readWorkflow('.github/workflows/build-push-attest.yml')
  const plain = readWorkflow('.github/workflows/build-push.yml')

  test('signs in the job that names the image, which runs no step of the caller’s', () => {
    const { with: given = {}, uses } = stepOf(name, 'ecr')
    expect(name.steps).toHaveLength(1)
    expect(uses).toMatch(/^OWNER\/ecr-build-push\/merge@/)
    expect(evaluate(String(given['attest']), { inputs: { attest: 'provenance' } })).toBe('provenance')
    expect(name.permissions).toEqual({ 'id-token': 'write' })
  })

  test.each([
    ['', 'false'],
    ['provenance', 'false'],
    ['true', 'false'],
    ['sbom', 'sbom'],
    ['provenance,sbom', 'sbom'],
    ['provenance\nsbom', 'sbom'],
  ])('with attest: %j, the job of a platform signs nothing (%s)', (attest, expected) => {
    const { with: given = {} } = stepOf(build, 'ecr')
    expect(given['push-by-digest']).toBe(true)
    expect(evaluate(String(given['attest']), { inputs: { attest } })).toBe(expected)
  })

  test('asks for no more of its callers than before it could sign', () => {
    expect(Object.entries(plain.jobs).map(([key, { permissions = {} }]) => [key, permissions])).toEqual([
      ['plan', {}],
      ['build', { contents: 'read', 'id-token': 'write' }],
      ['name', { 'id-token': 'write' }],
    ])
  })

  test('build-push-attest.yml is the same, but for GitHub’s own store', () => {
    const own = structuredClone(attesting) as unknown as Changeable
    expect(own.jobs['name']?.permissions).toEqual({ 'id-token': 'write', attestations: 'write' })
    delete own.jobs['name']?.permissions['attestations']
    const { attest } = own.on.workflow_call.inputs
    expect(attest?.default).toBe('provenance')
    if (attest !== undefined) attest.default = ''
    expect({ ...own, name: plain.name }).toEqual(plain)
  })

  interface Changeable {
    readonly jobs: Record<string, { permissions: Record<string, string> }>
    readonly on: { readonly workflow_call: { readonly inputs: Record<string, { default?: string }> } }
  }
})
