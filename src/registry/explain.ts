import { ActionError } from '../shared/errors.ts'
import { RegistryError } from './errors.ts'
import { knownFailure } from './known-failures.ts'

/**
 * Turns what a registry said into an error that says what to do.
 * @param doing `The copy of sha256:… to HOST/NAME`
 * @param error anything that was thrown
 */
export function explainRegistryError(doing: string, error: unknown): ActionError {
  if (error instanceof ActionError) return error
  const said = error instanceof Error ? error.message : String(error)
  const as = (remedy: string, what = '') =>
    new ActionError(`${doing} failed${what === '' ? '' : `. ${what}`}: ${said}`, remedy, { cause: error })
  if (!(error instanceof RegistryError)) return as('run the job again; where it fails again, report this.')
  const action = /not authorized to perform: (ecr:\w+)(?: on resource: (arn:\S+))?/.exec(said)
  if (action !== null) {
    const [, Action, Resource = '*'] = action
    return as(
      `add this statement to the policy of the identity in use: ${JSON.stringify({ Effect: 'Allow', Action, Resource })} In another account, the repository's own policy there must allow it too.`,
    )
  }
  const known = knownFailure(said)
  if (known !== undefined) return as(known.remedy, known.what)
  if (error.status === 401 || error.status === 403) {
    return as('check the policy of the identity in use, the repository policy and the VPC endpoint policy.')
  }
  if (error.status === 404) {
    return as('check the repository, the tag or digest and the region; a lifecycle rule may have removed it.')
  }
  if (error.status === null || error.transient) {
    return as(
      'this lasted through several attempts: run the job again; where it goes on, check that the runner reaches the registry (its proxy; in a VPC: the endpoint com.amazonaws.REGION.ecr.dkr and S3).',
    )
  }
  return as('read what the registry says above.')
}
