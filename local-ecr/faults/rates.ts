import { EcrError } from '../store/errors.ts'
import { PUBLIC } from '../store/names.ts'

/** Requests a second, by operation. An operation that is not named has no limit. */
export type RateTable = Readonly<Record<string, number>>

/**
 * The default quotas of an account in a region. AWS documents no others: none for operations on repositories, and no
 * size of a burst.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/service-quotas.html
 */
export const DOCUMENTED: RateTable = {
  GetAuthorizationToken: 500,
  BatchCheckLayerAvailability: 1000,
  InitiateLayerUpload: 100,
  UploadLayerPart: 500,
  CompleteLayerUpload: 100,
  PutImage: 10,
  BatchGetImage: 2000,
  GetDownloadUrlForLayer: 3000,
}

/** The default quotas of ECR Public. https://docs.aws.amazon.com/AmazonECR/latest/public/public-service-quotas.html */
export const DOCUMENTED_PUBLIC: RateTable = {
  GetAuthorizationToken: 200,
  BatchCheckLayerAvailability: 200,
  InitiateLayerUpload: 10,
  UploadLayerPart: 260,
  CompleteLayerUpload: 10,
  PutImage: 10,
}

/**
 * Token buckets, one for each account, region and operation, shared by the API and the registry. A full bucket holds
 * the requests of one second.
 */
export class Rates {
  readonly #tables: { readonly private: RateTable; readonly public: RateTable }
  readonly #now: () => number
  readonly #buckets = new Map<string, { left: number; at: number }>()

  /** @param now milliseconds since some point in time */
  constructor(rates: 'documented' | RateTable, now: () => number = () => performance.now()) {
    this.#tables =
      rates === 'documented'
        ? { private: DOCUMENTED, public: DOCUMENTED_PUBLIC }
        : { private: rates, public: rates }
    this.#now = now
  }

  /** Counts a request. @throws EcrError ThrottlingException if the bucket is empty */
  take(account: string, region: string, operation: string): void {
    const rate = this.#tables[region === PUBLIC ? 'public' : 'private'][operation]
    if (rate === undefined) return
    const key = `${account}/${region}/${operation}`
    const now = this.#now()
    const { left, at } = this.#buckets.get(key) ?? { left: rate, at: now }
    const held = Math.min(rate, left + ((now - at) / 1000) * rate)
    this.#buckets.set(key, { left: held < 1 ? held : held - 1, at: now })
    if (held < 1) throw new EcrError('ThrottlingException', 'Rate exceeded', 400)
  }
}
