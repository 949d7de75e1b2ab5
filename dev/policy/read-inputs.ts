import { readMergeInputs } from '../../src/actions/merge/inputs.ts'
import { readPromoteInputs } from '../../src/actions/promote/inputs.ts'
import {
  type Home,
  type RoleUse,
  usesOfBuildPush,
  usesOfMerge,
  usesOfPromote,
  usesOfVerify,
} from '../../src/actions/uses.ts'
import { readVerifyInputs } from '../../src/actions/verify/inputs.ts'
import type { RoleInput } from '../../src/aws/workflow.ts'
import { type BakeInputs, readBakeInputs } from '../../src/inputs/bake.ts'
import { type InputSource, type Inputs, readInputs } from '../../src/inputs/index.ts'
import type { RegistryTarget } from '../../src/inputs/registries.ts'
import type { Action } from './ours.ts'
import type { Placeholders } from './placeholders.ts'
import { usesOfBuild } from './pulls.ts'
import type { Step } from './step.ts'

// The inputs of a step, by the readers of its action.

/** The inputs of a step, as far as they are about who does what. */
export interface Read {
  /** The step's own first, if it has one. */
  readonly roles: readonly RoleInput[]
  /** What the step does, once it is known where its credentials are at home, and what of it nobody can know. */
  readonly usesOf: (home: Home, tell: (note: string) => void) => RoleUse[]
  /** Whether it is known to be a dry run. */
  readonly isDry: boolean
}

/** @throws InputError with all that the action refuses */
export function readInputsOf(
  action: Action,
  source: InputSource,
  known: { readonly step: Step; readonly placeholders: Placeholders },
): Read {
  if (action === 'merge') return bound(readMergeInputs(source), usesOfMerge)
  if (action === 'promote') return bound(readPromoteInputs(source), usesOfPromote)
  if (action === 'verify') return bound({ ...readVerifyInputs(source), registries: [] }, usesOfVerify)
  if (action === 'bake') return readBake(readBakeInputs(source), known)
  return bound(readInputs(source), (inputs, home, tell) => [
    ...usesOfBuildPush(inputs, home),
    ...usesOfBuild(known.step, inputs, { home, placeholders: known.placeholders, tell }),
  ])
}

interface WithRoles {
  readonly role: RoleInput | null
  readonly registries: readonly RegistryTarget[]
  readonly pullRegistries?: readonly RegistryTarget[]
  readonly dryRun?: boolean
}

function bound<T extends WithRoles>(
  inputs: T,
  usesOf: (inputs: T, home: Home, tell: (note: string) => void) => RoleUse[],
): Read {
  const targets = [...inputs.registries, ...(inputs.pullRegistries ?? [])]
  const roles = [inputs.role, ...targets.map(({ role }) => role)]
  return {
    roles: roles.filter((role) => role !== null),
    usesOf: (home, tell) => usesOf(inputs, home, tell),
    isDry: inputs.dryRun === true,
  }
}

/**
 * What bake does for each target of a definition, which docker alone reads: its name stands for every one, and what only
 * the definition says is told.
 */
function readBake(
  { matrix, hasRepository, forTarget }: BakeInputs,
  { step: { where }, placeholders }: { readonly step: Step; readonly placeholders: Placeholders },
): Read {
  const name = placeholders.forText('{{target}}')
  const own = hasRepository ? null : placeholders.forText('the repositories that the definition names')
  return bound(forTarget({ ...TARGET, name }, own), (inputs: Inputs, home, tell) => {
    // Its definition alone is read.
    if (matrix) return []
    tell(
      `${where}: which targets there are, only the definition says, with the inputs 'files', 'targets', 'set' and 'vars'. What it names in ECR itself is not in the policy: repositories in tags of targets, base images, contexts and caches.`,
    )
    return usesOfBuildPush(inputs, home)
  })
}

/** A target of which nothing is known. */
const TARGET = {
  name: '',
  context: 'https://github.com/OWNER/NAME.git',
  contexts: {},
  dockerfile: 'Dockerfile',
  dockerfileInline: null,
  args: {},
  labels: {},
  tags: [],
  annotations: [],
  platforms: [],
  target: null,
  cacheFrom: [],
  cacheTo: [],
  output: [],
  attest: [],
  secret: [],
  ssh: [],
  noCache: false,
  noCacheFilter: [],
  pull: false,
  network: null,
  entitlements: [],
  extraHosts: {},
  shmSize: null,
  ulimits: [],
  call: null,
  cacheOnly: false,
  raw: {},
} as const
