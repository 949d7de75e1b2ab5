/**
 * An error as ECR's API answers it: the exception's name, its text, and the HTTP status.
 * Texts follow what ECR says; where no public trace of a text was found, the docstring of the function says so.
 */
export class EcrError extends Error {
  readonly status: number

  constructor(name: string, message: string, status = 400) {
    super(message)
    this.name = name
    this.status = status
  }
}

/** A refused parameter, in ECR's wording: `Invalid parameter at 'x' failed to satisfy constraint: '…'`. */
export function invalidParameter(member: string, constraint: string): EcrError {
  return new EcrError(
    'InvalidParameterException',
    `Invalid parameter at '${member}' failed to satisfy constraint: '${constraint}'`,
  )
}

export function repositoryNotFound(name: string, account: string): EcrError {
  return new EcrError(
    'RepositoryNotFoundException',
    `The repository with name '${name}' does not exist in the registry with id '${account}'`,
  )
}

/**
 * What IAM says when a policy is missing.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
export function accessDenied(
  arn: string,
  action: string,
  resource: string,
  policy: 'identity-based' | 'resource-based' = 'identity-based',
): EcrError {
  return new EcrError(
    'AccessDeniedException',
    `User: ${arn} is not authorized to perform: ${action} on resource: ${resource} because no ${policy} policy allows the ${action} action`,
  )
}

/** What the registry says to a token whose time is over (docker/build-push-action#901, CircleCI-Public/aws-ecr-orb#277). */
export function tokenExpired(): EcrError {
  return new EcrError(
    'TokenExpired',
    'Your authorization token has expired. Reauthenticate and try again.',
    403,
  )
}
