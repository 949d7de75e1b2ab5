import type { HeldImage } from '../ecr/types.ts'
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
 * @throws ActionError if a tag is absent, names another image, or cannot be asked for
 */
export async function readBack(
  destination: Destination,
  digest: string,
  world: Pick<World, 'openRegistry' | 'log' | 'clock' | 'sleep'> & Recording,
): Promise<HeldImage> {
  const { uri, tags } = destination
  let looks = 0
  let seen: ReadonlyMap<string, HeldImage> = new Map()
  const held = await poll(world, LIMITS.readBackMs, LOOKS, async () => {
    looks++
    if (tags.length === 0) {
      return (await askingAfterPush(uri, digest, byDigest(destination, digest, world))) ?? undefined
    }
    seen = await askingAfterPush(uri, digest, destination.ecr.findImages(destination, tags))
    const wrong = tags.filter((tag) => seen.get(tag)?.digest !== digest)
    if (wrong.some((tag) => seen.has(tag))) {
      world.pushed.lost(uri, wrong)
      throw otherImage(uri, digest, wrong, seen)
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
  throw notListed(uri, digest, tags.length === 0 ? ['its digest'] : absent, looks)
}

/** @throws ActionError that says what a failed question leaves open: the push before it has succeeded */
async function askingAfterPush<T>(uri: string, digest: string, question: Promise<T>): Promise<T> {
  try {
    return await question
  } catch (error) {
    if (!(error instanceof ActionError)) throw error
    throw new ActionError(
      `After the push of ${digest} to ${uri}, which ECR has accepted, it is not known what ECR holds there. ${error.message}`,
      error.remedy,
      { cause: error },
    )
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

function otherImage(
  uri: string,
  digest: string,
  wrong: readonly string[],
  seen: ReadonlyMap<string, HeldImage>,
): ActionError {
  const found = wrong.map((tag) => `${tag} is ${seen.get(tag)?.digest ?? 'absent'}`).join(', ')
  return new ActionError(
    `After the push, ECR does not hold ${digest} under every tag of ${uri}: ${found}.`,
    'look at who pushes this tag: if several jobs do, use tags of one commit only, or let the jobs wait for each other (concurrency). CloudTrail has the PutImage calls.',
  )
}

function notListed(uri: string, digest: string, what: readonly string[], looks: number): ActionError {
  return new ActionError(
    `After the push, ECR does not list ${digest} in ${uri}: ${what.join(', ')} absent, asked ${looks} times within ${LIMITS.readBackMs / 1000} s.`,
    'run the job again; if it stays, look at the lifecycle policy of the repository and at who deletes images there (CloudTrail has the BatchDeleteImage calls).',
  )
}
