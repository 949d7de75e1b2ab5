import { expect, test } from '@jest/globals'
import { isTooDeep, MAX_NESTING } from '../../../src/shared/nesting.ts'

const deep = (levels: number, open = '[', close = ']') => open.repeat(levels) + close.repeat(levels)

test.each<[string, string, boolean]>([
  ['nothing', '', false],
  ['as deep as it may be', deep(MAX_NESTING), false],
  ['one level more', deep(MAX_NESTING + 1), true],
  ['objects', deep(MAX_NESTING + 1, '{"a":', '}'), true],
  ['objects and arrays', deep(MAX_NESTING / 2 + 1, '[{"a":', '}]'), true],
  ['never closed', '['.repeat(MAX_NESTING + 1), true],
  ['many beside each other', `[${'[],{},'.repeat(MAX_NESTING)}0]`, false],
  ['brackets in a string', JSON.stringify(['['.repeat(5000)]), false],
  ['a quote in a string', JSON.stringify([`"\\"${'['.repeat(5000)}`]), false],
  ['after a string that ends with a backslash', `${JSON.stringify('\\')}${deep(MAX_NESTING + 1)}`, true],
])('%s', (_, text, expected) => {
  expect(isTooDeep(Buffer.from(text))).toBe(expected)
})
