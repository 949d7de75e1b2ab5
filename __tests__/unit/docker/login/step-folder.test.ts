import { existsSync, mkdirSync, mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { openStepFolder } from '../../../../src/docker/login/step-folder.ts'
import { explain } from '../../../../src/shared/errors.ts'

let home: string
let temp: string

beforeEach(() => {
  home = mkdtempSync(path.join(os.tmpdir(), 'step-folder-'))
  temp = path.join(home, 'temp')
  mkdirSync(temp)
})

afterEach(() => rmSync(home, { recursive: true }))

const open = (more: Record<string, string> = {}) => openStepFolder({ HOME: home, RUNNER_TEMP: temp, ...more })

test('the user’s builders and contexts are used where they are', async () => {
  const [builders, contexts] = ['buildx', 'contexts'].map((name) => path.join(home, '.docker', name)) as [
    string,
    string,
  ]
  for (const folder of [builders, contexts]) mkdirSync(folder, { recursive: true })
  const { path: folder, own, user } = await open()
  expect(path.dirname(folder)).toBe(temp)
  expect(readlinkSync(path.join(folder, 'contexts'))).toBe(contexts)
  expect(own).toEqual({ DOCKER_CONFIG: folder, BUILDX_CONFIG: builders })
  expect(user).toEqual({ BUILDX_CONFIG: builders })
  expect((await open({ BUILDX_CONFIG: contexts })).user).toEqual({ BUILDX_CONFIG: contexts })
})

test('if there are no builders, none are made in the home', async () => {
  const { path: folder, user } = await open()
  expect(user).toEqual({ BUILDX_CONFIG: path.join(folder, 'buildx') })
  expect(existsSync(path.join(home, '.docker'))).toBe(false)
})

test.each<[string, () => string, RegExp]>([
  [
    'is not there',
    () => path.join(home, 'missing'),
    /^The runner's temporary folder cannot be used: ENOENT.*missing/,
  ],
  [
    'is a file',
    () => path.join(home, 'file'),
    /^The runner's temporary folder cannot be used: ENOTDIR.*file/,
  ],
  ['is too long a path', () => path.join(home, 'd'.repeat(300)), /cannot be used: ENAMETOOLONG/],
])('RUNNER_TEMP that %s', async (_, where, message) => {
  writeFileSync(path.join(home, 'file'), '')
  const error = await open({ RUNNER_TEMP: where() }).catch((error) => error)
  expect(explain(error)).toMatch(message)
  expect(explain(error)).toContain(
    `What to do: let the runner's user write ${where()}, or set RUNNER_TEMP to a folder`,
  )
  expect(readdirSync(temp)).toEqual([])
})

test('a full disk of the runner, wherever it was met', () => {
  const error = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
  expect(explain(error)).toMatch(/^A disk of the runner is full: ENOSPC.*\nWhat to do: free space on it\./)
})
