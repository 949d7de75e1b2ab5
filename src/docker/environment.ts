/** What the runner gives to actions and no child process of ours has a use for. */
const NOT_FOR_CHILDREN =
  /^(?:INPUT_|STATE_|ACTIONS_ID_TOKEN_REQUEST_|GITHUB_(?:OUTPUT|ENV|PATH|STATE|STEP_SUMMARY)$)/

/**
 * The environment for docker: the job's own, without this action's inputs and without the files and tokens
 * through which a step speaks to the runner.
 */
export function childEnvironment(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const result: Record<string, string> = {}
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && !NOT_FOR_CHILDREN.test(name)) result[name] = value
  }
  return result
}
