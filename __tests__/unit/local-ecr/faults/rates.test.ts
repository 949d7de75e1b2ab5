import { expect, test } from '@jest/globals'
import { DOCUMENTED, Rates } from '../../../../local-ecr/faults/rates.ts'
import { PUBLIC } from '../../../../local-ecr/store/names.ts'

const ACCOUNT = '123456789012'
const REGION = 'eu-west-1'

/** How many of so many requests pass at this moment. */
function passed(rates: Rates, count: number, operation = 'PutImage', region = REGION, account = ACCOUNT) {
  let sum = 0
  for (let at = 0; at < count; at++) {
    try {
      rates.take(account, region, operation)
      sum++
    } catch (error) {
      expect(error).toMatchObject({ name: 'ThrottlingException', message: 'Rate exceeded', status: 400 })
    }
  }
  return sum
}

test('a second’s requests at once, then as many as the time gives back', () => {
  let now = 0
  const rates = new Rates('documented', () => now)
  expect(passed(rates, 50)).toBe(10)
  now += 250
  expect(passed(rates, 50)).toBe(2)
  now += 60_000
  expect(passed(rates, 50)).toBe(10)
})

test('each account, region and operation has its own', () => {
  const rates = new Rates('documented', () => 0)
  expect(passed(rates, 20)).toBe(10)
  expect(passed(rates, 20, 'PutImage', 'us-east-1')).toBe(10)
  expect(passed(rates, 20, 'PutImage', REGION, '210987654321')).toBe(10)
  expect(passed(rates, 200, 'InitiateLayerUpload')).toBe(DOCUMENTED['InitiateLayerUpload'])
  expect(passed(rates, 200, 'InitiateLayerUpload', PUBLIC)).toBe(10)
})

test('what no quota is documented for is not throttled', () => {
  expect(passed(new Rates('documented', () => 0), 500, 'CreateRepository')).toBe(500)
})
