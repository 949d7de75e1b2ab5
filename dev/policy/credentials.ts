import { type Texts, variableOf } from './contexts.ts'
import { asksForStatus, type Contexts, isSure, type Parts, textFrom, textOf } from './expressions.ts'

// What AWS credentials a job's environment has: the action takes its roles with those, and with GitHub's token if there
// are none.

/** Whose credentials the environment has. */
export type Source =
  | {
      readonly kind: 'role'
      readonly role: Parts
      readonly externalId: Parts
      readonly audience: Parts
      /** With what it is taken; null: with GitHub's token. */
      readonly from: Source | null
    }
  /** Nobody knows whose: of keys, or of another token. */
  | {
      readonly kind: 'others'
      /** Who has put them there: `image.yml, line 23`. */
      readonly where: string
    }

/** What steps before have put into the environment: aws-actions/configure-aws-credentials. */
export interface Ambient {
  readonly source: Source | null
  /** Null if none has said it. */
  readonly region: Parts | null
  /** What is not known of it. */
  readonly notes: readonly string[]
}

/** Before all steps. */
export const NOTHING_YET: Ambient = { source: null, region: null, notes: [] }

/** The keys of the environment that `env` makes, as one text; empty if it has not both. */
export function keysIn(contexts: Contexts): string {
  const both = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'].map((name) => variableOf(contexts, name))
  return both.every((parts) => parts.length > 0) ? both.map((parts) => textOf(parts)).join('\n') : ''
}

/**
 * Whose credentials a step has: its own `env` comes before what steps have put there, and that before the job's `env`.
 * @param ofJob the keys of the job's `env`
 */
export function sourceOf(contexts: Contexts, ofJob: string, { source }: Ambient): Source | null {
  const [keys, where] = [keysIn(contexts), 'env (AWS_ACCESS_KEY_ID)']
  return keys !== '' && (keys !== ofJob || source === null) ? { kind: 'others', where } : source
}

/** Whether a step runs in every run, as long as nothing fails before it. */
export const runsSurely = (condition: unknown, contexts: Contexts): boolean =>
  !asksForStatus(condition)
    ? isSure(condition, contexts)
    : isSure(
        textFrom(condition)
          .replace(/\bsuccess\s*\(\s*\)/g, 'true')
          .replace(/\b(?:failure|cancelled)\s*\(\s*\)/g, 'false'),
        contexts,
      )

/**
 * What is in the environment after aws-actions/configure-aws-credentials.
 * https://github.com/aws-actions/configure-aws-credentials#options
 * @param existing whose credentials the step finds there
 */
export function configured(
  inputs: Texts,
  before: Ambient,
  { where, existing, isSure: surely }: { where: string; existing: Source | null; isSure: boolean },
): Ambient {
  const textIn = (name: string) => textOf(inputs[name] ?? []).trim()
  const isTrue = (name: string) => textIn(name).toLowerCase() === 'true'
  const notes: string[] = []
  if (!surely)
    notes.push(`${where}: nobody knows beforehand whether the step runs: the documents are as if it did.`)
  for (const name of ['output-env-credentials', 'role-chaining', 'use-existing-credentials'])
    if (/\$\{\{/.test(textIn(name)))
      notes.push(
        `${where}: nobody knows the input '${name}' beforehand: the documents are as if the step had none.`,
      )
  const kept = { ...before, notes: [...before.notes, ...notes] }
  if (textIn('output-env-credentials').toLowerCase() === 'false') return kept
  const region = (inputs['aws-region'] ?? []).length > 0 ? (inputs['aws-region'] ?? null) : before.region
  if (isTrue('use-existing-credentials') && existing !== null)
    return {
      ...kept,
      region,
      notes: [
        ...kept.notes,
        `${where}: use-existing-credentials leaves those that are there, if they are valid: the documents are as if they were.`,
      ],
    }
  const others: Source = { kind: 'others', where }
  const hasKeys = textIn('aws-access-key-id') !== ''
  const role = inputs['role-to-assume'] ?? []
  if (role.length === 0)
    return { source: hasKeys ? others : existing, region, notes: hasKeys ? notes : kept.notes }
  const from =
    hasKeys || textIn('web-identity-token-file') !== ''
      ? others
      : isTrue('role-chaining')
        ? (existing ?? others)
        : null
  const [externalId = [], audience = []] = [inputs['role-external-id'], inputs['audience']]
  const source = { kind: 'role', role, externalId, audience, from } as const
  return { source, region, notes: from === existing && from !== null ? kept.notes : notes }
}
