import { expect, test } from '@jest/globals'
import { CommandError } from '../../dev/command/errors.ts'
import { checkThatTestsRun, checkValues } from '../../dev/testing/arguments.ts'
import { select } from '../../dev/testing/select.ts'

// What `npm test` says of arguments that mean no test, or that jest would misunderstand.

/** Expects a failure with one line what, and one line what to do. */
async function expectFailure(work: () => unknown, what: RegExp, remedy: RegExp): Promise<void> {
  const error = await Promise.resolve()
    .then(work)
    .then(
      () => undefined,
      (reason: unknown) => reason,
    )
  expect(error).toBeInstanceOf(CommandError)
  const said = error as CommandError
  expect(`${said.message}\n${said.remedy}`.split('\n')).toEqual([
    expect.stringMatching(what),
    expect.stringMatching(remedy),
  ])
}

test.each([
  [
    'jest does not know an option',
    ['--nosuch'],
    /^jest does not take these arguments: Unrecognized option "nosuch"/,
  ],
  ['a pattern is none', ['('], /^'\(' is no pattern of a path\.$/],
  ['an option lacks its value', ['-t'], /^jest's option 't' needs a value\.$/],
  ['a value is none of the option', ['--shard=abc'], /^jest does not take these arguments: .*<n>\/<m>/],
  [
    'a value is only ignored by jest',
    ['-w=abc'],
    /^jest's option 'maxWorkers' takes a number, or a percentage/,
  ],
  ['no test would run', ['--showConfig'], /^With jest's option '--showConfig', no test runs\.$/],
])('jest is asked, and %s: %j', (_, args, what) =>
  expectFailure(() => select(args), what, /jestjs\.io|node dev\/run\.mjs jest/),
)

test.each([
  [['-t', '['], /^'\[' is no pattern for the names of tests: Unterminated character class\.$/, /backslash/],
  [['--testNamePattern=a(b'], /^'a\(b' is no pattern for the names of tests: .*\.$/, /backslash/],
  [['--testTimeout=abc'], /^jest's option 'testTimeout' takes a number\.$/, /jestjs\.io/],
  [['--seed', 'x'], /^jest's option 'seed' takes a number\.$/, /jestjs\.io/],
  [['-w=abc'], /^jest's option 'maxWorkers' takes a number, or a percentage/, /jestjs\.io/],
  [['--ci=abc'], /^jest's option 'ci' takes no value, or true or false\.$/, /jestjs\.io/],
  [['--bail=abc'], /^jest's option 'bail' takes no value, or a number of failures\.$/, /jestjs\.io/],
])('an option of jest has a wrong value: %j', (options, what, remedy) =>
  expectFailure(() => checkValues(['__tests__/unit/oci', ...options]), what, remedy),
)

test('an option of jest has a value that jest takes', () =>
  checkValues([
    '-t',
    'a(b)',
    '--testTimeout=1',
    '--seed',
    '1',
    '-w=50%',
    '--ci=false',
    '--bail=2',
    '--verbose',
  ]))

test.each(['--showConfig', '--listTests'])('with %s, no test runs', (option) =>
  expectFailure(
    () => checkThatTestsRun(['__tests__/unit/oci', option]),
    new RegExp(`^With jest's option '${option}', no test runs\\.$`),
    new RegExp(`dev/run\\.mjs jest __tests__/unit/oci ${option}\\.$`),
  ),
)
