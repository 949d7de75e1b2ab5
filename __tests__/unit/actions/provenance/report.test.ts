import { describe, expect, test } from '@jest/globals'
import { provenanceCheck, refusedProvenance } from '../../../../src/actions/provenance/report.ts'
import type { FoundProvenance } from '../../../../src/actions/provenance/search.ts'
import { ActionError, explain } from '../../../../src/shared/errors.ts'
import type { SignerPolicy } from '../../../../src/sigstore/policy.ts'

const policy: SignerPolicy = {
  serverUrl: 'https://github.com',
  repository: 'octo-org/demo',
  ...{ repositoryId: null, ownerId: null, workflow: null, workflowRef: null },
  ...{ ref: null, commit: null, event: null, runner: null },
}
const inputs = { policy, eachPlatform: false, sigstore: 'auto', trustedRoot: null } as const
const digest = (of: string) => `sha256:${of.repeat(64)}`
const found = (change: Partial<FoundProvenance> = {}): FoundProvenance => ({
  subject: digest('a'),
  accepted: null,
  refused: [],
  archived: [],
  listed: 0,
  unread: null,
  ...change,
})
const said = (some: readonly FoundProvenance[], missing: readonly unknown[] = []) =>
  explain(refusedProvenance(some, { uri: 'registry/app' }, inputs, { roots: [], missing, said: '' }))

describe('a refusal', () => {
  test('tells of each image and each attestation', () => {
    const one = found({ refused: [{ referrer: digest('1'), why: 'it is none' }], listed: 1 })
    const other = found({ subject: digest('b'), archived: [digest('2')], listed: 1 })
    expect(said([one, other])).toBe(
      [
        `require-provenance: registry/app@${digest('a')} has no provenance that is accepted. Required: provenance of octo-org/demo.`,
        `- ${digest('1')}: it is none`,
        `registry/app@${digest('b')} has no provenance that is accepted. Required: provenance of octo-org/demo.`,
        `- ${digest('2')}: it is archived, and cannot be read`,
        'What to do: take an image that the required workflow has built, or correct require-provenance.',
      ].join('\n'),
    )
  })

  test('tells of twenty attestations, and how many more there are', () => {
    const refused = Array.from({ length: 100 }, (_, at) => ({ referrer: `sha256:${at}`, why: 'no' }))
    const lines = said([found({ refused, listed: 100 })]).split('\n')
    expect(lines).toHaveLength(23)
    expect(lines.at(-2)).toBe('- … and 80 more; with debug logging, the log has all of them')
  })

  test('tells of a trust root that is missing: what it would have verified counts for nothing', () => {
    const missing = [new ActionError('The trust root could not be fetched: 403', 'ask for it.')]
    const message = said(
      [found({ refused: [{ referrer: digest('1'), why: 'no chain' }], listed: 1 })],
      missing,
    )
    expect(message).toContain('\nThe trust root could not be fetched: 403\n')
    expect(message).toMatch(/What to do: see to it that the runner reaches the trust roots/)
  })

  const notLookedAt = [{ referrer: digest('1'), why: 'it was not looked at' }]
  const unread = (beyond: 'time' | 'size' | null) =>
    found({ refused: notLookedAt, listed: 1, unread: beyond })
  test.each([
    [
      'for lack of time',
      [unread('time')],
      /^What to do: run the job again, as what was not looked at may be/,
    ],
    ['as there is too much', [unread('size')], /^What to do: remove from ECR what else is beside the image/],
    [
      'for either reason',
      [unread('time'), unread('size')],
      /^What to do: remove from ECR what else is beside/,
    ],
    ['of one of two images', [unread('time'), unread(null)], /^What to do: take an image that the required/],
  ])('for what was not looked at, %s, has a remedy of its own', (_, some, remedy) => {
    expect(said(some).split('\n').at(-1)).toMatch(remedy)
  })

  test('says how much of another kind is beside the image', () => {
    expect(said([found({ listed: 3 })])).toContain('\n- 3 of another kind than an attestation of Sigstore')
  })
})

describe('the row of the summary', () => {
  test('leaves the reasons, which others wrote, to the error above it', () => {
    const why = '<script>alert(1)</script>'
    const refused = found({ refused: [{ referrer: digest('1'), why }], listed: 1 })
    expect(provenanceCheck([refused])).toEqual({
      outcome: 'failed',
      line: 'Provenance: none is accepted.',
      detail: null,
    })
    expect(said([refused])).toContain(why)
  })

  test('of several images, counts those that are refused', () => {
    const accepted = {
      referrer: digest('1'),
      signer: {
        ...{ identity: 'https://github.com/o/r/.github/workflows/a.yml@refs/heads/main', issuer: '' },
        ...{ repository: null, ref: null, commit: null, event: null, runner: null, run: null },
      },
      logIndex: null,
    }
    expect(provenanceCheck([found(), found({ accepted })]).line).toBe(
      'Provenance of 1 of 2 images: none is accepted.',
    )
    expect(provenanceCheck([found({ accepted }), found({ accepted })]).line).toMatch(
      /^Provenance of 2 images: signed by <code>.+<\/code>; verified\.$/,
    )
  })
})
