/**
 * A variable of an environment, by a name that a person has chosen. `process.env` inherits from Object, so that
 * `process.env['constructor']` is a function; no environment has such a variable.
 * @returns undefined if it is not set
 */
export function variable(
  env: Readonly<Record<string, string | undefined>>,
  name: string,
): string | undefined {
  return Object.hasOwn(env, name) ? env[name] : undefined
}
