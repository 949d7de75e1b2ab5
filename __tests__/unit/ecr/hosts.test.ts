import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  ACCOUNT_ID,
  describeRegistry,
  isEcrHost,
  isHostOf,
  parsePrivateHost,
  parsePublicUri,
  partitionOf,
  REGION,
} from '../../../src/ecr/hosts.ts'
import { hold, hostileText } from '../../support/fuzz.ts'

/** Regions of each partition, its name in ARNs, the suffix of its hosts, and that of its dual-stack hosts. */
const REGIONS: readonly (readonly [region: string, partition: string, suffix: string, dualStack?: string])[] =
  [
    ['ap-northeast-2', 'aws', 'amazonaws.com', 'on.aws'],
    ['me-central-1', 'aws', 'amazonaws.com', 'on.aws'],
    ['us-east-1', 'aws', 'amazonaws.com', 'on.aws'],
    ['us-gov-west-1', 'aws-us-gov', 'amazonaws.com', 'on.aws'],
    ['cn-northwest-1', 'aws-cn', 'amazonaws.com.cn', 'on.amazonwebservices.com.cn'],
    ['eusc-de-east-1', 'aws-eusc', 'amazonaws.eu'],
    ['us-iso-east-1', 'aws-iso', 'c2s.ic.gov'],
    ['us-isob-east-1', 'aws-iso-b', 'sc2s.sgov.gov'],
    ['eu-isoe-west-1', 'aws-iso-e', 'cloud.adc-e.uk'],
    ['us-isof-south-1', 'aws-iso-f', 'csp.hci.ic.gov'],
  ]
const ACCOUNT = '123456789012'

describe.each(REGIONS)('%s', (region, partition, suffix, dualStack) => {
  const ofDualStack =
    dualStack === undefined
      ? []
      : [`${ACCOUNT}.dkr-ecr.${region}.${dualStack}`, `${ACCOUNT}.dkr-ecr-fips.${region}.${dualStack}`]

  test.each([
    `${ACCOUNT}.dkr.ecr.${region}.${suffix}`,
    `${ACCOUNT}.dkr.ecr-fips.${region}.${suffix}`,
    ...ofDualStack,
  ])('%s is a host of ECR', (host) => {
    expect(parsePrivateHost(host)).toEqual({ host, registryId: ACCOUNT, region })
    expect(isEcrHost(host)).toBe(true)
  })

  test(`is a region, of the partition ${partition}`, () => {
    expect(REGION.test(region)).toBe(true)
    expect(partitionOf(region)).toBe(partition)
  })
})

describe('the hosts of one registry, to which alone its token goes', () => {
  const hostsOf = ([region, , suffix, dualStack]: (typeof REGIONS)[number], account = ACCOUNT) => [
    `${account}.dkr.ecr.${region}.${suffix}`,
    `${account}.dkr.ecr-fips.${region}.${suffix}`,
    ...(dualStack === undefined
      ? []
      : [`${account}.dkr-ecr.${region}.${dualStack}`, `${account}.dkr-ecr-fips.${region}.${dualStack}`]),
  ]
  const registries = REGIONS.flatMap((one) => [hostsOf(one), hostsOf(one, '210987654321')])

  test.each(registries.map((hosts) => [hosts[0] as string, hosts] as const))('%s', (said, hosts) => {
    const others = registries.filter((some) => some !== hosts).flat()
    for (const host of hosts) expect([host, isHostOf(host, said)]).toEqual([host, true])
    for (const host of others) expect([host, isHostOf(host, said)]).toEqual([host, false])
  })

  const said = `${ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com`
  test.each([
    '',
    `${said}.`,
    `${said}:443`,
    `${said}/app`,
    `${said}.attacker.example`,
    `${said}@attacker.example`,
    `${said}\n`,
    said.toUpperCase(),
    `https://${said}`,
    `x${said}`,
    `${ACCOUNT}.dkr.ecr.eu-west-1.attacker.example`,
    `${ACCOUNT}.dkr-ecr.eu-west-1.attacker.example`,
    // A suffix of AWS's that belongs to hosts of the other form.
    `${ACCOUNT}.dkr-ecr.eu-west-1.amazonaws.com`,
    `${ACCOUNT}.dkr.ecr.eu-west-1.on.aws`,
    // The region a second time, where the suffix begins.
    `${ACCOUNT}.dkr.ecr.eu-west-1.eu-west-1.amazonaws.com`,
    `${ACCOUNT}.dkr.ecr.eu-west-1.attacker.example.eu-west-1.amazonaws.com`,
    `${ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com.cn`,
    `${ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com.attacker.example`,
    'public.ecr.aws',
    'localhost:5000',
  ])('%j is none of them', (written) => expect(isHostOf(written, said)).toBe(false))

  test('a registry that is no host of AWS has no other host', () => {
    expect(isHostOf('localhost:5000', 'localhost:5000')).toBe(true)
    expect(isHostOf('localhost:5001', 'localhost:5000')).toBe(false)
    expect(isHostOf(said, 'localhost:5000')).toBe(false)
  })

  test('whatever is written, a host that it is accepted for ends as those of AWS do', async () => {
    const dot = fc.constantFrom('.', '-', '')
    const piece = fc.oneof(
      fc.constantFrom(ACCOUNT, 'dkr', 'ecr', 'ecr-fips', 'eu-west-1', 'amazonaws.com', 'on.aws', 'x.example'),
      hostileText,
    )
    const written = fc
      .array(fc.tuple(piece, dot), { minLength: 3, maxLength: 8 })
      .map((parts) => parts.flat().join(''))
    await hold(written, 4_000, (text) => {
      if (isHostOf(text, said))
        expect(hostsOf(['eu-west-1', 'aws', 'amazonaws.com', 'on.aws'])).toContain(text)
    })
  })
})

test.each(['eu-west', 'eu_west_1', 'EU-WEST-1', '-east-1', 'us-east-1a', 'us-east-100', 'us-east-1\n', ''])(
  '%j is no region',
  (text) => expect(REGION.test(text)).toBe(false),
)

test.each([
  '',
  'docker.io',
  `${ACCOUNT}.dkr.ecr.eu-west-1`,
  `12345678901.dkr.ecr.eu-west-1.amazonaws.com`,
  `1${ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com`,
  `${ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com:443`,
  `${ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com/app`,
  `https://${ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com`,
  `${ACCOUNT}.dkr.ecr-public.eu-west-1.amazonaws.com`,
  `x${ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com`,
  `api.ecr.eu-west-1.amazonaws.com`,
  `${ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com\n`,
])('%j is no host of a private registry', (text) => expect(parsePrivateHost(text)).toBeNull())

test.each([
  ['public.ecr.aws', { host: 'public.ecr.aws', alias: '', name: '' }],
  ['public.ecr.aws/', { host: 'public.ecr.aws', alias: '', name: '' }],
  ['public.ecr.aws/octo', { host: 'public.ecr.aws', alias: 'octo', name: '' }],
  ['public.ecr.aws/octo/', { host: 'public.ecr.aws', alias: 'octo', name: '' }],
  ['public.ecr.aws/octo/team/app', { host: 'public.ecr.aws', alias: 'octo', name: 'team/app' }],
  ['ecr-public.aws.com/octo/app', { host: 'ecr-public.aws.com', alias: 'octo', name: 'app' }],
  ['public.ecr.aws.example/octo/app', null],
  ['xpublic.ecr.aws/octo/app', null],
  ['public-ecr-aws/octo/app', null],
])('the public URI %s', (text, expected) => expect(parsePublicUri(text)).toEqual(expected))

test.each([
  ['public.ecr.aws', true],
  ['ecr-public.aws.com', true],
  ['public.ecr.aws/octo', false],
  ['ghcr.io', false],
])('%s as a host of ECR: %s', (host, expected) => expect(isEcrHost(host)).toBe(expected))

test('whatever somebody wrote is read without a failure, and only what it is made of comes out', async () => {
  await hold(hostileText, 500, (text) => {
    const found = parsePrivateHost(text)
    if (found !== null) expect(text).toContain(`${found.registryId}.dkr`)
    const uri = parsePublicUri(text)
    if (uri !== null) expect(text.startsWith(uri.host)).toBe(true)
    expect(ACCOUNT_ID.test(text)).toBe(/^[0-9]{12}$/.test(text))
  })
})

test('a registry in words', () => {
  expect(describeRegistry({ region: 'eu-west-1', registryId: null })).toBe('eu-west-1')
  expect(describeRegistry({ region: 'eu-west-1', registryId: ACCOUNT })).toBe(
    `eu-west-1 of account ${ACCOUNT}`,
  )
})
