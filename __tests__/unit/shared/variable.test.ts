import { expect, test } from '@jest/globals'
import { variable } from '../../../src/shared/variable.ts'

test('what is set', () => {
  expect(variable({ A: '1', EMPTY: '' }, 'A')).toBe('1')
  expect(variable({ A: '1', EMPTY: '' }, 'EMPTY')).toBe('')
  expect(variable({ A: '1' }, 'B')).toBeUndefined()
  expect(variable(process.env, 'PATH')).toBe(process.env['PATH'])
})

test.each(['constructor', 'toString', '__proto__', 'hasOwnProperty'])(
  '%s is no variable of a job',
  (name) => {
    expect(variable(process.env, name)).toBeUndefined()
  },
)
