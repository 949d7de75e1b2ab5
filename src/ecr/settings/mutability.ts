/**
 * Which tags of a repository can be moved.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html
 */
export interface Mutability {
  readonly mode: 'MUTABLE' | 'IMMUTABLE' | 'MUTABLE_WITH_EXCLUSION' | 'IMMUTABLE_WITH_EXCLUSION'
  /** Patterns with `*` for any characters; they turn the mode around for the tags that they match. */
  readonly exclusions: readonly string[]
}

/** Whether ECR refuses to move the tag once an image has it. */
export function isImmutable({ mode, exclusions }: Mutability, tag: string): boolean {
  if (mode === 'MUTABLE') return false
  if (mode === 'IMMUTABLE') return true
  const excluded = exclusions.some((pattern) => matchesWildcard(pattern, tag))
  return mode === 'IMMUTABLE_WITH_EXCLUSION' ? !excluded : excluded
}

/** Whether a text matches a pattern with `*` for any characters. Not by a regular expression, whose backtracking a hostile pattern could exploit. */
export function matchesWildcard(pattern: string, tag: string): boolean {
  const [head = '', ...rest] = pattern.split('*')
  if (rest.length === 0) return tag === pattern
  if (!tag.startsWith(head)) return false
  let at = head.length
  const tail = rest.pop() ?? ''
  for (const part of rest) {
    const found = tag.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return tag.length - tail.length >= at && tag.endsWith(tail)
}

/** The mutability as members of the inputs of CreateRepository and PutImageTagMutability. */
export function mutabilityInput({ mode, exclusions }: Mutability) {
  return {
    imageTagMutability: mode,
    ...(exclusions.length === 0
      ? {}
      : {
          imageTagMutabilityExclusionFilters: exclusions.map((filter) => ({
            filterType: 'WILDCARD' as const,
            filter,
          })),
        }),
  }
}
