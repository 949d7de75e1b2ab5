import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { ACCOUNT, REGION, type Stage } from '../../dev/stage.ts'
import { callerOf, invoke, type ScanPlan, type Vulnerability } from '../../local-ecr/index.ts'
import { errorOf } from '../support/annotations.ts'
import { client, expectSuccess, parts, stageOn } from '../support/parts.ts'
import { sarifProblems } from '../support/sarif.ts'
import { EVERY_VARIANT, variant } from '../support/variants.ts'

// The rules of the scan gate through the committed bundle, on a real engine; flow/scan-gate.test.ts has the table.

jest.setTimeout(120_000)

const finding = (change: Partial<Vulnerability> = {}): Vulnerability => ({
  name: 'CVE-2026-1111',
  severity: 'HIGH',
  package: 'openssl',
  version: '3.0.1',
  fixedIn: '3.0.2',
  score: 7.5,
  ...change,
})

describe('the scan gate, on the current engine', () => {
  let stage: Stage
  let count = 0
  const file = (name: string) => path.join(stage.folder, name)
  const plan = (findings: readonly Vulnerability[], more: ScanPlan = {}, of = 'app') =>
    stage.ecr.store.scanPlans.set(of, { findings, ...more })
  const step = (inputs: Record<string, string>) =>
    stage.main({ repository: 'app', 'aws-region': REGION, context: 'app', tags: 'v1', ...inputs })
  const scanning = (scanType: 'BASIC' | 'ENHANCED') =>
    invoke(stage.ecr.store, callerOf(ACCOUNT, REGION), 'PutRegistryScanningConfiguration', {
      scanType,
      rules: [
        { scanFrequency: 'SCAN_ON_PUSH', repositoryFilters: [{ filter: 'app', filterType: 'WILDCARD' }] },
      ],
    })

  beforeAll(async () => {
    stage = await stageOn('current')
    mkdirSync(file('app'))
    await scanning('ENHANCED')
  })

  // Each test pushes an image of its own: ECR scans what is new to it.
  beforeEach(() => {
    count += 1
    writeFileSync(file('app/Dockerfile'), `FROM scratch\nCOPY Dockerfile /gate-${count}\n`)
  })

  afterAll(() => stage?.close())

  // Variant: unit/inputs has each, and refusals.test.ts that they come at once
  variant('mistakes are told at once, before anything is built', async () => {
    writeFileSync(file('.scan-ignore'), '# accepted\n\nCVE-2026-1111\nCVE-2026-2 until=2026-02-30 why\n')
    symlinkSync('/etc', file('elsewhere'))
    const result = await step({
      'scan-min-score': '11',
      'scan-ignore': '.scan-ignore',
      'scan-baseline': 'main',
      'scan-report': 'elsewhere/scan.sarif',
    })
    expect(result.exitCode).toBe(1)
    expect(result.annotations).toHaveLength(1)
    const lines = errorOf(result)?.split('\n') ?? []
    expect(lines.map((line) => line.slice(0, 62))).toEqual([
      "Input 'scan-min-score': '11': must be a CVSS score, a number f",
      "Input 'scan-ignore': 'CVE-2026-1111': .scan-ignore, line 3: ha",
      "Input 'scan-ignore': 'CVE-2026-2 until=2026-02-30 why': .scan-",
      "Input 'scan-baseline': 'main': must be previous",
      "Input 'scan-report': 'elsewhere/scan.sarif': must be a path in",
    ])
    expect(result.log).not.toContain('[command]docker build')
  })

  // Variant: flow/scan-gate.test.ts, and below for a report that has it
  variant('what is accepted in a file does not fail; one warning lists what has no use', async () => {
    writeFileSync(
      file('.scan-ignore'),
      'CVE-2026-1111 package=open* until=2099-12-31 the parser is not used\nCVE-2026-2222 until=2020-01-01 old\nCVE-1 gone\n',
    )
    plan([finding(), finding({ name: 'CVE-2026-3333', severity: 'LOW' })])
    const result = await step({ 'fail-on-severity': 'high', 'scan-ignore': '.scan-ignore' })
    expectSuccess(result)
    expect(result.outputs).toMatchObject({ 'scan-findings': '{"LOW":1}', 'scan-ignored': '{"HIGH":1}' })
    expect(result.summary).toContain('Scan: found LOW 1; ignored HIGH 1 (')
    expect(result.summary).toContain('the parser is not used')
    expect(result.annotations.map(({ message }) => message)).toEqual([
      'scan-ignore: 1 item has expired, and ignores nothing: CVE-2026-2222 (.scan-ignore, line 2, until 2020-01-01); 1 item matches no finding of this image: CVE-1 (.scan-ignore, line 3)',
    ])
  })

  test('only what can be fixed and has the score counts, and the report has it all', async () => {
    plan([
      finding({ score: 9.1, exploit: 'YES' }),
      finding({ name: 'CVE-2026-2', score: 5 }),
      { name: 'CVE-2026-3', severity: 'CRITICAL', package: 'zlib', version: '1', score: 9.9 },
    ])
    const result = await step({
      'scan-min-score': '7',
      'scan-only-fixable': 'true',
      'scan-report': 'out/scan.sarif',
    })
    expect(result.exitCode).toBe(1)
    expect(errorOf(result)).toContain(
      'ECR found 1 vulnerability with a CVSS score of 7 or more, that can be fixed in ',
    )
    expect(result.outputs).toMatchObject({ pushed: 'true', 'scan-report': file('out/scan.sarif') })
    const log = JSON.parse(readFileSync(file('out/scan.sarif'), 'utf8'))
    expect(sarifProblems(log)).toEqual([])
    const [{ tool, results }] = log.runs
    expect(tool.driver.name).toBe('Amazon ECR enhanced scanning')
    expect(results.map((one: { ruleId: string }) => one.ruleId)).toEqual([
      'CVE-2026-1111',
      'CVE-2026-3',
      'CVE-2026-2',
    ])
    expect(results[0].locations[0].physicalLocation.artifactLocation.uri).toBe('app/Dockerfile')
    const { image, findings } = JSON.parse(readFileSync(file('out/scan.findings.json'), 'utf8'))
    expect(image).toBe(result.outputs['digest-uri'])
    expect(findings.map(({ fails }: { fails: boolean }) => fails)).toEqual([true, false, false])
    expect(result.summary).toContain('Exploit known')
  })

  test('only what the image before had not counts', async () => {
    const given = { 'fail-on-severity': 'high', 'scan-baseline': 'previous', tags: 'next,latest' }
    plan([finding()])
    const first = await step(given)
    expect(first.exitCode).toBe(1)
    expect(first.log).toContain(
      'scan-baseline: no image is under any of the tags before this run, so that every finding is new',
    )

    writeFileSync(file('app/Dockerfile'), 'FROM scratch\nCOPY Dockerfile /the-next-one\n')
    plan([finding()], {}, first.outputs['digest'])
    plan([finding({ version: '3.0.1-r1' })])
    const second = await step(given)
    expectSuccess(second)
    expect(second.log).toContain(`scan-baseline: compared with next (${first.outputs['digest']})`)
    expect(second.outputs).toMatchObject({ 'scan-findings': '{"HIGH":1}', 'scan-new': '{}' })

    // Variant: flow/scan-gate.test.ts fails for what is new alone.
    if (EVERY_VARIANT) {
      writeFileSync(file('app/Dockerfile'), 'FROM scratch\nCOPY Dockerfile /the-last-one\n')
      plan([finding()], {}, second.outputs['digest'])
      plan([finding(), finding({ name: 'CVE-2026-9' })])
      const third = await step(given)
      expect(errorOf(third)).toContain('ECR found 1 new vulnerability of HIGH severity or worse')
      expect(third.outputs['scan-new']).toBe('{"HIGH":1}')
    }
    // What the gate compared with, as the AWS CLI reads it.
    const endpoint = stage.env['AWS_ENDPOINT_URL']
    const digest = ['--image-id', `imageDigest=${first.outputs['digest']}`]
    const said = await client(
      parts().aws,
      [
        ...(endpoint ? ['--endpoint-url', endpoint] : []),
        'ecr',
        'describe-image-scan-findings',
        '--repository-name',
        'app',
        ...digest,
        '--output',
        'json',
      ],
      stage.env,
    )
    expect(JSON.parse(said).imageScanFindings.enhancedFindings).toHaveLength(1)
  })

  // Variant: after-push.test.ts has an index, long/scan-size.test.ts the number
  variant('both platforms of an index, 2,500 findings on each', async () => {
    const many = Array.from({ length: 2500 }, (_, at) => finding({ name: `CVE-${at}`, severity: 'MEDIUM' }))
    plan(many)
    const result = await step({
      'fail-on-severity': 'medium',
      'scan-ignore': many.map(({ name }) => `${name} accepted until the next base image`).join('\n'),
      platforms: 'linux/amd64,linux/arm64',
    })
    expectSuccess(result)
    expect(result.outputs).toMatchObject({ 'scan-findings': '{}', 'scan-ignored': '{"MEDIUM":5000}' })
    expect(result.summary).toContain('… and 2400 more.')
  })
})
