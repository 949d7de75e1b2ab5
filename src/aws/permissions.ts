import type { Feature } from './features.ts'
import type { Need, PermissionRow, ResourceKind, Together } from './permission-row.ts'

/**
 * Every action of IAM that this action, its siblings and docker can need: the one place that says so. docs/iam.md is
 * generated from it, and tests hold it against recorded calls, in both directions. Pure data, and functions of it.
 *
 * Names and resources are AWS's own:
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistrypublic.html
 */

/** An image gets to its repository, or is read from it: one of these is part of every run. */
const EVERY = ['push', 'merge', 'promote', 'promote-from', 'verify'] as const

const row = (action: string, on: ResourceKind, ...needs: readonly Need[]): PermissionRow => ({
  action,
  on,
  needs,
})
const need = (any: readonly Together[], says: string, without?: string): Need =>
  without === undefined ? { any, says } : { any, says, without }

/** What layers are sent with: https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html */
const LAYERS = [
  'BatchCheckLayerAvailability',
  'InitiateLayerUpload',
  'UploadLayerPart',
  'CompleteLayerUpload',
]

const PUSHING = 'for a push or a copy'
const CACHED = 'a base image comes through a pull-through cache'
const ATTESTING = '`attest` puts an attestation beside the image'
/**
 * ECR puts the signature beside the image as the identity that pushed it, which may have sent no layer itself.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/managed-signing.html
 */
const SIGNATURE: Need = {
  any: [
    ['merge', 'wait-for-signing'],
    ['promote', 'wait-for-signing'],
  ],
  says: '`merge` or `promote` puts an image that ECR signs, to store the signature',
  askedByEcr: true,
}
const NOT_COMPARED = 'nothing says if the repository differs from the inputs'
const CACHE_WRITTEN = need(['cache-to'], 'a build cache is written to it (`cache-to`)')
const CACHE_ASKED = need(
  ['cache-to'],
  'to know before the build that the repository of a cache exists (`cache-to`)',
  'the log says that it is not known',
)
/** Any of its thresholds asks for it; the feature has the name of the first one. */
const GATE = 'a scan gate (`fail-on-severity`, `scan-min-score` or `scan-only-fixable`) is asked for'
const SCANS_OFF = need(
  ['fail-on-severity'],
  'if a scan gate is asked for, to know before the build if scans are off',
  'the log says that it is not known what scans the repository, and the scan is awaited',
)

/** What is set at the creation of the repository, and when `update-repository` changes it. */
const set = (feature: Feature) =>
  need(
    [
      [feature, 'create-repository'],
      [feature, 'update-repository'],
    ],
    `\`${feature}\` is given and set, at creation or by \`update-repository\``,
  )
const compared = (feature: Feature) => [
  need([[feature, 'update-repository']], `\`${feature}\` is given, and \`update-repository\` is true`),
  need([feature], `if \`${feature}\` is given, to compare it with a repository that exists`, NOT_COMPARED),
]

/** Private registries. */
export const PRIVATE: readonly PermissionRow[] = [
  row('ecr:GetAuthorizationToken', '*', need([...EVERY, 'pull'], 'for the registry token')),
  row(
    'ecr:DescribeRepositories',
    'repository',
    need(EVERY, 'to find the repository and its URI'),
    CACHE_ASKED,
  ),
  row(
    'ecr:CreateRepository',
    'repository',
    need(['create-repository'], 'the repository does not exist, and `create-repository` is true'),
    need(['pull-through'], `${CACHED}, the first one of its repository`),
  ),
  // https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache-iam.html
  row('ecr:BatchImportUpstreamImage', 'repository', need(['pull-through'], `${CACHED}, for its first pull`)),
  row(
    'ecr:DescribeRepositoryCreationTemplates',
    '*',
    need(['create-on-push'], 'the repository does not exist, and `create-repository` is false'),
    CACHE_ASKED,
  ),
  row(
    'ecr:DescribeImages',
    'repository',
    need(
      EVERY,
      'to read the digest back from ECR after a push, and before the build the tags that `if-image-exists` or an immutable repository is about, and what the tags name until then',
      'the same is asked through `ecr:BatchGetImage`; the summary then does not say the size of the image, and an archived image counts as absent',
    ),
  ),
  ...LAYERS.map((operation) =>
    row(
      `ecr:${operation}`,
      'repository',
      need(['push'], PUSHING),
      need(['attest'], ATTESTING),
      SIGNATURE,
      CACHE_WRITTEN,
    ),
  ),
  row(
    'ecr:PutImage',
    'repository',
    need(['push', 'merge', 'promote'], 'for a push or a copy, and for every further tag'),
    CACHE_WRITTEN,
  ),
  row(
    'ecr:BatchGetImage',
    'repository',
    need(EVERY, 'to ask which manifest a tag has, and to read manifests'),
    need(
      ['if-image-exists'],
      'to report an image that is not built now',
      'the outputs `imageid`, `metadata` and `platform-digests` stay empty',
    ),
    need(['fail-on-severity'], 'a scan gate is asked for, for the platforms of an index'),
    need(['wait-for-signing'], '`wait-for-signing` is true, for the platforms of an index'),
    need(['registries'], '`registries` is given, to read what is copied'),
    need(['promote-from'], '`promote` copies from it, to list signatures and attestations'),
    need(['attest'], '`attest` is given, to list and read what is beside the image'),
    need(['require-provenance'], '`require-provenance` is given, to list and read what is beside the image'),
    need(['cache', 'pull'], 'a base image or a build cache is pulled from it'),
  ),
  // AWS's reference asks for ecr:BatchGetImage alone; its refusals name this one.
  // https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ListImageReferrers.html
  row(
    'ecr:ListImageReferrers',
    'repository',
    need(['attest', 'attest-copy'], '`attest` is given, to find what is beside the image'),
    need(['promote-from'], '`promote` copies from it, to list signatures and attestations'),
    need(
      ['verify', 'require-provenance'],
      '`verify`, or `require-provenance` is given, to find what is beside the image',
    ),
  ),
  row(
    'ecr:GetDownloadUrlForLayer',
    'repository',
    need(
      ['summary'],
      'to say in the summary which line of the Dockerfile made each layer',
      'the summary does not say it',
    ),
    need(['registries', 'promote-from'], 'layers are copied from it (`registries`, `promote`)'),
    need(['merge'], '`merge` reads the platforms of the images in it'),
    need(['attest'], '`attest` is given, to read the attestations that are beside the image already'),
    need(
      ['verify', 'require-provenance'],
      '`verify`, or `require-provenance` is given, to read the attestations beside the image',
    ),
    need(['cache', 'pull'], 'a base image or a build cache is pulled from it'),
    need(
      ['platform-unknown', 'if-image-exists', 'promote'],
      'to read the platform of an image from it, if no builder has said it',
      'the output `platform-digests` stays empty',
    ),
  ),
  row('ecr:TagResource', 'repository', set('repository-tags')),
  row('ecr:ListTagsForResource', 'repository', ...compared('repository-tags')),
  row('ecr:PutLifecyclePolicy', 'repository', set('lifecycle-policy')),
  row('ecr:GetLifecyclePolicy', 'repository', ...compared('lifecycle-policy')),
  ...['ecr:StartLifecyclePolicyPreview', 'ecr:GetLifecyclePolicyPreview'].map((action) =>
    row(
      action,
      'repository',
      need(
        [['lifecycle-policy', 'update-repository']],
        '`update-repository` is about to change the lifecycle policy, to say what the new one would expire',
      ),
    ),
  ),
  row('ecr:SetRepositoryPolicy', 'repository', set('repository-policy')),
  row('ecr:GetRepositoryPolicy', 'repository', ...compared('repository-policy')),
  row(
    'ecr:PutImageTagMutability',
    'repository',
    need(
      [['image-tag-mutability', 'update-repository']],
      '`update-repository` changes `image-tag-mutability`',
    ),
  ),
  row(
    'ecr:PutImageScanningConfiguration',
    'repository',
    need([['scan-on-push', 'update-repository']], '`update-repository` changes `scan-on-push`'),
  ),
  // https://docs.aws.amazon.com/AmazonECR/latest/userguide/encryption-at-rest.html
  ...['kms:CreateGrant', 'kms:DescribeKey', 'kms:RetireGrant'].map((action) =>
    row(
      action,
      'key',
      need([['kms-key', 'create-repository']], 'the repository is created with a `kms-key` of your own'),
    ),
  ),
  row('ecr:GetRegistryScanningConfiguration', '*', SCANS_OFF),
  row('ecr:BatchGetRepositoryScanningConfiguration', 'repository', SCANS_OFF),
  row(
    'ecr:DescribeImageScanFindings',
    'repository',
    need(['fail-on-severity'], `${GATE}; with \`scan-baseline\`, also for the image before`),
  ),
  row(
    'ecr:StartImageScan',
    'repository',
    need(
      ['fail-on-severity'],
      'a scan gate is asked for, and basic scanning does not scan the repository on push',
    ),
  ),
  row('ecr:DescribeRegistry', '*', need(['wait-for-replication'], '`wait-for-replication` is true')),
  row(
    'ecr:DescribeImageReplicationStatus',
    'repository',
    need(['wait-for-replication'], '`wait-for-replication` is true'),
  ),
  row('ecr:GetSigningConfiguration', '*', need(['wait-for-signing'], '`wait-for-signing` is true')),
  row(
    'ecr:DescribeImageSigningStatus',
    'repository',
    need(['wait-for-signing'], '`wait-for-signing` is true'),
  ),
  row('signer:SignPayload', 'profile', {
    any: ['wait-for-signing'],
    says: '`wait-for-signing` is true: ECR signs as the identity that pushed',
    askedByEcr: true,
  }),
  row(
    'sts:AssumeRole',
    'role',
    need(['chained-role'], '`role-to-assume` is assumed with other AWS credentials, which need this'),
  ),
  row(
    'sts:TagSession',
    'role',
    need(
      ['chained-role'],
      'if `role-to-assume` is assumed with other AWS credentials, for session tags that tell CloudTrail of the run',
      'the session has no tags, and the log says so',
    ),
  ),
]

/** ECR Public. Everybody may pull from it, so that reading an image takes no permission. */
export const PUBLIC: readonly PermissionRow[] = [
  ...['ecr-public:GetAuthorizationToken', 'sts:GetServiceBearerToken'].map((action) =>
    row(
      action,
      '*',
      need(['push', 'verify'], 'for the registry token'),
      need(
        ['pull'],
        'to log in for a base image from ECR Public',
        'it is pulled without a login, as everybody may',
      ),
    ),
  ),
  row(
    'ecr-public:DescribeRepositories',
    'repository',
    need(['push', 'verify'], 'to find the repository and its URI'),
  ),
  row(
    'ecr-public:CreateRepository',
    'repository',
    need(['create-repository'], 'the repository does not exist, and `create-repository` is true'),
  ),
  row(
    'ecr-public:DescribeImages',
    'repository',
    need(['push', 'verify'], 'to read the digest back from ECR after a push, or to find an image by its tag'),
  ),
  ...LAYERS.map((operation) => row(`ecr-public:${operation}`, 'repository', need(['push'], PUSHING))),
  row('ecr-public:PutImage', 'repository', need(['push'], 'for a push or a copy, and for every further tag')),
  row('ecr-public:TagResource', 'repository', set('repository-tags')),
  row('ecr-public:ListTagsForResource', 'repository', ...compared('repository-tags')),
  row('ecr-public:SetRepositoryPolicy', 'repository', set('repository-policy')),
  row('ecr-public:GetRepositoryPolicy', 'repository', ...compared('repository-policy')),
]
