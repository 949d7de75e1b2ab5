import { describe, expect, test } from '@jest/globals'
import { readMergeInputs } from '../../../src/actions/merge/inputs.ts'
import { readPromoteInputs } from '../../../src/actions/promote/inputs.ts'
import { readVerifyInputs } from '../../../src/actions/verify/inputs.ts'
import { type InputSource, readInputs } from '../../../src/inputs/index.ts'

const ACTIONS = {
  main: readInputs,
  merge: readMergeInputs,
  promote: readPromoteInputs,
  verify: readVerifyInputs,
}

/** The warnings, also if the inputs are wrong. */
function warnings(action: keyof typeof ACTIONS, env: Record<string, string>): string[] {
  const found: string[] = []
  const source: InputSource = { get: () => '', env, cwd: '/', warn: (message) => found.push(message) }
  expect(() => ACTIONS[action](source)).toThrow("Input '")
  return found
}

const warning = (name: string, meant: string | null) =>
  `There is no input '${name}' (INPUT_${name.toUpperCase()}), so that it has no effect${meant === null ? '' : `; did you mean ${meant}?`}`

describe('an input that the action does not declare', () => {
  test.each([
    ['tag', 'tags'],
    ['repositry', 'repository'],
    ['platfroms', 'platforms'],
    ['build_args', 'build-args'],
    ['dockerfile', 'file'],
    ['region', 'aws-region'],
    ['role', 'role-to-assume'],
    ['image-tags', 'tags'],
    ['fail-on', 'fail-on-severity'],
    ['something-else', null],
    ['x'.repeat(1000), null],
  ])('%s is a warning with the nearest name', (name, meant) => {
    expect(warnings('main', { [`INPUT_${name.toUpperCase()}`]: 'v1' })).toEqual([warning(name, meant)])
  })

  test('each action has inputs of its own', () => {
    const env = { INPUT_SOURCE: 'x', INPUT_DIGESTS: 'y', INPUT_PLATFORMS: 'z' }
    expect(warnings('main', env)).toEqual([warning('source', null), warning('digests', null)])
    expect(warnings('merge', env)).toEqual([warning('source', null)])
    expect(warnings('promote', env)).toEqual([warning('digests', null), warning('platforms', null)])
    expect(warnings('verify', { INPUT_TAGS: 'v1', INPUT_REQUIRE_PROVENANCE: 'true' })).toEqual([
      warning('tags', null),
      warning('require_provenance', 'require-provenance'),
    ])
  })

  test('nothing is said of declared ones, of other variables, or of what was given no value', () => {
    const env = {
      INPUT_TAGS: 'v1',
      'INPUT_BUILD-ARGS': 'A=1',
      INPUTRC: '/etc/inputrc',
      INPUT_TAG: '',
      TAG: 'v1',
    }
    expect(warnings('main', env)).toEqual([])
  })
})
