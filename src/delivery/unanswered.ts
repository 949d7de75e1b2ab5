import { Limiter } from '../shared/limiter.ts'
import { LIMITS } from '../shared/limits.ts'
import { sleep } from '../shared/time.ts'
import type { World } from '../world.ts'
import { pathOf } from './destination.ts'
import type { PushRecord, Unanswered } from './push-record.ts'

/** Questions at the same time. */
const MAX_QUESTIONS = 16

/**
 * Asks the registries about tags whose put had no answer, and notes what they say. It takes little time: what has no
 * answer after that either stays unknown.
 */
export async function askUnanswered(
  record: PushRecord,
  world: Pick<World, 'openRegistry' | 'debug'>,
): Promise<void> {
  const open = record.unanswered()
  if (open.length === 0) return
  const limiter = new Limiter(MAX_QUESTIONS)
  const asking = open.map((one) =>
    limiter.run(async () => {
      try {
        await askAbout(one, record, world)
      } catch (error) {
        const name = `${one.destination.uri}:${one.tag}`
        world.debug(`What ${name} names is not known: ${(error as Error).message}`)
      }
    }),
  )
  await Promise.race([Promise.all(asking), sleep(LIMITS.lastQuestionsMs, { ref: false })])
}

async function askAbout(
  { destination: { uri, session }, tag, before }: Unanswered,
  record: PushRecord,
  world: Pick<World, 'openRegistry'>,
): Promise<void> {
  const registry = await world.openRegistry(session)
  const now = (await registry.head(pathOf({ uri }), tag))?.digest ?? null
  const { digest } = record
  // What names a third image may have been put by this run, and moved by somebody else since.
  const isAsBefore = before !== null && now === (before.get(tag)?.digest ?? null)
  if (digest !== null && now === digest) record.put(uri, [tag])
  // It names what it named before, also if this run has pushed the same once more.
  else if (isAsBefore || (digest !== null && now === null)) record.refused(uri, [tag])
}
