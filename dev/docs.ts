import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { isPair, isScalar, parse, parseDocument, visit } from 'yaml'
import { CommandError } from './command/errors.ts'
import { main } from './command/main.ts'
import { engineTable } from './engine-matrix.ts'
import { withPermissions } from './iam-docs.ts'
import { inputsTable, withInputGroups } from './input-groups.ts'
import { inputNames, NAMES_FILE } from './input-names.ts'
import { withLimits } from './limits-docs.ts'
import { table, withBlocks } from './markdown.ts'
import { withMessages } from './messages/page.ts'
import { root } from './root.ts'
import { withWorkflows } from './workflow-docs.ts'

// `npm run docs` writes the tables of inputs and outputs into the Markdown files, from action.yml (those of the main
// action in groups, input-groups.ts), the policies of docs/iam.md (iam-docs.ts), the limits of docs/limits.md
// (limits-docs.ts), the engines of docs/build.md (engine-matrix.ts), the messages of docs/messages.md (messages/), whole
// workflows from examples/workflows (workflow-docs.ts), and the names of the inputs into src/inputs/names.ts
// (input-names.ts). Each stands between two comments; the first says what goes there:
//
//     <!-- inputs of action.yml, written by npm run docs -->
//     <!-- end -->

/** What a table shows of an action.yml. */
export interface Metadata {
  readonly inputs?: Readonly<
    Record<string, { readonly description: string; readonly required?: boolean; readonly default?: string }>
  >
  readonly outputs?: Readonly<Record<string, { readonly description: string }>>
}

/** Reads an action's metadata; the path is relative to this project. */
export type ReadMetadata = (file: string) => Metadata

export const readMetadata: ReadMetadata = (file) => {
  const content = parseMetadata(readFileSync(path.join(root, file), 'utf8'), file)
  // A reusable workflow has the same under the event that calls it.
  return content.on === undefined ? content : (content.on.workflow_call ?? {})
}

interface Parsed extends Metadata {
  readonly on?: { readonly workflow_call?: Metadata }
}

/** @throws CommandError with file, line and reason if it is no YAML, or no metadata */
function parseMetadata(text: string, file: string): Parsed {
  const document = parseDocument(text)
  const [error] = document.errors
  if (error !== undefined) {
    const [reason = ''] = error.message.split(/ at line \d+/)
    const line = error.linePos?.[0].line
    throw new CommandError(`${file}${line ? `, line ${line}` : ''}: ${reason}.`, 'correct the YAML there.', {
      cause: error,
    })
  }
  const content: unknown = document.toJS()
  const isMap = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value)
  if (!isMap(content))
    throw new CommandError(
      `${file} is not a map with inputs and outputs.`,
      'write it as an action.yml is written.',
    )
  const parts = content as Record<string, unknown>
  const wrong = ['inputs', 'outputs'].find((key) => {
    const part = parts[key]
    return part !== undefined && !(isMap(part) && Object.values(part as object).every(isMap))
  })
  if (wrong !== undefined)
    throw new CommandError(
      `${file}: '${wrong}' is not a map from names to maps.`,
      'give each name a description.',
    )
  return content as Parsed
}

/** The Markdown files for people, relative to this project. */
export function markdownFiles(): string[] {
  const inFolder = (folder: string) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md'))
      .map((name) => path.posix.join(folder, name))
  const atTop = readdirSync(root).filter((name) => name.endsWith('.md'))
  return [...atTop, ...inFolder('docs')].sort()
}

const BEGIN = /<!-- (inputs|outputs) of (\S+), written by npm run docs -->/

/**
 * The Markdown with every table in it as action.yml makes it.
 * @throws CommandError if a table has no end
 */
export function withTables(markdown: string, read: ReadMetadata): string {
  return withBlocks(markdown, BEGIN, (kind, file = '') =>
    kind === 'inputs' ? inputsTable(read(file).inputs ?? {}) : outputsTable(read(file)),
  )
}

function outputsTable({ outputs = {} }: Metadata): string {
  return table(
    ['Output', 'Value'],
    Object.entries(outputs).map(([name, output]) => [`\`${name}\``, output.description]),
  )
}

const ENGINES = /<!-- (engines) of dev\/engine-matrix\.ts, written by npm run docs -->/

/** The Markdown with the table of engines as the matrix has it. @throws CommandError if it has no end */
export function withEngines(markdown: string): string {
  return withBlocks(markdown, ENGINES, engineTable)
}

/** The Markdown with everything in it that `npm run docs` writes. @throws CommandError if some of it cannot be written */
export function withWritten(markdown: string): string {
  const tables = withInputGroups(withTables(markdown, readMetadata), readMetadata)
  return withWorkflows(withMessages(withEngines(withLimits(withPermissions(tables)))))
}

/** One fenced block of a Markdown file. */
export interface Example {
  readonly language: string
  readonly line: number
  readonly text: string
}

export function examplesIn(markdown: string): Example[] {
  return [...markdown.matchAll(/^( *)```(\w+)\n(.*?)^\1```$/gms)].map((match) => ({
    language: match[2] ?? '',
    line: markdown.slice(0, match.index).split('\n').length + 1,
    text: match[3] ?? '',
  }))
}

/**
 * What is wrong with a workflow, or with a part of one: YAML that does not parse, and steps that use this action
 * with an input or an output that it does not have, or without one that it needs.
 */
export function problemsInWorkflow(text: string, read: ReadMetadata): string[] {
  const document = parseDocument(text)
  if (document.errors.length > 0) return document.errors.map((error) => error.message)
  const problems: string[] = []
  const ours = new Map<string, { uses: string; metadata: Metadata }>()
  visit(document, {
    Map(_, node, ancestors) {
      const step = node.toJS(document) as { uses?: unknown; id?: unknown; with?: Record<string, unknown> }
      if (typeof step.uses !== 'string') return
      const file = metadataFile(step.uses)
      if (file === null) return
      const metadata = read(file)
      const { inputs = {} } = metadata
      const given = Object.keys(step.with ?? {})
      for (const name of given) {
        if (!(name in inputs)) problems.push(`${step.uses} has no input '${name}'`)
      }
      for (const [name, { required }] of Object.entries(inputs)) {
        if (required && !given.includes(name)) problems.push(`${step.uses} needs the input '${name}'`)
      }
      // A job that calls a workflow is known by its key.
      const owner = ancestors.at(-1)
      const key = isPair(owner) && isScalar(owner.key) ? owner.key.value : step.id
      if (typeof key === 'string') ours.set(key, { uses: step.uses, metadata })
    },
  })
  for (const [, id = '', name = ''] of text.matchAll(
    /\b(?:steps|needs|jobs)\.([\w-]+)\.outputs\.([\w-]+)/g,
  )) {
    const step = ours.get(id)
    if (step !== undefined && !(name in (step.metadata.outputs ?? {}))) {
      problems.push(`${step.uses} has no output '${name}'`)
    }
  }
  return problems
}

/** The metadata of an action of this project, as a step names it; null for any other action. */
function metadataFile(uses: string): string | null {
  const folder = /^OWNER\/ecr-build-push((?:\/[^@]+)?)@./.exec(uses)?.[1] ?? /^\.(\/.*)$/.exec(uses)?.[1]
  if (folder === undefined) return null
  return folder.endsWith('.yml') ? path.posix.join('.', folder) : path.posix.join('.', folder, 'action.yml')
}

/** What starts a part of a workflow that does not say it: documents speak of both. */
const ON = 'on: [push, pull_request]\n'

/** A part of a workflow, as documents show it, with the workflow around it that it leaves out. */
export function wholeWorkflow(text: string): string {
  const content = parse(text) as unknown
  const indent = (lines: string, by: number) => lines.replace(/^(?=.)/gm, ' '.repeat(by))
  const job = (lines: string, runner = 'runs-on: ubuntu-latest\n') =>
    `${ON}jobs:\n  example:\n${indent(`${runner}${lines}`, 4)}`
  if (Array.isArray(content)) return job(`steps:\n${indent(text, 2)}`)
  const keys = Object.keys(content as object)
  if (keys.includes('on')) return text
  const values = Object.values(content as object) as unknown[]
  const inputs = values.every((value) => typeof value !== 'object')
  if (inputs) {
    const all = keys.includes('repository') ? text : `repository: demo-service\n${text}`
    return job(`steps:\n  - uses: OWNER/ecr-build-push@v1\n    with:\n${indent(all, 6)}`)
  }
  if (keys.includes('jobs')) return `${ON}${text}`
  if (keys.includes('steps')) return keys.includes('runs-on') ? job(text, '') : job(text)
  return `${ON}jobs:\n${indent(text, 2)}`
}

const help = `
npm run docs

Writes into the Markdown files what is said elsewhere: the inputs and outputs of each action.yml, the permissions and
policies of src/aws/permissions.ts, the trust policies of examples, the limits of src/shared/limits.ts, the engines of
dev/engine-matrix.ts, every error of src/ (docs/messages.md), and the workflows of examples/workflows; and into
src/inputs/names.ts the names of the inputs.

  --verbose   show where an error comes from
  --help      show this
`

if (import.meta.main) {
  await main({ help, options: {} }, async () => {
    const read = (file: string) => readFileSync(path.join(root, file), 'utf8')
    const written = [
      { file: NAMES_FILE, after: inputNames(readMetadata) },
      ...markdownFiles().map((file) => ({
        file,
        after: withWritten(read(file)),
      })),
    ]
    for (const { file, after } of written) {
      if (after === read(file)) continue
      writeFileSync(path.join(root, file), after)
      console.log(`Wrote ${file}`)
    }
    return 0
  })
}
