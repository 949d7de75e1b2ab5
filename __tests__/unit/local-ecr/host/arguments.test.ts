import { expect, test } from '@jest/globals'
import { readOptions } from '../../../../local-ecr/host/arguments.ts'
import { SetupError } from '../../../../local-ecr/host/setup-error.ts'

const said = (args: readonly string[]) => {
  try {
    readOptions(args)
    return null
  } catch (error) {
    return error
  }
}

test.each<[string[], string | RegExp]>([
  [['--mode', 'https'], "--mode is 'https': it can be localhost or tls."],
  [['--modus', 'tls'], "Unknown option '--modus'. --help lists the options."],
  [['start'], /^Unexpected argument 'start'/],
  [['--delay-ms', '3s'], "--delay-ms is '3s': it is a whole number of milliseconds."],
  [['--rates', 'high'], "--rates is 'high': it can be documented."],
  [['--account', '12'], "'12' is not an AWS account: an account has 12 digits."],
  [['--region', 'Seoul'], "'Seoul' is not an AWS region: a region looks like ap-northeast-2."],
  [['--registry', '/nowhere'], /^--registry is '\/nowhere': that file does not exist\./],
])('%j is refused in one sentence', (args, message) => {
  const error = said(args)
  expect(error).toBeInstanceOf(SetupError)
  if (typeof message === 'string') expect((error as SetupError).message).toBe(message)
  else expect((error as SetupError).message).toMatch(message)
  expect((error as SetupError).message).not.toContain('\n')
})

test('what is given is what the local ECR starts with', () => {
  const given = readOptions([
    ...['--mode', 'tls', '--account', '111111111111', '--account', '222222222222', '--region', 'eu-west-1'],
    ...['--rates', 'documented', '--delay-ms', '20', '--data-dir', '/data', '--json', '--verbose'],
  ])
  expect(given).toEqual({
    json: true,
    verbose: true,
    help: false,
    dataDir: '/data',
    options: {
      mode: 'tls',
      registryBinary: null,
      accounts: ['111111111111', '222222222222'],
      regions: ['eu-west-1'],
      rates: 'documented',
      relay: { delayMs: 20 },
    },
  })
})
