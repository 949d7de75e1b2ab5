import { readFileSync } from 'node:fs'
import path from 'node:path'
import { examplesIn } from '../../dev/docs.ts'
import { root } from '../../dev/runner.ts'
import { PUBLIC, type RecordedRequest } from '../../local-ecr/index.ts'
import type { Statement } from '../../src/aws/policy.ts'

/** One permission that a request takes. */
export interface Permission {
  readonly action: string
  readonly resource: string
}

/** The input of CreateRepository, as far as it asks for a key. */
interface Encrypted {
  readonly encryptionConfiguration?: { readonly kmsKey?: string }
}

interface Policy {
  readonly Statement: readonly Statement[]
}

/** What the policies of these sections of docs/iam.md allow, together. */
export function documented(...headings: readonly string[]): Permission[] {
  const markdown = readFileSync(path.join(root, 'docs', 'iam.md'), 'utf8')
  return headings.flatMap((heading) => {
    const section = markdown.split(/^## /m).find((text) => text.startsWith(`${heading}\n`))
    if (section === undefined) throw new Error(`docs/iam.md has no section '${heading}'`)
    return (
      examplesIn(section)
        .filter(({ language }) => language === 'json')
        .flatMap(({ text }) => (JSON.parse(text) as Policy).Statement)
        // The policy of a repository names none: it is about that one.
        .filter((statement) => statement.Resource !== undefined)
        .flatMap((statement) => permissionsIn([statement]))
    )
  })
}

/** What statements allow, one by one. */
export function permissionsIn(statements: readonly Statement[]): Permission[] {
  return statements.flatMap(({ Action, Resource }) =>
    [Action].flat().flatMap((action) => [Resource].flat().map((resource) => ({ action, resource }))),
  )
}

/**
 * The permissions that a request to the local ECR would have taken at AWS, by the API or by the registry; none where
 * the token is enough.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistrypublic.html
 */
export function permissionsOf(request: RecordedRequest): Permission[] {
  const { side, operation, region, account, repository } = request
  const isPublic = region === PUBLIC
  if (side === 'registry' && !repository) return []
  // Everybody may pull from ECR Public.
  if (isPublic && side === 'registry' && /^(?:BatchGetImage|GetDownloadUrlForLayer)$/.test(operation))
    return []
  const input = request.input as { registryId?: string; resourceArn?: string } | undefined
  const place = isPublic ? 'arn:aws:ecr-public:' : `arn:aws:ecr:${region}`
  const own = repository ? `${place}:${input?.registryId ?? account}:repository/${repository}` : '*'
  const asked = {
    action: `${isPublic ? 'ecr-public' : 'ecr'}:${operation}`,
    resource: input?.resourceArn ?? own,
  }
  // By its reference, that of reading manifests is the one that counts.
  // https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ListImageReferrers.html
  if (operation === 'ListImageReferrers') return [asked, { ...asked, action: 'ecr:BatchGetImage' }]
  // A blob that ends its upload with its own bytes is a part and the end in one.
  if (side === 'registry' && operation === 'CompleteLayerUpload' && request.bytes > 0) {
    return [asked, { ...asked, action: asked.action.replace('CompleteLayerUpload', 'UploadLayerPart') }]
  }
  // https://docs.aws.amazon.com/AmazonECR/latest/userguide/encryption-at-rest.html
  const { kmsKey } = (request.input as Encrypted | undefined)?.encryptionConfiguration ?? {}
  if (kmsKey !== undefined) {
    const key = kmsKey.includes(':key/') ? kmsKey : `arn:aws:kms:${region}:${account}:key/of-an-alias`
    return [
      asked,
      ...['kms:CreateGrant', 'kms:DescribeKey', 'kms:RetireGrant'].map((action) => ({
        action,
        resource: key,
      })),
    ]
  }
  // https://docs.aws.amazon.com/AmazonECR/latest/public/public-registry-auth.html
  if (asked.action !== 'ecr-public:GetAuthorizationToken') return [asked]
  return [asked, { action: 'sts:GetServiceBearerToken', resource: '*' }]
}

export function isAllowed(allowed: readonly Permission[], asked: Permission): boolean {
  return allowed.some(({ action, resource }) => action === asked.action && matches(resource, asked.resource))
}

function matches(pattern: string, resource: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`).test(resource)
}
