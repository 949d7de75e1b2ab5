import { expect, test } from '@jest/globals'
import { refuseTakenTags } from '../../../src/delivery/existing-images.ts'
import type { HeldImage, Repository } from '../../../src/ecr/types.ts'
import { findKnownFailure } from '../../../src/registry/known-failures.ts'
import { ActionError } from '../../../src/shared/errors.ts'

const IMMUTABLE = 'recipes.md#immutable-tags'

function refusal(...[ifImageExists, digest]: readonly ['push' | 'skip' | 'fail', string | null]) {
  const repository = {
    uri: 'host/app',
    mutability: { mode: 'IMMUTABLE', exclusions: [] },
  } as unknown as Repository
  const images = new Map([['v1', { digest: 'sha256:there', active: true } as HeldImage]])
  try {
    refuseTakenTags(repository, images, ifImageExists, ['v1', 'v2'], digest)
  } catch (error) {
    return error
  }
  return null
}

test.each([
  ['the main action', 'push', null, IMMUTABLE],
  ['the main action that would skip', 'skip', null, IMMUTABLE],
  ['promote and merge, which have no if-image-exists', 'push', 'sha256:other', IMMUTABLE],
  ['the main action that is to fail', 'fail', null, 'recipes.md#skip-what-exists-already'],
] as const)('a taken tag leads to the page about what refuses it: %s', (_, ifImageExists, digest, page) => {
  const error = refusal(ifImageExists, digest)
  expect(error).toBeInstanceOf(ActionError)
  expect((error as ActionError).pages).toEqual([page])
})

test('and so does one that the registry refuses', () => {
  expect(
    findKnownFailure("The image tag 'v1' cannot be overwritten because the tag is immutable.")?.page,
  ).toBe(IMMUTABLE)
})
