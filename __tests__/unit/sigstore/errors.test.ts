import { expect, test } from '@jest/globals'
import { ActionError } from '../../../src/shared/errors.ts'
import {
  explainSigstoreError,
  InvalidBundle,
  OtherSigner,
  SigstoreError,
} from '../../../src/sigstore/errors.ts'

const DOING = 'The provenance of HOST/NAME@sha256:0123456789ab…'
const fulcio = {
  service: 'certificates',
  url: new URL('https://fulcio.githubapp.com/api/v2/signingCert'),
} as const
const rekor = { service: 'log', url: new URL('https://rekor.sigstore.dev/api/v1/log/entries') } as const
const tsa = { service: 'timestamps', url: new URL('https://tsa.example/api/v1/timestamp') } as const

function failed(about: ConstructorParameters<typeof SigstoreError>, attempts = 1): SigstoreError {
  return Object.assign(new SigstoreError(...about), { attempts })
}

test.each([
  [
    'a plan without attestations',
    'github',
    failed([fulcio, '403 Forbidden: no', { status: 403 }]),
    `${DOING} could not be signed: Fulcio (https://fulcio.githubapp.com): 403 Forbidden: no`,
    /^read what Fulcio says above\. If it fails the same way in another run, the plan may be one reason: /,
  ],
  [
    'a Fulcio of the user that refuses the token',
    'custom',
    failed([{ ...fulcio, url: new URL('https://fulcio.example') }, '401 Unauthorized', { status: 401 }]),
    `${DOING} could not be signed: Fulcio (https://fulcio.example): 401 Unauthorized`,
    /^run the job again, .* check that this Fulcio accepts the OIDC tokens/,
  ],
  [
    'an outage of the public good instance',
    'public-good',
    failed([rekor, '503 Service Unavailable', { status: 503, transient: true }], 12),
    `${DOING} could not be signed, in 12 attempts: Rekor (https://rekor.sigstore.dev): 503 Service Unavailable`,
    /^run the job again; .* the way from the runner to https:\/\/rekor\.sigstore\.dev .*status\.sigstore\.dev/,
  ],
  [
    'a host that is not reached',
    'custom',
    failed([tsa, 'connect ECONNREFUSED', { transient: true }], 12),
    `${DOING} could not be signed, in 12 attempts: the timestamp authority (https://tsa.example): connect ECONNREFUSED`,
    /^run the job again; .* the way from the runner to https:\/\/tsa\.example \(its proxy, its firewall\)\.$/,
  ],
  [
    'another refusal',
    'public-good',
    failed([rekor, '400 Bad Request: no', { status: 400 }]),
    `${DOING} could not be signed: Rekor (https://rekor.sigstore.dev): 400 Bad Request: no`,
    /^read what the service says above/,
  ],
  [
    'a trust root of another instance',
    'custom',
    new InvalidBundle('Failed to verify certificate chain'),
    `${DOING} was signed, but the signature does not verify, so it was not pushed: Failed to verify certificate chain`,
    /^check that sigstore-trusted-root is the trust root of the services in sigstore-signing-config\.$/,
  ],
  [
    'the certificate of another job',
    'custom',
    new OtherSigner('its certificate is for the workflow a, and not for b'),
    `${DOING} was signed, but the signature does not verify, so it was not pushed: its certificate is for the workflow a, and not for b`,
    /^look at how the Fulcio in sigstore-signing-config names the workflows of this issuer; /,
  ],
] as const)('%s', (_, instance, error, message, remedy) => {
  const explained = explainSigstoreError(DOING, instance, error)
  expect(explained.message).toBe(message)
  expect(explained.remedy).toMatch(remedy)
})

// What Fulcio says comes first; the plan is one reason of several, and nobody is told to make a name public.
test.each([
  ['401 Unauthorized: no', 401, 'run the job again'],
  ['400 Bad Request: the token has expired', 400, 'run the job again'],
  ['400 Bad Request: the token is not for this audience', 400, 'read what Fulcio says above'],
  ['403 Forbidden', 403, 'read what Fulcio says above'],
  ['404 Not Found', 404, 'read what Fulcio says above'],
])('what Fulcio refuses with %s', (said, status, first) => {
  for (const instance of ['github', 'public-good', 'custom'] as const) {
    const { message, remedy = '' } = explainSigstoreError(DOING, instance, failed([fulcio, said, { status }]))
    expect(message).toContain(said)
    expect(remedy.startsWith(first)).toBe(true)
    expect(remedy.includes('may be one reason')).toBe(instance === 'github')
    expect(remedy).not.toMatch(/set sigstore to public-good/)
  }
})

test('an error that says what to do stays as it is', () => {
  const error = new ActionError('a', 'b')
  expect(explainSigstoreError(DOING, 'github', error)).toBe(error)
})
