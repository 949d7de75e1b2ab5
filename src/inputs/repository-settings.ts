import type { Mutability } from '../ecr/settings/mutability.ts'
import type { Encryption, RepositorySettings } from '../ecr/settings/settings.ts'
import { checkLifecyclePolicy, checkRepositoryPolicy, readPolicy } from './policies.ts'
import type { Reader } from './reader.ts'
import type { RepositoryInput } from './repository.ts'

const MODES = ['MUTABLE', 'IMMUTABLE', 'MUTABLE_WITH_EXCLUSION', 'IMMUTABLE_WITH_EXCLUSION'] as const
const ENCRYPTIONS = ['AES256', 'KMS', 'KMS_DSSE'] as const
/** Settings that public repositories do not have. */
const PRIVATE_ONLY = [
  'image-tag-mutability',
  'image-tag-mutability-exclusions',
  'scan-on-push',
  'encryption-type',
  'kms-key',
  'lifecycle-policy',
] as const
/** The inputs that say how a repository is to be. */
export const SETTINGS = [...PRIVATE_ONLY, 'repository-tags', 'repository-policy'] as const

// https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageTagMutabilityExclusionFilter.html
const EXCLUSION = /^[0-9a-zA-Z._*-]{1,128}$/
// https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_EncryptionConfiguration.html (kmsKey)
const KMS_KEY =
  /^(?:arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:(?:key|alias)\/[\w/-]+|alias\/[\w/-]+|(?:mrk-)?[0-9a-f-]{32,36})$/

/** @returns the settings, each null if its input says nothing */
export function readRepositorySettings(
  reader: Reader,
  { registryType }: Pick<RepositoryInput, 'registryType'>,
): RepositorySettings {
  if (registryType === 'public') {
    for (const name of PRIVATE_ONLY) {
      const value = reader.text(name)
      if (value === '') continue
      reader.problem(
        name,
        value,
        'is of private repositories only; leave it empty with registry-type: public',
      )
    }
  }
  return {
    mutability: readMutability(reader),
    scanOnPush: reader.text('scan-on-push') === '' ? null : reader.boolean('scan-on-push', false),
    encryption: readEncryption(reader),
    resourceTags: readResourceTags(reader),
    lifecyclePolicy: readPolicyInput(reader, 'lifecycle-policy', checkLifecyclePolicy),
    repositoryPolicy: readPolicyInput(reader, 'repository-policy', checkRepositoryPolicy),
  }
}

function readMutability(reader: Reader): Mutability | null {
  const mode = reader.choice('image-tag-mutability', MODES)
  const name = 'image-tag-mutability-exclusions'
  const exclusions = [...new Set(reader.list(name, 'words'))]
  for (const exclusion of exclusions) {
    if (EXCLUSION.test(exclusion) && exclusion.split('*').length <= 3) continue
    reader.problem(
      name,
      exclusion,
      "an exclusion is 1 to 128 letters, digits, dots, hyphens and underscores, with at most two '*' for any characters",
    )
  }
  if (exclusions.length > 5) {
    reader.problem(name, exclusions.join(','), `ECR allows 5 exclusions, and these are ${exclusions.length}`)
  }
  const withExclusions = mode?.endsWith('_WITH_EXCLUSION') ?? false
  if (exclusions.length > 0 && !withExclusions && reader.text('image-tag-mutability') === (mode ?? '')) {
    reader.problem(
      name,
      exclusions.join(','),
      'needs image-tag-mutability: IMMUTABLE_WITH_EXCLUSION or MUTABLE_WITH_EXCLUSION',
    )
  }
  if (withExclusions && reader.text(name) === '') {
    reader.problem('image-tag-mutability', mode ?? '', `needs ${name}, with 1 to 5 patterns`)
  }
  return mode === null ? null : { mode, exclusions: withExclusions ? exclusions : [] }
}

function readEncryption(reader: Reader): Encryption | null {
  const type = reader.choice('encryption-type', ENCRYPTIONS)
  const key = reader.text('kms-key')
  if (key !== '' && !KMS_KEY.test(key)) {
    reader.problem('kms-key', key, "must be a KMS key's ARN, its id, or its alias (alias/NAME)")
  }
  if (key !== '' && (type === 'AES256' || reader.text('encryption-type') === '')) {
    reader.problem('kms-key', key, 'needs encryption-type: KMS or KMS_DSSE')
  }
  return type === null ? null : { type, key: key === '' ? null : key }
}

// https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-using-tags.html
const TAG_TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u

function readResourceTags(reader: Reader): ReadonlyMap<string, string> | null {
  const name = 'repository-tags'
  const items = reader.list(name, 'lines')
  const tags = new Map<string, string>()
  for (const item of items) {
    const equals = item.indexOf('=')
    const key = item.slice(0, Math.max(equals, 0)).trim()
    const value = item.slice(equals + 1).trim()
    const problem = equals < 1 || key === '' ? 'must be key=value' : checkTag(key, value)
    if (problem !== null) reader.problem(name, item, problem)
    else if (tags.has(key)) reader.problem(name, item, `${key} is given twice`)
    else tags.set(key, value)
  }
  if (tags.size > 50) reader.problem(name, '', `AWS allows 50 tags, and these are ${tags.size}`)
  return items.length === 0 ? null : tags
}

function checkTag(key: string, value: string): string | null {
  if (/^aws:/i.test(key)) return 'a key that starts with aws: is reserved'
  if (key.length > 128 || value.length > 256) return 'a key has at most 128 characters, a value 256'
  if (TAG_TEXT.test(key) && TAG_TEXT.test(value)) return null
  return 'a key and a value are letters, digits, spaces and _ . : / = + - @'
}

function readPolicyInput(
  reader: Reader,
  name: 'lifecycle-policy' | 'repository-policy',
  check: (policy: object) => string | null,
): string | null {
  const value = reader.text(name)
  if (value === '') return null
  const reading = readPolicy(value, reader.source.cwd, check)
  if ('text' in reading) return reading.text
  reader.problem(name, value, reading.problem)
  return null
}
