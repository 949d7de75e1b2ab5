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
import { partitionOf } from '../../src/ecr/hosts.ts'
import { type InputSource, readInputs } from '../../src/inputs/index.ts'
import { parseYaml } from '../../src/inputs/parse-yaml.ts'
import { InputError } from '../../src/shared/errors.ts'
import { CommandError } from '../command/errors.ts'
import { type Parts, textOf } from './expressions.ts'
import type { Step } from './follow.ts'
import { isWholly, kindInPlace, type Placeholders } from './placeholders.ts'

/** What a step does, as the project's own readers of inputs understand it. */
export interface UsesOfStep {
  readonly uses: readonly RoleUse[]
  /** For what audience it asks GitHub for a token. */
  readonly audience: string
  /** What a person has to know of it. */
  readonly notes: readonly string[]
}

const EXPIRING = {
  rulePriority: 1,
  selection: { tagStatus: 'untagged', countType: 'imageCountMoreThan', countNumber: 1 },
  action: { type: 'expire' },
}
const PULLING = { Effect: 'Allow', Principal: '*', Action: 'ecr:BatchGetImage' }

/**
 * The value of an input that asks for the most, in the place of an expression that nobody knows: the policy is never
 * narrower than the run. Two if neither asks for all that the other does.
 */
const MOST: Readonly<Record<string, readonly string[]>> = {
  push: ['true'],
  'create-repository': ['true', 'false'],
  'update-repository': ['true'],
  'if-image-exists': ['skip'],
  'keep-login': ['true'],
  'image-tag-mutability': ['IMMUTABLE'],
  'scan-on-push': ['true'],
  'encryption-type': ['KMS'],
  'kms-key': ['alias/any'],
  'repository-tags': ['a=b'],
  'lifecycle-policy': [JSON.stringify({ rules: [EXPIRING] })],
  'repository-policy': [JSON.stringify({ Version: '2012-10-17', Statement: [PULLING] })],
  cache: ['ecr'],
  'cache-from': ['type=registry,ref=example/cache'],
  'fail-on-severity': ['critical'],
  'scan-min-score': ['7.0'],
  'scan-only-fixable': ['true'],
  'wait-for-replication': ['true'],
  'wait-for-signing': ['true'],
  attest: ['provenance'],
  'require-provenance': ['true'],
  summary: ['true'],
}

/** What decides on the documents, and so has something in its place if it is not known. */
const REQUIRED = [
  'repository',
  'source',
  'image',
  'digests',
  'tags',
  'role-to-assume',
  'aws-region',
  'registry-id',
]
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
  const notes: string[] = []
  const uses: RoleUse[] = []
  for (const texts of fillings(step, placeholders)) {
    const role = texts['role-to-assume']?.trim().split('\n').at(-1)?.trim() ?? ''
    const own = role === '' ? ambientRole(step, placeholders) : role
    const region = (texts['aws-region'] ?? '').trim() || regionOf(step, placeholders)
    const home: Home = {
      partition: /^arn:([\w-]+):/.exec(own)?.[1] ?? partitionOf(region),
      account: /^arn:[\w-]+:iam::(\d{12}):/.exec(own)?.[1] ?? account ?? '*',
      region: region === '' ? '*' : region,
    }
    const read = readForgiving(step, texts, { cwd, repository, placeholders, notes })
    uses.push(...read(home).map((use) => (use.as === null && own !== '' ? { ...use, as: own } : use)))
  }
  const isOwn = (step.inputs['role-to-assume'] ?? []).length > 0
  const audience = (isOwn ? step.inputs : step.ambient?.inputs)?.['audience'] ?? []
  return {
    uses,
    audience: audience.length === 0 ? 'sts.amazonaws.com' : textOf(audience),
    notes: [...new Set(notes)],
  }
}

/** The role of aws-actions/configure-aws-credentials, if a step before has taken one. */
export function ambientRole({ ambient }: Step, placeholders: Placeholders): string {
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
  if (input === 'role-to-assume' && isWholly(parts))
    return `arn:aws:iam::${placeholders.for(parts[0].expression, 'account')}:role/${placeholders.for(parts[0].expression)}`
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
 * @returns what tells what the step does, once it is known where its credentials are at home
 */
function readForgiving(
  { action, where, inputs }: Step,
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
): (home: Home) => RoleUse[] {
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
      return readerOf(action, source)
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
        // What stands for an expression is none of the workflow's mistakes, nor is what was left out for one.
        const isOurs = placeholders.in(`${value} ${now[input] ?? ''}`).length > 0 || told.has(input)
        const isMost = isWholly(inputs[input] ?? []) && MOST[input] !== undefined
        if (isMost)
          notes.push(
            `${where}: nobody knows the input '${input}' beforehand, and what it may need is not in the policy.`,
          )
        else if (!isOurs)
          notes.push(
            `${where}: with this checkout, the action would refuse the input '${input}': ${message}.`,
          )
        told.add(input)
        texts = { ...texts, [input]: insteadOf(input, now[input] ?? '', placeholders) }
      }
    }
  }
}

/** What stands for an input that is refused: nothing, and if it may not be empty, anything. */
function insteadOf(input: string, value: string, placeholders: Placeholders): string {
  // A checkout may have more than this one; whatever is built, the permissions are the same.
  if (input === 'context') return 'https://github.com/OWNER/NAME.git'
  if (value !== '') return ''
  const name = placeholders.for(input)
  if (input === 'digests') return `sha256:${'0'.repeat(64)}`
  return input === 'source' || input === 'image' ? `${name}:${name}` : name
}

function readerOf(action: Caller, source: InputSource): (home: Home) => RoleUse[] {
  if (action === 'merge') return bound(readMergeInputs(source), usesOfMerge)
  if (action === 'promote') return bound(readPromoteInputs(source), usesOfPromote)
  if (action === 'verify') return bound(readVerifyInputs(source), usesOfVerify)
  return bound(readInputs(source), usesOfBuildPush)
}

const bound =
  <T>(inputs: T, usesOf: (inputs: T, home: Home) => RoleUse[]) =>
  (home: Home) =>
    usesOf(inputs, home)
