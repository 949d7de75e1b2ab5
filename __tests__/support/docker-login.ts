import type { Stage } from '../../dev/stage.ts'
import { ACCOUNT, REGION } from '../../dev/stage.ts'
import { client, type EngineName, parts } from './parts.ts'

/** A registry token of the stage's account, as a user would get it. */
export function registryPassword(stage: Stage): Promise<string> {
  const endpoint = stage.env['AWS_ENDPOINT_URL']
  const args = [...(endpoint ? ['--endpoint-url', endpoint] : []), 'ecr', 'get-login-password']
  return client(parts().aws, args, stage.env)
}

/** Logs the stage's user in, for what the step itself does without a login: pulls of the base image. */
export async function dockerLogin(stage: Stage, name: EngineName): Promise<void> {
  const host = stage.ecr.registryHost(ACCOUNT, REGION)
  const login = `printf %s "$PASSWORD" | "$DOCKER" login --username AWS --password-stdin ${host} 2>&1`
  const PASSWORD = await registryPassword(stage)
  await client('sh', ['-c', login], { ...stage.env, DOCKER: parts().engines[name].docker, PASSWORD })
}
