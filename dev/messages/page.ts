import path from 'node:path'
import { CommandError } from '../command/errors.ts'
import { table, withBlocks } from '../markdown.ts'
import { root } from '../root.ts'
import { COMPOSED } from './composed.ts'
import { type Found, type Message, readMessages, UNKNOWN } from './read.ts'

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
  const all = messages.filter(({ file }) => partOf(file) === part)
  const own = all.filter(({ text }) => isKnownAgain(text))
  const made = composed.filter((key) => partOf(key) === part)
  const ofInput = ({ input, remedies, file }: Message) =>
    isOfInputs(file) || (input !== null && remedies.length === 0)
  const inputs = rows(own.filter(ofInput))
  const errors = rows(own.filter((message) => !ofInput(message)))
  const parts = [`## ${part}`]
  if (inputs.length > 0)
    parts.push(
      table(['Input', 'Message'], unique(inputs.map(({ input, text }) => [nameOf(input), code(text)]))),
    )
  if (errors.length > 0)
    parts.push(
      table(
        ['Message', 'What to do'],
        unique(errors.map((message) => [code(message.text), remedyOf(message)])),
      ),
    )
  const besides = [
    ...made.map((key) => `- ${COMPOSED[key]}`),
    ...rows(all.filter(({ text }) => !isKnownAgain(text))).map(shortly),
  ]
  if (besides.length > 0) parts.push(['Besides, made of parts:', '', ...new Set(besides)].join('\n'))
  return parts.length === 1 ? '' : parts.join('\n\n')
}

const FEWEST_WORDS = 3

/** Whether a text has enough words of its own for somebody who has it in a log to find it here. */
function isKnownAgain(text: string): boolean {
  return (text.match(/\p{L}{2,}/gu) ?? []).length >= FEWEST_WORDS
}

/** Of several inputs, or of a variable of the runner, too. */
function nameOf(input: string | null): string {
  if (input === null) return 'several'
  return /^[A-Z_]+$/.test(input) ? `the variable \`${input}\`` : `\`${input}\``
}

/** A message of hardly a word, in a list. */
function shortly(message: Message): string {
  const { input, text, remedies } = message
  const whose = input === null ? '' : ` of ${nameOf(input)}`
  return `- ${code(text)}${whose}${remedies.length === 0 ? '' : `: ${remedyOf(message)}`}`
}

const MOST_REMEDIES = 5

function remedyOf({ remedies, pages }: Message): string {
  const more = pages.length === 0 ? '' : ` (${pages.map((page) => `[more](${page})`).join(', ')})`
  const seen = remedies.filter((remedy) => remedy !== UNKNOWN)
  if (remedies.length === 1 && seen.length === 1) return `${escaped(seen.join())}${more}`
  if (remedies.length === 0) return more.trim()
  if (seen.length === 0 || remedies.length > MOST_REMEDIES) return `${BY_CAUSE}${more}`
  const others = seen.length < remedies.length ? ['what the error says'] : []
  const all = [...seen.map(escaped), ...others]
  return `by its cause: ${all.map((remedy, index) => `(${index + 1}) ${remedy}`).join(' ')}${more}`
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
