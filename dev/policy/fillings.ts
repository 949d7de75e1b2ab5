import { mayBeElsewhere, namesUnknown } from './anywhere.ts'
import { isKnown, type Parts, textOf } from './expressions.ts'
import { mostOf, openInputOf } from './open-inputs.ts'
import { isWholly, kindInPlace, type Placeholders } from './placeholders.ts'
import type { Step } from './step.ts'

// The inputs of a step as texts, with something in the place of each expression that is not known.

export type FilledInputs = Readonly<Record<string, string>>

/** An input as its reader gets it. */
export function filled(
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
export function fillings({ inputs }: Pick<Step, 'inputs'>, placeholders: Placeholders): FilledInputs[] {
  return Object.entries(inputs).reduce<FilledInputs[]>(
    (made, [name, parts]) =>
      made.flatMap((texts) =>
        valuesOf(name, parts, placeholders, inputs).map((value) => ({ ...texts, [name]: value })),
      ),
    [{}],
  )
}

function valuesOf(
  name: string,
  parts: Parts,
  placeholders: Placeholders,
  inputs: Step['inputs'],
): readonly string[] {
  const open = openInputOf(name)
  if (open === 'no part' && !isKnown(parts)) return ['']
  // One of several values is no text that is known in part: p${{ … }}.
  if (typeof open !== 'string' && open.length > 1 && !isKnown(parts)) return open
  if (!isWholly(parts) || open === 'in place') return [filled(name, parts, placeholders, inputs)]
  return typeof open === 'string' ? [''] : open
}

/** Never a repository's name with a tag or a digest, nor its URI: commits, names of branches, numbers of runs. */
const OF_RUN = /^github\.(?:sha|ref_name|head_ref|run_id|run_number|run_attempt)$/

/** What is told of an input that may name another repository than the one in the policy. */
function elsewhere(
  name: 'repository' | 'source' | 'image',
  parts: Parts,
  textIn: (name: string) => string,
  placeholders: Placeholders,
): string | null {
  if (parts.every((part) => typeof part === 'string' || OF_RUN.test(part.expression))) return null
  const text = textIn(name)
  const other =
    'if it names another one (ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME, public.ecr.aws/ALIAS/NAME), write its host into the workflow.'
  if (name !== 'repository' && textIn('repository') !== '' && !/[:@]/.test(placeholders.beforeFirst(text)))
    return `nobody knows all of the input '${name}' beforehand, which is taken for a tag or a digest in the repository of the input repository: if it may name its own (NAME:TAG, or with a host), write it into the workflow up to the tag.`
  // The URI of a repository says the same as these, or the action refuses it.
  const isFixed = name === 'repository' && textIn('registry-id') !== '' && textIn('aws-region') !== ''
  if (isFixed || !mayBeElsewhere(text, placeholders)) return null
  return `the input '${name}' begins with what nobody knows beforehand, and is taken for a name in the step's own registry: ${other}`
}

/**
 * What of the inputs of a step nobody can write into a policy, as lines for people.
 * @param texts the inputs of one filling
 */
export function notInPolicy(
  { where, inputs }: Pick<Step, 'where' | 'inputs'>,
  placeholders: Placeholders,
): string[] {
  const textIn = (name: string) => filled(name, inputs[name] ?? [], placeholders, inputs)
  return Object.entries(inputs).flatMap(([name, parts]) => {
    if (name === 'repository' || name === 'source' || name === 'image') {
      const note = elsewhere(name, parts, textIn, placeholders)
      return note === null ? [] : [`${where}: ${note}`]
    }
    if (!isToldAnywhere(name)) return []
    if (isWholly(parts)) return [unknown(where, name)]
    return namesUnknown(name, textIn(name), placeholders) ? [unknownInPart(where, name)] : []
  })
}

/** Of the others, it is told that the Dockerfile is not known, or bake's definition. */
export const isToldAnywhere = (name: string): boolean =>
  openInputOf(name) === 'anywhere' && !/^(?:context|file|files|targets|set|vars)$/.test(name)

export const unknown = (where: string, input: string): string =>
  `${where}: nobody knows the input '${input}' beforehand, and what it may need is not in the policy.`

export const unknownInPart = (where: string, input: string): string =>
  `${where}: nobody knows all of the input '${input}' beforehand, and what it may need besides is not in the policy.`

/**
 * A list without an item that is refused, such as a folder that is not there; one role among several is any role.
 * @returns null if the input is no such list, or the item none of its lines
 */
export function withoutItem(
  input: string,
  text: string,
  item: string,
  placeholders: Placeholders,
): string | null {
  const isRoles = input === 'role-to-assume'
  if (item === '' || !(isRoles || isToldAnywhere(input))) return null
  const instead = isRoles ? [placeholders.forText(placeholders.asWritten(item), 'role')] : []
  const lines = text.split(/\r?\n/)
  const left = lines.flatMap((line) => (line.trim() === item ? instead : line))
  return left.join('\n') === lines.join('\n') ? null : left.join('\n')
}

/**
 * What stands for an input that is refused: what asks for the most, or nothing, or if it may not be empty, anything.
 * @param value what was refused, which may be what this function returned before
 * @param parts the input as the workflow has it
 */
export function insteadOf(input: string, value: string, parts: Parts, placeholders: Placeholders): string {
  // A checkout may have more than this one; whatever is built, the permissions are the same.
  if (input === 'context') return 'https://github.com/OWNER/NAME.git'
  if (openInputOf(input) !== 'in place') {
    const [most = ''] = mostOf(input)
    return value === most ? '' : most
  }
  const given = textOf(parts)
  const shown = given === '' ? input : given
  const instead = INSTEAD[input]?.(shown, placeholders) ?? ''
  return value === instead ? '' : instead
}

const INSTEAD: Readonly<Record<string, (shown: string, placeholders: Placeholders) => string>> = {
  repository: (shown, placeholders) => placeholders.forText(shown),
  source: anyImage,
  image: anyImage,
  digests: () => `sha256:${'0'.repeat(64)}`,
  'registry-id': (shown, placeholders) => placeholders.forText(shown, 'account'),
  'aws-region': (shown, placeholders) => placeholders.forText(shown, 'region'),
  'role-to-assume': (shown, placeholders) => placeholders.forText(shown, 'role'),
}

function anyImage(shown: string, placeholders: Placeholders): string {
  const name = placeholders.forText(shown)
  return `${name}:${name}`
}
