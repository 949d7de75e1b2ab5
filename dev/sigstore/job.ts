import { writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Stage } from '../stage.ts'
import type { Sigstore } from './services.ts'

/**
 * The files that `sigstore: custom` names, in a workspace.
 * @param folder in it, which exists
 * @returns the inputs that name them, with `attest: provenance`
 */
export function writeSigstoreFiles(
  workspace: string,
  sigstore: Sigstore,
  parts: Parameters<Sigstore['signingConfig']>[0] = { log: 1, timestamps: false },
  folder = '.',
): typeof CUSTOM {
  const write = (name: string, text: string) => writeFileSync(path.join(workspace, name), text)
  const [config, root] = ['signing_config.json', 'trusted_root.json'].map((name) => path.join(folder, name))
  write(root as string, sigstore.trustedRoot)
  write(config as string, sigstore.signingConfig(parts))
  return { ...CUSTOM, 'sigstore-signing-config': config as string, 'sigstore-trusted-root': root as string }
}

/** The inputs of a step that signs by {@link writeSigstoreFiles}. */
export const CUSTOM = {
  attest: 'provenance',
  sigstore: 'custom',
  'sigstore-signing-config': 'signing_config.json',
  'sigstore-trusted-root': 'trusted_root.json',
}

/**
 * What the runner gives to a job with `id-token: write`: the way to its OIDC token.
 * @param claims what the token says of the job
 * @returns variables for the environment
 */
export function idTokenEnv(
  { ecr }: Pick<Stage, 'ecr'>,
  claims: Readonly<Record<string, string>>,
): Record<string, string> {
  ecr.store.idTokens.claims = { ...claims }
  return {
    ACTIONS_ID_TOKEN_REQUEST_URL: `${ecr.apiUrl}/_local/id-token?api-version=2.0`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: ecr.store.idTokens.requestToken,
  }
}

/**
 * What GitHub's token says of a job that pushes, as far as the action and Sigstore read it.
 * @param job its variables
 */
export function jobClaims(job: Readonly<Record<string, string>>): Record<string, string> {
  const { GITHUB_REPOSITORY: repository = '', GITHUB_REF: ref = '', GITHUB_SHA: sha = '' } = job
  const workflow = `${repository}/.github/workflows/push.yml@${ref}`
  return {
    sub: `repo:${repository}:ref:${ref}`,
    ref,
    sha,
    repository,
    repository_id: '1001',
    repository_owner: repository.split('/')[0] ?? '',
    repository_owner_id: '2002',
    repository_visibility: 'public',
    event_name: 'push',
    workflow_ref: workflow,
    workflow_sha: sha,
    job_workflow_ref: workflow,
    job_workflow_sha: sha,
    runner_environment: 'github-hosted',
    run_id: '4242',
    run_attempt: '1',
  }
}
