import { textAt } from '../../metadata/payload.ts'
import { ActionError } from '../../shared/errors.ts'
import { type JobClaims, readClaims, SIGSTORE_AUDIENCE } from '../../sigstore/claims.ts'
import { chooseInstance } from '../../sigstore/instance.ts'
import type { SigningJob } from '../../sigstore/job.ts'
import type { World } from '../../world.ts'
import type { SigningSetup } from './existing.ts'

/** Whom GitHub calls this job, and the proof of it. */
export interface JobIdentity {
  /** A secret, valid for minutes. */
  readonly token: string
  readonly claims: JobClaims
}

/**
 * Asks GitHub for a fresh OIDC token for Sigstore.
 * @throws ActionError if GitHub gives none, or one that says too little
 */
export async function jobIdentity({ idToken }: Pick<SigningJob, 'idToken'>): Promise<JobIdentity> {
  let token: string
  try {
    token = await idToken(SIGSTORE_AUDIENCE)
  } catch (error) {
    throw new ActionError(
      `GitHub gave no OIDC token for the audience '${SIGSTORE_AUDIENCE}', with which the attestation is signed: ${(error as Error).message}`,
      'run the job again; if it keeps failing, look at the status of GitHub Actions, and at the proxy of a self-hosted runner.',
      { cause: error },
    )
  }
  return { token, claims: readClaims(token) }
}

/**
 * A fresh token for one signature: GitHub's are valid for about five minutes, which the reading of what is beside the
 * image, or the signatures before this one, can take. It is compared with that of before the build: a repository may
 * have become private meanwhile, and the public good instance would tell its name to everybody.
 * @param named `attestation (provenance) of HOST/NAME@sha256:…`
 * @throws ActionError if GitHub gives none, or another instance of Sigstore is to sign now
 */
export async function signingIdentity(
  { inputs, services }: Pick<SigningSetup, 'inputs' | 'services'>,
  job: Pick<SigningJob, 'idToken' | 'serverUrl'>,
  named: string,
): Promise<JobIdentity> {
  const identity = await jobIdentity(job)
  const { repository_visibility: visibility } = identity.claims
  if (chooseInstance(inputs.sigstore, visibility, job.serverUrl) === services.instance) return identity
  throw new ActionError(
    `The ${named} was not signed: before the build, GitHub's token chose the instance '${services.instance}' of Sigstore, and now it calls the repository ${visibility ?? 'neither public nor private'}, for which another one signs.`,
    'run the job again.',
  )
}

/** @throws ActionError if GitHub gives this job no OIDC token: nothing can be signed without one */
export async function refuseWithoutToken({ job, github }: Pick<World, 'job' | 'github'>): Promise<void> {
  if (job.hasIdToken) return
  if (await isOfFork(github)) {
    throw new ActionError(
      "attest: this is the pull request of a fork, and GitHub gives its jobs no OIDC token, whatever the workflow's permissions say, so that nothing can be signed.",
      'set push or attest to false for pull requests of forks; docs/attest.md has the expression.',
      { page: 'attest.md#pull-requests-of-forks' },
    )
  }
  throw new ActionError(
    'attest: GitHub gives this job no OIDC token, so that nothing can be signed.',
    'give the job the permission; in a reusable workflow, the calling job has to give it too:\npermissions:\n  id-token: write\n  contents: read',
    { page: 'attest.md' },
  )
}

/** Whether the event is a pull request whose commits are in another repository. */
async function isOfFork(github: World['github']): Promise<boolean> {
  const { payload } = await github.event()
  const [head, base] = ['head', 'base'].map((side) =>
    textAt(payload, 'pull_request', side, 'repo', 'full_name'),
  )
  return typeof base === 'string' && head !== base
}
