import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'

// A step as the runner starts it, and the files through which it speaks to the runner.

const entry = fileURLToPath(new URL('../../src/index.ts', import.meta.url))
const documentation = readFileSync(new URL('../../docs/metadata.md', import.meta.url), 'utf8')
let folder: string

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'command-files-'))
  mkdirSync(path.join(folder, 'bin'))
  writeFileSync(path.join(folder, 'Dockerfile'), 'FROM scratch\n')
  // A docker without buildx, whose builds succeed.
  const script = `#!/bin/sh
echo "$@" >>'${folder}/asked'
case "$1" in
  info) echo '{"ServerVersion":"20.10.24"}' ;;
  build) while [ "$#" -gt 0 ]; do [ "$1" = --iidfile ] && printf sha256:1 >"$2"; shift; done ;;
esac
`
  writeFileSync(path.join(folder, 'bin', 'docker'), script, { mode: 0o755 })
  for (const file of FILES) writeFileSync(path.join(folder, file), '')
})
afterEach(() => rmSync(folder, { recursive: true }))

const FILES = ['GITHUB_OUTPUT', 'GITHUB_STATE', 'GITHUB_STEP_SUMMARY', 'GITHUB_ENV', 'GITHUB_PATH'] as const
const read = (file: string) => readFileSync(path.join(folder, file), 'utf8')

function step(entries: readonly string[] = [], env: Readonly<Record<string, string>> = {}) {
  const { status, stdout } = spawnSync(process.execPath, [entry, ...entries], {
    cwd: folder,
    encoding: 'utf8',
    env: {
      PATH: `${path.join(folder, 'bin')}:/bin:/usr/bin`,
      HOME: folder,
      // Node's own; without it each step compiles all of src/.
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? '',
      RUNNER_TEMP: folder,
      GITHUB_REPOSITORY: 'octo/app',
      GITHUB_SHA: '0'.repeat(40),
      GITHUB_REF: 'refs/heads/main',
      ...Object.fromEntries(FILES.map((file) => [file, path.join(folder, file)])),
      AWS_EC2_METADATA_DISABLED: 'true',
      'INPUT_AWS-REGION': 'eu-west-1',
      INPUT_REPOSITORY: 'app',
      INPUT_SOURCE: 'v1',
      INPUT_TAGS: 'v2',
      INPUT_PUSH: 'false',
      ...env,
    },
  })
  return { status, stdout }
}

test('what docker/metadata-action has as DOCKER_METADATA_OUTPUT_… is outputs of the step, and no variable is set', () => {
  expect(step()).toMatchObject({ status: 0 })
  const names = [...read('GITHUB_OUTPUT').matchAll(/^([\w-]+)<<ghadelimiter_/gm)].map(([, name]) => name)
  expect(names).toEqual(expect.arrayContaining(['version', 'tags', 'labels', 'json']))
  expect([read('GITHUB_ENV'), read('GITHUB_PATH')]).toEqual(['', ''])
  expect(documentation).toMatch(
    /\| \*\*no variables for later steps\*\* \| outputs of the step: `steps\.ecr\.outputs\.version`, `tags`, `labels`, `json` \| `DOCKER_METADATA_OUTPUT_VERSION`/,
  )
})

describe('in a folder that does not exist', () => {
  test.each([
    ['GITHUB_OUTPUT', 'main'],
    ['GITHUB_STATE', 'main'],
    ['GITHUB_OUTPUT', 'promote'],
  ])('%s is one sentence of %s, before anything is done', (variable, action) => {
    const file = path.join(folder, 'absent', 'file')
    const { status, stdout } = step(action === 'main' ? [] : [action], { [variable]: file })
    expect(status).toBe(1)
    const errors = stdout.split('\n').filter((line) => line.startsWith('::error'))
    expect(errors).toEqual([
      expect.stringContaining(`The step cannot write the file that ${variable} names: ENOENT`),
    ])
    expect(errors[0]).toContain(`leave ${variable} out of env`)
    expect(stdout).not.toContain('not an error that ecr-build-push knows')
    expect(() => read('asked')).toThrow('ENOENT')
  })

  test('GITHUB_STEP_SUMMARY is a warning', () => {
    const { status, stdout } = step([], { GITHUB_STEP_SUMMARY: path.join(folder, 'absent', 'file') })
    expect(status).toBe(0)
    expect(stdout).toMatch(/^::warning::The job summary could not be written: /m)
  })
})
