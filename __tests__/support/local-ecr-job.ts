import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Stage } from '../../dev/stage.ts'
import { parts } from './parts.ts'

/** What a job without an AWS account has not. */
const OF_AN_ACCOUNT = /^(?:AWS_|NODE_EXTRA_CA_CERTS$|SSL_CERT_FILE$)/

/**
 * The environment of a job that has no AWS account, on a machine with a registry: the action local-ecr fetches none.
 * @param folder in which the registry is put, in a folder of its own
 */
export function machineWithRegistry({ env }: Pick<Stage, 'env'>, folder: string): Record<string, string> {
  const programs = path.join(folder, 'registry-program')
  mkdirSync(programs, { recursive: true })
  const program = path.join(programs, 'registry')
  writeFileSync(program, `#!/bin/sh\nexec ${parts().registryBinary} "$@"\n`, { mode: 0o755 })
  const others = Object.entries(env).filter(([name]) => !OF_AN_ACCOUNT.test(name))
  return { ...Object.fromEntries(others), PATH: [programs, env['PATH']].join(path.delimiter) }
}
