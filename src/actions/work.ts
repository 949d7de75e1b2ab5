import type { Verdict } from '../after-push/index.ts'
import type { Origin } from '../delivery/deliver.ts'
import type { Recording } from '../delivery/push-record.ts'
import type { TagsBefore } from '../ecr/image-before.ts'
import type { HeldImage } from '../ecr/types.ts'
import type { ImageMetadata } from '../metadata/index.ts'
import type { Platform } from '../oci/types.ts'
import type { PlatformSbom } from '../registry/sboms.ts'
import type { BuildStep, Deed, HeldBack, ImageOutcome, Phase, Place } from '../report/facts.ts'
import type { World } from '../world.ts'
import type { Attester } from './attest/attester.ts'
import type { Destinations } from './destinations.ts'

/** An image that is in ECR, and where it is to be. */
export interface Work extends Destinations {
  readonly origin: Origin
  readonly image: ImageMetadata
  readonly deed: Deed
  /** What was verified of the image before it got its tags; null if nothing was. */
  readonly verified: Verdict | null
  /** Null if nothing is to be signed. */
  readonly attester: Attester | null
  /** What BuildKit made of the platforms' images, to be signed. */
  readonly sboms: readonly PlatformSbom[]
  /** Why a rerun would sign nothing for the image: `if-image-exists is skip`. */
  readonly unsignable?: string | null
  /** By destination; shorter if it is not known of the last ones. */
  readonly before: readonly TagsBefore[]
  /** What the build of this run told of the image; null if the image was not built by this run. */
  readonly built: {
    readonly imageId: string
    /** Of an image that is no index; null if docker does not tell. */
    readonly platform: Platform | null
    readonly engine: string
    /** Of the build and its push, in milliseconds of the world's clock; so are those of the steps. */
    readonly from: number
    readonly to: number
    readonly steps: readonly BuildStep[]
  } | null
}

/** What an action without an engine is given. */
export type OuterWorld = Omit<World, 'docker'>

export type FinishWorld = OuterWorld & Recording

/** What came of an image on its way to its tags. */
export interface Conclusion {
  readonly outcome: ImageOutcome
  readonly places: readonly Place[]
  /** As the first registry holds it. */
  readonly image: HeldImage
  /** Null unless a check kept it from its tags. */
  readonly heldBack: HeldBack | null
  /** What followed the build; times in milliseconds of the world's clock. */
  readonly phases: readonly Phase[]
  readonly verdict: Verdict | null
  readonly verifyCommands: readonly string[]
}
