import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
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
      /^ECR found 2 vulnerabilities of MEDIUM severity or worse, with a CVSS score of 7 or more, that can be fixed in \S+: HIGH 2\.\nOf those that count, 1 has no CVSS score from ECR\.\nOf those that count, 1 counts although ECR does not say whether there is a fix\.\nWhat to do: .*raise fail-on-severity, raise scan-min-score or list what is accepted in scan-ignore, with the reason\. /,
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
    // Nobody knows which packages they are in, and no item could name them.
    expect(said).toContain(
      'What to do: run the job again, as ECR may list them by then, build on a newer base image or raise fail-on-severity. ',
    )
    expect(flow.operations().filter((one) => one === 'DescribeImageScanFindings').length).toBeGreaterThan(3)
  })
})

describe('what others wrote of the findings', () => {
  test('the worst of more than the tables show is among those that they show', async () => {
    await scanning('BASIC')
    const twenty = Array.from({ length: 20 }, (_, at) =>
      vulnerability({ name: `CVE-2026-${1000 + at}`, score: 7 }),
    )
    plan([...twenty, vulnerability({ name: 'CVE-2026-9999', score: 8.9 })])
    await run({ failOnSeverity: 'HIGH' })
    const rows = flow.log.filter((line) => /^\| HIGH/.test(line))
    expect(rows).toHaveLength(20)
    expect(rows[0]).toMatch(/^\| HIGH +\| 8\.9 +\| CVE-2026-9999/)
    expect(flow.log).toContain('… and 1 more, in ECR')
    expect(flow.summary).toContain('CVE-2026-9999')
  })

  test('nothing of it turns the direction of the log, or is unseen in it', async () => {
    await scanning('BASIC')
    plan([
      vulnerability({ package: 'zlib\u202Egpj\u200B' }),
      vulnerability({ name: 'CVE-2026-2', severity: 'LOW' }),
    ])
    const ignore = [item({ name: 'CVE-2026-2', reason: 'not\u2066 here' })]
    await run({ failOnSeverity: 'HIGH', scan: { ignore } })
    expect(flow.log.some((line) => line.includes('zlib gpj'))).toBe(true)
    expect(flow.log.some((line) => line.endsWith(': not  here'))).toBe(true)
    expect(flow.log.filter((line) => /\p{Cf}/u.test(line))).toEqual([])
  })

  test('a long reason is cut between its words, and no secret in it is halved', async () => {
    await scanning('BASIC')
    plan([vulnerability()])
    const ignore = [item({ reason: `${'so '.repeat(95)}${'x'.repeat(40)} more` })]
    await run({ failOnSeverity: 'HIGH', scan: { ignore } })
    const line = flow.log.find((one) => one.startsWith('Ignored: ')) ?? ''
    expect(line).toMatch(/(so ){94}so… \(330 characters\)$/)
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

  test('an item that names a finding in other letters is told so', async () => {
    await scanning('BASIC')
    plan([vulnerability()])
    await run({ failOnSeverity: 'HIGH', scan: { ignore: [item({ name: 'cve-2026-1', place: 'line 1' })] } })
    expect(warnings()).toEqual([
      'warning: scan-ignore: 1 item matches no finding of this image: cve-2026-1 (line 1, in other letters than CVE-2026-1)',
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

  test.each<[string, Partial<ScanPlan>, string]>([
    [
      'of which ECR shows nothing',
      { hollow: 1000 },
      'of which ECR shows no finding, as of an image without any',
    ],
    [
      'of which ECR counts more than it lists',
      { countedOnly: { HIGH: 3 } },
      'without 3 of its findings, which ECR counts and does not list',
    ],
  ])('an image before %s: the line says so', async (_, more, why) => {
    await scanning('ENHANCED')
    const digest = await imageBefore(['v1'], [], more)
    plan([OLD])
    expect(await run(NEW)).toContain('ECR found 1 new vulnerability')
    expect(flow.log).toContain(`scan-baseline: compared with v1 (${digest}), ${why}`)
  })

  test('what the tags name is asked once, for gate and summary, and both compare with the same image', async () => {
    await scanning('BASIC')
    plan([OLD])
    await flow.put(['v1'])
    const other = await imageBefore(['latest'], [OLD])
    flow.service.recorder.clear()
    let asked: string[] = []
    flow.afterBuild = () => {
      asked = flow.operations()
    }
    expect(await run(NEW, ['v1', 'latest'])).toBeNull()
    expect(asked.filter((one) => one === 'DescribeImages')).toHaveLength(1)
    expect(flow.log).toContain(`scan-baseline: compared with latest (${other})`)
    expect(flow.debug).toContain(`The size is compared with latest, ${other}`)
  })

  test('another image that is archived is not stepped over for this very image', async () => {
    await scanning('BASIC')
    plan([OLD])
    await flow.put(['v1'])
    const digest = await imageBefore(['latest'], [OLD])
    const image = flow.store.get(flow.place).images.get(digest)
    if (image !== undefined) image.status = 'ARCHIVED'
    expect(await run(NEW, ['v1', 'latest'])).toContain('ECR found 1 new vulnerability')
    expect(flow.log).toContain(`scan-baseline: latest (${digest}) is archived, so that every finding is new`)
    expect(flow.debug).toContain('The size is compared with nothing')
  })

  test('what the tags name may not be asked: everything is new', async () => {
    await scanning('BASIC')
    await imageBefore(['v1'], [OLD])
    plan([OLD])
    for (const operation of ['DescribeImages', 'BatchGetImage'])
      flow.service.faults.order({ match: { operation }, effect: { kind: 'deny' }, times: 1 })
    expect(await run(NEW)).toContain('ECR found 1 new vulnerability')
    expect(flow.log).toContain(
      'scan-baseline: what the tags name before this run is not known, so that every finding is new',
    )
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

  test('no report of half a scan, and none of an earlier run either', async () => {
    await scanning('BASIC')
    plan([], { underWay: 10_000 })
    const left = [report().file, path.join(folder, 'out/scan.findings.json')]
    mkdirSync(path.dirname(report().file))
    for (const file of left) writeFileSync(file, 'of an earlier run')
    await run({ failOnSeverity: 'HIGH', scanTimeoutSeconds: 5, scan: { report: report() } })
    expect(flow.outputs['scan-report']).toBeUndefined()
    expect(left.filter((file) => existsSync(file))).toEqual([])
  })

  test('one of an earlier run that cannot be removed fails before the build', async () => {
    await scanning('BASIC')
    mkdirSync(report().file, { recursive: true })
    const said = await run({ failOnSeverity: 'HIGH', scan: { report: report() } })
    expect(said).toMatch(/^scan-report: what an earlier run has left cannot be removed from .*scan\.sarif: /)
    expect(flow.store.get(flow.place).images.size).toBe(0)
  })

  test('one that cannot be written fails the step, beside the verdict', async () => {
    await scanning('BASIC')
    plan([vulnerability()])
    // The file is written under a longer name first.
    const file = path.join(folder, 'a'.repeat(230))
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
