import type { HeldImage, PlatformImage, ProspectiveRepository, Repository } from './types.ts'

/**
 * ECR's managed signing: ECR signs an image with AWS Signer when it is pushed, as the identity that pushed it, and puts
 * the signature beside the image as a referrer (artifactType `application/vnd.cncf.notary.signature`).
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/managed-signing.html
 */
export interface Signing {
  /**
   * The ARNs of the signing profiles that the registry's rules sign this repository's images with; null if another
   * account's rules decide, which cannot be read. Needs `ecr:GetSigningConfiguration`.
   */
  profiles(repository: Pick<ProspectiveRepository, 'name' | 'registryId'>): Promise<readonly string[] | null>

  /** The image itself, or those of an index's platforms, without attestations. Needs `ecr:BatchGetImage`. */
  images(repository: Repository, image: HeldImage): Promise<readonly PlatformImage[]>

  /** How far the signatures of one manifest are. Needs `ecr:DescribeImageSigningStatus`. */
  progress(repository: Repository, digest: string): Promise<readonly SigningProgress[]>
}

/** How far the signature with one profile is. */
export interface SigningProgress {
  /** The ARN of the signing profile. */
  readonly profile: string
  /** `IN_PROGRESS`, `COMPLETE` or `FAILED`. */
  readonly status: string
  readonly failureCode: string | null
  readonly failureReason: string | null
}
