import os from 'node:os'
import type { Json } from './expressions.ts'

/** The members of the context `github` that are no variables. */
const NOT_VARIABLES = ['event', 'token', 'repository_visibility']

type GitHub = Readonly<Record<string, Json>>

/**
 * The variables that GitHub gives to each step.
 * https://docs.github.com/actions/reference/workflows-and-actions/variables#default-environment-variables
 */
export function variablesOf(github: GitHub, { workspace, temp }: { workspace: string; temp: string }) {
  const all = Object.entries(github).filter(([name]) => !NOT_VARIABLES.includes(name))
  return {
    ...Object.fromEntries(all.map(([name, value]) => [`GITHUB_${name.toUpperCase()}`, String(value)])),
    RUNNER_NAME: 'local',
    RUNNER_ARCH: os.arch() === 'arm64' ? 'ARM64' : 'X64',
    RUNNER_ENVIRONMENT: 'github-hosted',
    RUNNER_WORKSPACE: workspace,
    RUNNER_TEMP: temp,
  }
}

/** https://docs.github.com/actions/reference/workflows-and-actions/contexts#runner-context */
export function runnerContext(runsOn: string, temp: string): Json {
  return {
    name: 'local',
    os: 'Linux',
    arch: os.arch() === 'arm64' ? 'ARM64' : 'X64',
    temp,
    debug: '',
    environment: environmentOf(runsOn),
  }
}

const environmentOf = (runsOn: string) =>
  /^(?:ubuntu|windows|macos)-[^,]+$/.test(runsOn) ? 'github-hosted' : 'self-hosted'

/**
 * What GitHub's token says of a job.
 * https://docs.github.com/actions/reference/security/oidc#oidc-token-claims
 * @param at the environment of the job, empty for none; the workflow that it is of; the labels of its runner
 */
export function claimsOf(
  github: GitHub,
  { environment, workflowRef, runsOn }: { environment: string; workflowRef: string; runsOn: string },
): Record<string, string> {
  const text = (name: string) => String(github[name] ?? '')
  const subject =
    environment !== ''
      ? `environment:${environment.replaceAll(':', '%3A')}`
      : text('event_name') === 'pull_request'
        ? 'pull_request'
        : `ref:${text('ref')}`
  const names = [
    ...['actor', 'actor_id', 'base_ref', 'event_name', 'head_ref', 'ref', 'ref_type', 'repository'],
    ...['repository_id', 'repository_owner', 'repository_owner_id', 'repository_visibility', 'run_attempt'],
    ...['run_id', 'run_number', 'sha', 'workflow', 'workflow_ref', 'workflow_sha'],
  ]
  return {
    ...Object.fromEntries(names.map((name) => [name, text(name)])),
    sub: `repo:${text('repository')}:${subject}`,
    job_workflow_ref: workflowRef,
    job_workflow_sha: text('workflow_sha'),
    runner_environment: environmentOf(runsOn),
    ...(environment === '' ? {} : { environment }),
  }
}
