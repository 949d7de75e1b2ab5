import os from 'node:os'
import * as core from '@actions/core'
import { readPullRequestHead } from '../inputs/github.ts'
import type { InputSource } from '../inputs/index.ts'
import type { RunFacts } from '../report/facts.ts'
import { renderSummary } from '../report/summary.ts'
import { ActionError, type SourceLocation } from '../shared/errors.ts'
import { logLine } from '../shared/log-line.ts'
import { rememberSecret } from '../shared/secrets.ts'
import { REAL_TIME } from '../shared/time.ts'
import type { World } from '../world.ts'
import { type Annotation, annotationOf, annotationOfText } from './annotation.ts'
import { connectGitHub } from './github.ts'

/** Before anything else sees a secret. */
function maskSecret(secret: string): void {
  core.setSecret(secret)
  rememberSecret(secret)
}

/** The inputs, from GitHub's runner. */
export function runnerInputs(): InputSource {
  return {
    get: (name) => core.getInput(name, { trimWhitespace: false }),
    env: process.env,
    cwd: process.cwd(),
    mask: maskSecret,
    warn: (message) => annotate('warning', message),
  }
}

/** All that an action of this project touches on a runner, but for docker, which only one of them needs. */
export function runnerWorld(): Omit<World, 'docker'> {
  // Whoever writes a line, it may hold what others say.
  const log = (line: string) => core.info(logLine(line))
  const debug = (line: string) => core.debug(logLine(line))
  const serverUrl = process.env['GITHUB_SERVER_URL'] || 'https://github.com'
  const workflow = {
    hasIdToken: Boolean(process.env['ACTIONS_ID_TOKEN_REQUEST_URL']),
    idToken: async (audience: string) => (await import('./id-token.ts')).idToken(audience, log),
  }
  return {
    connectEcr: async (target) => {
      const { connectEcr } = await import('../aws/connect.ts')
      return connectEcr(target, {
        env: process.env,
        workflow,
        mask: maskSecret,
        notice: (line) => annotate('notice', line),
        log,
        debug,
      })
    },
    openRegistry: async (login) => {
      const { openRegistry } = await import('../registry/open.ts')
      return openRegistry(login, process.env, { log, debug })
    },
    job: {
      ...workflow,
      serverUrl,
      temporary: process.env['RUNNER_TEMP'] || os.tmpdir(),
      toolCache: process.env['RUNNER_TOOL_CACHE'] || null,
      openTransport: async () => (await import('../sigstore/transport.ts')).openTransport(process.env, log),
      storeAtGitHub: async (repository, bundle) => {
        const token = core.getInput('github-token')
        if (token === '') return null
        const { storeAttestation } = await import('./attestation-store.ts')
        return storeAttestation({ token, serverUrl }, repository, bundle, log)
      },
    },
    github: connectGitHub(process.env, core.getInput('github-token'), log),
    setOutputs: (outputs) => {
      for (const [name, value] of Object.entries(outputs)) core.setOutput(name, value)
    },
    summarize: async (facts) => {
      if (process.env['GITHUB_STEP_SUMMARY']) {
        await core.summary.addRaw(renderSummary(facts, runOf(process.env))).write()
      }
    },
    log,
    debug,
    notice: (line) => annotate('notice', line),
    warn: (line) => annotate('warning', line),
    ...REAL_TIME,
    // That clock counts from the beginning of the process. https://nodejs.org/api/perf_hooks.html#performancenow
    began: 0,
  }
}

/** https://docs.github.com/actions/reference/workflows-and-actions/variables#default-environment-variables */
export function runOf(env: NodeJS.ProcessEnv): RunFacts | null {
  const { GITHUB_SERVER_URL: serverUrl, GITHUB_REPOSITORY: repository, GITHUB_REF: ref, GITHUB_SHA } = env
  // pull_request_target has a pull request too, and runs on the branch that it goes to.
  const head = /^refs\/pull\/\d+\/merge$/.test(ref ?? '') ? readPullRequestHead(env) : null
  const sha = head ?? GITHUB_SHA
  return serverUrl && repository && sha
    ? { serverUrl, repository, sha, isPullRequestHead: head !== null }
    : null
}

/**
 * Ends the step as failed, with what a user should read of the error: one annotation, where the mistake is. The log has
 * all of it.
 */
export function failStep(error: unknown): void {
  process.exitCode = core.ExitCode.Failure
  show('error', annotationOf(error), (error instanceof ActionError && error.location) || undefined)
  if (error instanceof Error && core.isDebug()) core.debug(error.stack ?? '')
}

/** Shows a message on the run's page; of one that is too long, its beginning, and all of it in the log. */
export function annotate(
  kind: 'error' | 'warning' | 'notice',
  message: string,
  source?: SourceLocation,
): void {
  show(kind, annotationOfText(message), source)
}

/** https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#setting-an-error-message */
function show(
  kind: 'error' | 'warning' | 'notice',
  { message, whole }: Annotation,
  source?: SourceLocation,
): void {
  if (whole !== null) for (const line of whole.split('\n')) core.info(logLine(line))
  const properties =
    source === undefined ? {} : { file: source.file, startLine: source.line, endLine: source.endLine }
  if (kind === 'error') core.error(message, properties)
  else if (kind === 'warning') core.warning(message, properties)
  else core.notice(message, properties)
}
