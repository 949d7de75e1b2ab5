import { describeRegistry } from '../ecr/hosts.ts'
import type { WantedTags } from '../ecr/image-before.ts'
import type { Ecr } from '../ecr/port.ts'
import type { HeldImage, ProspectiveRepository, Repository } from '../ecr/types.ts'
import { type AfterInputs, namesAfterScan } from '../inputs/after-push.ts'
import { asksForScan, THRESHOLD_NAMES } from '../inputs/scan.ts'
import { escapeMarkdown } from '../report/escaping.ts'
import type { Check } from '../report/facts.ts'
import { combineAny } from '../shared/combine.ts'
import { duration } from '../shared/duration.ts'
import { ActionError } from '../shared/errors.ts'
import { together } from '../shared/together.ts'
import type { AfterWorld, CheckResult, PreparedCheck } from './prepared-check.ts'
import { awaitReplication, ReplicationFailed, refuseNoTarget } from './replication.ts'
import { awaitSigning, type Signature } from './signing.ts'
import { signingCheck } from './signing-check.ts'
import { judgeSigning, refuseUnsigned } from './signing-errors.ts'

export type { AfterWorld } from './prepared-check.ts'

/** What is to be checked once the image is in ECR. */
export interface After {
  /**
   * Waits for the scan and judges it, if it decides about the tags (`gate: before-tags`); null if it does not. Never
   * throws, as {@link verify}, which leaves it out then.
   */
  readonly gate: ((held: HeldImage, pushed: boolean, named: boolean) => Promise<Verdict>) | null
  /**
   * Never throws: the summary is written before the step fails.
   * @param pushed whether this run has pushed the image to the repository
   */
  verify(held: HeldImage, pushed: boolean): Promise<Verdict>
}

/** How the checks ended. */
export interface Verdict {
  /** For the job summary. */
  readonly checks: readonly Check[]
  /** Why the step fails; null if it does not. */
  readonly failure: unknown
  /** How far ECR's signatures are; absent if they were not asked for. */
  readonly signatures?: readonly Signature[]
}

/**
 * Finds out, before anything is built, what can be expected after the push.
 * @throws ActionError if what the inputs ask for cannot happen: scans are off, or no rule of replication
 * or signing matches
 * @param wanted the tags that the image is to get, which may name another image until then; null if this run makes the
 * repository
 */
export async function prepareAfter(
  inputs: AfterInputs,
  ecr: Ecr,
  repository: Repository,
  wanted: WantedTags | null,
  world: AfterWorld,
): Promise<After> {
  const [scan, ...others] = await together([
    asksForScan(inputs) ? scanGate(inputs, ecr, repository, wanted, world) : null,
    inputs.waitForReplication ? prepareReplication(inputs, ecr, repository, world) : null,
    inputs.waitForSigning ? prepareSigning(inputs, ecr, repository, world) : null,
  ])
  const gate = namesAfterScan(inputs) ? scan : null
  const steps = [gate === null ? scan : null, ...others].filter((step) => step !== null)
  return {
    gate: gate === null ? null : (held, pushed, named) => runChecks([gate], held, pushed, named),
    verify: (held, pushed) => runChecks(steps, held, pushed, true),
  }
}

/** Runs checks, all at the same time. */
async function runChecks(
  steps: readonly PreparedCheck[],
  held: HeldImage,
  pushed: boolean,
  named: boolean,
): Promise<Verdict> {
  const verdicts = await Promise.all(
    steps.map(({ what, verify }) =>
      // What failed without a result was asked for all the same.
      verify(held, pushed, named).catch((failure: unknown): CheckResult => {
        const outcome = failure instanceof ReplicationFailed ? 'failed' : 'unknown'
        return { check: { outcome, line: what, detail: null }, failure }
      }),
    ),
  )
  const signatures = verdicts.find((verdict) => verdict.signatures !== undefined)?.signatures
  return {
    ...(signatures === undefined ? {} : { signatures }),
    checks: verdicts.map(({ check }) => check),
    failure: combineAny(verdicts.map(({ failure }) => failure)),
  }
}

/**
 * Checks what is known of a repository before it exists: nobody is to create one only to be refused.
 * @throws ActionError if what the inputs ask for cannot come
 */
export async function refuseImpossible(
  inputs: AfterInputs,
  ecr: Ecr,
  repository: ProspectiveRepository,
): Promise<void> {
  const scans = async () => {
    const [port, { refuseUnscanned }] = await Promise.all([ecr.scans?.(), import('./scan-gate.ts')])
    if (port === undefined) throw unavailable(THRESHOLD_NAMES, 'scans')
    await refuseUnscanned(port, repository, inputs.scan.report)
  }
  const replication = async () => {
    const port = await ecr.replication?.()
    if (port === undefined) throw unavailable('wait-for-replication', 'replication')
    refuseNoTarget(await port.targets(repository), repository)
  }
  const signing = async () => {
    const port = await ecr.signing?.()
    if (port === undefined) throw unavailable('wait-for-signing', 'managed signing')
    refuseUnsigned(await port.profiles(repository), repository)
  }
  await together([
    asksForScan(inputs) ? scans() : null,
    inputs.waitForReplication ? replication() : null,
    inputs.waitForSigning ? signing() : null,
  ])
}

/** Loaded only if a scan is waited for. */
async function scanGate(
  inputs: AfterInputs,
  ecr: Ecr,
  repository: Repository,
  wanted: WantedTags | null,
  world: AfterWorld,
): Promise<PreparedCheck> {
  const [scans, { prepareScan }] = await Promise.all([ecr.scans?.(), import('./scan-gate.ts')])
  if (scans === undefined) throw unavailable(THRESHOLD_NAMES, 'scans')
  return prepareScan(inputs, scans, repository, wanted, world)
}

async function prepareReplication(
  inputs: AfterInputs,
  ecr: Ecr,
  repository: Repository,
  world: AfterWorld,
): Promise<PreparedCheck> {
  const replication = await ecr.replication?.()
  if (replication === undefined) throw unavailable('wait-for-replication', 'replication')
  const targets = await replication.targets(repository)
  refuseNoTarget(targets, repository)
  const verify = async ({ digest }: HeldImage): Promise<CheckResult> => {
    const timeoutSeconds = inputs.replicationTimeoutSeconds
    const began = world.clock()
    const copies = await awaitReplication({ replication, repository, digest, targets, timeoutSeconds }, world)
    const registries = copies.length === 1 ? '1 registry has' : `${copies.length} registries have`
    world.log(`Replicated in ${duration((world.clock() - began) / 1000)}: ${registries} the image`)
    const line = `Replicated to ${escapeMarkdown(copies.map(describeRegistry).join(', '))}.`
    return { check: { outcome: 'passed', line, detail: null }, failure: null }
  }
  return { what: 'Replication', verify }
}

async function prepareSigning(
  inputs: AfterInputs,
  ecr: Ecr,
  repository: Repository,
  world: AfterWorld,
): Promise<PreparedCheck> {
  const signing = await ecr.signing?.()
  if (signing === undefined) throw unavailable('wait-for-signing', 'managed signing')
  const profiles = await signing.profiles(repository)
  refuseUnsigned(profiles, repository)
  const where = `<code>${escapeMarkdown(repository.uri)}</code>`
  const verify = async (image: HeldImage, pushed: boolean): Promise<CheckResult> => {
    const timeoutSeconds = inputs.signingTimeoutSeconds
    const ask = { signing, repository, image, profiles, pushed, timeoutMs: timeoutSeconds * 1000 }
    const began = world.clock()
    const run = await awaitSigning(ask, world)
    if (run.ended === 'well') {
      const count = run.signatures.length
      const took = duration((world.clock() - began) / 1000)
      world.log(
        `Signed in ${took}: ${count} ${count === 1 ? 'signature' : 'signatures'} in ${repository.uri}`,
      )
    }
    const failure = judgeSigning(run, repository, image.digest, timeoutSeconds)
    return { check: signingCheck(run, where), failure, signatures: run.signatures }
  }
  return { what: `Signing by ECR in ${where}`, verify }
}

function unavailable(input: string, what: string): ActionError {
  return new ActionError(`ECR Public has no ${what}, so that ${input} cannot be met.`, `leave ${input} out.`)
}
