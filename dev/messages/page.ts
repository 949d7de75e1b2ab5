import path from 'node:path'
import { CommandError } from '../command/errors.ts'
import { table, withBlocks } from '../markdown.ts'
import { root } from '../root.ts'
import { COMPOSED } from './composed.ts'
import { type Found, type Message, readMessages } from './read.ts'

/** The parts of the action, in the order in which a run comes to them, with the folders of src/ that they are in. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  Inputs: ['inputs', 'metadata'],
  'The runner': ['runner', 'shared'],
  'AWS credentials and roles': ['aws'],
  'ECR and its repositories': ['ecr', 'delivery'],
  'Docker, its engine and its builders': ['docker'],
  'What an action checks and does': ['actions'],
  'Registries and images': ['registry', 'oci'],
  'After the push': ['after-push', 'report'],
  'Signed attestations': ['sigstore'],
}

const BEGIN = /<!-- (messages of src), written by npm run docs -->/

/**
 * The Markdown with every error of the code that `found` has.
 * @throws CommandError if an error is neither read nor in COMPOSED, a line of COMPOSED has no error, or a folder is in
 *   no part
 */
export function withMessages(
  markdown: string,
  found: () => Found = () => readMessages(path.join(root, 'src')),
): string {
  return withBlocks(markdown, BEGIN, () => page(found()))
}

function page({ messages, composed }: Found): string {
  const keys = new Set(composed.map(({ file, code }) => `${file} ${code}`))
  const known = Object.keys(COMPOSED)
  const wrong = [
    ...[...keys].filter((key) => !known.includes(key)).map((key) => `src/${key} is made of parts`),
    ...known.filter((key) => !keys.has(key)).map((key) => `there is no error src/${key}`),
    ...messages
      .filter(({ file }) => partOf(file) === undefined)
      .map(({ file }) => `src/${file} is in no part of the page`),
  ]
  if (wrong.length > 0)
    throw new CommandError(
      `docs/messages.md cannot be written: ${wrong.join('; ')}.`,
      'say in dev/messages/composed.ts what such an error says, or write its message as a text; parts are in dev/messages/page.ts.',
    )
  return Object.keys(PARTS)
    .map((part) => section(part, messages, known))
    .filter((text) => text !== '')
    .join('\n\n')
}

function partOf(file: string): string | undefined {
  const [folder = ''] = file.split('/', 1)
  return Object.keys(PARTS).find((part) => PARTS[part]?.includes(folder))
}

function section(part: string, messages: readonly Message[], composed: readonly string[]): string {
  const own = messages.filter(({ file }) => partOf(file) === part)
  const made = composed.filter((key) => partOf(key) === part)
  const inputs = rows(
    own.filter(({ input, remedy, file }) => isOfInputs(file) || (input !== null && remedy === '')),
  )
  const errors = rows(
    own.filter(({ input, remedy, file }) => !isOfInputs(file) && (input === null || remedy !== '')),
  )
  const parts = [`## ${part}`]
  if (inputs.length > 0)
    parts.push(
      table(
        ['Input', 'Message'],
        unique(inputs.map(({ input, text }) => [input === null ? '' : `\`${input}\``, code(text)])),
      ),
    )
  if (errors.length > 0)
    parts.push(
      table(
        ['Message', 'What to do'],
        unique(
          errors.map(({ text, remedy, page: more }) => [
            code(text),
            `${remedy === null ? BY_CAUSE : escaped(remedy)}${more === null ? '' : ` ([more](${more}))`}`,
          ]),
        ),
      ),
    )
  if (made.length > 0)
    parts.push(
      ['Besides, made of parts:', '', ...new Set(made.map((key) => `- ${COMPOSED[key]}`))].join('\n'),
    )
  return parts.length === 1 ? '' : parts.join('\n\n')
}

const BY_CAUSE = 'the error says it, by its cause'

function isOfInputs(file: string): boolean {
  return partOf(file) === 'Inputs'
}

/** By the alphabet, those of an input together, so that a new one changes one line. */
function rows(messages: readonly Message[]): readonly Message[] {
  const key = ({ input, text }: Message) => `${input ?? '~'} ${text}`
  return messages.toSorted((a, b) => (key(a) < key(b) ? -1 : 1))
}

function unique(lines: readonly (readonly string[])[]): readonly (readonly string[])[] {
  return [...new Map(lines.map((line) => [line.join('\n'), line])).values()]
}

/** A text as code, whatever it holds. */
function code(text: string): string {
  const line = text.trim().replace(/\s+/g, ' ').replace(/…{2,}/g, '…')
  const fence = '`'.repeat(Math.max(0, ...[...line.matchAll(/`+/g)].map(([ticks]) => ticks.length)) + 1)
  const pad = fence.length > 1 ? ' ' : ''
  return `${fence}${pad}${line}${pad}${fence}`
}

/** A text as prose: nothing in it is Markdown or HTML. */
function escaped(text: string): string {
  return text.replace(/[\\`*_[\]<>]/g, '\\$&')
}
