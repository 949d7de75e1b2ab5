import { describe, expect, test } from '@jest/globals'
import { readInputs } from '../../../../local-ecr/action/inputs.ts'
import { ACCOUNTS, REGIONS } from '../../../../local-ecr/host/options.ts'

describe('the inputs of the action', () => {
  test('are those of the command if none are given', () => {
    expect(readInputs({ 'INPUT_HOST-NAMES': 'auto', INPUT_ACCOUNTS: '', INPUT_REGIONS: '' })).toEqual({
      accounts: ACCOUNTS,
      regions: REGIONS,
      hostNames: 'auto',
    })
  })

  test.each([
    ['lines', '111122223333\n\n# a comment\n 444455556666 \r\n', ['111122223333', '444455556666']],
    ['commas', '111122223333, 444455556666,', ['111122223333', '444455556666']],
  ])('are lists of %s', (_, given, accounts) => {
    expect(readInputs({ INPUT_ACCOUNTS: given }).accounts).toEqual(accounts)
  })

  test.each([
    ['AWS_REGION', 'us-west-2', ['us-west-2', ...REGIONS]],
    ['AWS_DEFAULT_REGION', 'us-east-1', ['us-east-1', 'ap-northeast-2', 'eu-west-1']],
  ])('begin with the region of %s', (name, region, regions) => {
    expect(readInputs({ [name]: region }).regions).toEqual(regions)
    expect(readInputs({ [name]: region, INPUT_REGIONS: 'eu-west-1' }).regions).toEqual(['eu-west-1'])
  })

  test.each([
    ['INPUT_ACCOUNTS', '1234', "'1234' is not an AWS account: an account has 12 digits."],
    ['INPUT_REGIONS', 'seoul', "'seoul' is not an AWS region: a region looks like ap-northeast-2."],
    ['INPUT_REGIONS', 'us-east-1,us-east-1', 'The input regions has us-east-1 twice: leave one of them out.'],
    ['INPUT_HOST-NAMES', 'yes', "The input host-names is 'yes': it can be auto, true or false."],
  ])('%s: %s is refused', (name, value, message) => {
    expect(() => readInputs({ [name]: value })).toThrow(message)
  })

  test('are refused all at once', () => {
    expect(() => readInputs({ INPUT_ACCOUNTS: '1', 'INPUT_HOST-NAMES': 'yes' })).toThrow(
      /12 digits\.\nThe input host-names is 'yes'/,
    )
  })
})

describe('a job that has an account', () => {
  test.each([
    'AWS_ACCESS_KEY_ID',
    'AWS_SECRET_ACCESS_KEY',
    'AWS_SESSION_TOKEN',
    'AWS_PROFILE',
    'AWS_DEFAULT_PROFILE',
    'AWS_ENDPOINT_URL',
    'AWS_ENDPOINT_URL_ECR',
    'AWS_ENDPOINT_URL_ECR_PUBLIC',
    'AWS_ENDPOINT_URL_STS',
    'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS',
  ])('by %s gets no local ECR', (name) => {
    expect(() => readInputs({ [name]: 'x' })).toThrow(
      `This job already has AWS credentials or addresses (${name}), and the local ECR does not mix with them: give it a job of its own, without configure-aws-credentials and such variables, and once in that job.`,
    )
  })

  // The secrets of a fork's run are empty, and so are the variables made of them.
  test('is not one whose variables are empty', () => {
    expect(readInputs({ AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' }).accounts).toEqual(ACCOUNTS)
  })
})
