import path from 'node:path'
import type { Secret } from '../docker/port.ts'
import { variable } from '../shared/variable.ts'
import { outOfBounds } from './confinement.ts'
import { defaultContext, kindOf } from './context.ts'
import { readGitHubRun } from './github.ts'
import { type Item, parseList } from './list.ts'
import type { Reader } from './reader.ts'
import { insideOf } from './workspace.ts'

/**
 * An id beside a value. docker takes any text; what has other characters is more likely a part of a secret, and
 * would come to stand on the command line.
 */
const ID = /^[\p{L}\p{N}_.:/@+~%-]+$/u
const ID_RULE = 'letters, digits and _ . : / @ + ~ % -'
/** An id beside a name. */
const ANY_ID = /^[^\s=]+$/

const INPUT = { value: 'secrets', env: 'secret-envs', file: 'secret-files' } as const

/**
 * The inputs `secret-envs`, `secrets`, `secret-files` and `github-token`, in the order of build-push-action's
 * arguments. Problems never show what might be a part of a secret.
 * @param remoteContext the context if docker fetches it itself, else null
 */
export function readSecrets(reader: Reader, remoteContext: string | null): Secret[] {
  const secrets = [...readEnvs(reader), ...readValues(reader), ...readFiles(reader)]
  const token = readGitHubToken(reader, secrets, remoteContext)
  for (const [at, { id, from }] of secrets.entries()) {
    const first = secrets.findIndex((secret) => secret.id === id)
    const other = secrets[first] as Secret
    if (first === at) continue
    const where = other.from === from ? '' : `, also in ${INPUT[other.from]}`
    reader.problem(INPUT[from], '', `the id ${id} is given more than once${where}`)
  }
  return token === null ? secrets : [...secrets, token]
}

/**
 * Keeps a secret out of the log: as it is, and each line of it, since a log is masked line by line.
 * https://github.com/actions/runner/blob/main/src/Runner.Worker/ActionCommandManager.cs (AddMaskCommandExtension)
 */
export function mask(reader: Reader, secret: string): void {
  const parts = secret.split(/[\r\n]+/).map((line) => line.trim())
  for (const part of new Set([secret, ...parts])) if (part.trim() !== '') reader.source.mask?.(part)
}

/**
 * What is no item is most likely a part of a secret; of one or two characters, it is worth less than a log that can be
 * read: each of those characters would be masked in every word.
 */
function maskMistake(reader: Reader, text: string): void {
  if (text.trim().length > 2) mask(reader, text)
}

function readValues(reader: Reader): Secret[] {
  const { items, broken } = parseList(reader.source.get('secrets'), 'secrets')
  // Whatever follows an equals sign is a secret as soon as it has been read.
  for (const { text } of items) if (text.includes('=')) mask(reader, valueIn(text))
  if (broken.length > 0) {
    // What was read as an item may be a line of what was to be quoted.
    for (const { text } of items) maskMistake(reader, text)
    for (const line of broken)
      for (const part of [line, valueIn(line.replace(/"$/, ''))]) maskMistake(reader, part)
    reader.problem('secrets', '', BROKEN_SECRETS)
    return []
  }
  return items.flatMap((item, index): Secret[] => {
    const value = valueIn(item.text)
    const id = item.text.slice(0, -value.length - 1)
    const wrong = problemOf(item, id, value)
    if (wrong === null) return [{ id, from: 'value', value }]
    maskMistake(reader, item.text)
    reader.problem('secrets', '', `item ${index + 1} of ${items.length} ${wrong}`)
    return []
  })
}

/** All of it if there is no equals sign. */
const valueIn = (item: string) => item.slice(item.indexOf('=') + 1)

const BROKEN_SECRETS =
  'is not a list: an item begins with a quote, and is not quoted as a whole. End it with a quote and double each quote inside ("ID=a ""b"" c"), or leave out the quotes around it; secret-envs takes any value as it is'
const QUOTE = '; a value of several lines is quoted together with its id: "ID=first line⏎second line"'

/** @returns null if nothing is wrong with the item */
function problemOf({ text, quoted }: Item, id: string, value: string): string | null {
  const quote = quoted ? '' : QUOTE
  if (!text.includes('=') || !ID.test(id)) return `is not ID=value (an id is ${ID_RULE})${quote}`
  if (value.trim() === '') {
    return 'has an empty value; is the GitHub secret set, and given to this event? Pull requests from forks get none'
  }
  if (/^=+$/.test(value)) return `looks like the end of a base64 value${quote}`
  return null
}

function readEnvs(reader: Reader): Secret[] {
  return reader.list('secret-envs', 'words').flatMap((item): Secret[] => {
    const [id, name] = split(item)
    if (!ANY_ID.test(id) || !ANY_ID.test(name)) {
      reader.problem(
        'secret-envs',
        item,
        'must be ID=NAME, and NAME a variable of the environment of the step',
      )
      return []
    }
    const value = variable(reader.source.env, name)
    if (!value) {
      reader.problem('secret-envs', item, `the variable ${name} is not set in the environment of the step`)
      return []
    }
    mask(reader, value)
    return [{ id, from: 'env', name }]
  })
}

function readFiles(reader: Reader): Secret[] {
  return reader.list('secret-files', 'lines').flatMap((item): Secret[] => {
    const [id, given] = split(item)
    if (!ANY_ID.test(id) || given === '') {
      reader.problem('secret-files', item, 'must be ID=path, the id without blanks')
      return []
    }
    const { cwd } = reader.source
    const file = path.resolve(cwd, given)
    const kind = kindOf(file)
    if (kind !== 'file') {
      const what = { missing: 'does not exist', folder: 'is a folder', other: 'is not a regular file' }[kind]
      reader.problem('secret-files', item, `${file} ${what}; must be a file, relative to the workspace`)
      return []
    }
    // Anybody may have written what is checked out: a link in it must not choose a file of the runner for the build.
    const problem = path.isAbsolute(given) ? outOfBounds(reader.source, given) : null
    if (problem !== null) {
      reader.problem('secret-files', item, problem)
      return []
    }
    const real = path.isAbsolute(given) ? file : insideOf(cwd, given)
    if (real === null) {
      reader.problem(
        'secret-files',
        item,
        `is outside of the workspace (${cwd}), or a link to there; give the absolute path if that is meant`,
      )
      return []
    }
    return [{ id, from: 'file', path: real }]
  })
}

/**
 * Lets docker fetch the run's own repository if that is the context, unless the user has a token of their own
 * for it: https://docs.docker.com/build/building/secrets/#git-authentication-for-remote-contexts
 */
function readGitHubToken(
  reader: Reader,
  secrets: readonly Secret[],
  remoteContext: string | null,
): Secret | null {
  const token = reader.text('github-token')
  if (token !== '') mask(reader, token)
  const own = defaultContext(reader.source.env)
  if (token === '' || remoteContext === null || own === null) return null
  if (repositoryOf(remoteContext) !== repositoryOf(own)) return null
  const { host } = new URL(readGitHubRun(reader.source.env).serverUrl)
  const id = `GIT_AUTH_TOKEN.${host}`
  if (secrets.some((secret) => secret.id === 'GIT_AUTH_TOKEN' || secret.id === id)) return null
  return { id, from: 'value', value: token }
}

/** Without the fragment or the query, which say commit and folder. */
function repositoryOf(context: string): string {
  return context.split(/[#?]/, 1)[0] ?? ''
}

function split(item: string): [string, string] {
  const equals = item.indexOf('=')
  return equals < 0 ? [item, ''] : [item.slice(0, equals).trim(), item.slice(equals + 1).trim()]
}
