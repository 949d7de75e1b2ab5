import { fence, fold } from './escaping.ts'
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
export function heldBack({
  heldBack: held,
  digest,
  places: [first],
}: Pick<SummaryFacts, 'heldBack' | 'digest' | 'places'>): string[] {
  if (held === null || held.left.length === 0) return []
  const { left } = held
  const more = left.length - LEFT_SHOWN
  // The only one stands above.
  const isShown = left.length === 1 && left[0] === `${first?.uri}@${digest}`
  const uris = [...left.slice(0, LEFT_SHOWN), ...(more > 0 ? [`… and ${more} more`] : [])]
  return [
    '#### What is left in ECR',
    ...(isShown
      ? ['The image, by its digest alone.']
      : ['The image, by its digest alone:', fence(uris.join('\n'))]),
    fold(
      'A lifecycle policy that removes it',
      [
        'It removes everything in the repository that has no tag. Let ECR preview it, and give it as the input <code>lifecycle-policy</code>, or add its rule to those of the repository:',
        fence(JSON.stringify(UNTAGGED_POLICY, null, 2)),
      ].join('\n\n'),
    ),
  ]
}

/** The same for the log. */
export function heldBackLines({ by, tags, left }: HeldBack): string[] {
  const kept = tags.length === 0 ? '' : `: ${tags.join(', ')}`
  return [
    `No tag was put on the image, in any registry (${by})${kept}`,
    ...left.map((uri) => `Left in ECR, by its digest alone: ${uri}`),
    ...(left.length === 0
      ? []
      : [
          `This lifecycle policy removes images without a tag after 14 days: ${JSON.stringify(UNTAGGED_POLICY)}`,
        ]),
  ]
}
