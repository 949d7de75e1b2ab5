import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { platformOfBuilder } from '../../../../src/docker/bake/platform.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'platform-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const HEAD = 'Name:          b\nDriver:        docker-container\n\nNodes:\nName:             b0\n'

test.each([
  [`${HEAD}Platforms:        linux/amd64, linux/amd64/v2, linux/386\n`, 'linux/amd64'],
  [`${HEAD}Platforms:        linux/arm64*, linux/amd64\nName: b1\nPlatforms: linux/s390x\n`, 'linux/arm64'],
  [`${HEAD}Status:           inactive\nPlatforms:\n`, null],
  [HEAD, null],
])('%j', async (text, platform) => {
  const program = path.join(folder, 'buildx')
  writeFileSync(path.join(folder, 'text'), text)
  writeFileSync(program, `#!/bin/sh\ncat '${path.join(folder, 'text')}'\n`)
  chmodSync(program, 0o755)
  const buildx = { program, shownAs: 'docker buildx', env: {}, byItself: true }
  expect(await platformOfBuilder('b', { PATH: process.env['PATH'] ?? '' }, buildx)).toBe(platform)
  const missing = { ...buildx, program: path.join(folder, 'none') }
  expect(await platformOfBuilder(null, {}, missing)).toBeNull()
})
