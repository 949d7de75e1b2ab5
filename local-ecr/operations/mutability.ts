import type {
  ImageTagMutability,
  ImageTagMutabilityExclusionFilter,
  PutImageTagMutabilityCommandInput,
  PutImageTagMutabilityCommandOutput,
} from '@aws-sdk/client-ecr'
import { invalidParameter } from '../store/errors.ts'
import type { Store } from '../store/store.ts'
import type { Caller } from '../store/types.ts'
import { named, type Output, repositoryFor } from './context.ts'

const member = 'imageTagMutabilityExclusionFilters'

/**
 * Checks filters: only the two `_WITH_EXCLUSION` values have them, and need them; each has at most two wildcards.
 * https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageTagMutabilityExclusionFilter.html
 * The rules are documented; the exact messages were not found in public.
 */
export function checkExclusions(
  mutability: ImageTagMutability | undefined,
  filters: ImageTagMutabilityExclusionFilter[] | undefined,
): void {
  const wanted = mutability?.endsWith('_WITH_EXCLUSION') ?? false
  if (wanted && !filters)
    throw invalidParameter(member, `must be provided when imageTagMutability is ${mutability}`)
  if (!wanted && filters)
    throw invalidParameter(
      member,
      `must not be provided when imageTagMutability is ${mutability ?? 'MUTABLE'}`,
    )
  for (const { filter = '', filterType } of filters ?? []) {
    if (filterType !== 'WILDCARD')
      throw invalidParameter('filterType', 'must satisfy enum value set: [WILDCARD]')
    if (!/^[0-9a-zA-Z._*-]{1,128}$/.test(filter))
      throw invalidParameter('filter', "must satisfy regular expression '^[0-9a-zA-Z._*-]{1,128}$'")
    if (filter.split('*').length > 3) throw invalidParameter('filter', 'must have at most 2 wildcards')
  }
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutImageTagMutability.html */
export function putImageTagMutability(
  store: Store,
  caller: Caller,
  input: PutImageTagMutabilityCommandInput,
): Output<PutImageTagMutabilityCommandOutput> {
  const repository = repositoryFor(store, caller, input, 'PutImageTagMutability')
  checkExclusions(input.imageTagMutability, input.imageTagMutabilityExclusionFilters)
  repository.mutability = input.imageTagMutability ?? 'MUTABLE'
  repository.exclusions = input.imageTagMutabilityExclusionFilters ?? []
  return {
    ...named(repository),
    imageTagMutability: repository.mutability,
    ...(repository.exclusions.length > 0 ? { [member]: repository.exclusions } : {}),
  }
}
