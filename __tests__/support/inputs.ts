import path from 'node:path'
import { root } from '../../dev/runner.ts'
import type { BuildInputs } from '../../src/docker/port.ts'
import { type Inputs, readInputs } from '../../src/inputs/index.ts'

const DEFAULTS = readInputs({
  get: (name) => ({ repository: 'app', tags: 'v1' })[name] ?? '',
  env: {},
  cwd: path.join(root, 'examples', 'demo-service'),
})

/** The inputs of a build if only the context is given, with changes. */
export function buildInputs(change: Partial<BuildInputs> = {}): BuildInputs {
  return { ...DEFAULTS.build, context: '/app', file: '/app/Dockerfile', ...change }
}

/** The main action's inputs if only the repository `app` and the tag `v1` are given, with changes. */
export function mainInputs(change: Partial<Inputs> = {}): Inputs {
  return { ...DEFAULTS, build: buildInputs(), ...change }
}

/** The repository `app` of a region, in the registry of the credentials' own account. */
export function inRegion(region: string): Pick<Inputs, 'repository'> {
  return { repository: { ...DEFAULTS.repository, region } }
}
