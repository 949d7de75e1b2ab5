import { describe, expect, test } from '@jest/globals'
import { ActionError } from '../../../src/shared/errors.ts'
import { chooseInstance, servicesOf } from '../../../src/sigstore/instance.ts'

const GITHUB = 'https://github.com'

describe('which instance signs', () => {
  test.each([
    ['auto', 'public', GITHUB, 'public-good'],
    // A private repository's name reaches no public log unless that is asked for.
    ['auto', 'private', GITHUB, 'github'],
    ['auto', 'internal', GITHUB, 'github'],
    ['auto', 'PUBLIC', GITHUB, 'github'],
    ['auto', null, GITHUB, 'github'],
    ['auto', 'public', 'https://octo.ghe.com', 'github'],
    ['github', 'public', 'https://octo.ghe.com', 'github'],
    ['auto', 'private', 'https://octo.ghe.com', 'github'],
    ['public-good', 'private', GITHUB, 'public-good'],
    ['github', 'public', GITHUB, 'github'],
    ['custom', 'public', GITHUB, 'custom'],
    ['custom', null, 'https://ghes.example.com', 'custom'],
  ] as const)('%s, a repository that is %s, at %s: %s', (choice, visibility, server, instance) => {
    expect(chooseInstance(choice, visibility, server)).toBe(instance)
  })

  test.each([
    ['auto', 'https://ghes.example.com'],
    ['public-good', 'https://ghes.example.com'],
    ['github', 'https://ghes.example.com:8443'],
    ['auto', 'https://ghe.com.example.com'],
    ['auto', 'https://github.com.example.com'],
    ['auto', ''],
  ] as const)('%s at %s is an error that names custom', (choice, server) => {
    let error: unknown
    try {
      chooseInstance(choice, 'public', server)
    } catch (thrown) {
      error = thrown
    }
    expect(error).toBeInstanceOf(ActionError)
    expect((error as ActionError).message).toMatch(
      new RegExp(`^sigstore: ${choice} cannot sign on GitHub Enterprise Server \\(`),
    )
    expect((error as ActionError).remedy).toContain('set sigstore to custom, with sigstore-signing-config')
  })
})

test('the public good instance knows no other issuer than github.com', () => {
  expect(() => chooseInstance('public-good', 'public', 'https://octo.ghe.com')).toThrow(
    'sigstore: public-good cannot sign on octo.ghe.com: the public good instance of Sigstore takes OIDC tokens of github.com only.',
  )
})

describe('the services', () => {
  const told = (...given: Parameters<typeof servicesOf>) => {
    const { certificates, log, timestamps } = servicesOf(...given)
    return [certificates.href, log?.url.href ?? null, timestamps?.href ?? null]
  }
  test('of the public good instance, which has the public log', () => {
    const services = ['https://fulcio.sigstore.dev/', 'https://rekor.sigstore.dev/', null]
    expect(told('public-good', GITHUB)).toEqual(services)
    expect(told('public-good', 'https://octo.ghe.com')).toEqual(services)
  })

  test("of GitHub's, which has no log", () => {
    expect(told('github', GITHUB)).toEqual([
      'https://fulcio.githubapp.com/',
      null,
      'https://timestamp.githubapp.com/api/v1/timestamp',
    ])
    expect(told('github', 'https://octo.ghe.com')).toEqual([
      'https://fulcio.octo.ghe.com/',
      null,
      'https://timestamp.octo.ghe.com/api/v1/timestamp',
    ])
  })
})
