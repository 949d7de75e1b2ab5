import { asGiven, code } from './escaping.ts'
import type { Deed, FailedFacts, HeldBack, ImageOutcome, Place, SummaryFacts } from './facts.ts'

/** The heading of a run that came to its end: what a reader has to know if they read nothing else. */
export function verdict(facts: SummaryFacts): string {
  const { name, failure, outcome, deed } = facts
  if (failure !== null && deed.kind === 'verify') return `### ⛔ Refused, not to be deployed: ${code(name)}`
  if (outcome === 'unnamed') return `### ⛔ Not tagged, and not to be deployed: ${code(name)}`
  if (failure !== null) {
    const state = outcome === 'exists' ? 'In ECR already' : DONE[deed.kind]
    return `### ⛔ ${state}, but not to be deployed: ${code(name)}`
  }
  return `### ${MARKS[outcome]} ${headingOf(facts)}`
}

/** The heading of a run that failed. */
export function failedVerdict({ name, failure }: FailedFacts): string {
  const what = failure.cancelled ? '⛔ Cancelled' : '❌ Failed'
  // If the input is wrong, the name is whatever was given.
  return `### ${what}${name === null ? '' : `: ${asGiven(name)}`}`
}

/** They only repeat what the words say. */
const MARKS = { pushed: '✅', unchanged: '✅', exists: '✅', built: '✅' } as const

const DONE = { build: 'Pushed', merge: 'Merged', promote: 'Promoted', verify: 'Verified' } as const

function headingOf({ name, deed, outcome, places, digest }: SummaryFacts): string {
  // What named the image already is in the note below; nothing is put if it is all the same as before.
  const put = tagsPut(places)
  const tags = outcome === 'pushed' && put.length > 0 ? put : (places[0]?.tags ?? [])
  const image = code(name) + tagsInHeading(tags, ' — ')
  if (deed.kind === 'verify') {
    return `Verified ${tags.length > 0 ? image : `${code(name)} — ${code(short(digest ?? ''))}`}`
  }
  if (outcome === 'built') return `Built, not pushed: ${code(name)}`
  if (outcome === 'exists') return `Exists already: ${image}`
  if (outcome === 'unchanged') return `Unchanged: ${image}`
  if (deed.kind === 'promote') {
    const from = sourceName(deed)
    return deed.source === null
      ? `Promoted ${code(name)}: ${from}${tagsInHeading(tags, ' → ')}`
      : `Promoted ${from} → ${image}`
  }
  if (deed.kind === 'merge') return `Merged ${inHeading(deed.parts)} into ${image}`
  return `Pushed ${image}${tags.length === 0 ? ' by its digest, without a tag' : ''}`
}

/** What the heading does not say in so few words. */
export function verdictNote({
  outcome,
  places,
  failure,
  deed,
  engine,
  leftImage,
  heldBack,
}: SummaryFacts): string | null {
  const isUnbuilt = deed.kind === 'build' && engine === null
  const [first] = places
  const notes = [
    ...(isUnbuilt
      ? [
          outcome === 'exists' || first === undefined
            ? 'Nothing was built or sent: ECR had an image under every tag already.'
            : `Nothing was built: ${code(first.uri)} had an image under every tag already.`,
        ]
      : outcome === 'exists' && deed.kind !== 'verify'
        ? ['ECR had this image already, and nothing was sent.']
        : []),
    ...(outcome === 'unchanged'
      ? [
          `The ${deed.kind === 'build' ? 'build made' : 'result is'} the image that ${first?.tags.length === 1 ? 'the tag' : 'every tag'} named before.`,
        ]
      : []),
    ...sourceOf(deed, outcome, failure),
    ...(heldBack === null ? [] : [untouched(heldBack)]),
    ...keptTags(outcome, places),
    ...createdRepositories(places),
    ...(failure === null && outcome === 'built'
      ? ['This run pushed nothing to ECR (<code>push: false</code>).']
      : []),
    ...(leftImage ? [] : ['The build left no image; <code>load: true</code> would put one into the engine.']),
  ]
  return notes.length === 0 ? null : notes.join(' ')
}

/** What was promoted, if the heading does not say it. */
function sourceOf(deed: Deed, outcome: ImageOutcome, failure: SummaryFacts['failure']): string[] {
  if (deed.kind !== 'promote' || (failure === null && outcome === 'pushed')) return []
  return [`The source is ${sourceName(deed)}.`]
}

function sourceName({ from, source }: Extract<Deed, { kind: 'promote' }>): string {
  const shown = short(from)
  return code(source === null ? shown : `${source}${shown === from ? ':' : '@'}${shown}`)
}

/** The tags that the run has put into any registry. */
const tagsPut = (places: readonly Place[]) => [...new Set(places.flatMap(({ put }) => put))]

/** The tags that are not in the heading, as they are not what the run did. */
function keptTags(outcome: ImageOutcome, places: readonly Place[]): string[] {
  const put = tagsPut(places)
  const kept = [...new Set(places.flatMap(({ tags }) => tags))].filter((tag) => !put.includes(tag))
  const tells = outcome === 'unnamed' || (outcome === 'pushed' && put.length > 0)
  if (!tells || kept.length === 0) return []
  return [`${inHeading(kept)} named this image already.`]
}

/** What a check before the tags has kept as it was. */
function untouched({ by, tags }: HeldBack): string {
  const gate = `<code>${by}</code>`
  if (tags.length === 0) return `This run put no tag on the image, in any registry (${gate}).`
  const were = tags.length === 1 ? 'was' : 'were'
  return `${inHeading(tags)} ${were} neither put nor moved, in any registry (${gate}).`
}

function createdRepositories(places: readonly Place[]): string[] {
  const uris = places.filter(({ created }) => created).map(({ uri }) => uri)
  if (uris.length === 0) return []
  if (places.length === 1) return ['This run created the repository.']
  if (uris.length === places.length) {
    return [
      `This run created the repository in ${uris.length === 2 ? 'both' : `all ${uris.length}`} registries.`,
    ]
  }
  return [`This run created ${uris.length} of the ${places.length} repositories: ${inHeading(uris)}.`]
}

/** More tags than these are in the blocks below the heading, and more platforms in the table of sizes or the log. */
const HEADING_NAMES = 4

function tagsInHeading(tags: readonly string[], before: string): string {
  return tags.length === 0 ? '' : `${before}${inHeading(tags)}`
}

function inHeading(names: readonly string[]): string {
  const more = names.length > HEADING_NAMES ? ` and ${names.length - HEADING_NAMES} more` : ''
  return `${names.slice(0, HEADING_NAMES).map(code).join(', ')}${more}`
}

const short = (reference: string) =>
  reference.startsWith('sha256:') ? `${reference.slice(0, 19)}…` : reference
