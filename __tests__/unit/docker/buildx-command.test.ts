import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { buildxCommand, THROUGH_DOCKER } from '../../../src/docker/buildx-command.ts'

const folder = mkdtempSync(path.join(os.tmpdir(), 'ecr-buildx-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Makes a new folder with one program in it. */
function programIn(name: string, make: (file: string) => void): string {
  const file = path.join(mkdtempSync(path.join(folder, 'bin-')), name)
  make(file)
  return file
}

const machineCode = (file: string) => copyFileSync('/bin/true', file)
const script = (file: string) => writeFileSync(file, '#!/bin/sh\nexec sudo docker "$@"\n', { mode: 0o755 })

const docker = programIn('docker', machineCode)
const plugin = programIn('docker-buildx', machineCode)
const at = (file: string) => ({ PATH: `/nowhere:${path.dirname(file)}` })

test("docker's own program and its plugin: the plugin is started as docker starts it", async () => {
  await expect(buildxCommand(plugin, at(docker))).resolves.toEqual({
    ...THROUGH_DOCKER,
    program: plugin,
    env: { DOCKER_CLI_PLUGIN_ORIGINAL_CLI_COMMAND: docker },
  })
})

test('a link to docker under the same name is docker', async () => {
  const link = programIn('docker', (file) => symlinkSync(docker, file))
  await expect(buildxCommand(plugin, at(link))).resolves.toMatchObject({ program: plugin })
})

test.each<[string, string | undefined, Record<string, string>]>([
  ['a docker that does not say where its plugin is', undefined, at(docker)],
  ['a path that depends on the folder', 'docker-buildx', at(docker)],
  ['a plugin that is not there', path.join(folder, 'missing'), at(docker)],
  [
    'a plugin that this user may not start',
    programIn('docker-buildx', (file) => {
      machineCode(file)
      chmodSync(file, 0o644)
    }),
    at(docker),
  ],
  ['no docker on PATH', plugin, { PATH: '/nowhere' }],
  ['no PATH', plugin, {}],
  ['a PATH that depends on the folder', plugin, { PATH: path.relative(process.cwd(), path.dirname(docker)) }],
  ['a script in place of docker', plugin, at(programIn('docker', script))],
  [
    'a link to a script',
    plugin,
    at(programIn('docker', (file) => symlinkSync(programIn('docker', script), file))),
  ],
  [
    "a link to another program, as snap's",
    plugin,
    at(programIn('docker', (file) => symlinkSync(programIn('snap', machineCode), file))),
  ],
])('%s: through docker', async (_, given, env) => {
  await expect(buildxCommand(given, env)).resolves.toBe(THROUGH_DOCKER)
})

test('the first docker of PATH counts, as for the one who types it', async () => {
  const wrapper = programIn('docker', script)
  const env = { PATH: [path.dirname(wrapper), path.dirname(docker)].join(':') }
  await expect(buildxCommand(plugin, env)).resolves.toBe(THROUGH_DOCKER)
})

test('a folder of the name docker is no program', async () => {
  const empty = mkdtempSync(path.join(folder, 'bin-'))
  mkdirSync(path.join(empty, 'docker'))
  await expect(buildxCommand(plugin, { PATH: empty })).resolves.toBe(THROUGH_DOCKER)
  const env = { PATH: [empty, path.dirname(docker)].join(':') }
  await expect(buildxCommand(plugin, env)).resolves.toMatchObject({ program: plugin })
})
