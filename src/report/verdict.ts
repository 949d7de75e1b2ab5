import { code } from './escaping.ts'
import type { FailedFacts, SummaryFacts } from './facts.ts'

/** The heading of a run that came to its end: what a reader has to know if they read nothing else. */
export function verdict(facts: SummaryFacts): string {
  const { name, failure, outcome } = facts
  if (failure !== null) {
    const state = outcome === 'exists' ? 'In ECR already' : 'Pushed'
    return `### ⛔ ${state}, but not to be deployed: ${code(name)}`
  }
  return `### ${MARKS[outcome]} ${headingOf(facts)}`
}

/** The heading of a run that failed. */
export function failedVerdict({ name, failure }: FailedFacts): string {
  const what = failure.cancelled ? '⛔ Cancelled' : '❌ Failed'
  return `### ${what}${name === null ? '' : `: ${code(name)}`}`
}

/** They only repeat what the words say. */
const MARKS = { pushed: '✅', unchanged: '✅', exists: '✅', built: '✅' } as const

function headingOf({ name, deed, outcome, places }: SummaryFacts): string {
  const tags = places[0]?.tags ?? []
  const image = code(name) + tagsInHeading(tags, ' — ')
  if (outcome === 'built') return `Built, not pushed: ${code(name)}`
  if (outcome === 'exists') return `Exists already: ${image}`
  if (outcome === 'unchanged') return `Unchanged: ${image}`
  if (deed.kind === 'promote')
    return `Promoted ${code(name)}: ${code(short(deed.from))}${tagsInHeading(tags, ' → ')}`
  if (deed.kind === 'merge') return `Merged ${deed.parts.map(code).join(', ')} into ${image}`
  return `Pushed ${image}${tags.length === 0 ? ' by its digest, without a tag' : ''}`
}

/** What the heading does not say in so few words. */
export function verdictNote({
  outcome,
  places,
  failure,
  repositoryCreated,
  deed,
}: SummaryFacts): string | null {
  const [first] = places
  const notes = [
    ...(outcome === 'exists' ? ['ECR had this image already, and nothing was sent.'] : []),
    ...(outcome === 'unchanged'
      ? [
          `The ${deed.kind === 'build' ? 'build made' : 'result is'} the image that ${first?.tags.length === 1 ? 'the tag' : 'every tag'} named before.`,
        ]
      : []),
    ...(repositoryCreated ? ['This run created the repository.'] : []),
    ...(failure === null && outcome === 'built'
      ? ['Nothing is in ECR of it (<code>push: false</code>).']
      : []),
  ]
  return notes.length === 0 ? null : notes.join(' ')
}

/** More tags than these are in the blocks below the heading. */
const HEADING_TAGS = 4

function tagsInHeading(tags: readonly string[], before: string): string {
  if (tags.length === 0) return ''
  const more = tags.length > HEADING_TAGS ? ` and ${tags.length - HEADING_TAGS} more` : ''
  return `${before}${tags.slice(0, HEADING_TAGS).map(code).join(', ')}${more}`
}

const short = (reference: string) =>
  reference.startsWith('sha256:') ? `${reference.slice(0, 19)}…` : reference
