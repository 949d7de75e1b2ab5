import type { RecordedRequest } from '../../local-ecr/index.ts'
import { permissionsOf } from './iam.ts'

/**
 * The actions of IAM in `src/aws/permissions.ts` that AWS gives the access level "Read" or "List"; every other one may
 * change something ("Write", "Tagging", "Permissions management"). A dry run makes no call of the others.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistrypublic.html
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecuritytokenservice.html
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awskeymanagementservice.html
 */
const READS: ReadonlySet<string> = new Set([
  'ecr:BatchCheckLayerAvailability',
  'ecr:BatchGetImage',
  'ecr:BatchGetRepositoryScanningConfiguration',
  'ecr:DescribeImageReplicationStatus',
  'ecr:DescribeImageScanFindings',
  'ecr:DescribeImageSigningStatus',
  'ecr:DescribeImages',
  'ecr:DescribeRegistry',
  'ecr:DescribeRepositories',
  'ecr:DescribeRepositoryCreationTemplates',
  'ecr:GetAuthorizationToken',
  'ecr:GetDownloadUrlForLayer',
  'ecr:GetLifecyclePolicy',
  'ecr:GetLifecyclePolicyPreview',
  'ecr:GetRegistryScanningConfiguration',
  'ecr:GetRepositoryPolicy',
  'ecr:GetSigningConfiguration',
  'ecr:ListImageReferrers',
  'ecr:ListTagsForResource',
  'ecr-public:BatchCheckLayerAvailability',
  'ecr-public:DescribeImages',
  'ecr-public:DescribeRepositories',
  'ecr-public:GetAuthorizationToken',
  'ecr-public:GetRepositoryPolicy',
  'ecr-public:ListTagsForResource',
  'kms:DescribeKey',
  'sts:GetServiceBearerToken',
])

/** Whether an action of IAM, such as `ecr:DescribeImages`, only reads. An unknown one may change something. */
const isRead = (action: string): boolean => READS.has(action)

/** The requests that may change something at AWS, by its own levels of access, as text. */
export function writesIn(requests: readonly RecordedRequest[]): string[] {
  return requests.flatMap((request) =>
    permissionsOf(request)
      .filter(({ action }) => !isRead(action))
      .map(({ action, resource }) => `${action} on ${resource}`),
  )
}
