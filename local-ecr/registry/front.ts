import type { IncomingMessage, ServerResponse } from 'node:http'
import { breakOff } from '../faults/break-off.ts'
import { Dropped, Verbatim } from '../faults/failures.ts'
import type { Subject } from '../faults/orders.ts'
import { holdUp } from '../faults/stall.ts'
import { createOnPush } from '../operations/templates.ts'
import type { Service } from '../service/service.ts'
import { EcrError } from '../store/errors.ts'
import { repositoryArn } from '../store/names.ts'
import type { RegistryToken, Repository } from '../store/types.ts'
import { authenticate, authorize, refuseBeyondSession } from './access.ts'
import type { BlobHost } from './blob-host.ts'
import { asRegistryError, registryError } from './errors.ts'
import { type Answer, getManifest, json, putManifest, referrerList, tagList } from './manifests.ts'
import { type Route, route } from './routes.ts'

/** Which registry is asked, and under which address. */
export interface Asked {
  readonly account: string
  readonly region: string
  readonly host: string
  readonly scheme: 'http' | 'https'
  /** The alias of a public registry, which is between `/v2/` and the repository's name. */
  readonly prefix?: string
  /**
   * The request came without TLS. Faults and authentication errors are the same as with it; any other answer is a
   * dropped connection.
   */
  readonly refuses?: true
}

interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly asked: Asked
  readonly route: Route
  readonly query: URLSearchParams
}

/**
 * ECR's registry (the distribution API): checks permissions, answers for manifests from the store, and streams layers
 * to and from the blob host. https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html
 */
export class RegistryFront {
  readonly #service: Service
  readonly #blobs: BlobHost

  constructor(service: Service, blobs: BlobHost) {
    this.#service = service
    this.#blobs = blobs
  }

  /** Answers a request, and records it. */
  async handle(request: IncomingMessage, response: ServerResponse, asked: Asked): Promise<void> {
    const { pathname, searchParams: query } = new URL(request.url ?? '/', 'http://localhost')
    const method = request.method ?? 'GET'
    const exchange: Exchange = {
      request,
      response,
      asked,
      query,
      route: route(method, withoutPrefix(pathname, asked)),
    }
    const { account, region } = asked
    const { operation, repository } = exchange.route
    const userAgent = request.headers['user-agent']
    const subject: Subject = {
      side: 'registry',
      operation,
      account,
      region,
      method,
      path: pathname,
      ...(repository ? { repository } : {}),
      ...(userAgent ? { userAgent } : {}),
    }
    const about = { bytes: 0 }
    request.on('data', (chunk: Buffer) => {
      about.bytes += chunk.byteLength
    })
    request.pause()
    response.setHeader('docker-distribution-api-version', 'registry/2.0')
    const who = { caller: '' }
    try {
      await this.#service.observed(subject, lazily(about, who), async () => {
        await this.#answer(exchange, subject, who)
        return { status: response.statusCode, result: undefined }
      })
    } catch (error) {
      this.#fail(exchange, error)
    }
  }

  async #answer(exchange: Exchange, subject: Subject, who: { caller: string }): Promise<void> {
    const { request, response, asked, query } = exchange
    const { store, faults, rates } = this.#service
    const token = authenticate(store, asked, request.headers.authorization, query)
    who.caller = token.arn
    const resource = repositoryArn(asked.region, asked.account, exchange.route.repository || '*')
    try {
      rates?.take(token.account, asked.region, subject.operation)
      const { drop, stall } = await faults.meet(
        { ...subject, caller: token.arn },
        token.arn,
        resource,
        () => {
          token.expires = new Date(store.now().getTime() - 1000)
        },
      )
      if (asked.refuses) throw new Dropped()
      if (drop) await breakOff(request, response, drop)
      if (stall) holdUp(request, response, stall)
      const answer = await this.#route(exchange, token).catch((error) => {
        // A stream that was broken off on purpose fails with an error of its own.
        throw drop ? new Dropped(drop) : error
      })
      if (answer) {
        request.resume()
        response.writeHead(answer.status, answer.headers)
        response.end(request.method === 'HEAD' ? undefined : answer.body)
      }
      if (drop) throw new Dropped(drop)
    } catch (error) {
      throw error instanceof EcrError ? asRegistryError(error) : error
    }
  }

  /** @returns the answer; undefined if the blob host has sent it */
  async #route(exchange: Exchange, token: RegistryToken): Promise<Answer | undefined> {
    const { request, asked, query } = exchange
    const { store } = this.#service
    const { kind, reference, operation } = exchange.route
    if (kind === 'ping') return json({})
    if (kind === 'catalog')
      return json({ repositories: [...store.registry(asked.account, asked.region).repositories.keys()] })
    if (kind === 'unsupported') throw registryError(405, 'UNSUPPORTED', 'The operation is unsupported.')
    const key = { account: asked.account, region: asked.region, repository: exchange.route.repository }
    refuseBeyondSession(token, asked, exchange.route, Number(request.headers['content-length'] ?? 0))
    const creates = operation === 'InitiateLayerUpload' || operation === 'PutImage'
    const absent = creates && store.find(key) === undefined
    const repository = (absent ? createOnPush(store, key, token.arn) : undefined) ?? store.get(key)
    authorize(token, repository, operation)
    switch (kind) {
      case 'manifest':
        return request.method === 'PUT'
          ? putManifest(store, repository, reference, request)
          : getManifest(store, repository, reference)
      case 'tags':
        return tagList(repository, query)
      case 'referrers':
        return referrerList(repository, reference, query)
      default:
        return this.#blob(exchange, repository)
    }
  }

  async #blob(exchange: Exchange, repository: Repository): Promise<undefined> {
    const { asked, route } = exchange
    const query = new URLSearchParams(exchange.query)
    query.delete('X-Amz-Security-Token')
    if (query.has('mount') && !this.#mountable(repository, query)) {
      query.delete('mount')
      query.delete('from')
    }
    await this.#blobs.serve(exchange.request, exchange.response, {
      repository,
      tail: route.tail,
      query,
      base: `${asked.scheme}://${asked.host}/v2/${asked.prefix ? `${asked.prefix}/` : ''}${route.repository}/`,
    })
  }

  /**
   * ECR mounts a layer only if the account setting BLOB_MOUNTING is on, the source is in the same registry and has the
   * same encryption key, and an image of the source refers to the layer. Otherwise it begins an ordinary upload.
   * https://docs.aws.amazon.com/AmazonECR/latest/userguide/blob-mounting.html
   */
  #mountable(repository: Repository, query: URLSearchParams): boolean {
    const { account, region } = repository
    const registry = this.#service.store.registry(account, region)
    const source = registry.repositories.get(query.get('from') ?? '')
    const digest = query.get('mount') ?? ''
    return (
      registry.settings.get('BLOB_MOUNTING') === 'ENABLED' &&
      source?.encryption.kmsKey === repository.encryption.kmsKey &&
      [...(source?.images.values() ?? [])].some((image) => image.blobs.includes(digest))
    )
  }

  #fail({ request, response }: Exchange, error: unknown): void {
    // breakOff ends the connection when half of the answer is written.
    if (error instanceof Dropped && error.when === 'in the answer') return
    if (error instanceof Dropped || response.headersSent) {
      request.socket.destroy()
      return
    }
    const answer =
      error instanceof Verbatim
        ? error
        : registryError(500, 'UNKNOWN', error instanceof Error ? error.message : String(error))
    request.resume()
    response.writeHead(answer.status, {
      'content-length': String(Buffer.byteLength(answer.body)),
      ...answer.headers,
    })
    response.end(request.method === 'HEAD' ? undefined : answer.body)
  }
}

const withoutPrefix = (path: string, { prefix }: Asked) =>
  prefix ? path.replace(`/v2/${prefix}/`, '/v2/') : path

/** What the record says about a request. It is read at the end, when the size and the caller are known. */
function lazily(about: { bytes: number }, who: { caller: string }) {
  return {
    ...about,
    get bytes() {
      return about.bytes
    },
    get caller() {
      return who.caller
    },
  }
}
