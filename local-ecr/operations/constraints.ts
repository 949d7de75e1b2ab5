import { invalidParameter } from '../store/errors.ts'

type Check = (value: unknown) => string | undefined

const pattern =
  (source: string): Check =>
  (value) =>
    new RegExp(`^(?:${source})$`).test(String(value))
      ? undefined
      : `must satisfy regular expression '${source}'`

const length =
  (min: number, max: number): Check =>
  (value) => {
    const size = (value as string | unknown[]).length
    if (size < min) return `must have length greater than or equal to ${min}`
    return size > max ? `must have length less than or equal to ${max}` : undefined
  }

const oneOf =
  (...values: string[]): Check =>
  (value) =>
    values.includes(String(value)) ? undefined : `must satisfy enum value set: [${values.join(', ')}]`

const range =
  (min: number, max: number): Check =>
  (value) => {
    if (Number(value) < min) return `must have value greater than or equal to ${min}`
    return Number(value) > max ? `must have value less than or equal to ${max}` : undefined
  }

/**
 * Limits of members, from https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_Types.html. A member has the
 * same limits in every operation. The pattern of a repository's name is the one that ECR quotes in its errors.
 */
const checks: Record<string, Check[]> = {
  repositoryName: [length(2, 256), pattern('(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*')],
  registryId: [pattern('[0-9]{12}')],
  registryIds: [length(1, 10)],
  repositoryNames: [length(1, 100)],
  imageIds: [length(1, 100)],
  layerDigests: [length(1, 100)],
  acceptedMediaTypes: [length(1, 100)],
  maxResults: [range(1, 1000)],
  imageTag: [length(1, 300), pattern('[A-Za-z0-9_][A-Za-z0-9._-]*')],
  imageDigest: [pattern('sha256:[0-9a-f]{64}')],
  imageManifest: [length(1, 4194304)],
  imageTagMutability: [oneOf('MUTABLE', 'IMMUTABLE', 'MUTABLE_WITH_EXCLUSION', 'IMMUTABLE_WITH_EXCLUSION')],
  imageTagMutabilityExclusionFilters: [length(1, 5)],
  lifecyclePolicyText: [length(100, 30720)],
  policyText: [length(0, 10240)],
}

/** Checks required members and limits. @throws EcrError InvalidParameterException */
export function check(input: Record<string, unknown>, required: readonly string[]): void {
  for (const member of required) if (input[member] == null) throw invalidParameter(member, 'must not be null')
  for (const [member, value] of Object.entries(input)) {
    if (value == null) continue
    for (const one of checks[member] ?? []) {
      const fault = one(value)
      if (fault) throw invalidParameter(member, fault)
    }
  }
}
