import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { callerOf, invoke } from '../../local-ecr/index.ts'
import { root, type StepResult } from '../runner.ts'
import { CUSTOM, idTokenEnv, jobClaims, writeSigstoreFiles } from '../sigstore/job.ts'
import { startSigstore } from '../sigstore/services.ts'
import { ACCOUNT, REGION, type Stage } from '../stage.ts'

/** A step on the stage, and what shows its summary. */
export interface Showing {
  /** The variables of the job. */
  readonly env: Readonly<Record<string, string>>
  /** The inputs of a build. */
  readonly build: Readonly<Record<string, string>>
  show(name: string, title: string, result: StepResult, exitCode?: number): void
}

const VERIFY = path.join(root, 'verify')
/** Of the repository of the job's token, which `verify` compares with the certificate. */
const REPOSITORY_IDS = { GITHUB_REPOSITORY_ID: '1001', GITHUB_REPOSITORY_OWNER_ID: '2002' }

/** Runs that sign: with attestations, with one that fails after the push, and with ECR's managed signing. */
export async function signedRuns(stage: Stage, { env, build, show }: Showing): Promise<void> {
  const given = { 'aws-region': REGION, ...build }
  const sigstore = await startSigstore()
  try {
    writeSigstoreFiles(stage.folder, sigstore)
    const sbom = { bomFormat: 'CycloneDX', specVersion: '1.6', components: [] }
    await writeFile(path.join(stage.folder, 'bom.json'), JSON.stringify(sbom))
    const attest = { ...given, ...CUSTOM, repository: 'team/attested', tags: 'v1' }
    const signing = { env: { ...env, ...idTokenEnv(stage, jobClaims(env)) } }
    const both = { ...attest, attest: 'provenance\nsbom', 'sbom-file': 'bom.json' }
    show('attested', 'Signed attestations', await stage.main(both, signing))

    sigstore.faults.fulcio.push({
      status: 400,
      body: '{"message":"There was an error processing the identity token"}',
    })
    const refused = await stage.main({ ...attest, tags: 'v2' }, signing)
    show('attestation-failed', 'An attestation that fails after the push', refused, 1)

    const verify = (image: string) =>
      stage.main(
        {
          'aws-region': REGION,
          repository: 'team/attested',
          image,
          'sigstore-trusted-root': CUSTOM['sigstore-trusted-root'],
        },
        { env: { ...env, ...REPOSITORY_IDS }, action: VERIFY },
      )
    show('verified', 'verify: the provenance that is required', await verify('v1'))
    show('verify-refused', 'verify: no provenance', await verify('v2'), 1)
  } finally {
    await sigstore.stop()
  }

  const profile = `arn:aws:signer:${REGION}:${ACCOUNT}:/signing-profiles/team_releases`
  await invoke(stage.ecr.store, callerOf(ACCOUNT, REGION), 'PutSigningConfiguration', {
    signingConfiguration: {
      rules: [
        {
          signingProfileArn: profile,
          repositoryFilters: [{ filter: 'team/signed', filterType: 'WILDCARD_MATCH' }],
        },
      ],
    },
  })
  stage.ecr.store.signingPlans.set(profile, { underWay: 1 })
  const managed = { ...given, repository: 'team/signed', tags: 'v1', 'wait-for-signing': 'true' }
  show('managed-signing', 'ECR\u2019s managed signing', await stage.main(managed, { env }))
}
