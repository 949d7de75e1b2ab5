import type { ImageMetadata } from '../metadata/index.ts'

/** The outputs of action.yml, by name. A list has one item a line. */
export interface Outputs {
  'image-uri': string
  'image-uris': string
  digest: string
  'digest-uri': string
  'image-name': string
  registry: string
  'repository-uri': string
  'repository-arn': string
  'repository-created': string
  tags: string
  version: string
  labels: string
  json: string
  'platform-digests': string
  imageid: string
  metadata: string
  pushed: string
  'scan-status': string
  'scan-findings': string
  'scan-ignored': string
  'scan-new': string
  'scan-report': string
  attested: string
  attestations: string
  'verify-commands': string
  'signing-status': string
  provenance: string
  size: string
  'size-diff': string
  plan: string
  'iam-policy': string
}

/** Sets outputs of the step. Each is set as soon as it is known, so that a later failure does not lose it. */
export type SetOutputs = (outputs: Partial<Outputs & BakeOutputs>) => void

/** The outputs of bake/action.yml, by name. A list has one item a line. */
export interface BakeOutputs {
  images: string
  digests: string
  built: string
  skipped: string
  matrix: string
  metadata: string
}

/** The outputs that are known before the build. */
export function metadataOutputs(
  name: string,
  { tags, version, labels }: Pick<ImageMetadata, 'tags' | 'version' | 'labels'>,
): Pick<Outputs, 'image-name' | 'labels' | 'tags' | 'version'> {
  return {
    'image-name': tags[0] === undefined ? name : `${name}:${tags[0]}`,
    labels: labelLines(labels).map(oneLine).join('\n'),
    tags: tags.join('\n'),
    version,
  }
}

/** Quotes an item that a list could not hold as it is, such as one with a line break. The inputs read it back. */
function oneLine(item: string): string {
  return /[\r\n]|,"|^["#]/.test(item) ? `"${item.replaceAll('"', '""')}"` : item
}

/** `key=value`, as docker takes labels. */
export function labelLines(labels: Readonly<Record<string, string>>): string[] {
  return Object.entries(labels).map(([key, value]) => `${key}=${value}`)
}

/**
 * The output `json`: all outputs, with lists, booleans and JSON in their own types.
 * @param image null if the action neither makes nor names one
 * @param more members that are no outputs
 */
export function jsonOutput(
  outputs: Partial<Outputs>,
  image: Pick<ImageMetadata, 'labels' | 'annotations'> | null,
  more: object = {},
): string {
  const {
    'image-uris': uris,
    'repository-created': created,
    'platform-digests': platforms,
    tags,
    metadata,
    pushed,
    attested,
    attestations,
    'verify-commands': commands,
    'signing-status': signing,
    provenance,
    'scan-ignored': ignored,
    'scan-new': fresh,
    size,
    'size-diff': change,
    plan,
    'iam-policy': policy,
    ...texts
  } = outputs
  return JSON.stringify({
    ...texts,
    tags: splitLines(tags),
    ...(image === null
      ? {}
      : { labels: image.labels, annotations: image.annotations, pushed: pushed === 'true' }),
    ...(uris === undefined ? {} : { 'image-uris': splitLines(uris) }),
    ...(created === undefined ? {} : { 'repository-created': created === 'true' }),
    ...(platforms === undefined ? {} : { 'platform-digests': JSON.parse(platforms) as unknown }),
    ...(attested === undefined ? {} : { attested: attested === 'true' }),
    ...(attestations === undefined ? {} : { attestations: JSON.parse(attestations) as unknown }),
    ...(commands === undefined ? {} : { 'verify-commands': splitLines(commands) }),
    ...(signing === undefined ? {} : { 'signing-status': JSON.parse(signing) as unknown }),
    ...(provenance === undefined ? {} : { provenance: JSON.parse(provenance) as unknown }),
    ...(ignored === undefined ? {} : { 'scan-ignored': JSON.parse(ignored) as unknown }),
    ...(fresh === undefined ? {} : { 'scan-new': JSON.parse(fresh) as unknown }),
    ...(size === undefined ? {} : { size: Number(size) }),
    ...(change === undefined ? {} : { 'size-diff': Number(change) }),
    ...(plan === undefined ? {} : { plan: JSON.parse(plan) as unknown }),
    ...(policy === undefined ? {} : { 'iam-policy': JSON.parse(policy) as unknown }),
    ...more,
    ...(metadata === undefined ? {} : { metadata: JSON.parse(metadata) as unknown }),
  })
}

function splitLines(lines: string | undefined): string[] {
  return lines ? lines.split('\n') : []
}

/** The outputs about the repository. */
export function repositoryOutputs(
  repository: { readonly uri: string; readonly arn: string },
  created: boolean,
): Pick<Outputs, 'repository-uri' | 'repository-arn' | 'repository-created'> {
  return {
    'repository-uri': repository.uri,
    'repository-arn': repository.arn,
    'repository-created': String(created),
  }
}

/** A repository that has the image. */
export interface Holder {
  readonly uri: string
  readonly tags: readonly string[]
}

/**
 * The outputs about the image, with the digest that ECR has under every tag.
 * @param holders the first is the one that the input `repository` names
 */
export function imageOutputs(
  holders: readonly Holder[],
  digest: string,
): Pick<Outputs, 'image-uri' | 'image-uris' | 'digest' | 'digest-uri'> {
  const uris = holders.flatMap((holder) => imageUris(holder, digest))
  return {
    'image-uri': uris[0] as string,
    'image-uris': uris.join('\n'),
    digest,
    'digest-uri': `${holders[0]?.uri}@${digest}`,
  }
}

/** An image's URIs in a repository: one for each tag, or the one with its digest if it has no tags. */
export function imageUris({ uri, tags }: Holder, digest: string): string[] {
  return tags.length === 0 ? [`${uri}@${digest}`] : tags.map((tag) => `${uri}:${tag}`)
}
