import type { Verdict } from '../../after-push/index.ts'
import type { Destination, OpenRepository } from '../../delivery/destination.ts'
import type { PlatformSbom } from '../../registry/sboms.ts'
import type { World } from '../../world.ts'

/** The parts of the world that signing touches. */
export type AttestWorld = Pick<
  World,
  'job' | 'github' | 'openRegistry' | 'setOutputs' | 'log' | 'warn' | 'debug'
>

/** An image that is in ECR, in every repository that it was to get into. */
export interface AttestedImage {
  readonly digest: string
  /** Whether this run has pushed it: what it did not push is never signed. */
  readonly pushed: boolean
  /** Why a rerun of the job would sign nothing for it: `if-image-exists is skip`; null if it would. */
  readonly unsignable: string | null
  /** What BuildKit made of its platforms' images, to be signed; none if that is not asked for. */
  readonly sboms: readonly PlatformSbom[]
  /** The first is that of the input `repository`. */
  readonly holders: readonly [OpenRepository, ...OpenRepository[]]
  /** Whether it gets into more registries later, which {@link AttestVerdict.copyTo} tells of. */
  readonly goesOn?: boolean
}

/** How it ended, and what is to be told of it. */
export interface AttestVerdict extends Verdict {
  /** Of what is beside the image, each a line for a POSIX shell; empty if nothing is. */
  readonly verifyCommands: readonly string[]
  /** Whether everything that was asked for is beside the image; a failure says why not, unless nobody has signed it. */
  readonly complete: boolean
  /** For the log: how long it took, and what came of it. @param seconds that it took */
  readonly stageLine: (seconds: number) => string
  /**
   * Copies what is beside the image to registries that got the image after it was signed, and sets the outputs anew.
   * Never throws, as {@link Attester.attest}.
   */
  readonly copyTo: (others: readonly OpenRepository[]) => Promise<AttestVerdict>
}

/** Signs what is to be said of an image. */
export interface Attester {
  /** Which instance of Sigstore signs, in words. */
  readonly signedBy: string
  /**
   * Asks, before the build, what could be asked only once the repositories exist.
   * @throws ActionError if an attestation could not be found beside the image
   */
  confirm(destinations: readonly Destination[]): Promise<void>
  /** Sets the outputs. Never throws: the summary is written before the step fails. */
  attest(image: AttestedImage): Promise<AttestVerdict>
}
