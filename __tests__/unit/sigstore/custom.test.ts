import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Sigstore, startSigstore } from '../../../dev/sigstore/services.ts'
import { ActionError } from '../../../src/shared/errors.ts'
import { refuseUnverifiable, servicesIn, trustedRootIn } from '../../../src/sigstore/custom.ts'

const NOW = new Date('2026-06-01T00:00:00Z')
const MEDIA = 'application/vnd.dev.sigstore.signingconfig.v0.2+json'
const service = (url: string, majorApiVersion = 1, validFor: object = { start: '2024-01-01T00:00:00Z' }) => ({
  url,
  majorApiVersion,
  validFor,
  operator: 'example',
})

const CONFIG = {
  mediaType: MEDIA,
  caUrls: [service('https://fulcio.example')],
  rekorTlogUrls: [service('https://rekor.example')],
  rekorTlogConfig: { selector: 'ANY' },
  tsaUrls: [service('https://tsa.example/api/v1/timestamp')],
  tsaConfig: { selector: 'ANY' },
}

function told(config: object) {
  const { instance, certificates, log, timestamps } = servicesIn(JSON.stringify(config), 'a.json', NOW)
  expect(instance).toBe('custom')
  return [certificates.href, log?.url.href ?? null, log?.version ?? null, timestamps?.href ?? null]
}

function thrown(run: () => unknown): ActionError {
  try {
    run()
  } catch (error) {
    if (error instanceof ActionError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

describe('a signing config', () => {
  test('names the services', () => {
    expect(told(CONFIG)).toEqual([
      'https://fulcio.example/',
      'https://rekor.example/',
      1,
      'https://tsa.example/api/v1/timestamp',
    ])
  })

  test('without a log, or without a timestamp authority', () => {
    const { rekorTlogConfig: _, ...logless } = CONFIG
    expect(told(logless)).toEqual([
      'https://fulcio.example/',
      null,
      null,
      'https://tsa.example/api/v1/timestamp',
    ])
    const { tsaConfig: __, ...timeless } = CONFIG
    expect(told(timeless)).toEqual(['https://fulcio.example/', 'https://rekor.example/', 1, null])
  })

  // As `cosign signing-config create` writes it.
  test('of an instance without one of them, whose config is empty', () => {
    const { rekorTlogUrls: _, ...logless } = CONFIG
    expect(told({ ...logless, rekorTlogConfig: {} })[1]).toBeNull()
    const { tsaUrls: __, ...timeless } = CONFIG
    expect(told({ ...timeless, tsaConfig: {} })[3]).toBeNull()
  })

  test.each([
    ['one', [service('https://one.example')]],
    ['one that is valid', [service('https://one.example'), service('https://two.example', 9)]],
    [
      'two of one operator',
      [service('https://two.example'), service('https://one.example', 1, { start: '2025-01-01T00:00:00Z' })],
    ],
  ])('that wants all of them has one if there is %s', (_, rekorTlogUrls) => {
    expect(told({ ...CONFIG, rekorTlogUrls, rekorTlogConfig: { selector: 'ALL' } })[1]).toBe(
      'https://one.example/',
    )
  })

  test('of several services, the one that began last counts, of those that are valid now and known', () => {
    const rekorTlogUrls = [
      service('https://old.example', 1, { start: '2024-01-01T00:00:00Z' }),
      service('https://new.example', 2, { start: '2025-01-01T00:00:00Z' }),
      service('https://over.example', 2, { start: '2026-01-01T00:00:00Z', end: '2026-05-01T00:00:00Z' }),
      service('https://later.example', 2, { start: '2026-07-01T00:00:00Z' }),
      service('https://unknown.example', 3, { start: '2026-02-01T00:00:00Z' }),
      service('https://zero.example', 0, { start: '2026-02-01T00:00:00Z' }),
    ]
    expect(told({ ...CONFIG, rekorTlogUrls }).slice(1, 3)).toEqual(['https://new.example/', 2])
  })

  test('a timestamp authority without a path has that of sigstore-js', () => {
    expect(told({ ...CONFIG, tsaUrls: [service('https://tsa.example')] })[3]).toBe(
      'https://tsa.example/api/v1/timestamp',
    )
  })

  test('services on this machine may be without TLS', () => {
    for (const host of ['localhost:1', '127.0.0.1:2', '[::1]:3']) {
      expect(told({ ...CONFIG, caUrls: [service(`http://${host}`)] })[0]).toBe(`http://${host}/`)
    }
  })

  const { tsaConfig: _, ...timeless } = CONFIG
  test.each([
    ['', 'it is not JSON ('],
    ['[]', 'it is not a JSON object.'],
    ['{}', "its mediaType is '', and only application/vnd.dev.sigstore.signingconfig.v0.2+json is known."],
    [{ ...CONFIG, mediaType: MEDIA.replace('v0.2', 'v0.1') }, 'its mediaType is '],
    [{ ...CONFIG, caUrls: [] }, 'caUrls has no service that is valid now with an API of version 1.'],
    [{ ...CONFIG, caUrls: [service('https://f', 2)] }, 'caUrls has no service that is valid now'],
    [
      { ...CONFIG, rekorTlogUrls: [] },
      'rekorTlogUrls has no service that is valid now with an API of version 1 to 2.',
    ],
    [{ ...CONFIG, tsaUrls: [] }, 'tsaUrls has no service'],
    [
      { ...CONFIG, caUrls: [service('http://fulcio.example')] },
      "caUrls has 'http://fulcio.example', which is not an address with https.",
    ],
    [{ ...CONFIG, caUrls: [service('http://127.0.0.1.example')] }, 'caUrls has '],
    [{ ...CONFIG, caUrls: [service('fulcio')] }, "caUrls has 'fulcio', which is not an address with https."],
    [
      {
        ...CONFIG,
        tsaUrls: [...CONFIG.tsaUrls, { ...service('https://b.example'), operator: 'b' }],
        tsaConfig: { selector: 'ALL' },
      },
      'tsaConfig wants several services',
    ],
    [{ ...CONFIG, rekorTlogConfig: {} }, 'rekorTlogConfig has no selector'],
    [{ ...CONFIG, rekorTlogConfig: { selector: 'EXACT', count: 2 } }, 'rekorTlogConfig wants several'],
    [{ ...CONFIG, rekorTlogConfig: { selector: 'SOME' } }, 'it cannot be read (rekorTlogConfig: '],
    [{ ...CONFIG, caUrls: [null] }, 'it cannot be read (caUrls[0] is not of the form that it has to be of).'],
    [
      { ...CONFIG, tsaUrls: [...CONFIG.tsaUrls, null] },
      'it cannot be read (tsaUrls[1] is not of the form that it has to be of).',
    ],
    [
      { ...timeless, rekorTlogUrls: [service('https://r', 2)] },
      'nothing in it attests the time of a signature',
    ],
    [{ ...timeless, rekorTlogConfig: undefined }, 'nothing in it attests the time of a signature'],
  ] as const)('%j: %s', (config, message) => {
    const text = typeof config === 'string' ? config : JSON.stringify(config)
    const error = thrown(() => servicesIn(text, 'sigstore/signing.json', NOW))
    expect(error.message).toContain(`sigstore-signing-config: sigstore/signing.json: ${message}`)
    expect(error.remedy).toContain('signing config of your instance')
  })
})

describe('what the services sign', () => {
  const both = servicesIn(JSON.stringify(CONFIG), 'a.json', NOW)
  const root = (lists: object) => lists as Parameters<typeof refuseUnverifiable>[1]
  const unverifiable = (services: typeof both, lists: object) =>
    thrown(() => refuseUnverifiable(services, root(lists), 'The trust root of X')).message

  test('can be verified', () => {
    refuseUnverifiable(both, root({ tlogs: [{}], timestampAuthorities: [{}] }), 'a')
    refuseUnverifiable({ ...both, log: null }, root({ tlogs: [], timestampAuthorities: [{}] }), 'a')
    refuseUnverifiable({ ...both, timestamps: null }, root({ tlogs: [{}], timestampAuthorities: [] }), 'a')
  })

  test('cannot: what the trust root lacks is said, and which one it is', () => {
    expect(unverifiable(both, { tlogs: [], timestampAuthorities: [] })).toBe(
      'The trust root of X: it has no tlogs, and rekor.example is the log; and it has no timestampAuthorities, and tsa.example signs the time, so that nothing that is signed could be verified.',
    )
    expect(unverifiable(both, { tlogs: [{}], timestampAuthorities: [] })).toMatch(
      /^The trust root of X: it has no timestampAuthorities,/,
    )
  })
})

describe('a trust root', () => {
  let sigstore: Sigstore
  let root: Record<string, unknown[]>
  beforeAll(async () => {
    sigstore = await startSigstore()
    root = JSON.parse(sigstore.trustedRoot)
  })
  afterAll(() => sigstore.stop())

  test('is read', () => {
    const { certificateAuthorities, tlogs, ctlogs, timestampAuthorities } = trustedRootIn(
      sigstore.trustedRoot,
      'a',
    )
    expect([certificateAuthorities, tlogs, ctlogs, timestampAuthorities].map(({ length }) => length)).toEqual(
      [1, 1, 1, 1],
    )
  })

  test.each([
    [() => '', 'it is not JSON ('],
    [() => 'null', 'it is not a JSON object.'],
    [() => ({}), "its mediaType is '', and not that of a trust root."],
    [() => ({ ...root, mediaType: MEDIA }), 'its mediaType is '],
    [() => ({ ...root, certificateAuthorities: [] }), 'it has no certificateAuthorities.'],
    [
      () => ({ ...root, tlogs: [], timestampAuthorities: [] }),
      'it has neither tlogs nor timestampAuthorities',
    ],
    [
      () => ({ ...root, certificateAuthorities: [{ certChain: { certificates: [{ rawBytes: 'AAAA' }] } }] }),
      'a key or a certificate in it cannot be read (',
    ],
    [
      () => ({ ...root, tlogs: [null] }),
      'it cannot be read (tlogs[0] is not of the form that it has to be of).',
    ],
    ...['tlogs', 'certificateAuthorities', 'ctlogs', 'timestampAuthorities'].map(
      (list): [() => object, string] => [
        () => ({ ...root, [list]: [...(root[list] ?? []), {}] }),
        `a key or a certificate in it cannot be read (${list}[1] is not of the form that it has to be of).`,
      ],
    ),
  ] as [() => unknown, string][])('that is none: %#', (given, message) => {
    const content = given()
    const text = typeof content === 'string' ? content : JSON.stringify(content)
    const error = thrown(() => trustedRootIn(text, 'root.json'))
    expect(error.message).toContain(`sigstore-trusted-root: root.json: ${message}`)
    expect(error.remedy).toContain('trusted_root.json of your instance')
  })
})
