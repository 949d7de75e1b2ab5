import type { Stage } from '../../dev/stage.ts'
import { ACCOUNT, REGION } from '../../dev/stage.ts'
import { callerOf } from '../../local-ecr/index.ts'
import { client, type EngineName, parts } from './parts.ts'

/**
 * A registry token of the stage's account, issued by the local ECR itself: the AWS CLI gets it no other way, and takes
 * more than a second of processor time for it.
 */
export const registryPassword = (stage: Stage): string =>
  stage.ecr.store.issueToken(callerOf(ACCOUNT, REGION)).password

/** Logs the stage's user in, for what the step itself does without a login: pulls of the base image. */
export async function dockerLogin(stage: Stage, name: EngineName): Promise<void> {
  const host = stage.ecr.registryHost(ACCOUNT, REGION)
  const login = `printf %s "$PASSWORD" | "$DOCKER" login --username AWS --password-stdin ${host} 2>&1`
  const PASSWORD = registryPassword(stage)
  await client('sh', ['-c', login], { ...stage.env, DOCKER: parts().engines[name].docker, PASSWORD })
}
