import type { Home, RoleUse } from '../../src/actions/uses.ts'
import { partitionOf } from '../../src/ecr/hosts.ts'
import type { InputSource } from '../../src/inputs/index.ts'
import { parseYaml } from '../../src/inputs/parse-yaml.ts'
import { InputError } from '../../src/shared/errors.ts'
import { namesUnknown } from './anywhere.ts'
import { type Parts, textOf } from './expressions.ts'
import {
  type FilledInputs,
  filled,
  fillings,
  insteadOf,
  isToldAnywhere,
  notInPolicy,
  unknown,
  unknownInPart,
  withoutItem,
} from './fillings.ts'
import { mostOf, openInputOf } from './open-inputs.ts'
import { isWholly, type Placeholders } from './placeholders.ts'
import { type Read, readInputsOf } from './read-inputs.ts'
import type { Step } from './step.ts'

/** The roles on the way to one, and that one: each is taken with the credentials of the one before. */
export interface Chain {
  readonly hops: readonly Hop[]
  /** With whose credentials the first one is taken, by what has put them there; null: with GitHub's token. */
  readonly others: string | null
}

export interface Hop {
  readonly role: string
  /** What its trust may ask for; null if nothing is sent. */
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

/**
 * @param cwd the folder that paths of inputs are relative to
 * @param account that of the roles whose ARN does not say it; null: any
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
  const told = new Set(notInPolicy(step, placeholders))
  const uses: StepUse[] = []
  const chains = new Map<string, Chain>()
  for (const note of step.notes) told.add(note)
  const ambient = ambientChain(step, placeholders)
  const before = ambient.hops.at(-1)?.role ?? ''
  const all = fillings(step, placeholders).map((texts) =>
    readForgiving(step, texts, { cwd, repository, placeholders }),
  )
  // A value beside which the workflow's own inputs are refused, and are not beside another one, is that of no run.
  const least = Math.min(...all.map(({ refused }) => refused.length))
  const possible = all.filter(({ refused }) => refused.length === least)
  for (const { refused } of possible) for (const note of refused) told.add(note)
  // What one of the values needs nothing for, another may.
  for (const note of possible[0]?.unknown ?? [])
    if (possible.every(({ unknown }) => unknown.includes(note))) told.add(note)
  for (const { texts, read, warnings } of possible) {
    for (const note of warnings) told.add(note)
    if (read === null) continue
    const own = read.roles[0]?.arn ?? before
    const region = (texts['aws-region'] ?? '').trim() || placeholders.fill(step.region, () => 'region')
    const home = homeOf(own, region, account, placeholders)
    const { isDry } = read
    const used = read.usesOf({ ...home, partition: home.partition ?? 'aws' }, (note) => told.add(note))
    if (home.partition === null && used.length > 0)
      told.add(
        `${step.where}: nobody knows the partition beforehand (the inputs 'role-to-assume' and 'aws-region'): the ARNs are written for aws, and in another one begin with arn:aws-cn, arn:aws-us-gov and so on.`,
      )
    uses.push(...used.map((use) => ({ ...use, isDry, as: use.as === null && own !== '' ? own : use.as })))
    // What the environment has comes first, and GitHub's token after it.
    if (before !== '') chains.set(before, ambient)
    for (const { arn, through, externalId } of read.roles) {
      const own = [...new Set([...through, arn])].filter(
        (role) => !ambient.hops.some((hop) => hop.role === role),
      )
      const hops = own.map((role): Hop => ({ role, externalId: role === arn ? externalId : null }))
      chains.set(arn, { ...ambient, hops: [...ambient.hops, ...hops] })
    }
  }
  const audience = (before === '' ? step.inputs['audience'] : audienceOf(step.source)) ?? []
  return {
    uses,
    chains,
    audience: audience.length === 0 ? 'sts.amazonaws.com' : textOf(audience),
    notes: [...told],
  }
}

/** Where a role is at home, as far as it is known; a partition that nobody knows is null. */
function homeOf(
  role: string,
  region: string,
  account: string | null,
  placeholders: Placeholders,
): Omit<Home, 'partition'> & { readonly partition: string | null } {
  const [, partition, id] = /^arn:([\w-]+):iam::(\d{12}):/.exec(role) ?? []
  const isOpen = (text: string) => text === '' || placeholders.isIn(text)
  const ofRegion = isOpen(region) ? null : partitionOf(region)
  return {
    // What stands for a role that is not known at all is one of aws.
    partition: /^\$\{\{[^}]*\}\}$/.test(placeholders.asWritten(role)) ? ofRegion : (partition ?? ofRegion),
    account: id ?? account ?? '*',
    region: region === '' ? '*' : region,
  }
}

/** How the role is taken whose credentials the environment has; without roles, if nobody knows whose they are. */
function ambientChain({ source }: Pick<Step, 'source'>, placeholders: Placeholders): Chain {
  if (source === null) return { hops: [], others: null }
  if (source.kind === 'others') return { hops: [], others: source.where }
  const { hops, others } = ambientChain({ source: source.from }, placeholders)
  const role = filled('role-to-assume', source.role, placeholders)
  const id = filled('role-external-id', source.externalId, placeholders)
  return { hops: [...hops, { role, externalId: id === '' ? null : id }], others }
}

/** For what audience the first of those roles is taken. */
function audienceOf(source: Step['source']): Parts | undefined {
  if (source?.kind !== 'role') return undefined
  return source.from === null ? source.audience : audienceOf(source.from)
}

/** So often is what the readers refuse left out. */
const ATTEMPTS = 8

/** Inputs that name files, or folders. */
const OF_CHECKOUT =
  /^(?:context|file|files|lifecycle-policy|repository-policy|sbom-file|scan-ignore|secret-files|sigstore-(?:signing-config|trusted-root))$/

interface Forgiven {
  /** The inputs without what is refused. */
  readonly texts: FilledInputs
  /** Null if nothing of it can be read. */
  readonly read: Read | null
  /** What is wrong with what the workflow says itself. */
  readonly refused: readonly string[]
  /** What nobody knows, and nothing stands for. */
  readonly unknown: readonly string[]
  /** What the readers say. */
  readonly warnings: readonly string[]
}

/** Reads the inputs of a step; what is refused is told, and left out. */
function readForgiving(
  step: Step,
  given: FilledInputs,
  { cwd, repository, placeholders }: { cwd: string; repository: string; placeholders: Placeholders },
): Forgiven {
  const { action, where, inputs } = step
  const [refused, unknown, warnings] = [new Set<string>(), new Set<string>(), new Set<string>()]
  let texts = given
  const told = (read: Read | null): Forgiven => ({
    texts,
    read,
    refused: [...refused],
    unknown: [...unknown],
    warnings: [...warnings],
  })
  const seen = new Set<string>()
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const now = texts
    const variables = Object.entries(now).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])
    const source: InputSource = {
      get: (name) => now[name] ?? '',
      env: { GITHUB_REPOSITORY: repository, ...Object.fromEntries(variables) },
      cwd,
      parseYaml,
      warn: (message) => warnings.add(`${where}: ${message.split('\n')[0]}.`),
    }
    try {
      return told(readInputsOf(action, source, { step, placeholders }))
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      for (const { input, value, message } of error.problems) {
        const parts = inputs[input] ?? []
        const text = now[input] ?? ''
        const isOpen = parts.some((part) => typeof part !== 'string')
        const left = withoutItem(input, text, value, placeholders)
        // A folder that may be there in a run is no image.
        const isFolder = input === 'build-contexts' && left !== null
        // What stands for an expression is none of the workflow's mistakes, nor is what was left out for one.
        if (isOpen && text !== '' && !(isFolder && !namesUnknown(input, value, placeholders)))
          for (const note of unknownOf(step, input)) unknown.add(note)
        else if (!seen.has(input) && !placeholders.isIn(`${value} ${text}`))
          for (const note of refusalOf(step, input, message)) refused.add(note)
        // What may not be empty beside others that have no part in it, either.
        if (seen.has(input) && openInputOf(input) === 'no part') texts = withPart(texts)
        else texts = { ...texts, [input]: left ?? insteadOf(input, text, parts, placeholders) }
        seen.add(input)
      }
    }
  }
  refused.add(
    `${where}: the action refuses its inputs, whatever stands for what it refuses: nothing of this step is in the documents.`,
  )
  return told(null)
}

/** The inputs without those on which nothing depends that AWS is asked for. */
const withPart = (texts: FilledInputs): FilledInputs =>
  Object.fromEntries(Object.entries(texts).filter(([name]) => openInputOf(name) !== 'no part'))

/** What stands for one of these is in the step's own registry. */
const NAMES_A_REPOSITORY = /^(?:repository|source|image)$/

/** What is told of an input that is not known, and is refused with what stands for it. */
function unknownOf({ where, inputs }: Step, input: string): string[] {
  const parts = inputs[input] ?? []
  if (isToldAnywhere(input) || NAMES_A_REPOSITORY.test(input))
    return [isWholly(parts) ? unknown(where, input) : unknownInPart(where, input)]
  // If it is known in part, what asks for the most takes its place.
  return mostOf(input).length > 0 && isWholly(parts) ? [unknown(where, input)] : []
}

function refusalOf({ where, run }: Step, input: string, message: string): string[] {
  if (!OF_CHECKOUT.test(input)) return [`${where}: the action refuses the input '${input}': ${message}.`]
  // The checkout is that of the workflow that calls.
  if (run.isCall) return []
  return [`${where}: with this checkout, the action would refuse the input '${input}': ${message}.`]
}
