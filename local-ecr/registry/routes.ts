/** What a request to the registry asks for. */
export interface Route {
  readonly kind: 'ping' | 'catalog' | 'blob' | 'upload' | 'manifest' | 'tags' | 'referrers' | 'unsupported'
  readonly repository: string
  /** A digest, a tag, or an upload's id. */
  readonly reference: string
  /** The path after the repository's name. */
  readonly tail: string
  /** The API operation whose permission the request needs. */
  readonly operation: string
}

const operationsOf: Record<string, Record<string, string>> = {
  blob: { HEAD: 'BatchCheckLayerAvailability', GET: 'GetDownloadUrlForLayer' },
  upload: {
    POST: 'InitiateLayerUpload',
    GET: 'InitiateLayerUpload',
    PATCH: 'UploadLayerPart',
    PUT: 'CompleteLayerUpload',
    DELETE: 'CompleteLayerUpload',
  },
  manifest: { HEAD: 'BatchGetImage', GET: 'BatchGetImage', PUT: 'PutImage' },
  tags: { GET: 'ListImages' },
  referrers: { GET: 'ListImageReferrers' },
}

const shapes: [Route['kind'], RegExp][] = [
  ['upload', /^\/v2\/(.+)\/(blobs\/uploads\/?([^/]*))$/],
  ['blob', /^\/v2\/(.+)\/(blobs\/([^/]+))$/],
  ['manifest', /^\/v2\/(.+)\/(manifests\/([^/]+))$/],
  ['tags', /^\/v2\/(.+)\/(tags\/list())$/],
  ['referrers', /^\/v2\/(.+)\/(referrers\/([^/]+))$/],
]

/**
 * Reads a path of the distribution API. The permissions that a push or a pull needs are from
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html
 */
export function route(method: string, path: string): Route {
  const bare = { repository: '', reference: '', tail: '' }
  if (/^\/v2\/?$/.test(path)) return { kind: 'ping', operation: 'Ping', ...bare }
  if (path === '/v2/_catalog') return { kind: 'catalog', operation: 'DescribeRepositories', ...bare }
  for (const [kind, shape] of shapes) {
    const [, repository, tail, reference] = shape.exec(path) ?? []
    const operation = operationsOf[kind]?.[method]
    if (repository === undefined || tail === undefined) continue
    if (operation)
      return {
        kind,
        repository,
        tail: kind === 'upload' && !reference ? 'blobs/uploads/' : tail,
        reference: reference ?? '',
        operation,
      }
    return { kind: 'unsupported', operation: 'Unsupported', ...bare, repository }
  }
  return { kind: 'unsupported', operation: 'Unsupported', ...bare }
}
