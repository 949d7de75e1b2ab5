import { PushRecord } from '../delivery/push-record.ts'
import type { InputSource } from '../inputs/index.ts'
import type { FailureFacts, LeftInEcr } from '../report/facts.ts'
import { parseBoolean } from '../shared/boolean.ts'
import { BuildFailure } from '../shared/build-failure.ts'
import { clip } from '../shared/clip.ts'
import { byRemedy } from '../shared/combine.ts'
import { duration } from '../shared/duration.ts'
import { Cancelled } from '../shared/ending.ts'
import { pagePlaces } from '../shared/errors.ts'
import type { World } from '../world.ts'

/** An error, as the summary tells of it. */
export function failureOf(error: unknown): FailureFacts {
  const more = pagePlaces(error)
  return {
    parts: byRemedy(error),
    ...(more.length === 0 ? {} : { more }),
    cancelled: error instanceof Cancelled,
    build: error instanceof BuildFailure ? error.details : null,
  }
}

/**
 * The last line of the log of a run that fails: `Failed after 3.2 s: the image was not pushed`.
 * @param left what it has left in ECR; null if it was not to push
 */
export function failedLine(error: unknown, seconds: number, left: LeftInEcr | null): string {
  const how = error instanceof Cancelled ? 'Cancelled' : 'Failed'
  const nothing = left !== null && !left.begun ? ': the image was not pushed' : ''
  return `${how} after ${duration(seconds)}${nothing}`
}

/** Writes the summary of a run. What only tells of the work never fails it. */
export async function summarizeSafely(
  facts: Parameters<World['summarize']>[0],
  world: Pick<World, 'summarize' | 'warn'>,
): Promise<void> {
  await world
    .summarize(facts)
    .catch((error: Error) => world.warn(`The job summary could not be written: ${error.message}`))
}

/**
 * Reads an action's inputs; if they are wrong, log and summary say so.
 * @param pushes whether the action was to put anything into ECR, as far as wrong inputs say
 * @throws what `read` throws
 */
export async function readOrSummarize<I>(
  source: InputSource,
  read: (source: InputSource) => I,
  pushes: boolean,
  world: Pick<World, 'summarize' | 'warn' | 'log' | 'clock' | 'began'>,
): Promise<I> {
  try {
    return read(source)
  } catch (error) {
    const totalSeconds = (world.clock() - world.began) / 1000
    const left = pushes ? new PushRecord().left() : null
    world.log(failedLine(error, totalSeconds, left))
    if (parseBoolean(source.get('summary').trim()) !== false) {
      const name = clip(source.get('repository').trim(), 300) || null
      const facts = { state: 'failed', name, failure: failureOf(error), left, totalSeconds } as const
      await summarizeSafely(facts, world)
    }
    throw error
  }
}
