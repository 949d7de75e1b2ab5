import { DescribeRepositoryCreationTemplatesCommand, type ECRClient } from '@aws-sdk/client-ecr'
import { malformed } from '../sdk/answers.ts'
import type { Api } from '../sdk/api.ts'

/** A registry has at most 50 templates. */
const MOST_TEMPLATE_PAGES = 50

/** The part of a repository creation template that says whether it creates a repository on a push. */
export interface CreationTemplate {
  readonly prefix?: string | undefined
  readonly appliedFor?: readonly string[] | undefined
}

/** Whether one of the registry's templates creates a repository of this name when it is pushed to. */
export function findsCreationOnPush({ client, calling }: Api<ECRClient>, name: string): Promise<boolean> {
  return calling('DescribeRepositoryCreationTemplates', null, async () => {
    let page: { readonly nextToken?: string } = {}
    for (let pages = 0; pages < MOST_TEMPLATE_PAGES; pages++) {
      const answer = await client.send(new DescribeRepositoryCreationTemplatesCommand(page))
      const templates = answer.repositoryCreationTemplates ?? []
      if (templates.some((template) => createsOnPush(template, name))) return true
      if (answer.nextToken === undefined) return false
      page = { nextToken: answer.nextToken }
    }
    throw malformed('with a list of repository creation templates that has no end')
  })
}

/**
 * Whether a template creates a repository of this name on a push. A prefix is a namespace: `team` is meant for
 * `team/demo`, not for `teams/demo`; `ROOT` is for every name.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-creation-templates.html
 */
export function createsOnPush({ prefix = '', appliedFor = [] }: CreationTemplate, name: string): boolean {
  if (!appliedFor.includes('CREATE_ON_PUSH')) return false
  return prefix === 'ROOT' || name.startsWith(prefix.endsWith('/') ? prefix : `${prefix}/`)
}
