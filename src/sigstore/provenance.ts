import type { JobClaims } from './claims.ts'
import type { Predicate } from './statement.ts'

export const PROVENANCE_TYPE = 'https://slsa.dev/provenance/v1'
const BUILD_TYPE = 'https://actions.github.io/buildtypes/workflow/v1'

/**
 * SLSA provenance of version 1 with GitHub's build type, field by field as actions/attest-build-provenance makes it.
 * https://slsa.dev/spec/v1.0/provenance
 * https://github.com/actions/toolkit/blob/main/packages/attest/src/provenance.ts
 * @param serverUrl GITHUB_SERVER_URL: `https://github.com`
 */
export function provenanceOf(claims: JobClaims, serverUrl: string): Predicate {
  const repository = `${serverUrl}/${claims.repository}`
  // OWNER/NAME/.github/workflows/build.yml@refs/heads/main → .github/workflows/build.yml
  const [path] = claims.workflow_ref.replace(`${claims.repository}/`, '').split('@')
  return {
    type: PROVENANCE_TYPE,
    content: {
      buildDefinition: {
        buildType: BUILD_TYPE,
        externalParameters: { workflow: { ref: claims.ref, repository, path } },
        internalParameters: {
          github: {
            event_name: claims.event_name,
            repository_id: claims.repository_id,
            repository_owner_id: claims.repository_owner_id,
            runner_environment: claims.runner_environment,
          },
        },
        resolvedDependencies: [{ uri: `git+${repository}@${claims.ref}`, digest: { gitCommit: claims.sha } }],
      },
      runDetails: {
        builder: { id: `${serverUrl}/${claims.job_workflow_ref}` },
        metadata: {
          invocationId: `${repository}/actions/runs/${claims.run_id}/attempts/${claims.run_attempt}`,
        },
      },
    },
  }
}
