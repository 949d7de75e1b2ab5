import { Limiter } from '../shared/limiter.ts'
import { LIMITS } from '../shared/limits.ts'
import { deadline, sleep } from '../shared/time.ts'
import type { World } from '../world.ts'
import { pathOf } from './destination.ts'
import type { PushRecord, Unanswered } from './push-record.ts'

/** Questions at the same time. */
const MAX_QUESTIONS = 16

/**
 * Asks the registries about tags whose put had no answer, and notes what they say. It takes little time: what has no
 * answer after that either stays unknown, and is not asked any more.
 */
export async function askUnanswered(
  record: PushRecord,
  world: Pick<World, 'openRegistry' | 'debug'>,
): Promise<void> {
  const open = record.unanswered()
  if (open.length === 0) return
  const limiter = new Limiter(MAX_QUESTIONS)
  const ended = deadline(LIMITS.lastQuestionsMs, (after) => new Error(`no answer within ${after}`))
  const asking = open.map((one) =>
    limiter.run(async () => {
      try {
        await askAbout(one, record, world, ended)
      } catch (error) {
        const name = `${one.destination.uri}:${one.tag}`
        // The end of the step has begun: nothing is told any more.
        if (!ended.aborted) world.debug(`What ${name} names is not known: ${(error as Error).message}`)
      }
    }),
  )
  await Promise.race([Promise.all(asking), sleep(LIMITS.lastQuestionsMs, { ref: false })])
}

async function askAbout(
  { destination: { uri, session }, tag, before }: Unanswered,
  record: PushRecord,
  world: Pick<World, 'openRegistry'>,
  ended: AbortSignal,
): Promise<void> {
  const registry = await world.openRegistry(session)
  ended.throwIfAborted()
  const now = (await registry.head(pathOf({ uri }), tag, ended))?.digest ?? null
  const { digest } = record
  const was = before === null ? undefined : (before.get(tag)?.digest ?? null)
  // What names a third image may have been put by this run, and moved by somebody else since.
  if (digest !== null && now === digest) {
    // What it named before is no work of this run, also if this run has pushed the same once more.
    if (was === digest) record.existed(uri, [tag])
    // If that is not known, it may have named this very image for long.
    else if (was !== undefined) record.put(uri, [tag])
  } else if (now === was || now === null) record.refused(uri, [tag])
}
