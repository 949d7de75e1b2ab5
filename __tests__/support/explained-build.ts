import { ProcessError } from '../../src/docker/exec.ts'
import { explainBuildFailure } from '../../src/docker/failures/explain.ts'
import type { BuildRequest } from '../../src/docker/port.ts'
import type { ActionError } from '../../src/shared/errors.ts'
import { buildInputs } from './inputs.ts'

/** The registry that the builds of these tests push to. */
export const HOST = '123456789012.dkr.ecr.ap-northeast-2.amazonaws.com'

/**
 * How a build is explained that docker ended with 1.
 * @param change what its request has other than a push of HOST/app:v1, and what else docker wrote
 */
export function explainedBuild(
  stderr: string,
  {
    workspace = '/app',
    stdout = '',
    ...change
  }: Partial<BuildRequest> & { readonly workspace?: string; readonly stdout?: string } = {},
): Promise<ActionError> {
  const request = {
    ...buildInputs(),
    annotations: [],
    labels: [],
    references: [`${HOST}/app:v1`],
    naming: 'docker' as const,
    ...change,
  }
  const context = { workspace, annotate: () => undefined, attempts: 1, push: 'none' as const }
  return explainBuildFailure(new ProcessError('docker', 1, stdout, stderr), request, context)
}
