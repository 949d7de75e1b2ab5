import { afterEach, expect, jest, test } from '@jest/globals'
import { DOCUMENTED_LIMITS, LIMITS, LIMITS_VARIABLE } from '../../../src/shared/limits.ts'

afterEach(() => {
  delete process.env[LIMITS_VARIABLE]
})

async function given(text: string) {
  process.env[LIMITS_VARIABLE] = text
  let limits: typeof LIMITS | undefined
  await jest.isolateModulesAsync(async () => {
    limits = (await import('../../../src/shared/limits.ts')).LIMITS
  })
  return limits
}

test('the limits in force are the documented ones', () => {
  expect(LIMITS).toEqual(DOCUMENTED_LIMITS)
})

test('a test can lower one', async () => {
  expect(await given('{"connectMs":500}')).toEqual({ ...DOCUMENTED_LIMITS, connectMs: 500 })
})

test.each(['{"connectMs":10000000}', '{"connectMs":-1}', '{"connectMs":0}', '{"connectMs":"5"}', '{"x":5}'])(
  '%s changes nothing',
  async (text) => {
    expect(await given(text)).toEqual(DOCUMENTED_LIMITS)
  },
)

test.each(['', 'null', '5', '[]', '{', 'x'])('neither does what is no object of JSON: %p', async (text) => {
  expect(await given(text)).toEqual(DOCUMENTED_LIMITS)
})
