import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import http, { type RequestListener, type Server } from 'node:http'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { THROUGH_DOCKER } from '../../../src/docker/buildx-command.ts'
import { inspectEngine } from '../../../src/docker/engine.ts'
import { lowerLimits } from '../../support/limits.ts'

let folder: string
let engine: Server | null
let asked: string[]
const before = process.env['PATH']

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'engine-'))
  asked = []
  engine = null
  process.env['PATH'] = `${path.join(folder, 'bin')}:${before}`
  put('home/.docker/cli-plugins/docker-buildx', metadata())
  mkdirSync(path.join(folder, 'bin'))
  // Machine code as docker is, which says nothing: whoever asks it learns that it did not answer.
  copyFileSync('/bin/true', path.join(folder, 'bin', 'docker'))
})
afterEach(() => {
  process.env['PATH'] = before
  engine?.closeAllConnections()
  engine?.close()
  rmSync(folder, { recursive: true })
})

function put(file: string, script: string): void {
  const whole = path.join(folder, file)
  mkdirSync(path.dirname(whole), { recursive: true })
  writeFileSync(whole, `#!/bin/sh\n${script}\n`, { mode: 0o755 })
}

/** A plugin that notes how it is started, and says of itself what buildx says. */
function metadata(change: Record<string, unknown> = {}): string {
  const said = { SchemaVersion: '0.1.0', Vendor: 'Docker Inc.', Version: 'v0.29.1', ...change }
  return `echo "$* \${DOCKER_CLI_PLUGIN_ORIGINAL_CLI_COMMAND}" >>${folder}/started; echo '${JSON.stringify(said)}'`
}

async function listen(answer: RequestListener): Promise<string> {
  const socket = path.join(folder, 'docker.sock')
  engine = http.createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    answer(request, response)
  })
  await new Promise<void>((resolve) => engine?.listen(socket, resolve))
  return socket
}

const env = () => ({ HOME: path.join(folder, 'home'), PATH: process.env['PATH'] ?? '' })
const says =
  (info: unknown, status = 200): RequestListener =>
  (_, response) =>
    response.writeHead(status).end(typeof info === 'string' ? info : JSON.stringify(info))

const DOCKER = {
  ServerVersion: '28.5.1',
  OSType: 'linux',
  Architecture: 'x86_64',
  ProductLicense: 'Community Engine',
  DriverStatus: [['driver-type', 'io.containerd.snapshotter.v1']],
}

test('the engine and buildx are asked themselves, and docker is not started', async () => {
  const socket = await listen(says(DOCKER))
  await expect(inspectEngine(env(), socket)).resolves.toEqual({
    serverVersion: '28.5.1',
    missing: null,
    buildxVersion: '0.29.1',
    buildx: {
      ...THROUGH_DOCKER,
      program: path.join(folder, 'home/.docker/cli-plugins/docker-buildx'),
      env: { DOCKER_CLI_PLUGIN_ORIGINAL_CLI_COMMAND: path.join(folder, 'bin/docker') },
    },
    containerdStore: true,
    platform: 'linux/amd64',
    classic: 'legacy',
  })
  expect(asked).toEqual(['GET /info'])
  const docker = path.join(folder, 'bin/docker')
  expect(readFileSync(path.join(folder, 'started'), 'utf8')).toBe(`docker-cli-plugin-metadata ${docker}\n`)
})

test("Podman's socket says that it is Podman", async () => {
  const socket = await listen(says({ ServerVersion: '4.3.1', ProductLicense: 'Apache-2.0' }))
  await expect(inspectEngine(env(), socket)).resolves.toMatchObject({
    serverVersion: '4.3.1',
    podman: true,
    containerdStore: false,
    buildxVersion: '0.29.1',
  })
})

const ASKED_DOCKER = { message: expect.stringContaining("'docker info' did not answer with JSON") }

test.each<[string, RequestListener]>([
  ['refuses', says('', 403)],
  ['has an error', says({ message: 'ServerVersion' }, 500)],
  ['is no engine', says({ hello: 'world' })],
  ['speaks no JSON', says('<html>')],
  ['says something else than a version', says({ ...DOCKER, ServerVersion: 28 })],
  ['says more than any', says({ ...DOCKER, Warnings: ['w'.repeat(70_000)] })],
  ['ends the connection', (_, response) => response.destroy()],
  ['ends in the middle', (_, response) => response.write('{', () => response.destroy())],
])('docker is asked if what is on the socket %s', async (_, answer) => {
  await expect(inspectEngine(env(), await listen(answer))).rejects.toMatchObject(ASKED_DOCKER)
})

test.each<[string, RequestListener]>([
  ['never answers', () => undefined],
  ['never ends its answer', (_, response) => response.write('{')],
])('and if it %s', async (_, answer) => {
  lowerLimits({ engineAskMs: 300 })
  await expect(inspectEngine(env(), await listen(answer))).rejects.toMatchObject(ASKED_DOCKER)
})

test.each([null, '/nowhere/docker.sock'])('and if there is no such socket: %s', async (socket) => {
  await expect(inspectEngine(env(), socket)).rejects.toMatchObject(ASKED_DOCKER)
})

test.each<[string, string]>([
  ['fails', 'exit 1'],
  ['does not say what it is', 'echo v0.29.1'],
  ['has metadata of another kind', "echo '[]'"],
])('and if the plugin %s', async (_, script) => {
  put('home/.docker/cli-plugins/docker-buildx', script)
  await expect(inspectEngine(env(), await listen(says(DOCKER)))).rejects.toMatchObject(ASKED_DOCKER)
})

test.each<[string, Record<string, unknown>]>([
  ['a later schema', { SchemaVersion: '0.2.0' }],
  ['no vendor', { Vendor: '' }],
  ['no version', { Version: undefined }],
])('and if the plugin has %s', async (_, change) => {
  put('home/.docker/cli-plugins/docker-buildx', metadata(change))
  await expect(inspectEngine(env(), await listen(says(DOCKER)))).rejects.toMatchObject(ASKED_DOCKER)
})

test('the plugin that docker would take decides, and not another one that works', async () => {
  const extra = path.join(folder, 'extra')
  put('extra/docker-buildx', 'exit 1')
  writeFileSync(
    path.join(folder, 'home/.docker/config.json'),
    JSON.stringify({ cliPluginsExtraDirs: [extra] }),
  )
  await expect(inspectEngine(env(), await listen(says(DOCKER)))).rejects.toMatchObject(ASKED_DOCKER)
})

test("a docker that is somebody's wrapper is asked itself", async () => {
  put('bin/docker', `echo '{"ServerVersion":"20.10.24"}'`)
  await expect(inspectEngine(env(), await listen(says(DOCKER)))).resolves.toMatchObject({
    serverVersion: '20.10.24',
    buildxVersion: null,
  })
  expect(asked).toEqual([])
})
