import { ActionError } from '../shared/errors.ts'
import type { Page } from '../shared/pages.ts'
import { inAttempts } from '../shared/retry.ts'
import { RegistryError } from './errors.ts'
import { ACCESS_DENIED, findKnownFailure } from './known-failures.ts'
import { permissionFor } from './permissions.ts'

const WHEN_IT_FAILS = 'build.md#when-a-registry-fails'

/**
 * Turns a registry's error into one that says what to do. An ActionError is returned as it is.
 * @param doing `The copy of sha256:… to HOST/NAME`
 * @param error anything that was thrown
 */
export function explainRegistryError(doing: string, error: unknown): ActionError {
  if (error instanceof ActionError) return error
  const said = error instanceof Error ? error.message : String(error)
  const made = inAttempts(error instanceof RegistryError ? (error.attempts ?? 1) : 1)
  const as = (remedy: string, what = '', page?: Page) =>
    new ActionError(`${doing} failed${made}${what === '' ? '' : `. ${what}`}: ${said}`, remedy, {
      cause: error,
      page,
    })
  if (!(error instanceof RegistryError))
    return as('run the job again; if it fails the same way, report this.')
  const action = /not authorized to perform: (ecr:\w+)(?: on resource: (arn:\S+))?/.exec(said)
  if (action !== null) {
    const [, Action, Resource = '*'] = action
    return as(
      `add this statement to the policy of the identity in use: ${JSON.stringify({ Effect: 'Allow', Action, Resource })} If the repository is in another account, its own policy must allow it too.`,
    )
  }
  const known = findKnownFailure(said)
  const needed = error.status === 403 ? permissionFor(said) : null
  if (needed !== null && (known === undefined || known === ACCESS_DENIED)) {
    const { action: Action, repository } = needed
    return as(
      `the identity in use needs ${Action} on the repository ${repository}: check its policy, the repository policy and the VPC endpoint policy; a proxy on the way may refuse it too.`,
      known?.what,
      ACCESS_DENIED.page,
    )
  }
  if (known !== undefined) return as(known.remedy, known.what, known.page)
  if (error.status === 401 || error.status === 403) {
    return as('check the policy of the identity in use, the repository policy and the VPC endpoint policy.')
  }
  if (error.status === 404) {
    return as('check the repository, the tag or digest and the region; a lifecycle rule may have removed it.')
  }
  const way =
    'the way from the runner to the registry (its proxy; in a VPC: the endpoint com.amazonaws.REGION.ecr.dkr and S3).'
  if (error.transient) return as(`run the job again; if it keeps failing, check ${way}`, '', WHEN_IT_FAILS)
  if (error.status === null) return as(`check ${way}`)
  return as('read what the registry says above.')
}
