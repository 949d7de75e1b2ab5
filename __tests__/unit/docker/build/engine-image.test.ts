import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { digestsInEngine, findInEngine } from '../../../../src/docker/build/engine-image.ts'

const id = (digit: string) => `sha256:${digit.repeat(64)}`
const [built, older] = [id('1'), id('2')]
const before = process.env['PATH']
let folder: string

/** A docker whose engine has two images, one as `app:v1`, the other as `app:old`. */
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'engine-image-'))
  writeFileSync(
    path.join(folder, 'docker'),
    `#!/bin/sh
for name; do :; done
if [ "$*" = "image inspect --format {{json .RepoDigests}} -- $name" ]; then
  case "$name" in
    ${built}) echo '["HOST/app@${id('4')}","HOST/apple@${id('5')}","HOST/app@${id('6')}","HOST/app@${id('6')}x"]'; exit;;
    ${older}) echo '[]'; exit;;
    ${id('7')}) echo 'null'; exit;;
    ${id('8')}) echo '["HOST/app@'; exit;;
  esac
  exit 1
fi
[ "$*" = "image inspect --format {{.Id}} {{.Size}} -- $name" ] || exit 2
case "$name" in
  app:v1|${built}) echo ${built} 1234;;
  app:old|${older}) echo ${older} 99;;
  *) echo "No such image: $name" >&2; exit 1;;
esac
`,
    { mode: 0o755 },
  )
  process.env['PATH'] = `${folder}:${before}`
})

afterAll(() => {
  process.env['PATH'] = before
  rmSync(folder, { recursive: true })
})

describe('the image of a build, in the engine', () => {
  test.each<[string, string, string | null, string | null]>([
    ['by its name', built, 'app:v1', 'app:v1'],
    ['by its ID if it has no name', built, null, built],
    ['by its ID if the name is another image’s', built, 'app:old', built],
    ['by its ID if the engine does not know the name', built, 'app:v2', built],
    ['not at all, whatever the name is', id('3'), 'app:old', null],
  ])('%s', async (_, imageId, name, expected) => {
    const env = { PATH: process.env['PATH'] ?? '' }
    expect(await findInEngine([id('9'), imageId], name, env)).toEqual(
      expected === null ? null : { reference: expected, sizeInBytes: 1234 },
    )
  })
})

describe('the digests under which the engine knows an image in a repository', () => {
  test.each<[string, string, readonly string[] | null]>([
    ['are those of that repository alone', built, [id('4'), id('6')]],
    ['are none if it was neither pushed nor pulled', older, []],
    ['are unknown if the engine says nothing', id('7'), null],
    ['are unknown if the answer is cut off', id('8'), null],
    ['are unknown if the engine does not have the image', id('9'), null],
  ])('%s', async (_, image, expected) => {
    const env = { PATH: process.env['PATH'] ?? '' }
    expect(await digestsInEngine(image, 'HOST/app', env)).toEqual(expected)
  })
})
