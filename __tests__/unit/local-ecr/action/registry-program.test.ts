import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { registryProgram } from '../../../../local-ecr/action/registry-program.ts'

const REGISTRY = 'echo "registry github.com/distribution/distribution v2.8.3"'

let folder: string
let bin: string
const before = process.env['PATH']
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'local-ecr-test-'))
  bin = join(folder, 'bin')
  mkdirSync(bin)
  process.env['PATH'] = bin
})
afterEach(() => {
  process.env['PATH'] = before
  rmSync(folder, { recursive: true })
})

const put = (name: string, script: string) =>
  writeFileSync(join(bin, name), `#!/bin/sh\nPATH=${before}\n${script}\n`, { mode: 0o755 })

async function find(): Promise<{ found: string | null; lines: string[] }> {
  const work = join(folder, 'fetched')
  mkdirSync(work)
  const lines: string[] = []
  const found = await registryProgram(work, (line) => lines.push(line))
  return { found: found?.replace(folder, '') ?? null, lines }
}

/** A program that is written there, and says what a registry says. */
const writes = (file: string) =>
  `mkdir -p $(dirname "${file}"); printf '#!/bin/sh\\n${REGISTRY}\\n' >"${file}"; chmod +x "${file}"`

test('the one on PATH comes first, and nothing is fetched', async () => {
  put('docker-registry', REGISTRY)
  put('apt-get', `touch ${join(folder, 'fetched')}`)
  expect(await find()).toEqual({ found: '/bin/docker-registry', lines: [] })
})

test('another program of that name is none; the package comes next, unpacked', async () => {
  put('registry', 'echo "registry of something else 1.0"')
  put('apt-get', 'test "$1" = download && touch docker-registry_2.8.3_amd64.deb')
  put('dpkg-deb', writes('$3/usr/bin/docker-registry'))
  expect(await find()).toEqual({ found: '/fetched/package/unpacked/usr/bin/docker-registry', lines: [] })
})

test('the image comes last, and its container is removed', async () => {
  put('apt-get', 'echo "E: Unable to locate package docker-registry" >&2; exit 100')
  put(
    'docker',
    `case "$1" in create) echo c0ffee;; cp) ${writes('$3')};; rm) test "$2" = c0ffee && rm ${join(folder, 'held')};; esac`,
  )
  writeFileSync(join(folder, 'held'), '')
  expect(await find()).toEqual({
    found: '/fetched/registry',
    lines: ['apt-get: E: Unable to locate package docker-registry'],
  })
  expect(() => rmSync(join(folder, 'held'))).toThrow('ENOENT')
})

test('without any, the log says of each way why', async () => {
  put('docker', 'echo "Cannot connect to the Docker daemon" >&2; exit 1')
  expect(await find()).toEqual({
    found: null,
    lines: [expect.stringMatching(/^apt-get: .*ENOENT/), 'docker: Cannot connect to the Docker daemon'],
  })
})
