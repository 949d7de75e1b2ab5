import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { checkBuild } from '../../../../src/docker/build/preflight.ts'
import { THROUGH_DOCKER } from '../../../../src/docker/buildx-command.ts'
import type { BuildInputs, InspectOptions } from '../../../../src/docker/port.ts'
import { ActionError } from '../../../../src/shared/errors.ts'
import { buildInputs } from '../../../support/inputs.ts'

const folder = mkdtempSync(path.join(os.tmpdir(), 'ecr-preflight-'))
afterAll(() => rmSync(folder, { recursive: true }))

const program = path.join(folder, 'docker-buildx')
writeFileSync(program, '#!/bin/sh\necho "Driver: docker"\n', { mode: 0o755 })
const engine = {
  serverVersion: '28.0.0',
  buildxVersion: '0.29.1',
  missing: null,
  buildx: { ...THROUGH_DOCKER, program },
  containerdStore: true,
  classic: 'legacy',
} as const

test.each<[string, Partial<BuildInputs>, boolean, boolean, Partial<InspectOptions>?]>([
  ['a plain push', {}, true, false],
  ['load beside a push', { load: true }, true, true],
  ['an output that loads, beside a push', { outputs: ['type=docker'] }, true, true],
  ['the same without a push', { outputs: ['type=docker'] }, false, false],
  ['an output that loads nothing, beside a push', { outputs: ['type=local,dest=out'] }, true, false],
  ['a builder that is named', { builder: 'mine' }, true, true],
  ['an SBOM that is taken out of the image', {}, true, true, { sbomApart: true }],
  ['tags only after the scan', {}, true, true, { beforeTags: true }],
  ['a reproducible image', { reproducible: true }, true, true],
  ['annotations', {}, true, true, { annotations: ['a=b'] }],
  ['the date of the files', { buildArgs: ['SOURCE_DATE_EPOCH=1'] }, true, true],
  ['shared memory', { shmSize: '1g' }, true, true],
  ['a compression', { compression: { type: 'zstd', level: null } }, true, true],
])('%s: whether the builder has to be asked', async (_, build, push, asked, change = {}) => {
  const env = { PATH: process.env['PATH'] ?? '' }
  const none = { byDigest: false, beforeTags: false, sbomApart: false, annotations: [] }
  const options = { ...none, push, ...change }
  const { capabilities: found } = await checkBuild(
    buildInputs(build),
    options,
    engine,
    async () => env,
    async () => true,
  )
  expect(found?.loadsWhatItPushes).toBe(asked ? true : undefined)
})

test.each<Partial<BuildInputs>>([
  { shmSize: '1g' },
  { ulimits: ['nproc=3'] },
  { cgroupParent: 'x' },
  { buildArgs: ['SOURCE_DATE_EPOCH=1'] },
])("the engine's own builder is not asked for %j, if the engine is not old", async (build) => {
  const options = { byDigest: false, beforeTags: false, sbomApart: false, annotations: [], push: true }
  const env = async () => ({ PATH: process.env['PATH'] ?? '' })
  const check = (serverVersion: string) =>
    checkBuild(buildInputs(build), options, { ...engine, serverVersion }, env, async () => false)
  expect((await check('28.0.0')).capabilities).toBeNull()
  expect((await check('20.10.24')).capabilities).not.toBeNull()
})

test.each([
  ['20.10.24', true],
  ['25.0.5', true],
  ['26.1.5', false],
])('what needs a version of BuildKit asks the builder of Docker %s: %s', async (serverVersion, asked) => {
  const none = { byDigest: false, beforeTags: false, sbomApart: false, annotations: [], push: true }
  const check = (build: Partial<BuildInputs>) =>
    checkBuild(
      buildInputs(build),
      none,
      { ...engine, serverVersion },
      async () => ({ PATH: process.env['PATH'] ?? '' }),
      async () => true,
    )
  expect((await check({ outputs: ['type=local,dest=out'] })).capabilities === null).toBe(!asked)
  expect((await check({})).capabilities).toBeNull()
})

test("a builder that is another context's engine", async () => {
  const by = path.join(folder, 'buildx-of-contexts')
  writeFileSync(by, `#!/bin/sh\nprintf 'Name: %s\\nDriver: docker\\n' "$3"\n`, { mode: 0o755 })
  const none = { byDigest: false, beforeTags: false, sbomApart: false, annotations: [], push: true }
  const check = (context: string) =>
    checkBuild(
      buildInputs({ builder: 'there' }),
      none,
      { ...engine, buildx: { ...THROUGH_DOCKER, program: by } },
      async () => ({ PATH: process.env['PATH'] ?? '' }),
      async () => true,
      async () => false,
      context,
    )
  await expect(check('there')).resolves.toMatchObject({ builder: 'there (docker)' })
  await expect(check('default')).rejects.toMatchObject({
    message: expect.stringContaining(
      "the engine of the docker context 'there', and docker uses the context 'default'",
    ),
    remedy: expect.stringMatching(/^set DOCKER_CONTEXT: there in the step's env, without DOCKER_HOST/),
  })
})

test.each([
  [null, {}, 'docker cannot tell which builder it would use: no builder "x" found'],
  [null, { BUILDX_BUILDER: 'x' }, "BUILDX_BUILDER in the environment is 'x': there is no such builder: no"],
  ['x', { BUILDX_BUILDER: 'y' }, "Input 'builder': 'x': there is no such builder: no builder"],
])('a builder that may not exist is asked for, %j, %j', async (builder, variables, message) => {
  const by = path.join(folder, 'buildx-without-builders')
  writeFileSync(by, `#!/bin/sh\necho 'no builder "x" found' >&2\nexit 1\n`, { mode: 0o755 })
  const none = { byDigest: false, beforeTags: false, sbomApart: false, annotations: [], push: true }
  const buildx = { ...THROUGH_DOCKER, program: by }
  const check = (unknown: boolean) =>
    checkBuild(
      buildInputs({ builder }),
      none,
      { ...engine, buildx },
      async () => ({ PATH: process.env['PATH'] ?? '', ...variables }),
      async () => true,
      async () => unknown,
    )
  await expect(check(true)).rejects.toThrow(message)
  if (builder === null) expect((await check(false)).builder).toBeNull()
})

describe('what an old BuildKit passes over needs its version', () => {
  const none = { byDigest: false, beforeTags: false, sbomApart: false, annotations: [], push: true }
  const by = path.join(folder, 'buildx-that-starts')
  const check = (
    driver: string,
    started: string,
    build: Partial<BuildInputs> = { reproducible: true },
    options: Partial<InspectOptions> = {},
  ) => {
    const head = `Name: b\\nDriver: ${driver}\\n\\nNodes:\\n`
    writeFileSync(
      by,
      `#!/bin/sh\n[ "$2" = --bootstrap ] || { printf '${head}Name: b0\\nStatus: inactive\\n'; exit 0; }\n[ "$3" = b ] || exit 3\n${started.replace('HEAD', head)}\n`,
      { mode: 0o755 },
    )
    const buildx = { program: by, env: {}, shownAs: 'buildx', byItself: true }
    const env = async () => ({ PATH: process.env['PATH'] ?? '' })
    const given = { ...none, ...options }
    return checkBuild(buildInputs(build), given, { ...engine, buildx }, env, async () => true)
  }
  const nodes = (...versions: string[]) =>
    `printf 'HEAD${versions.map((one, at) => `Name: b${at}\\nStatus: running\\nBuildKit version: ${one}\\n`).join('')}'`

  test.each(['docker-container', 'kubernetes'])('a builder of %s is started for it', async (driver) => {
    await expect(check(driver, nodes('v0.12.5'))).rejects.toThrow('the builder has 0.12.5')
    await expect(check(driver, nodes('v0.25.1'))).resolves.toMatchObject({ builder: `b (${driver})` })
  })

  test('a dry run starts none, and says that the version is not known', async () => {
    const startsNothing = true
    const starting = 'exit 1'
    await expect(check('docker-container', starting, undefined, { startsNothing })).resolves.toMatchObject({
      builder: 'b (docker-container)',
      unknownVersion: true,
    })
    await expect(
      check('docker-container', starting, { load: true }, { startsNothing }),
    ).resolves.toMatchObject({ unknownVersion: false })
  })

  test('the oldest of its nodes decides', async () => {
    await expect(check('docker-container', nodes('v0.25.1', 'v0.12.5', 'v0.26.0'))).rejects.toThrow(
      'the builder has 0.12.5',
    )
  })

  test('a builder that does not start builds nothing', async () => {
    await expect(check('docker-container', 'echo "ERROR: no image" >&2; exit 1')).rejects.toMatchObject({
      message: "The builder 'b' does not start: ERROR: no image",
    })
  })

  test('nothing else starts one', async () => {
    const load = { load: true }
    await expect(check('docker-container', 'exit 1', load)).resolves.toMatchObject({
      builder: 'b (docker-container)',
    })
    await expect(check('cloud', 'exit 1')).resolves.toMatchObject({ builder: 'b (cloud)' })
  })
})

describe('without an engine', () => {
  const missing = new ActionError("Docker's engine does not answer: gone", 'start it.')
  const none = { byDigest: false, beforeTags: false, sbomApart: false, annotations: [], push: true }

  async function check(inspected: string, { chosen = true, builder = null as string | null } = {}) {
    const file = path.join(folder, 'inspected')
    writeFileSync(file, inspected)
    const by = path.join(folder, 'buildx')
    writeFileSync(by, `#!/bin/sh\n[ "$1" = inspect ] && cat ${file}\n`, { mode: 0o755 })
    const gone = {
      ...engine,
      serverVersion: null,
      missing,
      containerdStore: false,
      buildx: { program: by, env: {}, shownAs: 'buildx', byItself: true },
    }
    const env = async () => ({ PATH: process.env['PATH'] ?? '' })
    return checkBuild(buildInputs({ builder }), none, gone, env, async () => chosen)
  }
  const builder = (driver: string, node: string) =>
    `Name: b\nDriver: ${driver}\n\nNodes:\nName: b0\n${node}\n`

  test.each(['remote', 'kubernetes', 'cloud', 'docker-container'])(
    'a builder of the driver %s builds',
    async (driver) => {
      await expect(check(builder(driver, 'Status: running'))).resolves.toEqual({
        builder: `b (${driver})`,
        capabilities: { pushByDigest: true, layout: true, loadsWhatItPushes: false },
        unknownVersion: false,
      })
    },
  )

  test('if nobody has chosen a builder, it is the engine’s', async () => {
    await expect(check('', { chosen: false })).rejects.toBe(missing)
  })

  test.each<[string, string, string | null, string]>([
    [
      'the current builder, of an engine that is gone',
      'Name: default\nDriver: \nError: gone\n',
      null,
      "The builder that docker would use, 'default', does not answer: gone",
    ],
    [
      'a builder in the engine that is gone',
      builder('docker-container', 'Endpoint: unix:///x\nError: gone'),
      'b',
      "Input 'builder': 'b' does not answer: gone",
    ],
    [
      'a remote builder that is gone',
      builder('remote', 'Endpoint: unix:///x\nStatus: inactive'),
      null,
      "The builder that docker would use, 'b', does not answer: there is no BuildKit that answers at unix:///x",
    ],
    [
      "another engine's own",
      'Name: far\nDriver: docker\n\nNodes:\nName: far\nStatus: running\n',
      'far',
      "The builder 'far' is an engine's own (driver docker), and the step cannot ask that engine what it can do: Docker's engine does not answer: gone",
    ],
  ])('%s builds nothing', async (_, inspected, name, message) => {
    await expect(check(inspected, { builder: name })).rejects.toMatchObject({ message })
  })
})
