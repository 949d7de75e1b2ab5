import { DescribeRepositoryCreationTemplatesCommand, type ECRClient } from '@aws-sdk/client-ecr'
import { LIMITS } from '../../shared/limits.ts'
import { listDeadline, malformed } from '../sdk/answers.ts'
import type { Api } from '../sdk/api.ts'

/** The part of a repository creation template that says whether it creates a repository on a push. */
export interface CreationTemplate {
  readonly prefix?: string | undefined
  readonly appliedFor?: readonly string[] | undefined
}

/** Whether one of the registry's templates creates a repository of this name when it is pushed to. */
export function findsCreationOnPush({ client, calling }: Api<ECRClient>, name: string): Promise<boolean> {
  return calling('DescribeRepositoryCreationTemplates', null, async () => {
    const abortSignal = listDeadline('repository creation templates')
    let page: { readonly nextToken?: string } = {}
    for (let pages = 0; pages < LIMITS.templatePages; pages++) {
      const answer = await client.send(new DescribeRepositoryCreationTemplatesCommand(page), { abortSignal })
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
