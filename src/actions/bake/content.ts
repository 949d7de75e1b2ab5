import { deliver } from '../../delivery/deliver.ts'
import { PushRecord } from '../../delivery/push-record.ts'
import type { ContentTag } from '../../docker/bake/content/tags.ts'
import { type BakePlan, isBuildersOwn, targetPlatforms } from '../../docker/bake/plan.ts'
import type { Ecr } from '../../ecr/port.ts'
import type { HeldImage } from '../../ecr/types.ts'
import { tellInFew } from '../../shared/in-few.ts'
import type { Work } from '../work.ts'
import type { BakeWorld } from './bake-world.ts'
import type { TargetWork } from './target.ts'

/**
 * Gives each target the tag that its content has, if what goes into it is known; a notice says of which it is not.
 * @param platform what the builder builds for by itself
 * @throws ActionError if git refuses to read another user's checkout
 */
export async function withContentTags(
  works: readonly TargetWork[],
  plan: BakePlan,
  platform: () => Promise<string | null>,
  world: Pick<BakeWorld, 'readContent' | 'notice' | 'log'>,
): Promise<readonly TargetWork[]> {
  const [first] = works
  if (first === undefined) return works
  const { noCache, pull, compression, attests } = first.inputs.build
  const anew = noCache ? 'no-cache' : pull ? 'pull' : null
  if (anew !== null) {
    world.notice(`No target gets a content tag: the input ${anew} has all of them built anew.`)
    return works
  }
  const asks = plan.targets.some((target) => targetPlatforms(target).some(isBuildersOwn))
  const tags = await world.readContent(plan, {
    platform: asks ? await platform() : null,
    also: [
      ...(compression === null ? [] : [`compression=${JSON.stringify(compression)}`]),
      // What the definition asks for is in the plan.
      ...attests.flatMap(({ input, value }) => (input === 'attests' ? [] : [`attest=${value}`])),
    ],
  })
  tellInFew(
    works.flatMap(({ name }) => {
      const found = tags.get(name)
      return found === undefined || 'tag' in found
        ? []
        : [`No content tag for target '${name}': ${found.why}`]
    }),
    world.notice,
    world.log,
  )
  return works.map((work) => ({ ...work, contentTag: tagIn(tags.get(work.name)) }))
}

const tagIn = (found: ContentTag | undefined) => (found !== undefined && 'tag' in found ? found.tag : null)

/** The image that was built of the same content; null if there is none, or only an archived one. */
export async function sameContent(
  { contentTag, inputs: { repository } }: TargetWork,
  ecr: Ecr,
): Promise<HeldImage | null> {
  if (contentTag === null) return null
  const held = (await ecr.findImages({ name: repository.name }, [contentTag])).get(contentTag)
  return held?.active ? held : null
}

/**
 * Puts the content tag on an image that has all of its other tags, in the repository that it was pushed to. One that is
 * there already stays, whoever has put it: both are of the same content.
 * @throws ActionError if it cannot be put
 */
export async function putContentTag(
  { contentTag, world }: TargetWork,
  { origin, destinations: [first] }: Work,
): Promise<void> {
  if (contentTag === null) return
  const isThere = async () => {
    const held = (await first.ecr.findImages({ name: first.name }, [contentTag])).get(contentTag)
    if (held !== undefined)
      world.log(`${first.uri}:${contentTag} is there already, as ${held.digest}, and stays`)
    return held !== undefined
  }
  if (await isThere()) return
  const { failure } = await deliver(
    { ...origin, fresh: false, pushedTags: [] },
    [{ ...first, tags: [contentTag], images: new Map() }],
    [],
    { ...world, pushed: new PushRecord() },
  )
  if (failure === null) world.log(`Put the content tag ${first.uri}:${contentTag}`)
  // Between the question and the answer, another run may have put it.
  else if (!(await isThere().catch(() => false))) throw failure
}
