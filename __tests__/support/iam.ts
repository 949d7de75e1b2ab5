import { readFileSync } from 'node:fs'
import path from 'node:path'
import { examplesIn } from '../../dev/docs.ts'
import type { RecordedRequest } from '../../dev/local-ecr/recorder.ts'
import { root } from '../../dev/runner.ts'

/** One permission that a request takes. */
export interface Permission {
  readonly action: string
  readonly resource: string
}

interface Policy {
  readonly Statement: readonly {
    readonly Effect: 'Allow'
    readonly Action: string | readonly string[]
    readonly Resource: string | readonly string[]
  }[]
}

/** What the policies of these sections of docs/iam.md allow, together. */
export function documented(...headings: readonly string[]): Permission[] {
  const markdown = readFileSync(path.join(root, 'docs', 'iam.md'), 'utf8')
  return headings.flatMap((heading) => {
    const section = markdown.split(/^## /m).find((text) => text.startsWith(`${heading}\n`))
    if (section === undefined) throw new Error(`docs/iam.md has no section '${heading}'`)
    return examplesIn(section)
      .filter(({ language }) => language === 'json')
      .flatMap(({ text }) => (JSON.parse(text) as Policy).Statement)
      .flatMap(({ Action, Resource }) =>
        [Action].flat().flatMap((action) => [Resource].flat().map((resource) => ({ action, resource }))),
      )
  })
}

/**
 * The permission that a request to the local ECR would have taken at AWS, by the API or by the registry; null where
 * it takes none but the token.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html
 */
export function permissionOf(request: RecordedRequest): Permission | null {
  const { side, operation, region, account, repository } = request
  if (side === 'registry' && !repository) return null
  const input = request.input as { registryId?: string; resourceArn?: string } | undefined
  const resource = input?.resourceArn
    ? input.resourceArn
    : repository
      ? `arn:aws:ecr:${region}:${input?.registryId ?? account}:repository/${repository}`
      : '*'
  return { action: `ecr:${operation}`, resource }
}

export function isAllowed(allowed: readonly Permission[], asked: Permission): boolean {
  return allowed.some(({ action, resource }) => action === asked.action && matches(resource, asked.resource))
}

function matches(pattern: string, resource: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`).test(resource)
}
