import type { IncomingMessage } from 'node:http'
import { Verbatim } from '../faults/failures.ts'
import { digestOf, putImage, referrersOf } from '../store/images.ts'
import type { Store } from '../store/store.ts'
import type { Image, Repository } from '../store/types.ts'
import { registryError } from './errors.ts'

/** The most bytes of a manifest: the limit of `imageManifest` in API_PutImage.html. */
const largest = 4 * 1024 * 1024

/** An answer of the registry, before it is sent. */
export interface Answer {
  readonly status: number
  readonly headers: Record<string, string>
  readonly body?: Uint8Array
}

const isDigest = (reference: string) => reference.startsWith('sha256:')

/** PUT /v2/NAME/manifests/REFERENCE */
export async function putManifest(
  store: Store,
  repository: Repository,
  reference: string,
  request: IncomingMessage,
): Promise<Answer> {
  const bytes = await collect(request)
  const image = await putImage(store, repository, {
    bytes,
    mediaType: request.headers['content-type'],
    ...(isDigest(reference) ? { digest: reference } : { tag: reference }),
  })
  return {
    status: 201,
    headers: {
      'docker-content-digest': image.digest,
      'content-length': '0',
      location: `${store.endpoint(repository.account, repository.region)}/v2/${repository.repository}/manifests/${image.digest}`,
      ...(image.subject ? { 'oci-subject': image.subject } : {}),
    },
  }
}

/** GET and HEAD /v2/NAME/manifests/REFERENCE */
export function getManifest(store: Store, repository: Repository, reference: string): Answer {
  const digest = isDigest(reference) ? reference : repository.tags.get(reference)
  const image = digest ? repository.images.get(digest) : undefined
  // What is archived cannot be pulled. https://docs.aws.amazon.com/AmazonECR/latest/userguide/archive-image.html
  if (image?.status !== 'ACTIVE') throw registryError(404, 'MANIFEST_UNKNOWN', 'Requested image not found')
  image.pulledAt = store.now()
  return {
    status: 200,
    headers: {
      'content-type': image.mediaType,
      'content-length': String(image.bytes.byteLength),
      'docker-content-digest': image.digest,
    },
    body: image.bytes,
  }
}

/** GET /v2/NAME/tags/list */
export function tagList(repository: Repository, query: URLSearchParams): Answer {
  const last = query.get('last')
  const tags = [...repository.tags.keys()].sort().filter((tag) => last === null || tag > last)
  const size = Number(query.get('n') ?? 1000)
  const shown = tags.slice(0, size)
  const next = `</v2/${repository.repository}/tags/list?n=${size}&last=${encodeURIComponent(shown.at(-1) ?? '')}>; rel="next"`
  return json({ name: repository.repository, tags: shown }, shown.length < tags.length ? { link: next } : {})
}

/**
 * GET /v2/NAME/referrers/DIGEST. https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-
 * referrers
 */
export function referrerList(repository: Repository, digest: string, query: URLSearchParams): Answer {
  const wanted = query.get('artifactType')
  // What is archived cannot be pulled.
  const found = referrersOf(repository, digest).filter(
    ({ artifactType, status }) => status === 'ACTIVE' && (!wanted || artifactType === wanted),
  )
  return json(
    {
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      manifests: found.map(descriptor),
    },
    {
      'content-type': 'application/vnd.oci.image.index.v1+json',
      ...(wanted ? { 'oci-filters-applied': 'artifactType' } : {}),
    },
  )
}

function descriptor(image: Image) {
  return {
    mediaType: image.mediaType,
    digest: digestOf(image.bytes),
    size: image.bytes.byteLength,
    ...(image.artifactType ? { artifactType: image.artifactType } : {}),
    ...(image.annotations ? { annotations: image.annotations } : {}),
  }
}

/** An answer whose body is JSON. */
export function json(value: unknown, headers: Record<string, string> = {}): Answer {
  const body = Buffer.from(JSON.stringify(value))
  return {
    status: 200,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'content-length': String(body.byteLength),
      ...headers,
    },
    body,
  }
}

async function collect(request: IncomingMessage): Promise<Uint8Array> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of request) {
    size += (part as Buffer).byteLength
    if (size > largest) throw new Verbatim(413)
    parts.push(part as Buffer)
  }
  return Buffer.concat(parts)
}
