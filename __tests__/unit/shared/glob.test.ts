import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { matchesGlob } from '../../../src/shared/glob.ts'

test.each<[string, string, boolean]>([
  ['', '', true],
  ['', 'a', false],
  ['*', '', true],
  ['*', 'anything at all', true],
  ['?', '', false],
  ['?', 'a', true],
  ['?', 'ab', false],
  ['lib*', 'libssl3', true],
  ['lib*', 'zlib', false],
  ['*ssl*', 'libssl3', true],
  ['lib???3', 'libssl3', true],
  ['a*b*c', 'axxbyyc', true],
  ['a*b*c', 'axxbyy', false],
  ['a*bc', 'abbc', true],
  ['OpenSSL', 'openssl', false],
  ['lib.*', 'libxssl', false],
  ['[a]', 'a', false],
  ['{a,b}', 'a', false],
])('%j and %j: %s', (pattern, text, matches) => {
  expect(matchesGlob(pattern, text)).toBe(matches)
})

test('is what a regular expression says', () => {
  const letters = fc
    .array(fc.constantFrom('a', 'b', '*', '?', '.'), { maxLength: 8 })
    .map((all) => all.join(''))
  const text = fc.array(fc.constantFrom('a', 'b', '.', '*'), { maxLength: 10 }).map((all) => all.join(''))
  fc.assert(
    fc.property(letters, text, (pattern, given) => {
      const source = [...pattern].map((one) => (one === '*' ? '.*' : one === '?' ? '.' : `\\${one}`))
      const letter = source.map((one) => one.replace(/^\\([ab])$/, '$1')).join('')
      expect(matchesGlob(pattern, given)).toBe(new RegExp(`^(?:${letter})$`, 's').test(given))
    }),
    { numRuns: 1000 },
  )
})

test('takes no more steps than the product of the lengths', () => {
  const before = process.cpuUsage()
  expect(matchesGlob(`${'a*'.repeat(120)}b`, 'a'.repeat(20_000))).toBe(false)
  expect(process.cpuUsage(before).user / 1e6).toBeLessThan(2)
})
