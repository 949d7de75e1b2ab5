import type { Permission } from './iam.ts'
import { type Contexts, evaluateMap, type Step } from './workflows.ts'

// The commands of the AWS CLI in a step's script, and the permissions that they take.

export interface Command {
  readonly words: readonly string[]
  readonly options: Readonly<Record<string, string>>
}

/** The commands of the AWS CLI in a script, with the variables of the step filled in. */
export function commandsIn(step: Step, contexts: Contexts): Command[] {
  const env = evaluateMap(step.env, contexts)
  const script = (step.run ?? '').replace(/\$\{?([A-Z_]+)\}?/g, (whole, name: string) => env[name] ?? whole)
  return [...script.matchAll(/\baws ([a-z]+) ([a-z0-9-]+)( [a-z][a-z0-9-]+)?((?: --.*)?)$/gm)].map(
    ([, service = '', operation = '', waiter = '', rest = '']) => ({
      words: [service, operation, ...(waiter === '' ? [] : [waiter.trim()])],
      options: Object.fromEntries(
        [...rest.matchAll(/--([a-z-]+) (?:"([^"]*)"|([^\s)]+))/g)].map(([, name = '', quoted, bare]) => [
          name,
          quoted ?? bare ?? '',
        ]),
      ),
    }),
  )
}

/**
 * What a command of the AWS CLI needs.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 * @throws Error for a command that is not known here
 */
export function asksOf({ words, options }: Command, at: { role: string; region: string }): Permission[] {
  const { region } = at
  const account = accountOf(at.role)
  const arn = (service: string, resource: string, where = region) =>
    `arn:aws:${service}:${where}:${account}:${resource}`
  const option = (name: string) => {
    const value = options[name]
    if (value === undefined) throw new Error(`aws ${words.join(' ')} without --${name}`)
    return value
  }
  const service = () => arn('ecs', `service/${option('cluster')}/${options['service'] ?? option('services')}`)
  const lambda = () => arn('lambda', `function:${option('function-name')}`)
  switch (words.join(' ')) {
    case 'ecr describe-images':
      return [
        { action: 'ecr:DescribeImages', resource: arn('ecr', `repository/${option('repository-name')}`) },
      ]
    case 'ecs describe-task-definition':
      return [{ action: 'ecs:DescribeTaskDefinition', resource: '*' }]
    case 'ecs register-task-definition':
      // It says the family in a file, with tags, and with the roles of its containers.
      return [
        { action: 'ecs:RegisterTaskDefinition', resource: arn('ecs', 'task-definition/demo-service:1') },
        { action: 'ecs:TagResource', resource: arn('ecs', 'task-definition/demo-service:1') },
        { action: 'iam:PassRole', resource: arn('iam', 'role/demo-execution', '') },
      ]
    case 'ecs update-service':
      return [{ action: 'ecs:UpdateService', resource: service() }]
    case 'ecs wait services-stable':
    case 'ecs describe-services':
      return [{ action: 'ecs:DescribeServices', resource: service() }]
    case 'eks update-kubeconfig':
      return [
        {
          action: 'eks:DescribeCluster',
          resource: arn('eks', `cluster/${option('name')}`, option('region')),
        },
      ]
    case 'lambda update-function-code': {
      const [, where = '', name = ''] =
        /\.ecr\.([a-z0-9-]+)\.[^/]+\/([^@:]+)[@:]/.exec(option('image-uri')) ?? []
      const repository = arn('ecr', `repository/${name}`, where)
      return [
        { action: 'lambda:UpdateFunctionCode', resource: lambda() },
        { action: 'ecr:BatchGetImage', resource: repository },
        { action: 'ecr:GetDownloadUrlForLayer', resource: repository },
      ]
    }
    case 'lambda wait function-updated-v2':
      return [{ action: 'lambda:GetFunction', resource: lambda() }]
    default:
      throw new Error(`nothing is known of aws ${words.join(' ')}`)
  }
}

/** The account of a role's ARN. */
export const accountOf = (role: string): string => /::(\d{12}):/.exec(role)?.[1] ?? ''
