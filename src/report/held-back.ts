import { fence } from './escaping.ts'
import type { HeldBack, SummaryFacts } from './facts.ts'

/**
 * A lifecycle policy that removes images without a tag: what a gate has held back, and whatever else has none.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_examples.html
 */
export const UNTAGGED_POLICY = {
  rules: [
    {
      rulePriority: 1,
      description: 'Remove images without a tag after 14 days',
      selection: { tagStatus: 'untagged', countType: 'sinceImagePushed', countUnit: 'days', countNumber: 14 },
      action: { type: 'expire' },
    },
  ],
} as const

/** More of them are in the log. */
const LEFT_SHOWN = 50

/** What a run that put no tag has left in ECR, and what removes it. */
export function heldBack({ heldBack: held }: Pick<SummaryFacts, 'heldBack'>): string[] {
  if (held === null || held.left.length === 0) return []
  const more = held.left.length - LEFT_SHOWN
  return [
    '#### What is left in ECR',
    'The image, by its digest alone:',
    fence([...held.left.slice(0, LEFT_SHOWN), ...(more > 0 ? [`… and ${more} more`] : [])].join('\n')),
    'A lifecycle policy removes everything in the repository that has no tag. Let ECR preview it, and give it as the input <code>lifecycle-policy</code>, or add its rule to those of the repository:',
    fence(JSON.stringify(UNTAGGED_POLICY, null, 2)),
  ]
}

/** The same for the log. */
export function heldBackLines({ tags, left }: HeldBack): string[] {
  const kept =
    tags.length === 0 ? '' : `: ${tags.join(', ')} ${tags.length === 1 ? 'is as it was' : 'are as they were'}`
  return [
    `No tag was put, in any registry (gate: before-tags)${kept}`,
    ...left.map((uri) => `Left in ECR, by its digest alone: ${uri}`),
    ...(left.length === 0
      ? []
      : [
          `This lifecycle policy removes images without a tag after 14 days: ${JSON.stringify(UNTAGGED_POLICY)}`,
        ]),
  ]
}
