import { parsePrivateHost } from '../../src/ecr/hosts.ts'
import { parseList } from '../../src/inputs/list.ts'
import { attribute, splitCsv } from '../../src/shared/csv.ts'
import type { Placeholders } from './placeholders.ts'

// Which expressions may name a registry, so that nobody can write into a policy what they need. An expression within an
// item stands for a part of it; the text of each input is here as it is filled, with something for each expression.

/** Where ECR's hosts go on with something else than digits. */
const PUBLIC = ['public.ecr.aws/', 'ecr-public.aws.com/']

/** What names a registry and a repository, by what stands before the first expression: whether it may be any of ECR's. */
export function mayBeElsewhere(image: string, placeholders: Placeholders): boolean {
  const [host = ''] = image.split('/')
  if (!placeholders.isIn(host)) return false
  const known = placeholders.beforeFirst(host)
  // An expression that reaches into the next part of the host hides where the region ends.
  const region = parsePrivateHost(host)?.region
  if (region !== undefined) return !/^(?:-.*)?$/.test(placeholders.afterLast(region))
  return /^(?:\d{0,12}|\d{12}\..*)$/.test(known) || PUBLIC.some((one) => one.startsWith(known))
}

/**
 * Whether an input that names registries or images in them names one that nobody knows.
 * @param text of the input, with something in the place of each expression
 */
export function namesUnknown(input: string, text: string, placeholders: Placeholders): boolean {
  if (!placeholders.isIn(text)) return false
  const { items } = parseList(text, RECORDS.test(input) ? 'records' : 'lines')
  // What is no list to the reader is refused by it, which is told apart.
  return items.some((item) => placeholders.isIn(item.text) && namesUnknownIn(input, item.text, placeholders))
}

const RECORDS = /^(?:cache-from|cache-to|attests|sbom|provenance)$/

function namesUnknownIn(input: string, item: string, placeholders: Placeholders): boolean {
  if (input === 'registries' || input === 'pull-registries') {
    // ACCOUNT/REGION, with something for either, is as wide as it may be.
    return item
      .split(/[\s,]+/)
      .some(
        (word) => placeholders.isWhole(word) || (!word.includes('/') && mayBeElsewhere(word, placeholders)),
      )
  }
  if (input === 'build-args' || input === 'build-contexts') {
    const at = item.indexOf('=')
    if (at < 0 || (input === 'build-args' && placeholders.isIn(item.slice(0, at)))) return true
    return input === 'build-contexts' && isUnknownContext(item.slice(at + 1), placeholders)
  }
  return isUnknownRecord(input, item, placeholders)
}

const IMAGE = 'docker-image://'

function isUnknownContext(value: string, placeholders: Placeholders): boolean {
  if (value.startsWith(IMAGE)) return mayBeElsewhere(value.slice(IMAGE.length), placeholders)
  return placeholders.isIn(value) && IMAGE.startsWith(placeholders.beforeFirst(value))
}

/** A cache, or an attestation with the image that makes it. */
function isUnknownRecord(input: string, item: string, placeholders: Placeholders): boolean {
  const fields = fieldsOf(item)
  const isCache = input.startsWith('cache-')
  if (isCache && !item.includes('=')) return fields.some((image) => mayBeElsewhere(image, placeholders))
  if (fields.some((field) => placeholders.isIn(field.split('=', 1)[0] ?? ''))) return true
  if (isCache && placeholders.isIn(attribute(fields, 'type') ?? '')) return true
  return mayBeElsewhere(attribute(fields, isCache ? 'ref' : 'generator') ?? '', placeholders)
}

function fieldsOf(record: string): string[] {
  try {
    return splitCsv(record)
  } catch {
    // No record: the reader refuses it.
    return []
  }
}
