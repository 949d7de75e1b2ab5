import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parse } from 'yaml'
import { examplesIn, markdownFiles } from '../../dev/docs.ts'
import { root } from '../../dev/root.ts'
import { includedIn, withWorkflows } from '../../dev/workflow-docs.ts'

// The workflows in the documents: blocks that are fenced as `yaml` are workflows or parts of one. YAML of others is fenced
// as `yml`: what stands before a move to this project (docs/migrate.md).

/** A block of a document that is a workflow, or a part of one. */
export interface DocumentBlock {
  readonly file: string
  readonly line: number
  readonly text: string
  /** The keys of its jobs; empty for one that has none, such as a list of steps. */
  readonly jobs: readonly string[]
}

const read = (file: string) => readFileSync(path.join(root, file), 'utf8')

/** Every Markdown file for people, those in the folders of examples and of the local ECR included. */
export function documents(): string[] {
  const more = ['examples', 'local-ecr'].flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md'))
      .map((name) => path.posix.join(folder, name)),
  )
  return [...markdownFiles(), ...more]
}

/** The blocks of all documents that are fenced so. */
export function blocksFenced(language: 'yaml' | 'yml'): DocumentBlock[] {
  return documents().flatMap((file) => blocksIn(read(file), file, language))
}

/** @param file its name, for whoever reads of a block */
export function blocksIn(markdown: string, file: string, language: 'yaml' | 'yml'): DocumentBlock[] {
  return examplesIn(markdown)
    .filter((example) => example.language === language)
    .map(({ line, text }) => ({ file, line, text, jobs: jobsOf(text) }))
}

function jobsOf(text: string): string[] {
  const { jobs } = (parse(text) ?? {}) as { readonly jobs?: object }
  return Object.keys(jobs ?? {})
}

/** What a block with jobs is called: its page and its jobs, `docs/recipes.md: image, deploy`. */
export const nameOf = ({ file, jobs }: DocumentBlock): string => `${file}: ${jobs.join(', ')}`

/** The blocks with jobs that are not written from a file of examples/workflows: nothing else runs them. */
export function blocksOfTheirOwn(): DocumentBlock[] {
  return documents()
    .flatMap((file) => blocksIn(withoutIncluded(read(file)), file, 'yaml'))
    .filter(({ jobs }) => jobs.length > 0)
}

const withoutIncluded = (markdown: string) =>
  withWorkflows(markdown, () => 'included: here').replaceAll('```yaml\nincluded: here\n```\n', '')

/** The files of examples/workflows that documents show as a whole. */
export const includedFiles = (): string[] => documents().flatMap((file) => includedIn(read(file)))
