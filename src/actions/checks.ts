import { expectAfter, followsPush } from '../after-push/expect.ts'
import type { After, Verdict } from '../after-push/index.ts'
import { joinVerdicts } from '../after-push/verdicts.ts'
import type { Destination } from '../delivery/destination.ts'
import type { Report } from '../delivery/report.ts'
import { afterElsewhere } from '../inputs/after-push.ts'
import type { Inputs } from '../inputs/index.ts'
import { asksForScan } from '../inputs/scan.ts'
import { repositoryOutputs } from '../report/outputs.ts'
import { ActionError } from '../shared/errors.ts'
import { together } from '../shared/together.ts'
import type { FinishWorld, Work } from './work.ts'

/**
 * A check that was asked for and cannot be made is no check that has passed.
 * @param why a sentence
 */
function unchecked(why: string, after: Inputs['after']): Verdict {
  const wanted = [
    ...(asksForScan(after) ? ['Scan'] : []),
    ...(after.waitForReplication ? ['Replication'] : []),
    ...(after.waitForSigning ? ['Signing'] : []),
  ]
  return {
    checks: wanted.map((line) => ({ outcome: 'unknown', line, detail: null })),
    failure: new ActionError(why, 'run the job again.'),
  }
}

/**
 * The checks of one destination, when the image is there.
 * @param at its place among the destinations
 * @returns null if there are none; a verdict if they cannot be made
 */
export async function checksOf(
  { destinations, after }: Pick<Work, 'destinations' | 'after'>,
  at: number,
  inputs: Pick<Inputs, 'after' | 'repository'>,
  world: FinishWorld,
): Promise<After | Verdict | null> {
  const destination = destinations[at]
  if (destination === undefined) return null
  const wanted = at === 0 ? inputs.after : afterElsewhere(inputs.after)
  if (destination.created !== 'on push') {
    const prepared = after[at] ?? null
    if (prepared !== null || !followsPush(wanted)) return prepared
    // Whatever has left it out: a gate that was asked for is never open without a word.
    return unchecked(`What follows the push to ${destination.uri} was not prepared before it.`, wanted)
  }
  return expectLate(destination, at === 0, { ...inputs, after: wanted }, world)
}

/**
 * Runs the checks that follow the push, those of every registry at the same time.
 * @param first those of the first destination, if {@link checksOf} has given them already
 */
export async function checkAfterPush(
  work: Pick<Work, 'destinations' | 'after'>,
  { image, holders }: Report,
  inputs: Pick<Inputs, 'after' | 'repository'>,
  world: FinishWorld,
  first: After | null = null,
): Promise<Verdict | null> {
  const verdicts = await together(
    work.destinations.map(async (_, at) => {
      const checks = at === 0 && first !== null ? first : await checksOf(work, at, inputs, world)
      if (checks === null || 'failure' in checks) return checks
      return checks.verify(image, holders[at]?.written ?? false)
    }),
  )
  return joinVerdicts(verdicts, world)
}

/** The checks in a repository that ECR has created on the push: its settings are read first. */
async function expectLate(
  { ecr, name, uri }: Destination,
  isFirst: boolean,
  inputs: Pick<Inputs, 'after' | 'repository'>,
  world: FinishWorld,
): Promise<After | Verdict | null> {
  const asked = followsPush(inputs.after)
  if (!isFirst && !asked) return null
  try {
    const repository = await ecr.findRepository(name)
    if (repository === null) {
      const why = `After the push, ECR does not list the repository ${uri}, so that what follows the push cannot be checked.`
      return asked ? unchecked(why, inputs.after) : null
    }
    if (isFirst) world.setOutputs(repositoryOutputs(repository, true))
    world.log(`ECR created the repository ${repository.uri} on the push`)
    return await expectAfter(ecr, repository, inputs, null, world)
  } catch (failure) {
    // Known only now, it fails the step after the summary, as every check after a push does.
    return { checks: [], failure }
  }
}
