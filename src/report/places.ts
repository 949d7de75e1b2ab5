import { commitUrl, consoleUrl } from './console.ts'
import { code, fence, fold, link, markdownTable } from './escaping.ts'
import type { Place, RunFacts, SummaryFacts } from './facts.ts'

/** More names than these are in the output image-uris. */
const URIS_SHOWN = 50
const TAGS_SHOWN = 20
/** A block for each of more names than these would push everything else off the screen. */
const URIS_UNFOLDED = 5

/**
 * Where the image is: its digest's URI and every other one in blocks to copy, many and those of several registries in a
 * fold, and links to ECR's console and to the commit.
 */
export function places(facts: SummaryFacts, run: RunFacts | null): string[] {
  const [first] = facts.places
  const parts: string[] = []
  if (first !== undefined && facts.digest !== null) {
    // What has failed a check is named, and not offered.
    parts.push('**Image by its digest**', fence(`${first.uri}@${facts.digest}`))
  }
  if (facts.outcome === 'built' && facts.leftImage) parts.push(...localNames(facts))
  const uris = [...facts.places.flatMap((place) => place.uris), ...facts.localUris].filter(
    (uri) => uri !== `${first?.uri}@${facts.digest}`,
  )
  if (facts.places.length > 1) parts.push(registries(facts.places, facts.digest))
  if (uris.length > (facts.places.length > 1 ? 0 : URIS_UNFOLDED)) {
    // The heading has the tags, and a block for each of them in each registry would be most of the summary.
    parts.push(fold('Images by their tags, to copy', blocks(uris).join('\n\n')))
  } else if (uris.length > 0) {
    parts.push(uris.length === 1 ? '**Image by its tag**' : '**Images by their tags**', ...blocks(uris))
  }
  const links = linksOf(facts, run)
  if (links.length > 0) parts.push(links.join(' · '))
  return parts
}

function blocks(uris: readonly string[]): string[] {
  const more = uris.length - URIS_SHOWN
  const rest = more > 0 ? [`… and ${more} more, in the output <code>image-uris</code>.`] : []
  return [...uris.slice(0, URIS_SHOWN).map(fence), ...rest]
}

/** What an image that is not pushed is known by, besides its tags. */
function localNames({ imageId, digest }: SummaryFacts): string[] {
  return [
    ...(imageId ? ['**Image ID**', fence(imageId)] : []),
    // Of an engine with containerd's image store, the two are the same.
    ...(digest !== null && digest !== imageId ? ['**Digest**', fence(digest)] : []),
  ]
}

function linksOf({ places: all, digest }: SummaryFacts, run: RunFacts | null): string[] {
  const [first] = all
  const url = all.length === 1 && first?.console ? consoleUrl(first.console, digest) : null
  return [...(url === null ? [] : [link(`${shownAt(first)} in the ECR console`, url)]), ...commitLink(run)]
}

/** A link to the run's commit, if that is known. */
export function commitLink(run: RunFacts | null): string[] {
  const commit = run === null ? null : commitUrl(run)
  if (run === null || commit === null) return []
  const whose = run.isPullRequestHead ? 'the pull request' : 'this run'
  return [link(`Commit ${run.sha.slice(0, 7)} of ${whose}`, commit)]
}

/** What the link leads to: ECR's console has no page for a public image. */
const shownAt = (place: Place | undefined) => (place?.console?.type === 'public' ? 'Repository' : 'Image')

/** A row for each of several registries; with the tags if they are not the same everywhere. */
function registries(all: readonly Place[], digest: string | null): string {
  const differ = new Set(all.map(({ tags }) => JSON.stringify(tags))).size > 1
  const rows = all.slice(0, URIS_SHOWN).map((place) => {
    const url = place.console === null ? null : consoleUrl(place.console, digest)
    return [
      code(place.uri),
      ...(differ ? [tagsOf(place)] : []),
      url === null ? 'not known' : link(`${shownAt(place)} in ${place.console?.region}`, url),
    ]
  })
  const more = all.length - URIS_SHOWN
  const rest = more > 0 ? `\n\n… and ${more} more registries, in the output <code>image-uris</code>.` : ''
  return `${markdownTable(['Repository', ...(differ ? ['Tags'] : []), 'ECR console'], rows)}${rest}`
}

function tagsOf({ tags }: Place): string {
  if (tags.length === 0) return 'none'
  const more = tags.length - TAGS_SHOWN
  return [...tags.slice(0, TAGS_SHOWN).map(code), ...(more > 0 ? [`and ${more} more`] : [])].join(' ')
}
