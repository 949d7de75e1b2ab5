import { expect, test } from '@jest/globals'
import { ACCOUNTS, checkPlaces, REGIONS } from '../../../../local-ecr/host/options.ts'

test('what is used by default is right', () => {
  expect(() => checkPlaces(ACCOUNTS, REGIONS)).not.toThrow()
  expect(() => checkPlaces(['000000000000'], ['us-gov-west-1', 'cn-north-1', 'eusc-de-east-1'])).not.toThrow()
})

test.each<[string[], string[], string]>([
  [[], ['us-east-1'], 'at least one account and one region'],
  [['123456789012'], [], 'at least one account and one region'],
  [['1234567890123'], ['us-east-1'], "'1234567890123' is not an AWS account"],
  [['123456789012'], ['public'], "'public' is not an AWS region"],
  [
    ['123456789012', '210987654321', '123456700000'],
    ['us-east-1'],
    'The accounts 123456789012 and 123456700000 begin with the same 7 digits',
  ],
])('%j and %j are refused', (accounts, regions, said) => {
  expect(() => checkPlaces(accounts, regions)).toThrow(said)
})
