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
import type { Caller } from '../../src/aws/features.ts'
import type { RoleInput } from '../../src/aws/workflow.ts'
import { partitionOf } from '../../src/ecr/hosts.ts'
import { type InputSource, type Inputs, readInputs } from '../../src/inputs/index.ts'
import { parseYaml } from '../../src/inputs/parse-yaml.ts'
import type { RegistryTarget } from '../../src/inputs/registries.ts'
import { InputError } from '../../src/shared/errors.ts'
import { CommandError } from '../command/errors.ts'
import { type Parts, textOf } from './expressions.ts'
import type { Step } from './follow.ts'
import { MOST } from './most.ts'
import { isWholly, kindInPlace, type Placeholders } from './placeholders.ts'
import { usesOfBuild } from './pulls.ts'

/** The roles on the way to one, and that one: each is taken with the credentials of the one before. */
export interface Chain {
  readonly roles: readonly string[]
  /** What the last one's trust may ask for; null if nothing is sent. */
  readonly externalId: string | null
}

/** What a step does with one repository. */
export interface StepUse extends RoleUse {
  /** Whether the step only asks what it would do it with. */
  readonly isDry?: boolean
}

/** What a step does, as the project's own readers of inputs understand it. */
export interface UsesOfStep {
  readonly uses: readonly StepUse[]
  /** How each role is taken, by its ARN. */
  readonly chains: ReadonlyMap<string, Chain>
  /** For what audience it asks GitHub for a token. */
  readonly audience: string
  /** What a person has to know of it. */
  readonly notes: readonly string[]
}

/** What decides on the documents, and so has something in its place if it is not known. */
const REQUIRED = [
  'repository',
  'source',
  'image',
  'digests',
  'tags',
  'role-to-assume',
  'role-external-id',
  'aws-region',
  'registry-id',
]
/** What may be in any registry, so that nobody can write what it needs if it is not known at all. */
const ANYWHERE = ['registries', 'pull-registries', 'cache-to']
type Texts = Readonly<Record<string, string>>

/**
 * @param cwd the folder that paths of inputs are relative to
 * @param account that of the roles whose ARN does not say it; null: any
 * @throws CommandError if the step cannot be understood at all
 */
export function usesOfStep(
  step: Step,
  {
    cwd,
    repository,
    account,
    placeholders,
  }: {
    readonly cwd: string
    readonly repository: string
    readonly account: string | null
    readonly placeholders: Placeholders
  },
): UsesOfStep {
  const notes = ANYWHERE.filter((input) => isWholly(step.inputs[input] ?? [])).map((input) =>
    notInPolicy(step.where, input),
  )
  const uses: StepUse[] = []
  const chains = new Map<string, Chain>()
  const before = ambientRole(step, placeholders)
  for (const texts of fillings(step, placeholders)) {
    const read = readForgiving(step, texts, { cwd, repository, placeholders, notes })
    const own = read.roles[0]?.arn ?? before
    const region = (texts['aws-region'] ?? '').trim() || regionOf(step, placeholders)
    const home: Home = {
      partition: /^arn:([\w-]+):/.exec(own)?.[1] ?? partitionOf(region),
      account: /^arn:[\w-]+:iam::(\d{12}):/.exec(own)?.[1] ?? account ?? '*',
      region: region === '' ? '*' : region,
    }
    const { isDry } = read
    uses.push(
      ...read
        .usesOf(home)
        .map((use) => ({ ...use, isDry, as: use.as === null && own !== '' ? own : use.as })),
    )
    // What the environment has comes first, and GitHub's token after it.
    const first = before === '' ? [] : [before]
    if (before !== '') chains.set(before, { roles: first, externalId: null })
    for (const { arn, through, externalId } of read.roles) {
      const roles = [...new Set([...first, ...through, arn])]
      chains.set(arn, { roles, externalId })
    }
  }
  const audience = (before === '' ? step.inputs : step.ambient?.inputs)?.['audience'] ?? []
  return {
    uses,
    chains,
    audience: audience.length === 0 ? 'sts.amazonaws.com' : textOf(audience),
    notes: [...new Set(notes)],
  }
}

const notInPolicy = (where: string, input: string) =>
  `${where}: nobody knows the input '${input}' beforehand, and what it may need is not in the policy.`

/** The role of aws-actions/configure-aws-credentials, if a step before has taken one; empty if none has. */
function ambientRole({ ambient }: Step, placeholders: Placeholders): string {
  const parts = ambient?.inputs['role-to-assume'] ?? []
  return filled('role-to-assume', parts, placeholders)
}

function regionOf({ ambient, region }: Step, placeholders: Placeholders): string {
  const parts = ambient?.inputs['aws-region'] ?? region
  return placeholders.fill(parts, () => 'region')
}

function filled(
  input: string,
  parts: Parts,
  placeholders: Placeholders,
  inputs: Step['inputs'] = {},
): string {
  // What is wholly open is a tag, or, if nothing else names the repository, an image's URI.
  if ((input === 'source' || input === 'image') && isWholly(parts)) {
    const name = placeholders.for(parts[0].expression)
    return (inputs['repository'] ?? []).length > 0 ? name : `${name}:${name}`
  }
  return placeholders.fill(parts, kindInPlace(input))
}

/** The inputs with something in the place of what is not known: once, or for each of what asks for the most. */
function fillings({ inputs }: Step, placeholders: Placeholders): Texts[] {
  return Object.entries(inputs).reduce<Texts[]>(
    (made, [name, parts]) => {
      const most = isWholly(parts) ? MOST[name] : undefined
      const leftOut = isWholly(parts) && most === undefined && !REQUIRED.includes(name)
      const values = most ?? [leftOut ? '' : filled(name, parts, placeholders, inputs)]
      return made.flatMap((texts) => values.map((value) => ({ ...texts, [name]: value })))
    },
    [{}],
  )
}

/** So often is what the readers refuse left out. */
const ATTEMPTS = 4

/**
 * Reads the inputs of a step; what is refused is told, and left out.
 */
function readForgiving(
  step: Step,
  given: Texts,
  {
    cwd,
    repository,
    placeholders,
    notes,
  }: {
    cwd: string
    repository: string
    placeholders: Placeholders
    notes: string[]
  },
): Read {
  const { action, where, inputs } = step
  const building = (read: Inputs, home: Home) => [
    ...usesOfBuildPush(read, home),
    ...usesOfBuild(step, read, { home, placeholders, tell: (note) => notes.push(note) }),
  ]
  let texts = given
  const told = new Set<string>()
  for (let attempt = 1; ; attempt++) {
    const now = texts
    const variables = Object.entries(now).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])
    const source: InputSource = {
      get: (name) => now[name] ?? '',
      env: { GITHUB_REPOSITORY: repository, ...Object.fromEntries(variables) },
      cwd,
      parseYaml,
      warn: (message) => notes.push(`${where}: ${message.split('\n')[0]}.`),
    }
    try {
      return readerOf(action, source, building)
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      const [problem] = error.problems
      if (attempt === ATTEMPTS)
        throw new CommandError(
          `${where}: the action would refuse its inputs: '${problem?.input}' ${problem?.message}.`,
          'correct the input there.',
          { cause: error },
        )
      for (const { input, value, message } of error.problems) {
        const refused = now[input] ?? ''
        // What stands for an expression is none of the workflow's mistakes, nor is what was left out for one.
        const isOurs = placeholders.in(`${value} ${refused}`).length > 0 || told.has(input)
        if (MOST[input]?.includes(refused) && isWholly(inputs[input] ?? []))
          notes.push(notInPolicy(where, input))
        else if (!isOurs)
          notes.push(
            `${where}: with this checkout, the action would refuse the input '${input}': ${message}.`,
          )
        told.add(input)
        texts = { ...texts, [input]: insteadOf(input, refused, placeholders) }
      }
    }
  }
}

/** What stands for an input that is refused: what asks for the most, or nothing, or if it may not be empty, anything. */
function insteadOf(input: string, value: string, placeholders: Placeholders): string {
  // A checkout may have more than this one; whatever is built, the permissions are the same.
  if (input === 'context') return 'https://github.com/OWNER/NAME.git'
  const [most] = MOST[input] ?? []
  if (value !== '') return most === undefined || MOST[input]?.includes(value) ? '' : most
  const name = placeholders.for(input)
  if (input === 'digests') return `sha256:${'0'.repeat(64)}`
  return input === 'source' || input === 'image' ? `${name}:${name}` : name
}

function readerOf(
  action: Caller,
  source: InputSource,
  building: (inputs: Inputs, home: Home) => RoleUse[],
): Read {
  if (action === 'merge') return bound(readMergeInputs(source), usesOfMerge)
  if (action === 'promote') return bound(readPromoteInputs(source), usesOfPromote)
  if (action === 'verify') return bound({ ...readVerifyInputs(source), registries: [] }, usesOfVerify)
  return bound(readInputs(source), building)
}

/** The inputs of a step, as far as they are about who does what. */
interface Read {
  /** The step's own first, if it has one. */
  readonly roles: readonly RoleInput[]
  /** What the step does, once it is known where its credentials are at home. */
  readonly usesOf: (home: Home) => RoleUse[]
  /** Whether it is known to be a dry run. */
  readonly isDry: boolean
}

interface WithRoles {
  readonly role: RoleInput | null
  readonly registries: readonly RegistryTarget[]
  readonly pullRegistries?: readonly RegistryTarget[]
  readonly dryRun?: boolean
}

function bound<T extends WithRoles>(inputs: T, usesOf: (inputs: T, home: Home) => RoleUse[]): Read {
  const targets = [...inputs.registries, ...(inputs.pullRegistries ?? [])]
  const roles = [inputs.role, ...targets.map(({ role }) => role)]
  return {
    roles: roles.filter((role) => role !== null),
    usesOf: (home) => usesOf(inputs, home),
    isDry: inputs.dryRun === true,
  }
}
