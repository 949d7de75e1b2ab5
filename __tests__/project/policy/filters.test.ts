import { describe, expect, test } from '@jest/globals'
import { iamLets, namesOf } from '../../../dev/policy/filters.ts'

describe('a filter in IAM', () => {
  test.each<[patterns: string[], names: [like: string, ...notLike: string[]][], wider?: string[]]>([
    [['main'], [['main']]],
    [['**'], [['*']]],
    [['*'], [['*', '*/*']]],
    [['v*'], [['v*', '*/*']]],
    [['releases/**'], [['releases/*']]],
    [['feature/*'], [['feature/*', '*/*/*']]],
    [['**', '!wip/**', '!old'], [['*', 'wip/*', 'old']]],
    // What is excluded and then named again has a condition of its own.
    [
      ['**', '!a/**', 'a/b'],
      [['*', 'a/*'], ['a/b']],
    ],
    [['main', '!ma**'], []],
    // To exclude `a/*` in IAM would exclude a/b/c too, which GitHub does not.
    [['**', '!a/*'], [['*']], ['!a/*']],
    [['v[0-9]+.[0-9]'], [['v?*.?', '*/*']], ['v[0-9]+.[0-9]']],
    [['ab?c'], [['a*c']], ['ab?c']],
    [['a\\*b'], [['a*b']]],
    [[], []],
    [['!a'], []],
  ])('%j', (patterns, names, wider = []) => {
    const made = namesOf(patterns)
    expect(made.names.map(({ like, notLike }) => [like, ...notLike])).toEqual(names)
    expect(made.wider).toEqual(wider)
  })
})

test.each<[pattern: string, text: string, is: boolean]>([
  ['a*', 'abc', true],
  ['a?', 'ab', true],
  ['a?', 'a', false],
  ['a.c', 'abc', false],
  ['*', 'a*', true],
  // One character is not all that an asterisk stands for.
  ['a?', 'a*', false],
  ['a*', '*', false],
])('whether %s lets %s through is %s', (pattern, text, is) => expect(iamLets(pattern, text)).toBe(is))
