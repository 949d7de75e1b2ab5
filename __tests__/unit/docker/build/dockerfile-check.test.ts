import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { findUnknownInstructions } from '../../../../src/docker/build/dockerfile-check.ts'

/** Its first header. */
const TAR = Buffer.concat([Buffer.alloc(257), Buffer.from('ustar'), Buffer.alloc(250)])

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'dockerfile-check-'))
  file = path.join(folder, 'Dockerfile')
})
afterEach(() => rmSync(folder, { recursive: true }))

const LEGACY = { serverVersion: '28.5.2', buildxVersion: null, classic: 'legacy' } as const
const OLD = { serverVersion: '20.10.24+dfsg1', buildxVersion: null, classic: 'buildkit' } as const
const BUILDX = { ...OLD, buildxVersion: '0.29.1' } as const

async function check(engine: Parameters<typeof findUnknownInstructions>[1], builder: string | null = null) {
  const build = { context: folder, file, buildArgs: [], target: null }
  const env = async () => ({ HOME: folder })
  const chosen = async () => builder !== null && !/^docker( |$)/.test(builder)
  const { depends, problems } = await findUnknownInstructions(build, engine, env, chosen)
  const found = problems(
    builder === null
      ? null
      : { driver: builder.split(' ')[0] ?? '', buildkitVersion: builder.split(' ')[1] ?? null },
  )
  for (const { input, value } of found) expect([input, value]).toEqual(['file', file])
  return { depends, messages: found.map(({ message }) => message) }
}

describe('the legacy builder', () => {
  test('is told what it ignores, with the lines and the remedy', async () => {
    writeFileSync(file, 'FROM a\nARG TARGETARCH\nRUN <<EOF\nx\nEOF\n')
    expect((await check(LEGACY)).messages).toEqual([
      'docker builds without BuildKit here, and that builder ignores or refuses ARG TARGETARCH (line 2), RUN with a heredoc (line 3); install buildx with docker/setup-buildx-action in a step before this one; an ARG gets its value from build-args too',
    ])
  })

  test('is told of what it builds otherwise, with what helps besides buildx', async () => {
    writeFileSync(file, 'FROM a AS b\nARG V=1\nVOLUME /d\nFROM b\nRUN echo $V\n')
    expect((await check(LEGACY)).messages).toEqual([
      'docker builds without BuildKit here, and that builder ignores or refuses $V, an ARG of the stage that this one is based on (line 5), RUN after VOLUME (line 5); install buildx with docker/setup-buildx-action in a step before this one; or declare that ARG with its value (ARG NAME=value) in the stage that uses it; or put VOLUME behind the last RUN, as it discards what they write there',
    ])
  })

  test.each([
    ['a gzipped tar of any name', gzipSync(TAR), 'ADD --chown=1 data /d/', true],
    [
      'the beginning of a large one',
      gzipSync(Buffer.concat([TAR, randomBytes(50_000)])),
      'ADD --chown=1 data /',
      true,
    ],
    ['a tar', TAR, 'ADD --chown=1 ["data", "/d/"]', true],
    ['a bzip2 by its name', Buffer.from('BZh91'), 'ADD --chown=1 data.tgz /d/', true],
    ['another bzip2', Buffer.from('BZh91'), 'ADD --chown=1 data /d/', false],
    ['a gzipped text', gzipSync('text'), 'ADD --chown=1 data /d/', false],
    ['a text with the name of an archive', Buffer.from('text'), 'ADD --chown=1 data.tgz /d/', false],
    ['a broken gzip', Buffer.from('1f8bff', 'hex'), 'ADD --chown=1 data /d/', false],
    ['nothing', Buffer.alloc(0), 'ADD --chown=1 data /d/', false],
    ['a file that is not there', null, 'ADD --chown=1 other.tgz /d/', true],
    ['a folder', null, 'ADD --chown=1 . /d/', false],
    ['an archive without an owner', TAR, 'ADD data /d/', false],
  ])('looks whether ADD --chown is of an archive: %s', async (_, content, add, refused) => {
    writeFileSync(file, `FROM a\n${add}\n`)
    for (const name of ['data', 'data.tgz']) {
      if (content !== null) writeFileSync(path.join(path.dirname(file), name), content)
    }
    const { messages } = await check(LEGACY)
    expect(messages.join()).toMatch(refused ? /ADD --chown of an archive \(line 2\)/ : /^$/)
  })

  test.each([
    ['COPY file /app/.', true],
    ['ADD "file" /app/.', true],
    ['COPY ./folder/../file /app/.', true],
    // The image that the step makes tells.
    ['COPY fil* /app/.', false],
    ['COPY --from=x /file /app/.', false],
    ['ADD https://example.com/file /app/.', false],
    ['COPY folder /app/.', false],
    ['ADD ["./folder", "/app/."]', false],
    ['COPY missing /app/.', false],
    ['COPY file/below /app/.', false],
  ])('looks whether a file is copied to /. : %s', async (copy, refused) => {
    writeFileSync(file, `FROM a\n${copy}\n`)
    writeFileSync(path.join(folder, 'file'), '')
    mkdirSync(path.join(folder, 'folder'))
    const { messages } = await check(LEGACY)
    expect(messages.join()).toMatch(refused ? / to a folder as \/\. \(line 2\)/ : /^$/)
  })

  test.each([
    ['ENV V=1\nARG V=2\nLABEL v=$V', 'or give that ARG another name than the ENV has'],
    ['ARG A=1 B=$A', 'or declare these one by one, each in an ARG of its own'],
    [
      'ARG V=1\nARG V\nLABEL v=$V',
      'or declare that ARG with its value (ARG NAME=value) in the stage that uses it',
    ],
  ])('is told what helps besides buildx for %j', async (text, remedy) => {
    writeFileSync(file, `FROM a\n${text}\n`)
    expect((await check(LEGACY)).messages).toEqual([expect.stringContaining(`before this one; ${remedy}`)])
  })

  test.each([
    [{ default: { httpProxy: 'http://p' } }, '$HTTP_PROXY'],
    [{ 'tcp://engine:2376': { httpsProxy: 'http://p', noProxy: '' } }, '$https_proxy'],
    [{ default: { noProxy: '10.0.0.0/8', httpProxy: '' } }, null],
    ['x', null],
  ])("is told of the proxies in the user's configuration: %j, %j", async (proxies, found) => {
    mkdirSync(path.join(folder, '.docker'))
    writeFileSync(path.join(folder, '.docker', 'config.json'), JSON.stringify({ proxies }))
    writeFileSync(file, 'FROM a\nENV A=$HTTP_PROXY B=$https_proxy\n')
    const remedy = 'or declare it in the stage that uses it (ARG NAME)'
    const expected = `refuses ${found}, a build argument without an ARG (line 2); install buildx with docker/setup-buildx-action in a step before this one; ${remedy}`
    const told = found === null ? [] : [expect.stringContaining(expected)]
    expect((await check(LEGACY)).messages).toEqual(told)
  })

  test('does not read a .dockerignore of the Dockerfile itself', async () => {
    writeFileSync(file, 'FROM a\n')
    expect((await check(LEGACY)).messages).toEqual([])
    writeFileSync(`${file}.dockerignore`, '*\n')
    expect((await check(LEGACY)).messages).toEqual([
      expect.stringContaining(`does not read ${file}.dockerignore; install buildx with`),
    ])
    for (const engine of [OLD, BUILDX]) expect((await check(engine)).messages).toEqual([])
  })
})

describe('ADD of a Git repository', () => {
  beforeEach(() => writeFileSync(file, 'FROM a\nADD https://example.com/b.git /b\n'))
  test.each([
    ['20.10 without buildx', OLD, null, true],
    ['20.10 with buildx', BUILDX, 'docker', true],
    ['24.0 with buildx', { ...BUILDX, serverVersion: '24.0.7' }, 'docker v0.11.6', true],
    ['24.0 with a newer builder', { ...BUILDX, serverVersion: '24.0.7' }, 'docker-container v0.25.1', false],
    ['20.10 with a builder elsewhere', BUILDX, 'remote', false],
    ['no engine, an old builder elsewhere', { ...BUILDX, serverVersion: null }, 'remote v0.11.6', true],
    ['no engine, a newer builder elsewhere', { ...BUILDX, serverVersion: null }, 'remote v0.25.1', false],
    ['no engine, a builder that does not say', { ...BUILDX, serverVersion: null }, 'remote', false],
    ['25.0 with buildx', { ...BUILDX, serverVersion: '25.0.0' }, null, false],
    ['25.0 with an older builder', { ...BUILDX, serverVersion: '25.0.0' }, 'docker-container v0.11.6', true],
    ['25.0 with a newer builder', { ...BUILDX, serverVersion: '25.0.0' }, 'docker-container v0.25.1', false],
  ] as const)('%s', async (_, engine, builder, refused) => {
    const { depends, messages } = await check(engine, builder)
    expect(messages).toEqual(refused ? [expect.stringContaining("# syntax=docker/dockerfile:1'")] : [])
    // Docker 25 has a newer one of its own.
    const isOwn = builder === null || builder === 'docker'
    expect(depends).toBe(engine.buildxVersion !== null && !(isOwn && engine.serverVersion === '25.0.0'))
  })

  test('with a grammar of its own', async () => {
    writeFileSync(file, '# syntax=docker/dockerfile:1\nFROM a\nADD https://example.com/b.git /b\n')
    expect(await check(OLD)).toEqual({ depends: false, messages: [] })
  })
})

test.each([
  { context: 'https://github.com/a/b.git', file: null },
  { context: 'https://github.com/a/b.git', file: 'Dockerfile' },
])('what docker fetches itself is not read: %j', async (build) => {
  const given = { ...build, buildArgs: [], target: null }
  const { problems } = await findUnknownInstructions(
    given,
    LEGACY,
    async () => ({ HOME: folder }),
    async () => false,
  )
  expect(problems(null)).toEqual([])
})

test('a Dockerfile that is missing is left to docker', async () => {
  expect((await check(LEGACY)).messages).toEqual([])
})
