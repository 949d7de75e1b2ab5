import { byteSize } from '../shared/byte-size.ts'
import { duration } from '../shared/duration.ts'
import { checks } from './checks.ts'
import { consoleUrl } from './console.ts'
import { code, escapeMarkdown, fence, fold, link, markdownTable } from './escaping.ts'
import type { BakedFacts, BakedTarget, RunFacts } from './facts.ts'
import { failedBuild, reasons } from './failure.ts'
import { fitInto, type Part } from './limit.ts'
import { commitLink } from './places.ts'
import { SUMMARY_LIMIT } from './summary.ts'

/** More tags of one image are in the output `images`. */
const TAGS_IN_ROW = 5

/**
 * The job summary of bake, as GitHub's Markdown: what came of it, a row for each target, and what failed.
 * @param run null if it is not known
 */
export function renderBake(facts: BakedFacts, run: RunFacts | null = null): string {
  const { targets, files, jobs, failure, totalSeconds } = facts
  const always = (text: string): Part => ({ text, leftOut: null })
  const optional = (text: string, leftOut: string): Part => ({ text, leftOut })
  const commands = targets.flatMap(({ verifyCommands }) => verifyCommands)
  return fitInto(
    [
      always(headline(facts)),
      ...(failure === null
        ? []
        : (failure.build === null ? reasons(failure, '> ') : failedBuild(failure.build, failure)).map(
            always,
          )),
      ...(targets.length === 0 ? [] : [always(table(targets))]),
      ...digests(targets).map((text) => optional(text, 'the digests')),
      ...(jobs.length === 0 ? [] : [optional(`Jobs: ${jobs.map(code).join(', ')}.`, 'the jobs')]),
      ...(files.length === 0
        ? []
        : [always(`Without an image, as the definition says: ${files.map(code).join(', ')}.`)]),
      ...targets.flatMap((target) =>
        checks(target.checks).map((text) =>
          optional(`**${escapeMarkdown(target.name)}**\n\n${text}`, 'details of a check'),
        ),
      ),
      ...(commands.length === 0
        ? []
        : [
            optional(
              fold('Commands that verify what is signed', fence(commands.join('\n'))),
              'the commands that verify',
            ),
          ]),
      ...commitLink(run).map(always),
      always(`**Time** ${duration(totalSeconds)}.`),
    ],
    SUMMARY_LIMIT,
  )
}

function headline({ targets, failure, jobs }: BakedFacts): string {
  if (jobs.length > 0)
    return `### ✅ A matrix of ${jobs.length} job${jobs.length === 1 ? '' : 's'}, nothing built`
  const count = (some: readonly BakedTarget[]) => `${some.length} image${some.length === 1 ? '' : 's'}`
  const named = targets.filter(({ failed, outcome }) => !failed && /^(?:pushed|unchanged)$/.test(outcome))
  const existed = targets.filter(({ failed, outcome }) => !failed && outcome === 'exists')
  const facts = [
    ...(named.length === 0 ? [] : [`${count(named)} pushed`]),
    ...(existed.length === 0 ? [] : [`${count(existed)} exist${existed.length === 1 ? 's' : ''} already`]),
  ]
  if (failure === null) return `### ✅ ${facts.join(', ') || 'Nothing to push'}`
  const verdict = failure.cancelled ? 'Cancelled' : 'Failed'
  return `### ❌ ${verdict}${facts.length === 0 ? ': no image has its tags' : `; ${facts.join(', ')}`}`
}

function table(targets: readonly BakedTarget[]): string {
  const rows = targets.map((target) => [
    code(target.name),
    repositoryCell(target),
    OUTCOMES[target.failed && target.outcome !== 'none' ? 'failed' : target.outcome],
    target.digest === null ? '' : code(target.digest.slice(0, 'sha256:'.length + 12)),
    tagsCell(target),
    target.sizeInBytes === null ? '' : byteSize(target.sizeInBytes),
  ])
  return markdownTable(['Target', 'Repository', 'Outcome', 'Digest', 'Tags', 'Size'], rows)
}

const OUTCOMES = {
  pushed: 'pushed',
  unchanged: 'pushed, unchanged',
  exists: 'exists already',
  built: 'built',
  unnamed: 'in ECR by its digest, without its tags',
  none: 'not in ECR',
  failed: 'failed a check, or lacks some of what was asked for',
} as const

function repositoryCell({ place, repository, digest, registries }: BakedTarget): string {
  const url = place?.console ? consoleUrl(place.console, digest) : null
  const name = url === null ? code(repository) : link(repository, url)
  return registries > 1 ? `${name} in ${registries} registries` : name
}

function tagsCell({ tags }: BakedTarget): string {
  const more = tags.length - TAGS_IN_ROW
  return `${tags.slice(0, TAGS_IN_ROW).map(code).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

/** To copy. */
function digests(targets: readonly BakedTarget[]): string[] {
  const uris = targets.flatMap(({ place, digest }) =>
    place === null || digest === null ? [] : [`${place.uri}@${digest}`],
  )
  return uris.length === 0 ? [] : [fold('Images by their digests, to copy', fence(uris.join('\n')))]
}
