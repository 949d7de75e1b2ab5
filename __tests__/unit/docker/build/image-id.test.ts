import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { imageIdOf } from '../../../../src/docker/build/image-id.ts'
import type { BuildRequest } from '../../../../src/docker/port.ts'

const id = (digit: string) => `sha256:${digit.repeat(64)}`
const [pushed, loaded] = [id('1'), id('2')]
const before = process.env['PATH']
let folder: string

/** A docker whose engine has one image, `host/app:v1`, under the ID `loaded`. */
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'image-id-'))
  writeFileSync(
    path.join(folder, 'docker'),
    `#!/bin/sh
for name; do :; done
[ "$*" = "image inspect --format {{.Id}} -- $name" ] || exit 2
case "$name" in host/app:v1|${loaded}) echo ${loaded};; *) echo "No such image: $name" >&2; exit 1;; esac
`,
    { mode: 0o755 },
  )
  process.env['PATH'] = `${folder}:${before}`
})

afterAll(() => {
  process.env['PATH'] = before
  rmSync(folder, { recursive: true })
})

async function ask(
  written: string,
  change: Partial<BuildRequest>,
): Promise<{ found: string; log: string[] }> {
  const log: string[] = []
  const request = {
    load: false,
    naming: 'docker',
    outputs: [],
    references: ['host/app:v1'],
    ...change,
  } as const
  const engineEnv = { PATH: process.env['PATH'] ?? '' }
  return { found: await imageIdOf(written, request, { engineEnv, log: (line) => log.push(line) }), log }
}

describe('the image ID', () => {
  test.each<[string, string, Partial<BuildRequest>, expected: string]>([
    ['of a push alone, as docker writes it', pushed, {}, pushed],
    ['without a push, as docker writes it', loaded, { naming: 'local', load: true }, loaded],
    [
      'of an image that is loaded too: the engine’s, not the pushed',
      pushed,
      { outputs: ['type=docker'] },
      loaded,
    ],
    ['by load', pushed, { load: true }, loaded],
    [
      'if docker has written the engine’s',
      loaded,
      { load: true, naming: 'digest', references: ['host/app'] },
      loaded,
    ],
    ['of an archive beside a push: the pushed', pushed, { outputs: ['type=docker,dest=a.tar'] }, pushed],
    ['no digest', 'what is this', {}, ''],
  ])('%s', async (_, written, change, expected) => {
    expect(await ask(written, change)).toEqual({ found: expected, log: [] })
  })

  test('that the engine does not have is none', async () => {
    const request = { load: true, naming: 'digest', references: ['host/app'] } as const
    expect(await ask(pushed, request)).toEqual({
      found: '',
      log: ['The output imageid stays empty: the engine does not have the image'],
    })
  })

  test.each(['out', 'type=local,dest=out', 'type=tar,dest=out.tar'])(
    'beside a push and %s there is none',
    async (output) => {
      expect(await ask('', { outputs: [output] })).toEqual({
        found: '',
        log: [
          'The output imageid stays empty: docker gives no image ID beside an output of the type local or tar',
        ],
      })
    },
  )
})
