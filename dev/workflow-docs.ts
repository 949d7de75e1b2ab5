import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { CommandError } from './command/errors.ts'
import { withBlocks } from './markdown.ts'
import { root } from './root.ts'

/** Where the workflows are that people copy as a whole. */
const FOLDER = 'examples/workflows'

const BEGIN = new RegExp(`<!-- workflow (${FOLDER}/[\\w-]+\\.yml), written by npm run docs -->`)

/**
 * The Markdown with each whole workflow in it as its file has it, without the comment at the head of the file: the page
 * says around it what that says.
 * @throws CommandError for a file that is not there, or a block without an end
 */
export function withWorkflows(markdown: string, read: (file: string) => string = readExample): string {
  return withBlocks(markdown, BEGIN, (file = '') => `\`\`\`yaml\n${bodyOf(read(file))}\n\`\`\``)
}

/** The files whose workflows are in the Markdown so. */
export function includedIn(markdown: string): string[] {
  return [...markdown.matchAll(new RegExp(BEGIN.source, 'g'))].map(([, file = '']) => file)
}

const bodyOf = (text: string) => text.replace(/^(?:#.*\n)+/, '').trim()

function readExample(file: string): string {
  if (!existsSync(path.join(root, file)))
    throw new CommandError(`A page has the workflow ${file}, and there is no such file.`, 'correct its name.')
  return readFileSync(path.join(root, file), 'utf8')
}
