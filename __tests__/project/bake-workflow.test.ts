// biome-ignore-all lint/suspicious/noTemplateCurlyInString: expressions of GitHub's
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, jest, test } from '@jest/globals'
import { buildxFolder } from '../../dev/engine/index.ts'
import { parseList } from '../../src/inputs/list.ts'
import { runStepScript, type ScriptRun } from '../support/scripts.ts'
import {
  type Contexts,
  evaluateIf,
  evaluateMap,
  type Job,
  readWorkflow,
  type Step,
} from '../support/workflows.ts'

// bake.yml and the workflow that it calls: their scripts in bash with jq, and what goes from job to job.
// e2e/workflows.test.ts runs them whole.

// The first run may have to fetch jq and buildx.
jest.setTimeout(120_000)

const platforms = readWorkflow('.github/workflows/bake-platforms.yml')
const bake = readWorkflow('.github/workflows/bake.yml')
const stepOf = (job: Job | undefined, id: string) => job?.steps?.find((step) => step.id === id) as Step
const run = (step: Step, contexts: Contexts) =>
  runStepScript(step, contexts, ({ status, log, outputs }: ScriptRun) => ({
    status,
    log: log.trim(),
    outputs,
  }))

const row = (target: string, platform: string, runner = 'ubuntu-latest') => ({ target, platform, runner })
const ROWS = [
  row('web', 'linux/amd64'),
  row('web', 'linux/arm64', 'ubuntu-24.04-arm'),
  row('api', 'linux/amd64'),
]

const planned = (include: readonly object[], given: Readonly<Record<string, string>> = {}) =>
  run(stepOf(platforms.jobs['plan'], 'jobs'), {
    steps: { definition: { outputs: { matrix: JSON.stringify({ include }) } } },
    inputs: { runners: '{}', attest: '', source: '', ...given },
    github: { server_url: given['server'] ?? 'https://github.com' },
  })

describe('the plan', () => {
  test('has a job for each target and platform, and one for each target that names its image', async () => {
    const { status, log, outputs } = await planned(ROWS, { runners: '{"linux/amd64":"mine"}' })
    expect({ status, log }).toEqual({ status: 0, log: '' })
    expect(JSON.parse(outputs['matrix'] ?? '')).toEqual({
      include: [
        { ...row('web', 'linux/amd64', 'mine'), index: 0 },
        { ...row('web', 'linux/arm64', 'ubuntu-24.04-arm'), index: 1 },
        { ...row('api', 'linux/amd64', 'mine'), index: 2 },
      ],
    })
    expect(JSON.parse(outputs['targets'] ?? '')).toEqual({
      include: [
        { target: 'web', at: 0, platforms: 'linux/amd64,linux/arm64', of: [0, 1] },
        { target: 'api', at: 1, platforms: 'linux/amd64', of: [2] },
      ],
    })
  })

  test('has jobs for a target that leaves no image, such as a test, and none that names it', async () => {
    const lint = { ...row('lint', 'linux/amd64'), image: false }
    const { status, log, outputs } = await planned([lint, ...ROWS.slice(0, 2)])
    expect({ status, log }).toEqual({ status: 0, log: '' })
    expect(JSON.parse(outputs['matrix'] ?? '').include).toHaveLength(3)
    expect(JSON.parse(outputs['targets'] ?? '').include).toEqual([
      { target: 'web', at: 0, platforms: 'linux/amd64,linux/arm64', of: [1, 2] },
    ])
  })

  const many = (count: number) => Array.from({ length: count }, (_, at) => row(`t${at}`, 'linux/amd64'))
  test('takes 40 jobs, for each of which there are outputs', async () => {
    expect((await planned(many(40))).status).toBe(0)
    expect(Object.keys(platforms.jobs['build']?.outputs ?? {})).toHaveLength(40)
    expect(Object.keys(bake.jobs['name']?.outputs ?? {})).toHaveLength(40)
  })

  test.each([
    '{{defaultContext}}:images',
    ` https://github.com/acme/shop.git#${'a'.repeat(40)}:images`,
    `https://github.com/acme/shop.git#${'a'.repeat(64)}`,
  ])('takes a definition of a commit: %s', async (source) => {
    const { status, log } = await planned(ROWS, { source, attest: 'provenance\nsbom' })
    expect({ status, log }).toEqual({ status: 0, log: '' })
  })

  test.each([
    ['41 jobs', many(41), {}, 'has 41 targets and platforms, and this workflow builds at most 40.'],
    ['nothing to push', [], {}, 'The definition has no target to push.'],
    [
      'tests alone',
      [{ ...row('lint', 'linux/amd64'), image: false }],
      {},
      'The definition has no target to push.',
    ],
    [
      'runners that are a list',
      ROWS,
      { runners: '[]' },
      'The input runners must be a JSON object from platforms to runners.',
    ],
    [
      'attest of something else',
      ROWS,
      { attest: 'provenance, slsa' },
      'The input attest must be empty, true, false or provenance, sbom (without quotes or comments), and has "slsa".',
    ],
    [
      'a definition of a branch',
      ROWS,
      { source: 'https://github.com/acme/shop.git#main:images' },
      'The input source must name a commit by its whole id',
    ],
    [
      'a definition of a default branch',
      ROWS,
      { source: 'https://github.com/acme/shop.git' },
      'The input source must name a commit by its whole id',
    ],
    [
      'attest on another server',
      ROWS,
      { attest: 'true', server: 'https://git.example.com' },
      'is for github.com alone',
    ],
    [
      'attest on a machine of one’s own',
      ROWS,
      { attest: 'provenance', runners: '{"linux/amd64":"mine"}' },
      'The input runners has "mine" for linux/amd64',
    ],
  ])('refuses %s', async (_, include, given, message) => {
    const { status, log, outputs } = await planned(include, given as Record<string, string>)
    expect({ failed: status !== 0, matrix: outputs['matrix'] }).toEqual({ failed: true, matrix: undefined })
    expect(log).toMatch(/^::error::.*$/)
    expect(log).toContain(message)
  })
})

test('the scan gate is asked of every image, and its inputs are checked before anything is built, as in build-push.yml', () => {
  const [first] = platforms.jobs['plan']?.steps ?? []
  const other = stepOf(readWorkflow('.github/workflows/build-platforms.yml').jobs['plan'], 'gate')
  expect({ run: first?.run, env: first?.env }).toEqual({ run: other.run, env: other.env })
  const ofGate = (given: object = {}) =>
    Object.entries(given).filter(([key]) => /^(?:scan-|gate$|fail-on-severity$)/.test(key))
  const calling = bake.jobs['build'] as unknown as { readonly with: object }
  const given = ofGate(stepOf(bake.jobs['name'], 'ecr').with)
  expect(given).toHaveLength(7)
  expect(ofGate(calling.with).sort()).toEqual(given.sort())
})

describe('what a job of the matrix sets', () => {
  const step = (id: string) => stepOf(platforms.jobs['build'], id)
  const overrides = async (set: string, target = 'web', platform = 'linux/arm64') => {
    const contexts = { inputs: { set }, matrix: { target, platform } }
    const asked = evaluateIf(step('set').if, contexts)
    const outputs = asked ? (await run(step('set'), contexts)).outputs : {}
    const given = evaluateMap(
      { set: step('ecr').with?.['set'] },
      { ...contexts, steps: { set: { outputs } } },
    )
    return parseList(given['set'] ?? '', 'lines').items.map(({ text }) => text)
  }

  const DEFINITION = {
    group: { default: { targets: ['web', 'api'] } },
    target: {
      web: { contexts: { base: 'target:base' } },
      api: { platforms: ['linux/amd64'] },
      base: { platforms: ['linux/amd64', 'linux/arm64'] },
    },
  }
  const [BOTH, ARM] = [['linux/amd64', 'linux/arm64'], ['linux/arm64']]
  test.each<[string, { web: string[]; base: string[] }]>([
    ['*.platform=linux/amd64\n*.platform=linux/arm64', { web: ARM, base: ARM }],
    ['"*.platform=linux/amd64,linux/arm64"', { web: ARM, base: ARM }],
    ['  [^b]?[a-c].platform+=linux/amd64\r\n*.no-cache=true', { web: ARM, base: BOTH }],
    ['web.platform.x=linux/amd64\nb*.platform=linux/amd64', { web: ARM, base: ['linux/amd64'] }],
  ])('are the platforms of docker’s own plan for it: %j', async (set, platformsOf) => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'bake-'))
    try {
      writeFileSync(path.join(folder, 'docker-bake.json'), JSON.stringify(DEFINITION))
      const sets = (await overrides(set)).map((one) => `--set=${one}`)
      const buildx = path.join(await buildxFolder(), 'docker-buildx')
      const options = { cwd: folder, env: { HOME: folder, PATH: process.env['PATH'] }, timeout: 60_000 }
      const { stdout } = await promisify(execFile)(buildx, ['bake', '--print', ...sets, 'web'], options)
      const { target } = JSON.parse(stdout)
      expect({ web: target.web.platforms, base: target.base.platforms }).toEqual(platformsOf)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  test('are all other lines as they are', async () => {
    const set = [
      '*.args.A=$(id) `id` "\\n',
      '# *.platform=linux/amd64',
      '"web.args.B=1',
      'web.platform=linux/s390x',
      '"',
      'web.args.web.platform=x',
      '*.args.C=${{ x }} ',
      'webs.platform=linux/amd64',
    ]
    expect(await overrides(set.join('\n'))).toEqual([
      '*.args.A=$(id) `id` "\\n',
      'web.args.B=1\nweb.platform=linux/s390x\n',
      'web.args.web.platform=x',
      '*.args.C=${{ x }}',
      'webs.platform=linux/amd64',
      'web.platform=linux/arm64',
    ])
  })
})

describe('what a job of the matrix has pushed', () => {
  const outputsOf = (images: string, index = 1) =>
    evaluateMap(platforms.jobs['build']?.outputs, {
      matrix: { target: 'web', index },
      steps: { ecr: { outputs: { images } } },
    })
  test('goes by its digest to the job that names it', () => {
    const images = JSON.stringify({ web: { 'digest-uri': 'host/shop/web@sha256:1' } })
    const given = Object.entries(outputsOf(images)).filter(([, value]) => value !== '')
    expect(given).toEqual([['uri-1', 'host/shop/web@sha256:1']])
  })
  test('is nothing if the step has failed', () => {
    expect(new Set(Object.values(outputsOf('')))).toEqual(new Set(['']))
  })
})

describe('the job that names an image', () => {
  const uri = (digit: string) => `host:5000/shop/web@sha256:${digit.repeat(64)}`
  const built = (outputs: object, tags = '') =>
    run(stepOf(bake.jobs['name'], 'built'), {
      needs: { build: { outputs } },
      matrix: { target: 'web', of: [0, 1] },
      inputs: { tags },
    })

  test('has repository and digests of what was built, and the tags of its target', async () => {
    const given = { 'uri-0': uri('1'), 'uri-1': uri('2'), 'uri-2': 'other', targets: '{}' }
    const { status, outputs } = await built(
      given,
      '{{target}}-v1\ntype=semver,pattern={{version}}\nx-{{ target\t}}\n\\{{target}}',
    )
    expect({ status, ...outputs }).toEqual({
      status: 0,
      repository: 'host:5000/shop/web',
      digests: [`sha256:${'1'.repeat(64)}`, `sha256:${'2'.repeat(64)}`].join('\n'),
      tags: 'web-v1\ntype=semver,pattern={{version}}\nx-web\n\\{{target}}',
    })
  })

  test.each([{ 'uri-0': uri('1') }, { 'uri-0': uri('1'), 'uri-1': 'host/shop/web:v1' }])(
    'ends if a platform is missing: %j',
    async (outputs) => {
      const { status, log } = await built(outputs)
      expect(status).not.toBe(0)
      expect(log).toBe('::error::Of the target web, not every platform has been pushed.')
    },
  )
})

test('the images of all targets are told by target', async () => {
  const image = async (target: string, outputs: object) => {
    const { outputs: put } = await run(stepOf(bake.jobs['name'], 'image'), {
      steps: { ecr: { outputs } },
      matrix: { target },
    })
    return put['image'] ?? ''
  }
  const web = {
    digest: 'sha256:1',
    'image-name': 'shop/web:v1',
    tags: 'v1\nlatest',
    version: 'v1',
    'platform-digests': '{"linux/amd64":"sha256:2"}',
    attested: 'true',
    attestations: '[]',
    'scan-status': 'COMPLETE',
    'scan-findings': '{"HIGH":1}',
    'scan-ignored': '',
    'scan-new': '',
  }
  // Its gate has kept it from its tags.
  const api = {
    digest: 'sha256:3',
    'image-name': 'shop/api@sha256:3',
    tags: '',
    version: 'v1',
    'scan-status': '',
  }
  const named = { 'image-0': await image('web', web), 'image-7': await image('api', api) }
  const { outputs } = await run(stepOf(bake.jobs['images'], 'all'), { needs: { name: { outputs: named } } })
  const { 'scan-ignored': _, 'scan-new': __, ...told } = web
  const { 'scan-status': ___, ...held } = api
  expect(JSON.parse(outputs['images'] ?? '')).toEqual({
    web: {
      ...told,
      tags: ['v1', 'latest'],
      'platform-digests': { 'linux/amd64': 'sha256:2' },
      attested: true,
      attestations: [],
      'scan-findings': { HIGH: 1 },
    },
    api: { ...held, tags: [] },
  })
  expect(outputs['digests']).toBe('web=sha256:1\napi=sha256:3')
})
