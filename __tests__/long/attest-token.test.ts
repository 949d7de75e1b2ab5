import { afterAll, beforeAll, beforeEach, expect, jest, test } from '@jest/globals'
import { type Sigstore, startSigstore } from '../../dev/sigstore/services.ts'
import type { AttestInputs } from '../../src/inputs/attest.ts'
import { readEventContext } from '../../src/metadata/index.ts'
import { trustedRootIn } from '../../src/sigstore/custom.ts'
import { SOURCE_REPOSITORY } from '../../src/sigstore/signer.ts'
import { verifyBundle } from '../../src/sigstore/verify.ts'
import { Flow } from '../support/flow.ts'
import { tokenOf } from '../support/sigstore/job.ts'
import { type RecordedJob, signingJob } from '../support/sigstore/signing-job.ts'

// GitHub's tokens are valid for minutes, and what comes before a signature can take as long.

jest.setTimeout(60_000)

let sigstore: Sigstore
beforeAll(async () => {
  sigstore = await startSigstore()
})
afterAll(() => sigstore.stop())

let flow: Flow
let events: string[]
let job: RecordedJob
beforeEach(() => {
  flow = new Flow()
  events = []
  sigstore.requests.length = 0
})

/** @param claimsOf the claims of a token, by its number: the first is that of before the build */
async function attested(claimsOf: (token: number) => Record<string, unknown> = () => ({})) {
  let tokens = 0
  job = signingJob()
  flow.alter = (world) => ({
    ...world,
    job: {
      ...job,
      idToken: async () => {
        events.push(`token ${tokens}`)
        return tokenOf({ ...claimsOf(tokens++) })
      },
    },
    github: { ...world.github, event: async () => readEventContext({}, {}, new Date()) },
    openRegistry: async (session) => {
      const registry = await world.openRegistry(session)
      const referrers = registry.referrers.bind(registry)
      registry.referrers = (...about) => {
        events.push('search')
        return referrers(...about)
      }
      return registry
    },
  })
  const content = { spdxVersion: 'SPDX-2.3', SPDXID: 'SPDXRef-DOCUMENT' }
  const attest: AttestInputs = {
    what: ['provenance', 'sbom'],
    sbom: { from: 'file', path: 'sbom.json', content },
    sigstore: 'custom',
    signingConfig: {
      path: 'signing_config.json',
      text: sigstore.signingConfig({ log: 1, timestamps: false }),
    },
    trustedRoot: { path: 'trusted_root.json', text: sigstore.trustedRoot },
  }
  await flow.run({ attest })
}

test('each signature has a token of its own, asked for after the search', async () => {
  await attested()
  expect(flow.outputs['attested']).toBe('true')
  expect(events.filter((one) => one.startsWith('token'))).toEqual(['token 0', 'token 1', 'token 2'])
  const searches = events.indexOf('search')
  expect(searches).toBeGreaterThan(events.indexOf('token 0'))
  expect(events.indexOf('token 1')).toBeGreaterThan(events.indexOf('search', searches + 1))
})

test('a rerun that signs nothing asks for no token but that of before the build', async () => {
  await attested()
  events.length = 0
  await attested()
  expect(events.filter((one) => one.startsWith('token'))).toEqual(['token 0'])
})

test('the provenance and its certificate name the repository of the token that signs', async () => {
  await attested((token) => (token === 0 ? {} : { repository: 'octo-org/renamed' }))
  expect(flow.outputs['attested']).toBe('true')
  const { digest = '' } = flow.outputs
  const root = trustedRootIn(sigstore.trustedRoot, '')
  const [{ statement, extensions }] = job.kept.flatMap((bundle) => {
    try {
      const predicateType = 'https://slsa.dev/provenance/v1'
      const bytes = Buffer.from(JSON.stringify(bundle))
      return [verifyBundle(bytes, root, { digest, predicateType, signer: null })]
    } catch {
      // The SBOM's.
      return []
    }
  }) as [ReturnType<typeof verifyBundle>]
  expect(extensions.get(SOURCE_REPOSITORY)).toBe('https://github.com/octo-org/renamed')
  expect(statement.predicate).toMatchObject({
    runDetails: {
      metadata: { invocationId: 'https://github.com/octo-org/renamed/actions/runs/4242/attempts/2' },
    },
  })
})
