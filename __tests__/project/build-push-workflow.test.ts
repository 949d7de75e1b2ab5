// biome-ignore-all lint/suspicious/noTemplateCurlyInString: expressions of GitHub's
import { describe, expect, jest, test } from '@jest/globals'
import fc from 'fast-check'
import { readAfter } from '../../src/inputs/after-push.ts'
import { readAttest } from '../../src/inputs/attest.ts'
import { Reader } from '../../src/inputs/reader.ts'
import { signedNow } from '../../src/inputs/sbom-apart.ts'
import type { Problem } from '../../src/shared/errors.ts'
import { requiredBy } from '../support/builder.ts'
import { runStepScript } from '../support/scripts.ts'
import { EVERY_VARIANT, provingRows, rows } from '../support/variants.ts'
import {
  combinations,
  evaluate,
  evaluateMap,
  type Job,
  readWorkflow,
  type Step,
  type Trigger,
  type Workflow,
} from '../support/workflows.ts'

// build-push.yml and the workflow that it calls, job by job: scripts in bash with jq, expressions by GitHub's evaluator,
// and outputs put together as GitHub does for a matrix.

// The first run may have to fetch jq.
jest.setTimeout(120_000)

const plain = readWorkflow('.github/workflows/build-push.yml')
const attesting = readWorkflow('.github/workflows/build-push-attest.yml')
const platforms = readWorkflow('.github/workflows/build-platforms.yml')
const [plan, build] = ['plan', 'build'].map((key) => platforms.jobs[key] as Job) as [Job, Job]
const [calling, name] = ['build', 'name'].map((key) => plain.jobs[key] as Job) as [Job, Job]
const { workflow_call: called } = platforms.on as Readonly<Record<string, Trigger>>
const stepOf = (job: Job, id: string) => job.steps?.find((step) => step.id === id) as Step
const RUNNERS = '{"linux/amd64":"ubuntu-24.04","linux/arm64":"ubuntu-24.04-arm"}'

// Each value starts bash and a dozen of jq. Variants: as many more are tried with VARIANTS=all.
const RUNS = EVERY_VARIANT ? 40 : 15

const GITHUB = 'https://github.com'

const planned = (platforms: string, runners = RUNNERS, attest = '', server_url = GITHUB) =>
  runStepScript(
    stepOf(plan, 'plan'),
    { inputs: { platforms, runners, attest }, github: { server_url } },
    ({ status, log, outputs }) => ({
      status,
      log,
      outputs: evaluateMap(plan.outputs, { steps: { plan: { outputs } } }),
    }),
  )

interface Row {
  readonly platform: string
  readonly index: number
  readonly runner: string
}

async function rowsFor(platforms: string, runners?: string, attest?: string): Promise<Row[]> {
  const { status, log, outputs } = await planned(platforms, runners, attest)
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

  const everywhere = (runner: unknown) => JSON.stringify({ 'linux/amd64': runner })
  const OTHERS = [
    'self-hosted',
    'my-ubuntu-24.04',
    'ubuntu',
    'ubuntu-24.04 ',
    'ubuntu-24.04\nself-hosted',
    ['self-hosted', 'ubuntu-24.04'],
    ['ubuntu-24.04'],
    { group: 'ubuntu-24.04' },
    7,
  ].map((runner) => [runner] as const)

  test.each(OTHERS)('with attest, refuses a runner that may not be GitHub’s: %j', async (runner) => {
    // Variants: 'takes of attest what the action takes' has any other.
    for (const attest of rows(
      [' sbom ,\n provenance'],
      ['provenance', 'sbom', ' true\n', 'provenance,sbom', 'TRUE'],
    )) {
      const { status, log, outputs } = await planned('linux/amd64', everywhere(runner), attest)
      expect({ attest, failed: status !== 0, matrix: outputs['matrix'] }).toEqual({
        attest,
        failed: true,
        matrix: '',
      })
      expect(log).toContain(
        `::error::With attest, each platform is built on a GitHub-hosted runner (ubuntu-…, windows-… or macos-…), as the signature is worth what the machine of the build is worth. The input runners has ${JSON.stringify(runner)} for linux/amd64`,
      )
    }
  })

  // Variants: without attest, the script looks at no runner; a name, a list and a group are one each.
  const taken = provingRows(
    OTHERS,
    ([runner]) => ['self-hosted', 'ubuntu-24.04'].includes(String(runner)) || typeof runner === 'object',
  )
  test.each(taken)('without attest, takes the runner %j', async (runner) => {
    for (const attest of rows([' FALSE\n'], ['', 'false'])) {
      expect(await rowsFor('linux/amd64', everywhere(runner), attest)).toEqual([
        { platform: 'linux/amd64', index: 0, runner },
      ])
    }
  })

  // One of each: letters, a word, a separator, a boolean beside another, quotes, a comment, what a log would read.
  // Variants: 'takes of attest what the action takes' below makes such ones.
  const refused = rows(
    [
      ['provenance, Sbom'],
      ['provenence'],
      ['provenance sbom'],
      ['true, provenance'],
      ['"sbom"'],
      ['# sbom'],
      ['::warning::\u2028'],
    ],
    [
      ['Provenance'],
      ['SBOM'],
      ['false,sbom'],
      ['true\nfalse'],
      ['tRUE'],
      ['yes'],
      ['1'],
      ['null'],
      ['type=sbom'],
    ],
  )
  test.each(refused)('refuses attest %j before anything is built', async (attest) => {
    const { status, log, outputs } = await planned('linux/amd64', RUNNERS, attest)
    expect({ failed: status !== 0, matrix: outputs['matrix'] }).toEqual({ failed: true, matrix: '' })
    expect(log).toContain(
      '::error::The input attest must be empty, true, false or provenance, sbom (without quotes or comments), and has "',
    )
    expect(log.trim().split('\n')).toHaveLength(1)
  })

  test.each(['https://octo.ghe.com', 'https://git.example.com'])(
    'with attest, refuses %s, for whose trust root there is no input',
    async (server) => {
      // Variants: 'takes of attest what the action takes' has any other.
      for (const attest of rows(['sbom'], ['provenance', 'True'])) {
        const { status, log, outputs } = await planned('linux/amd64', RUNNERS, attest, server)
        expect({ failed: status !== 0, matrix: outputs['matrix'] }).toEqual({ failed: true, matrix: '' })
        expect(log).toContain(
          `::error::With attest, this workflow is for github.com alone, and this is ${server}: `,
        )
      }
      for (const attest of rows(['FALSE'], [''])) {
        expect(await planned('linux/amd64', RUNNERS, attest, server)).toMatchObject({ status: 0, log: '' })
      }
    },
  )

  test('takes of attest what the action takes, and both jobs read it as that does', async () => {
    const item = fc.constantFrom('provenance', 'sbom', 'true', 'True', 'FALSE', 'false', 'SBOM', 'x')
    const blank = fc.constantFrom('', ' ', '\t', '\r\n')
    const between = fc.constantFrom(',', ' , ', '\n', ',\n', ' ')
    const given = fc
      .tuple(fc.array(item, { maxLength: 3 }), between, blank, blank)
      .map(([items, comma, before, after]) => before + items.join(comma) + after)
    await fc.assert(
      fc.asyncProperty(given, async (attest) => {
        const problems: Problem[] = []
        const get = (input: string) => (input === 'attest' ? attest : '')
        const { what } = readAttest(new Reader({ get, env: {}, cwd: '/' }, problems))
        const { status } = await planned('linux/amd64', RUNNERS, attest)
        expect({ attest, taken: status === 0 }).toEqual({ attest, taken: problems.length === 0 })
        if (status !== 0) return
        const inputs = { attest }
        const asBuilt = evaluate(String(stepOf(build, 'ecr').with?.['attest']), { inputs })
        expect(asBuilt).toBe(
          what.length === 0 ? 'false' : what.includes('sbom') ? 'provenance,sbom' : 'provenance',
        )
        expect(evaluateMap(name.env, { inputs })['SIGNS']).toBe(String(what.length > 0))
      }),
      { numRuns: RUNS },
    )
  })

  // Variants: each is one of GitHub's names by the same pattern.
  test.each(
    rows(['ubuntu-latest-16-cores', 'windows-2025', 'macos-15'], ['ubuntu-latest', 'ubuntu-24.04-arm']),
  )('with attest, takes %s', async (runner) => {
    expect(await rowsFor('linux/amd64,linux/arm64', everywhere(runner), 'provenance')).toEqual([
      { platform: 'linux/amd64', index: 0, runner },
      { platform: 'linux/arm64', index: 1, runner: 'ubuntu-latest' },
    ])
  })
})

describe('the inputs of the scan gate, before anything is built', () => {
  const checked = (given: Readonly<Record<string, string>>) => {
    const inputs = Object.fromEntries(Object.keys(called?.inputs ?? {}).map((key) => [key, given[key] ?? '']))
    return runStepScript(stepOf(plan, 'gate'), { inputs }, ({ status, log }) => ({ status, log }))
  }
  /** What the action that names the image says of them. */
  const saidByAction = (given: Readonly<Record<string, string>>) => {
    const problems: Problem[] = []
    const get = (input: string) => given[input] ?? ''
    const registryType = get('repository').startsWith('public.ecr.aws/') ? 'public' : 'private'
    readAfter(new Reader({ get, env: {}, cwd: '/' }, problems), { registryType })
    return problems
  }

  test('are checked in the job that all builds wait for, and given to the action that uses them', () => {
    expect(plan.steps?.[0]?.id).toBe('gate')
    expect(build['needs' as keyof Job]).toBe('plan')
    const read = Object.values(stepOf(plan, 'gate').env ?? {}).filter(
      (value) => !value.includes('repository'),
    )
    const { with: given = {} } = stepOf(name, 'ecr')
    expect(read.toSorted()).toEqual(
      Object.entries(given)
        .filter(([key]) => /^(?:scan-|gate$|fail-on-severity$)/.test(key))
        .map(([, value]) => value)
        .toSorted(),
    )
  })

  test('promote.yml checks the same, before it waits for an approval', () => {
    const jobs = readWorkflow('.github/workflows/promote.yml').jobs as Readonly<
      Record<string, Job & { readonly needs?: string; readonly environment?: string }>
    >
    const [first, promoting] = ['plan', 'promote'].map((key) => jobs[key])
    expect([first?.environment, promoting?.needs]).toEqual([undefined, 'plan'])
    const { run, env } = stepOf(first as Job, 'gate')
    const { run: same, env: given } = stepOf(plan, 'gate')
    expect(run).toBe(same)
    expect(env).toEqual({ ...given, REPOSITORY: '${{ inputs.repository || inputs.source }}' })
  })

  const HIGH = { 'fail-on-severity': 'high' }
  test.each<[string, Record<string, string>, string]>([
    ['a severity', { 'fail-on-severity': 'severe' }, 'fail-on-severity must be critical, high, '],
    ['a score', { 'scan-min-score': '7,5' }, 'scan-min-score must be a number from 0 to 10 '],
    ['no boolean', { 'scan-only-fixable': 'yes' }, 'scan-only-fixable must be true or false, '],
    ['a baseline', { ...HIGH, 'scan-baseline': 'latest' }, 'scan-baseline must be previous, '],
    ['a gate', { ...HIGH, gate: 'before' }, 'gate must be after-push or before-tags, '],
    ['a timeout', { ...HIGH, 'scan-timeout': '0' }, 'scan-timeout must be a whole number of seconds '],
    [
      'a timeout that the job does not last',
      { ...HIGH, 'scan-timeout': '3001' },
      'scan-timeout must be a whole number of seconds from 1 to 3000, as the job that scans ends after an hour, ',
    ],
    ['a gate without a threshold', { gate: 'before-tags' }, 'gate: before-tags needs fail-on-severity, '],
    ['a list without one', { 'scan-ignore': 'CVE-1 why' }, 'scan-ignore needs fail-on-severity, '],
    [
      'a file',
      { ...HIGH, 'scan-ignore': '.scan-ignore' },
      'scan-ignore, line 1, ".scan-ignore": has no reason; ',
    ],
    ['no reason', { ...HIGH, 'scan-ignore': '# a\n\nCVE-1 until=2027-01-01' }, 'scan-ignore, line 3, '],
    ['a day', { ...HIGH, 'scan-ignore': 'CVE-1 until=2027-02-29 why' }, 'scan-ignore, line 1, '],
    [
      'an attribute in a reason',
      { ...HIGH, 'scan-ignore': 'CVE-1 exp:2022-12-31' },
      'scan-ignore, line 1, "CVE-1 exp:2022-12-31": its reason reads as an attribute; ',
    ],
    [
      'a pattern',
      { ...HIGH, 'scan-ignore': 'CVE-* all' },
      'scan-ignore, line 1, "CVE-* all": has * in its name',
    ],
    ['ECR Public', { ...HIGH, repository: 'public.ecr.aws/a/b' }, 'fail-on-severity, scan-min-score or '],
  ])('wrong: %s', async (_, given, message) => {
    const { status, log } = await checked(given)
    expect(status).not.toBe(0)
    expect(log).toContain(`::error::The input ${message}`)
    expect(log.trim().split('\n')).toHaveLength(1)
  })

  test('all mistakes are told at once, and no more than 20 of them', async () => {
    const lines = Array.from({ length: 30 }, (_, at) => `CVE-${at}`).join('\r\n')
    const { log } = await checked({ ...HIGH, gate: '100%', 'scan-ignore': lines })
    expect(log.trim().split('\n')).toHaveLength(21)
    expect(log).toContain('::error::The input gate must be after-push or before-tags, and is "100%25"\n')
    expect(log).toContain('::error::The input 11 more such mistakes\n')
  })

  test.each<[string, string]>([
    ['"CVE-1 why"\nCVE-3', 'scan-ignore, line 2, "CVE-3": has no reason; '],
    ['"CVE-1 one\nCVE-2"\n\nCVE-3', 'scan-ignore, line 4, "CVE-3": has no reason; '],
    ['CVE-1 why\n"CVE-3"', 'scan-ignore, line 2, "CVE-3": has no reason; '],
    ['CVE-1 why\n"CVE-3 why', 'scan-ignore, line 2, "\\"CVE-3 why": begins with a quote, so that '],
    ['"CVE-1 why" not', 'scan-ignore, line 1, "\\"CVE-1 why\\" not": begins with a quote, so that '],
  ])('an item that is quoted as a whole hides no mistake: %j', async (list, message) => {
    const { status, log } = await checked({ ...HIGH, 'scan-ignore': list })
    expect(status).not.toBe(0)
    expect(log).toContain(`::error::The input ${message}`)
    expect(log.trim().split('\n')).toHaveLength(1)
  })

  test('as many items as the environment of a step can have are no burden', async () => {
    const lines = Array.from({ length: 2500 }, (_, at) => `CVE-2026-${at} until=2099-12-31 why not`)
    const { status, log } = await checked({ ...HIGH, 'scan-ignore': lines.join('\n') })
    expect({ status, log }).toEqual({ status: 0, log: '' })
  })

  test('are taken as the action takes them', async () => {
    const word = fc.constantFrom(
      ...[
        'why',
        'not',
        '-',
        '.',
        '#',
        'é',
        'a,b',
        'see:',
        'see:x',
        'https://a.example/b',
        'owner=me',
        '=',
        ':',
      ],
      ...[
        'package=',
        'package=lib*',
        'package=a',
        "package='a'",
        `package=${'p'.repeat(257)}`,
        `package=${'\u{1F4E6}'.repeat(129)}`,
        'PACKAGE=a',
      ],
      ...[
        'until=2028-02-29',
        'until=2027-02-29',
        'until=2027-13-01',
        'until=1',
        'until',
        '2027-01-01',
        'exp',
      ],
      ...['pkg: a', 'my-package=b', 'packages = c', 'expires', 'exp:2022-12-31', '(x=1)'],
    )
    const blank = fc.constantFrom(' ', '  ', '\t')
    const item = fc
      .tuple(
        fc.constantFrom(
          ...['CVE-1', 'CVE-2,CVE-3', '# CVE-4', '', 'CVE-*', 'CVE-5\u200B', '\uFEFFCVE-6', 'CVE-7\u0085'],
          ...['"CVE-8', '""CVE-9', '"# CVE-10', '"', ' "CVE-11'],
        ),
        fc.array(fc.tuple(blank, word), { maxLength: 5 }),
      )
      .map(([first, rest]) => `${first}${rest.flat().join('')}`)
    // A quote may close an item in its line, in a later one, or never.
    const line = fc
      .tuple(item, fc.constantFrom('', '', '', '"', '" ', '""', '" x', '"\r', '\r'))
      .map(([text, end]) => `${text}${end}`)
    const list = fc.array(line, { maxLength: 4 }).map((items) => items.join('\n'))
    const given = fc.record({
      repository: fc.constantFrom('app', 'app', 'app', 'public.ecr.aws/a/app'),
      'fail-on-severity': fc.constantFrom('high', ' High ', '', 'severe', 'cr\u0131t\u0131cal'),
      'scan-min-score': fc.constantFrom('', '', '7', '10.0', '10.1', '7,5', '.5', '07'),
      'scan-only-fixable': fc.constantFrom('', 'true', 'FALSE', 'yes'),
      'scan-baseline': fc.constantFrom('', 'previous', 'Previous'),
      'scan-timeout': fc.constantFrom('', '60', '0', '1e3'),
      gate: fc.constantFrom('', 'after-push', 'before-tags', 'before'),
      'scan-ignore': list,
    })
    const right = {
      repository: 'app',
      'fail-on-severity': 'high',
      'scan-min-score': '',
      'scan-only-fixable': '',
    }
    const lists = list.map((one) => ({
      ...right,
      'scan-baseline': '',
      'scan-timeout': '',
      gate: '',
      'scan-ignore': one,
    }))
    await fc.assert(
      fc.asyncProperty(fc.oneof(given, lists), async (inputs) => {
        const { status } = await checked(inputs)
        expect({ inputs, taken: status === 0 }).toEqual({ inputs, taken: saidByAction(inputs).length === 0 })
      }),
      { numRuns: RUNS },
    )
  })
})

/** What the job of one platform puts out, as GitHub takes it: what is empty is left out. */
function outputsOf(row: Row, digest: string): Record<string, string> {
  const steps = { ecr: { outputs: { digest } } }
  return Object.fromEntries(
    Object.entries(evaluateMap(build.outputs, { matrix: row, steps })).filter(([, value]) => value !== ''),
  )
}

/** What merge gets of its input `digests`, read as it reads it, by way of the outputs of the called workflow. */
function merged(ofJob: Readonly<Record<string, string>>): string[] {
  const values = Object.entries(called?.outputs ?? {}).map(([key, { value }]) => [key, value])
  const outputs = evaluateMap(Object.fromEntries(values), { jobs: { build: { outputs: ofJob } } })
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
  const NOTHING = { what: [], sbom: null, sigstore: 'auto', signingConfig: null, trustedRoot: null } as const
  const BUILDKITS = { from: 'build' } as const

  test('signs in the job that names the image, which runs no step of the caller’s', () => {
    const { with: given = {}, uses } = stepOf(name, 'ecr')
    expect(name.steps).toHaveLength(1)
    expect(uses).toMatch(/^OWNER\/ecr-build-push\/merge@/)
    expect(evaluate(String(given['attest']), { inputs: { attest: 'provenance' } })).toBe('provenance')
    expect(name.permissions).toEqual({ 'id-token': 'write' })
    expect(name['runs-on']).toBe('ubuntu-latest')
  })

  test.each([plain, attesting])('$name has no other job that could sign in its name', ({ jobs }) => {
    const own = Object.entries(jobs).filter(([, { uses }]) => uses === undefined)
    expect(own.map(([key]) => key)).toEqual(['name'])
    expect(jobs['build']?.uses).toBe('OWNER/ecr-build-push/.github/workflows/build-platforms.yml@v1')
  })

  test('gives to the build what the caller has given, each under its own name', () => {
    const same = (names: readonly string[], of: string) =>
      Object.fromEntries(names.map((key) => [key, `\${{ ${of}.${key} }}`]))
    expect(calling.with).toEqual(same(Object.keys(called?.inputs ?? {}), 'inputs'))
    expect(calling.secrets).toEqual(same(Object.keys(called?.secrets ?? {}), 'secrets'))
    const own = (plain.on as Readonly<Record<string, Trigger>>)['workflow_call']?.inputs ?? {}
    for (const [key, input] of Object.entries(called?.inputs ?? {})) {
      if (key !== 'attest') expect({ key, ...input }).toEqual({ key, ...own[key] })
    }
  })

  /** What the action reads it as. @throws InputError if it is none */
  const signedWith = (attest: string) => {
    const reader = new Reader({ get: (input) => (input === 'attest' ? attest : ''), env: {}, cwd: '/' })
    const { what } = readAttest(reader)
    reader.finish()
    return what
  }
  const ATTEST = ['', 'false', ' FALSE\n', 'provenance', 'true', ' True\n', 'sbom', 'provenance,sbom']
  const MORE = ['sbom\nprovenance', '# no\nsbom', 'sbom,sbom', '"provenance"']

  test.each([...ATTEST, ...MORE])(
    'with attest: %j, the job of a platform signs provenance if the image is signed at all, and of an SBOM nothing',
    (attest) => {
      const { with: given = {} } = stepOf(build, 'ecr')
      expect(given['push-by-digest']).toBe(true)
      const signed = signedWith(attest)
      const inner = signedWith(evaluate(String(given['attest']), { inputs: { attest } }))
      const expected = signed.includes('sbom')
        ? ['provenance', 'sbom']
        : signed.length > 0
          ? ['provenance']
          : []
      expect(inner).toEqual(expected)
      const now = signedNow({ pushByDigest: true, attest: { ...NOTHING, what: inner, sbom: BUILDKITS } })
      expect(now.attest.what).toEqual(expected.filter((what) => what === 'provenance'))
      expect(evaluate(String(given['sigstore']), { inputs: { sigstore: 'github' } })).toBe('github')
    },
  )

  test.each([...ATTEST, ...MORE])(
    'with attest: %j, takes no digest but of a build of the called workflow on a GitHub-hosted runner, if it signs',
    (attest) => {
      const policy = requiredBy(name, attest, 'c'.repeat(40))
      expect({ attest, required: policy !== null }).toEqual({
        attest,
        required: signedWith(attest).length > 0,
      })
      if (policy === null) return
      // A certificate has the whole ref of what uses: calls by its short one.
      const [, path, tag] = /^OWNER\/ecr-build-push\/(.+)@(v\d+)$/.exec(calling.uses ?? '') ?? []
      expect(policy).toMatchObject({
        repository: 'octo-org/demo',
        workflow: `OWNER/ecr-build-push/${path}`,
        workflowRef: `refs/tags/${tag}`,
        commit: 'c'.repeat(40),
        runner: 'github-hosted',
      })
    },
  )

  test('asks for the provenance of the builds by nothing that a job of theirs puts out', () => {
    const { with: given = {} } = stepOf(name, 'ecr')
    const text = `${given['require-provenance']} ${JSON.stringify(name.env)}`
    const contexts = [...text.matchAll(/\b(env|needs|steps|github|inputs|vars)\.([\w-]+)/g)].map(
      ([one]) => one,
    )
    expect([...new Set(contexts)].sort()).toEqual(['env.SIGNS', 'github.sha', 'inputs.attest'])
  })

  test('asks for no more of its callers than before it could sign', () => {
    const asked = ({ jobs }: Workflow) =>
      Object.entries(jobs).map(([key, { permissions = {} }]) => [key, permissions])
    expect(asked(plain)).toEqual([
      ['build', { contents: 'read', 'id-token': 'write' }],
      ['name', { 'id-token': 'write' }],
    ])
    expect(asked(platforms)).toEqual([
      ['plan', {}],
      ['build', { contents: 'read', 'id-token': 'write' }],
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

test.each(['compression', 'compression-level', 'max-size', 'reproducible', 'pull-registries'])(
  '%s gets to the build of each platform',
  (input) => {
    const given = `\${{ inputs.${input} }}`
    expect(calling.with?.[input]).toBe(given)
    expect(stepOf(build, 'ecr').with?.[input]).toBe(given)
  },
)

test('the logins to other registries get to the build of each platform as a secret, and nowhere else', () => {
  expect(calling.secrets?.['registry-auth']).toBe('${{ secrets.registry-auth }}')
  expect(stepOf(build, 'ecr').with?.['registry-auth']).toBe('${{ secrets.registry-auth }}')
  const uses = (workflow: Workflow) => JSON.stringify(workflow).match(/secrets\.registry-auth/g)
  for (const workflow of [plain, attesting, platforms]) expect(uses(workflow)).toHaveLength(1)
})
