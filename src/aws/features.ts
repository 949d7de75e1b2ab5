/** What is done with one repository, by the name of the input that asks for it if there is one. */
export type Feature =
  /** An image is pushed to it, by docker or as a copy from another registry. */
  | 'push'
  /** The action merge makes an index of images that are in it. */
  | 'merge'
  /** The action promote gives an image that is in it more tags. */
  | 'promote'
  /** The action promote copies an image from it to another repository. */
  | 'promote-from'
  /** The action verify looks for provenance beside an image that is in it. */
  | 'verify'
  /** An image in it has to have provenance before it is named, or copied from it. */
  | 'require-provenance'
  /** It is created if it does not exist. */
  | 'create-repository'
  /** ECR creates it on the push, by a repository creation template. */
  | 'create-on-push'
  | 'image-tag-mutability'
  | 'scan-on-push'
  | 'repository-tags'
  | 'lifecycle-policy'
  | 'repository-policy'
  | 'kms-key'
  | 'update-repository'
  /** `skip` or `fail`. */
  | 'if-image-exists'
  /** A builder pushes to it that does not say the platform of the image. */
  | 'platform-unknown'
  /** A scan gate, by whichever of its thresholds. */
  | 'fail-on-severity'
  | 'wait-for-replication'
  /** What is signed of an image in it is put beside the image. */
  | 'attest'
  /** What was signed of the image in another registry is copied to it. */
  | 'attest-copy'
  | 'wait-for-signing'
  /** The job summary tells of the image in it. */
  | 'summary'
  /** It keeps a build cache of type `registry`. */
  | 'cache'
  /** Such a cache is written to it, and it is not the image's own repository. */
  | 'cache-to'
  /** The image goes from it to the registries of the input `registries`. */
  | 'registries'
  /** It has a base image, or a later step pulls from it. */
  | 'pull'
  /** ECR gets a base image into it from another registry: a pull-through cache. */
  | 'pull-through'
  /** `role-to-assume` is assumed with AWS credentials, not with GitHub's OIDC token. */
  | 'chained-role'

/** The action itself, or one of its siblings. */
export type Caller = 'main' | 'merge' | 'promote' | 'verify'

/** In the order in which they are listed everywhere. */
export const ALL_CALLERS: readonly Caller[] = ['main', 'merge', 'promote', 'verify']
/** Those that put an image somewhere. */
const ALL: readonly Caller[] = ['main', 'merge', 'promote']
const MAIN: readonly Caller[] = ['main']

/** Which action can have which feature. */
export const CALLERS: Readonly<Record<Feature, readonly Caller[]>> = {
  push: ALL,
  merge: ['merge'],
  promote: ['promote'],
  'promote-from': ['promote'],
  verify: ['verify'],
  'require-provenance': ['merge', 'promote'],
  'create-repository': ALL,
  'create-on-push': ALL,
  'image-tag-mutability': MAIN,
  'scan-on-push': MAIN,
  'repository-tags': MAIN,
  'lifecycle-policy': MAIN,
  'repository-policy': MAIN,
  'kms-key': MAIN,
  'update-repository': MAIN,
  'if-image-exists': MAIN,
  'platform-unknown': MAIN,
  'fail-on-severity': ALL,
  'wait-for-replication': ALL,
  attest: ['main', 'merge'],
  'attest-copy': ['main', 'merge'],
  'wait-for-signing': ALL,
  cache: MAIN,
  'cache-to': MAIN,
  registries: ALL,
  summary: ALL,
  pull: MAIN,
  'pull-through': MAIN,
  'chained-role': ALL_CALLERS,
}
