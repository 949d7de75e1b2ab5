import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { openDocker } from '../../../src/docker/index.ts'
import { buildInputs } from '../../support/inputs.ts'
import { eventually, processes } from '../../support/processes.ts'
import { fixedSession } from '../../support/session.ts'

const before = process.env['PATH']
let folder: string
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'ecr-docker-'))
  // The toolkit looks for programs on this process's own PATH.
  process.env['PATH'] = `${folder}:${before}`
})
afterEach(() => {
  process.env['PATH'] = before
  rmSync(folder, { recursive: true })
})

/** A docker command that does what a script says. */
function dockerThat(
  script: string,
  more: Readonly<Record<string, string>> = {},
  annotate: Parameters<typeof openDocker>[2] = () => undefined,
) {
  writeFileSync(path.join(folder, 'docker'), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  const env = { HOME: folder, RUNNER_TEMP: folder, PATH: process.env['PATH'] ?? '', ...more }
  return openDocker(env, () => undefined, annotate)
}

const running = () => processes().filter(({ command }) => command.includes(path.join(folder, 'docker')))

test('an engine that is asked early, and does not answer, is not waited for by a step that has ended', async () => {
  const docker = dockerThat('sleep 60')
  docker.begin({ secrets: [] })
  await eventually(() => running().length > 0, 30)
  const started = performance.now()
  await docker.close()
  expect(performance.now() - started).toBeLessThan(20_000)
  expect(running()).toEqual([])
})

test('a buildx that does not work is told of once, with its reason', async () => {
  const plugins = [{ Name: 'compose' }, { Name: 'buildx', Err: 'exec format error' }]
  const info = { ServerVersion: '28.5.1', ClientInfo: { Version: '28.5.1', Plugins: plugins } }
  const told: string[] = []
  const docker = dockerThat(`echo '${JSON.stringify(info)}'`, {}, (kind, text) =>
    told.push(`${kind}: ${text}`),
  )
  docker.begin({ secrets: [] })
  const options = { push: false, byDigest: false, beforeTags: false, sbomApart: false, annotations: [] }
  const [first] = await Promise.all([
    docker.inspect(buildInputs(), options),
    docker.inspect(buildInputs(), options),
  ])
  expect(first).toMatchObject({ buildxVersion: null, legacy: true })
  expect(told).toEqual([
    "notice: docker's plugin buildx does not work, so that docker builds without it (exec format error); docker/setup-buildx-action in a step before this one installs one that does.",
  ])
  await docker.close()
})

test('an engine that is asked early is asked once', async () => {
  const asked = path.join(folder, 'asked')
  const docker = dockerThat(`echo "$1" >>${asked}; echo '{"ServerVersion":"20.10.24"}'`)
  docker.begin({ secrets: [] })
  const inspected = docker.inspect(buildInputs(), {
    push: false,
    byDigest: false,
    beforeTags: false,
    sbomApart: false,
    annotations: [],
  })
  await expect(inspected).resolves.toMatchObject({ serverVersion: '20.10.24', buildxVersion: null })
  expect(readFileSync(asked, 'utf8')).toBe('info\n')
  await docker.close()
})

test.each<[string | undefined, string[]]>([
  ['0', ["warning: The image becomes an index because of buildx's own provenance"]],
  [undefined, []],
])(
  'what buildx attests by itself is warned of, BUILDX_NO_DEFAULT_ATTESTATIONS being %j',
  async (setting, told) => {
    const info = JSON.stringify({
      ServerVersion: '28.0.0',
      DriverStatus: [['driver-type', 'io.containerd.snapshotter.v1']],
      ClientInfo: { Plugins: [{ Name: 'buildx', Version: 'v0.29.1', Path: '/nowhere/docker-buildx' }] },
    })
    const said: string[] = []
    const env = setting === undefined ? {} : { BUILDX_NO_DEFAULT_ATTESTATIONS: setting }
    const docker = dockerThat(`echo '${info}'`, env, (kind, message) => said.push(`${kind}: ${message}`))
    const options = { push: true, byDigest: false, beforeTags: false, sbomApart: false, annotations: [] }
    await expect(docker.inspect(buildInputs(), options)).resolves.toMatchObject({ buildxVersion: '0.29.1' })
    await docker.close()
    expect(said).toEqual(told.map((one) => expect.stringContaining(one)))
  },
)

describe('a token that the registry accepts from here', () => {
  const login = async (DOCKER_HOST: string) => {
    const asked = path.join(folder, 'asked')
    writeFileSync(asked, '')
    const script = `echo "$1" >>${asked}; [ "$1" != info ] || echo '{"ServerVersion":"28.0.0"}'`
    const docker = dockerThat(script, { DOCKER_HOST })
    await docker.login(fixedSession('registry.example', 'secret'), {
      keep: false,
      secrets: [],
      pullLogins: async () => [],
      accepted: async () => true,
      confirm: async () => undefined,
      log: () => undefined,
      debug: () => undefined,
    })
    await docker.close()
    return readFileSync(asked, 'utf8')
  }

  test('is enough for an engine on this network', async () => {
    const socket = path.join(folder, 'docker.sock')
    const server = createServer().listen(socket)
    await once(server, 'listening')
    try {
      expect(await login(`unix://${socket}`)).toBe('')
    } finally {
      server.close()
    }
  })

  test.each(['tcp://engine.example:2376', 'ssh://me@engine.example', 'unix:///nowhere/docker.sock'])(
    'is tried from the engine too, which is elsewhere: %s',
    async (host) => {
      expect(await login(host)).toBe('info\nlogin\n')
    },
  )
})
