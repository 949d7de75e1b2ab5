import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Fetcher } from 'tuf-js'
import { Updater } from 'tuf-js'
import { DownloadHTTPError, DownloadLengthMismatchError } from 'tuf-js/dist/error.js'
import { ActionError } from '../shared/errors.ts'
import { LIMITS } from '../shared/limits.ts'
import { SigstoreError } from './errors.ts'
import { type FirstRoot, GITHUB_ROOT, PUBLIC_GOOD_ROOT } from './first-roots.ts'
import type { SigstoreInstance } from './instance.ts'
import { callService, type ServiceCall, type Transport } from './transport.ts'

/** A TUF repository with a trust root in it. https://theupdateframework.github.io/specification/latest/ */
export interface TrustRootSource {
  readonly url: URL
  readonly first: FirstRoot
}

const TARGET = 'trusted_root.json'
/** `/2.root.json` */
const ROOT_FILE = /\/\d+\.root\.json$/

/** https://github.com/cli/cli/blob/trunk/pkg/cmd/attestation/verification/tuf.go */
export const TRUST_ROOTS: Readonly<Record<Exclude<SigstoreInstance, 'custom'>, TrustRootSource>> = {
  'public-good': { url: new URL('https://tuf-repo-cdn.sigstore.dev'), first: PUBLIC_GOOD_ROOT },
  github: { url: new URL('https://tuf-repo.github.com'), first: GITHUB_ROOT },
}

/**
 * Fetches the trust root of an instance. TUF verifies it, from the first root on that is part of this action; only the
 * transport is ours.
 * @param temporary a folder for a folder that is removed at the end: the client works with files
 * @returns the text of trusted_root.json
 * @throws ActionError if the repository cannot be reached, or what it has is not to be trusted
 */
export async function fetchTrustRoot(
  transport: Transport,
  { url, first }: TrustRootSource,
  temporary: string,
): Promise<string> {
  const folder = await mkdtemp(path.join(temporary, 'ecr-build-push-trust-'))
  const fetcher = new TransportFetcher(transport, folder, AbortSignal.timeout(LIMITS.trustRootMs))
  try {
    await writeFile(path.join(folder, 'root.json'), Buffer.from(first.base64, 'base64'))
    const updater = new Updater({
      metadataDir: folder,
      metadataBaseUrl: url.origin,
      targetDir: folder,
      targetBaseUrl: `${url.origin}/targets`,
      fetcher,
    })
    const target = await updater.getTargetInfo(TARGET)
    if (target === undefined) throw new Error(`it has no ${TARGET}`)
    return await readFile(await updater.downloadTarget(target), 'utf8')
  } catch (error) {
    throw explainTrustRoot(url, fetcher.failure ?? error)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** The library's own fetcher knows none of our proxies, retries and limits. */
class TransportFetcher implements Fetcher {
  /** The last failure: the library keeps no more than its text. */
  failure: SigstoreError | null = null
  readonly #transport: Transport
  readonly #folder: string
  readonly #ended: AbortSignal

  /** @param folder for a file that is being fetched */
  constructor(transport: Transport, folder: string, ended: AbortSignal) {
    this.#transport = transport
    this.#folder = folder
    this.#ended = ended
  }

  async downloadBytes(url: string, maxLength: number): Promise<Buffer> {
    const call: ServiceCall = {
      service: 'trust-root',
      what: `The request for ${new URL(url).pathname} of the trust root`,
      method: 'GET',
      url: new URL(url),
      // The end of the chain of roots. For any other file, they are a refusal: a proxy's, or of a mirror without it.
      alsoAnswers: ROOT_FILE.test(new URL(url).pathname) ? [403, 404] : [],
    }
    this.failure = null
    const { status, body } = await callService(this.#transport, call, this.#ended).catch((error) => {
      if (error instanceof SigstoreError) this.failure = error
      throw error
    })
    if (status >= 400) throw new DownloadHTTPError(`${status}`, status)
    if (body.byteLength > maxLength) throw new DownloadLengthMismatchError(`more than ${maxLength} bytes`)
    return Buffer.from(body)
  }

  async downloadFile<T>(url: string, maxLength: number, handler: (file: string) => Promise<T>): Promise<T> {
    const bytes = await this.downloadBytes(url, maxLength)
    const file = path.join(this.#folder, 'download')
    await writeFile(file, bytes)
    return handler(file)
  }
}

function explainTrustRoot(url: URL, error: unknown): ActionError {
  const what = `The trust root of Sigstore at ${url.origin}`
  if (error instanceof SigstoreError) {
    return new ActionError(
      `${what} could not be fetched: ${error.message}`,
      `run the job again; if it keeps failing, check the way from the runner to ${url.origin} (its proxy, its firewall), or give the trust root as a file with sigstore-trusted-root.`,
      { cause: error },
    )
  }
  const { name, message } = error as Error
  return new ActionError(
    `${what} is not to be trusted: ${message} (${name})`,
    `check the clock of the runner, and that nothing on the way answers in the place of ${url.origin}; sigstore-trusted-root gives a trust root as a file.`,
    { cause: error },
  )
}
