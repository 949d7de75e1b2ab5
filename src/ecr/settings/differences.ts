import type { Repository } from '../types.ts'
import type { Encryption, HeldSettings, RepositorySettings } from './settings.ts'

/** A setting that is not as the inputs say. */
export interface Difference {
  readonly setting: keyof RepositorySettings
  /** The input's name. */
  readonly input: string
  /** The present value, for the log; null if it is a document. */
  readonly is: string | null
  /** Null if the value is a document. */
  readonly wanted: string | null
}

/**
 * The settings in which a repository differs from the inputs. A setting that no input names does not differ.
 * @param held the settings that were read by themselves; null if they could not be read
 */
export function differences(
  repository: Pick<Repository, 'mutability' | 'scanOnPush' | 'encryption'>,
  held: HeldSettings | null,
  wanted: RepositorySettings,
): Difference[] {
  const found: Difference[] = []
  const note = (setting: Difference['setting'], input: string, is: string | null, wants: string | null) =>
    found.push({ setting, input, is, wanted: wants })
  const { mutability, scanOnPush, encryption, resourceTags, lifecyclePolicy, repositoryPolicy } = wanted

  if (encryption !== null && !sameEncryption(repository.encryption, encryption)) {
    note('encryption', 'encryption-type', describeKey(repository.encryption), describeKey(encryption))
  }
  if (mutability !== null) {
    const [is, wants] = [repository.mutability, mutability].map(describeMutability)
    if (is !== wants) note('mutability', 'image-tag-mutability', is as string, wants as string)
  }
  if (scanOnPush !== null && repository.scanOnPush !== scanOnPush) {
    note('scanOnPush', 'scan-on-push', String(repository.scanOnPush), String(scanOnPush))
  }
  if (held === null) return found
  const changed = differingTags(held.resourceTags, resourceTags)
  if (changed.size > 0) {
    const is = [...changed.keys()].map((key) => `${key}=${held.resourceTags.get(key) ?? '(absent)'}`)
    note(
      'resourceTags',
      'repository-tags',
      is.join(', '),
      [...changed].map(([key, value]) => `${key}=${value}`).join(', '),
    )
  }
  if (lifecyclePolicy !== null && !samePolicy(held.lifecyclePolicy, lifecyclePolicy)) {
    note('lifecyclePolicy', 'lifecycle-policy', held.lifecyclePolicy === null ? 'none' : null, null)
  }
  if (repositoryPolicy !== null && !samePolicy(held.repositoryPolicy, repositoryPolicy)) {
    note('repositoryPolicy', 'repository-policy', held.repositoryPolicy === null ? 'none' : null, null)
  }
  return found
}

/** The tags to add, or to give another value. Tags that the inputs do not name are not ours to remove. */
export function differingTags(
  held: ReadonlyMap<string, string>,
  wanted: ReadonlyMap<string, string> | null,
): Map<string, string> {
  return new Map([...(wanted ?? [])].filter(([key, value]) => held.get(key) !== value))
}

/** One line for the log: `scan-on-push: false, wanted true`. */
export function describeDifference({ input, is, wanted }: Difference): string {
  if (is === null) return `${input}: another one`
  return wanted === null ? `${input}: ${is}` : `${input}: ${is}, wanted ${wanted}`
}

/** The inputs that say a setting, by the setting. */
export const INPUT_OF: Readonly<Record<keyof RepositorySettings, string>> = {
  mutability: 'image-tag-mutability',
  scanOnPush: 'scan-on-push',
  encryption: 'encryption-type',
  resourceTags: 'repository-tags',
  lifecyclePolicy: 'lifecycle-policy',
  repositoryPolicy: 'repository-policy',
}

/** What the inputs say of a repository, by the name of the input; documents as JSON. */
export function describeSettings({
  mutability,
  scanOnPush,
  encryption,
  resourceTags,
  lifecyclePolicy,
  repositoryPolicy,
}: RepositorySettings): Record<string, string> {
  const values: Readonly<Record<keyof RepositorySettings, string | null>> = {
    mutability: mutability && describeMutability(mutability),
    scanOnPush: scanOnPush === null ? null : String(scanOnPush),
    encryption: encryption && describeKey(encryption),
    resourceTags: resourceTags && [...resourceTags].map(([key, value]) => `${key}=${value}`).join(', '),
    lifecyclePolicy,
    repositoryPolicy,
  }
  return Object.fromEntries(
    Object.entries(values).flatMap(([setting, value]) =>
      value === null ? [] : [[INPUT_OF[setting as keyof RepositorySettings], value]],
    ),
  )
}

function describeMutability({ mode, exclusions }: Repository['mutability']): string {
  return exclusions.length === 0 ? mode : `${mode} (${[...exclusions].sort().join(', ')})`
}

function describeKey({ type, key }: Encryption): string {
  return key === null ? type : `${type} with ${key}`
}

/**
 * ECR names a key by its ARN, which ends with the key's id. Which key an alias means, only KMS knows, and it is not
 * asked: an alias counts as the same key.
 */
function sameEncryption(held: Encryption, wanted: Encryption): boolean {
  if (held.type !== wanted.type) return false
  if (wanted.key === null || held.key === null || /(?:^|:)alias\//.test(wanted.key)) return true
  return held.key === wanted.key || held.key.endsWith(`:key/${wanted.key}`)
}

/** Whether two policies (JSON) say the same, however they are written. */
export function samePolicy(held: string | null, wanted: string): boolean {
  if (held === null) return false
  try {
    return canonical(JSON.parse(held)) === canonical(JSON.parse(wanted))
  } catch {
    return false
  }
}

/**
 * AWS gives policies back in another order and form: members are sorted, a list of one is its item, the order in a
 * list of words does not count, and an account's number is its root.
 */
function canonical(value: unknown): string {
  return JSON.stringify(normalized(value))
}

function normalized(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map(normalized)
    if (items.length === 1) return items[0]
    return items.map((item) => JSON.stringify(item)).sort()
  }
  if (typeof value === 'string') return value.replace(/^arn:aws[a-z-]*:iam::(\d{12}):root$/, '$1')
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, held]) => [name, normalized(held)]),
  )
}
