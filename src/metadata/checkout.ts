import type { Checkout, EventContext } from './context.ts'
import { namedCommit } from './scene.ts'

/**
 * The context with the checkout's commit and ref in place of the event's (`metadata-context: git`). A submodule, or
 * another repository that was checked out, is the commit's source.
 */
export async function contextOfCheckout(context: EventContext, checkout: Checkout): Promise<EventContext> {
  const { sha, ref } = checkout
  const source = sha === context.sha ? null : await otherSource(context, checkout)
  return {
    ...context,
    sha,
    ref: (await ref()) ?? (sha === context.sha ? context.ref : ''),
    prHeadSha: false,
    ...(source === null ? {} : { source }),
  }
}

/** @returns null if it is the run's own repository, as far as git knows */
async function otherSource(
  context: EventContext,
  { origin }: Checkout,
): Promise<NonNullable<EventContext['source']> | null> {
  const address = (await origin?.()) ?? null
  if (address === null) return null
  const plain = plainAddress(address)
  if (plain === plainAddress(`${context.serverUrl}/${context.repository}`)) return null
  // What is a path or `file://…` is no page for others.
  const [, host, path] =
    /^(?:(?:https?|ssh|git):\/\/)?(?:[^/@]*@)?([\w-]+(?:\.[\w-]+)*(?::\d+)?)[:/]+([^\s?#]+?)\/*$/i.exec(
      address,
    ) ?? []
  const isAddress = /^(?:https?|ssh|git):\/\//i.test(address) || /^[^/:]+:[^/]/.test(address)
  if (!isAddress || host === undefined || path === undefined) return { name: null, url: null }
  const clean = path.replace(/\.git$/, '')
  // The port of ssh is not that of the page.
  const shown = /^https?:/i.test(address) ? host : host.replace(/:\d+$/, '')
  return { name: clean.slice(clean.lastIndexOf('/') + 1), url: `https://${shown}/${clean}` }
}

/**
 * What to tell if the commit that the image is named after is of a repository whose page is not known.
 * @returns null if it is known
 */
export function unknownSourceWarning({ sha, source }: EventContext): string | null {
  if (source === undefined || source.url !== null) return null
  return `The commit ${sha} is of another repository than the run's, and git has no address of it that others can open: the labels org.opencontainers.image.source, url and title are left empty. Give them in labels.`
}

/**
 * What to tell if the image would be named after another commit than the one it is built from.
 * @returns null if it is not
 */
export function otherCommitWarning(context: EventContext, checkout: Checkout | null): string | null {
  const { sha } = namedCommit(context)
  if (checkout === null || sha === '' || checkout.sha === sha) return null
  // By default the merge commit of a pull request is checked out.
  if (checkout.sha === context.sha) return mergeWarning(context, 'The files that are checked out are')
  return `The commit ${checkout.sha} is checked out, and the event is about ${sha}: tags and labels name the event's. Set metadata-context: git to have them name what is checked out, or check out the event's commit.`
}

/** DOCKER_METADATA_PR_HEAD_SHA asks for the name of a commit whose files are not those of the image. */
function mergeWarning(context: EventContext, files: string): string {
  const { sha } = namedCommit(context)
  return `${files} those of ${context.sha}, the merge of the pull request and its base, and the label org.opencontainers.image.revision and the tags name the head of the pull request, ${sha} (DOCKER_METADATA_PR_HEAD_SHA). Build the head (ref: \${{ github.event.pull_request.head.sha }} of actions/checkout), or leave that variable out.`
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
  if (plainAddress(address) === own && named === sha) return null
  // By default docker fetches the merge commit of a pull request.
  if (plainAddress(address) === own && named === context.sha) {
    return mergeWarning(context, 'The files that docker fetches are')
  }
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
