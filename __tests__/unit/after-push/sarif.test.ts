import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import os from 'node:os'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { SARIF_LIMITS, type SarifSubject, sarifLog } from '../../../src/after-push/sarif.ts'
import type { ImageScan } from '../../../src/after-push/scan.ts'
import { writeReport } from '../../../src/after-push/scan-report.ts'
import { weigh } from '../../../src/after-push/weigh.ts'
import type { Finding } from '../../../src/ecr/scans.ts'
import { findingsPath } from '../../../src/inputs/scan.ts'
import type { IgnoreItem } from '../../../src/inputs/scan-ignore.ts'
import { sarifProblems } from '../../support/sarif.ts'

const DIGEST = `sha256:${'a'.repeat(64)}`
const REPOSITORY = '123456789012.dkr.ecr.us-east-1.amazonaws.com/team/app'
const SUBJECT: SarifSubject = {
  repository: REPOSITORY,
  image: `${REPOSITORY}@${DIGEST}`,
  name: 'team/app',
  type: 'ENHANCED',
  dockerfile: 'app/Dockerfile',
  byScore: false,
}

const finding = (change: Partial<Finding> = {}): Finding => ({
  severity: 'HIGH',
  name: 'CVE-2026-1',
  score: 7.5,
  exploitAvailable: null,
  description: 'Something is wrong.',
  uri: 'https://nvd.nist.gov/vuln/detail/CVE-2026-1',
  packages: [{ name: 'openssl', installed: '3.0.1', fixed: '3.0.2', isFixable: true }],
  ...change,
})

const scan = (findings: readonly Finding[], platform: string | null = null): ImageScan => ({
  digest: DIGEST,
  platform,
  status: 'COMPLETE',
  description: null,
  unlisted: {},
  findings,
  hasFindings: true,
  ended: 'well',
})

function weighed(
  images: readonly ImageScan[],
  {
    ignore = [],
    known = null,
  }: { ignore?: readonly IgnoreItem[]; known?: ReadonlyMap<string, boolean> | null } = {},
) {
  const thresholds = { severity: 'HIGH', minScore: null, onlyFixable: false } as const
  return weigh(images, { thresholds, ignore, today: '2026-06-15', known })
}

interface Log {
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly name: string; readonly rules: readonly Rule[] } }
    readonly automationDetails: { readonly id: string }
    readonly invocations: readonly {
      readonly toolExecutionNotifications?: readonly { message: { text: string } }[]
    }[]
    readonly results: readonly Result[]
  }[]
}
interface Rule {
  readonly id: string
  readonly helpUri?: string
  readonly help: { readonly text: string }
  readonly properties: Readonly<Record<string, unknown>>
}
interface Result {
  readonly ruleId: string
  readonly ruleIndex: number
  readonly level: string
  readonly message: { readonly text: string }
  readonly locations: readonly { physicalLocation: { artifactLocation: { uri: string }; region: object } }[]
  readonly partialFingerprints: { readonly primaryLocationLineHash: string }
  readonly baselineState?: string
}

const parsed = (...given: Parameters<typeof sarifLog>) => JSON.parse([...sarifLog(...given)].join('')) as Log
const logOf = (
  findings: readonly Finding[],
  subject: Partial<SarifSubject> = {},
  platform: string | null = null,
) => parsed(weighed([scan(findings, platform)]).packages, 0, { ...SUBJECT, ...subject })
const runOf = (log: Log) => {
  const [run] = log.runs
  if (run === undefined) throw new Error('there is no run')
  return run
}

describe('the SARIF log', () => {
  test.each<[string, Log]>([
    ['of nothing', logOf([])],
    ['of an enhanced finding', logOf([finding()])],
    ['of a platform', logOf([finding({ exploitAvailable: true })], {}, 'linux/arm64')],
    [
      'of a basic finding without anything',
      logOf(
        [
          finding({
            score: null,
            description: null,
            uri: null,
            packages: [{ name: null, installed: null, fixed: null, isFixable: null }],
          }),
        ],
        { type: null, dockerfile: null },
      ),
    ],
    [
      'of a hostile one',
      logOf([finding({ name: '[x](javascript:a) {0}', uri: 'javascript:alert(1)', severity: 'UNTRIAGED' })]),
    ],
    ['that leaves some out', parsed([], 3, SUBJECT)],
    ['that compares', parsed(weighed([scan([finding()])], { known: new Map() }).packages, 0, SUBJECT)],
  ])('%s is what the schema of OASIS says', (_, log) => {
    expect(sarifProblems(log)).toEqual([])
  })

  test('the schema tells a wrong one', () => {
    const log = logOf([finding()]) as unknown as { runs: { results: { level: string }[] }[] }
    for (const result of log.runs[0]?.results ?? []) result.level = 'bad'
    expect(sarifProblems(log)).not.toEqual([])
  })

  test('says what a person has to know', () => {
    const [result] = runOf(logOf([finding({ exploitAvailable: true })], {}, 'linux/amd64')).results
    expect(result).toMatchObject({
      ruleId: 'CVE-2026-1',
      ruleIndex: 0,
      level: 'error',
      message: {
        text: `CVE-2026-1 in openssl 3.0.1 (HIGH, CVSS 7.5; fixed in 3.0.2; an exploit is known), in ${SUBJECT.image} for linux/amd64.`,
      },
      locations: [
        { physicalLocation: { artifactLocation: { uri: 'app/Dockerfile' }, region: { startLine: 1 } } },
      ],
    })
  })

  test('a place that is no Dockerfile of the workspace is the image’s name, and each is a URI', () => {
    const place = (dockerfile: string | null) =>
      runOf(logOf([finding()], { dockerfile })).results[0]?.locations[0]?.physicalLocation.artifactLocation
        .uri
    expect([place(null), place('a b/#1?/Dockerfile'), place('a:b/Dockerfile')]).toEqual([
      'team/app',
      'a%20b/%231%3F/Dockerfile',
      // Not of a scheme `a`: https://www.rfc-editor.org/rfc/rfc3986#section-4.2
      'a%3Ab/Dockerfile',
    ])
  })

  const bySeverity = 'a gate that looks at severities'
  const byScore = 'a gate that looks at scores'
  test.each([
    ['CRITICAL', 9.8, bySeverity, 'error', '9.8'],
    ['CRITICAL', null, bySeverity, 'error', '9.1'],
    ['CRITICAL', 5, bySeverity, 'error', '9.1'],
    ['HIGH', 7.5, bySeverity, 'error', '7.5'],
    ['HIGH', 9.8, bySeverity, 'error', '8.9'],
    ['MEDIUM', 5, bySeverity, 'warning', '5.0'],
    ['MEDIUM', 9.8, bySeverity, 'warning', '6.9'],
    ['LOW', 0, bySeverity, 'note', '0.1'],
    ['INFORMATIONAL', null, bySeverity, 'note', '0.1'],
    ['UNTRIAGED', null, bySeverity, 'note', '0.1'],
    // What it refuses for its score is not to be called medium.
    ['MEDIUM', 9.8, byScore, 'error', '9.8'],
    ['INFORMATIONAL', 5, byScore, 'warning', '5.0'],
    ['UNTRIAGED', 10, byScore, 'error', '10.0'],
    // Nor does a low score, or none, hide what ECR calls high.
    ['HIGH', 5, byScore, 'error', '7.0'],
    ['CRITICAL', null, byScore, 'error', '9.1'],
  ])('%s with %s, and %s, is %s, %s for GitHub', (severity, score, gate, level, security) => {
    const run = runOf(logOf([finding({ severity, score })], { byScore: gate === byScore }))
    expect(run.results[0]?.level).toBe(level)
    expect(run.tool.driver.rules[0]?.properties['security-severity']).toBe(security)
  })

  test('one rule for a vulnerability, one alert for each package, the same in the next version', () => {
    const pair = (version: string) => [
      { name: 'openssl', installed: version, fixed: null, isFixable: null },
      { name: 'libssl3', installed: version, fixed: null, isFixable: null },
    ]
    const before = runOf(logOf([finding({ packages: pair('1') }), finding({ name: 'CVE-2026-2' })]))
    const after = runOf(logOf([finding({ packages: pair('2') })]))
    expect(before.tool.driver.rules.map(({ id }) => id)).toEqual(['CVE-2026-1', 'CVE-2026-2'])
    expect(before.results.map(({ ruleIndex }) => before.tool.driver.rules[ruleIndex]?.id)).toEqual(
      before.results.map(({ ruleId }) => ruleId),
    )
    const hashes = (run: typeof before) =>
      run.results.map((one) => one.partialFingerprints.primaryLocationLineHash)
    expect(new Set(hashes(before)).size).toBe(3)
    expect(hashes(before)).toEqual(expect.arrayContaining(hashes(after)))
  })

  test('an address that is none of the web is no link', () => {
    const [rule] = runOf(logOf([finding({ uri: 'javascript:alert(1)' })])).tool.driver.rules
    expect([rule?.helpUri, rule?.help.text]).toEqual([undefined, 'Something is wrong.'])
  })

  test('what SARIF would take for a link or an argument is escaped', () => {
    const [result] = runOf(logOf([finding({ name: '[a](b){0}\\' })])).results
    expect(result?.message.text).toMatch(/^\\\[a\\\]\(b\)\{\{0\}\}\\\\ in openssl/)
  })

  test('what the image before had is unchanged, and the rest is new', () => {
    const all = weighed([scan([finding(), finding({ name: 'CVE-2026-2' })])], {
      known: new Map([['CVE-2026-1\0openssl', true]]),
    })
    const run = runOf(parsed(all.packages, 0, SUBJECT))
    expect(run.results.map(({ ruleId, baselineState }) => [ruleId, baselineState])).toEqual([
      ['CVE-2026-2', 'new'],
      ['CVE-2026-1', 'unchanged'],
    ])
  })

  test('repositories of one name in two registries do not replace each other', () => {
    expect(runOf(logOf([])).automationDetails.id).toBe(`ecr/${REPOSITORY}/`)
  })

  test('two runs of the same image write the same file, in whatever order ECR lists the findings', () => {
    const pair = ['1', '2'].map((installed) => ({
      name: 'openssl',
      installed,
      fixed: null,
      isFixable: null,
    }))
    const findings = [
      finding({ packages: pair }),
      finding({ name: 'CVE-2026-2', score: null }),
      finding({ name: 'CVE-2026-3', score: 8.9 }),
    ]
    const told = (listed: readonly Finding[], packages: typeof pair) =>
      runOf(logOf(listed.map((one) => (one.name === 'CVE-2026-1' ? { ...one, packages } : one)))).results.map(
        ({ message }) => message.text.split(' (')[0],
      )
    const once = told(findings, pair)
    expect(once).toEqual([
      'CVE-2026-3 in openssl 3.0.1',
      'CVE-2026-1 in openssl 1',
      'CVE-2026-1 in openssl 2',
      'CVE-2026-2 in openssl 3.0.1',
    ])
    expect(told(findings.toReversed(), pair.toReversed())).toEqual(once)
  })
})

describe('the files', () => {
  let base: string
  beforeEach(() => {
    base = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'sarif-')))
  })
  afterEach(() => rmSync(base, { recursive: true, force: true }))

  const place = (file = 'out/scan.sarif') => ({
    file: path.join(base, file),
    within: base,
    dockerfile: 'Dockerfile',
  })
  const read = (file: string) => JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>
  const IGNORED: IgnoreItem = {
    name: 'CVE-2026-2',
    package: null,
    until: '2026-12-31',
    reason: 'why',
    place: 'line 1',
  }

  test('have what is not ignored as SARIF, and everything as JSON, with the reasons', async () => {
    const images = [scan([finding(), finding({ name: 'CVE-2026-2', severity: 'CRITICAL' })])]
    const facts = { weighed: weighed(images, { ignore: [IGNORED] }), images, subject: SUBJECT }
    const written = await writeReport(place(), facts)
    expect(written).toEqual({
      sarif: path.join(base, 'out/scan.sarif'),
      findings: path.join(base, 'out/scan.findings.json'),
      note: null,
    })
    const log = read(written.sarif) as unknown as Log
    expect(sarifProblems(log)).toEqual([])
    expect(runOf(log).results.map(({ ruleId }) => ruleId)).toEqual(['CVE-2026-1'])
    expect(read(written.findings)).toMatchObject({
      image: SUBJECT.image,
      counts: { found: { HIGH: 1 }, failing: { HIGH: 1 }, ignored: { CRITICAL: 1 }, new: null, unlisted: 0 },
      findings: [
        { name: 'CVE-2026-1', ignored: null, fails: true, package: 'openssl', fixed: '3.0.2' },
        {
          name: 'CVE-2026-2',
          ignored: { reason: 'why', until: '2026-12-31', place: 'line 1' },
          fails: false,
        },
      ],
    })
    expect(readdirSync(path.join(base, 'out')).sort()).toEqual(['scan.findings.json', 'scan.sarif'])
  })

  test('are cut by severity to what GitHub takes, and say it', async () => {
    const severities = ['LOW', 'CRITICAL', 'MEDIUM', 'HIGH']
    const many = Array.from({ length: 6001 }, (_, at) =>
      finding({ name: `CVE-${at}`, severity: severities[at % 4] as string, description: `${at}` }),
    )
    const images = [scan(many)]
    const { sarif, findings, note } = await writeReport(place(), {
      weighed: weighed(images),
      images,
      subject: SUBJECT,
    })
    const left = 6001 - SARIF_LIMITS.results
    expect(note).toBe(
      `scan-report: ${left} findings are left out, as GitHub's code scanning takes no more: what fails the gate stays first, then what is the most severe; the JSON beside this file has all of them`,
    )
    const run = runOf(read(sarif) as unknown as Log)
    expect(run.results).toHaveLength(SARIF_LIMITS.results)
    const levels = run.results.map(({ level }) => level)
    expect(levels.indexOf('note')).toBeGreaterThan(levels.lastIndexOf('error'))
    expect(levels.filter((level) => level === 'error')).toHaveLength(3000)
    expect(run.invocations[0]?.toolExecutionNotifications?.[0]?.message.text).toContain(
      `${left} findings are left out`,
    )
    expect((read(findings)['findings'] as unknown[]).length).toBe(6001)
    expect(gzipSync(readFileSync(sarif)).length).toBeLessThan(SARIF_LIMITS.gzippedBytes)
  })

  test('are cut until they are small enough, packed', async () => {
    const noise = (at: number) =>
      Array.from({ length: 60 }, (_, one) => ((at * 7919 + one * 104729) % 46656).toString(36)).join('')
    const images = [
      scan(
        Array.from({ length: 400 }, (_, at) => finding({ name: noise(at), description: noise(at + 500) })),
      ),
    ]
    const facts = { weighed: weighed(images), images, subject: SUBJECT }
    const whole = await writeReport(place(), facts)
    expect(whole.note).toBeNull()
    const gzippedBytes = gzipSync(readFileSync(whole.sarif)).length - 1
    const { sarif, note } = await writeReport(place(), facts, { results: 5000, gzippedBytes })
    expect(gzipSync(readFileSync(sarif)).length).toBeLessThanOrEqual(gzippedBytes)
    expect(readdirSync(path.dirname(sarif))).toHaveLength(2)
    // One byte too much costs a few of them, and not half.
    expect(runOf(read(sarif) as unknown as Log).results.length).toBeGreaterThan(380)
    await writeReport(place(), facts, { results: 5000, gzippedBytes: 1 })
    expect(runOf(read(sarif) as unknown as Log).results).toEqual([])
    await writeReport(place(), facts, { results: 5000, gzippedBytes })
    const { results } = runOf(read(sarif) as unknown as Log)
    expect(note).toContain(`${400 - results.length} findings are left out`)
  })

  test('replace a link, and follow none', async () => {
    const facts = { weighed: weighed([]), images: [], subject: SUBJECT }
    writeFileSync(path.join(base, 'secret'), 'kept')
    mkdirSync(path.join(base, 'out'))
    symlinkSync(path.join(base, 'secret'), path.join(base, 'out/scan.findings.json'))
    symlinkSync(path.join(base, 'secret'), path.join(base, 'out/scan.sarif'))
    await expect(writeReport(place(), facts)).rejects.toThrow('is not in')
    rmSync(path.join(base, 'out/scan.sarif'))
    await expect(writeReport(place(), facts)).rejects.toThrow('is not in')
    expect(readFileSync(path.join(base, 'secret'), 'utf8')).toBe('kept')
    rmSync(path.join(base, 'out'), { recursive: true })
    const outside = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'outside-')))
    symlinkSync(outside, path.join(base, 'out'))
    for (const file of ['out/scan.sarif', 'out/sub/scan.sarif'])
      await expect(writeReport(place(file), facts)).rejects.toThrow('is not in')
    expect(readdirSync(outside)).toEqual([])
    rmSync(outside, { recursive: true })
  })

  test('a place that cannot be written is told with the input', async () => {
    writeFileSync(path.join(base, 'out'), 'a file')
    await expect(
      writeReport(place(), { weighed: weighed([]), images: [], subject: SUBJECT }),
    ).rejects.toThrow(/^scan-report: /)
  })

  test.each([
    ['/w/scan.sarif', '/w/scan.findings.json'],
    ['/w/scan', '/w/scan.findings.json'],
    ['/w/scan.json', '/w/scan.findings.json'],
    ['/w/a.b.sarif', '/w/a.b.findings.json'],
  ])('%s has %s beside it', (sarif, findings) => {
    expect(findingsPath(sarif)).toBe(findings)
  })
})

test('the schema is that of OASIS', () => {
  const { $schema, title } = createRequire(import.meta.url)(
    '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json',
  ) as Record<string, string>
  expect([$schema, title]).toEqual([
    'http://json-schema.org/draft-04/schema#',
    'Static Analysis Results Format (SARIF) Version 2.1.0-rtm.5 JSON Schema',
  ])
})
