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

const cut = (text: string) => (text.length > 80 ? `${text.slice(0, 80)}…` : text)
const warning = (name: string, meant: string | null) =>
  `There is no input '${cut(name)}' (${cut(`INPUT_${name.toUpperCase()}`)}), so that it has no effect${meant === null ? '' : `; did you mean ${meant}?`}`
/** Of several. */
const list = (...named: readonly (readonly [string, string | null])[]) =>
  [
    `There are no inputs of these ${named.length} names, so that they have no effect:`,
    ...named.map(
      ([name, meant]) =>
        `  '${name}' (INPUT_${name.toUpperCase()})${meant === null ? '' : `; did you mean ${meant}?`}`,
    ),
  ].join('\n')

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
    expect(warnings('main', env)).toEqual([list(['source', null], ['digests', null])])
    expect(warnings('merge', env)).toEqual([warning('source', null)])
    expect(warnings('promote', env)).toEqual([list(['digests', null], ['platforms', null])])
    expect(warnings('verify', { INPUT_TAGS: 'v1', INPUT_REQUIRE_PROVENANCE: 'true' })).toEqual([
      list(['tags', null], ['require_provenance', 'require-provenance']),
    ])
  })

  test('however many there are, it is one warning, which the runner shows as a whole', () => {
    const names = Array.from({ length: 25 }, (_, at) => `tool_${at}_${'x'.repeat(at * 20)}`)
    const env = Object.fromEntries(names.map((name) => [`INPUT_${name.toUpperCase()}`, 'x']))
    const [text = '', ...others] = warnings('main', env)
    expect(others).toEqual([])
    expect(text).toMatch(/^There are no inputs of these 25 names, .*:\n {2}'tool_0_' \(INPUT_TOOL_0_\)\n/)
    expect(text).toMatch(/\n {2}'tool_19_x+…' \(INPUT_TOOL_19_X+…\)\n {2}… and 5 more$/)
    expect(text.length).toBeLessThan(4096)
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
