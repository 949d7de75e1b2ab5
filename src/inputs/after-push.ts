import { SEVERITIES, type Severity } from '../ecr/scans.ts'

/** What is to be waited for once the image is in ECR. */
export interface AfterInputs {
  /** Null: no scan is waited for. */
  readonly failOnSeverity: Severity | null
  readonly scanTimeoutSeconds: number
  readonly waitForReplication: boolean
  readonly replicationTimeoutSeconds: number
}

/** What of the inputs' reader is needed here. */
export interface AfterReader {
  text(name: string): string
  boolean(name: string, fallback: boolean): boolean
  problem(input: string, value: string, message: string): void
}

const SCAN_TIMEOUT = 900
const REPLICATION_TIMEOUT = 1800
/** What GitHub gives a job at most on its own runners: no longer wait could end. */
const LONGEST = 6 * 3600

/**
 * Reads `fail-on-severity`, `scan-timeout`, `wait-for-replication` and `replication-timeout`.
 * @param push whether anything is pushed at all, and where to
 */
export function readAfter(
  reader: AfterReader,
  { push, registryType }: { readonly push: boolean; readonly registryType: 'private' | 'public' },
): AfterInputs {
  const failOnSeverity = readSeverity(reader)
  const waitForReplication = reader.boolean('wait-for-replication', false)
  const asked = reader.text('fail-on-severity')
  if (!push && asked !== '')
    reader.problem('fail-on-severity', asked, 'needs push: true; ECR scans what it holds')
  if (!push && waitForReplication)
    reader.problem('wait-for-replication', 'true', 'needs push: true; ECR replicates what it holds')
  if (registryType === 'public' && asked !== '')
    reader.problem('fail-on-severity', asked, 'needs a private registry; ECR Public scans nothing')
  if (registryType === 'public' && waitForReplication)
    reader.problem('wait-for-replication', 'true', 'needs a private registry; ECR Public replicates nothing')
  return {
    failOnSeverity,
    scanTimeoutSeconds: readTimeout(reader, 'scan-timeout', SCAN_TIMEOUT, {
      used: asked !== '',
      by: 'fail-on-severity',
    }),
    waitForReplication,
    replicationTimeoutSeconds: readTimeout(reader, 'replication-timeout', REPLICATION_TIMEOUT, {
      used: waitForReplication,
      by: 'wait-for-replication: true',
    }),
  }
}

function readSeverity(reader: AfterReader): Severity | null {
  const value = reader.text('fail-on-severity')
  if (value === '') return null
  const severity = SEVERITIES.find((name) => name === value.toUpperCase())
  if (severity !== undefined) return severity
  const allowed = SEVERITIES.map((name) => name.toLowerCase())
  reader.problem(
    'fail-on-severity',
    value,
    `must be one of ECR's severities: ${allowed.slice(0, -1).join(', ')} or ${allowed.at(-1)}`,
  )
  return null
}

function readTimeout(
  reader: AfterReader,
  name: string,
  fallback: number,
  { used, by }: { readonly used: boolean; readonly by: string },
): number {
  const value = reader.text(name)
  if (value === '') return fallback
  const seconds = Number(value)
  if (!/^\d{1,5}$/.test(value) || seconds < 1 || seconds > LONGEST) {
    reader.problem(name, value, `must be seconds, a whole number from 1 to ${LONGEST}`)
    return fallback
  }
  if (!used) reader.problem(name, value, `needs ${by}; without it nothing is waited for`)
  return seconds
}
