import { fence } from './escaping.ts'
import type { LeftInEcr } from './facts.ts'

/** More of them are in the log. */
const NAMES_SHOWN = 50

/** What a run that failed has left in ECR, for its summary: above all, which tags name what by now. */
export function leftInEcr({ put, existed, lost, unknown, begun }: LeftInEcr): string[] {
  const parts = [
    ...block('In ECR all the same, put by this run:', put),
    ...block('Put by this run, and ECR has another image under it by now, or none:', lost),
    ...block('Not known whether this run has put it:', unknown),
    ...block('Named this image before this run:', existed),
  ]
  // A tag has no `@` in its name.
  if ([...put, ...lost, ...unknown].some((name) => !name.includes('@'))) return parts
  // Not that nothing was pushed: the build may have written a cache, which has tags of its own.
  const [none, some] = [
    'The image was not pushed, and this run moved none of its tags.',
    "This run moved none of the image's tags.",
  ]
  if (!begun) return [none, ...parts]
  return [put.length > 0 ? some : `${some} Parts of the image may be in ECR, under no tag.`, ...parts]
}

function block(title: string, names: readonly string[]): string[] {
  if (names.length === 0) return []
  const more = names.length - NAMES_SHOWN
  const lines = [...names.slice(0, NAMES_SHOWN), ...(more > 0 ? [`… and ${more} more, in the log`] : [])]
  return [title, fence(lines.join('\n'))]
}
