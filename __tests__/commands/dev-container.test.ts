import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { root } from '../../dev/root.ts'
import { onBareDebian } from '../support/bare-debian.ts'
import { variant } from '../support/variants.ts'

const SCRIPT = '.devcontainer/set-up.sh'
const temporary = mkdtempSync(path.join(root, '.local', 'bare-'))
afterAll(() => rmSync(temporary, { recursive: true, force: true }))

/** Runs the script with programs in the place of Debian's, which tell what they were asked. */
function setUp(failing = ''): { code: number | null; asked: string[]; said: string } {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'dev-container-'))
  const programs = path.join(folder, 'bin')
  mkdirSync(programs)
  for (const program of ['apt-get', 'git', 'npm']) {
    const file = path.join(programs, program)
    writeFileSync(
      file,
      `#!/bin/sh\necho "${program} $*" >>"${folder}/asked"\ncase "${program} $*" in ${failing || 'nothing'}*) exit 7 ;; esac\n`,
    )
    chmodSync(file, 0o755)
  }
  // As a person may start it: by its path, from somewhere else.
  const { status, stdout } = spawnSync('sh', [path.join(root, SCRIPT)], {
    cwd: folder,
    env: { PATH: `${programs}:/usr/bin:/bin`, HOME: folder },
    encoding: 'utf8',
    timeout: 20_000,
  })
  const asked = readFileSync(path.join(folder, 'asked'), 'utf8').trimEnd().split('\n')
  rmSync(folder, { recursive: true })
  return { code: status, asked, said: stdout }
}

describe("the dev container's script", () => {
  test('installs what the commands do not fetch themselves, and then the packages', () => {
    const { code, asked, said } = setUp()
    expect(asked).toEqual([
      'apt-get update',
      'apt-get install --yes --no-install-recommends ca-certificates git nodejs npm',
      `git config --global --replace-all safe.directory ${root} ^${root}$`,
      'npm run --silent types -- --help',
    ])
    expect(said).toContain('Ready: npm test')
    expect(code).toBe(0)
  })

  test.each([
    ["'apt-get update'", 1],
    ["'apt-get install'", 2],
    ["'npm run'", 4],
  ])('ends with an error if %s fails, and does not say that all is ready', (failing, asked) => {
    const ended = setUp(failing)
    expect(ended.code).toBe(7)
    expect(ended.asked).toHaveLength(asked)
    expect(ended.said).not.toContain('Ready')
  })

  test('is what the container runs, which has what an engine needs', () => {
    const container = JSON.parse(readFileSync(path.join(root, '.devcontainer/devcontainer.json'), 'utf8'))
    expect(container).toMatchObject({
      image: 'debian:bookworm',
      privileged: true,
      runArgs: ['--cgroupns=host'],
      onCreateCommand: `sh ${SCRIPT}`,
    })
  })

  // Variant, as it fetches 1 GB: what the script asks for is held above, how the commands get the rest by
  // `commands/packages.test.ts` and `commands/machine.test.ts`.
  variant(
    'makes the demo and the tests pass on a bare Debian',
    async () => {
      const { code, output } = await onBareDebian(
        temporary,
        `sh ${SCRIPT} && npm run demo && npm test -- __tests__/unit/shared __tests__/e2e/after-push.test.ts`,
        3600,
      )
      expect(output).toContain('Ready: npm test')
      expect(output).toMatch(/\nDone: \S+\n/)
      expect(output.trimEnd().split('\n').at(-1)).toMatch(/^\d+ passed, 0 failed, \d+ skipped$/)
      expect(code).toBe(0)
    },
    3_700_000,
  )
})
