import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { callerOf, invoke, type ScanPlan, type Vulnerability } from '../../local-ecr/index.ts'
import { readMergeInputs } from '../../src/actions/merge/inputs.ts'
import { merge } from '../../src/actions/merge/run.ts'
import { readPromoteInputs } from '../../src/actions/promote/inputs.ts'
import { promote } from '../../src/actions/promote/run.ts'
import type { AfterInputs } from '../../src/inputs/after-push.ts'
import { NO_SCAN_RULES, type ScanRules } from '../../src/inputs/scan.ts'
import type { IgnoreItem } from '../../src/inputs/scan-ignore.ts'
import { ActionError, explain } from '../../src/shared/errors.ts'
import { Flow } from '../support/flow.ts'
import { putImage, putManifest } from '../support/flow-images.ts'
import { mainInputs } from '../support/inputs.ts'
import { sarifProblems } from '../support/sarif.ts'
import { indexType } from '../unit/local-ecr/images.ts'

// The rules of the gate over the local ECR's operations and the real SDK: basic and enhanced findings, many pages,
// several platforms, and the image before.

let flow: Flow
let folder: string

beforeEach(async () => {
  flow = new Flow()
  folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'gate-')))
  await invoke(flow.store, flow.caller, 'CreateRepository', { repositoryName: 'app' })
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

const scanning = (
  scanType: 'BASIC' | 'ENHANCED',
  scanFrequency: 'SCAN_ON_PUSH' | 'CONTINUOUS_SCAN' = 'SCAN_ON_PUSH',
) =>
  invoke(flow.store, flow.caller, 'PutRegistryScanningConfiguration', {
    scanType,
    rules: [{ scanFrequency, repositoryFilters: [{ filter: 'app', filterType: 'WILDCARD' }] }],
  })

const plan = (findings: readonly Vulnerability[], more: ScanPlan = {}, of = 'app') =>
  flow.store.scanPlans.set(of, { findings, ...more })

const vulnerability = (change: Partial<Vulnerability> = {}): Vulnerability => ({
  name: 'CVE-2026-1',
  severity: 'HIGH',
  package: 'openssl',
  version: '3.0.1',
  ...change,
})

const item = (change: Partial<IgnoreItem> = {}): IgnoreItem => ({
  name: 'CVE-2026-1',
  package: null,
  until: null,
  reason: 'not reachable',
  place: '.scan-ignore, line 3',
  ...change,
})

type Asked = Partial<Omit<AfterInputs, 'scan'>> & { readonly scan?: Partial<ScanRules> }

const afterOf = ({ scan = {}, ...after }: Asked): AfterInputs => ({
  ...mainInputs().after,
  ...after,
  scan: { ...NO_SCAN_RULES, ...scan },
})

/** @returns why the step failed; null if it did not */
async function run(asked: Asked, tags: readonly string[] = ['v1']): Promise<string | null> {
  try {
    await flow.run({ after: afterOf(asked), tags })
    return null
  } catch (error) {
    if (error instanceof ActionError) return explain(error)
    throw error
  }
}

const warnings = () => flow.log.filter((line) => line.startsWith('warning: '))

describe('what ECR tells decides, of basic and enhanced findings', () => {
  const SCORE = { scan: { minScore: 7 } }
  const FIXABLE = { scan: { onlyFixable: true } }
  test.each<[string, 'BASIC' | 'ENHANCED', Asked, Partial<Vulnerability>, boolean]>([
    ['the score of CVSS 3, over', 'BASIC', SCORE, { score: 7.5, severity: 'LOW' }, true],
    ['the score of CVSS 3, under', 'BASIC', SCORE, { score: 6.5, severity: 'CRITICAL' }, false],
    ['no score', 'BASIC', SCORE, {}, true],
    ['Inspector’s score, over', 'ENHANCED', SCORE, { score: 9.8 }, true],
    ['Inspector’s score, under', 'ENHANCED', SCORE, { score: 3.1 }, false],
    ['no score of Inspector’s', 'ENHANCED', SCORE, {}, true],
    ['no fix is told', 'BASIC', FIXABLE, {}, true],
    ['a fixed version', 'ENHANCED', FIXABLE, { fixedIn: '3.0.2' }, true],
    ['none', 'ENHANCED', FIXABLE, {}, false],
    ['neither fix nor none', 'ENHANCED', FIXABLE, { fixAvailable: null }, true],
    [
      'none in the first package, one in the second',
      'ENHANCED',
      FIXABLE,
      { fixAvailable: 'PARTIAL', alsoIn: [{ package: 'libssl3', version: '3.0.1', fixedIn: '3.0.2' }] },
      true,
    ],
    ['no version, and yet a fix', 'ENHANCED', FIXABLE, { fixAvailable: 'YES' }, true],
    ['severity and score', 'ENHANCED', { failOnSeverity: 'HIGH', scan: { minScore: 7 } }, { score: 7 }, true],
    [
      'severity, and not the score',
      'ENHANCED',
      { failOnSeverity: 'HIGH', scan: { minScore: 7 } },
      { score: 5 },
      false,
    ],
  ])('%s (%s): fails: %s', async (_, type, asked, change, fails) => {
    await scanning(type)
    plan([vulnerability(change)])
    expect((await run(asked)) !== null).toBe(fails)
    expect(flow.outputs['scan-findings']).toBe(JSON.stringify({ [change.severity ?? 'HIGH']: 1 }))
  })

  test('the error names the thresholds, what is not known, and each way out', async () => {
    await scanning('ENHANCED')
    plan([
      vulnerability({ fixAvailable: null }),
      vulnerability({ name: 'CVE-2026-2', score: 9, fixedIn: '2' }),
    ])
    const said = await run({ failOnSeverity: 'MEDIUM', scan: { minScore: 7, onlyFixable: true } })
    expect(said).toMatch(
      /^ECR found 2 vulnerabilities of MEDIUM severity or worse, with a CVSS score of 7 or more, that can be fixed in \S+: HIGH 2\.\nOf those that count, 1 has no CVSS score from ECR\.\nOf those that count, 1 counts although ECR does not say whether there is a fix\.\nWhat to do: .*raise fail-on-severity, raise scan-min-score, or list what is accepted in scan-ignore, with the reason\. /,
    )
    expect(flow.summary).toContain(
      '(<code>fail-on-severity: medium</code>, <code>scan-min-score: 7</code>, <code>scan-only-fixable: true</code>)',
    )
  })

  test('exploits and scores are shown if one is known', async () => {
    await scanning('ENHANCED')
    plan([
      vulnerability({ score: 9.8, exploit: 'YES' }),
      vulnerability({ name: 'CVE-2026-2', score: 5, exploit: 'NO' }),
    ])
    await run({ failOnSeverity: 'CRITICAL' })
    expect(flow.summary).toContain(
      '| Severity | Score | Vulnerability | Package | Installed | Exploit known |',
    )
    expect(flow.summary).toMatch(/<code>9\.8<\/code> \| <code>CVE-2026-1<\/code>.*<code>yes<\/code> \|/)
    expect(flow.summary).toMatch(/<code>5<\/code> \| <code>CVE-2026-2<\/code>.*<code>no<\/code> \|/)
  })

  test('what ECR counts and does not list fails, after it had time to be listed', async () => {
    await scanning('ENHANCED')
    plan([vulnerability()], { countedOnly: { HIGH: 2 } })
    const said = await run({ failOnSeverity: 'HIGH', scan: { ignore: [item()] } })
    expect(said).toContain('ECR found 2 vulnerabilities of HIGH severity or worse')
    expect(said).toContain('ECR counts 2 findings that it does not list, which nothing can ignore.')
    expect(flow.operations().filter((one) => one === 'DescribeImageScanFindings').length).toBeGreaterThan(3)
  })
})

describe('scan-ignore', () => {
  test('what is ignored is counted apart, and listed with its reason in log and summary', async () => {
    await scanning('BASIC')
    plan([vulnerability(), vulnerability({ name: 'CVE-2026-2', severity: 'LOW' })])
    const reason = 'no <b>TLS</b> | here'
    expect(
      await run({ failOnSeverity: 'LOW', scan: { ignore: [item({ reason, until: '9999-12-31' })] } }),
    ).toContain('ECR found 1 vulnerability of LOW severity or worse')
    expect(flow.outputs).toMatchObject({ 'scan-findings': '{"LOW":1}', 'scan-ignored': '{"HIGH":1}' })
    expect(JSON.parse(flow.outputs['json'] ?? '')).toMatchObject({ 'scan-ignored': { HIGH: 1 } })
    expect(flow.log).toContain(
      `Ignored until 9999-12-31: CVE-2026-1 in openssl (.scan-ignore, line 3): ${reason}`,
    )
    expect(flow.log.find((line) => line.startsWith('Scanned in'))).toMatch(/: found LOW 1; ignored HIGH 1$/)
    expect(flow.summary).toContain('Scan: found LOW 1; ignored HIGH 1 (')
    expect(flow.summary).toContain('| Severity | Vulnerability | Package | Until | In scan-ignore | Reason |')
    expect(flow.summary).toContain('no &#60;b&#62;TLS&#60;/b&#62; &#124; here |')
    expect(warnings()).toEqual([])
  })

  test('all ignored: the gate passes', async () => {
    await scanning('ENHANCED')
    plan([vulnerability({ alsoIn: [{ package: 'libssl3', version: '3.0.1' }] })])
    expect(await run({ failOnSeverity: 'LOW', scan: { ignore: [item({ package: '*ssl*' })] } })).toBeNull()
    expect(flow.outputs).toMatchObject({ 'scan-findings': '{}', 'scan-ignored': '{"HIGH":1}' })
    expect(flow.summary).toContain('- ✅ Passed: Scan: found nothing; ignored HIGH 1')
  })

  test('one warning lists what has expired and what matches nothing', async () => {
    await scanning('BASIC')
    plan([vulnerability()])
    const unmatched = Array.from({ length: 12 }, (_, at) =>
      item({ name: `CVE-2020-${at}`, place: `line ${at + 2}` }),
    )
    const ignore = [item({ until: '2020-01-31', place: 'line 1' }), ...unmatched]
    expect(await run({ failOnSeverity: 'HIGH', scan: { ignore } })).toContain('ECR found 1 vulnerability')
    expect(warnings()).toEqual([
      expect.stringMatching(
        /^warning: scan-ignore: 1 item has expired, and ignores nothing: CVE-2026-1 \(line 1, until 2020-01-31\); 12 items match no finding of this image: CVE-2020-0 \(line 2\), .*, CVE-2020-9 \(line 11\), and 2 more$/,
      ),
    ])
  })

  test('a scan that does not end says nothing of the items', async () => {
    await scanning('BASIC')
    plan([], { underWay: 10_000 })
    const ignore = [item({ until: '2020-01-31' })]
    expect(await run({ failOnSeverity: 'HIGH', scanTimeoutSeconds: 5, scan: { ignore } })).toContain(
      'has not ended within scan-timeout',
    )
    expect([warnings(), flow.outputs['scan-ignored']]).toEqual([[], undefined])
  })
})

describe('scan-baseline: previous', () => {
  const NEW = { failOnSeverity: 'HIGH', scan: { baseline: 'previous' } } as const
  const OLD = vulnerability()
  const FRESH = vulnerability({ name: 'CVE-2026-2' })

  /** An image under tags, with what its scan found, before the run. */
  async function imageBefore(
    tags: readonly string[],
    findings: readonly Vulnerability[],
    more: ScanPlan = {},
  ) {
    const digest = await flow.put(tags, 'before')
    plan(findings, more, digest)
    return digest
  }

  test('fails for what is new alone, and says with what it compares', async () => {
    await scanning('ENHANCED', 'CONTINUOUS_SCAN')
    const digest = await imageBefore(['v1'], [OLD])
    plan([OLD, FRESH])
    const said = await run(NEW)
    expect(said).toContain('ECR found 1 new vulnerability of HIGH severity or worse')
    expect(flow.outputs).toMatchObject({ 'scan-findings': '{"HIGH":2}', 'scan-new': '{"HIGH":1}' })
    expect(flow.log).toContain(`scan-baseline: compared with v1 (${digest})`)
    expect(flow.summary).toContain('; new HIGH 1 (')
    expect(flow.summary).toMatch(
      /CVE-2026-2<\/code>.*<code>yes<\/code> \|\n.*CVE-2026-1<\/code>.*<code>no<\/code> \|/,
    )
  })

  test('passes if nothing is new, also in another version of the package', async () => {
    await scanning('BASIC')
    await imageBefore(['v1'], [OLD])
    plan([vulnerability({ version: '3.0.9' })])
    expect(await run(NEW)).toBeNull()
    expect(flow.outputs).toMatchObject({ 'scan-findings': '{"HIGH":1}', 'scan-new': '{}' })
  })

  test('the end of an item, and a fix that arrives, fail what the image before had', async () => {
    await scanning('ENHANCED')
    const unfixed = { name: 'CVE-2026-2', package: 'zlib' }
    await imageBefore(['v1'], [OLD, vulnerability({ ...unfixed, fixAvailable: 'NO' })])
    plan([OLD, vulnerability({ ...unfixed, fixedIn: '1.3.1' })])
    const ignore = [item({ until: '2020-01-31' })]
    const said = await run({ scan: { onlyFixable: true, baseline: 'previous', ignore } })
    expect(said).toContain('ECR found 1 new vulnerability that can be fixed')
    expect(flow.outputs['scan-new']).toBe('{"HIGH":2}')
    expect(flow.log).toContain(
      'scan-baseline: of what that image had, these count as new: 1 that did not meet the thresholds in it, 1 that an expired item of scan-ignore names',
    )
  })

  test('it is the image under the first of the tags that exists, asked before the build', async () => {
    await scanning('BASIC')
    const digest = await imageBefore(['latest'], [OLD])
    await flow.put(['other'], 'another')
    plan([OLD])
    let asked: string[] = []
    flow.afterBuild = () => {
      asked = flow.operations()
    }
    expect(await run(NEW, ['sha-1', 'latest', 'other'])).toBeNull()
    expect(flow.log).toContain(`scan-baseline: compared with latest (${digest})`)
    expect(asked).toContain('DescribeImageScanFindings')
  })

  test.each<[string, () => Promise<unknown>, string]>([
    ['no image before', async () => undefined, 'no image is under any of the tags before this run'],
    [
      'an archived one',
      async () => {
        const digest = await imageBefore(['v1'], [OLD])
        const image = flow.store.get(flow.place).images.get(digest)
        if (image !== undefined) image.status = 'ARCHIVED'
      },
      'v1 \\(sha256:\\w+\\) is archived',
    ],
    ...(
      [
        ['SCAN_ELIGIBILITY_EXPIRED', 'the image is too old for Amazon Inspector to scan'],
        ['FINDINGS_UNAVAILABLE', 'Amazon Inspector does not give its findings to ECR'],
        ['FAILED', 'the scan failed'],
        ['UNSUPPORTED_IMAGE', 'the image is of a kind that is not scanned'],
        ['LIMIT_EXCEEDED', 'a quota of scans is used up'],
        ['PENDING', 'the scan has not begun'],
        ['IN_PROGRESS', 'the scan is running'],
      ] as const
    ).map(([status, why]): [string, () => Promise<unknown>, string] => [
      `a scan that is ${status}`,
      () => imageBefore(['v1'], [OLD], { status }),
      `there are no findings of v1 \\(sha256:\\w+\\): ${why} \\(${status}\\)`,
    ]),
    [
      'a scan that is not there',
      async () => {
        const digest = await imageBefore(['v1'], [OLD])
        delete flow.store.get(flow.place).images.get(digest)?.scan
      },
      'there are no findings of v1 \\(sha256:\\w+\\): ECR knows of no scan of it',
    ],
  ])('%s: everything is new, and a line says so', async (_, prepare, why) => {
    await scanning('ENHANCED')
    await prepare()
    plan([OLD])
    expect(await run(NEW)).toContain('ECR found 1 new vulnerability')
    expect(flow.log).toContainEqual(
      expect.stringMatching(new RegExp(`^scan-baseline: ${why}, so that every finding is new$`)),
    )
    expect(flow.outputs['scan-new']).toBe('{"HIGH":1}')
  })

  test('findings that may not be read fail nothing before the build', async () => {
    await scanning('BASIC')
    await imageBefore(['v1'], [OLD])
    plan([OLD])
    const match = { operation: 'DescribeImageScanFindings' }
    flow.service.faults.order({ match, effect: { kind: 'deny' }, times: 1 })
    expect(await run(NEW)).toContain('ECR found 1 new vulnerability')
    expect(flow.log).toContainEqual(
      expect.stringMatching(/^scan-baseline: the findings of v1 .* are not known: /),
    )
  })

  test('the very same image has nothing new, and a line says why', async () => {
    await scanning('BASIC')
    plan([OLD])
    await flow.put(['v1'])
    expect(await run(NEW)).toBeNull()
    expect(flow.log).toContainEqual(
      expect.stringMatching(
        /^scan-baseline: compared with v1 \(\S+\), which is this very image, as no tag names another one$/,
      ),
    )
  })

  test.each<[AfterInputs['gate'], readonly string[], boolean]>([
    ['after-push', ['sha1', 'latest'], true],
    ['before-tags', ['sha1', 'latest'], true],
    ['before-tags', ['latest', 'sha1'], true],
    ['before-tags', ['sha1', 'none'], false],
  ])(
    'with %s and %j, the image under sha1 is not compared with itself if there is another one: refused: %s',
    async (gate, tags, refused) => {
      await scanning('BASIC')
      const digest = await imageBefore(['latest'], [OLD])
      plan([OLD, FRESH])
      await flow.put(['sha1'])
      const said = await run({ ...NEW, gate }, tags)
      expect(said ?? 'passed').toMatch(refused ? 'ECR found 1 new vulnerability' : /^passed$/)
      if (refused) expect(flow.log).toContain(`scan-baseline: compared with latest (${digest})`)
      const isTold = flow.log.some((line) => line.startsWith('scan-baseline without gate: before-tags: '))
      expect(isTold).toBe(gate === 'after-push')
    },
  )

  test('of a scan that has no result, nobody reads what another image had', async () => {
    await scanning('BASIC')
    const digest = await imageBefore(['latest'], [OLD])
    plan([], { status: 'FAILED' })
    await flow.put(['sha1'])
    expect(await run(NEW, ['sha1', 'latest'])).toContain('ECR has no scan result')
    const asked = flow.service.recorder.requests.filter(({ operation }) => /Findings$/.test(operation))
    expect(asked).not.toEqual([])
    expect(JSON.stringify(asked)).not.toContain(digest)
    expect(flow.log).toContain('Scan: FAILED')
    expect(flow.outputs).toMatchObject({ 'scan-status': 'FAILED' })
  })

  test.each<[AfterInputs['gate'], boolean]>([
    ['before-tags', true],
    ['after-push', false],
  ])('a rerun of what was refused, with gate: %s: refused too: %s', async (gate, refused) => {
    await scanning('BASIC')
    await imageBefore(['v1'], [OLD])
    plan([OLD, FRESH])
    for (const fails of [true, refused]) {
      const said = await run({ ...NEW, gate })
      expect(said === null ? 'passed' : said).toMatch(fails ? 'ECR found 1 new vulnerability' : /^passed$/)
    }
  })

  test('a repository that this run creates has no image before', async () => {
    await invoke(flow.store, flow.caller, 'DeleteRepository', { repositoryName: 'app' })
    await scanning('BASIC')
    plan([OLD])
    expect(await run(NEW)).toContain('ECR found 1 new vulnerability')
    expect(flow.log).toContain(
      'scan-baseline: no image is under any of the tags before this run, so that every finding is new',
    )
  })
})

describe('scan-report', () => {
  const report = () => ({
    file: path.join(folder, 'out/scan.sarif'),
    within: folder,
    dockerfile: 'app/Dockerfile',
  })

  test.each<[string, AfterInputs['failOnSeverity'], boolean]>([
    ['a gate that fails', 'HIGH', true],
    ['a gate that passes', 'CRITICAL', false],
  ])('%s writes it', async (_, failOnSeverity, fails) => {
    await scanning('ENHANCED')
    plan([vulnerability({ score: 8.1, description: 'Bad.' }), vulnerability({ name: 'CVE-2026-2' })])
    const ignore = [item({ name: 'CVE-2026-2' })]
    expect((await run({ failOnSeverity, scan: { ignore, report: report() } })) !== null).toBe(fails)
    expect(flow.outputs['scan-report']).toBe(report().file)
    const log = JSON.parse(readFileSync(report().file, 'utf8'))
    expect(sarifProblems(log)).toEqual([])
    expect(log.runs[0].results).toMatchObject([
      {
        ruleId: 'CVE-2026-1',
        locations: [{ physicalLocation: { artifactLocation: { uri: 'app/Dockerfile' } } }],
      },
    ])
    const findings = JSON.parse(readFileSync(path.join(folder, 'out/scan.findings.json'), 'utf8'))
    expect(findings.findings).toHaveLength(2)
  })

  test('no report of half a scan', async () => {
    await scanning('BASIC')
    plan([], { underWay: 10_000 })
    await run({ failOnSeverity: 'HIGH', scanTimeoutSeconds: 5, scan: { report: report() } })
    expect(flow.outputs['scan-report']).toBeUndefined()
  })

  test('one that cannot be written fails the step, beside the verdict', async () => {
    await scanning('BASIC')
    plan([vulnerability()])
    const file = path.join(folder, 'a'.repeat(300))
    const said = await run({ failOnSeverity: 'HIGH', scan: { report: { ...report(), file } } })
    expect(said).toContain('ECR found 1 vulnerability')
    expect(said).toContain('scan-report: the report cannot be written to ')
    expect(flow.summary).toContain('- ❌ Failed: Scan: found HIGH 1')
  })
})

test('thousands of findings on many pages are all read', async () => {
  await scanning('ENHANCED')
  const many = Array.from({ length: 4500 }, (_, at) => vulnerability({ name: `CVE-${at}`, severity: 'LOW' }))
  plan([...many, vulnerability()])
  expect(await run({ failOnSeverity: 'HIGH', scan: { ignore: [item()] } })).toBeNull()
  expect(flow.operations().filter((one) => one === 'DescribeImageScanFindings')).toHaveLength(5)
  expect(flow.outputs).toMatchObject({ 'scan-findings': '{"LOW":4500}', 'scan-ignored': '{"HIGH":1}' })
})

describe('the sibling actions have the same gate', () => {
  const read = (given: Record<string, string>) => ({
    get: (name: string) => given[name] ?? '',
    env: {},
    cwd: folder,
  })
  const usual = { repository: 'app', 'aws-region': callerOf().region, 'fail-on-severity': 'high' }

  async function failureOf(work: Promise<void>): Promise<string | null> {
    return work.then(
      () => null,
      (error: unknown) => explain(error),
    )
  }

  test('promote: what is new under the tag that it moves', async () => {
    await scanning('ENHANCED')
    const old = await flow.put(['prod'], 'old')
    plan([vulnerability()], {}, old)
    const next = await flow.put(['rc'], 'next')
    plan([vulnerability(), vulnerability({ name: 'CVE-2026-2' })], {}, next)
    const given = { ...usual, source: 'rc', tags: 'prod', 'scan-baseline': 'previous' }
    const inputs = readPromoteInputs(read(given))
    expect(await failureOf(flow.within((world) => promote(inputs, world)))).toContain(
      'ECR found 1 new vulnerability',
    )
    expect(flow.log).toContain(`scan-baseline: compared with prod (${old})`)

    // The tag names the new one by now.
    const accepted = { ...given, 'scan-baseline': '', 'scan-ignore': 'CVE-2026-1 one\nCVE-2026-2 two' }
    expect(
      await failureOf(flow.within((world) => promote(readPromoteInputs(read(accepted)), world))),
    ).toBeNull()
    expect(flow.outputs['scan-ignored']).toBe('{"HIGH":2}')
  })

  test('promote: with the tag that it is promoted from first, what is new under the next one', async () => {
    await scanning('BASIC')
    const old = await flow.put(['prod'], 'old')
    plan([], {}, old)
    plan([vulnerability()], {}, await flow.put(['rc'], 'next'))
    const given = { ...usual, source: 'rc', tags: 'rc\nprod', 'scan-baseline': 'previous' }
    expect(await failureOf(flow.within((world) => promote(readPromoteInputs(read(given)), world)))).toContain(
      'ECR found 1 new vulnerability',
    )
    expect(flow.log).toContain(`scan-baseline: compared with prod (${old})`)
  })

  test('merge: of every platform, each compared with all platforms of the image before', async () => {
    await scanning('ENHANCED')
    const platforms = ['amd64', 'arm64'].map((architecture) => ({ os: 'linux', architecture }))
    const parts = async (more: object) =>
      Promise.all(platforms.map((platform) => putImage(flow, 'app', { ...platform, ...more })))
    const old = await parts({ 'os.version': '1' })
    const index = {
      schemaVersion: 2,
      mediaType: indexType,
      manifests: old.map((one, at) => ({ ...one, platform: platforms[at] })),
    }
    await putManifest(flow, 'app', index, 'v1')
    plan([vulnerability()], {}, old[0]?.digest)
    plan([], { status: 'FAILED' }, old[1]?.digest)
    const next = await parts({})
    // The first one had it for the other platform; the second one is new.
    plan([vulnerability({ package: 'zlib' })], {}, next[0]?.digest)
    plan([vulnerability()], {}, next[1]?.digest)
    const given = {
      ...usual,
      tags: 'v1',
      digests: next.map(({ digest }) => digest).join('\n'),
      'scan-report': 'scan.sarif',
      'scan-baseline': 'previous',
    }
    const failure = await failureOf(flow.within((world) => merge(readMergeInputs(read(given)), world)))
    expect(failure).toContain('ECR found 1 new vulnerability of HIGH severity or worse')
    expect(flow.log).toContainEqual(
      expect.stringMatching(
        /^scan-baseline: compared with v1 \(sha256:\w+\), without the findings of sha256:\w+ \(linux\/arm64\): the scan failed \(FAILED\)$/,
      ),
    )
    const log = JSON.parse(readFileSync(path.join(folder, 'scan.sarif'), 'utf8'))
    expect(sarifProblems(log)).toEqual([])
    // The repository's name stands for the Dockerfile, of which merge knows nothing.
    const [fresh, known] = log.runs[0].results
    expect(
      [fresh, known].map(({ baselineState, properties }) => [baselineState, properties.platform]),
    ).toEqual([
      ['new', 'linux/amd64'],
      ['unchanged', 'linux/arm64'],
    ])
    expect(fresh.locations[0].physicalLocation.artifactLocation.uri).toBe('app')
  })
})
