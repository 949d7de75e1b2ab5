import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { THROUGH_DOCKER } from '../../../src/docker/buildx-command.ts'
import { engineUnreachable, inContainer, inspectEngine } from '../../../src/docker/engine.ts'
import { lowerLimits } from '../../support/limits.ts'

// What GitHub's runner sets in a job with `container:`, and what it sets on a machine.
test.each<[string, Record<string, string>, string[], boolean]>([
  ["a job's container", { GITHUB_WORKSPACE: '/__w/app/app' }, [], true],
  ['a container of Docker', { GITHUB_WORKSPACE: '/home/runner/_work/app/app' }, ['/.dockerenv'], true],
  ['a container of Podman', {}, ['/run/.containerenv'], true],
  ['a machine', { GITHUB_WORKSPACE: '/home/runner/work/app/app' }, [], false],
  ['another folder of that name', { GITHUB_WORKSPACE: '/home/__w/app' }, [], false],
])('%s', (_, env, files, expected) => {
  expect(inContainer(env, (file) => files.includes(file))).toBe(expected)
})

test("a job's container without docker: the container is named, and what it lacks", async () => {
  const before = process.env['PATH']
  // The toolkit looks for programs on this process's own PATH.
  process.env['PATH'] = '/nowhere'
  try {
    // Where the machine has a buildx among docker's plugins, it depends on the builder.
    const refused = await inspectEngine({ PATH: '/nowhere', GITHUB_WORKSPACE: '/__w/app/app' }).then(
      ({ missing }) => missing,
      (error: unknown) => error,
    )
    expect(refused).toMatchObject({
      message: 'There is no docker command in the container that this step runs in.',
      remedy: expect.stringMatching(/^if the job has container:, .*buildx plugin/),
    })
  } finally {
    process.env['PATH'] = before
  }
})

describe('an engine that does not answer', () => {
  let folder: string
  const before = process.env['PATH']
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'engine-'))
    process.env['PATH'] = `${folder}:${before}`
  })
  afterEach(() => {
    process.env['PATH'] = before
    rmSync(folder, { recursive: true })
  })

  const GONE = 'Cannot connect to the Docker daemon at unix:///var/run/docker.sock.'
  // How clients say it: on standard error; in the JSON, and exit with 1; in the JSON, and exit with 0.
  const CLIENTS = [
    `echo '${GONE}' >&2; exit 1`,
    `echo '{"ServerErrors":["${GONE}"]}'; exit 1`,
    `echo '{"ServerErrors":["${GONE}"]}'`,
  ]

  test.each(CLIENTS)('in a container: its socket has to be mounted (%s)', async (script) => {
    const env = { PATH: process.env['PATH'] ?? '', GITHUB_WORKSPACE: '/__w/app/app' }
    writeFileSync(path.join(folder, 'docker'), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
    await expect(inspectEngine(env)).rejects.toMatchObject({
      message: `Docker's engine does not answer: ${GONE}`,
      remedy: expect.stringMatching(
        /^this step runs in a container.* mount .*docker\.sock.*DOCKER_HOST.*docker:dind/,
      ),
    })
  })

  test('on a machine: it has to be started there', () => {
    expect(engineUnreachable(GONE, false, null).remedy).toMatch(/^start it on the self-hosted runner/)
  })

  const VERSION = 'echo "github.com/docker/buildx v0.29.1 abc"'
  const missing = expect.objectContaining({ message: `Docker's engine does not answer: ${GONE}` })
  const program = (name: string, script: string) =>
    writeFileSync(path.join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  const env = () => ({ PATH: process.env['PATH'] ?? '', HOME: folder })

  test('is no error if docker has buildx, whose builder may be somewhere else', async () => {
    const plugins = '[{"Name":"buildx","Version":"v0.29.1"}]'
    program('docker', `echo '{"ServerErrors":["${GONE}"],"ClientInfo":{"Plugins":${plugins}}}'`)
    await expect(inspectEngine(env())).resolves.toMatchObject({
      serverVersion: null,
      missing,
      buildxVersion: '0.29.1',
      buildx: THROUGH_DOCKER,
    })
  })

  test('nor if docker says nothing of itself, and has buildx all the same', async () => {
    program('docker', `[ "$1" = info ] || exec ${VERSION}; echo '${GONE}' >&2; exit 1`)
    await expect(inspectEngine(env())).resolves.toMatchObject({
      missing,
      buildxVersion: '0.29.1',
      buildx: THROUGH_DOCKER,
    })
  })

  test('nor if it takes the question and never answers', async () => {
    lowerLimits({ processMs: 2000 })
    program('docker', `[ "$1" = info ] || exec ${VERSION}; exec sleep 60`)
    await expect(inspectEngine(env())).resolves.toMatchObject({
      serverVersion: null,
      missing: { message: "Docker's engine does not answer: 'docker info' did not end within 2 s" },
      buildxVersion: '0.29.1',
    })
  })

  test.each(['buildx', 'docker-buildx'])('nor if %s is a program of its own', async (name) => {
    program('docker', `echo '{"ServerErrors":["${GONE}"]}'`)
    program(name, VERSION)
    const buildx = { program: path.join(folder, name), env: {}, shownAs: name, byItself: true }
    await expect(inspectEngine(env())).resolves.toMatchObject({ missing, buildxVersion: '0.29.1', buildx })
  })

  test('is an error beside another program of that name', async () => {
    program('docker', `echo '{"ServerErrors":["${GONE}"]}'`)
    program('buildx', 'echo buildx 1.0')
    await expect(inspectEngine(env())).rejects.toMatchObject({
      message: `Docker's engine does not answer: ${GONE}`,
    })
  })
})

describe('no docker command', () => {
  let home: string
  const before = process.env['PATH']
  beforeEach(() => {
    home = mkdtempSync(path.join(os.tmpdir(), 'engine-'))
    process.env['PATH'] = '/nowhere'
  })
  afterEach(() => {
    process.env['PATH'] = before
    rmSync(home, { recursive: true })
  })

  function plugin(folder: string, script = 'echo "github.com/docker/buildx v0.29.1 abc"') {
    const file = path.join(home, folder, 'docker-buildx')
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(file, `#!/bin/sh\n${script}\n`, { mode: 0o755 })
    return { program: file, env: {}, shownAs: 'docker-buildx', byItself: true }
  }
  const env = () => ({ PATH: '/nowhere', HOME: home })

  test.each<[string, string]>([
    ['among the user’s plugins', '.docker/cli-plugins'],
    ['in a folder that the configuration names', 'extra'],
  ])('is no error if buildx is %s', async (_, folder) => {
    const buildx = plugin(folder)
    mkdirSync(path.join(home, '.docker'), { recursive: true })
    const config = { cliPluginsExtraDirs: folder === 'extra' ? [path.join(home, folder)] : [] }
    writeFileSync(path.join(home, '.docker', 'config.json'), JSON.stringify(config))
    await expect(inspectEngine(env())).resolves.toMatchObject({
      serverVersion: null,
      missing: { message: expect.stringMatching(/^There is no docker/) },
      buildxVersion: '0.29.1',
      buildx,
    })
  })

  test('is an error if the plugin is none', async () => {
    plugin('.docker/cli-plugins', 'exit 1')
    // The machine may have a plugin of its own.
    const found = await inspectEngine(env()).catch((error: Error) => error.message)
    expect(typeof found === 'string' ? found : found.buildx.program).not.toContain(home)
  })
})
