import { readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { needsEngine } from '../../dev/preflight.mjs'
import { root } from '../../dev/runner.ts'
import { bin, expectSentence, installed, run, useCopies } from '../support/doors.ts'
import { rows } from '../support/variants.ts'

// What a person reads who cannot go on: one line what, one line what to do, no stack trace.

useCopies()

const { scripts } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>
}
const SCRIPTS = [...new Set(Object.values(scripts).map((script) => script.split(' ')[2] as string))]
const DEMO = 'dev/demo.ts'

/** Those that have the frame of `dev/command`. */
const FRAMED = SCRIPTS.filter((script) => script.startsWith('dev/'))
/** One is started as a process, to be seen as a whole; and docs, which does nothing if it is only loaded. */
const started = (script: string) =>
  script === DEMO || script === 'dev/docs.ts' ? { direct: true } : { here: true }

describe('a sentence, if', () => {
  test('no test file is meant', () =>
    expectSentence(
      { args: ['dev/test.ts', 'nosuch'] },
      /^No test file is meant by 'nosuch'\.$/,
      /give a path below __tests__/,
    ))

  test.each(FRAMED.filter((script) => script !== 'dev/test.ts'))('%s does not know an option', (script) =>
    expectSentence(
      { args: [script, '--nosuch'], ...started(script) },
      /^Unknown option '--nosuch'\.$/,
      /--help/,
    ),
  )

  const takeNone = ['demo', 'types', 'build', 'pictures'].map((name) => `dev/${name}.ts`)
  test.each(takeNone)('%s takes no argument', (script) =>
    expectSentence({ args: [script, 'more'], here: true }, /^Unexpected argument 'more'\.$/, /--help/),
  )

  test.each([
    [['faults', 'more'], /^Unexpected argument 'more'\.$/, /only fuzz/],
    [['fuzz', 'more'], /^'more' is no seed\.$/, /earlier run/],
    // Also not by a name that every object has.
    [['toString'], /^There is no part 'toString'\.$/, /fuzz, variants, faults, engines, guest, policies/],
  ])('soak does not take %p', (args, what, remedy) =>
    expectSentence({ args: ['dev/soak.ts', ...args], here: true }, what, remedy),
  )

  test('only tests that need an engine are meant, and none is to start', () =>
    expectSentence(
      { args: ['dev/test.ts', '--no-engine', '__tests__/e2e/public.test.ts'], here: true },
      /^All tests that are meant by '__tests__\/e2e\/public\.test\.ts' need an engine\.$/,
      /npm test/,
    ))

  test('no test has the name that is meant', () =>
    expectSentence(
      {
        args: ['dev/test.ts', '__tests__/unit/oci/history', '-t', 'nosuch'],
        folder: () => root,
        direct: true,
      },
      /^No test has run: in what '__tests__\/unit\/oci\/history -t nosuch' means, [1-9]\d* were skipped\.$/,
      /-t/,
    ))

  test.each([
    [['nothere'], /^No test file is meant by 'nothere'\.$/, /below __tests__/],
    [['__tests__/e2e'], /^All tests that are meant by '__tests__\/e2e' need an engine\.$/, /npm test/],
  ])('the watch is to wait for %p', (args, what, remedy) =>
    expectSentence({ args: ['dev/test.ts', '--watch', ...args], here: true }, what, remedy),
  )

  // Variant: both check their paths by the same function.
  test.each(rows(['lint'], ['format']))('%s is given a path that does not exist', (name) =>
    expectSentence(
      { args: [`dev/${name}.ts`, 'dev', 'nosuch'] },
      /^There is no file or folder 'nosuch'\.$/,
      /relative to/,
    ),
  )

  // Variants: the same function, and other folders that do not begin with the project's.
  const outward = rows<[name: string, paths: string[]]>(
    [['lint', ['..', 'outward']]],
    [
      ['lint', ['/', os.tmpdir()]],
      ['format', ['outward']],
    ],
  )
  test.each(outward)('%s is given a path outside of the project', async (name, paths) => {
    rmSync(path.join(installed, 'outward'), { force: true })
    symlinkSync(bin, path.join(installed, 'outward'))
    for (const outside of paths)
      await expectSentence(
        { args: [`dev/${name}.ts`, 'dev', outside], direct: true },
        /^'.+' is outside of this project\.$/,
        /give a path in \/.*installed, or none/,
      )
  })

  // Variant: as above.
  test.each(rows(['lint'], ['format']))('%s is given nothing that Biome checks', (name) =>
    expectSentence(
      { args: [`dev/${name}.ts`, 'README.md', 'LICENSE'], here: true },
      /^Of the files at 'README\.md' and 'LICENSE', none is of a kind that Biome checks here\.$/,
      /TypeScript, JavaScript, JSON and YAML/,
    ),
  )

  test('a script does not exist', () =>
    expectSentence({ args: ['dev/nosuch.ts'] }, /^There is no script 'dev\/nosuch\.ts'\.$/, /npm run/))

  test.each([
    [[], /^No workflow is given\.$/, /npm run policy/],
    [['nosuch.yml'], /^nosuch\.yml does not exist\.$/, /\.github\/workflows/],
    [['dev'], /^dev is a folder\.$/, /\.github\/workflows/],
    [['package.json', '--repository', 'acme'], /^'acme' is no repository on GitHub\.$/, /OWNER\/NAME/],
    [
      ['package.json', '--repository', 'acme/shop'],
      /^No step of package\.json uses this action\.$/,
      /OWNER\/ecr-build-push/,
    ],
    [['package.json', '--provider-account', '1'], /^'1' is no AWS account\.$/, /12 digits/],
  ])('policy does not take %p', (args, what, remedy) =>
    expectSentence({ args: ['dev/policy.ts', ...args], here: true }, what, remedy),
  )

  test('policy is not told which repository a workflow outside of a checkout is of', async () => {
    const file = path.join(bin, '..', 'alone.yml')
    writeFileSync(file, 'on: push')
    const before = process.env['GITHUB_REPOSITORY']
    delete process.env['GITHUB_REPOSITORY']
    try {
      await expectSentence(
        { args: ['dev/policy.ts', file], here: true },
        /^Nobody knows which repository on GitHub the workflow belongs to: its checkout has no git remote origin on a GitHub, and GITHUB_REPOSITORY is not set\.$/,
        /--repository OWNER\/NAME/,
      )
    } finally {
      if (before !== undefined) process.env['GITHUB_REPOSITORY'] = before
    }
  })

  test('a program does not exist', () =>
    expectSentence(
      { args: ['nosuch'] },
      /^There is no program 'nosuch' in node_modules\/\.bin\.$/,
      /npm run/,
    ))
})

describe('help', () => {
  test.each(FRAMED)('of %s, which needs nothing', async (script) => {
    expect(needsEngine(script, ['--help'])).toBe(false)
    const { code, output } = await run({ args: [script, '--help'], ...started(script) })
    expect([code, output]).toEqual([0, expect.stringMatching(/^npm (run|test)/)])
    expect(output).toContain('--help')
  })
})

describe('whether a command needs an engine is known before anything is fetched', () => {
  test.each(SCRIPTS)('of %s', (file) => {
    const prepares = readFileSync(path.join(root, file), 'utf8').includes('prepareEngines(')
    // The soak leaves it to npm test, which it starts.
    expect(needsEngine(file, [])).toBe(prepares || file === 'dev/soak.ts')
  })

  test('of each part of the soak', () => {
    const [, parts = ''] =
      /^npm run soak \[-- (.*)\]$/m.exec(readFileSync(path.join(root, 'dev', 'soak.ts'), 'utf8')) ?? []
    const names = parts.split(' | ').map((part) => part.split(' ')[0] as string)
    expect(names).toContain('guest')
    for (const name of names)
      expect([name, needsEngine('dev/soak.ts', [name])]).toEqual([name, name !== 'fuzz'])
  })
})

test('format changes the paths that it is given, and no other', async () => {
  const [given, other] = ['given.ts', 'other.ts'].map((name) => path.join(installed, 'dev', name)) as [
    string,
    string,
  ]
  for (const file of [given, other]) writeFileSync(file, 'export const a   =  1\n')
  expect((await run({ args: ['dev/lint.ts', 'dev/given.ts'], direct: true })).code).toBe(1)
  expect((await run({ args: ['dev/format.ts', 'dev/given.ts'], direct: true })).code).toBe(0)
  expect(readFileSync(given, 'utf8')).toMatch(/^export const a = 1;?\n$/)
  expect(readFileSync(other, 'utf8')).toBe('export const a   =  1\n')
  for (const file of [given, other]) rmSync(file)
})

test('a flow test by its path needs no engine, no docker and no root', async () => {
  const { code, output } = await run({
    args: ['dev/test.ts', '__tests__/flow/tokens.test.ts'],
    folder: () => root,
  })
  expect(output).not.toMatch(/engine/i)
  expect(output).toMatch(/\n3 passed, 0 failed, 0 skipped\n$/)
  expect(code).toBe(0)
})
