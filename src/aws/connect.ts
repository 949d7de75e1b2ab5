import type { Ecr } from '../ecr/port.ts'
import { directAgents } from '../shared/connections.ts'
import { proxied } from '../shared/proxied.ts'
import type { AwsWorld, EcrTarget } from './workflow.ts'

/**
 * Connects to the registry that the inputs name, with the credentials that they name. No code of the AWS SDK is
 * loaded before this is called, and then only what the inputs need.
 * @throws ActionError if no region is set, or the job's own credentials are of an account that is not allowed
 */
export async function connectEcr(target: EcrTarget, world: AwsWorld): Promise<Ecr> {
  const { repository, role, allowedAccounts = [] } = target
  const { env, mask, log, debug } = world
  const { registryType, registryId } = repository
  const region = repository.region ?? (env['AWS_REGION'] || env['AWS_DEFAULT_REGION'] || null)
  const network = { requestHandler: (await proxied(env)) ?? direct() }
  const identity =
    role === null
      ? {}
      : { credentials: (await import('./role.ts')).assumedRole(role, { ...world, region, network }) }
  const where = `ECR in ${region ?? 'no known region'}`
  debug(
    `${where} is called with ${role === null ? "what the AWS SDK's default chain finds" : `the role ${[...role.through, role.arn].join(', and with it ')}`}`,
  )
  const options = {
    region,
    registryId,
    mask,
    log,
    client: { ...network, ...identity },
    credentialsLimited: role !== null,
  }
  const ecr =
    registryType === 'public'
      ? await (await import('../ecr/public/connect.ts')).connectPublicEcr(options)
      : await (await loadPrivateEcr()).connectPrivateEcr(options)
  // The account of a role is known by its ARN, and was compared with the inputs.
  if (role === null && allowedAccounts.length > 0) {
    const { refuseOtherAccount } = await import('./account.ts')
    await refuseOtherAccount(allowedAccounts, region, network, log)
  }
  return ecr
}

/** The AWS SDK, and what asks a private registry with it; nothing is asked by that. */
export const loadPrivateEcr = () => import('../ecr/private/connect.ts')

/** Connections without a proxy, as many as the SDK has by itself. */
function direct() {
  const { http, https } = directAgents({ keepAlive: true, maxSockets: 50 })
  return { httpAgent: http, httpsAgent: https }
}
