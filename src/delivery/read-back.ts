import type { HeldImage } from '../ecr/types.ts'
import { duration } from '../shared/duration.ts'
import { ActionError } from '../shared/errors.ts'
import { LIMITS } from '../shared/limits.ts'
import { type Pauses, poll } from '../shared/time.ts'
import type { World } from '../world.ts'
import { type Destination, pathOf } from './destination.ts'
import { explaining } from './explaining.ts'
import type { Recording } from './push-record.ts'

const LOOKS: Pauses = { firstMs: 500, longestMs: 3000, factor: 2 }

/**
 * What ECR itself holds after the push: the only digest that is worth an output. A tag, or a digest, that ECR does not
 * list is asked for once more during some seconds; one that names another image is not.
 * @param pushed whether this run has pushed anything there: the image, or a tag
 * @throws ActionError if a tag is absent, names another image, or cannot be asked for
 */
export async function readBack(
  destination: Destination,
  digest: string,
  pushed: boolean,
  world: Pick<World, 'openRegistry' | 'log' | 'clock' | 'sleep'> & Recording,
): Promise<HeldImage> {
  const { uri, tags } = destination
  const about: Looked = { uri, digest, pushed }
  const began = world.clock()
  let looks = 0
  let seen: ReadonlyMap<string, HeldImage> = new Map()
  const held = await poll(world, LIMITS.readBackMs, LOOKS, async () => {
    looks++
    if (tags.length === 0) {
      return (await sayingWhatIsOpen(about, byDigest(destination, digest, world))) ?? undefined
    }
    seen = await sayingWhatIsOpen(about, destination.ecr.findImages(destination, tags))
    const wrong = tags.filter((tag) => seen.get(tag)?.digest !== digest)
    if (wrong.some((tag) => seen.has(tag))) {
      world.pushed.lost(uri, wrong)
      throw otherImage(about, wrong, seen)
    }
    return wrong.length === 0 ? seen.get(tags[0] as string) : undefined
  })
  if (held !== undefined) {
    if (looks > 1) world.log(`ECR lists ${digest} in ${uri} after it was asked ${looks} times`)
    return held
  }
  const absent = tags.filter((tag) => !seen.has(tag))
  world.pushed.lost(uri, absent)
  if (absent.length === tags.length) world.pushed.notListed(uri)
  const asked = `asked ${looks === 1 ? 'once' : `${looks} times`} in ${duration((world.clock() - began) / 1000)}`
  throw notListed(about, tags.length === 0 ? ['its digest'] : absent, asked)
}

/** What is looked for. */
interface Looked {
  readonly uri: string
  readonly digest: string
  readonly pushed: boolean
}

/** @throws ActionError that says what a failed question leaves open: a push before it has succeeded */
async function sayingWhatIsOpen<T>({ uri, digest, pushed }: Looked, question: Promise<T>): Promise<T> {
  try {
    return await question
  } catch (error) {
    if (!(error instanceof ActionError)) throw error
    const open = pushed
      ? `After the push of ${digest} to ${uri}, which ECR has accepted, it is not known what ECR holds there.`
      : `This run has pushed nothing to ${uri}, and it is not known whether ECR still holds ${digest} there.`
    throw new ActionError(`${open} ${error.message}`, error.remedy, { cause: error })
  }
}

/** An image without tags; null if the registry has none of that digest. */
async function byDigest(
  { uri, session }: Destination,
  digest: string,
  world: Pick<World, 'openRegistry'>,
): Promise<HeldImage | null> {
  const held = await explaining(`The check of ${digest} in ${uri}`, async () =>
    (await world.openRegistry(session)).head(pathOf({ uri }), digest),
  )
  return held === null ? null : { ...held, sizeInBytes: null, active: true }
}

/** The beginning of an error about what ECR holds. */
const whenLooked = ({ pushed }: Looked) => (pushed ? 'After the push, ' : 'This run has pushed nothing, and ')

function otherImage(
  about: Looked,
  wrong: readonly string[],
  seen: ReadonlyMap<string, HeldImage>,
): ActionError {
  const found = wrong.map((tag) => `${tag} is ${seen.get(tag)?.digest ?? 'absent'}`).join(', ')
  return new ActionError(
    `${whenLooked(about)}ECR does not hold ${about.digest} under every tag of ${about.uri}: ${found}.`,
    'look at who pushes this tag: if several jobs do, use tags of one commit only, or let the jobs wait for each other (concurrency). CloudTrail has the PutImage calls.',
  )
}

function notListed(about: Looked, what: readonly string[], asked: string): ActionError {
  return new ActionError(
    `${whenLooked(about)}ECR does not list ${about.digest} in ${about.uri}: ${what.join(', ')} absent, ${asked}.`,
    'run the job again; if it stays, look at the lifecycle policy of the repository and at who deletes images there (CloudTrail has the BatchDeleteImage calls).',
  )
}
