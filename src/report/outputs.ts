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
  'platform-digests': string
  imageid: string
  metadata: string
  pushed: string
  'scan-status': string
  'scan-findings': string
}

/** Where outputs go: GITHUB_OUTPUT in production. Each is set as soon as it is true, so that a failure later keeps it. */
export type SetOutputs = (outputs: Partial<Outputs>) => void

/** What the names, the tags and the repository's URI make of each other. */
export function namedOutputs(name: string, tags: readonly string[]): Pick<Outputs, 'image-name' | 'tags'> {
  return { 'image-name': `${name}:${tags[0]}`, tags: tags.join('\n') }
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

/**
 * What the digest makes known that ECR holds under every tag.
 * @param repositoryUris the first is that of `repository`
 */
export function imageOutputs(
  repositoryUris: readonly string[],
  tags: readonly string[],
  digest: string,
): Pick<Outputs, 'image-uri' | 'image-uris' | 'digest' | 'digest-uri'> {
  const uris = repositoryUris.flatMap((uri) => imageUris(uri, tags, digest))
  return {
    'image-uri': uris[0] as string,
    'image-uris': uris.join('\n'),
    digest,
    'digest-uri': `${repositoryUris[0]}@${digest}`,
  }
}

/** An image's names in a repository: by its tags, or by its digest where it has none. */
export function imageUris(repositoryUri: string, tags: readonly string[], digest: string): string[] {
  return tags.length === 0 ? [`${repositoryUri}@${digest}`] : tags.map((tag) => `${repositoryUri}:${tag}`)
}
