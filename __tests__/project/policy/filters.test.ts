import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { fits, iamLets, namesOf } from '../../../dev/policy/filters.ts'
import { filtersLet, stringLike } from '../../support/conditions.ts'

const lets = (patterns: readonly string[], name: string) =>
  namesOf(patterns).names.some(
    ({ like, notLike }) => stringLike(like, name) && !notLike.some((one) => stringLike(one, name)),
  )

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

  const sign = fc.constantFrom('a', 'b', '/', '-', '0')
  const piece = fc.constantFrom('a', 'b', '/', '*', '**', '[ab]', '[0-9]', 'a?', 'b+', '[a-b]+', '-', '0')
  const pattern = fc
    .tuple(fc.boolean(), fc.array(piece, { minLength: 1, maxLength: 5 }))
    .map(([negative, pieces]) => `${negative ? '!' : ''}${pieces.join('')}`)
  const patterns = fc.array(pattern, { minLength: 1, maxLength: 4 })
  const name = fc.array(sign, { maxLength: 7 }).map((signs) => signs.join(''))

  test('is read as GitHub documents it', () => {
    fc.assert(
      fc.property(patterns, name, (list, one) => expect(fits(list, one)).toBe(filtersLet(list, one))),
      { numRuns: 2000 },
    )
  })

  test('is never narrower', () => {
    fc.assert(
      fc.property(patterns, name, (list, one) => {
        if (filtersLet(list, one)) expect({ list, one, lets: lets(list, one) }).toMatchObject({ lets: true })
      }),
      { numRuns: 3000 },
    )
  })

  test('is wider only where that is told', () => {
    fc.assert(
      fc.property(patterns, name, (list, one) => {
        if (namesOf(list).wider.length === 0 && lets(list, one))
          expect({ list, one, lets: filtersLet(list, one) }).toMatchObject({ lets: true })
      }),
      { numRuns: 3000 },
    )
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
