import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { misfitsOf, policyInWords, type SignerPolicy, signerIn } from '../../../src/sigstore/policy.ts'
import { signerOf } from '../../../src/sigstore/signer.ts'
import type { Verified } from '../../../src/sigstore/verify.ts'
import { JOB, SERVER } from '../../support/sigstore/job.ts'

const ISSUER = 'https://token.actions.githubusercontent.com'
const { identity, extensions } = signerOf({ iss: ISSUER, ...JOB }, SERVER)

const verified = (change: Partial<Verified> = {}): Verified => ({
  statement: { predicateType: 'a', subject: [], predicate: {} },
  issuer: ISSUER,
  identity,
  extensions: new Map(Object.entries(extensions)),
  logIndex: '1',
  hasTimestamp: false,
  ...change,
})

const ANY: SignerPolicy = {
  serverUrl: SERVER,
  repository: JOB.repository,
  repositoryId: null,
  ownerId: null,
  workflow: null,
  workflowRef: null,
  ref: null,
  commit: null,
  event: null,
  runner: null,
}
const ALL: SignerPolicy = {
  ...ANY,
  repositoryId: JOB.repository_id,
  ownerId: JOB.repository_owner_id,
  workflow: 'octo-org/shared/.github/workflows/push.yml',
  workflowRef: 'refs/tags/v1',
  ref: JOB.ref,
  commit: JOB.sha,
  event: JOB.event_name,
  runner: JOB.runner_environment,
}

test('the signer of the job fits, whether nothing more is asked or all of it', () => {
  expect(misfitsOf(verified(), ANY)).toEqual([])
  expect(misfitsOf(verified(), ALL)).toEqual([])
  expect(signerIn(verified(), SERVER)).toEqual({
    identity,
    issuer: ISSUER,
    repository: JOB.repository,
    ref: JOB.ref,
    commit: JOB.sha,
    event: 'push',
    runner: 'github-hosted',
    run: 'https://github.com/octo-org/demo/actions/runs/4242/attempts/2',
  })
})

/** The extensions that the whole policy asks for. */
const ASKED = ['11', '12', '13', '14', '15', '17', '20'].map((end) => `1.3.6.1.4.1.57264.1.${end}`)

test('any other value of what is asked for is a misfit, and one that is not there is too', () => {
  fc.assert(
    fc.property(fc.constantFrom(...ASKED), fc.option(fc.string(), { nil: undefined }), (oid, value) => {
      fc.pre(value !== extensions[oid])
      const others = new Map(Object.entries(extensions))
      if (value === undefined) others.delete(oid)
      else others.set(oid, value)
      expect(misfitsOf(verified({ extensions: others }), ALL)).toHaveLength(1)
    }),
  )
})

test('a certificate that says nothing fits no policy', () => {
  const nothing = verified({ issuer: '', identity: '', extensions: new Map() })
  expect(misfitsOf(nothing, ANY).length).toBeGreaterThan(1)
  expect(misfitsOf(nothing, ANY).join()).toContain('that it does not say')
})

/** Of workflows, refs, and how Go writes both in one URL. */
const ENCODED: [file: string, ref: string, written: string][] = [
  ['a!b.yml', 'refs/heads/é', 'a%21b.yml@refs/heads/%C3%A9'],
  ["it's (new)*[1].yml", 'refs/heads/main', 'it%27s%20%28new%29%2A%5B1%5D.yml@refs/heads/main'],
  ['(a).yml', 'refs/heads/a b', '%28a%29.yml@refs/heads/a%20b'],
  ['a!b.yml', 'refs/heads/é', 'a!b.yml@refs/heads/é'],
  ['a!b.yml', 'refs/heads/main', 'a!b.yml@refs/heads/main'],
  ['a#b!.yml', 'refs/heads/é', 'a#b!.yml@refs/heads/%C3%A9'],
  ['a#b*[1].yml', 'refs/heads/é', 'a#b*%5B1%5D.yml@refs/heads/%C3%A9'],
  ['a#b!.yml', 'refs/heads/é', 'a%23b%21.yml@refs/heads/%C3%A9'],
]

test.each(ENCODED)('the workflow %s on %s, which Go writes as %s', (file, ref, written) => {
  const at = (policy: Partial<SignerPolicy>) =>
    misfitsOf(verified({ identity: `https://github.com/a/b/.github/workflows/${written}` }), {
      ...ANY,
      workflow: `a/b/.github/workflows/${file}`,
      ...policy,
    })
  expect(at({})).toEqual([])
  expect(at({ workflowRef: ref })).toEqual([])
  expect(at({ workflow: 'a/b/.github/workflows/a.yml' })).toHaveLength(1)
})

test('a file whose name is the encoded one of another is another one, if nothing had to be encoded', () => {
  const identity = 'https://github.com/a/b/.github/workflows/a%21b.yml@refs/heads/main'
  const workflow = 'a/b/.github/workflows/a!b.yml'
  expect(misfitsOf(verified({ identity }), { ...ANY, workflow })).toHaveLength(1)
})

describe('the workflow', () => {
  const of = (policy: Partial<SignerPolicy>, signer: string) =>
    misfitsOf(verified({ identity: signer }), { ...ANY, workflow: 'a/b/.github/workflows/c.yml', ...policy })

  test.each([
    'https://github.com/a/b/.github/workflows/c.yml@refs/heads/main',
    'https://github.com/a/b/.github/workflows/c.yml@refs/pull/7/merge',
    'https://github.com/a/b/.github/workflows/c.yml@refs/heads/a@b',
    `https://github.com/a/b/.github/workflows/c.yml@${'a'.repeat(40)}`,
  ])('at any ref: %s', (signer) => {
    expect(of({}, signer)).toEqual([])
  })

  test.each([
    // A file may be called so.
    'https://github.com/a/b/.github/workflows/c.yml@x.yml@refs/heads/main',
    'https://github.com/a/b/.github/workflows/c.yml@refs.yml@refs/heads/main',
    'https://github.com/a/b/.github/workflows/c.yml',
    'https://github.com/a/b/.github/workflows/c.yml@',
    'https://github.com/a/b/.github/workflows/c.yml.yml@refs/heads/main',
    'https://github.com/a/b/.github/workflows/C.yml@refs/heads/main',
    'https://github.com/x/a/b/.github/workflows/c.yml@refs/heads/main',
    'https://github.com.example/a/b/.github/workflows/c.yml@refs/heads/main',
    'https://evil.example/https://github.com/a/b/.github/workflows/c.yml@refs/heads/main',
    '',
  ])('is another one: %j', (signer) => {
    expect(of({}, signer)).toEqual([
      expect.stringMatching(/^signed by .*, wanted https:\/\/github\.com\/a\/b/),
    ])
  })

  test.each(['refs/heads/main2', 'refs/heads/mai', 'refs/tags/main', 'main', 'refs/heads/main/x'])(
    'at one ref is not at %s',
    (ref) => {
      const signer = `https://github.com/a/b/.github/workflows/c.yml@${ref}`
      expect(of({ workflowRef: 'refs/heads/main' }, signer)).toHaveLength(1)
      expect(of({ workflowRef: ref }, signer)).toEqual([])
    },
  )
})

describe('the issuer', () => {
  const of = (serverUrl: string, issuer: string) => {
    const own = signerOf({ iss: issuer, ...JOB }, serverUrl)
    const signer = { issuer, identity: own.identity, extensions: new Map(Object.entries(own.extensions)) }
    return misfitsOf(verified(signer), { ...ANY, serverUrl })
  }

  test.each([
    ['https://github.com', ISSUER],
    ['https://github.com', `${ISSUER}/octo-enterprise`],
    ['https://octo.ghe.com', 'https://token.actions.octo.ghe.com'],
    ['https://github.example.com', 'https://github.example.com/_services/token'],
  ])('of %s is %s', (serverUrl, issuer) => {
    expect(of(serverUrl, issuer)).toEqual([])
  })

  test.each([
    ['https://github.com', 'https://token.actions.githubusercontent.com.example'],
    ['https://github.com', `${ISSUER}/a/b`],
    ['https://github.com', `${ISSUER}/../x?y`],
    ['https://github.com', 'https://accounts.google.com'],
    ['https://github.com', 'https://token.actions.octo.ghe.com'],
    ['https://octo.ghe.com', ISSUER],
    ['https://octo.ghe.com', 'https://token.actions.octo.ghe.com.example'],
    ['https://github.example.com', ISSUER],
    ['https://github.com', ''],
  ])('of %s is not %s', (serverUrl, issuer) => {
    expect(of(serverUrl, issuer)).toEqual([expect.stringMatching(/^with a token of/)])
  })
})

test('the policy in words', () => {
  expect(policyInWords(ANY)).toBe('provenance of octo-org/demo')
  expect(policyInWords(ALL)).toBe(
    `provenance of octo-org/demo, signed by https://github.com/octo-org/shared/.github/workflows/push.yml@refs/tags/v1, ref refs/heads/main, commit ${JOB.sha}, event push, runner github-hosted`,
  )
})

test('a value without end is cut in a message', () => {
  const long = new Map(Object.entries({ ...extensions, [ASKED[3] as string]: 'x '.repeat(100_000) }))
  expect(misfitsOf(verified({ extensions: long }), ALL).join().length).toBeLessThan(1000)
})

describe('a workflow whose name or ref Fulcio encodes', () => {
  const WORKFLOW = 'octo-org/shared/.github/workflows/build image.yml'
  const [RAW, ENCODED] = [`${SERVER}/${WORKFLOW}`, `${SERVER}/${WORKFLOW.replace(' ', '%20')}`]
  test.each([
    ['as it is', `${RAW}@refs/heads/größe`, 'refs/heads/größe', true],
    ['as Go writes it', `${ENCODED}@refs/heads/gr%C3%B6%C3%9Fe`, 'refs/heads/größe', true],
    ['as Go writes it, at any ref', `${ENCODED}@refs/heads/gr%C3%B6%C3%9Fe`, null, true],
    ['of another ref', `${ENCODED}@refs/heads/grosse`, 'refs/heads/größe', false],
    ['of another file', `${SERVER}/${WORKFLOW.replace(' ', '%21')}@refs/heads/main`, null, false],
    ['without a ref', `${ENCODED}@`, null, false],
  ])('%s', (_, signedBy, workflowRef, fits) => {
    const misfits = misfitsOf(verified({ identity: signedBy }), { ...ANY, workflow: WORKFLOW, workflowRef })
    expect(misfits.length === 0).toBe(fits)
  })
})
