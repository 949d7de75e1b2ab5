import type { Checkout, EventContext } from './context.ts'
import { namedCommit } from './scene.ts'

/** The context with the checkout's commit and ref in place of the event's (`metadata-context: git`). */
export async function contextOfCheckout(
  context: EventContext,
  { sha, ref }: Checkout,
): Promise<EventContext> {
  return { ...context, sha, ref: (await ref()) ?? (sha === context.sha ? context.ref : ''), prHeadSha: false }
}

/**
 * What to tell if the image would be named after another commit than the one it is built from.
 * @returns null if it is not
 */
export function otherCommitWarning(context: EventContext, checkout: Checkout | null): string | null {
  const { sha } = namedCommit(context)
  // A pull request's merge commit is checked out by default; DOCKER_METADATA_PR_HEAD_SHA asks for its head's name.
  if (checkout === null || sha === '' || checkout.sha === sha || checkout.sha === context.sha) return null
  return `The commit ${checkout.sha} is checked out, and the event is about ${sha}: tags and labels name the event's. Set metadata-context: git to have them name what is checked out, or check out the event's commit.`
}
