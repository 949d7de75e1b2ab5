import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Credentials, RegistrySession } from '../../oci/registry-session.ts'
import { ActionError } from '../../shared/errors.ts'
import { LIMITS } from '../../shared/limits.ts'
import { inAttempts } from '../../shared/retry.ts'
import { execute, type ProcessError, TimedOut } from '../exec.ts'
import { withDockerRetries } from '../failures/retry.ts'
import { type DockerConfig, loginConfig, writeConfig } from './config.ts'

/**
 * Logs in with `docker login`, the password on standard input. The engine itself asks the registry: if it cannot
 * reach the registry, does not trust it or is refused, that is known before anything is built. No credential store
 * is asked: a broken one does not matter, and none keeps the token.
 * @param folder the step's own configuration folder, whose config.json is replaced
 * @returns the login as docker stores it
 * @throws ActionError if the registry refuses or cannot be reached
 */
export async function dockerLogin(
  { host, credentials }: RegistrySession,
  folder: string,
  env: Readonly<Record<string, string>>,
  log: (line: string) => void,
): Promise<string> {
  await writeConfig(folder, loginConfig(host))
  const { username, password } = credentials
  const args = ['login', '--username', username, '--password-stdin', '--', host]
  const said = (error: ProcessError) =>
    error instanceof TimedOut ? error.message : error.stderr.trim() || error.message
  await withDockerRetries(
    () => execute('docker', args, { env, input: password, limit: LIMITS.dockerLoginMs }),
    (error) => ({ what: `docker login to ${host}`, phase: 'login', said: said(error) }),
    (error, attempts) => explainLogin(host, said(error), attempts, error),
    { log, renewal: null },
  )
  const written = JSON.parse(await readFile(path.join(folder, 'config.json'), 'utf8')) as DockerConfig
  return written.auths?.[host]?.auth ?? storedLogin(credentials)
}

/** A login as docker stores it: https://github.com/docker/cli/blob/v28.5.1/cli/config/configfile/file.go (encodeAuth) */
export function storedLogin({ username, password }: Credentials): string {
  return Buffer.from(`${username}:${password}`).toString('base64')
}

function explainLogin(host: string, said: string, attempts: number, cause: unknown): ActionError {
  if (/no space left on device/i.test(said)) {
    return new ActionError(
      `docker cannot log in to ${host}, as the disk of its configuration is full: ${said}`,
      'free space on the disk of RUNNER_TEMP.',
      { cause },
    )
  }
  const refused = /\b40[13]\b|unauthorized|denied|no basic auth/i.test(said)
  return new ActionError(
    `docker cannot log in to ${host}${inAttempts(attempts)}: ${said}`,
    refused
      ? 'the registry refuses the token that ECR issued: check the VPC endpoint policy and the registry policy on the way.'
      : `check that the engine reaches ${host} (its proxy; in a VPC: the endpoint com.amazonaws.REGION.ecr.dkr) and trusts its certificate.`,
    { cause },
  )
}
