import type { Sigstore } from '../../../dev/sigstore/services.ts'
import type { LIMITS } from '../../../src/shared/limits.ts'
import type { Signatory } from '../../../src/sigstore/attest.ts'
import { readClaims } from '../../../src/sigstore/claims.ts'
import { servicesIn, trustedRootIn } from '../../../src/sigstore/custom.ts'
import { signerOf } from '../../../src/sigstore/signer.ts'
import { openTransport } from '../../../src/sigstore/transport.ts'

export const SERVER = 'https://github.com'

/** What GitHub's token says of a job of octo-org/demo. */
export const JOB = {
  sub: 'repo:octo-org/demo:ref:refs/heads/main',
  ref: 'refs/heads/main',
  sha: '8a3d0f0c1d2e3f405162738495a6b7c8d9e0f102',
  repository: 'octo-org/demo',
  repository_id: '1001',
  repository_owner: 'octo-org',
  repository_owner_id: '2002',
  repository_visibility: 'public',
  event_name: 'push',
  workflow: 'build',
  workflow_ref: 'octo-org/demo/.github/workflows/build.yml@refs/heads/main',
  workflow_sha: '8a3d0f0c1d2e3f405162738495a6b7c8d9e0f102',
  job_workflow_ref: 'octo-org/shared/.github/workflows/push.yml@refs/tags/v1',
  job_workflow_sha: '00112233445566778899aabbccddeeff00112233',
  runner_environment: 'github-hosted',
  run_id: '4242',
  run_attempt: '2',
} as const

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A token with these claims, whose signature nobody checks here. */
export function tokenOf(claims: Record<string, unknown> = {}): string {
  const all = { iss: 'https://token.actions.githubusercontent.com', aud: 'sigstore', ...JOB, ...claims }
  return `${encode({ alg: 'RS256', typ: 'JWT' })}.${encode(all)}.c2lnbmF0dXJl`
}

/**
 * What a job signs with, at these services.
 * @param log gets the lines of the retries, between which nobody waits
 */
export async function signingAt(
  sigstore: Sigstore,
  {
    log = 1,
    timestamps = false,
    claims = {},
    lines = [],
  }: {
    log?: 1 | 2 | null
    timestamps?: boolean
    claims?: Record<string, unknown>
    lines?: string[]
  } = {},
): Promise<Signatory> {
  const token = tokenOf(claims)
  const job = readClaims(token)
  const transport = await openTransport({}, (line) => lines.push(line))
  return {
    transport: { ...transport, sleep: async () => undefined },
    services: servicesIn(sigstore.signingConfig({ log, timestamps }), 'signing_config.json', new Date()),
    trustedRoot: trustedRootIn(sigstore.trustedRoot, 'trusted_root.json'),
    identity: { token, subject: job.sub },
    signer: signerOf(job, SERVER),
  }
}

/** For tests of a silent service. Pauses count against the limit of all attempts, although nobody waits here. */
export const SHORT = { sigstoreAnswerMs: 700, sigstoreCallMs: 3_000 } satisfies Partial<typeof LIMITS>
