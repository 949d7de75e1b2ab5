/** What the parts of `npm run soak` set to `all`: then test files run more than npm test runs of them. */
const PARTS = ['VARIANTS', 'FAULTS', 'ENGINES', 'GUEST']

/** Whether test files run all that they have, or what proves each kind alone. */
export function runsEveryVariant(env: NodeJS.ProcessEnv = process.env): boolean {
  return PARTS.some((part) => env[part] === 'all')
}
