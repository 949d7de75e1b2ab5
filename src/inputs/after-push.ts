import type { Severity } from '../ecr/scans.ts'
import type { Reader } from './reader.ts'
import type { RepositoryInput } from './repository.ts'
import { asksForScan, NO_SCAN_RULES, readScan, type ScanRules, THRESHOLD_NAMES } from './scan.ts'

/** What to wait for once the image is in ECR. */
export interface AfterInputs {
  /** Null: the gate looks at no severity. `asksForScan` says whether a scan is waited for. */
  readonly failOnSeverity: Severity | null
  readonly scan: ScanRules
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

/**
 * The inputs of what follows the push: the scan gate, `wait-for-replication` and `wait-for-signing`, each with its timeout.
 * @param dockerfile the absolute path of the Dockerfile that is built; null if there is none on this machine
 */
export function readAfter(
  reader: Reader,
  { registryType }: Pick<RepositoryInput, 'registryType'>,
  dockerfile: string | null = null,
): AfterInputs {
  const { failOnSeverity, scan, isAsked } = readScan(reader, registryType, dockerfile)
  const waitForReplication = reader.boolean('wait-for-replication', false)
  const waitForSigning = reader.boolean('wait-for-signing', false)
  if (registryType === 'public' && waitForReplication)
    reader.problem('wait-for-replication', 'true', 'needs a private registry; ECR Public replicates nothing')
  if (registryType === 'public' && waitForSigning)
    reader.problem('wait-for-signing', 'true', 'needs a private registry; ECR Public signs nothing')
  type Timeout = 'scan-timeout' | 'replication-timeout' | 'signing-timeout'
  const readTimeout = (name: Timeout, used: boolean, user: string) => {
    const seconds = reader.wholeNumber(name, 1, LONGEST_TIMEOUT, 'seconds, ')
    if (seconds !== null && !used)
      reader.problem(name, reader.text(name), `needs ${user}; without that nothing is waited for`)
    return seconds
  }
  const gate = reader.choice('gate', ['after-push', 'before-tags']) ?? 'after-push'
  // What is wrong with a threshold itself is a problem of its own.
  if (gate === 'before-tags' && !isAsked)
    reader.problem(
      'gate',
      gate,
      `needs ${THRESHOLD_NAMES}; without one of them no scan decides about the tags`,
    )
  const scanTimeout = readTimeout('scan-timeout', isAsked, THRESHOLD_NAMES)
  const replicationTimeout = readTimeout(
    'replication-timeout',
    waitForReplication,
    'wait-for-replication: true',
  )
  const signingTimeout = readTimeout('signing-timeout', waitForSigning, 'wait-for-signing: true')
  return {
    failOnSeverity,
    scan,
    scanTimeoutSeconds: scanTimeout ?? SCAN_TIMEOUT,
    gate,
    waitForReplication,
    replicationTimeoutSeconds: replicationTimeout ?? REPLICATION_TIMEOUT,
    waitForSigning,
    signingTimeoutSeconds: signingTimeout ?? SIGNING_TIMEOUT,
  }
}

/** Whether nothing is named, in any registry, before the scan has passed. */
export function namesAfterScan(after: Pick<AfterInputs, 'failOnSeverity' | 'scan' | 'gate'>): boolean {
  return after.gate === 'before-tags' && asksForScan(after)
}

/** What to wait for in a registry of `registries`: each signs by itself, and the first one is asked for all else. */
export function afterElsewhere(after: AfterInputs): AfterInputs {
  return { ...after, failOnSeverity: null, scan: NO_SCAN_RULES, waitForReplication: false }
}
