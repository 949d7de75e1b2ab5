import { describe, expect, test } from '@jest/globals'
import { createsOnPush } from '../../../../src/ecr/private/creation-templates.ts'
import { differences, samePolicy } from '../../../../src/ecr/settings/differences.ts'
import { type Encryption, NO_SETTINGS } from '../../../../src/ecr/settings/settings.ts'
import { describePreview } from '../../../../src/ecr/settings/update.ts'

const plain = {
  mutability: { mode: 'MUTABLE', exclusions: [] },
  scanOnPush: false,
  encryption: { type: 'AES256', key: null },
} as const
const ARN = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab'

describe('encryption', () => {
  test.each<[Encryption, Encryption, boolean]>([
    [{ type: 'AES256', key: null }, { type: 'AES256', key: null }, true],
    [{ type: 'AES256', key: null }, { type: 'KMS', key: null }, false],
    [{ type: 'KMS', key: ARN }, { type: 'KMS_DSSE', key: ARN }, false],
    [{ type: 'KMS', key: ARN }, { type: 'KMS', key: null }, true],
    [{ type: 'KMS', key: ARN }, { type: 'KMS', key: ARN }, true],
    [{ type: 'KMS', key: ARN }, { type: 'KMS', key: ARN.slice(-36) }, true],
    [{ type: 'KMS', key: ARN }, { type: 'KMS', key: `${ARN.slice(0, -1)}c` }, false],
    // Which key it means only KMS knows.
    [{ type: 'KMS', key: ARN }, { type: 'KMS', key: 'alias/ci' }, true],
  ])('%j is %j: %s', (encryption, wanted, same) => {
    const found = differences({ ...plain, encryption }, null, { ...NO_SETTINGS, encryption: wanted })
    expect(found.length === 0).toBe(same)
  })
})

test.each([
  [['latest', 'dev-*'], ['dev-*', 'latest'], 0],
  [['latest'], ['latest', 'dev-*'], 1],
])('exclusions %j and %j', (held, wanted, count) => {
  const mode = 'IMMUTABLE_WITH_EXCLUSION'
  const repository = { ...plain, mutability: { mode, exclusions: held } } as const
  const settings = { ...NO_SETTINGS, mutability: { mode, exclusions: wanted } } as const
  expect(differences(repository, null, settings)).toHaveLength(count)
})

test.each<[string, object, object, boolean]>([
  ['the order of members', { a: 1, b: 2 }, { b: 2, a: 1 }, true],
  ['a list of one', { Action: ['ecr:*'] }, { Action: 'ecr:*' }, true],
  ['the order of actions', { Action: ['a', 'b'] }, { Action: ['b', 'a'] }, true],
  ['an account and its root', { AWS: '123456789012' }, { AWS: 'arn:aws:iam::123456789012:root' }, true],
  ['another partition', { AWS: '123456789012' }, { AWS: 'arn:aws-cn:iam::123456789012:root' }, true],
  ['another account', { AWS: '123456789012' }, { AWS: '210987654321' }, false],
  ['another number', { countNumber: 1 }, { countNumber: 2 }, false],
  ['a member more', { a: 1 }, { a: 1, b: 2 }, false],
  ['a number and its text', { a: 1 }, { a: '1' }, false],
])('policies that differ in %s', (_, held, wanted, same) => {
  expect(samePolicy(JSON.stringify(held), JSON.stringify(wanted))).toBe(same)
})

test('no policy is none that is wanted', () => {
  expect(samePolicy(null, '{}')).toBe(false)
  expect(samePolicy('not JSON', '{}')).toBe(false)
})

test.each([
  ['ROOT', 'demo', true],
  ['team', 'team/demo', true],
  ['team/', 'team/demo', true],
  ['team', 'teams/demo', false],
  ['team', 'team', false],
  ['team/demo', 'team', false],
])('a template for %s creates %s on push: %s', (prefix, name, creates) => {
  expect(createsOnPush({ prefix, appliedFor: ['PULL_THROUGH_CACHE', 'CREATE_ON_PUSH'] }, name)).toBe(creates)
  expect(createsOnPush({ prefix, appliedFor: ['REPLICATION'] }, name)).toBe(false)
})

test('a long preview shows its first images and the count of the others', () => {
  const images = Array.from({ length: 30 }, (_, at) => ({
    digest: `sha256:${at}`,
    tags: at === 0 ? [] : [`v${at}`],
    action: at === 1 ? 'transition' : 'expire',
    rule: 7,
  }))
  const lines = describePreview({ complete: true, images, expiring: 229 })
  expect(lines[0]).toBe('The new lifecycle policy would expire 229 of the existing images, and archive 1:')
  expect(lines[1]).toBe('  rule 7 would expire sha256:0 (untagged)')
  expect(lines[2]).toBe('  rule 7 would archive sha256:1 (v1)')
  expect(lines).toHaveLength(22)
  expect(lines.at(-1)).toBe('  and 210 more')
  expect(describePreview({ complete: false, images: [], expiring: 0 })).toEqual([])
})
