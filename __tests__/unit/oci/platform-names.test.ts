import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  canonicalPlatformName,
  fullPlatformName,
  isPlatformWord,
  platformNames,
} from '../../../src/oci/platform-names.ts'
import { type Platform, platformIn } from '../../../src/oci/types.ts'

const windows = (version: string, ...features: string[]) => ({
  os: 'windows',
  architecture: 'amd64',
  'os.version': version,
  'os.features': features,
})

describe('the full name', () => {
  // The examples of containerd's own documentation and tests are among these.
  test.each<[Platform, string]>([
    [{ os: 'linux', architecture: 'amd64' }, 'linux/amd64'],
    [{ os: 'linux', architecture: 'arm', variant: 'v7' }, 'linux/arm/v7'],
    [{ os: 'linux', architecture: 'arm64', variant: '' }, 'linux/arm64'],
    [windows('10.0.17763'), 'windows(10.0.17763)/amd64'],
    [windows('10.0.17763', 'win32k'), 'windows(10.0.17763+win32k)/amd64'],
    [windows('', 'win32k'), 'windows(+win32k)/amd64'],
    [windows('1', 'b', 'a', 'b', ''), 'windows(1+a+b)/amd64'],
    [windows('1+2(3)/4%'), 'windows(1%2B2%283%29%2F4%25)/amd64'],
    [{ ...windows('1'), variant: 'v3' }, 'windows(1)/amd64/v3'],
  ])('of %j is %s', (platform, name) => {
    expect(fullPlatformName(platform)).toBe(name)
  })
})

describe('names beside each other', () => {
  test('are short, and in full if they would be the same', () => {
    const linux = { os: 'linux', architecture: 'amd64' }
    expect(platformNames([windows('1'), linux])).toEqual(['windows/amd64', 'linux/amd64'])
    expect(platformNames([windows('1'), linux, windows('2')])).toEqual([
      'windows(1)/amd64',
      'linux/amd64',
      'windows(2)/amd64',
    ])
  })

  test('are the same only for the same platform', () => {
    const platform = fc.record(
      {
        os: fc.constantFrom('linux', 'windows'),
        architecture: fc.constantFrom('amd64', 'arm'),
        variant: fc.constantFrom('v6', 'v7'),
        'os.version': fc.constantFrom('1', '1+a', '2)', ''),
        'os.features': fc.uniqueArray(fc.constantFrom('a', 'b', 'a+b')),
      },
      { requiredKeys: ['os', 'architecture'] },
    )
    const plain = (given: Platform) => {
      const {
        os,
        architecture,
        variant = '',
        'os.version': version = '',
        'os.features': features = [],
      } = given
      return JSON.stringify([os, architecture, variant, version, [...features].sort()])
    }
    fc.assert(
      fc.property(fc.array(platform, { maxLength: 6 }), (platforms) => {
        const names = platformNames(platforms as Platform[])
        expect(new Set(names).size).toBe(new Set((platforms as Platform[]).map(plain)).size)
      }),
      { numRuns: 500 },
    )
  })
})

// The table of containerd's own tests is among these: https://github.com/containerd/platforms/blob/main/platforms_test.go
test.each([
  [
    'linux/amd64',
    'linux/x86_64',
    'Linux/AMD64',
    'linux/amd64/v1',
    'linux/x86_64/v1',
    'linux/x86-64',
    'amd64',
    'x86_64',
  ],
  ['linux/amd64/v3', 'linux/x86_64/v3'],
  ['linux/arm64', 'linux/aarch64', 'linux/arm64/v8', 'linux/arm64/8', 'linux/aarch64/v8', 'arm64', 'AArch64'],
  ['linux/arm/v7', 'linux/arm', 'linux/armhf', 'linux/arm/7', 'arm', 'armhf', 'linux/armhf/v7'],
  ['linux/arm/v6', 'linux/armel', 'linux/arm/6', 'armel'],
  ['linux/386', 'linux/i386', 'i386', '386'],
  ['linux/s390x', 's390x'],
  ['windows(10.0.1)/amd64', 'windows(10.0.1)/x86_64'],
  ['darwin/arm64', 'macos/aarch64'],
  ['darwin', 'macos', 'Darwin'],
  ['linux'],
  ['local'],
])('%s has one canonical name', (...names) => {
  expect(new Set(names.map((name) => canonicalPlatformName(name)))).toEqual(new Set([names[0]]))
})

test.each([
  ['linux', 'amd64', 'linux/amd64'],
  ['linux', 'x86_64', 'linux/amd64'],
  ['macos', 'aarch64', 'darwin/arm64'],
  ['windows(1)', 'amd64', 'windows(1)/amd64'],
  ['arm64', 'amd64', 'linux/arm64'],
  ['linux/arm64', 'amd64', 'linux/arm64'],
])('%s, for a machine with %s, is %s', (name, architecture, full) => {
  expect(canonicalPlatformName(name, architecture)).toBe(full)
})

test('a canonical name is its own, and what is a word for docker has a system or is one', () => {
  const word = fc.constantFrom(
    ...'386 aarch64 amd64 arm arm64 armel armhf i386 linux macos windows(1.2) x86-64 x86_64 v1 v6 v7 v8 v9 8 7 local'.split(
      ' ',
    ),
  )
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 3 }), (words) => {
      const name = words.join('/')
      const canonical = canonicalPlatformName(name)
      expect(canonicalPlatformName(canonical)).toBe(canonical)
      expect(canonicalPlatformName(name.toUpperCase())).toBe(canonical)
      if (isPlatformWord(name)) expect(canonicalPlatformName(name, 'amd64')).toMatch(/^[^/]+\/[^/]+/)
    }),
    { numRuns: 500 },
  )
})

test('a configuration gives version and features, and nothing that is not text', () => {
  const said = { os: 'windows', architecture: 'amd64', 'os.version': '1', 'os.features': ['win32k', 3, ''] }
  expect(platformIn(said)).toEqual(windows('1', 'win32k'))
  expect(platformIn({ os: 'linux', architecture: 'amd64', 'os.version': '', 'os.features': 'x' })).toEqual({
    os: 'linux',
    architecture: 'amd64',
  })
})
