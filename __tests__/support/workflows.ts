import { readFileSync } from 'node:fs'
import path from 'node:path'
import { data, Evaluator, Lexer, Parser } from '@actions/expressions'
import { parse } from 'yaml'
import { root } from '../../dev/runner.ts'

/** The parts of a workflow that tests look at, as its YAML has them. */
export interface Workflow {
  readonly name?: string
  readonly on: string | readonly string[] | Readonly<Record<string, Trigger | null>>
  readonly permissions?: Readonly<Record<string, string>>
  readonly concurrency?: Concurrency
  readonly env?: Readonly<Record<string, string>>
  readonly jobs: Readonly<Record<string, Job>>
}

export interface Trigger {
  readonly branches?: readonly string[]
  readonly tags?: readonly string[]
  readonly inputs?: Readonly<Record<string, { readonly required?: boolean; readonly default?: string }>>
  readonly secrets?: Readonly<Record<string, unknown>>
  readonly outputs?: Readonly<Record<string, { readonly value: string }>>
}

export type Concurrency = string | { readonly group: string }

export interface Job {
  readonly if?: string
  readonly needs?: string | readonly string[]
  readonly uses?: string
  readonly with?: Readonly<Record<string, unknown>>
  readonly secrets?: Readonly<Record<string, string>>
  readonly 'runs-on'?: string
  readonly environment?: string | { readonly name: string }
  readonly concurrency?: Concurrency
  readonly permissions?: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string>>
  readonly outputs?: Readonly<Record<string, string>>
  readonly strategy?: { readonly matrix: string | Readonly<Record<string, unknown>> }
  readonly 'timeout-minutes'?: number
  readonly steps?: readonly Step[]
}

export interface Step {
  readonly id?: string
  readonly if?: string
  readonly uses?: string
  readonly run?: string
  readonly env?: Readonly<Record<string, string>>
  readonly with?: Readonly<Record<string, unknown>>
}

/** @param file relative to this project */
export function readWorkflow(file: string): Workflow {
  return parse(readFileSync(path.join(root, file), 'utf8')) as Workflow
}

/** The contexts of an expression, such as `github` and `inputs`; none of them is undefined by itself. */
export type Contexts = Readonly<Record<string, unknown>>

/** What GitHub has for the status of the jobs before: here they have all ended well. */
const STATUS = { success: true, always: true, failure: false, cancelled: false }

const toData = (value: unknown): data.ExpressionData =>
  JSON.parse(JSON.stringify(value ?? null), data.reviver) as unknown as data.ExpressionData

function evaluateOne(expression: string, contexts: Contexts): data.ExpressionData {
  const functions = Object.entries(STATUS).map(([name, value]) => ({
    name,
    minArgs: 0,
    maxArgs: 0,
    call: () => new data.BooleanData(value),
  }))
  const { tokens } = new Lexer(expression).lex()
  const parsed = new Parser(tokens, Object.keys(contexts), functions).parse()
  const dictionary = new data.Dictionary(
    ...Object.entries(contexts).map(([key, value]) => ({ key, value: toData(value) })),
  )
  return new Evaluator(parsed, dictionary, new Map(functions.map((one) => [one.name, one]))).evaluate()
}

/**
 * Text with its expressions replaced, by GitHub's own evaluator of them.
 * @throws Error for an expression that is none, or a context that is not given
 */
export function evaluate(text: string, contexts: Contexts): string {
  return text.replace(/\$\{\{(.*?)\}\}/gs, (_, expression: string) =>
    evaluateOne(expression, contexts).coerceString(),
  )
}

/** The value of a whole expression with its type, such as a matrix. */
export function evaluateValue(text: string, contexts: Contexts): unknown {
  const [, expression] = /^\s*\$\{\{(.*)\}\}\s*$/s.exec(text) ?? []
  if (expression === undefined) return evaluate(text, contexts)
  return JSON.parse(JSON.stringify(evaluateOne(expression, contexts), data.replacer))
}

/** An `if`, which may stand without braces. */
export function evaluateIf(text: string | undefined, contexts: Contexts): boolean {
  if (text === undefined) return true
  const [, expression = text] = /^\s*\$\{\{(.*)\}\}\s*$/s.exec(text) ?? []
  return Boolean(JSON.parse(JSON.stringify(evaluateOne(expression, contexts), data.replacer)))
}

/** Every value of a map of YAML, which may be no string there. */
export function evaluateMap(
  map: Readonly<Record<string, unknown>> | undefined,
  contexts: Contexts,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(map ?? {}).map(([name, value]) => [name, evaluate(String(value), contexts)]),
  )
}

/** The combinations of a matrix: its lists crossed, or what `include` lists. */
export function combinations(job: Job, contexts: Contexts): Record<string, unknown>[] {
  if (job.strategy === undefined) return [{}]
  const { matrix } = job.strategy
  const given = (typeof matrix === 'string' ? evaluateValue(matrix, contexts) : matrix) as Record<
    string,
    unknown
  >
  const { include = [], ...lists } = given as { include?: Record<string, unknown>[] }
  const crossed = Object.entries(lists as Record<string, unknown[]>).reduce<Record<string, unknown>[]>(
    (rows, [name, values]) => rows.flatMap((row) => values.map((value) => ({ ...row, [name]: value }))),
    [{}],
  )
  return Object.keys(lists).length === 0 && include.length > 0 ? include : [...crossed, ...include]
}

/** What two calls of one run must not have in common. */
export interface Shared {
  /** Concurrency groups. */
  readonly groups: readonly string[]
  /** Names of artifacts that are written; two of them cannot have the same, in one run. */
  readonly artifacts: readonly string[]
  /** Names, or patterns of names, of artifacts that are read. */
  readonly read: readonly string[]
  /** Keys of caches that are written. */
  readonly caches: readonly string[]
}

/**
 * What one call of a workflow shares with the rest of the run.
 * @param contexts of that call; `matrix` is filled in for each job
 */
export function sharedBy(workflow: Workflow, contexts: Contexts): Shared {
  const groups: string[] = []
  const artifacts: string[] = []
  const read: string[] = []
  const caches: string[] = []
  const group = (concurrency: Concurrency | undefined, within: Contexts) => {
    if (concurrency === undefined) return
    groups.push(evaluate(typeof concurrency === 'string' ? concurrency : concurrency.group, within))
  }
  group(workflow.concurrency, contexts)
  for (const [key, job] of Object.entries(workflow.jobs)) {
    for (const [index, matrix] of combinations(job, contexts).entries()) {
      const github = { ...(contexts['github'] as object), job: key }
      const within = { ...contexts, github, matrix, strategy: { 'job-index': index } }
      group(job.concurrency, within)
      for (const step of job.steps ?? []) {
        const given = Object.fromEntries(
          Object.entries(step.with ?? {})
            .filter(([name]) => ['name', 'pattern', 'key', 'artifact-ids'].includes(name))
            .map(([name, value]) => [name, evaluate(String(value), within)]),
        )
        if (step.uses?.startsWith('actions/upload-artifact@')) artifacts.push(given['name'] ?? 'artifact')
        // Without a name, everything of the run is meant.
        if (step.uses?.startsWith('actions/download-artifact@') && given['artifact-ids'] === undefined)
          read.push(given['name'] ?? given['pattern'] ?? '*')
        if (step.uses?.startsWith('actions/upload-artifact/merge@')) read.push(given['pattern'] ?? '*')
        if (/^actions\/cache(?:\/save)?@/.test(step.uses ?? '')) caches.push(given['key'] ?? '')
      }
    }
  }
  return { groups, artifacts, read, caches }
}

/** What two calls of one run get in each other's way with, in words; nothing if they do not. */
export function collisions(one: Shared, other: Shared): string[] {
  const both = (some: readonly string[], more: readonly string[], what: string) =>
    some.filter((name) => more.includes(name)).map((name) => `${what} ${name}`)
  const reads = (reader: Shared, writer: Shared) =>
    reader.read.flatMap((pattern) =>
      writer.artifacts
        .filter((name) => globMatches(pattern, name))
        .map((name) => `${pattern} reads the other's ${name}`),
    )
  return [
    ...both(one.groups, other.groups, 'the group'),
    ...both(one.artifacts, other.artifacts, 'the artifact'),
    ...both(one.caches, other.caches, 'the cache'),
    ...reads(one, other),
    ...reads(other, one),
  ]
}

/** As actions/download-artifact reads `pattern`: an asterisk is any characters. */
function globMatches(pattern: string, name: string): boolean {
  const source = pattern
    .split('*')
    .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*')
  return new RegExp(`^${source}$`, 's').test(name)
}
