import type { DescribeImageScanFindingsResponse, EnhancedImageScanFinding } from '@aws-sdk/client-ecr'
import { describe, expect, test } from '@jest/globals'
import { FindingsReading } from '../../../../src/ecr/private/findings.ts'

const page = (
  found: DescribeImageScanFindingsResponse['imageScanFindings'],
  nextToken?: string,
): DescribeImageScanFindingsResponse => ({
  imageScanStatus: { status: 'COMPLETE' },
  ...(found === undefined ? {} : { imageScanFindings: found }),
  ...(nextToken === undefined ? {} : { nextToken }),
})

const enhanced = (finding: EnhancedImageScanFinding) => {
  const [one] = new FindingsReading(page({ enhancedFindings: [{ severity: 'HIGH', ...finding }] })).answer()
    .findings
  if (one === undefined) throw new Error('it was not read')
  return one
}

describe('an enhanced finding', () => {
  test.each<[string, EnhancedImageScanFinding, number | null]>([
    ['Inspector’s score', { score: 7.5, scoreDetails: { cvss: { score: 9 } } }, 7.5],
    ['the details of it', { scoreDetails: { cvss: { score: 9 } } }, 9],
    [
      'the highest of the vendors',
      { packageVulnerabilityDetails: { cvss: [{ baseScore: 5 }, { baseScore: 8.1 }, { source: 'x' }] } },
      8.1,
    ],
    ['none', {}, null],
    ['what is no score', { score: 11 }, null],
    ['what is no number', { score: Number.NaN }, null],
    ['zero', { score: 0 }, 0],
  ])('has %s', (_, finding, score) => {
    expect(enhanced(finding).score).toBe(score)
  })

  const inPackage = (fixedInVersion?: string) => ({
    packageVulnerabilityDetails: {
      vulnerablePackages: [{ name: 'a', ...(fixedInVersion === undefined ? {} : { fixedInVersion }) }],
    },
  })
  test.each<[string, EnhancedImageScanFinding, boolean | null]>([
    ['a version', { ...inPackage('2'), fixAvailable: 'NO' }, true],
    ['no version, and no fix', { ...inPackage('NotAvailable'), fixAvailable: 'NO' }, false],
    ['no version, and some fix', { ...inPackage('NotAvailable'), fixAvailable: 'PARTIAL' }, false],
    ['no version, and a fix', { ...inPackage('NotAvailable'), fixAvailable: 'YES' }, true],
    ['no version, and nothing else', inPackage('NotAvailable'), false],
    ['nothing of a version, and a fix', { ...inPackage(), fixAvailable: 'YES' }, true],
    ['nothing of a version, and no fix', { ...inPackage(), fixAvailable: 'NO' }, false],
    ['nothing of a version, and some fix', { ...inPackage(), fixAvailable: 'PARTIAL' }, null],
    ['nothing', inPackage(), null],
    ['no package, and a fix', { fixAvailable: 'YES' }, true],
    ['no package', {}, null],
    ['a word of the future', { ...inPackage(), fixAvailable: 'SOON' }, null],
  ])('with %s', (_, finding, isFixable) => {
    expect(enhanced(finding).packages[0]?.isFixable).toBe(isFixable)
  })

  test.each([
    ['YES', true],
    ['NO', false],
    [undefined, null],
  ])('whose exploit is %s', (exploitAvailable, expected) => {
    expect(enhanced({ exploitAvailable }).exploitAvailable).toBe(expected)
  })

  test('that is suppressed or closed does not count, and is no surprise', () => {
    const found = ['ACTIVE', 'SUPPRESSED', 'CLOSED'].map((status) => ({ severity: 'HIGH', status }))
    const answer = (given: number) =>
      new FindingsReading(page({ enhancedFindings: found, findingSeverityCounts: { HIGH: given } })).answer()
    expect(answer(1)).toMatchObject({ counts: { HIGH: 1 }, unlisted: {} })
    expect(answer(3)).toMatchObject({ counts: { HIGH: 1 }, unlisted: {} })
    expect(answer(5)).toMatchObject({ counts: { HIGH: 3 }, unlisted: { HIGH: 2 } })
  })
})

test.each([
  ['UNTRIAGED', 0, null],
  ['UNTRIAGED', 7.5, 7.5],
  ['LOW', 0, 0],
])('%s with the score %s has %s', (severity, score, known) => {
  expect(enhanced({ severity, score }).score).toBe(known)
})

describe('a basic finding', () => {
  test.each<[Record<string, string>, number | null]>([
    [{ CVSS2_SCORE: '4.6' }, 4.6],
    [{ CVSS2_SCORE: '4.6', CVSS3_SCORE: '7.5' }, 7.5],
    [{ CVSS4_SCORE: '8', CVSS3_SCORE: '7.5' }, 8],
    [{ CVSS3_SCORE: '' }, null],
    [{ CVSS3_SCORE: 'high' }, null],
    [{}, null],
  ])('with %j has the score %s', (given, score) => {
    const attributes = Object.entries(given).map(([key, value]) => ({ key, value }))
    const [one] = new FindingsReading(page({ findings: [{ name: 'A', attributes }] })).answer().findings
    expect(one).toMatchObject({ score, exploitAvailable: null, packages: [{ isFixable: null, fixed: null }] })
  })
})

describe('pages', () => {
  test('are put together', () => {
    const reading = new FindingsReading(page({ findings: [{ name: 'A', severity: 'LOW' }] }, '1'))
    expect(reading.next()).toBe('1')
    reading.add(page({ findings: [{ name: 'B', severity: 'LOW' }] }, '2'))
    expect(reading.next()).toBe('2')
    reading.add(page({ findings: [] }))
    expect(reading.next()).toBeNull()
    expect(reading.answer()).toMatchObject({ counts: { LOW: 2 }, findings: [{ name: 'A' }, { name: 'B' }] })
  })

  test('that lead in a circle, or to no end, are an error', () => {
    const circle = new FindingsReading(page({}, 'a'))
    circle.next()
    circle.add(page({}, 'a'))
    expect(() => circle.next()).toThrow('page after page of findings without an end')
    const endless = new FindingsReading(page({}, '0'))
    expect(() => {
      for (let at = 1; endless.next() !== null; at++) endless.add(page({}, String(at)))
    }).toThrow('page after page of findings without an end')
  })
})

test('a package without a fix has none if the fix of the finding is that of another package', () => {
  const { packages } = enhanced({
    fixAvailable: 'YES',
    packageVulnerabilityDetails: {
      vulnerablePackages: [
        { name: 'openssl', fixedInVersion: 'NotAvailable' },
        { name: 'zlib', fixedInVersion: '1.3.1' },
      ],
    },
  })
  expect(packages.map(({ name, isFixable }) => [name, isFixable])).toEqual([
    ['openssl', false],
    ['zlib', true],
  ])
})

test('names and versions have a bound, and two long ones stay two', () => {
  const long = 'x'.repeat(1 << 20)
  const { packages } = enhanced({
    packageVulnerabilityDetails: {
      vulnerabilityId: long,
      vulnerablePackages: [
        { name: `${long}a`, version: long, fixedInVersion: long },
        { name: `${long}b`, version: '1' },
        { name: 'x'.repeat(256), version: '1' },
      ],
    },
  })
  expect(packages.map(({ name }) => name?.length)).toEqual([256, 256, 256])
  expect(new Set(packages.map(({ name }) => name)).size).toBe(3)
  expect(packages[0]).toMatchObject({
    installed: expect.stringMatching(/^x{239}…[0-9a-f]{16}$/),
    fixed: expect.stringMatching(/^x{239}…[0-9a-f]{16}$/),
  })
})
