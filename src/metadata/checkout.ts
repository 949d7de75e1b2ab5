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

/**
 * What to tell if docker fetches a context that is not known to be the commit that the image would be named after.
 * @param remote a context that docker fetches: Git (`URL#REF:FOLDER`, `URL?ref=…`) or an archive
 * @returns null if it is that commit of the run's own repository
 */
export function otherContextWarning(context: EventContext, remote: string): string | null {
  const { sha } = namedCommit(context)
  if (sha === '') return null
  const own = plainAddress(`${context.serverUrl}/${context.repository}`)
  const [address = ''] = remote.split(/[#?]/, 1)
  const named = /[#=&]([0-9a-f]{40,64})(?:[:&#]|$)/i.exec(remote)?.[1]?.toLowerCase()
  // By default docker fetches a pull request's merge commit; DOCKER_METADATA_PR_HEAD_SHA asks for its head's name.
  if (plainAddress(address) === own && (named === sha || named === context.sha)) return null
  return `The image is built from another source (${withoutPassword(remote)}) than the commit of the event, ${sha} of ${context.repository}: tags and labels name the event's. Check the source out in a step before this one, build from the checkout, and set metadata-context: git; or give the labels org.opencontainers.image.source and org.opencontainers.image.revision.`
}

/** One text for all ways to write a repository's address: `https://HOST/PATH.git`, `git@HOST:PATH`, `HOST/PATH`. */
function plainAddress(address: string): string {
  return address
    .replace(/^[a-z]+:\/\//i, '')
    .replace(/^[^/@]*@/, '')
    .replace(/^([^/:]+):(?!\d+\/)/, '$1/')
    .replace(/\/+$/, '')
    .replace(/\.git$/, '')
    .toLowerCase()
}

const withoutPassword = (address: string) => address.replace(/^([a-z]+:\/\/)[^/@]*@/i, '$1')
