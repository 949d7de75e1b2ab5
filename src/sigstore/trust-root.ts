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
import type { ServiceAnswer, ServiceCall } from './transport.ts'

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

/** Calls a service, with retries. */
export type CallService = (call: ServiceCall, ended: AbortSignal) => Promise<ServiceAnswer>

/** The files that a TUF repository has given, by path. */
export type TufFiles = ReadonlyMap<string, Buffer>

/** Files that a TUF repository gave before. */
export interface KeptFiles {
  /** @returns null if there are none that can be read */
  read(): Promise<{ readonly files: TufFiles; readonly since: Date } | null>
  /** Keeps them for a run that cannot reach the repository. Never throws. */
  write(files: TufFiles): Promise<void>
  /** Says that files of that date are used, and why. */
  tell(since: Date, why: string): void
}

/**
 * Fetches the trust root of an instance. TUF verifies it, from the first root on that is part of this action; only the
 * transport is ours.
 * @param temporary a folder for a folder that is removed at the end: the client works with files
 * @param kept what the repository gave before: used if it cannot be reached, and verified as if it came from there
 * @returns the text of trusted_root.json
 * @throws ActionError if the repository cannot be reached, or what it has is not to be trusted
 */
export async function fetchTrustRoot(
  call: CallService,
  source: TrustRootSource,
  temporary: string,
  kept: KeptFiles | null = null,
): Promise<string> {
  const before = (await kept?.read()) ?? null
  const copy =
    before && (await verifiedTarget(source, new KeptFetcher(before.files), temporary).catch(() => null))
  // With a copy that verifies, nobody waits long for a network that swallows what is sent.
  const ended = AbortSignal.timeout(copy === null ? LIMITS.trustRootMs : LIMITS.trustRootWithCopyMs)
  const fetcher = new TransportFetcher(call, ended)
  try {
    const text = await verifiedTarget(source, fetcher, temporary)
    await kept?.write(fetcher.got)
    return text
  } catch (error) {
    const { failure } = fetcher
    if (failure !== null && before !== null && copy !== null) {
      kept?.tell(before.since, failure.message)
      return copy
    }
    throw explainTrustRoot(source.url, failure ?? error, kept === null ? null : before !== null)
  }
}

/** @throws Error of TUF's if the files are not to be trusted */
async function verifiedTarget(
  { url, first }: TrustRootSource,
  fetcher: FolderFetcher,
  temporary: string,
): Promise<string> {
  const folder = await mkdtemp(path.join(temporary, 'ecr-build-push-trust-'))
  fetcher.folder = folder
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
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

abstract class FolderFetcher implements Fetcher {
  /** For a file that is being fetched. */
  folder = ''

  abstract downloadBytes(url: string, maxLength: number): Promise<Buffer>

  async downloadFile<T>(url: string, maxLength: number, handler: (file: string) => Promise<T>): Promise<T> {
    const bytes = await this.downloadBytes(url, maxLength)
    const file = path.join(this.folder, 'download')
    await writeFile(file, bytes)
    return handler(file)
  }
}

/** Gives what the repository gave before, and nothing else. */
class KeptFetcher extends FolderFetcher {
  readonly #files: TufFiles

  constructor(files: TufFiles) {
    super()
    this.#files = files
  }

  override async downloadBytes(url: string, maxLength: number): Promise<Buffer> {
    const bytes = this.#files.get(new URL(url).pathname)
    if (!bytes) throw new DownloadHTTPError('404', 404)
    if (bytes.byteLength > maxLength) throw new DownloadLengthMismatchError(`more than ${maxLength} bytes`)
    return bytes
  }
}

/** The library's own fetcher knows none of our proxies, retries and limits. */
class TransportFetcher extends FolderFetcher {
  /** The last failure: the library keeps no more than its text. */
  failure: SigstoreError | null = null
  /** What the repository gave so far. */
  readonly got = new Map<string, Buffer>()
  readonly #call: CallService
  readonly #ended: AbortSignal

  constructor(call: CallService, ended: AbortSignal) {
    super()
    this.#call = call
    this.#ended = ended
  }

  override async downloadBytes(url: string, maxLength: number): Promise<Buffer> {
    const call: ServiceCall = {
      service: 'trust-root',
      what: `The request for ${new URL(url).pathname} of the trust root`,
      method: 'GET',
      url: new URL(url),
      // The end of the chain of roots. For any other file, they are a refusal: a proxy's, or of a mirror without it.
      alsoAnswers: ROOT_FILE.test(new URL(url).pathname) ? [403, 404] : [],
    }
    this.failure = null
    const { status, body } = await this.#call(call, this.#ended).catch((error) => {
      if (error instanceof SigstoreError) this.failure = error
      throw error
    })
    if (status >= 400) throw new DownloadHTTPError(`${status}`, status)
    if (body.byteLength > maxLength) throw new DownloadLengthMismatchError(`more than ${maxLength} bytes`)
    const bytes = Buffer.from(body)
    this.got.set(new URL(url).pathname, bytes)
    return bytes
  }
}

/** @param hadKept whether there were files of an earlier run; null if none are kept */
function explainTrustRoot(url: URL, error: unknown, hadKept: boolean | null): ActionError {
  const what = `The trust root of Sigstore at ${url.origin}`
  if (error instanceof SigstoreError) {
    const kept =
      hadKept === null
        ? ''
        : hadKept
          ? '; the copy that an earlier run left on this runner has expired, or does not verify'
          : '; no earlier run has left a copy on this runner'
    return new ActionError(
      `${what} could not be fetched: ${error.message}${kept}`,
      `run the job again; if it keeps failing, check the way from the runner to ${url.origin} (its proxy, its firewall), or give the trust root as a file with sigstore-trusted-root.`,
      { cause: error, page: 'trust.md#trust-roots' },
    )
  }
  const { name, message } = error as Error
  return new ActionError(
    `${what} is not to be trusted: ${message} (${name})`,
    `check the clock of the runner, and that nothing on the way answers in the place of ${url.origin}; sigstore-trusted-root gives a trust root as a file.`,
    { cause: error },
  )
}
