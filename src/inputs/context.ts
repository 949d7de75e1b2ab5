import { readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { isRemote } from '../docker/syntax/context.ts'
import { outOfBounds, outOfBoundsOrMissing } from './confinement.ts'
import { readGitHubRun, readPullRequestHead } from './github.ts'
import type { Reader } from './reader.ts'
import { insideOf } from './workspace.ts'

/** What is built, and from which Dockerfile. */
export interface BuildContext {
  /** An absolute path, or a remote context (Git or a tarball) as docker takes it. */
  readonly context: string
  /** The Dockerfile's absolute path; within a remote context as given, null for the one at its root. */
  readonly file: string | null
}

const TEMPLATE = /\{\{([^{}]*)\}\}/g

/**
 * The inputs `context` and `file`.
 * @param file the latter's value; null if it is not known so far, so that no Dockerfile is looked for
 */
export function readContext(reader: Reader, file: string | null): BuildContext {
  const given = reader.text('context')
  const rendered = renderDefaultContext(reader, 'context', given)
  if (rendered === null) return { context: reader.source.cwd, file: null }
  // docker looks for a folder of that name first.
  if (isRemote(rendered) && kindOf(path.resolve(reader.source.cwd, rendered)) !== 'folder') {
    if (file === '-')
      reader.problem(
        'file',
        file,
        "is standard input, which a step does not have; give the Dockerfile's path",
      )
    // One that is absolute docker takes from the runner, also beside a context from elsewhere.
    else if (file !== null && path.isAbsolute(file)) {
      const misplaced = outOfBoundsOrMissing(reader.source, file)
      if (misplaced !== null) reader.problem('file', file, misplaced)
    }
    return { context: rendered, file: file || null }
  }
  return readFolder(reader, rendered === '' ? '.' : rendered, file)
}

function readFolder(reader: Reader, given: string, givenFile: string | null): BuildContext {
  const { cwd } = reader.source
  const context = path.resolve(cwd, given)
  const kind = kindOf(context)
  if (kind !== 'folder') {
    const why = kind === 'missing' ? 'does not exist' : 'is not a folder'
    const hint = kind === 'missing' ? CHECKOUT : ''
    reader.problem('context', given, `${why}; must be a folder, relative to ${cwd}${hint}`)
  }
  const misplaced = kind === 'folder' ? outOfBounds(reader.source, given) : null
  if (misplaced !== null) {
    reader.problem('context', given, misplaced)
    // The Dockerfile of a folder that is not built is nobody's.
    if (givenFile === '') return { context, file: path.join(context, 'Dockerfile') }
  }
  if (givenFile === null) return { context, file: null }
  // Docker fetches a remote Dockerfile itself, by HTTP alone.
  if (/^https?:\/\//.test(givenFile)) return { context, file: givenFile }
  const file = findDockerfile(
    givenFile === '' ? path.join(context, 'Dockerfile') : path.resolve(cwd, givenFile),
  )
  const fileKind = kindOf(file)
  const hint = isEmpty(cwd) ? CHECKOUT : ''
  if (givenFile !== '' && fileKind !== 'file') {
    const why =
      fileKind === 'missing'
        ? `does not exist (${file})`
        : fileKind === 'folder'
          ? 'is a folder'
          : 'is not a regular file'
    reader.problem('file', givenFile, `${why}; must be the Dockerfile's path, relative to ${cwd}${hint}`)
  } else if (kind === 'folder' && fileKind !== 'file') {
    const remedy = `name the Dockerfile's path in 'file', or another folder, both relative to ${cwd}`
    reader.problem('context', given, `has no Dockerfile (${file}); ${remedy}${hint}`)
  } else if (fileKind === 'file') {
    checkDockerfile(reader, context, givenFile, file)
  }
  return { context, file }
}

/** A Dockerfile is one of the workspace, also behind links, or of the folder that is built. */
function checkDockerfile(reader: Reader, context: string, given: string, file: string): void {
  if (given === '' && insideOf(context, file) !== null) return
  const asGiven = path.isAbsolute(given) ? file : path.relative(reader.source.cwd, file)
  const problem = outOfBounds(reader.source, asGiven)
  if (problem === null) return
  if (given !== '') reader.problem('file', given, problem)
  else reader.problem('context', reader.text('context'), `its Dockerfile (${file}) ${problem} in 'file'`)
}

const CHECKOUT = ' (is there an actions/checkout step before this one?)'

/** Docker's builders take a `dockerfile` if there is no `Dockerfile` beside it. */
function findDockerfile(file: string): string {
  if (path.basename(file) !== 'Dockerfile' || kindOf(file) !== 'missing') return file
  const other = path.join(path.dirname(file), 'dockerfile')
  return kindOf(other) === 'file' ? other : file
}

function isEmpty(folder: string): boolean {
  try {
    return readdirSync(folder).length === 0
  } catch {
    return false
  }
}

/** What docker takes as one: https://pkg.go.dev/github.com/distribution/reference#pkg-overview; it is no full check. */
const CONTEXT_NAME = /^(?:[A-Za-z0-9.-]+(?::\d+)?\/)?[a-z0-9._/-]+(?::[\w.-]+)?(?:@[\w:+.-]+)?$/

/** Named contexts that docker gets elsewhere, or from a stage; whatever else begins with a word and a colon is a folder. */
const NO_FOLDER = /^(?:docker-image:\/\/|target:)/

/** The folder of a named context; that of `oci-layout://PATH`, which ends with a tag or digest, may be missing so far. */
function checkNamedFolder(reader: Reader, item: string, value: string): void {
  const layout = /^oci-layout:\/\/([^:@]*)/.exec(value)?.[1]
  const given = layout ?? value
  const folder = path.resolve(reader.source.cwd, given)
  const kind = kindOf(folder)
  if (kind === 'folder') {
    const problem = outOfBounds(reader.source, given)
    if (problem !== null) reader.problem('build-contexts', item, problem)
  } else if (layout === undefined) {
    const why = kind === 'missing' ? 'does not exist' : 'is not a folder'
    reader.problem('build-contexts', item, `${folder} ${why}; must be a folder, relative to the workspace`)
  }
}

/** The input `build-contexts`: `name=path`, or `name=` and what docker takes besides. */
export function readBuildContexts(reader: Reader): string[] {
  return reader.list('build-contexts', 'lines').map((item) => {
    const rendered = renderDefaultContext(reader, 'build-contexts', item)
    if (rendered === null) return item
    const equals = rendered.indexOf('=')
    const value = rendered.slice(equals + 1)
    if (equals < 1 || value === '') {
      reader.problem(
        'build-contexts',
        item,
        'must be name=value, and the value a path, a Git or tarball URL, docker-image://…, oci-layout://… or target:…',
      )
    } else if (!CONTEXT_NAME.test(rendered.slice(0, equals))) {
      const name = rendered.slice(0, equals)
      reader.problem(
        'build-contexts',
        item,
        `the name '${name}' must be that of an image or a stage: lower-case letters and digits, with dots, hyphens, underscores or slashes between them, and a tag or digest if it has one`,
      )
    } else if (isRemote(value)) {
      // Of what is no address to docker after all, a folder of that name is taken.
      if (kindOf(path.resolve(reader.source.cwd, value)) === 'folder') checkNamedFolder(reader, item, value)
    } else if (!NO_FOLDER.test(value)) {
      checkNamedFolder(reader, item, value)
    }
    return rendered
  })
}

/**
 * Puts the Git context of the commit that the run is about in the place of `{{defaultContext}}`.
 * @returns null if that is a problem: then nothing more can be said of the value
 */
function renderDefaultContext(
  reader: Reader,
  input: 'context' | 'build-contexts',
  value: string,
): string | null {
  let isKnown = true
  const rendered = value.replaceAll(TEMPLATE, (template, inside: string) => {
    const name = inside.trim()
    const context = name === 'defaultContext' ? defaultContext(reader.source.env) : null
    if (name !== 'defaultContext') {
      reader.problem(input, value, `${template} is not known; {{defaultContext}} is`)
    } else if (context === null) {
      reader.problem(
        input,
        value,
        'needs GITHUB_REPOSITORY and GITHUB_SHA, which GitHub sets; outside of GitHub, give the Git URL itself',
      )
    }
    isKnown &&= context !== null
    return context ?? template
  })
  return isKnown ? rendered : null
}

/**
 * The Git context of the run: `SERVER/OWNER/NAME.git#COMMIT`.
 * @returns null outside of GitHub
 */
export function defaultContext(env: Readonly<Record<string, string | undefined>>): string | null {
  const { serverUrl, repository, sha, ref } = readGitHubRun(env)
  // As docker/build-push-action: the commit that would be merged, unless the head of the pull request is asked for.
  const wantsHead = /^refs\/pull\/\d+\/merge$/.test(ref) && env['DOCKER_DEFAULT_GIT_CONTEXT_PR_HEAD_REF']
  const head = wantsHead && /^(?:1|t|T|true|TRUE|True)$/.test(wantsHead)
  const given = head ? readPullRequestHead(env) : null
  // What is no commit could name a folder too (`#COMMIT:FOLDER`), or another option of the URL.
  const named = given !== null && /^[0-9a-f]{40,64}$/i.test(given) ? given : ref.replace(/merge$/, 'head')
  const commit = head ? named : sha || ref
  return repository === '' || commit === '' ? null : `${serverUrl}/${repository}.git#${commit}`
}

/** What a path leads to. */
export function kindOf(file: string): 'file' | 'folder' | 'missing' | 'other' {
  try {
    const stat = statSync(file)
    return stat.isDirectory() ? 'folder' : stat.isFile() ? 'file' : 'other'
  } catch {
    return 'missing'
  }
}
