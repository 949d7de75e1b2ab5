import type { LifecyclePolicyPreviewResult } from '@aws-sdk/client-ecr'
import { tagsOf } from '../store/images.ts'
import type { Image, Repository } from '../store/types.ts'

interface Rule {
  readonly rulePriority: number
  readonly selection: {
    readonly tagStatus: 'tagged' | 'untagged' | 'any'
    readonly tagPrefixList?: readonly string[]
    readonly tagPatternList?: readonly string[]
    readonly countType: string
    readonly countNumber: number
  }
  readonly action: { readonly type: string }
}

const day = 24 * 3600 * 1000

/**
 * What a lifecycle policy would do to a repository's images. Rules apply by priority, the first one that selects an
 * image decides, and an image that an index refers to is kept.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html
 */
export function evaluate(repository: Repository, policy: string, now: Date): LifecyclePolicyPreviewResult[] {
  const { rules } = JSON.parse(policy) as { rules: readonly Rule[] }
  const needed = new Set([...repository.images.values()].flatMap(({ children }) => children))
  const judged = new Set<Image>()
  const results: LifecyclePolicyPreviewResult[] = []
  for (const rule of [...rules].sort((a, b) => a.rulePriority - b.rulePriority)) {
    const selected = [...repository.images.values()]
      .filter((image) => !judged.has(image) && selects(rule, tagsOf(repository, image.digest)))
      .sort((a, b) => b.pushedAt.getTime() - a.pushedAt.getTime())
    for (const [position, image] of selected.entries()) {
      judged.add(image)
      if (!isDue(rule, image, position, now) || needed.has(image.digest)) continue
      const tags = tagsOf(repository, image.digest)
      results.push({
        ...(tags.length > 0 ? { imageTags: tags } : {}),
        imageDigest: image.digest,
        imagePushedAt: image.pushedAt,
        action: { type: rule.action.type === 'transition' ? 'TRANSITION' : 'EXPIRE' },
        appliedRulePriority: rule.rulePriority,
      })
    }
  }
  return results
}

function selects({ selection }: Rule, tags: readonly string[]): boolean {
  const { tagStatus, tagPrefixList = [], tagPatternList = [] } = selection
  if (tagStatus === 'any') return true
  if (tagStatus === 'untagged') return tags.length === 0
  const prefixed = tagPrefixList.every((prefix) => tags.some((tag) => tag.startsWith(prefix)))
  const patterned = tagPatternList.every((pattern) => {
    const source = pattern.split('*').map((part) => part.replace(/[.\\^$+?()[\]{}|]/g, '\\$&'))
    return tags.some((tag) => new RegExp(`^${source.join('.*')}$`).test(tag))
  })
  return tags.length > 0 && prefixed && patterned
}

function isDue({ selection }: Rule, image: Image, position: number, now: Date): boolean {
  const { countType, countNumber } = selection
  if (countType === 'imageCountMoreThan') return position >= countNumber
  const since = countType === 'sinceImagePulled' ? (image.pulledAt ?? image.pushedAt) : image.pushedAt
  return now.getTime() - since.getTime() > countNumber * day
}
