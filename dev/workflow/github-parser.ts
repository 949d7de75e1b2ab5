// A program of its own, started by parse.ts: GitHub's parser and language service, which import JSON in a way that Node
// takes only with the hook below. It reads a request as JSON from standard input, and writes the answer to standard output.
import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import type { TemplateToken } from '@actions/workflow-parser/templates/tokens/template-token'
import { parse as parseYaml } from 'yaml'
import type { Answer, Found, ParsedFile, Request, Value } from './parse.ts'

registerHooks({
  load: (url, context, next) =>
    next(url, url.endsWith('.json') ? { ...context, importAttributes: { type: 'json' } } : context),
})
const { convertWorkflowTemplate, isMapping, isSequence, NoOperationTraceWriter, parseWorkflow } =
  await import('@actions/workflow-parser')
const { ensureStatusFunction } = await import('@actions/workflow-parser/model/converter/if-condition')
const { BasicExpressionToken } = await import('@actions/workflow-parser/templates/tokens/index')

/** GitHub's names for what an `if` is in its schema. */
const CONDITIONS = ['job-if', 'step-if']

/**
 * A value of YAML as GitHub's parser has it.
 * @param plain the same, as YAML has it. Of a text with expressions, the parser takes a block of several lines as it is
 *   in the file, with its indentation, as its editor wants to find places in it; a run of GitHub has it without.
 */
function readValue(token: TemplateToken, plain: unknown): Value {
  if (CONDITIONS.includes(token.definition?.key ?? '')) return conditionOf(token)
  if (isSequence(token)) return [...token].map((one, at) => readValue(one, (plain as unknown[])[at]))
  if (isMapping(token)) {
    const pairs = [...token].map(({ key, value }): [string, Value] => {
      if (key.isExpression) throw new Error(`line ${key.line}: an expression as a key is not known here`)
      const name = key.toString()
      return [name, readValue(value, (plain as Record<string, unknown>)[name])]
    })
    return Object.fromEntries(pairs)
  }
  if (token instanceof BasicExpressionToken) return textOf(String(plain), token)
  const literal = token as unknown as { readonly value?: string | number | boolean }
  return literal.value ?? null
}

/** A brace within quotes is no end. */
const EXPRESSION = /\$\{\{((?:'(?:[^']|'')*'|[^'}]|\}(?!\}))*)\}\}/

function textOf(text: string, token: InstanceType<typeof BasicExpressionToken>): Value {
  const parts = text.split(EXPRESSION)
  const [before = '', only = '', after = ''] = parts
  if (parts.length === 3 && before.trim() === '' && after.trim() === '') return { '${{': only.trim() }
  if ((parts.length - 1) / 2 !== (token.originalExpressions?.length ?? 1))
    throw new Error(`line ${token.line}: the expressions in ${JSON.stringify(text)} are not found`)
  return { '${{ }}': parts.map((part, at) => (at % 2 === 0 ? part : { '${{': part.trim() })) }
}

/** An `if` may stand without braces, and means that nothing has failed unless it asks for the status itself. */
function conditionOf(token: TemplateToken): Value {
  const text = token instanceof BasicExpressionToken ? token.expression : token.toString().trim()
  return { '${{': text === '' ? 'success()' : ensureStatusFunction(text, token.definitionInfo) }
}

const request: Request = JSON.parse(readFileSync(0, 'utf8'))
const provider = {
  getFileContent: async (ref: object) => {
    const at = ref as { owner?: string; repository?: string; path: string; version?: string }
    const name =
      at.owner === undefined ? `./${at.path}` : `${at.owner}/${at.repository}/${at.path}@${at.version}`
    const content = request.called[name]
    if (content === undefined) throw new Error(`there is no workflow ${name} here`)
    return { name, content }
  },
}
const actionsMetadataProvider = {
  fetchActionMetadata: async ({ owner, name, path }: { owner: string; name: string; path?: string }) =>
    request.actions[[owner, name, path].filter(Boolean).join('/')],
}

/** What the parser and the conversion have against a file. */
async function parsed(name: string, content: string): Promise<Omit<ParsedFile, 'warnings'>> {
  const { context, value } = parseWorkflow({ name, content }, new NoOperationTraceWriter())
  if (value !== undefined && context.errors.count === 0)
    await convertWorkflowTemplate(context, value, provider, { fetchReusableWorkflowDepth: 1 })
  const errors = context.errors
    .getErrors()
    .map(({ message, range }) => ({ line: range?.start.line ?? 0, message }))
  const refused = errors.length > 0 || value === undefined
  return { root: refused ? null : readValue(value, parseYaml(content)), errors }
}

/** What GitHub's editor marks in a file, errors included. */
async function marksIn(name: string, content: string): Promise<Found[]> {
  // It takes longer to load than all that is read with the parser.
  const { validate } = await import('@actions/languageservice')
  const document = { uri: `file:///${name}`, getText: () => content } as Parameters<typeof validate>[0]
  const config = { fileProvider: provider, actionsMetadataProvider } as Parameters<typeof validate>[1]
  const marks = await validate(document, config)
  return marks.map(({ message, range }) => ({ line: range.start.line + 1, message: `${message}` }))
}

const answer: Record<string, ParsedFile> = {}
for (const [name, content] of Object.entries(request.files)) {
  const warnings = request.edited ? await marksIn(name, content) : []
  answer[name] = { ...(await parsed(name, content)), warnings }
}
process.stdout.write(JSON.stringify(answer satisfies Answer))
