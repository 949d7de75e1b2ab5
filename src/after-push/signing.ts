import type { Signing, SigningProgress } from '../ecr/signing.ts'
import type { HeldImage, PlatformImage, Repository } from '../ecr/types.ts'
import { type Clock, poll } from '../shared/time.ts'
import { together } from '../shared/together.ts'
import { PAUSES } from './polling.ts'

/** The signature of one manifest with one profile, as it was last seen: a member of the output `signing-status`. */
export interface Signature {
  /** Of the manifest, with its digest. */
  readonly uri: string
  /** `linux/arm64`; null for the image itself, also if it is an index. */
  readonly platform: string | null
  /** The ARN of the signing profile. */
  readonly profile: string
  /** ECR's word, or `ABSENT` if it lists none. */
  readonly status: string
  readonly failureCode?: string
  readonly failureReason?: string
}

/** How the wait for the signatures ended. */
export interface SigningRun {
  readonly signatures: readonly Signature[]
  /** `unsigned`: ECR lists no signature, and none will come, as this run has pushed nothing. */
  readonly ended: 'well' | 'failed' | 'unsigned' | 'not'
}

/** The signatures that are waited for. */
export interface SigningAsk {
  readonly signing: Signing
  readonly repository: Repository
  readonly image: HeldImage
  /**
   * The ARNs of the signing profiles; null if they are not known: then every signature that ECR lists counts. Else one
   * with another profile, as of a rule that was removed, is told, and decides nothing.
   */
  readonly profiles: readonly string[] | null
  /** Whether this run has pushed the image to the repository. */
  readonly pushed: boolean
  readonly timeoutMs: number
}

/**
 * Waits until ECR has signed an image. The manifest under the tags needs a signature with every profile. AWS does not
 * say whether ECR signs the images of an index's platforms besides the index: what ECR lists of them counts too.
 * One signature that failed ends the waiting.
 * @returns what was seen last, also if the time was over
 * @throws ActionError if a call fails
 */
export async function awaitSigning(
  ask: SigningAsk,
  world: Clock & { log(line: string): void },
): Promise<SigningRun> {
  const { signing, repository, image, profiles, pushed } = ask
  const platforms = await signing.images(repository, image)
  const parts = platforms.filter(({ digest }) => digest !== image.digest)
  const subject = new WatchedManifest(
    repository,
    { digest: image.digest, platform: null },
    profiles,
    profiles ?? [],
  )
  const all = [subject, ...parts.map((part) => new WatchedManifest(repository, part, profiles, []))]
  const ended = await poll(world, ask.timeoutMs, PAUSES, async () => {
    await together(
      all
        .filter((one) => !one.isSigned)
        .map(async (one) => {
          for (const line of one.see(await signing.progress(repository, one.image.digest))) world.log(line)
        }),
    )
    const seen = all.flatMap((one) => one.signatures)
    if (seen.some(isFailed)) return 'failed'
    if (subject.isSigned && seen.every(isComplete)) return 'well'
    // ECR signs an image when it is pushed: what it does not list of an older one never comes.
    if (!pushed && (subject.signatures.length === 0 || subject.signatures.some(isAbsent))) return 'unsigned'
    return undefined
  })
  return { signatures: all.flatMap((one) => one.signatures), ended: ended ?? 'not' }
}

/**
 * ECR documents `FAILED` only. A status that it does not document is waited for, unless its word says that nothing more
 * will come, as `CANCELLED` does.
 * https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageSigningStatus.html
 */
export function isFailed({ status }: Pick<Signature, 'status'>): boolean {
  return /FAIL|CANCEL|ABORT|REJECT|DENIED|ERROR|EXPIRED|REVOKED|SKIPPED|TIMED_?OUT|UNSUPPORTED/.test(status)
}

const isComplete = ({ status }: Signature) => status === 'COMPLETE'
const isAbsent = ({ status }: Signature) => status === 'ABSENT'

/** A manifest whose signatures are waited for. */
class WatchedManifest {
  readonly image: PlatformImage
  signatures: readonly Signature[]
  readonly #uri: string
  readonly #counted: readonly string[] | null
  readonly #required: readonly string[]
  readonly #told = new Set<string>()

  /**
   * @param counted the ARNs of the profiles whose signatures decide; null: all
   * @param required the ARNs of those whose signatures have to come
   */
  constructor(
    { uri }: Repository,
    image: PlatformImage,
    counted: readonly string[] | null,
    required: readonly string[],
  ) {
    this.image = image
    this.#uri = `${uri}@${image.digest}`
    this.#counted = counted
    this.#required = required
    this.signatures = this.#withAbsent([])
  }

  get isSigned(): boolean {
    return this.signatures.length > 0 && this.signatures.every(isComplete)
  }

  /**
   * Takes in an answer of ECR.
   * @returns lines for the log: what is new
   */
  see(progress: readonly SigningProgress[]): string[] {
    const counts = ({ profile }: { readonly profile: string }) => this.#counted?.includes(profile) !== false
    this.signatures = this.#withAbsent(progress.filter(counts))
    const others = progress.filter((one) => !counts(one)).map((one) => this.#of(one.profile, one.status))
    const lines = [...this.signatures, ...others].map((one) => {
      const { uri, platform, profile, status } = one
      const note = counts(one) ? '' : ' (no signing rule has this profile now)'
      return `Signing of ${uri}${platform === null ? '' : ` (${platform})`} with ${profileName(profile)}: ${status}${note}`
    })
    const news = lines.filter((line) => !this.#told.has(line))
    for (const line of news) this.#told.add(line)
    return news
  }

  #withAbsent(progress: readonly SigningProgress[]): Signature[] {
    const listed = new Set(progress.map(({ profile }) => profile))
    const absent = this.#required.filter((profile) => !listed.has(profile))
    return [
      ...progress.map(({ profile, status, failureCode, failureReason }) => ({
        ...this.#of(profile, status),
        ...(failureCode === null ? {} : { failureCode }),
        ...(failureReason === null ? {} : { failureReason }),
      })),
      ...absent.map((profile) => this.#of(profile, 'ABSENT')),
    ]
  }

  #of(profile: string, status: string): Signature {
    return { uri: this.#uri, platform: this.image.platform, profile, status }
  }
}

/** `demo_service` of `arn:aws:signer:us-east-1:123456789012:/signing-profiles/demo_service`. */
export function profileName(arn: string): string {
  return arn.split('/').at(-1) || arn
}
