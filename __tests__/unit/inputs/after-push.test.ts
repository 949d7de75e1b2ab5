import { describe, expect, test } from '@jest/globals'
import { type AfterInputs, namesAfterScan, readAfter } from '../../../src/inputs/after-push.ts'
import { Reader } from '../../../src/inputs/reader.ts'
import { NO_SCAN_RULES } from '../../../src/inputs/scan.ts'
import type { Problem } from '../../../src/shared/errors.ts'

function read(
  given: Record<string, string>,
  registryType: 'private' | 'public' = 'private',
): { inputs: AfterInputs; problems: string[] } {
  const found: Problem[] = []
  const reader = new Reader({ get: (name) => given[name] ?? '', env: {}, cwd: '/' }, found)
  const inputs = readAfter(reader, { registryType })
  return { inputs, problems: found.map(({ input, value, message }) => `${input} '${value}' ${message}`) }
}

describe('what is waited for after the push', () => {
  test('nothing, by default', () => {
    const inputs = {
      failOnSeverity: null,
      scan: NO_SCAN_RULES,
      scanTimeoutSeconds: 900,
      gate: 'after-push',
      waitForReplication: false,
      replicationTimeoutSeconds: 1800,
      waitForSigning: false,
      signingTimeoutSeconds: 600,
    }
    expect(read({})).toEqual({ inputs, problems: [] })
  })

  test.each([
    ['critical', 'CRITICAL'],
    ['HIGH', 'HIGH'],
    ['Medium', 'MEDIUM'],
    ['low', 'LOW'],
    ['informational', 'INFORMATIONAL'],
    ['undefined', 'UNDEFINED'],
  ])('fail-on-severity: %s', (given, expected) => {
    expect(read({ 'fail-on-severity': given })).toMatchObject({
      inputs: { failOnSeverity: expected },
      problems: [],
    })
  })

  test('the timeouts', () => {
    const given = {
      'fail-on-severity': 'high',
      'scan-timeout': '60',
      'wait-for-replication': 'true',
      'replication-timeout': '21600',
      'wait-for-signing': 'true',
      'signing-timeout': '1',
    }
    expect(read(given)).toEqual({
      inputs: {
        failOnSeverity: 'HIGH',
        scan: NO_SCAN_RULES,
        scanTimeoutSeconds: 60,
        gate: 'after-push',
        waitForReplication: true,
        replicationTimeoutSeconds: 21600,
        waitForSigning: true,
        signingTimeoutSeconds: 1,
      },
      problems: [],
    })
  })

  test.each(['after-push', 'before-tags'] as const)('gate: %s', (gate) => {
    const { inputs, problems } = read({ 'fail-on-severity': 'high', gate })
    expect(problems).toEqual([])
    expect(inputs.gate).toBe(gate)
    expect(namesAfterScan(inputs)).toBe(gate === 'before-tags')
  })

  const SEVERITY = "must be one of ECR's severities: critical, high, medium, low, informational or undefined"
  const SECONDS = 'must be seconds, a whole number from 1 to 21600'
  test.each<[Record<string, string>, string[]]>([
    [{ 'fail-on-severity': 'severe' }, [`fail-on-severity 'severe' ${SEVERITY}`]],
    [{ 'fail-on-severity': 'high,low' }, [`fail-on-severity 'high,low' ${SEVERITY}`]],
    [{ 'fail-on-severity': 'true' }, [`fail-on-severity 'true' ${SEVERITY}`]],
    ...['0', '-1', '1.5', '5m', '21601', '1e3', '+5'].map((value): [Record<string, string>, string[]] => [
      { 'fail-on-severity': 'high', 'scan-timeout': value },
      [`scan-timeout '${value}' ${SECONDS}`],
    ]),
    [
      { 'scan-timeout': '60', 'replication-timeout': '0' },
      [
        "scan-timeout '60' needs fail-on-severity, scan-min-score or scan-only-fixable; without that nothing is waited for",
        `replication-timeout '0' ${SECONDS}`,
      ],
    ],
    [
      { 'replication-timeout': '60' },
      ["replication-timeout '60' needs wait-for-replication: true; without that nothing is waited for"],
    ],
    [
      { 'signing-timeout': '60' },
      ["signing-timeout '60' needs wait-for-signing: true; without that nothing is waited for"],
    ],
    ...['0', '21601', '10m'].map((value): [Record<string, string>, string[]] => [
      { 'wait-for-signing': 'true', 'signing-timeout': value },
      [`signing-timeout '${value}' ${SECONDS}`],
    ]),
    [
      { gate: 'before-tags' },
      [
        "gate 'before-tags' needs fail-on-severity, scan-min-score or scan-only-fixable; without one of them no scan decides about the tags",
      ],
    ],
    // That of action.yml, which says nothing about a scan.
    [{ gate: 'after-push' }, []],
    [
      { gate: 'before-push', 'fail-on-severity': 'high' },
      ["gate 'before-push' must be after-push or before-tags"],
    ],
    // One mistake is told once.
    [{ gate: 'before-tags', 'fail-on-severity': 'severe' }, [`fail-on-severity 'severe' ${SEVERITY}`]],
    [{ 'fail-on-severity': 'high', 'scan-timeout': '9999999' }, [`scan-timeout '9999999' ${SECONDS}`]],
  ])('%j', (given, expected) => {
    expect(read(given).problems).toEqual(expected)
  })

  test('ECR Public has none of them', () => {
    const given = { 'fail-on-severity': 'high', 'wait-for-replication': 'true', 'wait-for-signing': 'true' }
    expect(read(given, 'public').problems).toEqual([
      "fail-on-severity 'high' needs a private registry; ECR Public scans nothing",
      "wait-for-replication 'true' needs a private registry; ECR Public replicates nothing",
      "wait-for-signing 'true' needs a private registry; ECR Public signs nothing",
    ])
  })
})
