import type { AfterInputs } from '../../inputs/after-push.ts'
import { asksForScan } from '../../inputs/scan.ts'
import { type DryRunPlan, type PlannedRepository, type PlannedWork, stepsInWords } from '../../report/plan.ts'
import { byRemedy } from '../../shared/combine.ts'
import { messageOf, withRemedy } from '../../shared/errors.ts'
import type { World } from '../../world.ts'
import type { Planned } from '../step.ts'
import type { RoleUse } from '../uses.ts'
import type { Findings } from './findings.ts'
import { policiesOf, policyOutput } from './policies.ts'

/** What is known by the end of a dry run. */
export interface DryRunResult {
  readonly work: PlannedWork
  /** Whether ECR has the image under every tag, and nothing would be sent. */
  readonly exists: boolean
  readonly uses: readonly RoleUse[]
}

/** Tells what a dry run has found: in its outputs, in the log, and to the summary. */
export function conclude(result: DryRunResult, findings: Findings, world: TellingWorld): Planned {
  const plan = planOf(result, findings)
  return tellPlan({ plan, uses: result.uses, failure: findings.failure, unknown: findings.unknown }, world)
}

type TellingWorld = Pick<World, 'setOutputs' | 'log' | 'warn'>

/** The plan of one image. */
export function planOf({ work, exists }: DryRunResult, { failure, unknown }: Findings): DryRunPlan {
  return {
    ...work,
    outcome: failure !== null ? 'fail' : exists ? 'exists' : 'push',
    steps: stepsInWords(work, exists ? 'exists' : 'push'),
    problems: failure === null ? [] : byRemedy(failure),
    unknown: unknown === null ? [] : byRemedy(unknown),
  }
}

/** What a dry run has found, of one image or of many. */
interface ToTell {
  readonly plan: Pick<DryRunPlan, 'steps' | 'unknown'>
  readonly uses: readonly RoleUse[]
  /** What would stop a run; null if nothing would. */
  readonly failure: unknown
  /** What could not be asked; null if nothing. */
  readonly unknown: unknown
}

/** Tells a plan, and what a run has to be allowed: in the outputs, in the log, and to the summary. */
export function tellPlan({ plan, uses, failure, unknown: unasked }: ToTell, world: TellingWorld): Planned {
  const { steps, unknown } = plan
  const policies = policiesOf(uses)
  world.setOutputs({ plan: JSON.stringify(plan), 'iam-policy': policyOutput(policies) })
  world.log(
    `Dry run: nothing was built, and nothing was changed. ${failure === null ? 'A run would:' : 'But for what is wrong, a run would:'}`,
  )
  for (const [at, step] of steps.entries()) world.log(`  ${at + 1}. ${step}`)
  if (unasked !== null) {
    world.warn(
      `This dry run could not find out everything, and the plan leaves it open:\n${messageOf(unasked)}`,
    )
    for (const { message, remedy } of unknown) world.log(withRemedy(message, remedy))
  }
  for (const { role, policy } of policies) {
    world.log(`What a run has to be allowed${role === null ? '' : `, as ${role}`}: ${JSON.stringify(policy)}`)
  }
  return {
    state: 'planned',
    steps,
    unknown,
    policies: policies.map(({ role, policy }) => ({ role, policy: JSON.stringify(policy, null, 2) })),
    failure,
  }
}

/** What follows the push, for the plan. */
export function waitsOf(
  after: AfterInputs,
): Pick<PlannedWork, 'scan' | 'replicationTimeoutSeconds' | 'signingTimeoutSeconds'> {
  const { failOnSeverity, scan } = after
  const thresholds = [
    ...(failOnSeverity === null ? [] : [`fail-on-severity: ${failOnSeverity.toLowerCase()}`]),
    ...(scan.minScore === null ? [] : [`scan-min-score: ${scan.minScore}`]),
    ...(scan.onlyFixable ? ['scan-only-fixable: true'] : []),
  ]
  return {
    scan: asksForScan(after)
      ? { thresholds, gate: after.gate, timeoutSeconds: after.scanTimeoutSeconds }
      : null,
    replicationTimeoutSeconds: after.waitForReplication ? after.replicationTimeoutSeconds : null,
    signingTimeoutSeconds: after.waitForSigning ? after.signingTimeoutSeconds : null,
  }
}

/** A repository of which nothing could be asked, as ECR could not be connected to. */
export const unasked = (
  name: string,
  tags: readonly string[],
  image: PlannedRepository['image'],
): PlannedRepository => ({
  name,
  uri: null,
  state: 'unknown',
  settings: {},
  changes: [],
  differences: [],
  unread: [],
  image,
  tags: tags.map((tag) => ({ tag, change: 'unknown', names: null })),
})
