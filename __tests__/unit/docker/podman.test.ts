import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { inspectEngine } from '../../../src/docker/engine.ts'
import { isPodmanEngine, podmanCommand } from '../../../src/docker/podman.ts'

let folder: string
const before = process.env['PATH']
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'podman-'))
  process.env['PATH'] = `${folder}:${before}`
})
afterEach(() => {
  process.env['PATH'] = before
  rmSync(folder, { recursive: true })
})

function inspect(info: object) {
  const script = `#!/bin/sh\ncat <<'EOF'\n${JSON.stringify(info)}\nEOF\n`
  writeFileSync(path.join(folder, 'docker'), script, { mode: 0o755 })
  return inspectEngine({ PATH: process.env['PATH'] ?? '' })
}

// As Podman 4.3.1 prints it, shortened.
const COMMAND = {
  host: { arch: 'amd64', buildahVersion: '1.28.2' },
  store: { graphDriverName: 'overlay' },
  registries: {},
  version: { APIVersion: '4.3.1', Version: '4.3.1' },
}
const ENGINE = { ServerVersion: '4.3.1', ProductLicense: 'Apache-2.0', ClientInfo: { Version: '26.1.5' } }
const BUILDX = { Name: 'buildx', Version: 'v0.29.1', Path: '/nowhere/docker-buildx' }

test("Podman as docker's command is refused", async () => {
  // Where the machine has a buildx among docker's plugins, it depends on the builder.
  const refused = await inspect(COMMAND).then(
    ({ missing }) => missing,
    (error: unknown) => error,
  )
  expect(refused).toMatchObject({
    message: expect.stringMatching(/^The docker command on this runner is Podman 4\.3\.1, /),
    remedy: expect.stringMatching(/docker-ce-cli and docker-buildx-plugin.*podman\.socket/),
  })
})

test('it is in the way of no builder that is somewhere else, by a buildx that is a program of its own', async () => {
  const program = path.join(folder, 'buildx')
  writeFileSync(program, '#!/bin/sh\necho "github.com/docker/buildx v0.29.1 abc"\n', { mode: 0o755 })
  await expect(inspect(COMMAND)).resolves.toMatchObject({
    serverVersion: null,
    missing: { message: expect.stringContaining('Podman 4.3.1') },
    buildxVersion: '0.29.1',
    buildx: { program, byItself: true },
  })
  await expect(inspect(ENGINE)).resolves.toMatchObject({
    serverVersion: '4.3.1',
    podman: true,
    missing: null,
  })
})

// As Podman 4.3.1 does without its machine.
const FAILED = `case $1 in
--version) echo 'podman version 4.3.1' ;;
buildx) echo 'Error: unrecognized command' >&2; exit 125 ;;
*) echo 'Error: unable to connect to Podman socket' >&2; exit 125 ;;
esac`

test('it is known if its info fails, and so is a buildx among the plugins, which nobody else has looked for', async () => {
  writeFileSync(path.join(folder, 'docker'), `#!/bin/sh\n${FAILED}\n`, { mode: 0o755 })
  const plugins = path.join(folder, 'cli-plugins')
  mkdirSync(plugins)
  const program = path.join(plugins, 'docker-buildx')
  const env = { PATH: process.env['PATH'] ?? '', DOCKER_CONFIG: folder }
  const missing = { message: expect.stringMatching(/^The docker command on this runner is Podman 4\.3\.1, /) }
  writeFileSync(program, '#!/bin/sh\necho "github.com/docker/buildx v0.29.1 abc"\n', { mode: 0o755 })
  await expect(inspectEngine(env)).resolves.toMatchObject({
    serverVersion: null,
    missing,
    buildxVersion: '0.29.1',
    buildx: { program, byItself: true },
  })
})

test('Podman as the engine is refused without buildx', async () => {
  await expect(inspect(ENGINE)).rejects.toMatchObject({
    message: expect.stringMatching(/^The engine that docker speaks to is Podman 4\.3\.1, and .* no buildx/),
    remedy: expect.stringContaining('docker/setup-buildx-action'),
  })
})

test('with buildx it builds, by a builder that runs in Podman', async () => {
  const info = { ...ENGINE, ClientInfo: { ...ENGINE.ClientInfo, Plugins: [BUILDX] } }
  expect(await inspect(info)).toMatchObject({ serverVersion: '4.3.1', buildxVersion: '0.29.1' })
})

test.each([
  { ServerVersion: '28.5.2', ProductLicense: '' },
  { ServerVersion: '20.10.24', ProductLicense: 'Community Engine' },
  { ServerVersion: '20.10.24' },
])("docker's own: %j", (info) => {
  expect([podmanCommand(info), isPodmanEngine(info)]).toEqual([null, false])
})
