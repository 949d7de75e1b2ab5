/**
 * An error as ECR's API answers it: the exception's name, its message, and the HTTP status. Messages are ECR's own; if
 * none was found in public, the docstring of the function that throws says so.
 */
export class EcrError extends Error {
  readonly status: number

  constructor(name: string, message: string, status = 400) {
    super(message)
    this.name = name
    this.status = status
  }
}

/** A parameter that ECR refuses, in ECR's words: `Invalid parameter at 'x' failed to satisfy constraint: '…'`. */
export function invalidParameter(member: string, constraint: string): EcrError {
  return new EcrError(
    'InvalidParameterException',
    `Invalid parameter at '${member}' failed to satisfy constraint: '${constraint}'`,
  )
}

/** ECR's error for a repository that does not exist. */
export function repositoryNotFound(name: string, account: string): EcrError {
  return new EcrError(
    'RepositoryNotFoundException',
    `The repository with name '${name}' does not exist in the registry with id '${account}'`,
  )
}

/**
 * IAM's error for a caller that no policy allows the action.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
export function accessDenied(
  arn: string,
  action: string,
  resource: string,
  policy: 'identity-based' | 'resource-based' | 'session' = 'identity-based',
): EcrError {
  return new EcrError(
    'AccessDeniedException',
    `User: ${arn} is not authorized to perform: ${action} on resource: ${resource} because no ${policy} policy allows the ${action} action`,
  )
}

/** The registry's error for an expired token (docker/build-push-action#901, CircleCI-Public/aws-ecr-orb#277). */
export function tokenExpired(): EcrError {
  return new EcrError(
    'TokenExpired',
    'Your authorization token has expired. Reauthenticate and try again.',
    403,
  )
}
