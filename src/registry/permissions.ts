/**
 * The IAM action behind each request to ECR's registry, by what the path is about and the method.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html
 */
const ACTIONS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  manifests: { HEAD: 'BatchGetImage', GET: 'BatchGetImage', PUT: 'PutImage' },
  blobs: { HEAD: 'BatchCheckLayerAvailability', GET: 'GetDownloadUrlForLayer' },
  'blobs/uploads': { POST: 'InitiateLayerUpload', PATCH: 'UploadLayerPart', PUT: 'CompleteLayerUpload' },
  referrers: { GET: 'ListImageReferrers' },
}

/** What ECR Public asks of an identity; whoever reads needs none. */
const PUBLIC_WRITES = ['PUT', 'POST', 'PATCH']

/** What a request to ECR's registry needs. */
interface Permission {
  /** `ecr:PutImage`. */
  readonly action: string
  /** Its path in the registry. */
  readonly repository: string
}

/**
 * The permission that the request of an error needs.
 * @param said `PUT https://HOST/v2/NAME/manifests/v1: 403 …`, as `RegistryError` has it
 * @returns null if it is no such request
 */
export function permissionFor(said: string): Permission | null {
  const [, method = '', host = '', repository = '', kind = ''] =
    /^([A-Z]+) https?:\/\/([^/\s]+)\/v2\/(\S+?)\/(manifests|blobs\/uploads|blobs|referrers)(?:\/\S*)?: /.exec(
      said,
    ) ?? []
  const operation = ACTIONS[kind]?.[method]
  if (operation === undefined) return null
  if (host !== 'public.ecr.aws') return { action: `ecr:${operation}`, repository }
  return PUBLIC_WRITES.includes(method) ? { action: `ecr-public:${operation}`, repository } : null
}
