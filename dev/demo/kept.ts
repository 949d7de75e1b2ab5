import path from 'node:path'
import type { Stage } from '../stage.ts'

/**
 * The lines with which a shell uses what `npm run demo -- --keep` keeps up.
 * @param stage its local ECR, all of whose variables are needed (AWS CLI 1 reads AWS_DEFAULT_REGION alone, 2 both), and
 * the environment of its job
 * @returns `export` lines for a POSIX shell; a login with them goes into the docker configuration of the demo, and ends
 * with it, and that of the user is left alone
 */
export function exportsOf(stage: {
  readonly ecr: Pick<Stage['ecr'], 'env'>
  readonly env: Stage['env']
  readonly home: string
}): string[] {
  const variables = ['DOCKER_HOST', ...Object.keys(stage.ecr.env())].flatMap((name) => {
    const value = stage.env[name]
    return value ? [[name, value] as const] : []
  })
  return [...variables, ['DOCKER_CONFIG', path.join(stage.home, '.docker')] as const].map(
    ([name, value]) => `export ${name}='${value}'`,
  )
}
