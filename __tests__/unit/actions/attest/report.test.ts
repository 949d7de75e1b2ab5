import { expect, test } from '@jest/globals'
import {
  type AttestPart,
  attestationChecks,
  unattestedWarning,
} from '../../../../src/actions/attest/report.ts'
import type { Attestable } from '../../../../src/inputs/attest.ts'

const setup = {
  inputs: { what: ['provenance', 'sbom'] },
  services: { instance: 'github' },
} as unknown as Parameters<typeof attestationChecks>[1]

const digest = (letter: string) => `sha256:${letter.repeat(64)}`
const part = (
  what: Attestable,
  came: 'here' | 'there' | 'missing' | 'failed' | 'other',
  subject = digest('a'),
): AttestPart => ({
  what,
  subject,
  placed:
    came === 'here' || came === 'there'
      ? ({ subject, verified: { logIndex: '7', identity: 'somebody' } } as AttestPart['placed'])
      : null,
  failure: came === 'there' || came === 'failed' ? new Error('no') : null,
  saysOther: came === 'other',
})

const SIGNED = 'signed by <code>somebody</code>'
const PROVENANCE = `Attestation: provenance, ${SIGNED}, entry 7 of the transparency log; verified, and beside the image.`

test.each<[string, AttestPart[], boolean, [string, string][]]>([
  [
    'nothing is known',
    [],
    true,
    [
      ['failed', 'Attestation: provenance is missing.'],
      ['failed', 'Attestation: SBOM is missing.'],
    ],
  ],
  [
    'one SBOM of two fails',
    [part('provenance', 'here'), part('sbom', 'here'), part('sbom', 'failed')],
    false,
    [
      ['passed', PROVENANCE],
      ['failed', 'Attestation: SBOMs: 1 of 2 is missing.'],
    ],
  ],
  [
    'of three, one is in the first registry alone, and one nowhere',
    [part('provenance', 'there'), part('sbom', 'here'), part('sbom', 'there'), part('sbom', 'failed')],
    false,
    [
      ['failed', 'Attestation: provenance is missing in a registry.'],
      ['failed', 'Attestation: SBOMs: 1 of 3 is missing, and 1 of 3 is missing in a registry.'],
    ],
  ],
  [
    'one is missing, and nothing failed',
    [part('provenance', 'missing'), part('sbom', 'here'), part('sbom', 'here', digest('b'))],
    false,
    [
      ['unknown', 'Attestation: provenance is missing.'],
      ['passed', `Attestation: SBOM of 2 images, ${SIGNED}; verified, and beside the image.`],
    ],
  ],
  [
    'three of one image',
    [part('provenance', 'here'), part('sbom', 'here'), part('sbom', 'here'), part('sbom', 'here')],
    false,
    [
      ['passed', PROVENANCE],
      ['passed', `Attestation: 3 SBOMs of one image, ${SIGNED}; verified, and beside the image.`],
    ],
  ],
])('each kind has its own row: %s', (_, parts, failed, rows) => {
  expect(attestationChecks(parts, setup, failed).map(({ outcome, line }) => [outcome, line])).toEqual(rows)
})

test.each<[AttestPart[], string]>([
  [[part('provenance', 'missing'), part('sbom', 'missing')], 'has no valid attestation, and this'],
  [
    [part('provenance', 'here'), part('sbom', 'missing')],
    'has no valid attestation for all of provenance, sbom, and this',
  ],
  [
    [part('provenance', 'here'), part('sbom', 'other')],
    'has a valid attestation of another SBOM than that of sbom-file, and this',
  ],
  [
    [part('provenance', 'missing'), part('sbom', 'other')],
    'has no valid attestation, and a valid attestation of another SBOM than that of sbom-file, and this',
  ],
])('the warning says what is missing, and what says something else', (parts, said) => {
  const image = { digest: digest('a'), holders: [{ uri: 'HOST/NAME' }] } as never
  expect(unattestedWarning(image, parts, setup)).toContain(`HOST/NAME@${digest('a')} ${said}`)
})
