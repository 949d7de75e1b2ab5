import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  addKnown,
  findingKey,
  type Thresholds,
  total,
  type WeighInput,
  weigh,
} from '../../../src/after-push/weigh.ts'
import type { Finding, FoundPackage } from '../../../src/ecr/scans.ts'
import type { IgnoreItem } from '../../../src/inputs/scan-ignore.ts'

const NONE: Thresholds = { severity: null, minScore: null, onlyFixable: false }

const held = (change: Partial<FoundPackage> = {}): FoundPackage => ({
  name: 'openssl',
  installed: '3.0.1',
  fixed: null,
  isFixable: null,
  ...change,
})

const finding = (change: Partial<Finding> = {}): Finding => ({
  severity: 'HIGH',
  name: 'CVE-2026-1',
  score: null,
  exploitAvailable: null,
  description: null,
  uri: null,
  packages: [held()],
  ...change,
})

const item = (change: Partial<IgnoreItem> = {}): IgnoreItem => ({
  name: 'CVE-2026-1',
  package: null,
  until: null,
  reason: 'not reachable',
  place: 'line 1',
  ...change,
})

const image = (findings: readonly Finding[], platform: string | null = null, unlisted = {}) => ({
  platform,
  findings,
  unlisted,
})

const weighed = (findings: readonly Finding[], change: Partial<WeighInput> = {}) =>
  weigh([image(findings)], {
    thresholds: NONE,
    ignore: [],
    today: '2026-06-15',
    known: null,
    ...change,
  })

describe('a finding counts if it meets every threshold that is given', () => {
  const fixable = [held({ fixed: '3.0.2', isFixable: true })]
  const unfixable = [held({ isFixable: false })]
  test.each<[string, Partial<Thresholds>, Partial<Finding>, boolean]>([
    ['severity, above', { severity: 'MEDIUM' }, { severity: 'HIGH' }, true],
    ['severity, at', { severity: 'HIGH' }, { severity: 'HIGH' }, true],
    ['severity, below', { severity: 'CRITICAL' }, { severity: 'HIGH' }, false],
    ['a severity of Inspector alone', { severity: 'UNDEFINED' }, { severity: 'UNTRIAGED' }, true],
    ['a severity of Inspector alone, below', { severity: 'LOW' }, { severity: 'UNTRIAGED' }, false],
    ['score, above', { minScore: 7 }, { score: 7.1 }, true],
    ['score, at', { minScore: 7 }, { score: 7 }, true],
    ['score, below', { minScore: 7 }, { score: 6.9 }, false],
    ['score, not known', { minScore: 10 }, { score: null }, true],
    ['any score', { minScore: 0 }, { score: 0 }, true],
    ['score alone looks at no severity', { minScore: 7 }, { score: 9, severity: 'INFORMATIONAL' }, true],
    ['fixable', { onlyFixable: true }, { packages: fixable }, true],
    ['not fixable', { onlyFixable: true }, { packages: unfixable }, false],
    ['not known to be fixable', { onlyFixable: true }, { packages: [held()] }, true],
    ['fixable in one of two packages', { onlyFixable: true }, { packages: [...unfixable, ...fixable] }, true],
    [
      'fixable alone looks at no severity',
      { onlyFixable: true },
      { packages: fixable, severity: 'LOW' },
      true,
    ],
    ['both, and both are met', { severity: 'HIGH', minScore: 7 }, { score: 8 }, true],
    ['both, and the score is not met', { severity: 'HIGH', minScore: 7 }, { score: 5 }, false],
    [
      'both, and the severity is not met',
      { severity: 'HIGH', minScore: 7 },
      { score: 9, severity: 'LOW' },
      false,
    ],
    [
      'all three, and the fix is missing',
      { severity: 'HIGH', minScore: 7, onlyFixable: true },
      { score: 9, packages: unfixable },
      false,
    ],
    [
      'all three, all met',
      { severity: 'HIGH', minScore: 7, onlyFixable: true },
      { score: 9, packages: fixable },
      true,
    ],
  ])('%s', (_, thresholds, change, fails) => {
    const result = weighed([finding(change)], { thresholds: { ...NONE, ...thresholds } })
    expect(total(result.failing)).toBe(fails ? 1 : 0)
    expect(total(result.counts)).toBe(1)
    expect(result.packages.some((one) => one.fails)).toBe(fails)
  })

  test('what is not known is told, of what fails alone', () => {
    const findings = [
      finding({ name: 'A', score: null }),
      finding({ name: 'B', score: 9, packages: [held({ isFixable: true })] }),
      finding({ name: 'C', score: 9 }),
      finding({ name: 'D', score: null, severity: 'LOW' }),
    ]
    const thresholds = { severity: 'HIGH', minScore: 7, onlyFixable: true } as const
    expect(weighed(findings, { thresholds })).toMatchObject({
      failing: { HIGH: 3 },
      unknownScore: 1,
      unknownFix: 2,
    })
    // Without the threshold it does not matter.
    expect(weighed(findings)).toMatchObject({ unknownScore: 0, unknownFix: 0 })
  })
})

describe('what ECR counts and does not list', () => {
  test.each<[string, Partial<Thresholds>, number]>([
    ['fails by its severity', { severity: 'HIGH' }, 2],
    ['does not fail below it', { severity: 'CRITICAL' }, 0],
    ['has no score', { minScore: 10 }, 2],
    ['may be fixable', { onlyFixable: true }, 2],
  ])('%s', (_, thresholds, fails) => {
    const result = weigh([image([], null, { HIGH: 2 })], {
      thresholds: { ...NONE, ...thresholds },
      ignore: [item()],
      today: '2026-06-15',
      known: new Map(),
    })
    expect([total(result.failing), result.unlisted, result.counts, result.fresh]).toEqual([
      fails,
      2,
      { HIGH: 2 },
      { HIGH: 2 },
    ])
  })
})

describe('scan-ignore', () => {
  const several = finding({ packages: [held(), held({ name: 'libssl3' })] })

  test.each<[string, Partial<IgnoreItem>, Finding, 'ignored' | 'fails', 'matched' | 'unmatched' | 'expired']>(
    [
      ['by its name', {}, finding(), 'ignored', 'matched'],
      ['another name', { name: 'CVE-2026-2' }, finding(), 'fails', 'unmatched'],
      ['a part of the name', { name: 'CVE-2026' }, finding(), 'fails', 'unmatched'],
      ['a name is no pattern', { name: 'CVE-*' }, finding(), 'fails', 'unmatched'],
      ['another case', { name: 'cve-2026-1' }, finding(), 'fails', 'unmatched'],
      ['its package', { package: 'openssl' }, finding(), 'ignored', 'matched'],
      ['a pattern of it', { package: 'open*' }, finding(), 'ignored', 'matched'],
      ['another package', { package: 'zlib' }, finding(), 'fails', 'unmatched'],
      ['one of two packages', { package: 'openssl' }, several, 'fails', 'matched'],
      ['both of two packages', { package: '*ssl*' }, several, 'ignored', 'matched'],
      [
        'no package is named',
        { package: '*' },
        finding({ packages: [held({ name: null })] }),
        'fails',
        'unmatched',
      ],
      [
        'no package is named nor asked for',
        {},
        finding({ packages: [held({ name: null })] }),
        'ignored',
        'matched',
      ],
      ['until tomorrow', { until: '2026-06-16' }, finding(), 'ignored', 'matched'],
      ['until today, its last day', { until: '2026-06-15' }, finding(), 'ignored', 'matched'],
      ['until yesterday', { until: '2026-06-14' }, finding(), 'fails', 'expired'],
      ['until last year', { until: '2025-12-31' }, finding(), 'fails', 'expired'],
      ['expired, and matches nothing', { until: '2025-12-31', name: 'X' }, finding(), 'fails', 'expired'],
    ],
  )('%s', (_, change, given, outcome, told) => {
    const one = item(change)
    const result = weighed([given], { ignore: [one] })
    expect([total(result.failing), total(result.ignored)]).toEqual(outcome === 'ignored' ? [0, 1] : [1, 0])
    expect(result.counts).toEqual(outcome === 'ignored' ? {} : { HIGH: 1 })
    expect([result.expired, result.unmatched]).toEqual([
      told === 'expired' ? [one] : [],
      told === 'unmatched' ? [one] : [],
    ])
  })

  test('the first of several items gives the reason, and the others match too', () => {
    const items = [
      item({ until: '2020-01-01', place: 'line 1' }),
      item({ place: 'line 2' }),
      item({ place: 'line 3' }),
    ]
    const result = weighed([finding()], { ignore: items })
    expect(result.packages[0]?.ignored?.place).toBe('line 2')
    expect([result.expired.length, result.unmatched.length]).toEqual([1, 0])
  })
})

describe('scan-baseline', () => {
  const known = new Map([[findingKey(finding(), held()), true]])
  test.each<[string, Finding, boolean]>([
    ['the same', finding(), false],
    ['another version of the package', finding({ packages: [held({ installed: '3.0.9' })] }), false],
    ['another severity', finding({ severity: 'CRITICAL' }), false],
    ['another vulnerability', finding({ name: 'CVE-2026-2' }), true],
    ['another package', finding({ packages: [held({ name: 'zlib' })] }), true],
    ['one of two packages', finding({ packages: [held(), held({ name: 'zlib' })] }), true],
  ])('%s', (_, given, isNew) => {
    const result = weighed([given], { known })
    expect([total(result.failing), total(result.fresh ?? {})]).toEqual(isNew ? [1, 1] : [0, 0])
    expect(total(result.counts)).toBe(1)
  })

  /** What is new of `now` if the image before had `then`. */
  const compared = (then: Partial<Finding>, now: Partial<Finding>, thresholds: Partial<Thresholds>) => {
    const before = new Map<string, boolean>()
    addKnown(before, { ...NONE, ...thresholds }, [finding(then)])
    return weighed([finding(now)], { known: before, thresholds: { ...NONE, ...thresholds } })
  }
  const fix = (isFixable: boolean | null) => ({ packages: [held({ isFixable })] })
  test.each<[string, Partial<Thresholds>, Partial<Finding>, Partial<Finding>, boolean]>([
    [
      'a severity that was under it',
      { severity: 'HIGH' },
      { severity: 'LOW' },
      { severity: 'CRITICAL' },
      true,
    ],
    ['one that met it', { severity: 'HIGH' }, { severity: 'HIGH' }, { severity: 'CRITICAL' }, false],
    ['one that is under it now', { severity: 'HIGH' }, { severity: 'LOW' }, { severity: 'MEDIUM' }, false],
    ['a score that was under it', { minScore: 7 }, { score: 2 }, { score: 10 }, true],
    ['one that was not known', { minScore: 7 }, { score: null }, { score: 10 }, false],
    ['a fix that arrived', { onlyFixable: true }, fix(false), fix(true), true],
    ['one that was not known of', { onlyFixable: true }, fix(null), fix(true), false],
    ['a fix that was there', { onlyFixable: true }, fix(true), fix(true), false],
    ['no fix', { onlyFixable: true }, fix(false), fix(false), false],
  ])('known is what met the thresholds: %s', (_, thresholds, then, now, isNew) => {
    const result = compared(then, now, thresholds)
    expect([total(result.failing), total(result.fresh ?? {}), result.raised]).toEqual(
      isNew ? [1, 1, 1] : [0, 0, 0],
    )
    expect(result.packages[0]?.isNew).toBe(isNew)
  })

  test.each<[string, Partial<IgnoreItem>[], boolean]>([
    ['an expired item', [{ until: '2026-06-14' }], true],
    ['one that ends today', [{ until: '2026-06-15' }], false],
    ['an expired one of another package', [{ until: '2026-06-14', package: 'zlib' }], false],
    ['an expired one, and another that counts', [{ until: '2026-06-14' }, {}], false],
  ])('%s', (_, items, fails) => {
    const result = weighed([finding()], { known, ignore: items.map(item) })
    expect([total(result.failing), total(result.fresh ?? {}), result.unaccepted]).toEqual(
      fails ? [1, 1, 1] : [0, 0, 0],
    )
  })

  test('what is ignored is not new', () => {
    const result = weighed([finding({ name: 'CVE-2026-9' })], {
      known,
      ignore: [item({ name: 'CVE-2026-9' })],
    })
    expect([result.fresh, result.ignored]).toEqual([{}, { HIGH: 1 }])
  })

  test('without one nothing is new or old', () => {
    const result = weighed([finding()])
    expect([result.fresh, result.packages[0]?.isNew, total(result.failing)]).toEqual([null, null, 1])
  })
})

describe('by property', () => {
  const words = fc.constantFrom('A', 'B', 'C', 'D')
  const packages = fc.array(
    fc.record({
      name: fc.option(fc.constantFrom('openssl', 'zlib', 'libc')),
      installed: fc.constant(null),
      fixed: fc.constant(null),
      isFixable: fc.option(fc.boolean()),
    }),
    { minLength: 1, maxLength: 3 },
  )
  const findings = fc.array(
    fc.record({
      severity: fc.constantFrom('CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'UNTRIAGED'),
      name: words,
      score: fc.option(fc.integer({ min: 0, max: 100 }).map((tenths) => tenths / 10)),
      exploitAvailable: fc.option(fc.boolean()),
      description: fc.constant(null),
      uri: fc.constant(null),
      packages,
    }),
    { maxLength: 12 },
  )
  const items = fc.array(
    fc.record({
      name: words,
      package: fc.option(fc.constantFrom('openssl', 'z*', '*')),
      until: fc.option(fc.constantFrom('2026-06-14', '2026-06-15')),
      reason: fc.constant('r'),
      place: fc.constant('line 1'),
    }),
    { maxLength: 6 },
  )
  const thresholds = fc.record({
    severity: fc.option(fc.constantFrom('CRITICAL', 'HIGH', 'LOW')),
    minScore: fc.option(fc.constantFrom(0, 5, 7.5, 10)),
    onlyFixable: fc.boolean(),
  })
  const keys = fc
    .array(fc.tuple(words, fc.boolean()))
    .map((all) => new Map(all.map(([name, met]) => [`${name}\0openssl`, met])))

  test('every finding is either counted or ignored, and what fails is counted', () => {
    fc.assert(
      fc.property(findings, items, thresholds, fc.option(keys), (all, ignore, given, known) => {
        const result = weighed(all, { ignore, thresholds: given as Thresholds, known })
        expect(total(result.counts) + total(result.ignored)).toBe(all.length)
        for (const [name, count] of Object.entries(result.failing))
          expect(count).toBeLessThanOrEqual(result.counts[name] ?? 0)
        expect(result.packages).toHaveLength(all.flatMap((one) => one.packages).length)
        expect(
          result.packages.filter((one) => one.fails && (one.ignored !== null || one.isNew === false)),
        ).toEqual([])
      }),
    )
  })

  test('one more item never lets more fail, and one more threshold never either', () => {
    fc.assert(
      fc.property(findings, items, thresholds, (all, ignore, given) => {
        const failsWith = (some: Partial<WeighInput>) =>
          total(weighed(all, { thresholds: given as Thresholds, ...some }).failing)
        const fails = failsWith({ ignore })
        expect(fails).toBeLessThanOrEqual(failsWith({ ignore: ignore.slice(1) }))
        const looser = { ...given, minScore: null, onlyFixable: false } as Thresholds
        expect(fails).toBeLessThanOrEqual(failsWith({ ignore, thresholds: looser }))
        expect(failsWith({ ignore, known: new Map([['A\0openssl', true]]) })).toBeLessThanOrEqual(fails)
      }),
    )
  })
})
