import { createHash } from 'node:crypto'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { Metadata, MetadataKind } from '@tufjs/models'
import { explain } from '../../../src/shared/errors.ts'
import { GITHUB_ROOT, PUBLIC_GOOD_ROOT } from '../../../src/sigstore/first-roots.ts'
import { keptTrustRoot } from '../../../src/sigstore/kept-trust-root.ts'
import { rootOfInstance } from '../../../src/sigstore/load-root.ts'
import { callService, openTransport } from '../../../src/sigstore/transport.ts'
import { fetchTrustRoot, TRUST_ROOTS } from '../../../src/sigstore/trust-root.ts'
import { lowerLimits } from '../../support/limits.ts'
import { SHORT } from '../../support/sigstore/job.ts'
import { startTuf, type TufFault, type TufRepository } from '../../support/sigstore/tuf.ts'

jest.setTimeout(60_000)

const TEXT = JSON.stringify({ mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1' })

let tuf: TufRepository
let temporary: string
let lines: string[]
beforeEach(() => {
  temporary = mkdtempSync(path.join(os.tmpdir(), 'trust-root-'))
  lines = []
})
afterEach(() => {
  tuf?.close()
  // Nothing of it stays, however it ends.
  expect(readdirSync(temporary)).toEqual([])
  rmSync(temporary, { recursive: true })
})

/** @param toolCache a folder that stays from run to run */
async function fetched(toolCache: string | null = null): Promise<string> {
  const transport = await openTransport({}, (line) => lines.push(line))
  const base64 = tuf.firstRoot.toString('base64')
  const source = { url: tuf.url, first: { base64, sha256: '' } }
  const log = (line: string) => lines.push(line)
  return fetchTrustRoot(
    (call, ended) => callService({ ...transport, sleep: async () => undefined }, call, ended),
    source,
    temporary,
    keptTrustRoot(toolCache, tuf.url, { debug: log, warn: log }),
  )
}

async function refused(toolCache: string | null = null): Promise<string> {
  try {
    await fetched(toolCache)
  } catch (error) {
    return explain(error).replace(tuf.url.port, 'PORT').replaceAll(tuf.url.origin, 'ORIGIN')
  }
  throw new Error('it was trusted')
}

test('is fetched, from the first root on by a root that the first one signed', async () => {
  tuf = await startTuf(TEXT)
  expect(await fetched()).toBe(TEXT)
  expect(tuf.requests).toEqual([
    '/2.root.json',
    '/3.root.json',
    '/timestamp.json',
    '/1.snapshot.json',
    '/1.targets.json',
    expect.stringMatching(/^\/targets\/[0-9a-f]{64}\.trusted_root\.json$/),
  ])
})

test.each<[TufFault]>([[{ status: 503 }], ['end'], ['half']])(
  'a transient failure is retried: %j',
  async (fault) => {
    tuf = await startTuf(TEXT)
    tuf.faults.push(fault)
    expect(await fetched()).toBe(TEXT)
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(/^The request for \/2\.root\.json of the trust root failed \(.*\); retry after /)
  },
)

describe('is not trusted', () => {
  test('if it is not what the repository signed', async () => {
    tuf = await startTuf(TEXT)
    const [name = ''] = [...tuf.files.keys()].filter((file) => file.startsWith('/targets/'))
    tuf.files.set(name, Buffer.from(TEXT.replace('v', 'w')))
    expect(await refused()).toMatch(
      /^The trust root of Sigstore at \S+ is not to be trusted: .*\nWhat to do: check the clock/,
    )
  })

  test('if the root of today is none that the first one signed', async () => {
    tuf = await startTuf(TEXT, { foreignRoot: true })
    expect(await refused()).toMatch(/ is not to be trusted: /)
    expect(tuf.requests).toEqual(['/2.root.json'])
  })

  test('if its time is over', async () => {
    tuf = await startTuf(TEXT, { expired: true })
    expect(await refused()).toMatch(/ is not to be trusted: .*expired/)
  })

  test('if a file is of a size that none has', async () => {
    tuf = await startTuf(TEXT)
    tuf.files.set('/timestamp.json', Buffer.alloc(20_000, ' '))
    expect(await refused()).toMatch(/ is not to be trusted: more than 16384 bytes/)
  })
})

test('of a form that is not known is not told as a file of the user’s', async () => {
  const text = '{"mediaType":"application/vnd.dev.sigstore.trustedroot.v9+json"}'
  tuf = await startTuf(text)
  const { github } = TRUST_ROOTS
  const first = { base64: tuf.firstRoot.toString('base64'), sha256: '' }
  Object.assign(TRUST_ROOTS, { github: { url: tuf.url, first } })
  try {
    const transport = await openTransport({}, () => {})
    const error = await rootOfInstance('github', transport, temporary).catch((reason: unknown) => reason)
    expect(explain(error as Error).replaceAll(tuf.url.origin, 'ORIGIN')).toMatch(
      /^The trust root of Sigstore at ORIGIN is not understood: its mediaType is .*v9\+json', .*\nWhat to do: use a newer version of this action/,
    )
  } finally {
    Object.assign(TRUST_ROOTS, { github })
  }
})

describe('cannot be fetched', () => {
  test.each<[TufFault, RegExp]>([
    [{ status: 500 }, /could not be fetched: 500 Internal Server Error\nWhat to do: run the job again;/],
    ['silence', /could not be fetched: no whole answer within 0\.\d s\n/],
  ])('from a server that fails for good: %j', async (fault, message) => {
    lowerLimits(SHORT)
    tuf = await startTuf(TEXT)
    // The log of requests is long enough for each attempt.
    tuf.faults.push(...Array.from({ length: 40 }, () => fault))
    expect(await refused()).toMatch(message)
  })

  test.each([
    [403, 'Forbidden'],
    [404, 'Not Found'],
  ])('from a server that answers %i to everything', async (status, name) => {
    tuf = await startTuf(TEXT)
    tuf.faults.push(...Array.from({ length: 40 }, () => ({ status })))
    expect(await refused()).toMatch(
      new RegExp(`could not be fetched: ${status} ${name}\\nWhat to do: run the job again; .*its proxy`),
    )
    // Of the roots, it says that there is no newer one.
    expect(tuf.requests).toEqual(['/2.root.json', '/timestamp.json'])
  })

  test.each([403, 404])('at the last file: %i', async (status) => {
    tuf = await startTuf(TEXT)
    tuf.faults.push(null, null, null, null, null, { status })
    expect(await refused()).toMatch(new RegExp(`could not be fetched: ${status} `))
    expect(tuf.requests.at(-1)).toMatch(/^\/targets\//)
  })

  // The library puts the text of such a failure into an error of its own.
  test('at a later file', async () => {
    tuf = await startTuf(TEXT)
    tuf.faults.push(null, null, null, { status: 400 })
    expect(await refused()).toMatch(/could not be fetched: 400 Bad Request\nWhat to do: run the job again;/)
    expect(tuf.requests.at(-1)).toBe('/1.snapshot.json')
  })

  test('within the limit of all of it', async () => {
    lowerLimits({ trustRootMs: 500 })
    tuf = await startTuf(TEXT)
    tuf.faults.push(...Array.from({ length: 40 }, (): TufFault => 'silence'))
    const began = performance.now()
    expect(await refused()).toMatch(/could not be fetched: no whole answer within/)
    expect(performance.now() - began).toBeLessThan(10_000)
  })
})

describe('without a network', () => {
  let toolCache: string
  const unreachable = () => tuf.faults.push(...Array.from({ length: 40 }, (): TufFault => ({ status: 400 })))
  const keptFile = () =>
    path.join(toolCache, 'ecr-build-push', 'trust-roots', `${tuf.url.host.replace(':', '_')}.json`)
  beforeEach(async () => {
    toolCache = mkdtempSync(path.join(os.tmpdir(), 'tool-cache-'))
  })
  afterEach(() => rmSync(toolCache, { recursive: true }))

  test('the copy of an earlier run is used, and a line says of when it is', async () => {
    tuf = await startTuf(TEXT)
    expect(await fetched(toolCache)).toBe(TEXT)
    unreachable()
    expect(await fetched(toolCache)).toBe(TEXT)
    expect(lines).toEqual([
      expect.stringMatching(
        /^The trust root of Sigstore at \S+ could not be fetched \(400 Bad Request\): the copy of \d{4}-\S+Z on this runner is used, which TUF has verified$/,
      ),
    ])
    expect(readdirSync(path.dirname(keptFile()))).toHaveLength(1)
  })

  test('a network that swallows what is sent is not waited for as long as without a copy', async () => {
    lowerLimits({ trustRootWithCopyMs: 400 })
    tuf = await startTuf(TEXT)
    await fetched(toolCache)
    tuf.faults.push(...Array.from({ length: 40 }, (): TufFault => 'silence'))
    const began = performance.now()
    expect(await fetched(toolCache)).toBe(TEXT)
    expect(performance.now() - began).toBeLessThan(10_000)
    expect(lines).toEqual([
      expect.stringMatching(/ could not be fetched \(no whole answer within .*the copy of /),
    ])
  })

  test('without a copy, or a folder for one, it says so', async () => {
    tuf = await startTuf(TEXT)
    unreachable()
    expect(await refused(toolCache)).toMatch(
      /could not be fetched: 400 Bad Request; no earlier run has left a copy on this runner\nWhat to do: .*sigstore-trusted-root/,
    )
    unreachable()
    expect(await refused()).toMatch(/could not be fetched: 400 Bad Request\n/)
  })

  test.each<[string, (kept: Record<string, string>) => unknown]>([
    [
      'a target that somebody has put there',
      (kept) => {
        for (const name of Object.keys(kept)) {
          if (name.startsWith('/targets/'))
            kept[name] = Buffer.from(TEXT.replace('v', 'w')).toString('base64')
        }
        return kept
      },
    ],
    ['half of it', ({ '/timestamp.json': timestamp = '' }) => ({ '/timestamp.json': timestamp })],
    ['an array', () => []],
    ['other types', (kept) => Object.fromEntries(Object.keys(kept).map((name) => [name, 1]))],
  ])('a copy is not trusted if it is %s', async (_, change) => {
    tuf = await startTuf(TEXT)
    await fetched(toolCache)
    const kept = JSON.parse(readFileSync(keptFile(), 'utf8'))
    writeFileSync(keptFile(), JSON.stringify(change(kept)))
    unreachable()
    expect(await refused(toolCache)).toMatch(
      /could not be fetched: 400 Bad Request; (?:the copy that|no earlier run)/,
    )
  })

  test('a copy is not used if the repository answers with what is not to be trusted', async () => {
    tuf = await startTuf(TEXT)
    await fetched(toolCache)
    tuf.files.set('/timestamp.json', Buffer.from('{}'))
    expect(await refused(toolCache)).toMatch(/is not to be trusted/)
  })

  test('nothing is written through a link that somebody has put there', async () => {
    tuf = await startTuf(TEXT)
    const other = path.join(toolCache, 'other')
    writeFileSync(other, 'of somebody else')
    mkdirSync(path.dirname(keptFile()), { recursive: true })
    // The names that can be told before.
    for (const name of [keptFile(), `${keptFile()}.new`, `${keptFile()}.${process.pid}.new`]) {
      symlinkSync(other, name)
    }
    await fetched(toolCache)
    expect(readFileSync(other, 'utf8')).toBe('of somebody else')
    unreachable()
    expect(await fetched(toolCache)).toBe(TEXT)
  })

  test.each(['ecr-build-push', 'ecr-build-push/trust-roots'])(
    'nothing is written into a folder that a link leads to: %s',
    async (name) => {
      tuf = await startTuf(TEXT)
      const other = path.join(toolCache, 'of-somebody-else')
      mkdirSync(other, { recursive: true })
      const link = path.join(toolCache, name)
      mkdirSync(path.dirname(link), { recursive: true })
      symlinkSync(other, link)
      expect(await fetched(toolCache)).toBe(TEXT)
      expect(readdirSync(other)).toEqual([])
      expect(lines).toContainEqual(
        expect.stringMatching(
          /^No copy of the trust root of \S+ is kept: \S+ is no folder, or a link to one$/,
        ),
      )
    },
  )

  test('what a job that was killed has left is removed, and what another job writes now is not', async () => {
    tuf = await startTuf(TEXT)
    mkdirSync(path.dirname(keptFile()), { recursive: true })
    const [old, now, foreign] = [`${keptFile()}.1.new`, `${keptFile()}.2.new`, `${keptFile()}x.new`]
    const longAgo = new Date(Date.now() - 2 * 3600_000)
    for (const file of [old, now, foreign]) writeFileSync(file, '')
    for (const file of [old, foreign]) utimesSync(file, longAgo, longAgo)
    await fetched(toolCache)
    const left = readdirSync(path.dirname(keptFile())).map((name) =>
      path.join(path.dirname(keptFile()), name),
    )
    expect(left.sort()).toEqual([keptFile(), now, foreign].sort())
  })

  test('what of it cannot be removed stays, the rest does not, and the copy is kept', async () => {
    tuf = await startTuf(TEXT)
    mkdirSync(path.dirname(keptFile()), { recursive: true })
    const [first, last] = [`${keptFile()}.0.new`, `${keptFile()}.9.new`]
    mkdirSync(first)
    writeFileSync(last, '')
    const longAgo = new Date(Date.now() - 2 * 3600_000)
    for (const file of [first, last]) utimesSync(file, longAgo, longAgo)
    await fetched(toolCache)
    const left = readdirSync(path.dirname(keptFile()))
    expect(left.sort()).toEqual([keptFile(), first].map((file) => path.basename(file)).sort())
    expect(lines.filter((line) => line.startsWith('No copy'))).toEqual([])
    expect(lines).toContainEqual(expect.stringMatching(/^What an earlier job has left stays: /))
  })

  test('many jobs keep a copy at the same time, and none leaves a file besides', async () => {
    tuf = await startTuf(TEXT)
    const kept = keptTrustRoot(toolCache, tuf.url, { debug: (line) => lines.push(line), warn: () => {} })
    const files = new Map([['/x', Buffer.alloc(500_000, 'x')]])
    await Promise.all(Array.from({ length: 20 }, () => kept?.write(files)))
    expect(lines).toEqual([])
    expect(await kept?.read()).toMatchObject({ files })
    expect(readdirSync(path.dirname(keptFile()))).toHaveLength(1)
  })

  test('a copy that cannot be put in its place leaves nothing', async () => {
    tuf = await startTuf(TEXT)
    mkdirSync(path.join(keptFile(), 'x'), { recursive: true })
    expect(await fetched(toolCache)).toBe(TEXT)
    expect(lines).toEqual([
      expect.stringMatching(/^No copy of the trust root of \S+ is used: \S+ is no file$/),
      expect.stringMatching(/^No copy of the trust root of \S+ is kept: /),
    ])
    expect(readdirSync(path.dirname(keptFile()))).toEqual([path.basename(keptFile())])
  })

  test('a copy whose time is over is not used', async () => {
    tuf = await startTuf(TEXT)
    await fetched(toolCache)
    unreachable()
    jest.useFakeTimers({
      now: Date.now() + 30 * 86_400_000,
      doNotFake: [
        'setTimeout',
        'clearTimeout',
        'setImmediate',
        'nextTick',
        'performance',
        'queueMicrotask',
        'setInterval',
        'clearInterval',
      ],
    })
    try {
      expect(await refused(toolCache)).toMatch(
        /the copy that an earlier run left on this runner has expired, or does not verify/,
      )
    } finally {
      jest.useRealTimers()
    }
  })
})

describe('the first roots', () => {
  test.each([
    ['public-good', PUBLIC_GOOD_ROOT, 'https://tuf-repo-cdn.sigstore.dev/'],
    ['github', GITHUB_ROOT, 'https://tuf-repo.github.com/'],
  ] as const)('%s: the bytes are those of the source, and the root signs itself', (instance, first, url) => {
    expect(TRUST_ROOTS[instance]).toEqual({ url: new URL(url), first })
    const bytes = Buffer.from(first.base64, 'base64')
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(first.sha256)
    const root = Metadata.fromJSON(MetadataKind.Root, JSON.parse(bytes.toString('utf8')))
    expect(() => root.verifyDelegate('root', root)).not.toThrow()
  })
})
