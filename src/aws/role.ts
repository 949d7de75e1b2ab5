import {
  AssumeRoleCommand,
  AssumeRoleWithWebIdentityCommand,
  type Credentials,
  STSClient,
  type STSClientConfig,
} from '@aws-sdk/client-sts'
import { clientOptions, prepareClient } from '../ecr/sdk/client.ts'
import { ActionError } from '../shared/errors.ts'
import { explainStsError, type Hop, noIdentity } from './sts-errors.ts'
import type { AwsWorld, RoleInput } from './workflow.ts'
import { sessionTags } from './workflow.ts'

interface RoleWorld extends AwsWorld {
  readonly region: string | null
  /** How AWS is reached: timeouts, and the proxy if there is one. */
  readonly network: Pick<STSClientConfig, 'requestHandler'>
}

interface Assumed {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
  readonly expiration?: Date
}

/**
 * Assumes a role for this process alone: its credentials are put into no environment and no file. The first of several
 * is assumed with the credentials of the environment if it has some (chaining), else with GitHub's OIDC token, else with
 * the identity of the machine; each further one with the credentials of the one before.
 * @returns a provider that the SDK calls whenever it has no credentials, or they are about to expire
 */
export function assumedRole(role: RoleInput, world: RoleWorld): () => Promise<Assumed> {
  const { env, workflow, region, network, log, debug } = world
  const connect = (arn: string, credentials: Assumed | null) => {
    const given = credentials === null ? {} : { credentials }
    const place = region === null ? {} : { region }
    const client = new STSClient({ ...clientOptions(), ...network, ...place, ...given })
    const describe = (operation: string, where: string) => `sts:${operation} for ${arn} in ${where}`
    return prepareClient(client, { describe, log, credentialsLimited: credentials !== null })
  }
  const explicit = Boolean(env['AWS_ACCESS_KEY_ID'] && env['AWS_SECRET_ACCESS_KEY'])
  return async () => {
    const withToken = !explicit && workflow.hasIdToken
    const source = withToken
      ? `GitHub's OIDC token for ${role.audience}`
      : `the credentials of the ${explicit ? 'environment' : "AWS SDK's default chain, as the job gets no OIDC token"}`
    let credentials: Assumed | null = null
    let from: string | null = null
    const arns = [...role.through, role.arn]
    for (const [at, arn] of arns.entries()) {
      debug(`The role ${arn} is assumed with ${from === null ? source : `the role ${from}`}`)
      const client = connect(arn, credentials)
      const hop: Hop = { arn, from, last: at === arns.length - 1, role }
      credentials =
        withToken && from === null
          ? await assumeWithToken(client, hop, world)
          : await assumeFromCredentials(client, hop, world)
      from = arn
    }
    return credentials as Assumed
  }
}

/** The members that the inputs of both calls have. Only the last role's session is as the inputs say. */
const common = ({ arn, last, role: { sessionName, seconds } }: Hop) => ({
  RoleArn: arn,
  RoleSessionName: sessionName,
  ...(seconds === null || !last ? {} : { DurationSeconds: seconds }),
})

/**
 * With GitHub's OIDC token.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
 */
async function assumeWithToken(client: STSClient, hop: Hop, world: RoleWorld): Promise<Assumed> {
  const { audience, externalId } = hop.role
  if (hop.last && externalId !== null) {
    throw new ActionError(
      `role-external-id cannot be sent: ${hop.arn} is assumed with GitHub's OIDC token (sts:AssumeRoleWithWebIdentity), which knows no external id.`,
      "leave role-external-id out, and let the role's trust policy ask for claims of the token (sub, aud) instead; or name the role behind another one in role-to-assume, which then assumes it.",
      { page: 'iam.md#several-roles-one-after-the-other' },
    )
  }
  let token: string
  try {
    token = await world.workflow.idToken(audience)
  } catch (error) {
    throw new ActionError(
      `GitHub gave no OIDC token for the audience '${audience}': ${(error as Error).message}`,
      'run the job again; if it keeps failing, look at the status of GitHub Actions, and at the proxy of a self-hosted runner.',
      { cause: error },
    )
  }
  world.mask(token)
  try {
    return await withPolicy(hop, world, async (policy) => {
      const input = { ...common(hop), ...policy, WebIdentityToken: token }
      const { Credentials: given } = await client.send(new AssumeRoleWithWebIdentityCommand(input))
      return received(given, world.mask)
    })
  } catch (error) {
    throw explainStsError(error, { action: 'sts:AssumeRoleWithWebIdentity', hop, token })
  }
}

/**
 * With the credentials of the role before, or those that the SDK's own chain finds.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
async function assumeFromCredentials(client: STSClient, hop: Hop, world: RoleWorld): Promise<Assumed> {
  const { externalId } = hop.role
  const external = hop.last && externalId !== null ? { ExternalId: externalId } : {}
  const assume = (Tags: { Key: string; Value: string }[]) => {
    const tagged = Tags.length === 0 ? {} : { Tags }
    return withPolicy(hop, world, async (policy) => {
      const input = { ...common(hop), ...external, ...policy, ...tagged }
      const { Credentials: given } = await client.send(new AssumeRoleCommand(input))
      return received(given, world.mask)
    })
  }
  try {
    return await assume(sessionTags(world.env)).catch((error) => {
      // The tags are for readers of CloudTrail: a trust policy that does not allow them is no reason to fail.
      if (!(error instanceof Error && /sts:TagSession/.test(error.message))) throw error
      world.notice(
        `The trust policy of ${hop.arn} does not allow sts:TagSession: the session has no tags that tell CloudTrail of this run.`,
      )
      return assume([])
    })
  } catch (error) {
    if (error instanceof Error && error.name === 'CredentialsProviderError') throw noIdentity(hop, error)
    throw explainStsError(error, { action: 'sts:AssumeRole', hop, token: null })
  }
}

/**
 * Asks for a session with the policy of the inputs, and once more with the next, shorter one if AWS calls it too large:
 * how large it is once packed, only AWS knows.
 */
async function withPolicy<T>(
  hop: Hop,
  { log, debug }: Pick<RoleWorld, 'log' | 'debug'>,
  ask: (policy: { Policy?: string }) => Promise<T>,
): Promise<T> {
  const { sessionPolicy } = hop.role
  if (!hop.last || sessionPolicy === null) return ask({})
  // Nothing may be done with more than what was asked for.
  if (sessionPolicy.kind !== 'written') throw new Error('the session policy was not written')
  const [first = '', ...shorter] = sessionPolicy.texts
  debug(`The session of ${hop.arn} has the policy ${first}`)
  let failed: unknown
  for (const Policy of [first, ...shorter]) {
    if (failed !== undefined) {
      log(
        `AWS takes no session policy as large for ${hop.arn} (PackedPolicyTooLarge): repositories become patterns: ${Policy}`,
      )
    }
    try {
      return await ask({ Policy })
    } catch (error) {
      if (!(error instanceof Error && /^PackedPolicyTooLarge/.test(error.name))) throw error
      failed = error
    }
  }
  throw failed
}

/** @throws ActionError if the answer has no credentials */
function received(given: Credentials | undefined, mask: (secret: string) => void): Assumed {
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = given ?? {}
  if (!AccessKeyId || !SecretAccessKey || !SessionToken) {
    throw new ActionError(
      'STS answered without credentials.',
      'check AWS_ENDPOINT_URL and proxies on the way to STS.',
    )
  }
  for (const secret of [SecretAccessKey, SessionToken, AccessKeyId]) mask(secret)
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
    ...(Expiration === undefined ? {} : { expiration: Expiration }),
  }
}
