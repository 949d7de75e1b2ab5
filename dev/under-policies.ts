import { readdirSync } from 'node:fs'
import path from 'node:path'
import { root } from './root.ts'

/** The end-to-end tests that `npm run soak -- policies` leaves out, by the name of their file, each with why. */
export const WITHOUT_SESSIONS: Readonly<Record<string, string>> = {
  'deploy-to-ecs': "runs the script of an example, and no step of this project's actions",
  dockerignore: 'bakes by docker itself, and has no step',
  guest: 'interrupts the demo and the tests as commands: what their steps may do has no part in it',
}

/** The end-to-end tests whose steps run under their own minimal session policy, by the names of their files. */
export function underPolicies(): string[] {
  return readdirSync(path.join(root, '__tests__', 'e2e'))
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => file.replace(/\.test\.ts$/, ''))
    .filter((name) => !Object.hasOwn(WITHOUT_SESSIONS, name))
    .sort()
}
