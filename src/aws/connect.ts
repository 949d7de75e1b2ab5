import type { Ecr } from '../ecr/port.ts'
import { TIMEOUTS } from '../ecr/retries.ts'
import type { Inputs } from '../inputs.ts'
import type { Workflow } from './workflow.ts'

/** What the connection to AWS takes from the job. */
export interface AwsWorld {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly workflow: Workflow
  /** Called with each secret before anything else sees it. */
  readonly mask: (secret: string) => void
  readonly notice: (line: string) => void
  readonly log: (line: string) => void
}

/**
 * The ECR that the inputs mean, with the credentials that they mean. Nothing of AWS is loaded before this is called,
 * and of it only what the inputs need.
 * @throws ActionError where no region is set
 */
export async function connectEcr(
  { repository, role }: Pick<Inputs, 'repository' | 'role'>,
  world: AwsWorld,
): Promise<Ecr> {
  const { env, mask, log } = world
  const { registryType, registryId } = repository
  const region = repository.region ?? (env['AWS_REGION'] || env['AWS_DEFAULT_REGION'] || null)
  const network = { requestHandler: { ...TIMEOUTS, ...(await proxied(env)) } }
  const identity =
    role === null
      ? {}
      : { credentials: (await import('./role.ts')).assumedRole(role, { ...world, region, network }) }
  const options = { region, registryId, mask, log, client: { ...network, ...identity } }
  if (registryType === 'public') {
    const { connectPublicEcr } = await import('../ecr/public.ts')
    return connectPublicEcr(options)
  }
  const { connectPrivateEcr } = await import('../ecr/private.ts')
  return connectPrivateEcr(options)
}

const PROXY_VARIABLES = ['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY']

/** Agents that go through the proxies that the environment names; null where it names none. */
export async function proxied(env: AwsWorld['env']) {
  const names = PROXY_VARIABLES.flatMap((name) => [name, name.toLowerCase()])
  if (!names.some((name) => env[name])) return null
  return (await import('./proxy.ts')).proxyAgents()
}
