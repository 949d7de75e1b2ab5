import { type Dockerfile, type Instruction, parseDockerfile } from './dockerfile.ts'
import { ScopedMap } from './scoped-map.ts'

/** What an image brings to a stage that begins with it. */
export interface Inherited {
  /** `NAME=value` */
  readonly environment: readonly string[]
  readonly volumes: readonly string[]
  /** Empty for root. */
  readonly user: string
  /** Its WORKDIR. */
  readonly folder: string
  /** Which folders it has. */
  readonly folders: Pick<ReadonlySet<string>, 'has'>
  /** What its own Dockerfile left to this build (ONBUILD). */
  readonly triggers: readonly string[]
}

/** A stage of a Dockerfile. */
export interface Stage {
  /** In small letters, as docker compares them; null if it has none. */
  readonly name: string | null
  /** The stage of the same file that it is based on. */
  readonly parent: Stage | null
  /** The name of the image that it is based on; null if that is a stage. */
  readonly base: string | null
  /** What is known of that image. */
  readonly inherited: Inherited | null
}

/** The values of variables. */
export interface Values {
  get(name: string): string | undefined
}

/** An instruction that is carried out, and what is known of the variables in front of it. */
export interface Step {
  readonly instruction: Instruction
  /** Null in front of the first FROM; that of a FROM is the stage that it begins. */
  readonly stage: Stage | null
  /**
   * Values of ARG and ENV, those of the stages that it is based on too; one that is not known begins with
   * {@link NOT_KNOWN}. Only until the next step is taken.
   */
  readonly values: Values
  /** Whether it is one that a base image has left to this build (ONBUILD). */
  readonly triggered: boolean
}

interface OpenStage extends Stage {
  readonly parent: OpenStage | null
  readonly values: ScopedMap<string>
  /** What ENV has set. */
  readonly environment: ScopedMap<string>
  /** What of that an ARG has changed, for this stage alone. */
  readonly changed: Set<string>
  /** What ONBUILD leaves to the stages that are based on it. */
  readonly triggers: Instruction[]
}

/**
 * Goes through a Dockerfile as BuildKit does: up to the stage that is built, with the triggers (ONBUILD) of the
 * stages that another one is based on. The time that it takes grows with the number of steps alone.
 * https://docs.docker.com/reference/dockerfile/#scope
 * @param buildArgs `KEY=value`, or `KEY` for a value that is not known here
 * @param target name or number of the stage that is built; null for the last one
 * @param images what is known of the images that stages are based on, by their names; nothing before a build
 */
export function* stepsOf(
  { instructions }: Pick<Dockerfile, 'instructions'>,
  buildArgs: readonly string[],
  target: string | null,
  images: ReadonlyMap<string, Inherited> = new Map(),
): Generator<Step> {
  const given = new Map(buildArgs.map(readPair))
  const globals = new ScopedMap<string>()
  const named = new Map<string, OpenStage>()
  let stage: OpenStage | null = null
  let number = -1
  for (const instruction of instructions) {
    if (instruction.keyword === 'FROM' && !instruction.isTrigger) {
      if (stage !== null && isTarget(target, stage, number)) return
      stage = openStage(instruction, named, globals, images)
      number++
      if (stage.name !== null) named.set(stage.name, stage)
      yield { instruction, stage, values: globals, triggered: false }
      for (const trigger of stage.parent?.triggers ?? triggersOf(stage, instruction)) {
        yield { instruction: trigger, stage, values: stage.values, triggered: true }
        remember(trigger, stage, globals, given)
      }
      continue
    }
    yield { instruction, stage, values: stage?.values ?? globals, triggered: false }
    if (instruction.isTrigger) stage?.triggers.push({ ...instruction, isTrigger: false })
    else remember(instruction, stage, globals, given)
  }
}

function triggersOf({ inherited }: Stage, { line, endLine }: Instruction): Instruction[] {
  const texts = inherited?.triggers ?? []
  return texts.flatMap((text) => parseDockerfile(text).instructions.map((one) => ({ ...one, line, endLine })))
}

/** What ARG and ENV change. */
function remember(
  { keyword, words }: Instruction,
  stage: OpenStage | null,
  globals: ScopedMap<string>,
  given: ReadonlyMap<string, string | null>,
): void {
  const values = stage?.values ?? globals
  if (keyword === 'ENV' && stage !== null) {
    const pairs = pairsOf(words).map(([name, value]) => [name, expandVariables(value, values)] as const)
    for (const [name, value] of pairs) {
      setValue(values, name, value)
      setValue(stage.environment, name, value)
      stage.changed.delete(name)
    }
  }
  if (keyword !== 'ARG') return
  for (const [name, own] of words.map(readPair)) {
    const value = given.has(name)
      ? (given.get(name) ?? NOT_KNOWN + name)
      : own === null
        ? globals.get(name)
        : expandVariables(own, values)
    // An ARG without a value changes nothing.
    if (value === undefined) continue
    setValue(values, name, value)
    if (stage?.environment.has(name)) stage.changed.add(name)
  }
}

function openStage(
  { words }: Instruction,
  named: ReadonlyMap<string, OpenStage>,
  globals: Values,
  images: ReadonlyMap<string, Inherited>,
): OpenStage {
  const [from = '', as = '', name = null] = words
  const base = unquoted(expandVariables(from, globals))
  const parent = named.get(base.toLowerCase()) ?? null
  const inherited = parent === null ? (images.get(base) ?? null) : null
  const values = new ScopedMap(parent?.values)
  // It begins with the image of the other stage, which has no ARG.
  for (const key of parent?.changed ?? []) setValue(values, key, parent?.environment.get(key) ?? '')
  const environment = new ScopedMap(parent?.environment)
  for (const [key, value] of (inherited?.environment ?? []).map(readPair)) {
    setValue(values, key, value ?? '')
    setValue(environment, key, value ?? '')
  }
  return {
    name: /^as$/i.test(as) ? (name?.toLowerCase() ?? null) : null,
    parent,
    base: parent === null ? base : null,
    inherited,
    values,
    environment,
    changed: new Set(),
    triggers: [],
  }
}

function isTarget(target: string | null, { name }: Stage, number: number): boolean {
  return target !== null && (target.toLowerCase() === name || target === `${number}`)
}

/** @returns null as the value of a name alone */
export function readPair(word: string): [string, string | null] {
  const at = word.indexOf('=')
  return at < 0 ? [word, null] : [word.slice(0, at), word.slice(at + 1)]
}

/** The names and values of an ENV: `ENV A=1 B=2`, or `ENV A 1 and the rest`. */
export function pairsOf(words: readonly string[]): [string, string][] {
  const [first = '', ...rest] = words
  if (!first.includes('=')) return first === '' ? [] : [[first, rest.join(' ')]]
  return words.map(readPair).map(([name, value]) => [name, value ?? ''])
}

/** Longer values than this count as not known: each ARG could double the one before. */
const LONGEST = 4096

/** What the value of a variable begins with of which only the name is known. */
export const NOT_KNOWN = '\0'

function setValue(values: ScopedMap<string>, name: string, value: string): void {
  values.set(name, bounded(name, value))
}

/** The value that a variable gets; not known if it is too long. */
export function bounded(name: string, value: string): string {
  return value.length > LONGEST ? NOT_KNOWN + name : value
}

/** Variables in a text, without those behind an escape. */
export function variablesIn(text: string): string[] {
  return [...text.matchAll(/\\.|\$\{?(\w+)/gs)].flatMap(([, name]) => (name === undefined ? [] : [name]))
}

/** Puts in the variables whose values are known; the others stay. */
export function expandVariables(text: string, values: Values): string {
  return text.replace(
    /\\.|\$(?:(\w+)|\{(\w+)(?:(:?[-+])((?:[^{}]|\$\{[^{}]*\})*))?\})/gs,
    (whole, plain?: string, braced?: string, operator?: string, word = '') => {
      const name = plain ?? braced
      if (name === undefined) return whole
      const value = values.get(name)
      const isSet = value !== undefined && !(operator?.startsWith(':') && value === '')
      if (operator?.endsWith('-')) return isSet ? value : expandVariables(word, values)
      if (operator?.endsWith('+')) return isSet ? expandVariables(word, values) : ''
      return value ?? whole
    },
  )
}

/** A word without its quotes. */
export function unquoted(word: string): string {
  return word.replace(/["']/g, '')
}
