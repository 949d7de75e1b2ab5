import { expect, test } from '@jest/globals'
import { isImmutable, type Mutability } from '../../../../src/ecr/settings/mutability.ts'

test.each<[Mutability['mode'], string[], string, boolean]>([
  ['MUTABLE', [], 'v1', false],
  ['MUTABLE', ['v*'], 'v1', false],
  ['IMMUTABLE', [], 'v1', true],
  ['IMMUTABLE', ['v*'], 'v1', true],
  ['IMMUTABLE_WITH_EXCLUSION', ['latest'], 'latest', false],
  ['IMMUTABLE_WITH_EXCLUSION', ['latest'], 'latest2', true],
  ['IMMUTABLE_WITH_EXCLUSION', ['lat*', 'dev-*'], 'dev-1', false],
  ['IMMUTABLE_WITH_EXCLUSION', ['a*b*c'], 'a-b-c', false],
  ['IMMUTABLE_WITH_EXCLUSION', ['a*b*c'], 'a-c-b', true],
  ['IMMUTABLE_WITH_EXCLUSION', ['ab*ba'], 'aba', true],
  ['IMMUTABLE_WITH_EXCLUSION', ['*'], 'anything', false],
  ['IMMUTABLE_WITH_EXCLUSION', ['v.1'], 'vx1', true],
  ['MUTABLE_WITH_EXCLUSION', ['v*'], 'v1', true],
  ['MUTABLE_WITH_EXCLUSION', ['v*'], 'dev', false],
])('%s excluding %j: %s is immutable: %s', (mode, exclusions, tag, expected) => {
  expect(isImmutable({ mode, exclusions }, tag)).toBe(expected)
})
