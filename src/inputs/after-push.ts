import { SEVERITIES, type Severity } from '../ecr/scans.ts'
import { oneOf, type Reader } from './reader.ts'
import type { RepositoryInput } from './repository.ts'

/** What to wait for once the image is in ECR. */
export interface AfterInputs {
  /** Null: no scan is waited for. */
  readonly failOnSeverity: Severity | null
  readonly scanTimeoutSeconds: number
  /** Whether the image gets its tags before the scan is judged, or only if it has passed. */
  readonly gate: 'after-push' | 'before-tags'
  readonly waitForReplication: boolean
  readonly replicationTimeoutSeconds: number
  readonly waitForSigning: boolean
  readonly signingTimeoutSeconds: number
}

const SCAN_TIMEOUT = 900
const REPLICATION_TIMEOUT = 1800
const SIGNING_TIMEOUT = 600
/** The longest time that GitHub gives a job on its own runners, in seconds. */
const LONGEST_TIMEOUT = 6 * 3600

/** The inputs of what follows the push: `fail-on-severity`, `wait-for-replication` and `wait-for-signing`, each with its timeout. */
export function readAfter(
  reader: Reader,
  { registryType }: Pick<RepositoryInput, 'registryType'>,
): AfterInputs {
  const failOnSeverity = readSeverity(reader)
  const waitForReplication = reader.boolean('wait-for-replication', false)
  const waitForSigning = reader.boolean('wait-for-signing', false)
  const asked = reader.text('fail-on-severity')
  if (registryType === 'public' && asked !== '')
    reader.problem('fail-on-severity', asked, 'needs a private registry; ECR Public scans nothing')
  if (registryType === 'public' && waitForReplication)
    reader.problem('wait-for-replication', 'true', 'needs a private registry; ECR Public replicates nothing')
  if (registryType === 'public' && waitForSigning)
    reader.problem('wait-for-signing', 'true', 'needs a private registry; ECR Public signs nothing')
  type Timeout = 'scan-timeout' | 'replication-timeout' | 'signing-timeout'
  const readTimeout = (name: Timeout, used: boolean, user: string) => {
    const seconds = reader.wholeNumber(name, 1, LONGEST_TIMEOUT, 'seconds, ')
    if (seconds !== null && !used)
      reader.problem(name, reader.text(name), `needs ${user}; without it nothing is waited for`)
    return seconds
  }
  const gate = reader.choice('gate', ['after-push', 'before-tags']) ?? 'after-push'
  // What is wrong with the threshold itself is a problem of its own.
  if (gate === 'before-tags' && asked === '')
    reader.problem('gate', gate, 'needs fail-on-severity; without it no scan decides about the tags')
  const scanTimeout = readTimeout('scan-timeout', asked !== '', 'fail-on-severity')
  const replicationTimeout = readTimeout(
    'replication-timeout',
    waitForReplication,
    'wait-for-replication: true',
  )
  const signingTimeout = readTimeout('signing-timeout', waitForSigning, 'wait-for-signing: true')
  return {
    failOnSeverity,
    scanTimeoutSeconds: scanTimeout ?? SCAN_TIMEOUT,
    gate,
    waitForReplication,
    replicationTimeoutSeconds: replicationTimeout ?? REPLICATION_TIMEOUT,
    waitForSigning,
    signingTimeoutSeconds: signingTimeout ?? SIGNING_TIMEOUT,
  }
}

/** Whether findings of a scan can fail the step: a threshold is given. */
export function asksForScan({ failOnSeverity }: Pick<AfterInputs, 'failOnSeverity'>): boolean {
  return failOnSeverity !== null
}

/** Whether nothing is named, in any registry, before the scan has passed. */
export function namesAfterScan(after: Pick<AfterInputs, 'failOnSeverity' | 'gate'>): boolean {
  return after.gate === 'before-tags' && asksForScan(after)
}

/** What to wait for in a registry of `registries`: each signs by itself, and the first one is asked for all else. */
export function afterElsewhere(after: AfterInputs): AfterInputs {
  return { ...after, failOnSeverity: null, waitForReplication: false }
}

function readSeverity(reader: Reader): Severity | null {
  const value = reader.text('fail-on-severity')
  if (value === '') return null
  const severity = SEVERITIES.find((name) => name === value.toUpperCase())
  if (severity !== undefined) return severity
  const allowed = SEVERITIES.map((name) => name.toLowerCase())
  reader.problem('fail-on-severity', value, `must be one of ECR's severities: ${oneOf(allowed)}`)
  return null
}
