import type { ImageMetadata } from '../metadata/index.ts'

/** The outputs of action.yml, by name. A list is one item a line. */
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
}

/** Where outputs go: GITHUB_OUTPUT in production. Each is set as soon as it is true, so that a failure later keeps it. */
export type SetOutputs = (outputs: Partial<Outputs>) => void

/** The outputs that are known before anything is built. */
export function metadataOutputs(
  name: string,
  { tags, version, labels }: ImageMetadata,
): Pick<Outputs, 'image-name' | 'labels' | 'tags' | 'version'> {
  return {
    'image-name': tags[0] === undefined ? name : `${name}:${tags[0]}`,
    labels: labelLines(labels).map(oneLine).join('\n'),
    tags: tags.join('\n'),
    version,
  }
}

/** An item that a list would not give back as it is, such as one with a line break, is quoted, as the inputs read it. */
function oneLine(item: string): string {
  return /[\r\n]|,"|^["#]/.test(item) ? `"${item.replaceAll('"', '""')}"` : item
}

/** `key=value`, as docker takes them. */
export function labelLines(labels: Readonly<Record<string, string>>): string[] {
  return Object.entries(labels).map(([key, value]) => `${key}=${value}`)
}

/** Everything for scripts: lists as lists, truth as truth, JSON as JSON. */
export function jsonOutput(
  outputs: Partial<Outputs>,
  image: Pick<ImageMetadata, 'labels' | 'annotations'>,
): string {
  const {
    'image-uris': uris,
    'repository-created': created,
    'platform-digests': platforms,
    tags,
    metadata,
    pushed,
    ...texts
  } = outputs
  return JSON.stringify({
    ...texts,
    tags: list(tags),
    labels: image.labels,
    annotations: image.annotations,
    pushed: pushed === 'true',
    ...(uris === undefined ? {} : { 'image-uris': list(uris) }),
    ...(created === undefined ? {} : { 'repository-created': created === 'true' }),
    ...(platforms === undefined ? {} : { 'platform-digests': JSON.parse(platforms) as unknown }),
    ...(metadata === undefined ? {} : { metadata: JSON.parse(metadata) as unknown }),
  })
}

function list(lines: string | undefined): string[] {
  return lines ? lines.split('\n') : []
}

/** What the repository makes known. */
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
 * What the digest makes known that ECR holds under every tag.
 * @param holders the first is that of `repository`
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

/** An image's names in a repository: by its tags, or by its digest where it has none. */
export function imageUris({ uri, tags }: Holder, digest: string): string[] {
  return tags.length === 0 ? [`${uri}@${digest}`] : tags.map((tag) => `${uri}:${tag}`)
}
