import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { BuildRequest } from '../../../../src/docker/port.ts'
import { explain } from '../../../../src/shared/errors.ts'
import { explainedBuild, HOST } from '../../../support/explained-build.ts'

const explained = async (stderr: string, change: Partial<BuildRequest> = {}, stdout = '') =>
  explain(await explainedBuild(stderr, { ...change, stdout }))

const failed = (name: string, reason: string, lines: readonly string[] = []) =>
  [
    `#7 ${name}`,
    ...lines.map((line) => `#7 0.104 ${line}`),
    `#7 ERROR: ${reason}`,
    '------',
    ` > ${name}:`,
    ...lines.map((line) => `0.104 ${line}`),
    '------',
    `ERROR: failed to build: failed to solve: ${reason}`,
    '',
  ].join('\n')

describe('a cache in a repository that does not exist', () => {
  const cacheTo = [`type=registry,ref=${HOST}/absent:c`]
  test.each([
    `error writing layer blob: failed to copy: unexpected status from POST request to https://${HOST}/v2/absent/blobs/uploads/: 404 Not Found`,
    `error writing manifest blob: failed commit on ref "sha256:1": unexpected status from PUT request to https://${HOST}/v2/absent/manifests/c: 404 Not Found`,
    "error writing layer blob: server message: name unknown: The repository with name 'absent' does not exist in the registry with id '123456789012'",
  ])('%s', async (reason) => {
    const said = await explained(failed('exporting cache to registry', reason), { cacheTo })
    expect(said).toContain(`The repository of the cache (${HOST}/absent) does not exist`)
    expect(said).toMatch(/What to do: create the cache's repository .*cache: ecr/)
  })
  test('is named from the input, also in its short form', async () => {
    const reason = 'error writing layer blob: failed to copy: name unknown'
    const said = (cache: string) =>
      explained(failed('exporting cache to registry', reason), { cacheTo: [cache, 'type=gha'] })
    expect(await said('registry.internal:5000/absent')).toContain('(registry.internal:5000/absent)')
    expect(await said('type=registry,ref=registry.internal:5000/a/b:c')).toContain(
      '(registry.internal:5000/a/b)',
    )
  })

  test('of several, is the one that is named, and nobody blames the others', async () => {
    const caches = ['a', 'b'].map((name) => `type=registry,ref=registry.internal/${name}:c`)
    const said = (reason: string) =>
      explained(failed('exporting cache to registry', `error writing layer blob: ${reason}`), {
        cacheTo: caches,
      })
    expect(await said("name unknown: The repository with name 'b' does not exist in the registry")).toContain(
      'The repository of the cache (registry.internal/b) does not exist',
    )
    expect(await said('name unknown')).toContain(
      'The repository of one of the caches (registry.internal/a, registry.internal/b; docker does not say which) does not exist',
    )
  })

  test('is not taken for that of the image', async () => {
    const reason = `failed to push ${HOST}/app:v1: unexpected status from POST request to https://${HOST}/v2/app/blobs/uploads/: 404 Not Found`
    expect(await explained(failed('exporting to image', reason), { cacheTo })).not.toContain('cache')
  })
})

describe('a cache whose registry refuses', () => {
  const cacheTo = ['type=registry,ref=ghcr.io/team/cache:c']
  test.each([
    [
      'no basic auth credentials',
      'wants a login that docker does not have',
      /^log in to the registry of the cache/,
    ],
    [
      'failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://ghcr.io/token: 401 Unauthorized',
      'wants a login that docker does not have',
      /^log in to the registry of the cache/,
    ],
    [
      'unexpected status from HEAD request to https://ghcr.io/v2/team/cache/blobs/sha256:1: 403 Forbidden',
      'denies access',
      /ecr:PutImage .*on the repository of the cache/,
    ],
    ['denied: permission_denied: write_package', 'denies access', /on the repository of the cache/],
  ])('%s: the cache is named, and no base image', async (reason, what, remedy) => {
    const said = await explained(failed('exporting cache to registry', `failed to push: ${reason}`), {
      cacheTo,
    })
    expect(said).toContain(`The registry of the cache (ghcr.io/team/cache) ${what}.`)
    expect(said.slice(said.indexOf('What to do: ') + 12)).toMatch(remedy)
    expect(said).not.toContain('base image')
  })

  test('of an unnamed part of the build, a cache is one of the possible reasons', async () => {
    const said = await explained('ERROR: failed to solve: no basic auth credentials\n')
    expect(said).toMatch(/What to do: log in to the registry .* of a base image or of a cache/)
  })
})

describe('a platform that the builder cannot run', () => {
  const ended = (command: string, code: number) =>
    `process "/bin/sh -c ${command}" did not complete successfully: exit code: ${code}`
  const native = /docker\/setup-qemu-action \(with platforms: linux\/arm64\).* runner of that platform/

  test.each<[string, string, string, Partial<BuildRequest>]>([
    [
      'of several',
      '[linux/arm64 2/2] RUN uname -m',
      'exec /bin/sh: exec format error',
      { platforms: ['linux/amd64', 'linux/arm64'] },
    ],
    [
      'of several, in a stage',
      '[linux/arm64 build 2/2] RUN uname -m',
      'exec /bin/sh: exec format error',
      { platforms: ['linux/amd64', 'linux/arm64'] },
    ],
    ['alone', '[2/2] RUN uname -m', 'exec /bin/sh: exec format error', { platforms: ['linux/arm64'] }],
    [
      'a program whose path has a blank',
      '[2/2] RUN ["/opt/my tool/run it"]',
      'exec /opt/my tool/run it: exec format error',
      { platforms: ['linux/arm64'] },
    ],
    [
      'the same, by QEMU',
      '[2/2] RUN ["/opt/my tool/run it"]',
      '.buildkit_qemu_emulator: /opt/my tool/run it: Invalid ELF image for this architecture',
      { platforms: ['linux/arm64'] },
    ],
    [
      'older runc',
      '[2/2] RUN uname -m',
      'standard_init_linux.go:228: exec user process caused: exec format error',
      { platforms: ['linux/arm64'] },
    ],
    [
      'crun',
      '[2/2] RUN uname -m',
      'exec container process `/bin/sh`: Exec format error',
      { platforms: ['linux/arm64'] },
    ],
  ])('%s', async (_, name, line, change) => {
    const said = await explained(failed(name, ended('uname -m', 255), [line]), change)
    expect(said).toContain('The builder cannot run programs of linux/arm64.')
    expect(said).toMatch(native)
  })

  test("of the legacy builder, and of a base image that nobody asked for by 'platforms'", async () => {
    const stdout = 'Step 1/2 : FROM arm64v8/busybox\n ---> 1\nStep 2/2 : RUN uname -m\n ---> Running in 2\n'
    const stderr =
      "exec /bin/sh: exec format error\nThe command '/bin/sh -c uname -m' returned a non-zero code: 255\n"
    expect(await explained(stderr, {}, stdout)).toMatch(
      /programs of the base image's platform, which is not its own\.[\s\S]*docker\/setup-qemu-action in a step/,
    )
  })

  test('is not seen in what a command says of its own programs', async () => {
    const ran = failed('[2/2] RUN ./tool', ended('./tool', 126), [
      'hello',
      '/bin/sh: ./tool: Exec format error',
    ])
    expect(await explained(ran, { platforms: ['linux/arm64'] })).not.toContain('qemu')
    const one = failed('[2/2] RUN ./tool', ended('./tool', 126), ['/bin/sh: ./tool: Exec format error'])
    expect(await explained(one, { platforms: ['linux/arm64'] })).not.toContain('qemu')
  })
})

describe('a file that COPY does not find', () => {
  let context: string
  beforeAll(() => {
    context = mkdtempSync(path.join(os.tmpdir(), 'context-'))
    writeFileSync(path.join(context, 'ignored'), '')
  })
  afterAll(() => rmSync(context, { recursive: true }))

  const absent = (file: string, ref = 'failed to calculate checksum of ref 5hd::k3x') =>
    `failed to compute cache key: ${ref}: "${file}": not found`

  test.each([
    ['BuildKit', failed('[2/2] COPY dist /', absent('/dist')), ''],
    ['BuildKit of Docker 20.10', failed('[2/2] COPY dist /', absent('/dist', '"/dist" not found')), ''],
    [
      'Docker 20.10 without buildx',
      [
        '#5 [2/2] COPY dist /',
        '#5 ERROR: "/dist" not found: not found',
        '------',
        ' > [2/2] COPY dist /:',
        '------',
        'failed to solve with frontend dockerfile.v0: failed to build LLB: failed to compute cache key: "/dist" not found: not found',
      ].join('\n'),
      '',
    ],
    ['a mount', failed('[2/2] RUN --mount=type=bind,source=dist,target=/d true', absent('/dist')), ''],
    [
      'the legacy builder',
      'COPY failed: file not found in build context or excluded by .dockerignore: stat dist: file does not exist\n',
      'Step 2/2 : COPY dist /\n',
    ],
  ])('%s: context and .dockerignore are named', async (_, stderr, stdout) => {
    const said = await explained(stderr, { context }, stdout)
    expect(said).toContain(`is not in what the builder got of the context (${context})`)
    expect(said).toMatch(
      /What to do: paths of COPY and ADD are relative to the input 'context'.*\.dockerignore/,
    )
  })

  test('though it exists: .dockerignore is the reason', async () => {
    expect(await explained(failed('[2/2] COPY ignored /', absent('/ignored')), { context })).toContain(
      'the file exists there, so that .dockerignore leaves it out',
    )
  })

  test('in another stage: the context is not blamed', async () => {
    const said = await explained(failed('[stage-1 2/2] COPY --from=build /app /', absent('/app')), {
      context,
    })
    expect(said).toContain("A file is not in 'build', which the instruction takes it from.")
    expect(said).not.toContain(context)
  })

  test('a command that says the same is not taken for it', async () => {
    const ran = failed(
      '[2/2] RUN make',
      'process "/bin/sh -c make" did not complete successfully: exit code: 1',
      [absent('/dist')],
    )
    expect(await explained(ran, { context })).not.toContain('.dockerignore')
  })
})
