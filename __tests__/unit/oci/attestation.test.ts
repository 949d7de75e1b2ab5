import { expect, test } from '@jest/globals'
import { isAttestation } from '../../../src/oci/types.ts'

// Both marks that BuildKit puts on an attestation, each alone: other tools keep one of them and drop the other.
// https://docs.docker.com/build/metadata/attestations/attestation-storage/

const LINUX = { os: 'linux', architecture: 'amd64' }
const UNKNOWN = { os: 'unknown', architecture: 'unknown' }
const MARK = { 'vnd.docker.reference.type': 'attestation-manifest' }

test.each([
  ['the annotation and the platform', { annotations: MARK, platform: UNKNOWN }, true],
  ['the annotation alone', { annotations: MARK }, true],
  ['the annotation and a real platform', { annotations: MARK, platform: LINUX }, true],
  ['the platform alone', { platform: UNKNOWN }, true],
  ['the platform beside another annotation', { platform: UNKNOWN, annotations: { a: 'b' } }, true],
  ['a real platform', { platform: LINUX }, false],
  ['an unknown architecture alone', { platform: { os: 'linux', architecture: 'unknown' } }, false],
  ['an unknown system alone', { platform: { os: 'unknown', architecture: 'amd64' } }, false],
  ['the annotation with another value', { annotations: { 'vnd.docker.reference.type': 'x' } }, false],
  ['annotations that are null, as some tools write them', { annotations: null as never }, false],
  ['neither', {}, false],
])('%s', (_, descriptor, expected) => {
  expect(isAttestation(descriptor)).toBe(expected)
})
