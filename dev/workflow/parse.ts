import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parse as parseYaml } from 'yaml'
import { root } from '../root.ts'
import { type Metadata, OTHERS } from './other-actions.ts'

/** An expression, without its braces. */
export interface Expression {
  readonly '${{': string
}

/** A text with expressions in it, in their order. */
export interface Template {
  readonly '${{ }}': readonly (string | Expression)[]
}

/** A value of a workflow. */
export type Value =
  | string
  | number
  | boolean
  | null
  | Expression
  | Template
  | readonly Value[]
  | { readonly [key: string]: Value }

/** Something that GitHub would say of a file. */
export interface Found {
  /** 0 if it is said of no line. */
  readonly line: number
  readonly message: string
}

/** A workflow, read by GitHub's own parser. */
export interface ParsedFile {
  /** The workflow; null if there are errors. */
  readonly root: Value
  /** For which GitHub would start no run. */
  readonly errors: readonly Found[]
  /** What GitHub's editor marks, errors included; empty if it was not asked. */
  readonly warnings: readonly Found[]
}

/** What the parser is asked. */
export interface Request {
  /** Texts by the names of files. */
  readonly files: Readonly<Record<string, string>>
  /** Texts of workflows by what a job's `uses` says. */
  readonly called: Readonly<Record<string, string>>
  /** What stands in action.yml, by what a step's `uses` says before the `@`. */
  readonly actions: Readonly<Record<string, Metadata>>
  /** Whether GitHub's editor is asked too. */
  readonly edited: boolean
}

/** By the names of files. */
export type Answer = Readonly<Record<string, ParsedFile>>

/** How the workflows call this project. */
export const OWN = 'OWNER/ecr-build-push'

const WORKFLOWS = path.join('.github', 'workflows')

/** This project's actions, by what a step's `uses` says before the `@`, with their folders. */
export function ownActions(): ReadonlyMap<string, string> {
  const folders = ['.', 'bake', 'local-ecr', 'merge', 'promote', 'verify']
  return new Map(folders.map((one) => [one === '.' ? OWN : `${OWN}/${one}`, path.join(root, one)]))
}

/** This project's reusable workflows, by what a job's `uses` says. */
export function ownWorkflows(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    readdirSync(path.join(root, WORKFLOWS)).flatMap((file) => {
      const text = readFileSync(path.join(root, WORKFLOWS, file), 'utf8')
      return [
        [`${OWN}/.github/workflows/${file}@v1`, text],
        [`./.github/workflows/${file}`, text],
      ]
    }),
  )
}

/**
 * Reads workflows with GitHub's parser, in a process of its own.
 * @param files texts by the names of files
 * @param edited whether GitHub's language service looks at them too
 * @throws Error with what the process has said, if it fails
 */
export async function parseWorkflows(
  files: Readonly<Record<string, string>>,
  { edited = false }: { readonly edited?: boolean } = {},
): Promise<Answer> {
  const own = [...ownActions()].map(([name, folder]) => [
    name,
    parseYaml(readFileSync(path.join(folder, 'action.yml'), 'utf8')),
  ])
  const request: Request = {
    files,
    called: { ...ownWorkflows(), ...calledByPath(files) },
    actions: { ...OTHERS, ...Object.fromEntries(own) },
    edited,
  }
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'github-parser.ts')], {
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: 60_000,
  })
  child.stdin.on('error', () => {}).end(JSON.stringify(request))
  const [output, errors, code] = await Promise.all([
    textOf(child.stdout),
    textOf(child.stderr),
    new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve)),
  ])
  if (code !== 0) throw new Error(`GitHub's parser ended with ${code}:\n${errors}`)
  return JSON.parse(output) as Answer
}

/** As a workflow of the same repository calls them. */
const calledByPath = (files: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(files).map(([name, text]) => [`./${name}`, text]))

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks).toString('utf8')
}
