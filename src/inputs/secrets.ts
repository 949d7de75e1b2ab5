import path from 'node:path'
import { parse as parseCsv } from 'csv-parse/sync'
import type { Secret } from '../docker/port.ts'
import { defaultContext, kindOf } from './context.ts'
import { readGitHubRun } from './github.ts'
import type { Reader } from './reader.ts'
import { insideOf } from './workspace.ts'

/** What a Dockerfile can name (`--mount=type=secret,id=…`); `GIT_AUTH_TOKEN.HOST:PORT` is one. */
const ID = /^[A-Za-z0-9_][A-Za-z0-9_.:/@-]*$/
const ID_RULE = "letters, digits, '_', '.', ':', '/', '@' and '-'"

/**
 * The inputs `secret-envs`, `secrets`, `secret-files` and `github-token`, in the order of build-push-action's
 * arguments. Problems never show what might be a part of a secret.
 * @param remoteContext the context where docker fetches it itself, else null
 */
export function readSecrets(reader: Reader, remoteContext: string | null): Secret[] {
  const secrets = [...readEnvs(reader), ...readValues(reader), ...readFiles(reader)]
  const token = readGitHubToken(reader, secrets, remoteContext)
  if (token !== null) secrets.push(token)
  const twice = new Set(secrets.map(({ id }) => id).filter((id, at, ids) => ids.indexOf(id) !== at))
  for (const id of twice) {
    reader.problem(
      'secrets',
      '',
      `the id ${id} is given more than once, in secrets, secret-envs or secret-files`,
    )
  }
  return secrets
}

function readValues(reader: Reader): Secret[] {
  const items = splitValues(reader, reader.source.get('secrets'))
  return items.flatMap((item, index): Secret[] => {
    const equals = item.indexOf('=')
    const [id, value] = [item.slice(0, equals), item.slice(equals + 1)]
    // What follows an equals sign, and the whole of an item that has none, is a secret as soon as it has been read.
    if (value.trim() !== '') reader.source.mask?.(value)
    const wrong = problemOf(id, value, equals)
    if (wrong === null) return [{ id, from: 'value', value }]
    reader.problem('secrets', '', `item ${index + 1} of ${items.length} ${wrong}`)
    return []
  })
}

function problemOf(id: string, value: string, equals: number): string | null {
  if (equals < 1 || !ID.test(id)) {
    return `is not ID=value (an id is ${ID_RULE}); a value of several lines is quoted together with its id: "ID=first line⏎second line"`
  }
  if (value.trim() === '') {
    return 'has an empty value; is the GitHub secret set, and given to this event? Pull requests from forks get none'
  }
  if (/^=+$/.test(value)) {
    return 'looks like the end of a base64 value; a value of several lines is quoted together with its id: "ID=first line⏎second line"'
  }
  return null
}

/** Neither trimmed nor with comments: spaces and `#` may belong to a secret. */
function splitValues(reader: Reader, text: string): string[] {
  if (text.trim() === '') return []
  try {
    const rows: string[][] = parseCsv(text, {
      relax_quotes: true,
      relax_column_count: true,
      skip_empty_lines: true,
    })
    return rows.map((row) => row.join(',')).filter((item) => item.trim() !== '')
  } catch {
    // The parser's own message may quote the text.
    for (const line of text.split(/\r?\n/)) if (line.trim() !== '') reader.source.mask?.(line)
    reader.problem(
      'secrets',
      '',
      'is not a list: a quote is not closed; inside of a quoted value a quote is doubled ("")',
    )
    return []
  }
}

function readEnvs(reader: Reader): Secret[] {
  return reader.list('secret-envs', { commas: 'yes' }).flatMap((item): Secret[] => {
    const [id = '', name = ''] = split(item)
    if (!ID.test(id) || !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
      reader.problem(
        'secret-envs',
        item,
        'must be ID=NAME, where NAME is a variable of the environment of the step',
      )
      return []
    }
    const value = reader.source.env[name]
    if (!value) {
      reader.problem('secret-envs', item, `the variable ${name} is not set in the environment of the step`)
      return []
    }
    reader.source.mask?.(value)
    return [{ id, from: 'env', name }]
  })
}

function readFiles(reader: Reader): Secret[] {
  return reader.list('secret-files', { commas: 'no' }).flatMap((item): Secret[] => {
    const [id = '', given = ''] = split(item)
    if (!ID.test(id) || given === '') {
      reader.problem('secret-files', item, `must be ID=path (an id is ${ID_RULE})`)
      return []
    }
    const { cwd } = reader.source
    const file = path.resolve(cwd, given)
    if (kindOf(file) !== 'file') {
      reader.problem('secret-files', item, `there is no file ${file}; a path is relative to the workspace`)
      return []
    }
    // What is checked out may be anybody's: a link in it must not choose a file of the runner for the build.
    const real = path.isAbsolute(given) ? file : insideOf(cwd, given)
    if (real === null) {
      reader.problem(
        'secret-files',
        item,
        `is outside of the workspace (${cwd}), or a link to there; give the absolute path where that is meant`,
      )
      return []
    }
    return [{ id, from: 'file', path: real }]
  })
}

/**
 * Lets docker fetch the run's own repository where that is the context, unless the user has a token of their own
 * for it: https://docs.docker.com/build/building/secrets/#git-authentication-for-remote-contexts
 */
function readGitHubToken(
  reader: Reader,
  secrets: readonly Secret[],
  remoteContext: string | null,
): Secret | null {
  const token = reader.text('github-token')
  if (token !== '') reader.source.mask?.(token)
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
